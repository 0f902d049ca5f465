// SPDX-License-Identifier: LGPL-2.1-or-later
/* The way of a sample: audio of any kind in, stretches of speech uploaded and
 * all stretches lined up in the outbox. */

#include "stt/feed.h"

#include "stt/intake.h"

GST_DEBUG_CATEGORY_EXTERN (openaistt_debug);
#define GST_CAT_DEFAULT openaistt_debug

struct _Feed
{
  GstElement *element;          /* not owned: it owns this */
  Outbox *outbox;
  Uploads *uploads;

  Intake *intake;
  Chunker *chunker;             /* from feed_begin() on */
  Stretch *open;                /* the speech that goes on */
  GQueue blocks;                /* GBytes: samples the chunker has not decided */
  guint64 blocks_start;         /* the position of the first of them */
};

Feed *
feed_new (GstElement * element, Outbox * outbox, Uploads * uploads)
{
  Feed *self = g_new0 (Feed, 1);

  self->element = element;
  self->outbox = outbox;
  self->uploads = uploads;
  self->intake = intake_new ();
  g_queue_init (&self->blocks);
  return self;
}

void
feed_free (Feed * self)
{
  if (!self)
    return;
  intake_free (self->intake);
  chunker_free (self->chunker);
  g_clear_pointer (&self->open, stretch_unref);
  g_queue_clear_full (&self->blocks, (GDestroyNotify) g_bytes_unref);
  g_free (self);
}

gboolean
feed_set_caps (Feed * self, const GstAudioInfo * info)
{
  return intake_set_caps (self->intake, info);
}

void
feed_begin (Feed * self, const ChunkerOptions * options)
{
  self->chunker = chunker_new (options);
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

  GST_LOG_OBJECT (self->element, "speech begins at %" GST_TIME_FORMAT,
      GST_TIME_ARGS (start));
  self->open = outbox_add_speech (self->outbox, start);
  return uploads_begin (self->uploads, self->open);
}

static void
end_speech (Feed * self, const ChunkerEvent * event)
{
  GstClockTime end = intake_time (self->intake, event->start);

  GST_LOG_OBJECT (self->element, "speech ends at %" GST_TIME_FORMAT "%s",
      GST_TIME_ARGS (end), event->forced ? " (cut)" : "");
  outbox_end_speech (self->outbox, self->open, end);
  uploads_end (self->uploads);
  g_clear_pointer (&self->open, stretch_unref);
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

/* Takes @samples. FALSE: flushing. */
static gboolean
take_in (Feed * self, GBytes * samples)
{
  gsize size;
  const gint16 *data;

  if (!samples)
    return TRUE;
  data = g_bytes_get_data (samples, &size);
  g_queue_push_tail (&self->blocks, samples);
  outbox_count_in (self->outbox, size / sizeof *data);
  chunker_push (self->chunker, data, size / sizeof *data);
  return handle_chunker (self);
}

gboolean
feed_close (Feed * self)
{
  if (!self->chunker)
    return TRUE;
  if (!take_in (self, intake_drain (self->intake)))
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

gboolean
feed_push (Feed * self, GstBuffer * buffer, GstClockTime start)
{
  return follow_time (self, buffer, start)
      && take_in (self, intake_push (self->intake, buffer));
}
