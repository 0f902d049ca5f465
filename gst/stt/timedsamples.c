// SPDX-License-Identifier: LGPL-2.1-or-later
/* Raw audio of any kind to mono samples of one rate, each with its time. */

#include "timedsamples.h"

#include "element/resampler.h"

/* Time stamps that are off by less are jitter, not a gap; some sources flag every
 * buffer as discontinuous, which tells nothing. */
#define ALIGNMENT_THRESHOLD (100 * GST_MSECOND)

struct _SttTimedSamples
{
  guint rate;
  GstAudioInfo info;
  GstOpenaiResampler *resampler;
  GstAudioStreamAlign *align;

  guint64 samples;              /* in all */
  guint64 origin;               /* the sample that has the time ... */
  GstClockTime origin_time;
  gboolean started;
};

SttTimedSamples *
stt_timed_samples_new (guint rate)
{
  SttTimedSamples *self = g_new0 (SttTimedSamples, 1);

  self->rate = rate;
  gst_audio_info_init (&self->info);
  return self;
}

void
stt_timed_samples_free (SttTimedSamples * self)
{
  if (!self)
    return;
  g_clear_pointer (&self->resampler, gst_openai_resampler_free);
  g_clear_pointer (&self->align, gst_audio_stream_align_free);
  g_free (self);
}

gboolean
stt_timed_samples_set_caps (SttTimedSamples * self, const GstAudioInfo * info)
{
  g_clear_pointer (&self->resampler, gst_openai_resampler_free);
  g_clear_pointer (&self->align, gst_audio_stream_align_free);
  self->info = *info;
  self->resampler = gst_openai_resampler_new (info, self->rate);
  self->align = gst_audio_stream_align_new (GST_AUDIO_INFO_RATE (info),
      ALIGNMENT_THRESHOLD, 0);
  return self->resampler != NULL;
}

gboolean
stt_timed_samples_is_discont (SttTimedSamples * self, GstBuffer * buffer)
{
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  gsize frames = gst_buffer_get_size (buffer)
      / GST_AUDIO_INFO_BPF (&self->info);

  if (!GST_CLOCK_TIME_IS_VALID (pts))
    return FALSE;
  return gst_audio_stream_align_process (self->align, FALSE, pts, frames, NULL, NULL, NULL);
}

void
stt_timed_samples_restart (SttTimedSamples * self, GstClockTime pts)
{
  self->origin = self->samples;
  self->origin_time = GST_CLOCK_TIME_IS_VALID (pts) ? pts : 0;
  self->started = TRUE;
}

void
stt_timed_samples_forget_time (SttTimedSamples * self)
{
  self->started = FALSE;
}

gboolean
stt_timed_samples_is_new (SttTimedSamples * self)
{
  return !self->started;
}

static GBytes *
count (SttTimedSamples * self, GBytes * samples)
{
  if (samples)
    self->samples += g_bytes_get_size (samples) / sizeof (gint16);
  return samples;
}

GBytes *
stt_timed_samples_push (SttTimedSamples * self, GstBuffer * buffer)
{
  GBytes *samples;

  gst_openai_resampler_push (self->resampler, buffer, &samples);
  return count (self, samples);
}

GBytes *
stt_timed_samples_drain (SttTimedSamples * self)
{
  return self->resampler ?
      count (self, gst_openai_resampler_drain (self->resampler)) : NULL;
}

GstClockTime
stt_timed_samples_time (SttTimedSamples * self, guint64 sample)
{
  if (sample <= self->origin)
    return self->origin_time;
  return self->origin_time + gst_util_uint64_scale (sample - self->origin,
      GST_SECOND, self->rate);
}
