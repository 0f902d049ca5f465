// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What can go wrong with a call, with what the server said about it. */

#include "error.h"

#include <string.h>

#include "json.h"
#include "i18n.h"

#define MAX_BODY (64 * 1024)
#define MAX_MESSAGE 400
#define MAX_DETAIL 100

static void
openai_error_private_init (OpenaiErrorDetails *details)
{
}

static void
openai_error_private_copy (const OpenaiErrorDetails *from, OpenaiErrorDetails *to)
{
  to->status = from->status;
  to->code = g_strdup (from->code);
  to->type = g_strdup (from->type);
  to->param = g_strdup (from->param);
  to->request_id = g_strdup (from->request_id);
  to->address = g_strdup (from->address);
  to->attempts = from->attempts;
  to->retry_after = from->retry_after;
  to->in_doubt = from->in_doubt;
  to->tells_status = from->tells_status;
}

static void
openai_error_private_clear (OpenaiErrorDetails *details)
{
  g_free (details->code);
  g_free (details->type);
  g_free (details->param);
  g_free (details->request_id);
  g_free (details->address);
}

typedef OpenaiErrorDetails OpenaiErrorPrivate;

G_DEFINE_EXTENDED_ERROR (OpenaiError, openai_error)

OpenaiErrorDetails *
openai_error_details (const GError *error)
{
  return error && error->domain == OPENAI_ERROR ? openai_error_get_private (error) : NULL;
}

gchar *
openai_error_clip (const gchar *text, gssize length, guint max_chars)
{
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  g_autofree gchar *valid = NULL;
  GString *out = g_string_new (NULL);
  guint n = 0;

  /* A character has at most four bytes: the rest need not be looked at. */
  valid = g_utf8_make_valid (text, MIN (size, 8 * (gsize) max_chars + 64));
  for (const gchar *p = g_strstrip (valid); *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (n == max_chars) {
      g_string_append (out, "…");
      break;
    }
    if (g_unichar_isspace (c) || g_unichar_iscntrl (c)) {
      if (out->len == 0 || out->str[out->len - 1] == ' ')
        continue;
      c = ' ';
    }
    g_string_append_unichar (out, c);
    n++;
  }
  return g_string_free (out, FALSE);
}

static gchar *
clip_value (JsonObject *object, const gchar *name)
{
  const gchar *text = openai_json_string (object, name);
  gint64 number;

  if (text)
    return *text && !g_str_equal (text, "null") ? openai_error_clip (text, -1, MAX_DETAIL)
                                                : NULL;
  if (openai_json_integer (object, name, &number))
    return g_strdup_printf ("%" G_GINT64_FORMAT, number);
  return NULL;
}

static GError *
make_error (guint status, const gchar *message, gssize length)
{
  g_autofree gchar *clipped = openai_error_clip (message, length, MAX_MESSAGE);
  GError *error = g_error_new_literal (
      OPENAI_ERROR, status ? OPENAI_ERROR_HTTP : OPENAI_ERROR_ANSWER, clipped);

  openai_error_details (error)->status = status;
  return error;
}

/* Names of what holds a reason, the reason itself or something around it, the
 * best first. Proxies and frameworks nest them in every order. */
static const gchar *const reason_names[] = { "message", "msg", "error", "detail",
  "details", "reason", "description", "error_description", "error_message",
  "errormessage", "errors", "exception", "cause", "text", "title" };

/* How deep a reason is looked for. */
#define MAX_NESTING 8

/* Of a list of complaints. */
#define MAX_REASONS 4

/* Null, false, 0, and what is empty. */
static gboolean
is_nothing (JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_object_get_size (json_node_get_object (node)) == 0;
  if (JSON_NODE_HOLDS_ARRAY (node))
    return json_array_get_length (json_node_get_array (node)) == 0;
  if (json_node_is_null (node))
    return TRUE;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return *json_node_get_string (node) == '\0';
  return json_node_get_value_type (node) == G_TYPE_BOOLEAN
      ? !json_node_get_boolean (node)
      : json_node_get_double (node) == 0;
}

/* Whatever the case of its letters; NULL: none, or one that says nothing. */
static JsonNode *
find_member (JsonObject *object, const gchar *name)
{
  g_autoptr (GList) names = json_object_get_members (object);

  for (GList *l = names; l; l = l->next) {
    JsonNode *node = json_object_get_member (object, l->data);

    if (g_ascii_strcasecmp (l->data, name) == 0 && !is_nothing (node))
      return node;
  }
  return NULL;
}

