// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A server of Realtime transcription sessions. */

#include "server/realtime.h"

#include <string.h>

struct _TestRealtime
{
  TestRealtimeScript script;
  TestSessions *sessions;

  /* protected by lock */
  GMutex lock;
  GCond cond; /* anything changed */
  gsize bytes;
  guint n_commits;
  guint n_results;
  guint n_drops;
  guint n_closed;
  GPtrArray *updates; /* gchar * */
  GArray *pieces;     /* TestPiece */
};

/* What a session has heard. */
typedef struct
{
  GByteArray *audio; /* since the last commit */
  GString *told;     /* deltas of it */
  gboolean is_open;  /* vLLM: an item has begun */
  gboolean is_cut;   /* what comes yet was under way */
  guint n_items;
  guint n_pieces;
  GPtrArray *held; /* gchar *: results */
} Ear;

static void
ear_free (gpointer data)
{
  Ear *ear = data;

  g_byte_array_unref (ear->audio);
  g_string_free (ear->told, TRUE);
  g_ptr_array_unref (ear->held);
  g_free (ear);
}

static void
on_opened (TestSession *session, gpointer data)
{
  TestRealtime *self = data;
  Ear *ear = g_new0 (Ear, 1);
  gint64 expires = self->script.expires_in
      ? g_get_real_time () / G_USEC_PER_SEC + self->script.expires_in
      : 0;

  ear->audio = g_byte_array_new ();
  ear->told = g_string_new (NULL);
  ear->held = g_ptr_array_new_with_free_func (g_free);
  test_session_set_data (session, ear, ear_free);
  switch (self->script.dialect) {
    case TEST_DIALECT_VLLM:
      test_session_send (session,
          "{\"type\":\"session.created\","
          "\"id\":\"sess-1\",\"created\":1764400000}");
      break;
    case TEST_DIALECT_BETA:
      test_session_send (session,
          "{\"type\":\"session.created\",\"session\":"
          "{\"input_audio_format\":\"pcm16\",\"turn_detection\":{}}}");
      break;
    default:
      test_session_printf (session,
          "{\"type\":\"session.created\","
          "\"event_id\":\"%s\",\"session\":{\"type\":\"transcription\","
          "\"audio\":{},\"expires_at\":%" G_GINT64_FORMAT "}}",
          self->script.dialect == TEST_DIALECT_LOCALAI ? "event_TODO" : "event_1",
          expires);
  }
}

/* TRUE: it is to be done once more. */
static gboolean
count_down (TestRealtime *self, guint *left)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (*left == 0)
    return FALSE;
  (*left)--;
  return TRUE;
}

static void
take_update (TestRealtime *self, TestSession *session, const gchar *text)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->updates, g_strdup (text));
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  if (self->script.update_error && count_down (self, &self->script.update_errors))
    test_session_send (session, self->script.update_error);
  else if (self->script.dialect != TEST_DIALECT_VLLM && !self->script.never_updates)
    test_session_send (
        session, "{\"type\":\"session.updated\",\"event_id\":\"e\",\"session\":{}}");
}

#define ITEM "conversation.item.input_audio_transcription."

/* ,"item_id":"item_1" */
static gchar *
name_item (TestRealtime *self, Ear *ear, const gchar *prefix)
{
  return self->script.has_no_ids
      ? g_strdup ("")
      : g_strdup_printf (",\"item_id\":\"%s_%u\"", prefix, ear->n_items);
}

static void
tell_delta (TestRealtime *self, TestSession *session, Ear *ear)
{
  g_autofree gchar *item = name_item (self, ear, "item");
  g_autofree gchar *delta = self->script.tells_time
      ? g_strdup_printf (
            "%07" G_GINT64_FORMAT " ", g_get_monotonic_time () % TEST_REALTIME_TIMES)
      : g_strdup ("a ");

  g_string_append (ear->told, delta);
  if (self->script.dialect == TEST_DIALECT_VLLM)
    test_session_printf (
        session, "{\"type\":\"transcription.delta\",\"delta\":\"%s\"}", delta);
  else
    test_session_printf (session,
        "{\"type\":\"" ITEM "delta\"%s,"
        "\"delta\":\"%s\"}",
        item, self->script.is_cumulative ? ear->told->str : delta);
}

