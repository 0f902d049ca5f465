// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* /audio/voice_consents and /audio/voices. */

#include "voices.h"

#include <string.h>

#include "error.h"
#include "json.h"
#include "multipart.h"
#include "i18n.h"

#define MAX_ANSWER (16 * 1024 * 1024)

typedef struct
{
  const gchar *method;
  const gchar *path;
  gboolean has_id; /* follows the path */
  gboolean no_replay;
} Route;

static const Route routes[] = {
  [OPENAI_CONSENT_CREATE] = { "POST", "/audio/voice_consents", FALSE, TRUE },
  [OPENAI_CONSENT_LIST] = { "GET", "/audio/voice_consents", FALSE, FALSE },
  [OPENAI_CONSENT_SHOW] = { "GET", "/audio/voice_consents", TRUE, FALSE },
  [OPENAI_CONSENT_RENAME] = { "POST", "/audio/voice_consents", TRUE, FALSE },
  [OPENAI_CONSENT_DELETE] = { "DELETE", "/audio/voice_consents", TRUE, TRUE },
  [OPENAI_VOICE_CREATE] = { "POST", "/audio/voices", FALSE, TRUE },
  [OPENAI_VOICE_DESCRIBE] = { "POST", "/audio/voices", FALSE, TRUE },
  [OPENAI_VOICE_DELETE] = { "DELETE", "/audio/voices", TRUE, TRUE },
};

struct _OpenaiVoiceCall
{
  /* immutable */
  OpenaiVoiceAction action;
  gchar *id;
  OpenaiRequest *request; /* holds this as its user data */
  OpenaiBody *body;       /* NULL: none */
  gchar *content_type;
  OpenaiVoiceFuncs funcs;
  gpointer user_data;
  GDestroyNotify destroy;

  gint all_sent; /* atomic */

  /* I/O thread only */
  GByteArray *bytes;
  JsonNode *answer;
};

static void
voice_call_free (gpointer data)
{
  OpenaiVoiceCall *self = data;

  if (self->destroy)
    self->destroy (self->user_data);
  g_clear_pointer (&self->body, openai_body_unref);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  g_clear_pointer (&self->answer, json_node_unref);
  g_free (self->content_type);
  g_free (self->id);
  g_free (self);
}

/* Servers and proxies take ".." for the way up even where it is encoded, so no
 * part of an id may be one. */
static gboolean
check_id (const gchar *id, GError **error)
{
  g_auto (GStrv) parts = g_strsplit_set (id ? id : "", "/\\", -1);
  gboolean fine = id && *id;

  for (gchar **part = parts; *part; part++)
    fine = fine && !g_str_equal (*part, ".") && !g_str_equal (*part, "..");
  if (!fine)
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("\"%s\" is not an id"), id ? id : "");
  return fine;
}

static gchar *
list_query (const OpenaiVoiceParams *params)
{
  GString *query = g_string_new (NULL);

  if (params->limit > 0)
    g_string_append_printf (query, "?limit=%u", params->limit);
  if (params->after) {
    g_string_append (query, query->len > 0 ? "&after=" : "?after=");
    g_string_append_uri_escaped (query, params->after, NULL, FALSE);
  }
  return g_string_free (query, FALSE);
}

static gchar *
make_path (const OpenaiVoiceParams *params, GError **error)
{
  const Route *route = &routes[params->action];
  g_autofree gchar *tail = NULL;

  if (route->has_id) {
    if (!check_id (params->id, error))
      return NULL;
    tail = g_uri_escape_string (params->id, NULL, FALSE);
    return g_strconcat (route->path, "/", tail, NULL);
  }
  if (params->action == OPENAI_CONSENT_LIST)
    tail = list_query (params);
  return g_strconcat (route->path, tail, NULL);
}

static OpenaiBody *
make_form (const OpenaiVoiceParams *params, const gchar *file_name, gchar **content_type)
{
  g_autoptr (OpenaiMultipart) form = openai_multipart_new ();

  openai_multipart_add (form, "name", params->name);
  if (params->action == OPENAI_CONSENT_CREATE)
    openai_multipart_add (form, "language", params->language);
  else
    openai_multipart_add (form, "consent", params->consent);
  openai_multipart_add_members (form, params->extra_fields);
  openai_multipart_open_file (form, file_name, openai_recording_filename (params->kind),
      openai_recording_type (params->kind));
  openai_body_append (openai_multipart_body (form), params->file);
  openai_multipart_close (form);
  *content_type = g_strdup (openai_multipart_content_type (form));
  return openai_body_ref (openai_multipart_body (form));
}

static OpenaiBody *
make_json (const OpenaiVoiceParams *params, gchar **content_type)
{
  JsonObject *object = json_object_new ();

  openai_json_add_string (object, "name", params->name);
  if (params->action == OPENAI_VOICE_DESCRIBE) {
    openai_json_add_string (object, "type", "prompt");
    openai_json_add_string (object, "prompt", params->prompt);
    openai_json_add_string (object, "model", params->model);
    openai_json_add_string (object, "script_hint", params->script_hint);
    openai_json_add_members (object, params->extra_fields);
  }
  *content_type = g_strdup ("application/json");
  return openai_json_body (object);
}