static gchar *find_reason (JsonNode *node, guint depth, OpenaiErrorDetails *details);

/* The reason in the JSON that @text ends with, behind the words of a proxy; NULL: it
 * has none. A proxy in Python writes it with single quotes. */
static gchar *
reason_behind_words (const gchar *text, guint depth, OpenaiErrorDetails *details)
{
  const gchar *start = text + strcspn (text, "{[");
  g_autofree gchar *json = g_strdup (start);
  g_autoptr (JsonNode) node = NULL;
  g_autofree gchar *reason = NULL;

  if (*start)
    node = openai_json_parse (json, -1, NULL);
  if (*start && !node && !strchr (start, '"')) {
    g_strdelimit (json, "'", '"');
    node = openai_json_parse (json, -1, NULL);
  }
  reason = node ? find_reason (node, depth + 1, details) : NULL;
  return reason ? g_strdup_printf ("%.*s%s", (gint) (start - text), text, reason) : NULL;
}

/* A text, which may have JSON in its turn. */
static gchar *
reason_in_text (const gchar *text, guint depth, OpenaiErrorDetails *details)
{
  gchar *reason = reason_behind_words (text, depth, details);

  return reason ? reason : g_strdup (text);
}

/* What several complaints say, as one; NULL: there is none. */
static gchar *
reasons_in_list (JsonArray *list, guint depth, OpenaiErrorDetails *details)
{
  g_autoptr (GPtrArray) reasons = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < json_array_get_length (list) && reasons->len < MAX_REASONS; i++) {
    gchar *reason = find_reason (json_array_get_element (list, i), depth + 1, details);

    if (!reason || g_ptr_array_find_with_equal_func (reasons, reason, g_str_equal, NULL))
      g_free (reason);
    else
      g_ptr_array_add (reasons, reason);
  }
  if (reasons->len == 0)
    return NULL;
  g_ptr_array_add (reasons, NULL);
  return g_strjoinv ("; ", (gchar **) reasons->pdata);
}

/* "voice: field required": the field is the last name of @place. */
static gchar *
reason_with_place (JsonArray *place, gchar *reason, OpenaiErrorDetails *details)
{
  g_autofree gchar *owned = reason;
  const gchar *field = NULL;

  for (guint i = 0; i < json_array_get_length (place); i++) {
    JsonNode *node = json_array_get_element (place, i);

    if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
      field = json_node_get_string (node);
  }
  if (!field)
    return g_steal_pointer (&owned);
  if (!details->param)
    details->param = openai_error_clip (field, -1, MAX_DETAIL);
  return g_strdup_printf ("%s: %s", field, owned);
}

/* Seconds. */
#define MOST_RETRY_AFTER 86400

static void
fill_details (JsonObject *object, OpenaiErrorDetails *details)
{
  gdouble seconds;

  if (!details->retry_after && openai_json_number (object, "retry_after", &seconds)
      && seconds > 0 && seconds <= MOST_RETRY_AFTER)
    details->retry_after = seconds * 1000;
  if (!details->code)
    details->code = clip_value (object, "code");
  if (!details->type)
    details->type = clip_value (object, "type");
  if (!details->param)
    details->param = clip_value (object, "param");
}

/* {"model": ["is required"]}: the complaints about each field. */
static gchar *
reason_by_field (JsonObject *object, guint depth, OpenaiErrorDetails *details)
{
  g_autoptr (GList) names = json_object_get_members (object);

  for (GList *l = names; l; l = l->next) {
    JsonNode *node = json_object_get_member (object, l->data);
    g_autofree gchar *reason =
        JSON_NODE_HOLDS_ARRAY (node) ? find_reason (node, depth + 1, details) : NULL;

    if (reason)
      return g_strdup_printf ("%s: %s", (gchar *) l->data, reason);
  }
  return NULL;
}

static gchar *
reason_in_object (JsonObject *object, guint depth, OpenaiErrorDetails *details)
{
  JsonArray *place = openai_json_array (object, "loc");
  gchar *reason = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (reason_names) && !reason; i++) {
    JsonNode *node = find_member (object, reason_names[i]);

    if (node)
      reason = find_reason (node, depth + 1, details);
  }
  if (!reason)
    return reason_by_field (object, depth, details);
  fill_details (object, details);
  return place ? reason_with_place (place, reason, details) : reason;
}

/* The plain words in a value of any shape, and what stands beside them; NULL:
 * there are none. */