static gchar *
word_of (GByteArray *audio)
{
  g_autofree gchar *sum =
      g_compute_checksum_for_data (G_CHECKSUM_SHA1, audio->data, audio->len);

  return g_strdup_printf ("word%.6s", sum);
}

static gchar *
make_result (TestRealtime *self, Ear *ear, const gchar *word, gboolean is_sound)
{
  g_autofree gchar *item =
      name_item (self, ear, self->script.renames_items ? "result" : "item");

  if (!is_sound && count_down (self, &self->script.fail_items))
    return g_strdup_printf (
        "{\"type\":\"" ITEM "failed\"%s,\"error\":"
        "{\"code\":\"audio_unintelligible\",\"message\":\"It is noise.\"}}",
        item);
  if (!is_sound && count_down (self, &self->script.empty_items))
    word = "";
  if (self->script.dialect == TEST_DIALECT_VLLM)
    return g_strdup_printf ("{\"type\":\"transcription.done\",\"text\":\"%s\","
                            "\"usage\":{\"prompt_tokens\":1}}",
        word);
  return g_strdup_printf ("{\"type\":\"" ITEM "completed\"%s,"
                          "\"content_index\":0,\"transcript\":\"%s\",\"usage\":{\"type\":"
                          "\"duration\",\"seconds\":%f}}",
      item, word, ear->audio->len / 48000.0);
}

static void
send_results (TestRealtime *self, TestSession *session, Ear *ear)
{
  g_mutex_lock (&self->lock);
  self->n_results += ear->held->len;
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < ear->held->len; i++) {
    guint which = self->script.holds_commits ? i : ear->held->len - 1 - i;

    test_session_send (session, g_ptr_array_index (ear->held, which));
    if (self->script.adds_strangers)
      test_session_send (session,
          "{\"type\":\"" ITEM "completed\","
          "\"item_id\":\"stranger\",\"transcript\":\"not ours\"}");
  }
  g_ptr_array_set_size (ear->held, 0);
}

static void
end_session (TestRealtime *self, TestSession *session)
{
  if (self->script.close_error)
    test_session_send (session, self->script.close_error);
  if (self->script.close_code)
    test_session_close (session, self->script.close_code, "over");
  else
    test_session_drop (session);
}

static void
end_item (TestRealtime *self, TestSession *session, Ear *ear)
{
  g_autofree gchar *word = word_of (ear->audio);
  g_autofree gchar *item = name_item (self, ear, "item");
  gboolean is_sound = count_down (self, &self->script.sound_items);

  if (!self->script.acks_nothing && self->script.dialect != TEST_DIALECT_VLLM) {
    g_autofree gchar *commit =
        g_strdup_printf ("{\"type\":\"input_audio_buffer.committed\"%s}", item);

    if (self->script.holds_commits)
      g_ptr_array_add (ear->held, g_steal_pointer (&commit));
    else
      test_session_send (session, commit);
  }
  if (is_sound || !count_down (self, &self->script.mute_items))
    g_ptr_array_add (ear->held, make_result (self, ear, word, is_sound));
  g_byte_array_set_size (ear->audio, 0);
  g_string_truncate (ear->told, 0);
  ear->is_open = FALSE;
  ear->n_items++;
  if (ear->held->len >= self->script.hold_results)
    send_results (self, session, ear);
  if (!ear->is_cut && count_down (self, &self->script.close_sessions)) {
    ear->is_cut = TRUE;
    end_session (self, session);
  }
}

