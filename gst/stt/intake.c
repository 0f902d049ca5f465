// SPDX-License-Identifier: LGPL-2.1-or-later
/* Raw audio of any kind to 16 kHz mono samples, each with its time. */

#include "stt/intake.h"

#include "mono.h"

/* Time stamps that are off by less are jitter, not a gap; some sources flag every
 * buffer as discontinuous, which tells nothing. */
#define ALIGNMENT_THRESHOLD (100 * GST_MSECOND)

struct _Intake
{
  GstAudioInfo info;
  GstAudioConverter *converter;
  GstAudioStreamAlign *align;

  guint64 frames_in;            /* of the input, since the converter is empty */
  guint64 frames_out;           /* what it made of them */

  guint64 samples;              /* in all */
  guint64 origin;               /* the sample that has the time ... */
  GstClockTime origin_time;
  gboolean started;
};

Intake *
intake_new (void)
{
  Intake *intake = g_new0 (Intake, 1);

  gst_audio_info_init (&intake->info);
  return intake;
}

void
intake_free (Intake * intake)
{
  if (!intake)
    return;
  g_clear_pointer (&intake->converter, gst_audio_converter_free);
  g_clear_pointer (&intake->align, gst_audio_stream_align_free);
  g_free (intake);
}

gboolean
intake_set_caps (Intake * intake, const GstAudioInfo * info)
{
  g_clear_pointer (&intake->converter, gst_audio_converter_free);
  g_clear_pointer (&intake->align, gst_audio_stream_align_free);
  intake->info = *info;
  intake->converter = gst_openai_mono_converter_new (info, INTAKE_RATE);
  intake->align = gst_audio_stream_align_new (GST_AUDIO_INFO_RATE (info),
      ALIGNMENT_THRESHOLD, 0);
  intake->frames_in = intake->frames_out = 0;
  return intake->converter != NULL;
}

gboolean
intake_is_discont (Intake * intake, GstBuffer * buffer)
{
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  gsize frames = gst_buffer_get_size (buffer)
      / GST_AUDIO_INFO_BPF (&intake->info);

  if (!GST_CLOCK_TIME_IS_VALID (pts))
    return FALSE;
  return gst_audio_stream_align_process (intake->align, FALSE, pts, frames, NULL, NULL, NULL);
}

void
intake_restart (Intake * intake, GstClockTime pts)
{
  intake->origin = intake->samples;
  intake->origin_time = GST_CLOCK_TIME_IS_VALID (pts) ? pts : 0;
  intake->started = TRUE;
}

void
intake_forget_time (Intake * intake)
{
  intake->started = FALSE;
}

gboolean
intake_is_new (Intake * intake)
{
  return !intake->started;
}

/* @in NULL: silence. At most @limit frames are kept. */
static GBytes *
convert (Intake * intake, gpointer in[], gsize frames, guint64 limit)
{
  gsize room = gst_audio_converter_get_out_frames (intake->converter, frames);
  gint16 *data;
  gpointer out[1];

  if (room == 0)
    return NULL;
  out[0] = data = g_new (gint16, room);
  if (!gst_audio_converter_samples (intake->converter, 0, in, frames, out,
          room)) {
    g_free (data);
    return NULL;
  }
  room = MIN (room, limit);
  intake->frames_out += room;
  intake->samples += room;
  return g_bytes_new_take (data, room * sizeof *data);
}

GBytes *
intake_push (Intake * intake, GstBuffer * buffer)
{
  GstAudioBuffer audio;
  GBytes *samples;

  if (!gst_audio_buffer_map (&audio, &intake->info, buffer, GST_MAP_READ))
    return NULL;
  intake->frames_in += audio.n_samples;
  samples = convert (intake, audio.planes, audio.n_samples, G_MAXUINT64);
  gst_audio_buffer_unmap (&audio);
  return samples;
}

GBytes *
intake_drain (Intake * intake)
{
  guint64 due;
  gsize held;
  GBytes *samples = NULL;

  if (!intake->converter)
    return NULL;
  held = gst_audio_converter_get_max_latency (intake->converter);
  due = gst_util_uint64_scale_ceil (intake->frames_in, INTAKE_RATE,
      GST_AUDIO_INFO_RATE (&intake->info));
  /* A little more than it holds, so that rounding takes nothing away. */
  if (due > intake->frames_out)
    samples = convert (intake, NULL, 2 * held + 16, due - intake->frames_out);
  gst_audio_converter_reset (intake->converter);
  intake->frames_in = intake->frames_out = 0;
  return samples;
}

GstClockTime
intake_time (Intake * intake, guint64 sample)
{
  if (sample <= intake->origin)
    return intake->origin_time;
  return intake->origin_time + gst_util_uint64_scale (sample - intake->origin,
      GST_SECOND, INTAKE_RATE);
}