static gchar *
find_reason (JsonNode *node, guint depth, OpenaiErrorDetails *details)
{
  if (depth > MAX_NESTING)
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (node))
    return reason_in_object (json_node_get_object (node), depth, details);
  if (JSON_NODE_HOLDS_ARRAY (node))
    return reasons_in_list (json_node_get_array (node), depth, details);
  return json_node_get_value_type (node) == G_TYPE_STRING
      ? reason_in_text (json_node_get_string (node), depth, details)
      : NULL;
}

GError *
openai_error_find_reason (guint status, JsonNode *node)
{
  OpenaiErrorDetails details = { 0 };
  g_autofree gchar *reason = find_reason (node, 0, &details);
  GError *error;

  if (!reason) {
    openai_error_private_clear (&details);
    return NULL;
  }
  error = make_error (status, reason, -1);
  details.status = status;
  *openai_error_details (error) = details;
  return error;
}

/* Whether an answer that is no error by its status says one. */
static gboolean
tells_error (JsonObject *object)
{
  return find_member (object, "error") || find_member (object, "detail")
      || g_strcmp0 (openai_json_string (object, "object"), "error") == 0
      || g_strcmp0 (openai_json_string (object, "type"), "error") == 0;
}

GError *
openai_error_from_json (guint status, JsonNode *node)
{
  GError *error;

  if (!status
      && (!JSON_NODE_HOLDS_OBJECT (node) || !tells_error (json_node_get_object (node))))
    return NULL;
  error = openai_error_find_reason (status, node);
  if (error || status)
    return error;
  return make_error (0, _("The server reports an error"), -1);
}

/* Of a web page its title, of an error in XML its message. */
static gchar *
markup_reason (const gchar *body)
{
  static const gchar *const patterns[] = { "<message[^>]*>([^<]+)<",
    "<title[^>]*>([^<]*)<", "<h1[^>]*>([^<]+)<" };

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++) {
    g_autoptr (GRegex) regex = g_regex_new (patterns[i], G_REGEX_CASELESS, 0, NULL);
    g_autoptr (GMatchInfo) match = NULL;

    if (g_regex_match (regex, body, 0, &match))
      return g_match_info_fetch (match, 1);
  }
  return NULL;
}

static gchar *
describe_status (guint status, const gchar *reason)
{
  g_autofree gchar *words = reason && *reason ? openai_error_clip (reason, -1, MAX_DETAIL)
                                              : g_strdup (_("no reason given"));

  if (!status)
    return g_strdup (_("The server sent nothing usable"));
  return g_strdup_printf (_("The server answered %u (%s)"), status, words);
}

/* Compressed, or audio: not for people to read. */
static gboolean
is_binary (const gchar *body, gsize length)
{
  gsize size = MIN (length, 1024), n = 0;

  for (gsize i = 0; i < size; i++)
    n += (guchar) body[i] < 0x20 && !g_ascii_isspace (body[i]);
  return n > 0 && !g_utf8_validate (body, size, NULL);
}

/* An error in the form of an event, too. Ends @text behind its line. */
static gchar *
first_value (gchar *text)
{
  gchar *value = g_str_has_prefix (text, "data:") ? text
      : g_str_has_prefix (text, "event:")         ? strstr (text, "\ndata:")
                                                  : NULL;

  if (!value)
    return text;
  value = strchr (value, ':') + 1;
  value[strcspn (value, "\r\n")] = '\0';
  return g_strstrip (value);
}

GError *
openai_error_from_answer (
    guint status, const gchar *reason, const gchar *body, gsize length)
{
  g_autofree gchar *text = g_utf8_make_valid (body ? body : "", MIN (length, MAX_BODY));
  g_autoptr (JsonNode) node = NULL;
  g_autofree gchar *status_text = describe_status (status, reason);
  g_autofree gchar *message = NULL;
  const gchar *value;
  GError *error;

  g_strstrip (text);
  value = first_value (text);
  if (strchr ("{[\"", *value) && (node = openai_json_parse (value, -1, NULL))) {
    error = status ? openai_error_from_json (status, node)
                   : openai_error_find_reason (0, node);
    if (error)
      return error;
  }
  if (*text == '<') {
    g_autofree gchar *title = markup_reason (text);

    message = title ? g_strdup_printf (_("%s with a web page: %s"), status_text, title)
                    : g_strdup_printf (_("%s with a web page"), status_text);
  } else if (body && is_binary (body, length)) {
    message = g_strdup_printf (_("%s with something that is not text"), status_text);
  } else if (*text && !node) {
    message = g_strdup_printf ("%s: %s", status_text, text);
  } else {
    message = g_steal_pointer (&status_text);
  }
  error = make_error (status, message, -1);
  openai_error_details (error)->tells_status = status != 0;
  return error;
}

