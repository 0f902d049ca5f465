// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A server of Realtime sessions that speaks: each word is a level of its own, as long
 * as it has letters, and silence follows it. */

#include "speaker.h"

#include <stdio.h>
#include <string.h>

#define RATE 24000
#define G711_RATE 8000
#define LETTERS 20 /* a second */
#define PAUSES 10  /* of silence after a word in a second; twice after a sentence */
#define LEAST 2000
#define STEP 37

/* Of G.711: loud, and the next ones as well. */
#define LEAST_CODE 0x10

struct _TestSpeaker
{
  TestSessions *sessions;

  GMutex lock;
  GQueue speeches;  /* TestSpeech, for the next responses */
  GPtrArray *words; /* gchar, by their level */
  GString *asked;
  guint n_asked;
  guint n_cancelled;
  guint n_responses;
  gchar *update;
  gchar *create;
  guint life; /* seconds; 0: an hour */
  gint64 first_audio;
  gint64 last_asked;
  guint8 silence; /* of G.711; 0: samples */
  gboolean is_beta;
  gchar *late; /* the name of what is late, and its id */
  guint late_id;
};

/* One way to send what is heard. */
static guint
rate_of (TestSpeaker *self)
{
  return self->silence ? G711_RATE : RATE;
}

/* A word's number, which is told of each different word once. */
static guint
number_of (TestSpeaker *self, const gchar *word)
{
  guint i = 0;

  while (i < self->words->len && !g_str_equal (self->words->pdata[i], word))
    i++;
  if (i == self->words->len)
    g_ptr_array_add (self->words, g_strdup (word));
  return i;
}

static gsize
length_of (TestSpeaker *self, const gchar *word)
{
  return g_utf8_strlen (word, -1) * rate_of (self) / LETTERS;
}

static gchar *
audio_of (TestSpeaker *self, const gchar *word, gboolean half)
{
  gsize n = length_of (self, word) / (half ? 2 : 1);
  gboolean stops = g_str_has_suffix (word, ".") || g_str_has_suffix (word, "?");
  gsize pause = half ? 0 : rate_of (self) / PAUSES * (stops ? 2 : 1);
  g_autofree gint16 *samples = g_new0 (gint16, n + pause);
  g_autofree guint8 *codes = (guint8 *) g_strnfill (n + pause, self->silence);
  guint number = number_of (self, word);

  for (gsize i = 0; i < n; i++) {
    samples[i] = LEAST + STEP * number;
    codes[i] = LEAST_CODE + number;
  }
  return self->silence ? g_base64_encode (codes, n + pause)
                       : g_base64_encode ((guchar *) samples, (n + pause) * 2);
}

/* Of the events that tell what is said. */
static const gchar *
prefix_of (TestSpeaker *self)
{
  return self->is_beta ? "response.audio" : "response.output_audio";
}

static void
send_transcript (TestSpeaker *self, TestSession *session, guint id, const gchar *kind,
    const gchar *member, const gchar *text)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), text);
  g_autofree gchar *quoted = json_to_string (node, FALSE);

  test_session_printf (session,
      "{\"type\":\"%s_transcript.%s\","
      "\"response_id\":\"resp_%u\",\"item_id\":\"item_%u\",\"%s\":%s}",
      prefix_of (self), kind, id, id, member, quoted);
}

static void
send_done (TestSession *session, guint id, const TestSpeech *speech, const gchar *said)
{
  const gchar *status = speech->status ? speech->status : "completed";
  g_autofree gchar *details = speech->code
      ? g_strdup_printf (
            "{\"type\":\"failed\",\"error\":{\"type\":\"invalid_request_error\","
            "\"code\":\"%s\",\"message\":\"It says %s.\"}}",
            speech->code, speech->code)
      : g_strdup_printf ("{\"reason\":\"%s\"}", speech->reason ? speech->reason : "");
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), said);
  g_autofree gchar *quoted = json_to_string (node, FALSE);
  g_autofree gchar *output = speech->transcript == TEST_TRANSCRIPT_NEVER || speech->code
      ? g_strdup ("")
      : g_strdup_printf (
            "{\"content\":[{\"type\":\"output_audio\",\"transcript\":%s}]}", quoted);

  test_session_printf (session,
      "{\"type\":\"response.done\",\"response\":{"
      "\"id\":\"resp_%u\",\"status\":\"%s\",\"status_details\":%s,\"output\":[%s],"
      "\"usage\":{\"total_tokens\":30,\"input_tokens\":10,\"output_tokens\":20}}}",
      id, status, details, output);
}

static void
send_audio (TestSpeaker *self, TestSession *session, guint id, const gchar *audio)
{
  test_session_printf (session,
      "{\"type\":\"%s.delta\",\"response_id\":\"resp_%u\",\"delta\":\"%s\"}",
      prefix_of (self), id, audio);
}

