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
  GstOpenaiMono *mono;
  GstAudioStreamAlign *align;

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
  g_clear_pointer (&intake->mono, gst_openai_mono_free);
  g_clear_pointer (&intake->align, gst_audio_stream_align_free);
  g_free (intake);
}

gboolean
intake_set_caps (Intake * intake, const GstAudioInfo * info)
{
  g_clear_pointer (&intake->mono, gst_openai_mono_free);
  g_clear_pointer (&intake->align, gst_audio_stream_align_free);
  intake->info = *info;
  intake->mono = gst_openai_mono_new (info, INTAKE_RATE);
  intake->align = gst_audio_stream_align_new (GST_AUDIO_INFO_RATE (info),
      ALIGNMENT_THRESHOLD, 0);
  return intake->mono != NULL;
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

static GBytes *
count (Intake * intake, GBytes * samples)
{
  if (samples)
    intake->samples += g_bytes_get_size (samples) / sizeof (gint16);
  return samples;
}

GBytes *
intake_push (Intake * intake, GstBuffer * buffer)
{
  GBytes *samples;

  gst_openai_mono_push (intake->mono, buffer, &samples);
  return count (intake, samples);
}

GBytes *
intake_drain (Intake * intake)
{
  return intake->mono ?
      count (intake, gst_openai_mono_drain (intake->mono)) : NULL;
}

GstClockTime
intake_time (Intake * intake, guint64 sample)
{
  if (sample <= intake->origin)
    return intake->origin_time;
  return intake->origin_time + gst_util_uint64_scale (sample - intake->origin,
      GST_SECOND, INTAKE_RATE);
}
