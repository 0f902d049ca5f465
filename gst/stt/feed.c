// SPDX-License-Identifier: LGPL-2.1-or-later
/* The way of a sample: audio of any kind in, stretches of speech uploaded and
 * all stretches lined up in the outbox. */

#include "stt/feed.h"

#include <gst/base/gsttypefindhelper.h>

#include "recordingcaps.h"
#include "stt/intake.h"

GST_DEBUG_CATEGORY_EXTERN (openaistt_debug);
#define GST_CAT_DEFAULT openaistt_debug

struct _Feed
{
  GstElement *element;          /* not owned: it owns this */
  Outbox *outbox;
  Uploads *uploads;

  GstAudioInfo info;            /* of raw input, or not valid */
  OpenaiRecordingKind file;     /* encoded input, or UNKNOWN */
  guint64 max_file;             /* bytes */
  guint64 file_length;          /* so far */
  GstClockTime file_end;        /* so far, where it has time stamps */

  Intake *intake;
  Chunker *chunker;             /* from feed_begin() on */
  Stretch *open;                /* the speech that goes on */
  GQueue blocks;                /* GBytes: samples the chunker has not decided */
  guint64 blocks_start;         /* the position of the first of them */
  gboolean grew;                /* the last buffer made the open speech longer */
  gboolean knows_voice;         /* somebody upstream has told of a voice */
};

Feed *
feed_new (GstElement * element, Outbox * outbox, Uploads * uploads)
{
  Feed *self = g_new0 (Feed, 1);

  self->element = element;
  self->outbox = outbox;
  self->uploads = uploads;
  self->intake = intake_new ();
  gst_audio_info_init (&self->info);
  g_queue_init (&self->blocks);
  return self;
}

static void
forget (Feed * self)
{
  g_clear_pointer (&self->intake, intake_free);
  g_clear_pointer (&self->chunker, chunker_free);
  g_clear_pointer (&self->open, stretch_unref);
  g_queue_clear_full (&self->blocks, (GDestroyNotify) g_bytes_unref);
  self->blocks_start = 0;
  self->knows_voice = FALSE;
}

void
feed_free (Feed * self)
{
  if (!self)
    return;
  forget (self);
  g_free (self);
}

void
feed_reset (Feed * self)
{
  forget (self);
  self->intake = intake_new ();
  if (GST_AUDIO_INFO_IS_VALID (&self->info))
    intake_set_caps (self->intake, &self->info);
}

void
feed_begin (Feed * self, const ChunkerOptions * options, guint64 max_file)
{
  self->chunker = chunker_new (options);
  self->max_file = max_file;
}

gboolean
feed_has_begun (Feed * self)
{
  return self->chunker != NULL;
}

void
feed_restart (Feed * self, GstClockTime time)
{
  intake_restart (self->intake, time);
}

void
feed_forget_time (Feed * self)
{
  intake_forget_time (self->intake);
}

/* Calls @func, or only forgets, for all samples before @end. */
static void
take_samples (Feed * self, guint64 end,
    void (*func) (Uploads *, GBytes *))
{
  while (self->blocks_start < end) {
    GBytes *block = g_queue_pop_head (&self->blocks);
    guint64 length = g_bytes_get_size (block) / sizeof (gint16);
    guint64 taken = MIN (length, end - self->blocks_start);
    g_autoptr (GBytes) part =
        g_bytes_new_from_bytes (block, 0, taken * sizeof (gint16));

    if (func)
      func (self->uploads, part);
    if (taken < length)
      g_queue_push_head (&self->blocks, g_bytes_new_from_bytes (block,
              taken * sizeof (gint16), (length - taken) * sizeof (gint16)));
    g_bytes_unref (block);
    self->blocks_start += taken;
  }
}

static gboolean
begin_speech (Feed * self, guint64 position)
{
  GstClockTime start = intake_time (self->intake, position);
  guint64 longest = uploads_longest (self->uploads);

  if (longest)
    chunker_limit (self->chunker, longest);
  GST_LOG_OBJECT (self->element, "speech begins at %" GST_TIME_FORMAT,
      GST_TIME_ARGS (start));
  self->open = outbox_add_speech (self->outbox, start);
  return uploads_begin (self->uploads, self->open);
}

