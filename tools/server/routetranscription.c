// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* POST /v1/audio/transcriptions and /v1/audio/translations */

#include <string.h>

#include "audio.h"
#include "errors.h"
#include "form.h"
#include "server.h"

#define LONGEST_AUDIO (2 * 3600) /* seconds */
#define SHORTEST_AUDIO (RECOGNISER_RATE / 10)

typedef struct
{
  Exchange *exchange;
  Recogniser *recogniser;
  GBytes *file;
  TranscriptFormat format;
  TranscriptDetail detail;
  gboolean events;
} TranscriptionJob;

static void
job_free (gpointer data)
{
  TranscriptionJob *job = data;

  exchange_unref (job->exchange);
  g_clear_pointer (&job->file, g_bytes_unref);
  g_free (job);
}

static gboolean
require (gboolean present, const gchar *name, GError **error)
{
  if (!present)
    api_error_set (error, 400, name, "missing_required_parameter",
        "Missing required parameter: '%s'.", name);
  return present;
}

static gboolean
read_format (Form *form, TranscriptionJob *job, GError **error)
{
  static const gchar *const names[] = {
    [TRANSCRIPT_JSON] = "json",
    [TRANSCRIPT_TEXT] = "text",
    [TRANSCRIPT_SRT] = "srt",
    [TRANSCRIPT_VTT] = "vtt",
    [TRANSCRIPT_VERBOSE_JSON] = "verbose_json",
  };
  const gchar *name = form_field (form, "response_format");

  job->format = TRANSCRIPT_JSON;
  if (!name)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_str_equal (name, names[i])) {
      job->format = i;
      return TRUE;
    }
  }
  if (g_str_equal (name, "diarized_json"))
    api_error_set (error, 400, "response_format", "unsupported_value",
        "response_format 'diarized_json' is not compatible with this local "
        "server: PocketSphinx cannot tell speakers apart.");
  else
    api_error_set (error, 400, "response_format", "invalid_value",
        "Invalid value: '%.100s'. Supported values are: 'json', 'text', "
        "'srt', 'verbose_json', and 'vtt'.",
        name);
  return FALSE;
}

static gboolean
check_temperature (Form *form, GError **error)
{
  const gchar *text = form_field (form, "temperature");
  gchar *end;
  gdouble temperature;

  if (!text)
    return TRUE;
  temperature = g_ascii_strtod (text, &end);
  if (end != text && *end == '\0' && temperature >= 0 && temperature <= 1)
    return TRUE;
  api_error_set (error, 400, "temperature", "invalid_value",
      "Invalid 'temperature': expected a number from 0 to 1.");
  return FALSE;
}

/* "en", "eng", "en-US", as much as "de" or "yue". */
static gboolean
is_language_code (const gchar *text)
{
  gsize letters = 0;

  while (g_ascii_isalpha (text[letters]))
    letters++;
  return (letters == 2 || letters == 3)
      && (text[letters] == '\0' || text[letters] == '-');
}

static gboolean
is_english (const gchar *code)
{
  return g_ascii_strncasecmp (code, "en", 2) == 0
      && (strlen (code) == 2 || code[2] == '-' || g_str_equal (code, "eng"));
}

