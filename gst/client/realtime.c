// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is said in a Realtime session, in the dialect of each server. */

#include "realtime.h"

#include <string.h>

#include "error.h"
#include "i18n.h"
#include "json.h"
#include "text/utf8.h"
#include "transcriptparser.h"

/* What openai_client_refuses() remembers: see openai_realtime_transcription_path(). */
#define USUAL_PATH "the usual address of a session"

/* Seconds: a session that is said to last longer does not say. */
#define MAX_SESSION (24 * 3600)

/* Bytes of the text of one item. */
#define MAX_TEXT (1 << 20)

enum
{
  GA,
  BETA,
  BETA_TRANSCRIPTION,
  LOCALAI,
  VLLM,
};

static const OpenaiDialect dialects[] = {
  [GA] = { .name = "openai",
      .update = "session.update",
      .confirms = TRUE,
      .rate = 24000 },
  /* speaches */
  [BETA] = { .name = "openai-beta",
      .update = "session.update",
      .is_flat = TRUE,
      .confirms = TRUE,
      .rate = 24000 },
  [BETA_TRANSCRIPTION] = { .name = "openai-beta",
      .update = "transcription_session.update",
      .is_flat = TRUE,
      .confirms = TRUE,
      .rate = 24000 },
  /* What is committed by hand it takes for 16 kHz, whatever it was told. */
  [LOCALAI] = { .name = "localai",
      .update = "session.update",
      .confirms = TRUE,
      .rate = 16000,
      .renames_items = TRUE,
      .commits_only = TRUE },
  [VLLM] = { .name = "vllm",
      .update = "session.update",
      .takes_model_only = TRUE,
      .rate = 16000,
      .opens_items = TRUE },
};

const OpenaiDialect *
openai_dialect_default (void)
{
  return &dialects[GA];
}

/* --- events ----------------------------------------------------------------- */

#define TRANSCRIPTION "conversation.item.input_audio_transcription."

static const struct
{
  const gchar *type;
  OpenaiRealtimeKind kind;
} types[] = {
  { "session.created", OPENAI_REALTIME_CREATED },
  { "transcription_session.created", OPENAI_REALTIME_CREATED },
  { "session.updated", OPENAI_REALTIME_UPDATED },
  { "transcription_session.updated", OPENAI_REALTIME_UPDATED },
  { "input_audio_buffer.speech_started", OPENAI_REALTIME_SPEECH_STARTED },
  { "input_audio_buffer.speech_stopped", OPENAI_REALTIME_SPEECH_STOPPED },
  { "input_audio_buffer.committed", OPENAI_REALTIME_COMMITTED },
  { TRANSCRIPTION "delta", OPENAI_REALTIME_DELTA },
  { TRANSCRIPTION "segment", OPENAI_REALTIME_SEGMENT },
  { TRANSCRIPTION "completed", OPENAI_REALTIME_COMPLETED },
  { TRANSCRIPTION "failed", OPENAI_REALTIME_FAILED },
  /* vLLM */
  { "transcription.delta", OPENAI_REALTIME_DELTA },
  { "transcription.done", OPENAI_REALTIME_COMPLETED },
  /* SGLang-Omni */
  { "transcription.segment", OPENAI_REALTIME_REPLACED },
  { "transcription.completed", OPENAI_REALTIME_COMPLETED },
  { "error", OPENAI_REALTIME_ERROR },
  { "response.created", OPENAI_REALTIME_RESPONSE_CREATED },
  { "response.output_audio.delta", OPENAI_REALTIME_AUDIO_DELTA },
  { "response.audio.delta", OPENAI_REALTIME_AUDIO_DELTA },
  { "response.output_audio_transcript.delta", OPENAI_REALTIME_AUDIO_TEXT_DELTA },
  { "response.audio_transcript.delta", OPENAI_REALTIME_AUDIO_TEXT_DELTA },
  { "response.output_audio_transcript.done", OPENAI_REALTIME_AUDIO_TEXT },
  { "response.audio_transcript.done", OPENAI_REALTIME_AUDIO_TEXT },
  { "response.done", OPENAI_REALTIME_RESPONSE_DONE },
};

static OpenaiRealtimeKind
kind_of (const gchar *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if (g_str_equal (types[i].type, type))
      return types[i].kind;
  }
  return OPENAI_REALTIME_OTHER;
}

