// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* GET /models: what there is, and when it ends. */

#include "modellist.h"

#include "json.h"
#include "request.h"

#define MAX_ANSWER (4 * 1024 * 1024)

struct _OpenaiModelList
{
  /* immutable */
  OpenaiClient *client;
  OpenaiRequest *request; /* holds this as its user data */
  OpenaiModelListFuncs funcs;
  gpointer user_data;
  GDestroyNotify destroy;

  GByteArray *bytes; /* I/O thread only */
};

static void
model_list_free (gpointer data)
{
  OpenaiModelList *self = data;

  if (self->destroy)
    self->destroy (self->user_data);
  g_byte_array_unref (self->bytes);
  g_free (self);
}

static OpenaiBody *
on_body (OpenaiRequest *request, const gchar **content_type, gboolean *later,
    gpointer user_data)
{
  return NULL;
}

static void
on_begin (OpenaiRequest *request, gpointer user_data)
{
  OpenaiModelList *self = user_data;

  g_byte_array_set_size (self->bytes, 0);
}

static gboolean
on_data (OpenaiRequest *request, const gchar *data, gsize length, gpointer user_data,
    GError **error)
{
  OpenaiModelList *self = user_data;

  g_byte_array_append (self->bytes, (const guint8 *) data, length);
  return TRUE;
}

static gboolean
on_end (OpenaiRequest *request, gpointer user_data, GError **error)
{
  OpenaiModelList *self = user_data;
  g_autoptr (JsonNode) node = openai_json_parse_object (
      (const gchar *) self->bytes->data, self->bytes->len, error);
  JsonArray *models =
      node ? openai_json_array (json_node_get_object (node), "data") : NULL;

  for (guint i = 0; models && i < json_array_get_length (models); i++) {
    JsonObject *model = openai_json_element (models, i);
    const gchar *id = openai_json_string (model, "id");

    if (id)
      self->funcs.model (
          id, openai_json_string (model, "shutdown_date"), self->user_data);
  }
  return node != NULL;
}

static void
on_done (OpenaiRequest *request, const GError *error, gpointer user_data)
{
  OpenaiModelList *self = user_data;

  if (error)
    openai_client_log (
        self->client, OPENAI_LOG_DEBUG, "no list of models: %s", error->message);
  if (self->funcs.done)
    self->funcs.done (request, error, self->user_data);
}

OpenaiModelList *
openai_model_list_ask (OpenaiClient *client, const OpenaiModelListFuncs *funcs,
    gpointer user_data, GDestroyNotify destroy)
{
  static const OpenaiRequestFuncs request_funcs = {
    .body = on_body,
    .begin = on_begin,
    .data = on_data,
    .end = on_end,
    .done = on_done,
  };
  const OpenaiLimits limits = {
    .connect = 10000,
    .idle = 10000,
    .answer = 30000,
    .max_answer = MAX_ANSWER,
  };
  OpenaiModelList *self = g_new0 (OpenaiModelList, 1);

  self->client = client;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->destroy = destroy;
  self->bytes = g_byte_array_new ();
  self->request = openai_request_new (
      client, "GET", "/models", &limits, &request_funcs, self, model_list_free);
  openai_request_start (self->request);
  return self;
}

void
openai_model_list_free (OpenaiModelList *self)
{
  OpenaiRequest *request = self ? self->request : NULL;

  if (!request)
    return;
  openai_request_cancel (request);
  openai_request_unref (request);
}
