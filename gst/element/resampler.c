// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Raw audio of any kind to 16 bit mono samples of one rate. */

#include "resampler.h"

#include "audio/mono.h"

struct _GstOpenaiResampler
{
  GstAudioInfo info;
  guint rate;
  GstAudioConverter *plain;     /* to 16 bit, interleaved; NULL: it is */
  OpenaiMono *mono;             /* NULL: there is one channel */
  GstAudioConverter *converter; /* of one channel */
  guint64 frames_in;            /* since it is empty */
  guint64 frames_out;           /* what came out of them */
};

void
gst_openai_resampler_free (GstOpenaiResampler *self)
{
  if (!self)
    return;
  g_clear_pointer (&self->plain, gst_audio_converter_free);
  g_clear_pointer (&self->mono, openai_mono_free);
  g_clear_pointer (&self->converter, gst_audio_converter_free);
  g_free (self);
}

/* How much a channel counts: a voice is mostly in front. */
static gfloat
weight_of (GstAudioChannelPosition position)
{
  switch (position) {
    case GST_AUDIO_CHANNEL_POSITION_FRONT_CENTER:
      return 1;
    case GST_AUDIO_CHANNEL_POSITION_FRONT_LEFT:
    case GST_AUDIO_CHANNEL_POSITION_FRONT_RIGHT:
      return 0.7f;
    case GST_AUDIO_CHANNEL_POSITION_LFE1:
    case GST_AUDIO_CHANNEL_POSITION_LFE2:
      return 0;
    default:
      return 0.5f;
  }
}

static OpenaiMono *
make_mono (const GstAudioInfo *info)
{
  gfloat weights[64];

  if (GST_AUDIO_INFO_CHANNELS (info) == 1)
    return NULL;
  for (gint i = 0; i < GST_AUDIO_INFO_CHANNELS (info); i++)
    weights[i] =
        GST_AUDIO_INFO_IS_UNPOSITIONED (info) ? 1 : weight_of (info->position[i]);
  return openai_mono_new (
      GST_AUDIO_INFO_RATE (info), GST_AUDIO_INFO_CHANNELS (info), weights);
}

static gboolean
is_plain (const GstAudioInfo *info)
{
  return GST_AUDIO_INFO_FORMAT (info) == GST_AUDIO_FORMAT_S16
      && GST_AUDIO_INFO_LAYOUT (info) == GST_AUDIO_LAYOUT_INTERLEAVED;
}

static GstAudioConverter *
make_converter (const GstAudioInfo *from, const GstAudioInfo *to)
{
  return gst_audio_converter_new (
      GST_AUDIO_CONVERTER_FLAG_NONE, (GstAudioInfo *) from, (GstAudioInfo *) to, NULL);
}

GstOpenaiResampler *
gst_openai_resampler_new (const GstAudioInfo *info, guint rate)
{
  GstOpenaiResampler *self = g_new0 (GstOpenaiResampler, 1);
  GstAudioInfo plain = *info, mono, out;

  self->info = *info;
  self->rate = rate;
  plain.finfo = gst_audio_format_get_info (GST_AUDIO_FORMAT_S16);
  plain.bpf = sizeof (gint16) * GST_AUDIO_INFO_CHANNELS (info);
  plain.layout = GST_AUDIO_LAYOUT_INTERLEAVED;
  gst_audio_info_set_format (
      &mono, GST_AUDIO_FORMAT_S16, GST_AUDIO_INFO_RATE (info), 1, NULL);
  gst_audio_info_set_format (&out, GST_AUDIO_FORMAT_S16, rate, 1, NULL);
  self->mono = make_mono (info);
  self->converter = make_converter (self->mono ? &mono : info, &out);
  if (self->mono && !is_plain (info))
    self->plain = make_converter (info, &plain);
  if (self->converter && (self->plain || !self->mono || is_plain (info)))
    return self;
  gst_openai_resampler_free (self);
  return NULL;
}

/* At most @limit frames are kept. */
static GBytes *
convert (GstOpenaiResampler *self, gpointer in[], gsize frames, guint64 limit)
{
  gsize room = gst_audio_converter_get_out_frames (self->converter, frames);
  gint16 *data;
  gpointer out[1];

  if (room == 0)
    return NULL;
  out[0] = data = g_new (gint16, room);
  if (!gst_audio_converter_samples (self->converter, 0, in, frames, out, room)) {
    g_free (data);
    return NULL;
  }
  room = MIN (room, limit);
  self->frames_out += room;
  return g_bytes_new_take (data, room * sizeof *data);
}

/* Of NULL the converter would make what happens to lie in its memory. */
static GBytes *
convert_silence (GstOpenaiResampler *self, gsize frames, guint64 limit)
{
  guint frame = self->mono ? 2 : GST_AUDIO_INFO_BPF (&self->info);
  gsize size = frames * frame;
  g_autofree guint8 *silence = g_malloc0 (size);
  gpointer planes[] = { silence };

  if (!self->mono)
    gst_audio_format_info_fill_silence (self->info.finfo, silence, size);
  return convert (self, planes, frames, limit);
}

/* Formats first: they are converted one to one. */
static GBytes *
convert_channels (GstOpenaiResampler *self, gpointer in[], gsize frames)
{
  g_autofree gint16 *plain =
      self->plain ? g_new (gint16, frames * GST_AUDIO_INFO_CHANNELS (&self->info)) : NULL;
  g_autofree gint16 *middle = g_new (gint16, frames);
  gpointer planes[] = { plain };

  if (plain)
    gst_audio_converter_samples (self->plain, 0, in, frames, planes, frames);
  openai_mono_mix (self->mono, plain ? plain : in[0], frames, middle);
  planes[0] = middle;
  return convert (self, planes, frames, G_MAXUINT64);
}

gboolean
gst_openai_resampler_push (GstOpenaiResampler *self, GstBuffer *buffer, GBytes **samples)
{
  GstAudioBuffer audio;

  *samples = NULL;
  if (!gst_audio_buffer_map (&audio, &self->info, buffer, GST_MAP_READ))
    return FALSE;
  self->frames_in += audio.n_samples;
  *samples = self->mono ? convert_channels (self, audio.planes, audio.n_samples)
                        : convert (self, audio.planes, audio.n_samples, G_MAXUINT64);
  gst_audio_buffer_unmap (&audio);
  return TRUE;
}

gint
gst_openai_resampler_get_channel (GstOpenaiResampler *self)
{
  return self->mono ? openai_mono_get_channel (self->mono) : -1;
}

GBytes *
gst_openai_resampler_drain (GstOpenaiResampler *self)
{
  gsize held = gst_audio_converter_get_max_latency (self->converter);
  guint64 due = gst_util_uint64_scale_ceil (
      self->frames_in, self->rate, GST_AUDIO_INFO_RATE (&self->info));
  GBytes *samples = NULL;

  /* A little more than it holds, so that rounding takes nothing away. */
  if (due > self->frames_out)
    samples = convert_silence (self, 2 * held + 16, due - self->frames_out);
  gst_audio_converter_reset (self->converter);
  self->frames_in = self->frames_out = 0;
  return samples;
}