/* By what the first event says of the session, never by the server's name. */
static const OpenaiDialect *
dialect_of (JsonObject *event, const gchar *type)
{
  JsonObject *session = openai_json_object (event, "session");
  const gchar *id = openai_json_string (event, "event_id");

  if (g_str_has_prefix (type, "transcription_session."))
    return &dialects[BETA_TRANSCRIPTION];
  if (!session && json_object_has_member (event, "created"))
    return &dialects[VLLM];
  if (g_strcmp0 (id, "event_TODO") == 0)
    return &dialects[LOCALAI];
  if (session && !json_object_has_member (session, "audio")
      && (json_object_has_member (session, "input_audio_format")
          || json_object_has_member (session, "input_audio_transcription")))
    return &dialects[BETA];
  return &dialects[GA];
}

/* By our own clock, which may be wrong: what makes no sense is not told. */
static gint64
expiry_of (JsonObject *event)
{
  gint64 seconds = 0, now = g_get_real_time ();

  openai_json_integer (openai_json_object (event, "session"), "expires_at", &seconds);
  if (seconds <= now / G_USEC_PER_SEC || seconds - now / G_USEC_PER_SEC > MAX_SESSION)
    return 0;
  return seconds * G_USEC_PER_SEC;
}

/* The status that a request would be refused with. */
static guint
status_of (const gchar *code, const gchar *type)
{
  static const struct
  {
    const gchar *word;
    guint status;
  } table[] = {
    { "invalid_api_key", 401 },
    { "authentication_error", 401 },
    { "permission_denied", 403 },
    { "permission_error", 403 },
    { "organization_deactivated", 403 },
    { "account_deactivated", 403 },
    { "unsupported_country_region_territory", 403 },
    { "model_not_found", 404 },
    { "beta_api_shape_disabled", 404 },
    { "insufficient_quota", 429 },
    { "billing_hard_limit_reached", 403 },
    { "billing_not_active", 403 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    if (g_strcmp0 (code, table[i].word) == 0 || g_strcmp0 (type, table[i].word) == 0)
      return table[i].status;
  }
  return 0;
}

GError *
openai_realtime_error_new (JsonNode *node)
{
  JsonObject *event = json_node_get_object (node);
  JsonObject *said = openai_json_object (event, "error");
  guint status = status_of (openai_json_string (said ? said : event, "code"),
      openai_json_string (said, "type"));
  GError *error = openai_error_from_json (status, node);

  if (!error)
    error = openai_error_from_answer (status, NULL, "", 0);
  if (!said && !openai_error_details (error)->code)
    openai_error_details (error)->code = g_strdup (openai_json_string (event, "code"));
  return error;
}

static const gchar *
text_of (JsonObject *event)
{
  static const gchar *const members[] = { "transcript", "text", "delta" };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
    const gchar *text = openai_json_string (event, members[i]);

    if (text)
      return text;
  }
  return NULL;
}

static const gchar *
item_of (JsonObject *event)
{
  const gchar *item = openai_json_string (event, "item_id");

  if (!item)
    item = openai_json_string (event, "segment_id");
  return item && *item ? item : NULL;
}

static void
fill_event (OpenaiRealtimeEvent *event)
{
  JsonObject *object = event->object;

  event->kind = kind_of (event->type);
  event->item = item_of (object);
  event->text = text_of (object);
  switch (event->kind) {
    case OPENAI_REALTIME_CREATED:
      event->dialect = dialect_of (object, event->type);
      event->expires = expiry_of (object);
      break;
    case OPENAI_REALTIME_UPDATED:
      event->expires = expiry_of (object);
      break;
    case OPENAI_REALTIME_ERROR:
      event->event_id =
          openai_json_string (openai_json_object (object, "error"), "event_id");
      event->error = openai_realtime_error_new (event->node);
      break;
    case OPENAI_REALTIME_FAILED:
      event->error = openai_realtime_error_new (event->node);
      break;
    default:
      break;
  }
}

gboolean
openai_realtime_event_parse (
    OpenaiRealtimeEvent *event, const gchar *text, gsize length, GError **error)
{
  g_autofree gchar *repaired = NULL;

  memset (event, 0, sizeof *event);
  if (!g_utf8_validate (text, length, NULL))
    repaired = openai_utf8_repair (text, length, NULL, &length);
  event->node = openai_json_parse_object (repaired ? repaired : text, length, error);
  if (!event->node)
    return FALSE;
  event->object = json_node_get_object (event->node);
  event->type = openai_json_string (event->object, "type");
  if (!event->type)
    event->type = "";
  fill_event (event);
  return TRUE;
}

