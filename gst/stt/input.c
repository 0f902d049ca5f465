// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The way of a sample: audio of any kind in, chunks of speech uploaded and
 * all chunks lined up in the queue. */

#include "input.h"

#include <math.h>

#include <gst/base/gsttypefindhelper.h>

#include "element/recordingcaps.h"
#include "messages.h"
#include "timedsamples.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

/* An earlier time than what came before, and not only a shift. */
#define JUMP_BACK (500 * GST_MSECOND)

/* How far the last buffer may have jumped, when nothing after it tells. */
#define NEAR_JUMP (10 * (GstClockTimeDiff) GST_SECOND)

/* So much sound without speech is told, once: when it goes on, and at its end. */
#define UNHEARD_SECONDS 60
#define UNHEARD_SECONDS_AT_END 3

/* As long as packets are lost; longer, nothing is said. */
#define SHORT_GAP (300 * GST_MSECOND)

struct _SttInput
{
  GstElement *element; /* not owned: it owns this */
  SttQueue *queue;
  SttTransport *transport;
  void (*fell_back) (GstElement *, GstClockTime);

  GstAudioInfo info;        /* of raw input, or not valid */
  OpenaiRecordingKind file; /* encoded input, or UNKNOWN */
  guint64 max_file;         /* bytes */
  guint64 file_length;      /* so far */
  GstClockTime file_end;    /* so far, where it has time stamps */

  SttTimedSamples *timed_samples;
  SttChunker *chunker;  /* from stt_input_begin() on */
  SttChunk *open;       /* the speech that goes on */
  guint64 open_start;   /* its position */
  GQueue blocks;        /* GBytes: samples the chunker has not decided */
  guint64 blocks_start; /* the position of the first of them */
  const gchar *closing; /* what ends the open speech, not a pause */
  gboolean grew;        /* the last buffer made the open speech longer */
  SttSound sound;       /* so far */
  gboolean spoke;       /* something was taken for speech */
  gboolean told;        /* that it was not taken for speech */
  SttVerdict verdict;   /* of an element upstream, on what comes next */
  GstBuffer *held;      /* far in time from what came before, or NULL */
};

SttInput *
stt_input_new (GstElement *element, SttQueue *queue, SttTransport *transport,
    void (*fell_back) (GstElement *, GstClockTime))
{
  SttInput *self = g_new0 (SttInput, 1);

  self->element = element;
  self->queue = queue;
  self->transport = transport;
  self->fell_back = fell_back;
  self->timed_samples = stt_timed_samples_new (self->transport->klass->rate);
  gst_audio_info_init (&self->info);
  g_queue_init (&self->blocks);
  return self;
}

static void
forget (SttInput *self)
{
  g_clear_pointer (&self->timed_samples, stt_timed_samples_free);
  g_clear_pointer (&self->chunker, stt_chunker_free);
  g_clear_pointer (&self->open, stt_chunk_unref);
  g_queue_clear_full (&self->blocks, (GDestroyNotify) g_bytes_unref);
  self->blocks_start = 0;
  self->sound = (SttSound) { 0 };
  gst_clear_buffer (&self->held);
}

void
stt_input_free (SttInput *self)
{
  if (!self)
    return;
  forget (self);
  g_free (self);
}

void
stt_input_reset (SttInput *self)
{
  forget (self);
  self->timed_samples = stt_timed_samples_new (self->transport->klass->rate);
  if (GST_AUDIO_INFO_IS_VALID (&self->info))
    stt_timed_samples_set_caps (self->timed_samples, &self->info);
}

void
stt_input_begin (SttInput *self, const SttChunkerOptions *options, guint64 max_file)
{
  self->chunker = stt_chunker_new (options);
  self->max_file = max_file;
}

gboolean
stt_input_has_begun (SttInput *self)
{
  return self->chunker != NULL;
}

void
stt_input_restart (SttInput *self, GstClockTime time)
{
  stt_timed_samples_restart (self->timed_samples, time);
}

void
stt_input_forget_time (SttInput *self)
{
  stt_timed_samples_forget_time (self->timed_samples);
}

/* Calls @func, or only forgets, for all samples before @end. */
static void
pop_samples (SttInput *self, guint64 end, void (*func) (SttTransport *, GBytes *))
{
  while (self->blocks_start < end) {
    GBytes *block = g_queue_pop_head (&self->blocks);
    guint64 length = g_bytes_get_size (block) / sizeof (gint16);
    guint64 taken = MIN (length, end - self->blocks_start);
    g_autoptr (GBytes) part = g_bytes_new_from_bytes (block, 0, taken * sizeof (gint16));

    if (func)
      func (self->transport, part);
    if (taken < length)
      g_queue_push_head (&self->blocks,
          g_bytes_new_from_bytes (
              block, taken * sizeof (gint16), (length - taken) * sizeof (gint16)));
    g_bytes_unref (block);
    self->blocks_start += taken;
  }
}

