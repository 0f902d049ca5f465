// SPDX-License-Identifier: LGPL-2.1-or-later
/* The connection properties all elements share, and how errors are posted. */

#include "gstopenaiconnection.h"

#include "client/error.h"
#include "i18n.h"

#define ROW(...) GST_OPENAI_ROW (GstOpenaiConnection, __VA_ARGS__)
#define AT_START GST_OPENAI_AT_START
#define ANY_TIME GST_OPENAI_ANY_TIME

static const GstOpenaiSetting rows[] = {
  ROW (base_url, "base-url", STRING, AT_START,
      .blurb = "Address of the server up to and including /v1 "
          "(unset: $OPENAI_BASE_URL or " OPENAI_DEFAULT_BASE_URL ")"),
  ROW (api_key, "api-key", SECRET, AT_START,
      .blurb = "Key sent as a bearer token; better set in the environment "
          "(unset: api-key-file, then $OPENAI_API_KEY; empty: none)"),
  ROW (api_key_file, "api-key-file", STRING, AT_START,
      .blurb = "File whose first line is the API key"),
  ROW (organization, "organization", STRING, AT_START,
      .blurb = "Organization the requests are counted for "
          "(unset: $OPENAI_ORG_ID)"),
  ROW (project, "project", STRING, AT_START,
      .blurb = "Project the requests are counted for "
          "(unset: $OPENAI_PROJECT_ID)"),
  ROW (tls_ca_file, "tls-ca-file", STRING, AT_START,
      .blurb = "PEM file with the certificate authorities to trust instead "
          "of the system's"),
  ROW (extra_headers, "extra-headers", SECRETS, AT_START,
      .blurb = "Further request headers, such as \"h,api-key=(string)…\" for "
          "Azure"),
  ROW (extra_query, "extra-query", SECRETS, AT_START,
      .blurb = "Further items of the query, such as "
          "\"q,api-version=(string)2024-10-21\" for Azure"),
  ROW (extra_fields, "extra-fields", STRUCTURE, ANY_TIME,
      .blurb = "Further fields of each request, for servers that know more "
          "than the API, such as \"f,vad_filter=true\""),
  ROW (allow_insecure, "allow-insecure", BOOLEAN, AT_START,
      .blurb = "Send the key over plain http to other machines too"),
  ROW (timeout, "timeout", UINT, AT_START, .maximum = G_MAXINT,
      .value = 120000,
      .blurb = "Longest wait for an answer once the request is sent, in "
          "milliseconds; per attempt (0: for ever)"),
  ROW (connect_timeout, "connect-timeout", UINT, AT_START,
      .maximum = G_MAXINT, .value = 10000,
      .blurb = "Longest wait for a connection, in milliseconds; per attempt "
          "(0: for ever)"),
  ROW (max_retries, "max-retries", UINT, AT_START, .maximum = 100,
      .value = 2,
      .blurb = "How often a request is sent again after a broken connection, "
          "a timeout, status 408, 409, 429 or 5xx"),
};

const GstOpenaiSettingTable gst_openai_connection_table = {
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
};

/* A stalled server is noticed after this long without a byte, milliseconds. */
#define IDLE_LIMIT 30000

/* A field's value as text, with numbers as JSON writes them. */
static gchar *
value_to_text (const GValue * value)
{
  if (G_VALUE_HOLDS_STRING (value))
    return g_value_dup_string (value);
  return gst_value_serialize (value);
}

static gboolean
add_pair (GQuark field, const GValue * value, gpointer user_data)
{
  GStrvBuilder *builder = user_data;
  g_autofree gchar *text = value_to_text (value);

  if (text) {
    g_strv_builder_add (builder, g_quark_to_string (field));
    g_strv_builder_add (builder, text);
  }
  return TRUE;
}

static GStrv
structure_to_pairs (const GstStructure * structure)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (structure)
    gst_structure_foreach (structure, add_pair, builder);
  return g_strv_builder_end (builder);
}