void
openai_realtime_event_clear (OpenaiRealtimeEvent *event)
{
  g_clear_pointer (&event->node, json_node_unref);
  g_clear_error (&event->error);
}

static gboolean
has_code (const GError *error, const gchar *code)
{
  OpenaiErrorDetails *details = error ? openai_error_details (error) : NULL;

  return details && g_strcmp0 (details->code, code) == 0;
}

gboolean
openai_realtime_is_expiry (const GError *error)
{
  return has_code (error, "session_expired");
}

gboolean
openai_realtime_is_empty_commit (const GError *error)
{
  return has_code (error, "input_audio_buffer_commit_empty");
}

/* --- what is sent ----------------------------------------------------------- */

void
openai_realtime_config_clear (OpenaiRealtimeConfig *config)
{
  openai_transcription_params_clear (&config->params);
  g_clear_pointer (&config->turn_detection, g_free);
}

OpenaiRealtimeConfig *
openai_realtime_config_copy (const OpenaiRealtimeConfig *config)
{
  OpenaiRealtimeConfig *copy = g_new0 (OpenaiRealtimeConfig, 1);

  openai_transcription_params_copy (&config->params, &copy->params);
  copy->noise_reduction = config->noise_reduction;
  copy->delay = config->delay;
  copy->turn_detection = g_strdup (config->turn_detection);
  return copy;
}

void
openai_realtime_config_free (OpenaiRealtimeConfig *config)
{
  openai_realtime_config_clear (config);
  g_free (config);
}

static gboolean
wants_model_in_path (OpenaiClient *client)
{
  gboolean usual = !openai_client_is_openai (client);

  return openai_client_refuses (client, USUAL_PATH) ? !usual : usual;
}

gchar *
openai_realtime_transcription_path (OpenaiClient *client, const gchar *model)
{
  g_autofree gchar *escaped = NULL;

  if (!model || *model == '\0' || !wants_model_in_path (client))
    return g_strdup ("/realtime?intent=transcription");
  escaped = g_uri_escape_string (model, NULL, FALSE);
  return g_strconcat ("/realtime?intent=transcription&model=", escaped, NULL);
}

gboolean
openai_realtime_try_other_path (OpenaiClient *client, const GError *error)
{
  guint status = openai_error_details (error)->status;
  gboolean about_it = status == 400 || status == 403 || status == 422
      || (error->code == OPENAI_ERROR_ANSWER && strstr (error->message, "model"));

  return about_it && openai_client_refused (client, USUAL_PATH);
}

static gchar *
steal_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return openai_json_to_text (node);
}

static void
add_strings (JsonObject *object, const gchar *name, gchar **strings)
{
  JsonArray *array;

  if (!strings || !*strings)
    return;
  array = json_array_new ();
  for (; *strings; strings++)
    json_array_add_string_element (array, *strings);
  json_object_set_array_member (object, name, array);
}

static JsonObject *
transcription_object (const OpenaiRealtimeConfig *config, gboolean plain)
{
  const OpenaiTranscriptionParams *params = &config->params;
  JsonObject *object = json_object_new ();

  openai_json_add_string (object, "model", params->model);
  if (plain)
    return object;
  openai_json_add_string (object, "language", params->language);
  add_strings (object, "languages", params->languages);
  add_strings (object, "keywords", params->keywords);
  openai_json_add_string (object, "prompt", params->prompt);
  openai_json_add_string (object, "delay", config->delay);
  return object;
}

static JsonNode *
turn_detection_node (const OpenaiDialect *dialect, const OpenaiRealtimeConfig *config)
{
  JsonNode *node = config->turn_detection && !dialect->commits_only
      ? json_from_string (config->turn_detection, NULL)
      : NULL;

  return node ? node : json_node_new (JSON_NODE_NULL);
}

/* Of the beta: all in one object. */
static void
add_flat (JsonObject *session, const OpenaiDialect *dialect,
    const OpenaiRealtimeConfig *config, gboolean plain)
{
  json_object_set_object_member (
      session, "input_audio_transcription", transcription_object (config, plain));
  json_object_set_member (
      session, "turn_detection", turn_detection_node (dialect, config));
  if (config->noise_reduction && !plain) {
    JsonObject *reduction = json_object_new ();

    json_object_set_string_member (reduction, "type", config->noise_reduction);
    json_object_set_object_member (session, "input_audio_noise_reduction", reduction);
  }
}