static GstClockTime
time_of (SttInput *self, guint64 position)
{
  return stt_timed_samples_time (self->timed_samples, position);
}

static gboolean
begin_speech (SttInput *self, const SttChunkerEvent *event)
{
  GstClockTime start = time_of (self, event->start);
  guint64 longest = self->transport->klass->max_chunk (self->transport);

  if (longest)
    stt_chunker_limit (self->chunker, longest);
  self->spoke = TRUE;
  GST_LOG_OBJECT (
      self->element, "speech begins at %" GST_TIME_FORMAT, GST_TIME_ARGS (start));
  self->open =
      stt_queue_push_chunk (self->queue, start, time_of (self, event->speech_start));
  self->open_start = event->start;
  return self->transport->klass->begin (self->transport, self->open);
}

static void
end_open (SttInput *self, GstClockTime end, GstClockTime speech_start,
    GstClockTime speech_end, gboolean goes_on)
{
  stt_queue_end_chunk (self->queue, self->open, end, speech_start, speech_end, goes_on);
  self->transport->klass->commit (self->transport);
  g_clear_pointer (&self->open, stt_chunk_unref);
}

static void
log_chunk (SttInput *self, GstClockTime end, const gchar *why)
{
  GstClockTime start = self->open->start;

  GST_DEBUG_OBJECT (self->element,
      "chunk at %" GST_TIME_FORMAT ": ends at %" GST_TIME_FORMAT ", %" G_GUINT64_FORMAT
      " ms, %.0f ms voiced, cut: %s",
      GST_TIME_ARGS (start), GST_TIME_ARGS (end), (end - MIN (start, end)) / GST_MSECOND,
      1000 * stt_voice_between (self->open->heard, 0, G_MAXDOUBLE), why);
}

static void
end_speech (SttInput *self, const SttChunkerEvent *event)
{
  GstClockTime end = time_of (self, event->start);

  log_chunk (self, end,
      event->forced       ? "forced"
          : self->closing ? self->closing
                          : "pause");
  end_open (self, end, time_of (self, event->speech_start),
      time_of (self, event->speech_end), event->forced);
}

static gboolean
handle_chunker_event (SttInput *self, const SttChunkerEvent *event)
{
  guint64 length = event->end - event->start;

  switch (event->kind) {
    case STT_CHUNKER_SILENCE:
      stt_queue_push_silence (
          self->queue, time_of (self, event->start), time_of (self, event->end), length);
      pop_samples (self, event->end, NULL);
      return TRUE;
    case STT_CHUNKER_BEGIN:
      return begin_speech (self, event);
    case STT_CHUNKER_AUDIO:
      self->grew = TRUE;
      stt_queue_grow_chunk (self->queue, self->open, length);
      pop_samples (self, event->end, self->transport->klass->append);
      return TRUE;
    case STT_CHUNKER_HEARD:
      stt_queue_add_heard (self->queue, self->open, time_of (self, event->start),
          time_of (self, event->end));
      return TRUE;
    case STT_CHUNKER_END:
      end_speech (self, event);
      return TRUE;
  }
  g_assert_not_reached ();
}

/* FALSE: flushing. */
static gboolean
handle_chunker (SttInput *self)
{
  SttChunkerEvent event;

  while (stt_chunker_next (self->chunker, &event)) {
    if (!handle_chunker_event (self, &event))
      return FALSE;
  }
  return TRUE;
}

/* What an element upstream found out: it holds until the next verdict, also over a
 * flush. webrtcdsp attaches one to the buffer at which it changes, and to no other;
 * what is read from RTP headers comes with each packet. Some write levels and never
 * tell a voice: these are not believed that there is none. */
static void
follow_verdict (SttInput *self, GstBuffer *buffer)
{
  GstAudioLevelMeta *meta = gst_buffer_get_audio_level_meta (buffer);

  if (!meta)
    return;
  if (meta->voice_activity)
    self->verdict = STT_VERDICT_VOICE;
  else if (self->verdict != STT_VERDICT_NONE)
    self->verdict = STT_VERDICT_NO_VOICE;
}

/* The first @length samples that are not decided. */
static GBytes *
copy_samples (SttInput *self, guint64 length)
{
  GByteArray *all = g_byte_array_new ();
  gsize missing = length * sizeof (gint16);

  for (GList *l = self->blocks.head; l && all->len < missing; l = l->next) {
    gsize size;
    gconstpointer data = g_bytes_get_data (l->data, &size);

    g_byte_array_append (all, data, MIN (size, missing - all->len));
  }
  return g_byte_array_free_to_bytes (all);
}

