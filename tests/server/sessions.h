// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A server of WebSockets, whose sessions do what the test says. */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* It lives on its own thread, on which its hooks are called, and listens on a free port
 * of 127.0.0.1. Functions of the server may be called from any thread, those of a
 * session in a hook only. */
typedef struct _TestSessions TestSessions;
typedef struct _TestSession TestSession;

/* Each may be NULL. */
typedef struct
{
  void (*opened) (TestSession *session, gpointer user_data);

  /* @event: NULL, when @text is no JSON object; @type: its type, or "". */
  void (*message) (TestSession *session, const gchar *type, JsonObject *event,
      const gchar *text, gpointer user_data);
  void (*closed) (TestSession *session, gpointer user_data);
} TestSessionFuncs;

TestSessions *test_sessions_new (const TestSessionFuncs *funcs, gpointer user_data);
void test_sessions_free (TestSessions *self);

/* "http://127.0.0.1:PORT/v1"; belongs to the server. */
const gchar *test_sessions_base_url (TestSessions *self);

/* How the next handshakes are answered, in this order, before any is accepted.
 * @headers: name and value in turn, or NULL. */
void test_sessions_refuse (
    TestSessions *self, guint status, const gchar *const *headers, const gchar *body);

typedef enum
{
  TEST_MUTE_HANDSHAKE, /* no answer at all */
  TEST_MUTE_READING,   /* accepted, and nothing is read any more */
  TEST_MUTE_PONG,      /* accepted, read, and nothing is answered */
} TestMute;

void test_sessions_mute (TestSessions *self, TestMute what);

/* Stops listening and cuts every session; listens again on the same port. */
void test_sessions_pause (TestSessions *self);
void test_sessions_resume (TestSessions *self);

/* The network is gone: nothing is read, answered or refused, and nothing that was sent to
 * a session arrives any more; until it is back. */
void test_sessions_vanish (TestSessions *self);
void test_sessions_appear (TestSessions *self);

/* Runs @func on the server's thread, and waits for it. */
void test_sessions_call (TestSessions *self, void (*func) (gpointer data), gpointer data);

/* How many handshakes came so far; waits at most @seconds for so many. */
guint test_sessions_n_handshakes (TestSessions *self);
gboolean test_sessions_wait (TestSessions *self, guint handshakes, gdouble seconds);

/* Waits at most @seconds until no session is open. */
gboolean test_sessions_all_closed (TestSessions *self, gdouble seconds);

/* Of the newest handshake: "/v1/realtime?intent=transcription", and a header (NULL:
 * it had none). The caller's. */
gchar *test_sessions_path (TestSessions *self);
gchar *test_sessions_header (TestSessions *self, const gchar *name);

/* --- a session -------------------------------------------------------------- */

/* In the order they were accepted, from 0. */
guint test_session_index (TestSession *session);

/* The test's own, freed with the session. */
gpointer test_session_data (TestSession *session);
void test_session_set_data (
    TestSession *session, gpointer data, GDestroyNotify free_data);

/* Nothing, once it is closed. */
void test_session_send (TestSession *session, const gchar *text);
void test_session_printf (TestSession *session, const gchar *format, ...)
    G_GNUC_PRINTF (2, 3);

/* 0: without a status. */
void test_session_close (TestSession *session, guint code, const gchar *reason);

/* Cuts the connection. */
void test_session_drop (TestSession *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestSessions, test_sessions_free)

G_END_DECLS