/* FALSE: the response is not done, or there is no session any more. */
static gboolean
speak (TestSpeaker *self, TestSession *session, guint id, const TestSpeech *speech,
    gchar **words)
{
  for (guint i = 0; words[i]; i++) {
    gboolean half = speech->drops_in_word == i + 1;
    g_autofree gchar *audio = audio_of (self, words[i], half);
    g_autofree gchar *delta = g_strconcat (i ? " " : "", words[i], NULL);

    if (speech->transcript == TEST_TRANSCRIPT_ALONG)
      send_transcript (self, session, id, "delta", "delta", delta);
    if (i == 0)
      self->first_audio = g_get_monotonic_time ();
    send_audio (self, session, id, audio);
    if (half) {
      test_session_drop (session);
      return FALSE;
    }
    if (speech->expires_after_word == i + 1) {
      test_session_printf (session,
          "{\"type\":\"error\",\"error\":{\"type\":"
          "\"invalid_request_error\",\"code\":\"session_expired\",\"message\":"
          "\"Your session hit the maximum duration of 60 minutes.\"}}");
      test_session_close (session, 1001, "session over");
      return FALSE;
    }
    if (speech->stops_after_word == i + 1)
      return FALSE;
  }
  return TRUE;
}

static const gchar *
text_of (JsonObject *response)
{
  JsonObject *item =
      json_array_get_object_element (json_object_get_array_member (response, "input"), 0);
  JsonObject *content =
      json_array_get_object_element (json_object_get_array_member (item, "content"), 0);

  return json_object_get_string_member (content, "text");
}

static void
note_format (TestSpeaker *self, JsonObject *response)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), response);
  g_autofree gchar *text = json_to_string (node, FALSE);

  self->silence = strstr (text, "audio/pcmu") || strstr (text, "g711_ulaw") ? 0xff
      : strstr (text, "audio/pcma") || strstr (text, "g711_alaw")           ? 0xd5
                                                                            : 0;
}

static void
send_created (TestSession *session, guint id, const gchar *call)
{
  test_session_printf (session,
      "{\"type\":\"response.created\",\"response\":{\"id\":"
      "\"resp_%u\",\"metadata\":{\"call\":\"%s\"}}}",
      id, call);
}

/* The beginning of what was asked for long ago. */
static void
send_late (TestSpeaker *self, TestSession *session)
{
  g_autofree gchar *call = g_steal_pointer (&self->late);
  g_autofree gchar *audio = audio_of (self, "late", FALSE);

  send_created (session, self->late_id, call);
  send_audio (self, session, self->late_id, audio);
}

static void
send_limits (TestSession *session, gdouble seconds)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  test_session_printf (session,
      "{\"type\":\"rate_limits.updated\",\"rate_limits\":[{\"name\":\"tokens\","
      "\"limit\":1000,\"remaining\":500,\"reset_seconds\":60},{\"name\":"
      "\"requests\",\"limit\":10,\"remaining\":0,\"reset_seconds\":%s}]}",
      g_ascii_dtostr (text, sizeof text, seconds));
}

static void
respond (TestSpeaker *self, TestSession *session, JsonObject *response)
{
  const gchar *call = json_object_get_string_member (
      json_object_get_object_member (response, "metadata"), "call");
  const gchar *text = text_of (response);
  g_autofree TestSpeech *speech = g_queue_pop_head (&self->speeches);
  const TestSpeech plain = { 0 };
  const TestSpeech *how = speech ? speech : &plain;
  g_auto (GStrv) words = g_strsplit (how->says ? how->says : text, " ", -1);
  g_autofree gchar *said = g_strjoinv (" ", words);
  guint id = ++self->n_responses;

  g_string_append_printf (self->asked, "%s\n", text);
  self->n_asked++;
  self->last_asked = g_get_monotonic_time ();
  note_format (self, response);
  if (how->limits > 0)
    send_limits (session, how->limits);
  if (how->is_late) {
    self->late = g_strdup (call);
    self->late_id = id;
    return;
  }
  if (self->late)
    send_late (self, session);
  send_created (session, id, call);
  if (!how->code && !speak (self, session, id, how, words))
    return;
  if (how->transcript <= TEST_TRANSCRIPT_LATE && !how->code)
    send_transcript (self, session, id, "done", "transcript", said);
  send_done (session, id, how, said);
}

static void
cancel (TestSpeaker *self, TestSession *session, JsonObject *event)
{
  const TestSpeech cancelled = { .status = "cancelled",
    .reason = "client_cancelled",
    .transcript = TEST_TRANSCRIPT_NEVER };
  guint id = 0;

  if (json_object_has_member (event, "response_id"))
    sscanf (json_object_get_string_member (event, "response_id"), "resp_%u", &id);
  self->n_cancelled++;
  send_done (session, id, &cancelled, "");
}