OpenaiClient *
gst_openai_connection_acquire (const GstOpenaiConnection * connection,
    GError ** error)
{
  OpenaiEndpoint endpoint = { 0, };
  OpenaiClient *client;

  endpoint.base_url = g_strdup (connection->base_url);
  endpoint.api_key = g_strdup (connection->api_key);
  endpoint.organization = g_strdup (connection->organization);
  endpoint.project = g_strdup (connection->project);
  if (!openai_endpoint_complete (&endpoint, connection->api_key_file, error)) {
    openai_endpoint_clear (&endpoint);
    return NULL;
  }
  endpoint.tls_ca_file = g_strdup (connection->tls_ca_file);
  endpoint.headers = structure_to_pairs (connection->extra_headers);
  endpoint.query = structure_to_pairs (connection->extra_query);
  endpoint.allow_insecure = connection->allow_insecure;

  client = openai_client_acquire (&endpoint, error);
  openai_endpoint_clear (&endpoint);
  return client;
}

gboolean
gst_openai_connection_check (GstElement * element, OpenaiClient * client,
    GError ** error)
{
  if (!openai_client_check (client, error))
    return FALSE;
  if (openai_client_withholds_key (client)) {
    g_autofree gchar *text = g_strdup_printf (_("The API key is not sent: it "
        "would cross the network to %s in the clear. Use https, or set "
        "allow-insecure=true."), openai_client_host (client));
    gst_openai_post_notice (element, text);
  }
  return TRUE;
}

OpenaiLimits
gst_openai_connection_limits (const GstOpenaiConnection * connection)
{
  return (OpenaiLimits) {
    .connect = connection->connect_timeout,
    .idle = connection->timeout ? MIN (IDLE_LIMIT, connection->timeout) : 0,
    .answer = connection->timeout,
    .max_retries = connection->max_retries,
  };
}

static JsonNode *value_to_json (const GValue * value);

static gboolean
add_json_member (GQuark field, const GValue * value, gpointer user_data)
{
  json_object_set_member (user_data, g_quark_to_string (field),
      value_to_json (value));
  return TRUE;
}

static JsonNode *
list_to_json (const GValue * list, guint size,
    const GValue * (*element) (const GValue *, guint))
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < size; i++)
    json_array_add_element (array, value_to_json (element (list, i)));
  json_node_take_array (node, array);
  return node;
}

static JsonNode *
value_to_json (const GValue * value)
{
  GType type = G_VALUE_TYPE (value);
  JsonNode *node;
  GValue number = G_VALUE_INIT;

  if (type == GST_TYPE_ARRAY)
    return list_to_json (value, gst_value_array_get_size (value),
        gst_value_array_get_value);
  if (type == GST_TYPE_LIST)
    return list_to_json (value, gst_value_list_get_size (value),
        gst_value_list_get_value);
  if (type == GST_TYPE_STRUCTURE) {
    node = json_node_new (JSON_NODE_OBJECT);
    json_node_take_object (node,
        gst_openai_structure_to_json (gst_value_get_structure (value)));
    return node;
  }
  if (type == G_TYPE_BOOLEAN)
    return json_node_init_boolean (json_node_alloc (),
        g_value_get_boolean (value));
  if (type == G_TYPE_FLOAT || type == G_TYPE_DOUBLE) {
    g_value_init (&number, G_TYPE_DOUBLE);
    g_value_transform (value, &number);
    return json_node_init_double (json_node_alloc (),
        g_value_get_double (&number));
  }
  g_value_init (&number, G_TYPE_INT64);
  if (type != G_TYPE_STRING && g_value_transform (value, &number))
    return json_node_init_int (json_node_alloc (),
        g_value_get_int64 (&number));
  node = json_node_alloc ();
  g_autofree gchar *text = value_to_text (value);
  return json_node_init_string (node, text);
}

JsonObject *
gst_openai_structure_to_json (const GstStructure * structure)
{
  JsonObject *object;

  if (!structure)
    return NULL;
  object = json_object_new ();
  gst_structure_foreach (structure, add_json_member, object);
  return object;
}

typedef struct
{
  GQuark domain;
  gint code;
  const gchar *advice;
} Verdict;

static Verdict
judge_status (guint status)
{
  switch (status) {
    case 401:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
            "Set api-key or OPENAI_API_KEY to a key this server accepts."};
    case 403:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
            "The key (api-key or OPENAI_API_KEY) may not do this."};
    case 404:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
            "Check base-url (it ends in /v1 on most servers), model and voice."};
    case 413:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT, NULL};
    case 429:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY, NULL};
    default:
      if (status >= 300 && status < 500)
        return (Verdict) {
        GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, NULL};
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_FAILED, NULL};
  }
}

