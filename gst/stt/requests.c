// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is asked of the server about each stretch. */

#include "stt/requests.h"

#include "client/error.h"
#include "client/json.h"
#include "client/models.h"
#include "errormessages.h"
#include "stt/intake.h"
#include "stt/messages.h"
#include "stt/speakers.h"

/* Bytes of a second of audio. */
#define LEAST_FILE (sizeof (gint16) * INTAKE_RATE)

struct _Requests
{
  GstElement *element;
  SttSettingsSnapshot snapshot;

  GMutex lock;                  /* innermost */
  Speakers *speakers;           /* NULL until they are loaded */
  GHashTable *told;             /* sentences, streaming thread only */
};

Requests *
requests_new (GstElement * element, SttSettingsSnapshot snapshot)
{
  Requests *requests = g_atomic_rc_box_new0 (Requests);

  g_mutex_init (&requests->lock);
  requests->told =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  requests->element = gst_object_ref (element);
  requests->snapshot = snapshot;
  return requests;
}

static void
requests_clear (gpointer data)
{
  Requests *requests = data;

  g_clear_pointer (&requests->speakers, speakers_free);
  g_hash_table_unref (requests->told);
  gst_object_unref (requests->element);
  g_mutex_clear (&requests->lock);
}

void
requests_unref (Requests * requests)
{
  g_atomic_rc_box_release_full (requests, requests_clear);
}

gboolean
requests_load_speakers (Requests * requests, GError ** error)
{
  g_auto (SttSettings) settings = requests->snapshot (requests->element);
  Speakers *speakers = speakers_new (settings.known_speakers,
      settings.track_speakers, error);

  g_mutex_lock (&requests->lock);
  g_clear_pointer (&requests->speakers, speakers_free);
  requests->speakers = speakers;
  g_mutex_unlock (&requests->lock);
  return speakers != NULL;
}

gboolean
requests_max_file (Requests * requests, guint64 * max_file, GError ** error)
{
  g_auto (SttSettings) settings = requests->snapshot (requests->element);
  guint64 references;

  g_mutex_lock (&requests->lock);
  references = speakers_bytes (requests->speakers);
  g_mutex_unlock (&requests->lock);
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
  Requests *requests = user_data;

  if (g_hash_table_add (requests->told, g_strdup (sentence)))
    gst_openai_post_notice (requests->element, sentence);
}

void
requests_check_settings (Requests * requests)
{
  g_auto (SttSettings) settings = requests->snapshot (requests->element);

  stt_settings_report_unfit (&settings, on_unfit, requests);
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
  Requests *requests = owner;
  g_auto (SttSettings) settings = requests->snapshot (requests->element);

  stt_settings_fill_params (&settings, params);
  if (context && settings.context
      && openai_model_reads_context (settings.model))
    add_context (params, context);
  g_mutex_lock (&requests->lock);
  if (requests->speakers)
    speakers_fill_params (requests->speakers, params);
  g_mutex_unlock (&requests->lock);
  openai_model_fit (params, NULL, NULL);
}

static void
on_answer (OpenaiTranscript * transcript,
    OpenaiTranscription * transcription, gpointer owner)
{
  Requests *requests = owner;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&requests->lock);
  g_autoptr (GBytes) samples = NULL;

  if (!requests->speakers || !speakers_are_tracked (requests->speakers))
    return;
  samples = openai_transcription_samples (transcription);
  if (!samples)
    return;
  speakers_learn (requests->speakers, transcript, samples, INTAKE_RATE);
}

static void
on_partial (Stretch * stretch, const gchar * text, const gchar * delta,
    gpointer owner)
{
  GstElement *element = ((Requests *) owner)->element;

  gst_element_post_message (element,
      gst_message_new_element (GST_OBJECT (element),
          message_of_partial (stretch, text, delta)));
}

static void
on_stepped_down (const gchar * what, gpointer owner)
{
  gst_openai_post_notice (((Requests *) owner)->element, what);
}

static void
on_outage (const GError * error, gpointer owner)
{
  GstElement *element = ((Requests *) owner)->element;
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

Uploads *
requests_make_uploads (Requests * requests, OpenaiClient * client,
    Outbox * outbox)
{
  static const UploadsFuncs funcs = {
    .params = fill_params,
    .answer = on_answer,
    .partial = on_partial,
    .stepped_down = on_stepped_down,
    .outage = on_outage,
  };
  g_auto (SttSettings) settings = requests->snapshot (requests->element);
  UploadsOptions options = {
    .format = settings.upload_format,
    /* Each request carries what was learnt from the one before. */
    .max_requests = settings.track_speakers ? 1 : settings.max_requests,
    .max_backlog = settings.max_backlog * GST_MSECOND,
    .limits = gst_openai_connection_limits (&settings.connection),
  };

  options.limits.max_answer = OPENAI_JSON_MAX_BYTES;
  options.limits.patience = settings.max_outage;
  return uploads_new (client, outbox, &options, &funcs,
      g_atomic_rc_box_acquire (requests), (GDestroyNotify) requests_unref);
}