static void
on_opened (TestSession *session, gpointer user_data)
{
  TestSpeaker *self = user_data;
  gboolean is_beta;
  guint life;

  g_mutex_lock (&self->lock);
  life = self->life ? self->life : 3600;
  is_beta = self->is_beta;
  g_mutex_unlock (&self->lock);
  if (is_beta)
    test_session_send (session,
        "{\"type\":\"session.created\",\"session\":{\"id\":\"s\",\"modalities\":"
        "[\"audio\",\"text\"],\"voice\":\"alloy\",\"input_audio_format\":\"pcm16\","
        "\"output_audio_format\":\"pcm16\"}}");
  else
    test_session_printf (session,
        "{\"type\":\"session.created\",\"event_id\":\"e\","
        "\"session\":{\"type\":\"realtime\",\"object\":\"realtime.session\",\"id\":\"s\","
        "\"audio\":{},\"expires_at\":%" G_GINT64_FORMAT "}}",
        g_get_real_time () / G_USEC_PER_SEC + life);
}

static void
on_message (TestSession *session, const gchar *type, JsonObject *event, const gchar *text,
    gpointer user_data)
{
  TestSpeaker *self = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (g_str_equal (type, "session.update")) {
    g_free (self->update);
    self->update = g_strdup (text);
    test_session_printf (session, "{\"type\":\"session.updated\",\"session\":{}}");
  } else if (g_str_equal (type, "response.create")) {
    g_free (self->create);
    self->create = g_strdup (text);
    respond (self, session, json_object_get_object_member (event, "response"));
  } else if (g_str_equal (type, "response.cancel")) {
    cancel (self, session, event);
  }
}

TestSpeaker *
test_speaker_new (void)
{
  static const TestSessionFuncs funcs = { .opened = on_opened, .message = on_message };
  TestSpeaker *self = g_new0 (TestSpeaker, 1);

  g_mutex_init (&self->lock);
  self->words = g_ptr_array_new_with_free_func (g_free);
  self->asked = g_string_new (NULL);
  self->sessions = test_sessions_new (&funcs, self);
  return self;
}

void
test_speaker_free (TestSpeaker *self)
{
  test_sessions_free (self->sessions);
  g_queue_clear_full (&self->speeches, g_free);
  g_ptr_array_unref (self->words);
  g_string_free (self->asked, TRUE);
  g_mutex_clear (&self->lock);
  g_free (self->update);
  g_free (self->create);
  g_free (self->late);
  g_free (self);
}

const gchar *
test_speaker_base_url (TestSpeaker *self)
{
  return test_sessions_base_url (self->sessions);
}

TestSessions *
test_speaker_sessions (TestSpeaker *self)
{
  return self->sessions;
}

void
test_speaker_add (TestSpeaker *self, const TestSpeech *speech)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_queue_push_tail (&self->speeches, g_memdup2 (speech, sizeof *speech));
}

void
test_speaker_set_life (TestSpeaker *self, guint seconds)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->life = seconds;
}

void
test_speaker_set_beta (TestSpeaker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->is_beta = TRUE;
}

gchar *
test_speaker_asked (TestSpeaker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_strdup (self->asked->str);
}

guint
test_speaker_n_asked (TestSpeaker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_asked;
}

guint
test_speaker_n_cancelled (TestSpeaker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_cancelled;
}

gint64
test_speaker_first_audio (TestSpeaker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->first_audio;
}

gint64
test_speaker_last_asked (TestSpeaker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->last_asked;
}

gchar *
test_speaker_update (TestSpeaker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_strdup (self->update);
}

gchar *
test_speaker_create (TestSpeaker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_strdup (self->create);
}

/* The number of the word that sample @i is of; G_MAXUINT: none. */
static guint
word_at (TestSpeaker *self, gconstpointer data, gsize i)
{
  gint level = self->silence ? ((const guint8 *) data)[i] - LEAST_CODE
                             : ((const gint16 *) data)[i] - LEAST;
  gint step = self->silence ? 1 : STEP;
  guint word = level >= 0 ? (guint) level / step : G_MAXUINT;

  return word < self->words->len && level % step == 0 ? word : G_MAXUINT;
}

gchar *
test_speaker_words (TestSpeaker *self, gconstpointer data, gsize size)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gsize n = self->silence ? size : size / 2;
  GString *heard = g_string_new (NULL);

  for (gsize i = 0; i < n;) {
    gsize begin = i;
    guint word = word_at (self, data, i);

    while (i < n && word_at (self, data, i) == word)
      i++;
    if (word == G_MAXUINT || i - begin < rate_of (self) / LETTERS / 4)
      continue;
    g_string_append_printf (heard, "%s%s ", (gchar *) self->words->pdata[word],
        i - begin == length_of (self, self->words->pdata[word]) ? "" : "~");
  }
  return g_string_free (heard, FALSE);
}
