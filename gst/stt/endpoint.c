// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One server that transcribes, and what is set for it. */

#include "endpoint.h"

#include "element/fallback.h"
#include "element/modelwarnings.h"

static void
endpoint_clear (gpointer data)
{
  SttEndpoint *self = data;

  g_clear_pointer (&self->overrides, gst_structure_free);
  if (self->client)
    openai_client_unref (self->client);
  gst_object_unref (self->element);
}

SttEndpoint *
stt_endpoint_ref (SttEndpoint *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
stt_endpoint_unref (SttEndpoint *self)
{
  g_atomic_rc_box_release_full (self, endpoint_clear);
}

void
stt_endpoint_release (SttEndpoint *self)
{
  openai_client_release (self->client);
  stt_endpoint_unref (self);
}

/* FALSE: they make no sense. */
static gboolean
read_settings (const SttEndpoint *self, SttSettings *settings, GError **error)
{
  *settings = self->snapshot (self->element);
  if (!self->overrides)
    return TRUE;
  settings->transport = STT_TRANSPORT_AUTO;
  return gst_openai_fallback_apply (
      &stt_settings_table, settings, self->overrides, error);
}

SttEndpoint *
stt_endpoint_new (GstElement *element, SttSettingsSnapshot snapshot,
    GstStructure *overrides, gboolean has_other, GError **error)
{
  g_autoptr (SttEndpoint) self = g_atomic_rc_box_new0 (SttEndpoint);
  g_auto (SttSettings) settings = { 0 };

  self->element = gst_object_ref (element);
  self->snapshot = snapshot;
  self->overrides = overrides;
  self->has_other = has_other;
  if (!read_settings (self, &settings, error))
    return NULL;
  self->client =
      (overrides ? gst_openai_connection_acquire_alone : gst_openai_connection_acquire) (
          &settings.connection, error);
  if (!self->client)
    return NULL;
  openai_client_ref (self->client);
  return g_steal_pointer (&self);
}

gboolean
stt_endpoint_wants_realtime (const SttEndpoint *self, const SttSettings *settings)
{
  return stt_settings_want_realtime (settings, openai_client_is_websocket (self->client));
}

SttSettings
stt_endpoint_settings (const SttEndpoint *self)
{
  SttSettings settings;

  /* What could be wrong was seen when it was made. */
  read_settings (self, &settings, NULL);
  gst_openai_setting_replace_string (&settings.model,
      gst_openai_choose_model (settings.model,
          stt_endpoint_wants_realtime (self, &settings) ? OPENAI_TASK_TRANSCRIBE_REALTIME
                                                        : OPENAI_TASK_TRANSCRIBE,
          self->client));
  return settings;
}

OpenaiLimits
stt_endpoint_limits (const SttEndpoint *self, const SttSettings *settings)
{
  OpenaiLimits limits = gst_openai_connection_limits (&settings->connection);

  limits.has_other = self->has_other;
  return limits;
}
