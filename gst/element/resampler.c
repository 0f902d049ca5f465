// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Raw audio of any kind to 16 bit mono samples of one rate. */

#include "resampler.h"

struct _GstOpenaiResampler
{
  GstAudioInfo info;
  GstAudioInfo converted;       /* what the converter is given */
  guint rate;
  gboolean from_stereo;         /* the two channels are put together here */
  GstAudioConverter *converter;
  guint64 frames_in;            /* since it is empty */
  guint64 frames_out;           /* what came out of them */
};

/* Channels without positions cannot be down-mixed by name: take their mean. */
static GstStructure *
converter_options (const GstAudioInfo * info)
{
  GstStructure *options = gst_structure_new_empty ("options");
  GValue matrix = G_VALUE_INIT, row = G_VALUE_INIT, weight = G_VALUE_INIT;

  if (!GST_AUDIO_INFO_IS_UNPOSITIONED (info)
      || GST_AUDIO_INFO_CHANNELS (info) == 1)
    return options;
  g_value_init (&matrix, GST_TYPE_ARRAY);
  g_value_init (&row, GST_TYPE_ARRAY);
  g_value_init (&weight, G_TYPE_FLOAT);
  g_value_set_float (&weight, 1.0f / GST_AUDIO_INFO_CHANNELS (info));
  for (gint i = 0; i < GST_AUDIO_INFO_CHANNELS (info); i++)
    gst_value_array_append_value (&row, &weight);
  gst_value_array_append_and_take_value (&matrix, &row);
  gst_structure_take_value (options, GST_AUDIO_CONVERTER_OPT_MIX_MATRIX,
      &matrix);
  return options;
}

/* What most audio is; a loop for two channels takes a tenth of the time of one for
 * any number. */
static gboolean
is_plain_stereo (const GstAudioInfo * info)
{
  return GST_AUDIO_INFO_FORMAT (info) == GST_AUDIO_FORMAT_S16
      && GST_AUDIO_INFO_CHANNELS (info) == 2
      && GST_AUDIO_INFO_LAYOUT (info) == GST_AUDIO_LAYOUT_INTERLEAVED;
}

GstOpenaiResampler *
gst_openai_resampler_new (const GstAudioInfo * info, guint rate)
{
  GstOpenaiResampler *self = g_new0 (GstOpenaiResampler, 1);
  GstAudioInfo out;

  self->info = self->converted = *info;
  self->rate = rate;
  self->from_stereo = is_plain_stereo (info);
  if (self->from_stereo)
    gst_audio_info_set_format (&self->converted, GST_AUDIO_FORMAT_S16,
        GST_AUDIO_INFO_RATE (info), 1, NULL);
  gst_audio_info_set_format (&out, GST_AUDIO_FORMAT_S16, rate, 1, NULL);
  self->converter = gst_audio_converter_new (GST_AUDIO_CONVERTER_FLAG_NONE,
      &self->converted, &out, converter_options (&self->converted));
  if (self->converter)
    return self;
  g_free (self);
  return NULL;
}

void
gst_openai_resampler_free (GstOpenaiResampler * self)
{
  if (!self)
    return;
  gst_audio_converter_free (self->converter);
  g_free (self);
}

/* At most @limit frames are kept. */
static GBytes *
convert (GstOpenaiResampler * self, gpointer in[], gsize frames, guint64 limit)
{
  gsize room = gst_audio_converter_get_out_frames (self->converter, frames);
  gint16 *data;
  gpointer out[1];

  if (room == 0)
    return NULL;
  out[0] = data = g_new (gint16, room);
  if (!gst_audio_converter_samples (self->converter, 0, in, frames, out,
          room)) {
    g_free (data);
    return NULL;
  }
  room = MIN (room, limit);
  self->frames_out += room;
  return g_bytes_new_take (data, room * sizeof *data);
}

/* Of NULL the converter would make what happens to lie in its memory. */
static GBytes *
convert_silence (GstOpenaiResampler * self, gsize frames, guint64 limit)
{
  const GstAudioInfo *info = &self->converted;
  gsize size = frames * GST_AUDIO_INFO_BPF (info);
  guint channels = GST_AUDIO_INFO_CHANNELS (info);
  g_autofree guint8 *silence = g_malloc (size);
  g_autofree gpointer *planes = g_new (gpointer, channels);

  gst_audio_format_info_fill_silence (info->finfo, silence, size);
  for (guint i = 0; i < channels; i++)
    planes[i] = silence + i * (size / channels);
  return convert (self, planes, frames, limit);
}

static GBytes *
convert_stereo (GstOpenaiResampler * self, const gint16 * in, gsize frames)
{
  g_autofree gint16 *middle = g_new (gint16, frames);
  gpointer planes[] = { middle };

  for (gsize i = 0; i < frames; i++)
    middle[i] = (in[2 * i] + in[2 * i + 1] + 1) >> 1;
  return convert (self, planes, frames, G_MAXUINT64);
}

gboolean
gst_openai_resampler_push (GstOpenaiResampler * self, GstBuffer * buffer,
    GBytes ** samples)
{
  GstAudioBuffer audio;

  *samples = NULL;
  if (!gst_audio_buffer_map (&audio, &self->info, buffer, GST_MAP_READ))
    return FALSE;
  self->frames_in += audio.n_samples;
  *samples = self->from_stereo ?
      convert_stereo (self, audio.planes[0], audio.n_samples) :
      convert (self, audio.planes, audio.n_samples, G_MAXUINT64);
  gst_audio_buffer_unmap (&audio);
  return TRUE;
}

GBytes *
gst_openai_resampler_drain (GstOpenaiResampler * self)
{
  gsize held = gst_audio_converter_get_max_latency (self->converter);
  guint64 due = gst_util_uint64_scale_ceil (self->frames_in, self->rate,
      GST_AUDIO_INFO_RATE (&self->info));
  GBytes *samples = NULL;

  /* A little more than it holds, so that rounding takes nothing away. */
  if (due > self->frames_out)
    samples = convert_silence (self, 2 * held + 16, due - self->frames_out);
  gst_audio_converter_reset (self->converter);
  self->frames_in = self->frames_out = 0;
  return samples;
}