/* Tells the transport what is spoken so far, where it wants to know. */
static void
look_ahead (SttInput *self)
{
  const SttTransportClass *klass = self->transport->klass;
  gboolean paused;
  guint64 end = stt_chunker_heard_end (self->chunker, &paused);
  guint64 ahead = end - MIN (end, self->blocks_start);
  g_autoptr (GBytes) samples = NULL;

  if (!self->open || !klass->wants_ahead
      || !klass->wants_ahead (
          self->transport, ahead, paused, stt_queue_words_wait (self->queue, self->open)))
    return;
  samples = copy_samples (self, ahead);
  klass->look_ahead (self->transport, samples);
}

/* Nothing is left out without a word: what is taken for no speech, or for noise as loud
 * as that. */
static void
check_heard (SttInput *self, guint64 least)
{
  guint rate = self->transport->klass->rate;
  const SttSound *sound = &self->sound;

  if (self->told)
    return;
  if (!self->spoke && sound->sound >= least * rate) {
    stt_message_post_unheard (self->element, (gdouble) sound->sound / rate);
    self->told = TRUE;
  } else if (sound->covered >= least * rate && sound->covered > sound->voiced) {
    stt_message_post_covered (self->element, (gdouble) sound->covered / rate);
    self->told = TRUE;
  }
}

static void
count_sound (SttInput *self)
{
  SttSound before = self->sound;

  stt_chunker_get_sound (self->chunker, &self->sound);
  stt_queue_count_sound (
      self->queue, self->sound.sound - before.sound, self->sound.voiced - before.voiced);
  check_heard (self, UNHEARD_SECONDS);
}

void
stt_input_tell_unheard (SttInput *self)
{
  check_heard (self, UNHEARD_SECONDS_AT_END);
}

/* A chunk that grows long ends with a sentence. FALSE: flushing. */
static gboolean
cut_at_sentence (SttInput *self)
{
  gdouble end = self->open ? stt_queue_get_sentence_end (self->queue, self->open) : NAN;

  if (isnan (end))
    return TRUE;
  stt_chunker_cut_near (
      self->chunker, self->open_start + end * self->transport->klass->rate);
  return handle_chunker (self);
}

/* Takes @samples. FALSE: flushing. */
static gboolean
push_samples (SttInput *self, GBytes *samples)
{
  const SttTransportClass *klass = self->transport->klass;
  gsize size;
  const gint16 *data;

  if (!samples)
    return TRUE;
  data = g_bytes_get_data (samples, &size);
  g_queue_push_tail (&self->blocks, samples);
  stt_queue_count_input (self->queue, size / sizeof *data);
  if (klass->wanted_length)
    stt_chunker_set_length (self->chunker, klass->wanted_length (self->transport));
  stt_chunker_push (self->chunker, data, size / sizeof *data, self->verdict);
  count_sound (self);
  self->grew = FALSE;
  if (!handle_chunker (self))
    return FALSE;
  if (!self->grew)
    klass->pause (self->transport);
  look_ahead (self);
  return cut_at_sentence (self);
}

static gboolean
close_speech (SttInput *self, const gchar *why)
{
  gboolean flushing;

  if (!push_samples (self, stt_timed_samples_drain (self->timed_samples)))
    return FALSE;
  stt_chunker_finish (self->chunker);
  count_sound (self);
  self->closing = why;
  flushing = !handle_chunker (self);
  self->closing = NULL;
  return !flushing;
}

/* What does not follow what came before begins clean. FALSE: flushing. */
static gboolean
jump (SttInput *self, GstBuffer *buffer)
{
  GstClockTime next = stt_timed_samples_next (self->timed_samples);

  GST_DEBUG_OBJECT (self->element, "discontinuity at %" GST_PTR_FORMAT, buffer);
  if (!close_speech (self, "discont"))
    return FALSE;
  if (GST_BUFFER_PTS (buffer) + JUMP_BACK < next)
    self->fell_back (self->element, GST_BUFFER_PTS (buffer));
  stt_timed_samples_restart (self->timed_samples, GST_BUFFER_PTS (buffer));
  return TRUE;
}

static gboolean
push_buffer (SttInput *self, GstBuffer *buffer)
{
  follow_verdict (self, buffer);
  return push_samples (self, stt_timed_samples_push (self->timed_samples, buffer));
}

