// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Live, the sound before a chunk is sent again with it: models hear a short piece worse
 * alone. What the answer says of it is left out. */

#include "httpupload.h"

#include <math.h>

#include "answertimes.h"
#include "seam.h"
#include "text/unicode.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

/* After a longer pause something else is talked about. */
#define LONGEST_PAUSE (10 * GST_SECOND)

/* Seconds of speech of which an answer says something. */
#define SOME_SPEECH 1.0

/* A chunk that was sent; reference-counted. */
struct _SttSent
{
  GstClockTime end;
  GBytes *samples;
  gchar *text; /* what its answer says; NULL: that is not known */
};

static void
sent_clear (gpointer data)
{
  SttSent *sent = data;

  g_bytes_unref (sent->samples);
  g_free (sent->text);
}

void
stt_sent_unref (SttSent *sent)
{
  g_atomic_rc_box_release_full (sent, sent_clear);
}

static guint64
length_of (const SttSent *sent)
{
  return g_bytes_get_size (sent->samples) / sizeof (gint16);
}

/* A server that is behind gets nothing twice. */
static gboolean
may_overlap (const SttUpload *upload)
{
  const SttHttpTransport *self = upload->transport;
  const SttSent *last = g_queue_peek_tail ((GQueue *) &self->sent);

  return self->in_flight < self->max_requests && last
      && upload->chunk->start <= last->end + LONGEST_PAUSE;
}

void
stt_upload_choose_overlap (SttUpload *upload)
{
  SttHttpTransport *self = upload->transport;

  if (!may_overlap (upload))
    return;
  upload->before = g_ptr_array_new_with_free_func ((GDestroyNotify) stt_sent_unref);
  for (GList *l = self->sent.head; l; l = l->next)
    g_ptr_array_add (upload->before, g_atomic_rc_box_acquire ((SttSent *) l->data));
}

gboolean
stt_upload_awaits_overlap (const SttUpload *upload)
{
  const SttHttpTransport *self = upload->transport;

  return upload->before && !upload->finished && !self->knows_times && self->in_flight > 0;
}

void
stt_upload_begin_overlap (SttUpload *upload)
{
  SttHttpTransport *self = upload->transport;

  if (!upload->before || upload->overlap > 0 || !self->tells_words
      || self->too_long != G_MAXUINT64)
    return;
  for (guint i = upload->before->len; i > 0; i--) {
    const SttSent *sent = g_ptr_array_index (upload->before, i - 1);

    openai_transcription_prepend (upload->transcription, sent->samples);
    upload->overlap += length_of (sent);
  }
  self->events.repeated (upload->overlap, self->owner);
}

/* Keeps whole chunks, as many of the last ones as are not longer than the overlap. */
void
stt_upload_keep_sent (SttUpload *upload)
{
  SttHttpTransport *self = upload->transport;
  guint64 samples = 0;

  if (!self->live || self->flushing || upload->is_file || self->overlap == 0)
    return;
  upload->kept = g_atomic_rc_box_new0 (SttSent);
  upload->kept->end = upload->chunk->end;
  upload->kept->samples = stt_upload_own_samples (upload);
  stt_upload_keep_said (upload);
  g_queue_push_tail (&self->sent, g_atomic_rc_box_acquire (upload->kept));
  for (GList *l = self->sent.head; l; l = l->next)
    samples += length_of (l->data);
  while (samples > self->overlap) {
    SttSent *first = g_queue_pop_head (&self->sent);

    samples -= length_of (first);
    stt_sent_unref (first);
  }
}

void
stt_uploads_forget_sent (SttHttpTransport *self)
{
  g_queue_clear_full (&self->sent, (GDestroyNotify) stt_sent_unref);
}

static gboolean
has_times (const OpenaiTranscript *transcript)
{
  const OpenaiWord *first =
      transcript->words->len > 0 ? g_ptr_array_index (transcript->words, 0) : NULL;

  return first && openai_times_are_known (&(OpenaiTimes) { first->start, first->end });
}

void
stt_upload_keep_said (SttUpload *upload)
{
  SttHttpTransport *self = upload->transport;

  if (!upload->transcript)
    return;
  self->tells_words |= has_times (upload->transcript);
  if (!upload->kept)
    return;
  g_free (upload->kept->text);
  upload->kept->text = g_strdup (upload->transcript->text);
}

/* What was said in the overlap; NULL: not all of it is known. */
static gchar *
said_before (const SttUpload *upload)
{
  g_autoptr (GString) said = g_string_new (NULL);

  for (guint i = 0; i < upload->before->len; i++) {
    const SttSent *sent = g_ptr_array_index (upload->before, i);

    if (!sent->text)
      return NULL;
    openai_text_join (said, sent->text);
  }
  return g_strdup (said->str);
}

/* It says nothing of a chunk with speech, but may have said that before the seam. */
static gboolean
is_missing (const SttUpload *upload, const OpenaiTranscript *rest)
{
  return upload->finished && *rest->text == '\0'
      && stt_upload_seconds (upload) >= SOME_SPEECH;
}

OpenaiTranscript *
stt_upload_leave_out_overlap (SttUpload *upload, OpenaiTranscript *transcript)
{
  gdouble seam = (gdouble) upload->overlap / STT_HTTP_RATE;
  g_autofree gchar *said = said_before (upload);
  g_autoptr (OpenaiTranscript) repaired = stt_answer_times_repair (
      transcript, seam + (gdouble) upload->samples / STT_HTTP_RATE);
  g_autoptr (OpenaiTranscript) rest = stt_seam_after (repaired, said, seam);

  if (!rest || is_missing (upload, rest))
    return NULL;
  return g_steal_pointer (&rest);
}