static OpenaiBody *
make_body (const OpenaiVoiceParams *params, gchar **content_type)
{
  switch (params->action) {
    case OPENAI_CONSENT_CREATE:
      return make_form (params, "recording", content_type);
    case OPENAI_VOICE_CREATE:
      return make_form (params, "audio_sample", content_type);
    case OPENAI_CONSENT_RENAME:
    case OPENAI_VOICE_DESCRIBE:
      return make_json (params, content_type);
    default:
      return NULL;
  }
}

static OpenaiBody *
on_body (OpenaiRequest *request, const gchar **content_type, gboolean *later,
    gpointer user_data)
{
  OpenaiVoiceCall *self = user_data;

  *content_type = self->content_type;
  return self->body ? openai_body_ref (self->body) : NULL;
}

static void
on_sent (OpenaiRequest *request, gsize sent, gboolean all, gpointer user_data)
{
  OpenaiVoiceCall *self = user_data;

  g_atomic_int_set (&self->all_sent, all);
  if (self->funcs.sent && self->body)
    self->funcs.sent (self, sent, openai_body_size (self->body), self->user_data);
}

static gboolean
on_refused (OpenaiRequest *request, const GError *error, gpointer user_data)
{
  OpenaiVoiceCall *self = user_data;

  /* The server said no, or never had it all. */
  g_atomic_int_set (&self->all_sent, FALSE);
  return FALSE;
}

static void
on_begin (OpenaiRequest *request, gpointer user_data)
{
  OpenaiVoiceCall *self = user_data;

  g_clear_pointer (&self->bytes, g_byte_array_unref);
  self->bytes = g_byte_array_new ();
}

static gboolean
on_data (OpenaiRequest *request, const gchar *data, gsize length, gpointer user_data,
    GError **error)
{
  OpenaiVoiceCall *self = user_data;

  g_byte_array_append (self->bytes, (const guint8 *) data, length);
  return TRUE;
}

static GError *
answer_error (const gchar *sentence)
{
  return g_error_new_literal (OPENAI_ERROR, OPENAI_ERROR_ANSWER, sentence);
}

/* What is wrong with an answer that is JSON; NULL: nothing. */
static GError *
check_answer (OpenaiVoiceCall *self, JsonNode *node)
{
  JsonObject *object = json_node_get_object (node);
  GError *said = openai_error_from_json (0, node);
  const gchar *id = openai_json_string (object, "id");
  gboolean deleted = TRUE;

  if (said)
    return said;
  switch (self->action) {
    case OPENAI_CONSENT_LIST:
      return openai_json_array (object, "data")
          ? NULL
          : answer_error (_("The server's answer has no list of consents"));
    case OPENAI_CONSENT_DELETE:
    case OPENAI_VOICE_DELETE:
      openai_json_boolean (object, "deleted", &deleted);
      return deleted ? NULL : answer_error (_("The server says that it was not deleted"));
    default:
      return id && *id ? NULL : answer_error (_("The server's answer has no id"));
  }
}

/* Some servers have nothing to say about what is gone. */
static JsonNode *
make_deleted (const gchar *id)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", id);
  json_object_set_boolean_member (object, "deleted", TRUE);
  json_node_take_object (node, object);
  return node;
}

static gboolean
on_end (OpenaiRequest *request, gpointer user_data, GError **error)
{
  OpenaiVoiceCall *self = user_data;
  const gchar *method = routes[self->action].method;
  GError *wrong;

  g_clear_pointer (&self->answer, json_node_unref);
  if (self->bytes->len == 0 && g_str_equal (method, "DELETE")) {
    self->answer = make_deleted (self->id);
    return TRUE;
  }
  if (self->bytes->len > 0)
    self->answer =
        openai_json_parse_object ((gchar *) self->bytes->data, self->bytes->len, NULL);
  if (self->answer)
    wrong = check_answer (self, self->answer);
  else
    wrong =
        openai_error_from_answer (0, NULL, (gchar *) self->bytes->data, self->bytes->len);
  if (wrong)
    g_propagate_error (error, wrong);
  return wrong == NULL;
}

static void
on_done (OpenaiRequest *request, const GError *error, gpointer user_data)
{
  OpenaiVoiceCall *self = user_data;

  self->funcs.done (
      self, error ? NULL : json_node_get_object (self->answer), error, self->user_data);
}

