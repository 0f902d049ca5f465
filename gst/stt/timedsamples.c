// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Raw audio of any kind to mono samples of one rate, each with its time. */

#include "timedsamples.h"

#include "element/resampler.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

/* Time stamps that are off by less are jitter, not a gap; some sources flag every
 * buffer as discontinuous, which tells nothing. */
#define JITTER (100 * GST_MSECOND)

/* Less than that is a late or an early one as well, unless it stays so. */
#define FAR (500 * GST_MSECOND)
#define SHIFT_TIME GST_SECOND

struct _SttTimedSamples
{
  guint rate;
  GstAudioInfo info;
  GstOpenaiResampler *resampler;
  gint channel;      /* that is taken alone, or -1 */
  GstClockTime next; /* of the input, by its length */
  GstClockTime off;  /* how much of it is off by more than jitter */

  guint64 samples; /* in all */
  guint64 origin;  /* the sample that has the time ... */
  GstClockTime origin_time;
  gboolean started;
};

SttTimedSamples *
stt_timed_samples_new (guint rate)
{
  SttTimedSamples *self = g_new0 (SttTimedSamples, 1);

  self->rate = rate;
  self->channel = -1;
  gst_audio_info_init (&self->info);
  return self;
}

void
stt_timed_samples_free (SttTimedSamples *self)
{
  if (!self)
    return;
  g_clear_pointer (&self->resampler, gst_openai_resampler_free);
  g_free (self);
}

gboolean
stt_timed_samples_set_caps (SttTimedSamples *self, const GstAudioInfo *info)
{
  g_clear_pointer (&self->resampler, gst_openai_resampler_free);
  self->info = *info;
  self->channel = -1;
  self->resampler = gst_openai_resampler_new (info, self->rate);
  return self->resampler != NULL;
}

GstClockTime
stt_timed_samples_length (SttTimedSamples *self, GstBuffer *buffer)
{
  return gst_util_uint64_scale (
      gst_buffer_get_size (buffer) / GST_AUDIO_INFO_BPF (&self->info), GST_SECOND,
      GST_AUDIO_INFO_RATE (&self->info));
}

GstClockTime
stt_timed_samples_next (SttTimedSamples *self)
{
  return self->started ? self->next : GST_CLOCK_TIME_NONE;
}

gboolean
stt_timed_samples_expects (SttTimedSamples *self, GstClockTime pts, GstClockTime ahead)
{
  return self->started
      && ABS (GST_CLOCK_DIFF (self->next + ahead, pts)) < (GstClockTimeDiff) FAR;
}

SttTime
stt_timed_samples_judge (SttTimedSamples *self, GstBuffer *buffer)
{
  GstClockTime pts = GST_BUFFER_PTS (buffer);

  if (!GST_CLOCK_TIME_IS_VALID (pts) || !self->started)
    return STT_TIME_FOLLOWS;
  if (!stt_timed_samples_expects (self, pts, 0))
    return STT_TIME_FAR;
  if (ABS (GST_CLOCK_DIFF (self->next, pts)) <= (GstClockTimeDiff) JITTER) {
    self->off = 0;
    return STT_TIME_FOLLOWS;
  }
  self->off += stt_timed_samples_length (self, buffer);
  return self->off < SHIFT_TIME ? STT_TIME_FOLLOWS : STT_TIME_SHIFTED;
}

void
stt_timed_samples_restart (SttTimedSamples *self, GstClockTime pts)
{
  self->origin = self->samples;
  self->origin_time = GST_CLOCK_TIME_IS_VALID (pts) ? pts : 0;
  self->next = self->origin_time;
  self->off = 0;
  self->started = TRUE;
}

void
stt_timed_samples_forget_time (SttTimedSamples *self)
{
  self->started = FALSE;
}

gboolean
stt_timed_samples_is_new (SttTimedSamples *self)
{
  return !self->started;
}

static GBytes *
advance_time (SttTimedSamples *self, GBytes *samples)
{
  if (samples)
    self->samples += g_bytes_get_size (samples) / sizeof (gint16);
  return samples;
}

static void
log_channel (SttTimedSamples *self)
{
  gint channel = gst_openai_resampler_get_channel (self->resampler);

  if (channel == self->channel)
    return;
  if (channel < 0)
    GST_INFO ("all channels are taken again");
  else
    GST_INFO ("channel %d of %d is taken alone: the others cancel or drown it",
        channel + 1, GST_AUDIO_INFO_CHANNELS (&self->info));
  self->channel = channel;
}

GBytes *
stt_timed_samples_push (SttTimedSamples *self, GstBuffer *buffer)
{
  GBytes *samples;

  self->next += stt_timed_samples_length (self, buffer);
  gst_openai_resampler_push (self->resampler, buffer, &samples);
  log_channel (self);
  return advance_time (self, samples);
}

GBytes *
stt_timed_samples_drain (SttTimedSamples *self)
{
  return self->resampler
      ? advance_time (self, gst_openai_resampler_drain (self->resampler))
      : NULL;
}

GstClockTime
stt_timed_samples_time (SttTimedSamples *self, guint64 sample)
{
  if (sample <= self->origin)
    return self->origin_time;
  return self->origin_time
      + gst_util_uint64_scale (sample - self->origin, GST_SECOND, self->rate);
}