static void
end_open (Feed * self, GstClockTime end, GstClockTime speech_start,
    GstClockTime speech_end, guint64 loud)
{
  outbox_end_speech (self->outbox, self->open, end, speech_start, speech_end,
      loud);
  uploads_end (self->uploads);
  g_clear_pointer (&self->open, stretch_unref);
}

static void
end_speech (Feed * self, const ChunkerEvent * event)
{
  GstClockTime end = intake_time (self->intake, event->start);

  GST_LOG_OBJECT (self->element, "speech ends at %" GST_TIME_FORMAT "%s",
      GST_TIME_ARGS (end), event->forced ? " (cut)" : "");
  end_open (self, end, intake_time (self->intake, event->speech_start),
      intake_time (self->intake, event->speech_end), event->loud);
}

static gboolean
handle_chunker_event (Feed * self, const ChunkerEvent * event)
{
  guint64 length = event->end - event->start;

  switch (event->kind) {
    case CHUNKER_SILENCE:
      outbox_add_silence (self->outbox,
          intake_time (self->intake, event->start),
          intake_time (self->intake, event->end), length);
      take_samples (self, event->end, NULL);
      return TRUE;
    case CHUNKER_BEGIN:
      return begin_speech (self, event->start);
    case CHUNKER_AUDIO:
      self->grew = TRUE;
      outbox_grow_speech (self->outbox, self->open, length);
      take_samples (self, event->end, uploads_append);
      return TRUE;
    case CHUNKER_END:
      end_speech (self, event);
      return TRUE;
  }
  g_assert_not_reached ();
}

/* FALSE: flushing. */
static gboolean
handle_chunker (Feed * self)
{
  ChunkerEvent event;

  while (chunker_next (self->chunker, &event)) {
    if (!handle_chunker_event (self, &event))
      return FALSE;
  }
  return TRUE;
}

/* What an element upstream found out about @buffer: webrtcdsp, or whoever read
 * it from an RTP header. Some write levels and never tell a voice: these are
 * not believed that there is none. */
static ChunkerVoice
voice_of (Feed * self, GstBuffer * buffer)
{
  GstAudioLevelMeta *meta = gst_buffer_get_audio_level_meta (buffer);

  if (!meta)
    return CHUNKER_JUDGE;
  if (meta->voice_activity)
    self->knows_voice = TRUE;
  else if (!self->knows_voice)
    return CHUNKER_JUDGE;
  return meta->voice_activity ? CHUNKER_VOICE : CHUNKER_NO_VOICE;
}

/* Takes @samples. FALSE: flushing. */
static gboolean
take_in (Feed * self, GBytes * samples, ChunkerVoice voice)
{
  gsize size;
  const gint16 *data;

  if (!samples)
    return TRUE;
  data = g_bytes_get_data (samples, &size);
  g_queue_push_tail (&self->blocks, samples);
  outbox_count_in (self->outbox, size / sizeof *data);
  chunker_push (self->chunker, data, size / sizeof *data, voice);
  self->grew = FALSE;
  if (!handle_chunker (self))
    return FALSE;
  if (!self->grew)
    uploads_flush (self->uploads);
  return TRUE;
}

gboolean
feed_close (Feed * self)
{
  if (!self->chunker)
    return TRUE;
  if (self->file) {
    if (self->open)
      end_open (self, self->file_end, self->open->start, self->file_end,
          G_MAXUINT64);
    return TRUE;
  }
  if (!take_in (self, intake_drain (self->intake), CHUNKER_JUDGE))
    return FALSE;
  chunker_finish (self->chunker);
  return handle_chunker (self);
}

/* What does not follow what came before begins clean. FALSE: flushing. */
static gboolean
follow_time (Feed * self, GstBuffer * buffer, GstClockTime start)
{
  gboolean discont = intake_is_discont (self->intake, buffer);
  gboolean unknown = intake_is_new (self->intake);

  if (GST_BUFFER_PTS_IS_VALID (buffer))
    start = GST_BUFFER_PTS (buffer);
  if (!discont && !unknown)
    return TRUE;
  if (!unknown) {
    GST_DEBUG_OBJECT (self->element, "discontinuity at %" GST_PTR_FORMAT, buffer);
    if (!feed_close (self))
      return FALSE;
  }
  intake_restart (self->intake, start);
  return TRUE;
}