static void
add_nested (JsonObject *session, const OpenaiDialect *dialect,
    const OpenaiRealtimeConfig *config, gboolean plain)
{
  JsonObject *audio = json_object_new (), *input = json_object_new ();
  JsonObject *format = json_object_new ();

  json_object_set_string_member (session, "type", "transcription");
  json_object_set_object_member (session, "audio", audio);
  json_object_set_object_member (audio, "input", input);
  json_object_set_string_member (format, "type", "audio/pcm");
  json_object_set_int_member (format, "rate", dialect->rate);
  json_object_set_object_member (input, "format", format);
  json_object_set_object_member (
      input, "transcription", transcription_object (config, plain));
  json_object_set_member (input, "turn_detection", turn_detection_node (dialect, config));
  if (config->noise_reduction && !plain) {
    JsonObject *reduction = json_object_new ();

    json_object_set_string_member (reduction, "type", config->noise_reduction);
    json_object_set_object_member (input, "noise_reduction", reduction);
  }
}

static JsonObject *
session_object (
    const OpenaiDialect *dialect, const OpenaiRealtimeConfig *config, gboolean plain)
{
  static gchar *const logprobs[] = { (gchar *) "item.input_audio_transcription.logprobs",
    NULL };
  JsonObject *session = json_object_new ();

  if (dialect->is_flat)
    add_flat (session, dialect, config, plain);
  else
    add_nested (session, dialect, config, plain);
  if (config->params.logprobs && !plain)
    add_strings (session, "include", (gchar **) logprobs);
  openai_json_add_members (session, config->params.extra_fields);
  return session;
}

gchar *
openai_realtime_update (const OpenaiDialect *dialect, const OpenaiRealtimeConfig *config,
    gboolean plain, const gchar *event_id)
{
  JsonObject *event = json_object_new ();

  json_object_set_string_member (event, "type", dialect->update);
  if (dialect->takes_model_only) {
    json_object_set_string_member (
        event, "model", config->params.model ? config->params.model : "");
    return steal_text (event);
  }
  openai_json_add_string (event, "event_id", event_id);
  json_object_set_object_member (
      event, "session", session_object (dialect, config, plain));
  return steal_text (event);
}

/* Three bytes are four digits; GLib goes by the byte. The end of what is written. */
static gchar *
write_base64 (gchar *out, const guint8 *data, gsize length)
{
  static const gchar digits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  gint state = 0, save = 0;

  for (; length >= 3; length -= 3, data += 3) {
    guint bits = data[0] << 16 | data[1] << 8 | data[2];

    *out++ = digits[bits >> 18];
    *out++ = digits[bits >> 12 & 63];
    *out++ = digits[bits >> 6 & 63];
    *out++ = digits[bits & 63];
  }
  out += g_base64_encode_step (data, length, FALSE, out, &state, &save);
  return out + g_base64_encode_close (FALSE, out, &state, &save);
}

/* Written in one place: it is nearly all that is sent. */
gchar *
openai_realtime_append (gconstpointer samples, gsize bytes)
{
  static const gchar head[] = "{\"type\":\"input_audio_buffer.append\",\"audio\":\"";
  static const gchar tail[] = "\"}";
  gchar *text = g_malloc (sizeof head + (bytes / 3 + 1) * 4 + 4 + sizeof tail);
  gchar *end = text + strlen (head);

  memcpy (text, head, strlen (head));
  end = write_base64 (end, samples, bytes);
  memcpy (end, tail, sizeof tail);
  return text;
}

gchar *
openai_realtime_open_item (const OpenaiDialect *dialect)
{
  return dialect->opens_items ? g_strdup ("{\"type\":\"input_audio_buffer.commit\"}")
                              : NULL;
}

gchar *
openai_realtime_commit (const OpenaiDialect *dialect, const gchar *event_id)
{
  if (dialect->opens_items)
    return g_strdup ("{\"type\":\"input_audio_buffer.commit\",\"final\":true}");
  return g_strdup_printf ("{\"type\":\"input_audio_buffer.commit\","
                          "\"event_id\":\"%s\"}",
      event_id);
}

/* --- an item ---------------------------------------------------------------- */

struct _OpenaiRealtimeItem
{
  OpenaiTranscript *transcript; /* its segments so far */
  GString *text;
  gsize added;            /* where in it the last delta begins */
  gboolean is_cumulative; /* deltas hold all the text so far */
  gboolean is_replaced;
};

