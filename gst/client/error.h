// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What can go wrong with a call, with what the server said about it. */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * OpenaiError:
 * @OPENAI_ERROR_SETTINGS: a setting is missing or makes no sense
 * @OPENAI_ERROR_CONNECT: the server was not reached (name, refusal, TLS)
 * @OPENAI_ERROR_BROKEN: the connection broke before the answer was whole
 * @OPENAI_ERROR_TIMEOUT: a time limit passed
 * @OPENAI_ERROR_HTTP: the server answered with a status other than 2xx
 * @OPENAI_ERROR_ANSWER: a 2xx answer that is not what was asked for, or an
 *   error inside a stream that began with 2xx
 * @OPENAI_ERROR_CANCELLED: cancelled by us; never shown to a user
 */
typedef enum
{
  OPENAI_ERROR_SETTINGS,
  OPENAI_ERROR_CONNECT,
  OPENAI_ERROR_BROKEN,
  OPENAI_ERROR_TIMEOUT,
  OPENAI_ERROR_HTTP,
  OPENAI_ERROR_ANSWER,
  OPENAI_ERROR_CANCELLED,
} OpenaiError;

#define OPENAI_ERROR (openai_error_quark ())
GQuark openai_error_quark (void);

/* What is known beyond the message. Strings are NULL when not known, @status
 * is 0 when no answer came. Every string is valid UTF-8, without control
 * characters, and clipped to a length fit for a log line. */
typedef struct
{
  guint status;
  gchar *code;
  gchar *type;
  gchar *param;
  gchar *request_id;
  gchar *address; /* that was asked, without its query; with a
                                 * status only */
  guint attempts;
  guint retry_after;     /* milliseconds until the server takes requests
                                 * again; 0: it is not known */
  gboolean in_doubt;     /* the server may have done it all the same */
  gboolean tells_status; /* the message says @status already */
} OpenaiErrorDetails;

/* The details of an error of this domain, writable until the error is shared;
 * NULL for any other domain. */
OpenaiErrorDetails *openai_error_details (const GError *error);

/* The error in a JSON value that says one in any dialect (reference: the
 * `error` object or string, `detail` string, list or object, top-level
 * message); NULL when it says none. @status 0 gives OPENAI_ERROR_ANSWER, any
 * other OPENAI_ERROR_HTTP. */
GError *openai_error_from_json (guint status, JsonNode *node);

/* As openai_error_from_json(), for what is known to be an error: the plain words
 * in a value of any shape. NULL: there are none. */
GError *openai_error_find_reason (guint status, JsonNode *node);

/* The error of an answer with @status: its own words from JSON in any dialect,
 * plain text, the title of an HTML page or the message of XML, or the reason phrase when it has
 * none. At most the first 64 KiB of @body are looked at. Never NULL. */
GError *openai_error_from_answer (
    guint status, const gchar *reason, const gchar *body, gsize length);

/* The error of an attempt that failed before all of its answer came: @cause is
 * GIO's, @connected whether @host was reached, @proxy through which proxy (or
 * NULL), @flags what is wrong with its certificate. */
GError *openai_error_from_transport (const GError *cause, const gchar *host,
    gboolean connected, const gchar *proxy, GTlsCertificateFlags flags);

/* The secure connection to @host did not come about in time. */
GError *openai_error_no_handshake (const gchar *host);

/* The server's words made a sentence, and what to do about them (@advice may
 * be NULL). */
gchar *openai_error_text (const GError *error, const gchar *advice);

/* @text made fit for a message or log line: valid UTF-8, one line, at most
 * @max_chars characters (an ellipsis marks a cut). @text may be anything. */
gchar *openai_error_clip (const gchar *text, gssize length, guint max_chars);

G_END_DECLS