static gboolean
set_audio (Feed * self, GstCaps * caps)
{
  GstAudioInfo info;

  if (!gst_audio_info_from_caps (&info, caps))
    return FALSE;
  if (!self->file && GST_AUDIO_INFO_IS_VALID (&self->info)
      && gst_audio_info_is_equal (&info, &self->info))
    return TRUE;
  feed_close (self);
  self->info = info;
  self->file = OPENAI_RECORDING_UNKNOWN;
  return intake_set_caps (self->intake, &info);
}

gboolean
feed_set_caps (Feed * self, GstCaps * caps)
{
  OpenaiRecordingKind file = gst_openai_recording_kind (caps);

  if (file == OPENAI_RECORDING_UNKNOWN)
    return set_audio (self, caps);
  if (file != self->file)
    feed_close (self);
  self->file = file;
  return TRUE;
}

gboolean
feed_find_caps (Feed * self, GstBuffer * buffer)
{
  g_autoptr (GstCaps) caps = gst_type_find_helper_for_buffer (GST_OBJECT
      (self->element), buffer, NULL);

  GST_DEBUG_OBJECT (self->element, "data without caps looks like %"
      GST_PTR_FORMAT, caps);
  return caps && gst_openai_recording_kind (caps) && feed_set_caps (self, caps);
}

gboolean
feed_has_caps (Feed * self)
{
  return self->file || GST_AUDIO_INFO_IS_VALID (&self->info);
}

gboolean
feed_is_file (Feed * self)
{
  return self->file != OPENAI_RECORDING_UNKNOWN;
}

static FeedResult
push_speech (Feed * self, GstBuffer * buffer, GstClockTime start)
{
  return follow_time (self, buffer, start)
      && take_in (self, intake_push (self->intake, buffer),
      voice_of (self, buffer)) ? FEED_OK : FEED_FLUSHING;
}

static gboolean
begin_file (Feed * self, GstClockTime start)
{
  self->open = outbox_add_speech (self->outbox, start);
  self->open->endless = TRUE;
  self->file_length = 0;
  self->file_end = start;
  return uploads_begin_file (self->uploads, self->open,
      openai_recording_filename (self->file),
      openai_recording_type (self->file));
}

static GBytes *
bytes_of (GstBuffer * buffer)
{
  gpointer data;
  gsize size;

  gst_buffer_extract_dup (buffer, 0, -1, &data, &size);
  return g_bytes_new_take (data, size);
}

static FeedResult
push_file (Feed * self, GstBuffer * buffer, GstClockTime start)
{
  g_autoptr (GBytes) bytes = NULL;
  GstClockTime pts = GST_BUFFER_PTS (buffer);

  if (!self->open
      && !begin_file (self, GST_CLOCK_TIME_IS_VALID (pts) ? pts : start))
    return FEED_FLUSHING;
  self->file_length += gst_buffer_get_size (buffer);
  if (self->file_length > self->max_file)
    return FEED_TOO_LONG;
  if (GST_CLOCK_TIME_IS_VALID (pts) && GST_BUFFER_DURATION_IS_VALID (buffer))
    self->file_end =
        MAX (self->file_end, pts + GST_BUFFER_DURATION (buffer));
  bytes = bytes_of (buffer);
  uploads_append (self->uploads, bytes);
  return FEED_OK;
}

FeedResult
feed_push (Feed * self, GstBuffer * buffer, const GstSegment * segment)
{
  FeedResult result;

  if (!self->file)
    buffer = gst_audio_buffer_clip (buffer, segment,
        GST_AUDIO_INFO_RATE (&self->info), GST_AUDIO_INFO_BPF (&self->info));
  if (!buffer)
    return FEED_OK;
  result = self->file ? push_file (self, buffer, segment->start) :
      push_speech (self, buffer, segment->start);
  gst_buffer_unref (buffer);
  return result;
}