static gboolean
check_language (const gchar *name, const gchar *code, GError **error)
{
  if (!is_language_code (code)) {
    api_error_set (error, 400, name, "invalid_language_format",
        "Invalid language '%.100s'. Language parameter must be specified in "
        "ISO-639-1 format.",
        code);
    return FALSE;
  }
  if (!is_english (code)) {
    api_error_set (error, 400, name, "unsupported_value",
        "Language '%.100s' is not supported: this local server's PocketSphinx "
        "model knows English only ('en').",
        code);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_languages (Form *form, GError **error)
{
  const gchar *language = form_field (form, "language");
  const gchar *const *languages = form_fields (form, "languages[]");

  if (language && !check_language ("language", language, error))
    return FALSE;
  for (guint i = 0; languages && languages[i]; i++)
    if (!check_language ("languages", languages[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
read_granularities (Form *form, TranscriptionJob *job, GError **error)
{
  const gchar *const *values = form_fields (form, "timestamp_granularities[]");

  job->detail.segments = !values;
  for (guint i = 0; values && values[i]; i++) {
    if (g_str_equal (values[i], "word")) {
      job->detail.words = TRUE;
    } else if (g_str_equal (values[i], "segment")) {
      job->detail.segments = TRUE;
    } else {
      api_error_set (error, 400, "timestamp_granularities", "invalid_value",
          "Invalid value: '%.100s'. Supported values are: 'word' and "
          "'segment'.",
          values[i]);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
read_include (Form *form, TranscriptionJob *job, GError **error)
{
  const gchar *const *values = form_fields (form, "include[]");

  for (guint i = 0; values && values[i]; i++) {
    if (!g_str_equal (values[i], "logprobs")) {
      api_error_set (error, 400, "include", "invalid_value",
          "Invalid value: '%.100s'. Supported values are: 'logprobs'.", values[i]);
      return FALSE;
    }
    job->detail.log_probabilities = TRUE;
  }
  return TRUE;
}

static gboolean
read_stream (Form *form, TranscriptionJob *job, GError **error)
{
  const gchar *stream = form_field (form, "stream");

  if (stream && g_ascii_strcasecmp (stream, "true")
      && g_ascii_strcasecmp (stream, "false")) {
    api_error_set (error, 400, "stream", "invalid_value",
        "Invalid 'stream': expected true or false.");
    return FALSE;
  }
  job->events = stream && g_ascii_strcasecmp (stream, "true") == 0
      && (job->format == TRANSCRIPT_JSON || job->format == TRANSCRIPT_TEXT);
  return TRUE;
}

static gboolean
check_speakers (Form *form, GError **error)
{
  if (!form_field (form, "known_speaker_names[]")
      && !form_field (form, "known_speaker_references[]"))
    return TRUE;
  api_error_set (error, 400, "known_speaker_names", "unsupported_value",
      "This local server's PocketSphinx cannot tell speakers apart.");
  return FALSE;
}

static gboolean
read_request (Form *form, TranscriptionJob *job, GError **error)
{
  if (!require (form_file (form) != NULL, "file", error)
      || !require (form_field (form, "model") != NULL, "model", error)
      || !read_format (form, job, error) || !check_temperature (form, error))
    return FALSE;
  job->file = g_bytes_ref (form_file (form));
  return TRUE;
}

static gboolean
read_transcription (Form *form, TranscriptionJob *job, GError **error)
{
  return read_request (form, job, error) && check_languages (form, error)
      && read_granularities (form, job, error) && read_include (form, job, error)
      && read_stream (form, job, error) && check_speakers (form, error);
}

static void
on_segment (Transcript *transcript, guint segment, gpointer user_data)
{
  TranscriptionJob *job = user_data;
  g_autoptr (JsonNode) event = NULL;

  if (!job->events)
    return;
  event = transcript_delta_event (transcript, segment, &job->detail);
  exchange_event (job->exchange, event);
}

static Transcript *
transcribe (TranscriptionJob *job, GError **error)
{
  GCancellable *cancellable = exchange_cancellable (job->exchange);
  g_autoptr (GArray) samples =
      audio_decode (job->file, RECOGNISER_RATE, LONGEST_AUDIO, cancellable, error);

  if (!samples)
    return NULL;
  if (samples->len < SHORTEST_AUDIO) {
    api_error_set (error, 400, "file", "audio_too_short",
        "Audio file is too short. Minimum audio length is 0.1 seconds.");
    return NULL;
  }
  return recogniser_run (job->recogniser, (const gint16 *) samples->data, samples->len,
      on_segment, job, cancellable, error);
}

static void
answer (TranscriptionJob *job, Transcript *transcript)
{
  if (job->events) {
    g_autoptr (JsonNode) event = transcript_done_event (transcript, &job->detail);

    exchange_event (job->exchange, event);
    exchange_end_events (job->exchange);
  } else {
    exchange_answer (job->exchange, transcript_content_type (job->format),
        transcript_render (transcript, job->format, &job->detail));
  }
}

static void
run_job (gpointer data, gpointer user_data)
{
  TranscriptionJob *job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Transcript) transcript = transcribe (job, &error);

  if (transcript)
    answer (job, transcript);
  else
    exchange_fail (job->exchange, error);
  job_free (job);
}

static TranscriptionJob *
job_new (Server *server, Exchange *exchange, const gchar *task)
{
  TranscriptionJob *job = g_new0 (TranscriptionJob, 1);

  job->exchange = exchange_ref (exchange);
  job->recogniser = server->recogniser;
  job->detail.task = task;
  job->detail.segments = TRUE;
  return job;
}

static Form *
parse_form (SoupServerMessage *message, GError **error)
{
  g_autoptr (GBytes) body =
      soup_message_body_flatten (soup_server_message_get_request_body (message));

  return form_parse (soup_server_message_get_request_headers (message), body, error);
}

void
handle_transcription (
    Server *server, Exchange *exchange, SoupServerMessage *message, const gchar *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Form) form = parse_form (message, &error);
  TranscriptionJob *job = job_new (server, exchange, "transcribe");

  if (form && read_transcription (form, job, &error)) {
    server_queue (server->listeners, exchange, run_job, job, job_free);
    return;
  }
  exchange_fail (exchange, error);
  job_free (job);
}

/* From English to English, the only language there is here. */
void
handle_translation (
    Server *server, Exchange *exchange, SoupServerMessage *message, const gchar *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Form) form = parse_form (message, &error);
  TranscriptionJob *job = job_new (server, exchange, "translate");

  if (form && read_request (form, job, &error)) {
    server_queue (server->listeners, exchange, run_job, job, job_free);
    return;
  }
  exchange_fail (exchange, error);
  job_free (job);
}
