// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is asked of the server about each chunk. */

#include "requestparams.h"

#include <inttypes.h>

#include "client/error.h"
#include "client/models.h"
#include "i18n.h"
#include "speakers.h"
#include "text/unicode.h"

struct _SttRequestParams
{
  SttEndpoint *endpoint;

  GMutex lock;           /* innermost */
  SttSpeakers *speakers; /* NULL until they are loaded */
};

SttRequestParams *
stt_request_params_new (SttEndpoint *endpoint)
{
  SttRequestParams *self = g_atomic_rc_box_new0 (SttRequestParams);

  g_mutex_init (&self->lock);
  self->endpoint = stt_endpoint_ref (endpoint);
  return self;
}

static void
request_params_clear (gpointer data)
{
  SttRequestParams *self = data;

  g_clear_pointer (&self->speakers, stt_speakers_free);
  stt_endpoint_unref (self->endpoint);
  g_mutex_clear (&self->lock);
}

void
stt_request_params_unref (SttRequestParams *self)
{
  g_atomic_rc_box_release_full (self, request_params_clear);
}

gboolean
stt_request_params_load_speakers (SttRequestParams *self, GError **error)
{
  g_auto (SttSettings) settings = stt_endpoint_settings (self->endpoint);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!self->speakers)
    self->speakers =
        stt_speakers_new (settings.known_speakers, settings.track_speakers, error);
  return self->speakers != NULL;
}

gboolean
stt_request_params_max_file (
    SttRequestParams *self, guint64 least, guint64 *max_file, GError **error)
{
  g_auto (SttSettings) settings = stt_endpoint_settings (self->endpoint);
  guint64 references;

  g_mutex_lock (&self->lock);
  references = stt_speakers_bytes (self->speakers);
  g_mutex_unlock (&self->lock);
  *max_file = stt_settings_max_file (&settings, references);
  if (*max_file >= least)
    return TRUE;
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
      _("known-speakers: what they say takes %" PRIu64 " bytes and "
        "leaves no room for audio in a request: use shorter files, or raise "
        "max-upload-size if the server takes more"),
          references);
  return FALSE;
}

/* The user's own prompt comes first. */
static void
add_context (OpenaiTranscriptionParams *params, const gchar *context)
{
  GString *prompt = g_string_new (params->prompt);

  openai_text_join (prompt, context);
  params->prompt_alone = params->prompt ? params->prompt : g_strdup ("");
  params->prompt = g_string_free (prompt, FALSE);
}

gboolean
stt_request_params_fill (SttRequestParams *self, const gchar *context,
    const gchar *language, OpenaiTranscriptionParams *params)
{
  g_auto (SttSettings) settings = stt_endpoint_settings (self->endpoint);
  gboolean is_set;

  stt_settings_fill_params (&settings, params);
  /* Some servers take one for granted where they are not told to find it out. */
  is_set = (params->language && !g_str_equal (params->language, "auto"))
      || (params->languages && *params->languages);
  if (!is_set && language) {
    g_free (params->language);
    params->language = g_strdup (language);
  }
  if (context && settings.context && openai_model_reads_context (settings.model))
    add_context (params, context);
  g_mutex_lock (&self->lock);
  if (self->speakers)
    stt_speakers_fill_params (self->speakers, params);
  g_mutex_unlock (&self->lock);
  openai_model_fit (params, NULL, NULL);
  return !is_set;
}

gboolean
stt_request_params_finds_language (SttRequestParams *self)
{
  OpenaiTranscriptionParams params = { 0 };
  gboolean finds = stt_request_params_fill (self, NULL, NULL, &params)
      && !params.translate
      && (params.response_format == OPENAI_FORMAT_VERBOSE_JSON
          || (params.response_format == OPENAI_FORMAT_AUTO
              && openai_model_richest_format (&params) == OPENAI_FORMAT_VERBOSE_JSON));

  openai_transcription_params_clear (&params);
  return finds;
}

void
stt_request_params_learn (
    SttRequestParams *self, OpenaiTranscript *transcript, GBytes *samples, guint rate)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (samples && self->speakers && stt_speakers_are_tracked (self->speakers))
    stt_speakers_learn (self->speakers, transcript, samples, rate);
}