/* Whether it was the time stamp of @held that was wrong, not a jump. @next is what
 * follows it, or NULL: nothing does. */
static gboolean
is_wrong (SttInput *self, GstBuffer *held, GstBuffer *next)
{
  GstClockTime length = stt_timed_samples_length (self->timed_samples, held);
  GstClockTimeDiff off;

  if (!next) {
    off = GST_CLOCK_DIFF (
        stt_timed_samples_next (self->timed_samples), GST_BUFFER_PTS (held));
    return ABS (off) > NEAR_JUMP && !GST_BUFFER_IS_DISCONT (held);
  }
  if (!GST_BUFFER_PTS_IS_VALID (next))
    return FALSE;
  if (stt_timed_samples_expects (self->timed_samples, GST_BUFFER_PTS (next), length))
    return TRUE;
  off = GST_CLOCK_DIFF (GST_BUFFER_PTS (held) + length, GST_BUFFER_PTS (next));
  return ABS (off) > (GstClockTimeDiff) (GST_SECOND / 2);
}

/* Takes in what was held. FALSE: flushing. */
static gboolean
resolve_held (SttInput *self, GstBuffer *next)
{
  g_autoptr (GstBuffer) held = g_steal_pointer (&self->held);

  if (!held)
    return TRUE;
  if (is_wrong (self, held, next))
    GST_WARNING_OBJECT (self->element,
        "the time stamp %" GST_TIME_FORMAT " is taken for %" GST_TIME_FORMAT
        ", as what is around it says",
        GST_TIME_ARGS (GST_BUFFER_PTS (held)),
        GST_TIME_ARGS (stt_timed_samples_next (self->timed_samples)));
  else if (!jump (self, held))
    return FALSE;
  return push_buffer (self, held);
}

/* FALSE: flushing. */
static gboolean
close_input (SttInput *self, const gchar *why)
{
  if (self->file) {
    if (self->open) {
      log_chunk (self, self->file_end, why);
      end_open (self, self->file_end, self->open->start, self->file_end, FALSE);
    }
    return TRUE;
  }
  return resolve_held (self, NULL) && close_speech (self, why);
}

gboolean
stt_input_close_chunk (SttInput *self, const gchar *why)
{
  if (!self->chunker)
    return TRUE;
  if (!close_input (self, why))
    return FALSE;
  if (self->transport->klass->drain)
    self->transport->klass->drain (self->transport);
  return TRUE;
}

gboolean
stt_input_fill (SttInput *self, GstClockTime start, GstClockTime duration)
{
  GstClockTime length;
  guint64 frames;
  GstBuffer *silence;
  GstMapInfo map;

  if (!self->chunker || self->file || self->held || duration > SHORT_GAP
      || !stt_timed_samples_expects (self->timed_samples, start, 0))
    return FALSE;
  /* To its end, whatever was off before. */
  length = start + duration
      - MIN (start + duration, stt_timed_samples_next (self->timed_samples));
  frames = gst_util_uint64_scale (length, GST_AUDIO_INFO_RATE (&self->info), GST_SECOND);
  if (frames == 0)
    return TRUE;
  silence =
      gst_buffer_new_allocate (NULL, frames * GST_AUDIO_INFO_BPF (&self->info), NULL);
  gst_buffer_map (silence, &map, GST_MAP_WRITE);
  gst_audio_format_info_fill_silence (self->info.finfo, map.data, map.size);
  gst_buffer_unmap (silence, &map);
  push_buffer (self, silence);
  gst_buffer_unref (silence);
  return TRUE;
}

GstClockTime
stt_input_next (SttInput *self)
{
  return self->file ? GST_CLOCK_TIME_NONE : stt_timed_samples_next (self->timed_samples);
}

static gboolean
set_audio (SttInput *self, GstCaps *caps)
{
  GstAudioInfo info;

  if (!gst_audio_info_from_caps (&info, caps))
    return FALSE;
  if (!self->file && GST_AUDIO_INFO_IS_VALID (&self->info)
      && gst_audio_info_is_equal (&info, &self->info))
    return TRUE;
  stt_input_close_chunk (self, "caps");
  self->info = info;
  self->file = OPENAI_RECORDING_UNKNOWN;
  return stt_timed_samples_set_caps (self->timed_samples, &info);
}

gboolean
stt_input_set_caps (SttInput *self, GstCaps *caps)
{
  OpenaiRecordingKind file = gst_openai_recording_kind (caps);

  if (file == OPENAI_RECORDING_UNKNOWN)
    return set_audio (self, caps);
  if (file != self->file)
    stt_input_close_chunk (self, "caps");
  self->file = file;
  return TRUE;
}