OpenaiVoiceCall *
openai_voice_call_new (OpenaiClient *client, const OpenaiVoiceParams *params,
    const OpenaiLimits *limits, const OpenaiVoiceFuncs *funcs, gpointer user_data,
    GDestroyNotify destroy, GError **error)
{
  static const OpenaiRequestFuncs request_funcs = {
    .body = on_body,
    .sent = on_sent,
    .begin = on_begin,
    .data = on_data,
    .end = on_end,
    .refused = on_refused,
    .done = on_done,
  };
  const Route *route = &routes[params->action];
  OpenaiLimits own = *limits;
  g_autofree gchar *path = make_path (params, error);
  OpenaiVoiceCall *self;

  if (!path)
    return NULL;
  own.no_replay = route->no_replay;
  own.max_answer = MAX_ANSWER;
  self = g_new0 (OpenaiVoiceCall, 1);
  self->action = params->action;
  self->id = g_strdup (params->id);
  self->body = make_body (params, &self->content_type);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->destroy = destroy;
  self->request = openai_request_new (
      client, route->method, path, &own, &request_funcs, self, voice_call_free);
  return self;
}

void
openai_voice_call_start (OpenaiVoiceCall *self)
{
  openai_request_start (self->request);
}

void
openai_voice_call_free (OpenaiVoiceCall *self)
{
  OpenaiRequest *request = self->request;

  openai_request_cancel (request);
  openai_request_unref (request);
}

gboolean
openai_voice_call_is_in_doubt (OpenaiVoiceCall *self)
{
  return routes[self->action].no_replay && g_atomic_int_get (&self->all_sent);
}

OpenaiVoiceAction
openai_voice_call_action (OpenaiVoiceCall *self)
{
  return self->action;
}

const gchar *
openai_voice_call_request_id (OpenaiVoiceCall *self)
{
  return openai_request_header (self->request, "x-request-id");
}

guint
openai_voice_call_attempts (OpenaiVoiceCall *self)
{
  return openai_request_attempts (self->request);
}

const gchar *
openai_voice_doubt (OpenaiVoiceAction action)
{
  switch (action) {
    case OPENAI_CONSENT_CREATE:
      return _("The server may have created the consent all the same: look at "
          "\"gst-openai-voices-1.0 consents list\" before you try again.");
    case OPENAI_CONSENT_DELETE:
      return _("The server may have deleted the consent all the same: look at "
          "\"gst-openai-voices-1.0 consents list\".");
    case OPENAI_VOICE_CREATE:
    case OPENAI_VOICE_DESCRIBE:
      return _("The server may have created the voice all the same, under an id "
          "that was lost; voices cannot be listed, but they count towards the "
          "limit of the organization.");
    case OPENAI_VOICE_DELETE:
      return _("The server may have deleted the voice all the same: deleting "
          "it again answers 404 then.");
    default:
      return NULL;
  }
}

static const gchar *
not_found_advice (OpenaiVoiceAction action)
{
  if (routes[action].has_id)
    return _("There is nothing with this id, or this account may not use "
        "custom voices, which OpenAI grants to eligible organizations only.");
  if (action == OPENAI_VOICE_CREATE)
    return _("There is no such consent, or this server or account has no "
        "custom voices, which OpenAI grants to eligible organizations only.");
  return _("This server or account has no custom voices (OpenAI grants them to "
      "eligible organizations only), or the base URL is wrong: it ends in /v1 "
      "on most servers.");
}

static const gchar *
status_advice (OpenaiVoiceAction action, guint status)
{
  switch (status) {
    case 403:
      return _("This account or key may not use custom voices: OpenAI grants "
          "them to eligible organizations only.");
    case 404:
      return not_found_advice (action);
    case 405:
    case 501:
      return _("This server has no custom voices.");
    default:
      return NULL;
  }
}

const gchar *
openai_voice_advice (OpenaiVoiceAction action, const GError *error)
{
  const OpenaiErrorDetails *details = openai_error_details (error);

  if (!details)
    return NULL;
  return details->in_doubt ? openai_voice_doubt (action)
                           : status_advice (action, details->status);
}

/* Far more than an organization may have. */
#define MOST_CONSENTS 10000

gboolean
openai_consent_list_take (
    JsonObject *page, JsonArray *consents, gchar **after, GError **error)
{
  JsonArray *data = openai_json_array (page, "data");
  guint n = data ? json_array_get_length (data) : 0;
  const gchar *last = NULL;
  gboolean more = FALSE;

  for (guint i = 0; i < n; i++) {
    JsonObject *consent = openai_json_element (data, i);

    if (!consent)
      continue;
    json_array_add_object_element (consents, json_object_ref (consent));
    last = openai_json_string (consent, "id");
  }
  if (!openai_json_boolean (page, "has_more", &more) || !more)
    return FALSE;
  if (!last || g_strcmp0 (last, *after) == 0) {
    g_propagate_error (error,
        answer_error (_("The server says that there are more consents, but "
                "not where")));
    return FALSE;
  }
  if (json_array_get_length (consents) > MOST_CONSENTS) {
    g_propagate_error (error,
        answer_error (_("The server "
                "lists consents without an end")));
    return FALSE;
  }
  g_free (*after);
  *after = g_strdup (last);
  return TRUE;
}
