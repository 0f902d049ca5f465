// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the API answers when it cannot do what was asked. */

#include "errors.h"

#include <json-glib/json-glib.h>

typedef struct
{
  const gchar *param;
  const gchar *code;
} ApiErrorPrivate;

static void
api_error_private_init (ApiErrorPrivate *priv)
{
  *priv = (ApiErrorPrivate) { NULL, NULL };
}

static void
api_error_private_copy (const ApiErrorPrivate *from, ApiErrorPrivate *to)
{
  *to = *from;
}

static void
api_error_private_clear (ApiErrorPrivate *priv)
{
}

G_DEFINE_EXTENDED_ERROR (ApiError, api_error);

void
api_error_set (GError **error, guint status, const gchar *param, const gchar *code,
    const gchar *format, ...)
{
  va_list args;
  ApiErrorPrivate *priv;

  va_start (args, format);
  GError *made = g_error_new_valist (API_ERROR, status, format, args);
  va_end (args);

  priv = api_error_get_private (made);
  priv->param = param;
  priv->code = code;
  g_propagate_error (error, made);
}

guint
api_error_status (const GError *error)
{
  return error->domain == API_ERROR ? (guint) error->code : 500;
}

const gchar *
api_error_param (const GError *error)
{
  return error->domain == API_ERROR ? api_error_get_private (error)->param : NULL;
}

const gchar *
api_error_code (const GError *error)
{
  return error->domain == API_ERROR ? api_error_get_private (error)->code : NULL;
}

static const gchar *
error_type (guint status)
{
  if (status == 429)
    return "requests";
  return status == 413 || status >= 500 ? "server_error" : "invalid_request_error";
}

static void
add_string_or_null (JsonBuilder *builder, const gchar *name, const gchar *value)
{
  json_builder_set_member_name (builder, name);
  if (value)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

gchar *
api_error_to_json (const GError *error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  /* What was clipped in a message may end within a character. */
  g_autofree gchar *message = g_utf8_make_valid (error->message, -1);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "error");
  json_builder_begin_object (builder);
  add_string_or_null (builder, "message", message);
  add_string_or_null (builder, "type", error_type (api_error_status (error)));
  add_string_or_null (builder, "param", api_error_param (error));
  add_string_or_null (builder, "code", api_error_code (error));
  json_builder_end_object (builder);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}