static Verdict
judge (const GError * error, const OpenaiErrorDetails * details)
{
  switch (error->code) {
    case OPENAI_ERROR_SETTINGS:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, NULL};
    case OPENAI_ERROR_CONNECT:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
            "Is the server running, and is base-url right?"};
    case OPENAI_ERROR_HTTP:
      return judge_status (details->status);
    case OPENAI_ERROR_ANSWER:
      return (Verdict) {
      GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, NULL};
    default:
      return (Verdict) {
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ, NULL};
  }
}

static void
set_detail (GstStructure * structure, const gchar * name, const gchar * value)
{
  if (value)
    gst_structure_set (structure, name, G_TYPE_STRING, value, NULL);
}

static GstStructure *
details_structure (const OpenaiErrorDetails * details)
{
  GstStructure *structure = gst_structure_new ("details", "http-status-code",
      G_TYPE_UINT, details->status, "attempts", G_TYPE_UINT,
      details->attempts, NULL);

  set_detail (structure, "error-code", details->code);
  set_detail (structure, "error-type", details->type);
  set_detail (structure, "error-param", details->param);
  set_detail (structure, "request-id", details->request_id);
  if (details->in_doubt)
    gst_structure_set (structure, "in-doubt", G_TYPE_BOOLEAN, TRUE, NULL);
  return structure;
}

static void
post (GstElement * element, GstMessageType type, const GError * error,
    const gchar * advice)
{
  const OpenaiErrorDetails *details = openai_error_details (error);
  Verdict verdict;

  if (g_error_matches (error, OPENAI_ERROR, OPENAI_ERROR_CANCELLED))
    return;
  verdict = judge (error, details);
  gst_element_message_full_with_details (element, type, verdict.domain,
      verdict.code, openai_error_text (error, advice ? advice : verdict.advice),
      g_strdup_printf ("HTTP status %u, code %s, type %s, param %s, "
          "request id %s, attempts %u", details->status,
          details->code ? details->code : "-",
          details->type ? details->type : "-",
          details->param ? details->param : "-",
          details->request_id ? details->request_id : "-", details->attempts),
      __FILE__, GST_FUNCTION, __LINE__, details_structure (details));
}

void
gst_openai_post_error_advising (GstElement * element, const GError * error,
    const gchar * advice, gint64 started)
{
  gint64 early = started ?
      started + GST_OPENAI_FIRST_MOMENTS - g_get_monotonic_time () : 0;

  if (early > 0)
    g_usleep (early);
  post (element, GST_MESSAGE_ERROR, error, advice);
}

void
gst_openai_post_error (GstElement * element, const GError * error,
    gint64 started)
{
  gst_openai_post_error_advising (element, error, NULL, started);
}

void
gst_openai_post_warning (GstElement * element, const GError * error)
{
  post (element, GST_MESSAGE_WARNING, error, NULL);
}

void
gst_openai_post_notice (GstElement * element, const gchar * text)
{
  GST_ELEMENT_WARNING (element, RESOURCE, SETTINGS, ("%s", text), (NULL));
}

void
gst_openai_structure_set_usage (GstStructure * message,
    const OpenaiUsage * usage)
{
  GstStructure *structure;

  if (usage->kind == OPENAI_USAGE_NONE)
    return;
  if (usage->kind == OPENAI_USAGE_DURATION)
    structure = gst_structure_new ("usage", "seconds", G_TYPE_DOUBLE,
        usage->seconds, NULL);
  else
    structure = gst_structure_new ("usage",
        "input-tokens", G_TYPE_INT64, usage->input_tokens,
        "output-tokens", G_TYPE_INT64, usage->output_tokens,
        "total-tokens", G_TYPE_INT64, usage->total_tokens, NULL);
  gst_structure_set (message, "usage", GST_TYPE_STRUCTURE, structure, NULL);
  gst_structure_free (structure);
}

gboolean
gst_openai_error_is_fatal (const GError * error)
{
  const OpenaiErrorDetails *details = openai_error_details (error);

  if (error->code == OPENAI_ERROR_SETTINGS)
    return TRUE;
  return error->code == OPENAI_ERROR_HTTP && (details->status == 401
      || details->status == 403 || details->status == 404
      || (details->status >= 300 && details->status < 400));
}