gboolean
stt_input_find_caps (SttInput *self, GstBuffer *buffer)
{
  g_autoptr (GstCaps) caps =
      gst_type_find_helper_for_buffer (GST_OBJECT (self->element), buffer, NULL);

  GST_DEBUG_OBJECT (self->element, "data without caps looks like %" GST_PTR_FORMAT, caps);
  return caps && gst_openai_recording_kind (caps) && stt_input_set_caps (self, caps);
}

gboolean
stt_input_has_caps (SttInput *self)
{
  return self->file || GST_AUDIO_INFO_IS_VALID (&self->info);
}

gboolean
stt_input_is_file (SttInput *self)
{
  return self->file != OPENAI_RECORDING_UNKNOWN;
}

/* What was lost before @buffer without being told. FALSE: it is more than is filled, or
 * nothing. */
static gboolean
fill_shift (SttInput *self, GstBuffer *buffer)
{
  GstClockTime next = stt_timed_samples_next (self->timed_samples);

  return GST_BUFFER_PTS (buffer) > next
      && stt_input_fill (self, next, GST_BUFFER_PTS (buffer) - next);
}

static gboolean
take_speech (SttInput *self, GstBuffer *buffer, GstClockTime start)
{
  SttTime time;

  if (stt_timed_samples_is_new (self->timed_samples))
    stt_timed_samples_restart (self->timed_samples,
        GST_BUFFER_PTS_IS_VALID (buffer) ? GST_BUFFER_PTS (buffer) : start);
  if (!resolve_held (self, buffer))
    return FALSE;
  time = stt_timed_samples_judge (self->timed_samples, buffer);
  if (time == STT_TIME_FAR) {
    self->held = gst_buffer_ref (buffer);
    return TRUE;
  }
  if (time == STT_TIME_SHIFTED && !fill_shift (self, buffer) && !jump (self, buffer))
    return FALSE;
  return push_buffer (self, buffer);
}

static SttInputResult
push_speech (SttInput *self, GstBuffer *buffer, GstClockTime start)
{
  return take_speech (self, buffer, start) ? STT_INPUT_OK : STT_INPUT_FLUSHING;
}

static gboolean
begin_file (SttInput *self, GstClockTime start)
{
  self->open = stt_queue_push_chunk (self->queue, start, start);
  self->open->duration_unknown = TRUE;
  self->file_length = 0;
  self->file_end = start;
  return self->transport->klass->begin_file (self->transport, self->open,
      openai_recording_filename (self->file), openai_recording_type (self->file));
}

static GBytes *
bytes_of (GstBuffer *buffer)
{
  gpointer data;
  gsize size;

  gst_buffer_extract_dup (buffer, 0, -1, &data, &size);
  return g_bytes_new_take (data, size);
}

static SttInputResult
push_file (SttInput *self, GstBuffer *buffer, GstClockTime start)
{
  g_autoptr (GBytes) bytes = NULL;
  GstClockTime pts = GST_BUFFER_PTS (buffer);

  if (!self->open && !begin_file (self, GST_CLOCK_TIME_IS_VALID (pts) ? pts : start))
    return STT_INPUT_FLUSHING;
  self->file_length += gst_buffer_get_size (buffer);
  if (self->file_length > self->max_file)
    return STT_INPUT_TOO_LONG;
  if (GST_CLOCK_TIME_IS_VALID (pts) && GST_BUFFER_DURATION_IS_VALID (buffer))
    self->file_end = MAX (self->file_end, pts + GST_BUFFER_DURATION (buffer));
  bytes = bytes_of (buffer);
  self->transport->klass->append (self->transport, bytes);
  return STT_INPUT_OK;
}

/* What of @buffer is inside of @segment, or NULL; the verdict of one that is outside
 * counts as well. Takes @buffer. */
static GstBuffer *
clip (SttInput *self, GstBuffer *buffer, const GstSegment *segment)
{
  GstBuffer *inside = gst_audio_buffer_clip (gst_buffer_ref (buffer), segment,
      GST_AUDIO_INFO_RATE (&self->info), GST_AUDIO_INFO_BPF (&self->info));

  if (!inside)
    follow_verdict (self, buffer);
  gst_buffer_unref (buffer);
  return inside;
}

SttInputResult
stt_input_push (SttInput *self, GstBuffer *buffer, const GstSegment *segment)
{
  SttInputResult result;

  if (!self->file)
    buffer = clip (self, buffer, segment);
  if (!buffer)
    return STT_INPUT_OK;
  result = self->file ? push_file (self, buffer, segment->start)
                      : push_speech (self, buffer, segment->start);
  gst_buffer_unref (buffer);
  return result;
}
