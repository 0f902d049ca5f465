// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is asked of the server about each stretch. */

#include "requestparams.h"

#include "client/error.h"
#include "client/json.h"
#include "client/models.h"
#include "element/errors.h"
#include "timedsamples.h"
#include "messages.h"
#include "speakers.h"

/* Bytes of a second of audio. */
#define LEAST_FILE (sizeof (gint16) * STT_INPUT_RATE)

struct _SttRequestParams
{
  GstElement *element;
  SttSettingsSnapshot snapshot;

  GMutex lock;                  /* innermost */
  SttSpeakers *speakers;           /* NULL until they are loaded */
  GHashTable *told;             /* sentences, streaming thread only */
};

SttRequestParams *
stt_request_params_new (GstElement * element, SttSettingsSnapshot snapshot)
{
  SttRequestParams *self = g_atomic_rc_box_new0 (SttRequestParams);

  g_mutex_init (&self->lock);
  self->told =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->element = gst_object_ref (element);
  self->snapshot = snapshot;
  return self;
}

static void
requests_clear (gpointer data)
{
  SttRequestParams *self = data;

  g_clear_pointer (&self->speakers, stt_speakers_free);
  g_hash_table_unref (self->told);
  gst_object_unref (self->element);
  g_mutex_clear (&self->lock);
}

void
stt_request_params_unref (SttRequestParams * self)
{
  g_atomic_rc_box_release_full (self, requests_clear);
}

gboolean
stt_request_params_load_speakers (SttRequestParams * self, GError ** error)
{
  g_auto (SttSettings) settings = self->snapshot (self->element);
  SttSpeakers *speakers = stt_speakers_new (settings.known_speakers,
      settings.track_speakers, error);

  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->speakers, stt_speakers_free);
  self->speakers = speakers;
  g_mutex_unlock (&self->lock);
  return speakers != NULL;
}

gboolean
stt_request_params_max_file (SttRequestParams * self, guint64 * max_file, GError ** error)
{
  g_auto (SttSettings) settings = self->snapshot (self->element);
  guint64 references;

  g_mutex_lock (&self->lock);
  references = stt_speakers_bytes (self->speakers);
  g_mutex_unlock (&self->lock);
  *max_file = stt_settings_max_file (&settings, references);
  if (*max_file >= LEAST_FILE)
    return TRUE;
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
      "known-speakers: what they say takes %" G_GUINT64_FORMAT " bytes and "
      "leaves no room for audio in a request: use shorter files, or raise "
      "max-upload-size if the server takes more", references);
  return FALSE;
}

static void
on_unfit (const gchar * sentence, gpointer user_data)
{
  SttRequestParams *self = user_data;

  if (g_hash_table_add (self->told, g_strdup (sentence)))
    gst_openai_post_settings_warning (self->element, sentence);
}

void
stt_request_params_check_settings (SttRequestParams * self)
{
  g_auto (SttSettings) settings = self->snapshot (self->element);

  stt_settings_validate (&settings, on_unfit, self);
}

/* The user's own prompt comes first. */
static void
add_context (OpenaiTranscriptionParams * params, const gchar * context)
{
  g_autofree gchar *prompt = params->prompt;

  params->prompt = g_strconcat (prompt ? prompt : "", prompt ? " " : "",
      context, NULL);
}

static void
fill_params (OpenaiTranscriptionParams * params, const gchar * context,
    gpointer owner)
{
  SttRequestParams *self = owner;
  g_auto (SttSettings) settings = self->snapshot (self->element);

  stt_settings_fill_params (&settings, params);
  if (context && settings.context
      && openai_model_reads_context (settings.model))
    add_context (params, context);
  g_mutex_lock (&self->lock);
  if (self->speakers)
    stt_speakers_fill_params (self->speakers, params);
  g_mutex_unlock (&self->lock);
  openai_model_fit (params, NULL, NULL);
}

static void
on_answer (OpenaiTranscript * transcript,
    OpenaiTranscription * transcription, gpointer owner)
{
  SttRequestParams *self = owner;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GBytes) samples = NULL;

  if (!self->speakers || !stt_speakers_are_tracked (self->speakers))
    return;
  samples = openai_transcription_samples (transcription);
  if (!samples)
    return;
  stt_speakers_learn (self->speakers, transcript, samples, STT_INPUT_RATE);
}

static void
on_partial (SttChunk * stretch, const gchar * text, const gchar * delta,
    gpointer owner)
{
  GstElement *element = ((SttRequestParams *) owner)->element;

  gst_element_post_message (element,
      gst_message_new_element (GST_OBJECT (element),
          stt_message_new_partial (stretch, text, delta)));
}

static void
on_stepped_down (const gchar * what, gpointer owner)
{
  gst_openai_post_settings_warning (((SttRequestParams *) owner)->element, what);
}

static void
on_outage (const GError * error, gpointer owner)
{
  GstElement *element = ((SttRequestParams *) owner)->element;
  g_autoptr (GError) away = NULL;

  if (!error) {
    GST_ELEMENT_INFO (element, RESOURCE, READ,
        ("The server is back."),
        ("The server is back: what was kept is sent."));
    return;
  }
  away = g_error_copy (error);
  g_prefix_error (&away, "The server is away; what is spoken is kept until it "
      "is back: ");
  gst_openai_post_warning (element, away);
}

SttHttpTransport *
stt_request_params_new_transport (SttRequestParams * self, OpenaiClient * client,
    SttQueue * queue)
{
  static const SttHttpTransportFuncs funcs = {
    .params = fill_params,
    .answer = on_answer,
    .partial = on_partial,
    .stepped_down = on_stepped_down,
    .outage = on_outage,
  };
  g_auto (SttSettings) settings = self->snapshot (self->element);
  SttHttpTransportOptions options = {
    .element = self->element,
    .format = settings.upload_format,
    /* Each request carries what was learnt from the one before. */
    .max_requests = settings.track_speakers ? 1 : settings.max_requests,
    .max_backlog = settings.max_backlog * GST_MSECOND,
    .limits = gst_openai_connection_limits (&settings.connection),
  };

  options.limits.max_answer = OPENAI_JSON_MAX_BYTES;
  options.limits.patience = settings.max_outage;
  return stt_http_transport_new (client, queue, &options, &funcs,
      g_atomic_rc_box_acquire (self), (GDestroyNotify) stt_request_params_unref);
}