static void
take_audio (TestRealtime *self, TestSession *session, JsonObject *event)
{
  Ear *ear = test_session_data (session);
  gsize length;
  g_autofree guchar *audio = g_base64_decode (
      json_object_get_string_member_with_default (event, "audio", ""), &length);
  TestPiece piece = { g_get_monotonic_time (), 0, length };

  g_mutex_lock (&self->lock);
  piece.offset = self->bytes;
  self->bytes += length;
  g_array_append_val (self->pieces, piece);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  if (self->script.dialect == TEST_DIALECT_VLLM && !ear->is_open)
    return;
  g_byte_array_append (ear->audio, audio, length);
  if (ear->audio->len > 9600 && !ear->is_cut
      && count_down (self, &self->script.drop_items)) {
    ear->is_cut = TRUE;
    test_session_drop (session);
  } else if (self->script.tells_early
      && (!self->script.tells_time || ear->n_pieces++ % 3 == 0))
    tell_delta (self, session, ear);
  if (self->script.cuts_every && ear->audio->len >= self->script.cuts_every)
    end_item (self, session, ear);
}

static void
take_commit (TestRealtime *self, TestSession *session, Ear *ear, JsonObject *event)
{
  g_mutex_lock (&self->lock);
  self->n_commits++;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  if (ear->audio->len > 0)
    end_item (self, session, ear);
  else
    test_session_printf (session,
        "{\"type\":\"error\",\"error\":{\"code\":"
        "\"input_audio_buffer_commit_empty\",\"message\":\"Nothing there\","
        "\"event_id\":\"%s\"}}",
        json_object_get_string_member_with_default (event, "event_id", ""));
}

static void
on_message (TestSession *session, const gchar *type, JsonObject *event, const gchar *text,
    gpointer data)
{
  TestRealtime *self = data;
  Ear *ear = test_session_data (session);

  if (g_str_equal (type, "session.update"))
    take_update (self, session, text);
  else if (g_str_equal (type, "input_audio_buffer.append"))
    take_audio (self, session, event);
  else if (g_str_equal (type, "input_audio_buffer.commit")
      && self->script.dialect == TEST_DIALECT_VLLM
      && !json_object_has_member (event, "final"))
    ear->is_open = TRUE;
  else if (g_str_equal (type, "input_audio_buffer.commit"))
    take_commit (self, session, ear, event);
}

TestRealtime *
test_realtime_new (const TestRealtimeScript *script)
{
  static const TestSessionFuncs funcs = {
    .opened = on_opened,
    .message = on_message,
  };
  TestRealtime *self = g_new0 (TestRealtime, 1);

  self->script = *script;
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->updates = g_ptr_array_new_with_free_func (g_free);
  self->pieces = g_array_new (FALSE, FALSE, sizeof (TestPiece));
  self->sessions = test_sessions_new (&funcs, self);
  return self;
}

void
test_realtime_free (TestRealtime *self)
{
  if (!self)
    return;
  test_sessions_free (self->sessions);
  g_ptr_array_unref (self->updates);
  g_array_unref (self->pieces);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  g_free (self);
}

TestSessions *
test_realtime_sessions (TestRealtime *self)
{
  return self->sessions;
}

const gchar *
test_realtime_base_url (TestRealtime *self)
{
  return test_sessions_base_url (self->sessions);
}

gsize
test_realtime_bytes (TestRealtime *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->bytes;
}

guint
test_realtime_n_commits (TestRealtime *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_commits;
}

guint
test_realtime_n_results (TestRealtime *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_results;
}

guint
test_realtime_n_updates (TestRealtime *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->updates->len;
}

gboolean
test_realtime_wait (TestRealtime *self, guint commits, gsize bytes, gdouble seconds)
{
  gint64 until = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while ((self->n_commits < commits || self->bytes < bytes)
      && g_cond_wait_until (&self->cond, &self->lock, until))
    ;
  return self->n_commits >= commits && self->bytes >= bytes;
}

gchar *
test_realtime_update (TestRealtime *self, guint index)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return index < self->updates->len ? g_strdup (g_ptr_array_index (self->updates, index))
                                    : NULL;
}

GArray *
test_realtime_pieces (TestRealtime *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_array_copy (self->pieces);
}
