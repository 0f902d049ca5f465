// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A server of Realtime transcription sessions, with the habits and faults of the real
 * ones. What it hears in an item is a word made of its bytes: equal audio, equal
 * word. */

#pragma once

#include "server/server.h"
#include "server/sessions.h"

G_BEGIN_DECLS

typedef enum
{
  TEST_DIALECT_OPENAI,
  TEST_DIALECT_BETA, /* speaches */
  TEST_DIALECT_VLLM,
  TEST_DIALECT_LOCALAI,
} TestDialect;

/* Ten seconds: longer words are more than can be said. */
#define TEST_REALTIME_TIMES 10000000

/* All that is 0 is not done. */
typedef struct
{
  TestDialect dialect;
  gboolean never_updates;    /* the session is created, and no more */
  gboolean acks_nothing;     /* no commit is confirmed */
  gboolean has_no_ids;       /* events name no item */
  gboolean renames_items;    /* results name another item than their commit */
  gboolean tells_early;      /* "a " comes for each piece of audio */
  gboolean tells_time;       /* it comes for each third one, and is the monotonic
                                 * time in microseconds, modulo TEST_REALTIME_TIMES */
  gboolean is_cumulative;    /* with all that came before it */
  guint cuts_every;          /* bytes, after which an item ends by itself, as with
                                 * turn detection */
  gboolean adds_strangers;   /* each result comes with one of no known item, after it */
  guint hold_results;        /* so many results are sent together, last first ... */
  gboolean holds_commits;    /* ... or first first, each after its commit, which count,
                                 * too */
  guint sound_items;         /* the first so many items are answered, whatever else */
  guint mute_items;          /* the next so many get no result ... */
  guint fail_items;          /* ... or fail ... */
  guint empty_items;         /* ... or have no text */
  guint drop_items;          /* the connection is cut in the middle of the first so
                                 * many items */
  guint close_sessions;      /* the first so many sessions end after an item ... */
  guint close_code;          /* ... with this code, 0: they are cut ... */
  const gchar *close_error;  /* ... after this error event, or NULL */
  const gchar *update_error; /* in place of an answer to session.update ... */
  guint update_errors;       /* ... the first so many times */
  guint expires_in;          /* seconds */
} TestRealtimeScript;

typedef struct _TestRealtime TestRealtime;

TestRealtime *test_realtime_new (const TestRealtimeScript *script);
void test_realtime_free (TestRealtime *self);

/* Belongs to it. */
TestSessions *test_realtime_sessions (TestRealtime *self);
const gchar *test_realtime_base_url (TestRealtime *self);

/* So far, in all sessions: bytes of audio, commits, results, and updates. */
gsize test_realtime_bytes (TestRealtime *self);
guint test_realtime_n_commits (TestRealtime *self);
guint test_realtime_n_results (TestRealtime *self);
guint test_realtime_n_updates (TestRealtime *self);

/* Waits at most @seconds for so many commits, or bytes of audio. */
gboolean test_realtime_wait (
    TestRealtime *self, guint commits, gsize bytes, gdouble seconds);

/* The text of one of them; the caller's. */
gchar *test_realtime_update (TestRealtime *self, guint index);

/* When which audio came: TestPiece. The caller's. */
GArray *test_realtime_pieces (TestRealtime *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestRealtime, test_realtime_free)

G_END_DECLS