/* What a server of plain http makes of it is no TLS, or nothing. */
#define PLAIN_HTTP                                                                       \
  _("is it a server of plain http? Then base-url begins " \
    "with http://")

GError *
openai_error_no_handshake (const gchar *host)
{
  return g_error_new (OPENAI_ERROR, OPENAI_ERROR_CONNECT,
      _("%s took too long to make a secure connection: %s"), host, PLAIN_HTTP);
}

static GError *
tls_error (const GError *cause, const gchar *host, GTlsCertificateFlags flags)
{
  static const struct
  {
    GTlsCertificateFlags flag;
    const gchar *text;
  } reasons[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA,
        "it is not signed by a known authority "
        "(set tls-ca-file for a private one)" },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, "it is for another host name" },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, "it is not valid yet" },
    { G_TLS_CERTIFICATE_EXPIRED, "it has expired" },
    { G_TLS_CERTIFICATE_REVOKED, "it was revoked" },
    { G_TLS_CERTIFICATE_INSECURE, "its algorithm is insecure" },
  };
  GError *error;

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++) {
    if (flags & reasons[i].flag) {
      error = g_error_new (OPENAI_ERROR, OPENAI_ERROR_CONNECT,
          _("The certificate of %s is not accepted: %s"), host, reasons[i].text);
      openai_error_details (error)->code = g_strdup ("tls");
      return error;
    }
  }
  /* GnuTLS has no code of its own for what is no TLS at all. */
  if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS)
      || g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_MISC)) {
    error = g_error_new (OPENAI_ERROR, OPENAI_ERROR_CONNECT,
        _("No secure connection to %s (%s): %s"), host, cause->message, PLAIN_HTTP);
    openai_error_details (error)->code = g_strdup ("no-tls");
    return error;
  }
  error = g_error_new (OPENAI_ERROR, OPENAI_ERROR_CONNECT,
      _("No secure connection to %s: %s"), host, cause->message);
  if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE)
      || g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_UNAVAILABLE))
    openai_error_details (error)->code = g_strdup ("tls");
  return error;
}

/* GLib says the same again before it says why. */
static const gchar *
reason (const GError *cause)
{
  const gchar *colon = strstr (cause->message, ": ");

  return colon && g_str_has_prefix (cause->message, "Could not connect to ")
      ? colon + 2
      : cause->message;
}

/* Only a proxy has another name than the server. */
static gboolean
proxy_is_unknown (const GError *cause, const gchar *host)
{
  g_autofree gchar *name = g_strndup (host, strcspn (host, ":"));

  return cause->domain == G_RESOLVER_ERROR && *host != '['
      && !strstr (cause->message, name);
}

static GError *
proxy_error (const GError *cause, const gchar *host, const gchar *proxy)
{
  GError *error = g_error_new (OPENAI_ERROR, OPENAI_ERROR_CONNECT,
      _("Could not connect to %s through the proxy %s: %s"), host,
          proxy ? proxy : "(http_proxy, https_proxy)", reason (cause));

  openai_error_details (error)->code = g_strdup ("proxy");
  return error;
}

GError *
openai_error_from_transport (const GError *cause, const gchar *host, gboolean connected,
    const gchar *proxy, GTlsCertificateFlags flags)
{
  if (cause->domain == G_TLS_ERROR && cause->code != G_TLS_ERROR_EOF)
    return tls_error (cause, host, flags);
  if (!connected && (proxy || proxy_is_unknown (cause, host)))
    return proxy_error (cause, host, proxy);
  if (cause->domain == G_RESOLVER_ERROR || !connected)
    return g_error_new (OPENAI_ERROR, OPENAI_ERROR_CONNECT,
        _("Could not connect to %s: %s"), host, reason (cause));
  return g_error_new (OPENAI_ERROR, OPENAI_ERROR_BROKEN,
      _("The connection to %s broke: %s"), host, cause->message);
}

gchar *
openai_error_text (const GError *error, const gchar *advice)
{
  const OpenaiErrorDetails *details = openai_error_details (error);
  const gchar *message = error->message;
  gsize length = strlen (message);
  gboolean ended = length > 0 && strchr (".!?", message[length - 1]);
  g_autofree gchar *status = details && details->status >= 400 && !details->tells_status
      ? g_strdup_printf (_("The server answered %u: "), details->status)
      : NULL;

  return g_strconcat (
      status ? status : "", message, ended ? "" : ".", advice ? " " : "", advice, NULL);
}
