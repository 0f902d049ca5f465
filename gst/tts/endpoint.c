// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One server that speaks, and what is set for it. */

#include "endpoint.h"

#include "element/fallback.h"
#include "element/modelwarnings.h"
#include "httptransport.h"
#include "realtimetransport.h"

/* FALSE: they make no sense. */
static gboolean
read_settings (const TtsEndpoint *self, TtsSettings *settings, GError **error)
{
  *settings = self->snapshot (self->element);
  settings->transport = TTS_TRANSPORT_AUTO;
  return gst_openai_fallback_apply (
      &tts_settings_table, settings, self->overrides, error);
}

/* Not as long as it is not asked for: OpenAI's requests take any format. */
static gboolean
wants_session (const TtsEndpoint *self, const TtsSettings *settings)
{
  return settings->transport == TTS_TRANSPORT_REALTIME
      || (settings->transport == TTS_TRANSPORT_AUTO
          && (openai_client_is_websocket (self->client)
              || openai_model_speaks_realtime (settings->model)));
}

TtsEndpoint *
tts_endpoint_new (GstElement *element, TtsSettingsSnapshot snapshot,
    GstStructure *overrides, gboolean has_other, GError **error)
{
  g_autoptr (TtsEndpoint) self = g_new0 (TtsEndpoint, 1);
  g_auto (TtsSettings) settings = { 0 };

  self->element = element;
  self->snapshot = snapshot;
  self->overrides = overrides;
  self->has_other = has_other;
  if (!read_settings (self, &settings, error))
    return NULL;
  self->client = gst_openai_connection_acquire_alone (&settings.connection, error);
  if (!self->client)
    return NULL;
  self->realtime = wants_session (self, &settings);
  self->pcm_rate = settings.pcm_rate;
  return g_steal_pointer (&self);
}

void
tts_endpoint_free (TtsEndpoint *self)
{
  g_clear_pointer (&self->client, openai_client_release);
  gst_structure_free (self->overrides);
  g_free (self);
}

static void
replace (gchar **text, const gchar *with)
{
  g_free (*text);
  *text = g_strdup (with);
}

void
tts_endpoint_fill_params (
    const TtsEndpoint *self, const OpenaiSpeechParams *asked, OpenaiSpeechParams *params)
{
  g_auto (TtsSettings) settings = { 0 };

  read_settings (self, &settings, NULL);
  gst_openai_setting_replace_string (&settings.model,
      gst_openai_choose_model (settings.model,
          self->realtime ? OPENAI_TASK_SPEAK_REALTIME : OPENAI_TASK_SPEAK, self->client));
  tts_settings_fill_params (&settings, params);
  replace (&params->input, asked->input);
  replace (&params->response_format, asked->response_format);
  if (!gst_structure_has_field (self->overrides, "voice"))
    replace (&params->voice, asked->voice);
}

TtsTransport *
tts_endpoint_make_transport (const TtsEndpoint *self)
{
  g_auto (TtsSettings) settings = { 0 };
  OpenaiLimits limits;

  read_settings (self, &settings, NULL);
  limits = gst_openai_connection_limits (&settings.connection);
  limits.has_other = self->has_other;
  return (self->realtime ? tts_realtime_transport_new : tts_http_transport_new) (
      self->client, &limits);
}