OpenaiRealtimeItem *
openai_realtime_item_new (void)
{
  OpenaiRealtimeItem *self = g_new0 (OpenaiRealtimeItem, 1);

  self->transcript = openai_transcript_new ();
  self->text = g_string_new (NULL);
  return self;
}

void
openai_realtime_item_free (OpenaiRealtimeItem *self)
{
  if (!self)
    return;
  openai_transcript_unref (self->transcript);
  g_string_free (self->text, TRUE);
  g_free (self);
}

/* Nothing in it that a terminal would obey. */
static gchar *
without_controls (const gchar *text)
{
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_new (NULL);

  for (const gchar *p = valid; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    g_string_append_unichar (out, g_unichar_iscntrl (c) ? ' ' : c);
  }
  return g_string_free (out, FALSE);
}

/* Some servers send all of the text again and again. */
static gboolean
is_whole (OpenaiRealtimeItem *self, const gchar *delta)
{
  if (self->text->len > 1 && strlen (delta) > self->text->len
      && g_str_has_prefix (delta, self->text->str))
    self->is_cumulative = TRUE;
  return self->is_cumulative;
}

static gboolean
add_delta (OpenaiRealtimeItem *self, const gchar *given)
{
  g_autofree gchar *delta = given ? without_controls (given) : NULL;
  gsize before = self->text->len;

  if (!delta || *delta == '\0' || self->text->len + strlen (delta) > MAX_TEXT)
    return FALSE;
  if (!is_whole (self, delta)) {
    g_string_append (self->text, delta);
    self->added = before;
    return TRUE;
  }
  if (g_str_equal (self->text->str, delta))
    return FALSE;
  if (!g_str_has_prefix (delta, self->text->str))
    self->is_replaced = TRUE;
  g_string_assign (self->text, delta);
  self->added = self->is_replaced ? 0 : before;
  return TRUE;
}

static gboolean
replace_text (OpenaiRealtimeItem *self, const gchar *given)
{
  g_autofree gchar *text = given ? without_controls (given) : NULL;

  if (!text || strlen (text) > MAX_TEXT || g_str_equal (text, self->text->str))
    return FALSE;
  self->is_replaced = TRUE;
  g_string_assign (self->text, text);
  self->added = 0;
  return TRUE;
}

static gboolean
add_segment (OpenaiRealtimeItem *self, JsonObject *event)
{
  guint before = self->transcript->segments->len;
  const OpenaiSegment *segment;
  g_autofree gchar *delta = NULL;

  openai_transcript_add_segment (self->transcript, event);
  if (self->transcript->segments->len == before)
    return FALSE;
  segment = g_ptr_array_index (self->transcript->segments, before);
  delta = g_strconcat (self->text->len > 0 ? " " : "", segment->text, NULL);
  return add_delta (self, delta);
}

gboolean
openai_realtime_item_take (OpenaiRealtimeItem *self, const OpenaiRealtimeEvent *event,
    const gchar **text, const gchar **delta)
{
  gboolean changed = FALSE;

  if (event->kind == OPENAI_REALTIME_DELTA)
    changed = add_delta (self, event->text);
  else if (event->kind == OPENAI_REALTIME_REPLACED)
    changed = replace_text (self, event->text);
  else if (event->kind == OPENAI_REALTIME_SEGMENT)
    changed = add_segment (self, event->object);
  *text = self->text->str;
  *delta = self->is_replaced ? NULL : self->text->str + self->added;
  return changed;
}

gboolean
openai_realtime_item_is_replaced (const OpenaiRealtimeItem *self)
{
  return self->is_replaced;
}

gboolean
openai_realtime_item_has_text (const OpenaiRealtimeItem *self)
{
  return self->text->len > 0;
}

OpenaiTranscript *
openai_realtime_item_finish (
    OpenaiRealtimeItem *self, const OpenaiRealtimeEvent *event, GError **error)
{
  OpenaiTranscript *transcript = self->transcript;
  const gchar *text = event && event->text ? event->text : self->text->str;

  g_free (transcript->text);
  transcript->text = openai_transcript_tidy (text);
  if (event) {
    openai_transcript_add_usage (
        &transcript->usage, openai_json_object (event->object, "usage"));
    openai_transcript_add_languages (transcript, event->object);
    openai_transcript_add_logprobs (transcript, event->object);
  }
  self->transcript = openai_transcript_new ();
  return openai_transcript_check (transcript, error);
}
