// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A server of Realtime sessions that speaks, as the test says: what is heard tells each
 * word. */

#pragma once

#include "sessions.h"

G_BEGIN_DECLS

typedef struct _TestSpeaker TestSpeaker;

typedef enum
{
  TEST_TRANSCRIPT_ALONG,   /* each word of it before its audio */
  TEST_TRANSCRIPT_LATE,    /* after all of the audio */
  TEST_TRANSCRIPT_IN_DONE, /* in response.done only */
  TEST_TRANSCRIPT_NEVER,
} TestTranscript;

/* How one response goes. All zero: the text is read. */
typedef struct
{
  const gchar *says; /* these words instead of the text */
  TestTranscript transcript;
  const gchar *status;      /* of response.done, instead of "completed" ... */
  const gchar *reason;      /* ... with this in status_details ... */
  const gchar *code;        /* ... or an error of this code, and no audio */
  guint drops_in_word;      /* the connection is cut in the middle of it, 1 … */
  guint expires_after_word; /* the session ends so, 1 … */
  guint stops_after_word;   /* nothing more until response.cancel, 1 … */
  gboolean is_late;         /* nothing before the next is asked for, then it begins */
  gdouble limits;           /* no more responses are allowed for so long, seconds */
} TestSpeech;

TestSpeaker *test_speaker_new (void);
void test_speaker_free (TestSpeaker *self);
const gchar *test_speaker_base_url (TestSpeaker *self);
TestSessions *test_speaker_sessions (TestSpeaker *self);

/* How the next response goes, in this order; those after it are read. */
void test_speaker_add (TestSpeaker *self, const TestSpeech *speech);

/* Sessions last so long from now on, seconds; the server ends them then. */
void test_speaker_set_life (TestSpeaker *self, guint seconds);

/* It speaks the beta, as servers of one's own do. */
void test_speaker_set_beta (TestSpeaker *self);

/* What was asked for so far, the texts one a line. The caller's. */
gchar *test_speaker_asked (TestSpeaker *self);
guint test_speaker_n_asked (TestSpeaker *self);
guint test_speaker_n_cancelled (TestSpeaker *self);

/* When the first audio of the newest response was sent, monotonic. */
gint64 test_speaker_first_audio (TestSpeaker *self);

/* When the newest response was asked for, monotonic. */
gint64 test_speaker_last_asked (TestSpeaker *self);

/* The newest session.update and response.create, as they came; the caller's. */
gchar *test_speaker_update (TestSpeaker *self);
gchar *test_speaker_create (TestSpeaker *self);

/* The words of samples, or of G.711, that were heard, with a space after each. A word of
 * which a part is missing ends with "~". The caller's. */
gchar *test_speaker_words (TestSpeaker *self, gconstpointer samples, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestSpeaker, test_speaker_free)

G_END_DECLS
