// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Warns of a model that OpenAI ends soon. */

#include "modelwarnings.h"

#include "client/modellist.h"
#include "errors.h"

const gchar *
gst_openai_choose_model (const gchar *model, OpenaiTask task, OpenaiClient *client)
{
  return openai_model_choose (model, task, client && openai_client_is_openai (client));
}

/* Reference-counted: the element and the list of models. */
struct _GstOpenaiModelWarnings
{
  /* immutable */
  GstElement *element;
  OpenaiClient *client;

  GMutex lock;
  GHashTable *models; /* that were checked, as keys with whether it was told */
  OpenaiModelList *list;
};

static void
model_warnings_clear (gpointer data)
{
  GstOpenaiModelWarnings *self = data;

  g_hash_table_unref (self->models);
  g_mutex_clear (&self->lock);
  gst_object_unref (self->element);
}

static void
model_warnings_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, model_warnings_clear);
}

GstOpenaiModelWarnings *
gst_openai_model_warnings_new (GstElement *element, OpenaiClient *client)
{
  GstOpenaiModelWarnings *self = g_atomic_rc_box_new0 (GstOpenaiModelWarnings);

  self->element = gst_object_ref (element);
  self->client = client;
  g_mutex_init (&self->lock);
  self->models = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
gst_openai_model_warnings_free (GstOpenaiModelWarnings *self)
{
  if (!self)
    return;
  openai_model_list_free (g_steal_pointer (&self->list));
  model_warnings_unref (self);
}

/* Whether it is to be told, and was not. */
static gboolean
begin_telling (GstOpenaiModelWarnings *self, const gchar *model)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gpointer told;

  if (!g_hash_table_lookup_extended (self->models, model, NULL, &told) || told)
    return FALSE;
  g_hash_table_replace (self->models, g_strdup (model), GINT_TO_POINTER (TRUE));
  return TRUE;
}

static void
tell (GstOpenaiModelWarnings *self, const gchar *model, const gchar *date,
    const gchar *instead)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree gchar *text = openai_model_end_warning (model, date, instead, now);

  if (text && begin_telling (self, model))
    gst_openai_post_settings_warning (self->element, text);
}

void
gst_openai_model_warnings_check (GstOpenaiModelWarnings *self, const gchar *model)
{
  const gchar *instead, *date;

  g_mutex_lock (&self->lock);
  if (!g_hash_table_contains (self->models, model))
    g_hash_table_insert (self->models, g_strdup (model), NULL);
  g_mutex_unlock (&self->lock);
  date = openai_model_end (model, &instead);
  if (date && openai_client_is_openai (self->client))
    tell (self, model, date, instead);
}

static void
on_model (const gchar *model, const gchar *date, gpointer user_data)
{
  const gchar *instead = NULL;

  if (!date)
    return;
  openai_model_end (model, &instead);
  tell (user_data, model, date, instead);
}

void
gst_openai_model_warnings_ask (GstOpenaiModelWarnings *self)
{
  static const OpenaiModelListFuncs funcs = { .model = on_model };

  if (openai_client_may_ask_for_models (self->client))
    self->list = openai_model_list_ask (
        self->client, &funcs, g_atomic_rc_box_acquire (self), model_warnings_unref);
}
