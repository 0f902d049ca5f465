// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A scripted HTTP server: plays answers and faults, records requests. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The server lives on its own thread and listens on a free port of 127.0.0.1.
 * All functions may be called from any thread. */
typedef struct _TestServer TestServer;
typedef struct _TestAnswer TestAnswer;
typedef struct _TestRequest TestRequest;

TestServer *test_server_new (void);
void test_server_free (TestServer *server);

/* "http://127.0.0.1:PORT/v1"; belongs to the server. */
const gchar *test_server_base_url (TestServer *server);

/* Stops listening and closes every connection; listens again on the same
 * port. */
void test_server_pause (TestServer *server);
void test_server_resume (TestServer *server);

/* Waits at most @seconds until no connection is open. */
gboolean test_server_all_closed (TestServer *server, gdouble seconds);

/* From now on the bodies of requests are not kept once they were answered. */
void test_server_forget (TestServer *server);

/* --- the script ------------------------------------------------------------
 * An answer to the next request that has none yet, in the order they were
 * added; the last one answers all further requests. The steps are played in
 * the order they were added; an answer without steps has an empty body.
 * Without any answer a request gets 500 "no answer scripted".
 * The answer belongs to the server. Add all its steps before the next answer. */
TestAnswer *test_server_answer (
    TestServer *server, guint status, const gchar *content_type);

/* As test_server_answer() with a whole body and a Content-Length. */
TestAnswer *test_server_answer_with (
    TestServer *server, guint status, const gchar *content_type, const gchar *body);

/* Drops the answers that were not used yet, so that the next one added is next. */
void test_server_clear_answers (TestServer *server);

void test_answer_header (TestAnswer *answer, const gchar *name, const gchar *value);

/* A piece of the body: written and flushed as one (a chunk, when chunked). */
void test_answer_body (TestAnswer *answer, gconstpointer data, gsize length);
void test_answer_text (TestAnswer *answer, const gchar *text);

/* The same piece of the body so many times; raw after test_answer_raw(). */
void test_answer_flood (
    TestAnswer *answer, gconstpointer data, gsize length, guint times);

/* The whole body, as JSON: its text is the length in bytes of the file that was
 * uploaded. */
void test_answer_upload_length (TestAnswer *answer);

/* Time passes here (before the headers when it is the first step, and then
 * after the whole request has arrived). */
void test_answer_wait (TestAnswer *answer, guint milliseconds);

/* Nothing goes on here until test_answer_release(): the second time until the
 * second one. */
void test_answer_hold (TestAnswer *answer);
void test_answer_release (TestAnswer *answer);

typedef enum
{
  TEST_FAULT_CLOSE, /* FIN */
  TEST_FAULT_RESET, /* RST */
  TEST_FAULT_STALL, /* nothing more, connection stays open */
} TestFault;

/* Ends the answer in this way here: as the first step before any header. */
void test_answer_fault (TestAnswer *answer, TestFault fault);

typedef enum
{
  TEST_FRAMING_CHUNKED, /* the default for answers made of steps */
  TEST_FRAMING_LENGTH,  /* Content-Length: sum of the pieces */
  TEST_FRAMING_CLOSE,   /* until the connection closes */
} TestFraming;

void test_answer_framing (TestAnswer *answer, TestFraming framing);

/* States this Content-Length instead of the true one. */
void test_answer_claim_length (TestAnswer *answer, gsize length);

/* The raw bytes of the whole answer, status line and all, are @data: what no
 * HTTP server would send. Further steps (wait, body, fault) follow raw. */
void test_answer_raw (TestAnswer *answer, gconstpointer data, gsize length);

/* Answers as soon as the request's headers, and @body_bytes of its body, have
 * arrived; the rest of the body is read and dropped, unless a fault closes. To
 * a client that asks first (Expect: 100-continue) nothing is said before the answer;
 * other answers let him go on. */
void test_answer_early (TestAnswer *answer, gsize body_bytes);

/* The answer is for requests with this form field (or JSON member) only, so
 * that parallel requests can be told apart. It is passed over by others.
 * Not together with test_answer_early(). */
void test_answer_for_field (TestAnswer *answer, const gchar *name, const gchar *value);

/* Waits at most @seconds until the answer is being given to a request: its
 * index, the first one's when there are several; -1: it is not. */
gint test_answer_request (TestAnswer *answer, gdouble seconds);

/* --- the record ------------------------------------------------------------ */
typedef struct
{
  gint64 time;  /* g_get_monotonic_time() */
  gsize offset; /* where in the body the piece begins */
  gsize length;
} TestPiece;

typedef struct
{
  gchar *name;
  gchar *filename;     /* NULL for a field */
  gchar *content_type; /* NULL without one */
  GBytes *data;        /* as complete as the body is */
} TestPart;

/* Requests are numbered from 0 in the order their headers arrived. */
guint test_server_n_requests (TestServer *server);
guint test_server_n_connections (TestServer *server);

/* Waits for the first one. */
gboolean test_server_is_connected (TestServer *server, gdouble seconds);

/* At most this many requests were being served at the same time so far. */
guint test_server_max_parallel (TestServer *server);

/* Waits at most @seconds until the headers (or, with @complete, the whole
 * body) of request @index have arrived. A new reference to a snapshot of it,
 * NULL when it did not come. */
TestRequest *test_server_request (
    TestServer *server, guint index, gboolean complete, gdouble seconds);
void test_request_unref (TestRequest *request);

const gchar *test_request_method (TestRequest *request);
const gchar *test_request_path (
    TestRequest *request); /* "/v1/audio/speech?x=y", undecoded */
const gchar *test_request_header (TestRequest *request, const gchar *name);
gboolean test_request_chunked (TestRequest *request);
gboolean test_request_complete (TestRequest *request);
guint test_request_connection (TestRequest *request); /* numbered from 0 */
gint64 test_request_headers_time (TestRequest *request);
gint64 test_request_end_time (TestRequest *request); /* 0 until complete */
GBytes *test_request_body (TestRequest *request);    /* so far */
GArray *test_request_pieces (TestRequest *request);  /* TestPiece */

/* The multipart parts, parsed from the body so far; the last one may be cut. */
GPtrArray *test_request_parts (TestRequest *request); /* TestPart */

/* The value of the form field @name, or of the member of a JSON body (numbers
 * and booleans as JSON text); NULL without one. */
const gchar *test_request_field (TestRequest *request, const gchar *name);

/* The file part, NULL without one. */
const TestPart *test_request_file (TestRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestServer, test_server_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestRequest, test_request_unref)

G_END_DECLS
