// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* POST /audio/transcriptions and /audio/translations: speech in while it is
 * spoken, a transcript out. */

#include "transcription.h"

#include <math.h>
#include <string.h>

#include "error.h"
#include "models.h"
#include "refusal.h"
#include "i18n.h"

/* What openai_client_refuses() remembers of a server. */
#define GROWING "growing upload"
#define GROWING_ENCODED "growing upload that is not WAV"
#define GROWING_BROKE "growing upload, once, by closing the connection"
#define ACCEPTS_EMPTY "to find words where there are none"
#define LANGUAGE_OF_TRANSLATION "language of a translation"

/* Bytes: "data: {" with a byte to spare: enough to know an event stream by. */
#define STREAM_HEAD 8

/* Of a growing WAV file: libsoup makes three packets of each, and reads them in
 * pieces of 8 KiB. The other formats come in blocks of as much. */
#define GRAINS_PER_SECOND 5

struct _OpenaiTranscription
{
  /* immutable after openai_transcription_start() */
  OpenaiClient *client;
  guint rate;
  OpenaiUploadFormat upload_format;
  const gchar *filename;     /* of a file that is sent as it is, or NULL */
  const gchar *content_type; /* of that */
  OpenaiLimits limits;
  OpenaiTranscriptionParams params;
  OpenaiTranscriptionFuncs funcs;
  gpointer user_data;
  GDestroyNotify destroy;

  /* protected by lock */
  GMutex lock;
  OpenaiRequest *request; /* holds this as its user data */
  GPtrArray *samples;     /* GBytes */
  guint64 frames;
  gboolean finished;
  OpenaiAudioFormat form_format;  /* of the current attempt */
  OpenaiMultipart *growing;       /* the form that is being sent and grows */
  OpenaiEncoder *encoder;         /* its file */
  GPtrArray *sized;               /* GBytes: the whole file, encoded ... */
  OpenaiAudioFormat sized_format; /* ... like this */

  /* I/O thread only */
  OpenaiMultipart *form; /* of the current attempt */
  gboolean form_grows;
  gboolean form_is_verbose;
  gboolean growing_as_wav;       /* after it was refused in another format */
  gboolean growing_failed;       /* this one is sent sized from now on */
  gboolean closed_while_growing; /* because the connection was closed */
  gboolean sized_as_wav;
  gboolean context_dropped; /* from the prompt */
  gboolean framing_known;   /* whether the answer is events: */
  GByteArray *answer;       /* if not, and until then */
  OpenaiTranscriptStream *events;
  OpenaiTranscript *transcript;
};

static void
transcription_free (gpointer data)
{
  OpenaiTranscription *self = data;

  if (self->destroy)
    self->destroy (self->user_data);
  openai_transcription_params_clear (&self->params);
  g_ptr_array_unref (self->samples);
  g_clear_pointer (&self->sized, g_ptr_array_unref);
  g_clear_pointer (&self->encoder, openai_encoder_free);
  g_clear_pointer (&self->form, openai_multipart_free);
  g_clear_pointer (&self->answer, g_byte_array_unref);
  g_clear_pointer (&self->events, openai_transcript_stream_free);
  g_clear_pointer (&self->transcript, openai_transcript_unref);
  openai_client_unref (self->client);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gchar *
verbose_refusal (OpenaiTranscription *self)
{
  return g_strconcat ("verbose_json for ", self->params.model, NULL);
}

static OpenaiResponseFormat
richest_format (OpenaiTranscription *self)
{
  OpenaiResponseFormat format = openai_model_richest_format (&self->params);
  g_autofree gchar *refusal = NULL;

  if (format != OPENAI_FORMAT_VERBOSE_JSON)
    return format;
  refusal = verbose_refusal (self);
  return openai_client_refuses (self->client, refusal) ? OPENAI_FORMAT_JSON
                                                       : OPENAI_FORMAT_VERBOSE_JSON;
}

static void
add_fields (OpenaiTranscription *self, OpenaiMultipart *form)
{
  const OpenaiTranscriptionParams *params = &self->params;
  gboolean automatic = params->response_format == OPENAI_FORMAT_AUTO;
  OpenaiResponseFormat format =
      automatic ? richest_format (self) : params->response_format;

  self->form_is_verbose = automatic && format == OPENAI_FORMAT_VERBOSE_JSON;
  /* OpenAI has no such field for translations, other servers do. */
  openai_transcription_params_add (params, format,
      !params->translate
          || !openai_client_refuses (self->client, LANGUAGE_OF_TRANSLATION),
      form);
}

static OpenaiMultipart *
open_form (OpenaiTranscription *self, OpenaiAudioFormat format)
{
  OpenaiMultipart *form = openai_multipart_new ();

  add_fields (self, form);
  openai_multipart_open_file (form, "file",
      self->filename ? self->filename : openai_audio_format_filename (format),
      self->filename ? self->content_type : openai_audio_format_type (format));
  return form;
}

static OpenaiAudioFormat
wanted_format (OpenaiTranscription *self)
{
  switch (self->upload_format) {
    case OPENAI_UPLOAD_WAV:
      return OPENAI_AUDIO_WAV;
    case OPENAI_UPLOAD_OPUS:
      return OPENAI_AUDIO_OPUS;
    default:
      return OPENAI_AUDIO_FLAC;
  }
}

static OpenaiAudioFormat
growing_format (OpenaiTranscription *self)
{
  if (self->upload_format == OPENAI_UPLOAD_AUTO || self->growing_as_wav
      || openai_client_refuses (self->client, GROWING_ENCODED))
    return OPENAI_AUDIO_WAV;
  return wanted_format (self);
}

static const gchar *
format_refusal (OpenaiAudioFormat format)
{
  return format == OPENAI_AUDIO_FLAC ? "FLAC upload" : "Opus upload";
}

static OpenaiAudioFormat
sized_format (OpenaiTranscription *self)
{
  OpenaiAudioFormat format = wanted_format (self);

  if (self->sized_as_wav
      || (format != OPENAI_AUDIO_WAV
          && openai_client_refuses (self->client, format_refusal (format))))
    return OPENAI_AUDIO_WAV;
  return format;
}

static void
append_taken (OpenaiMultipart *form, GBytes *bytes)
{
  if (!bytes)
    return;
  openai_body_append (openai_multipart_body (form), bytes);
  g_bytes_unref (bytes);
}

static GPtrArray *
encode_all (OpenaiTranscription *self, OpenaiAudioFormat format)
{
  g_autoptr (OpenaiEncoder) encoder =
      openai_encoder_new (format, self->rate, 1, self->frames);
  GPtrArray *file = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  GBytes *bytes;

  for (guint i = 0; i < self->samples->len; i++) {
    bytes = openai_encoder_push_bytes (encoder, g_ptr_array_index (self->samples, i));
    if (bytes)
      g_ptr_array_add (file, bytes);
  }
  bytes = openai_encoder_finish (encoder);
  if (bytes)
    g_ptr_array_add (file, bytes);
  return file;
}

/* Called with the lock held. */
static void
prepare_sized (OpenaiTranscription *self, OpenaiAudioFormat format)
{
  if (self->sized && self->sized_format == format)
    return;
  g_clear_pointer (&self->sized, g_ptr_array_unref);
  self->sized =
      self->filename ? g_ptr_array_ref (self->samples) : encode_all (self, format);
  self->sized_format = format;
}

/* Called with the lock held, on the I/O thread. */
static void
open_growing (OpenaiTranscription *self)
{
  OpenaiAudioFormat format = growing_format (self);

  self->form_format = format;
  self->form = open_form (self, format);
  self->growing = self->form;
  self->encoder = openai_encoder_new (format, self->rate, 1, -1);
  for (guint i = 0; i < self->samples->len; i++)
    append_taken (self->form,
        openai_encoder_push_bytes (self->encoder, g_ptr_array_index (self->samples, i)));
}

/* Called with the lock held, on the I/O thread. */
static void
open_sized (OpenaiTranscription *self)
{
  OpenaiAudioFormat format = sized_format (self);

  prepare_sized (self, format);
  self->form_format = format;
  self->form = open_form (self, format);
  for (guint i = 0; i < self->sized->len; i++)
    openai_body_append (
        openai_multipart_body (self->form), g_ptr_array_index (self->sized, i));
  openai_multipart_close (self->form);
}

/* Called with the lock held, on the I/O thread. */
static void
log_form (OpenaiTranscription *self, OpenaiRequest *request)
{
  openai_client_log (self->client, OPENAI_LOG_DEBUG,
      "request %u: upload of "
      "%s, %s, %" G_GUINT64_FORMAT " samples%s so far",
      openai_request_number (request),
      self->filename ? self->content_type : openai_audio_format_type (self->form_format),
      self->form_grows ? "growing" : "whole", self->frames,
      self->filename ? " (a file as it is)" : "");
}

static OpenaiBody *
on_body (OpenaiRequest *request, const gchar **content_type, gboolean *later,
    gpointer user_data)
{
  OpenaiTranscription *self = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->growing = NULL;
  g_clear_pointer (&self->encoder, openai_encoder_free);
  g_clear_pointer (&self->form, openai_multipart_free);
  self->form_grows = !self->finished && !self->growing_failed
      && !openai_client_refuses (self->client, GROWING);

  if (self->form_grows) {
    open_growing (self);
  } else if (self->finished) {
    open_sized (self);
  } else {
    *later = TRUE;
    return NULL;
  }
  log_form (self, request);
  *content_type = openai_multipart_content_type (self->form);
  return openai_body_ref (openai_multipart_body (self->form));
}

static void
on_partial (const gchar *text, const gchar *delta, gpointer user_data)
{
  OpenaiTranscription *self = user_data;

  if (self->funcs.partial)
    self->funcs.partial (self, text, delta, self->user_data);
}

static void
on_begin (OpenaiRequest *request, gpointer user_data)
{
  OpenaiTranscription *self = user_data;

  g_clear_pointer (&self->events, openai_transcript_stream_free);
  g_clear_pointer (&self->answer, g_byte_array_unref);
  self->answer = g_byte_array_new ();
  self->framing_known = FALSE;
}

/* Some servers label events as JSON or text, and others anything else as events:
 * how it begins says more. @head: STREAM_HEAD bytes at most. */
static gboolean
is_event_stream (OpenaiTranscription *self, const gchar *head)
{
  static const gchar *const fields[] = { "event:", "id:", "retry:", ":" };
  const gchar *type = openai_request_header (self->request, "Content-Type");
  gboolean named = type && g_ascii_strncasecmp (type, "text/event-stream", 17) == 0;

  if (g_str_has_prefix (head, "data:")) {
    const gchar *value = head + strlen ("data:");

    value += *value == ' ';
    return *value == '{' || *value == '[';
  }
  for (guint i = 0; (named || self->params.stream) && i < G_N_ELEMENTS (fields); i++) {
    if (g_str_has_prefix (head, fields[i]))
      return TRUE;
  }
  return named && *head == '\0';
}

/* Decides what the answer is when enough of it is there. */
static gboolean
detect_framing (OpenaiTranscription *self, gboolean at_end, GError **error)
{
  gsize length = self->answer->len, skipped = 0;
  const gchar *data = length > 0 ? (const gchar *) self->answer->data : "";
  g_autofree gchar *head = NULL;
  g_autoptr (GByteArray) begun = NULL;

  if (length >= 3 && memcmp (data, "\357\273\277", 3) == 0)
    skipped = 3;
  while (skipped < length && g_ascii_isspace (data[skipped]))
    skipped++;
  if (length - skipped < STREAM_HEAD && !at_end)
    return TRUE;
  self->framing_known = TRUE;
  head = g_strndup (data + skipped, MIN (length - skipped, STREAM_HEAD));
  if (!is_event_stream (self, head))
    return TRUE;
  begun = g_steal_pointer (&self->answer);
  self->events = openai_transcript_stream_new (on_partial, self);
  return openai_transcript_stream_push (
      self->events, (const gchar *) begun->data, begun->len, error);
}

static gboolean
on_data (OpenaiRequest *request, const gchar *data, gsize length, gpointer user_data,
    GError **error)
{
  OpenaiTranscription *self = user_data;

  if (self->events)
    return openai_transcript_stream_push (self->events, data, length, error);
  g_byte_array_append (self->answer, (const guint8 *) data, length);
  return self->framing_known || detect_framing (self, FALSE, error);
}

/* A server that cannot take a growing upload may have seen an empty file. */
static gboolean
is_suspicious (OpenaiTranscription *self)
{
  return self->form_grows && *self->transcript->text == '\0'
      && !openai_client_refuses (self->client, ACCEPTS_EMPTY);
}

static gboolean
on_end (OpenaiRequest *request, gpointer user_data, GError **error)
{
  OpenaiTranscription *self = user_data;

  g_clear_pointer (&self->transcript, openai_transcript_unref);
  if (!self->framing_known && !detect_framing (self, TRUE, error))
    return FALSE;
  if (self->events)
    self->transcript = openai_transcript_stream_finish (self->events, error);
  else
    self->transcript =
        openai_transcript_parse (openai_request_header (request, "Content-Type"),
            (const gchar *) self->answer->data, self->answer->len, error);
  if (!self->transcript)
    return FALSE;
  if (!is_suspicious (self))
    return TRUE;
  g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("The answer to a growing upload was empty"));
  return FALSE;
}

static void
remember_fallback (OpenaiTranscription *self, const gchar *refusal, const gchar *sentence)
{
  if (!openai_client_refused (self->client, refusal))
    return;
  openai_client_log (self->client, OPENAI_LOG_INFO,
      "request %u: from now on "
      "without %s: %s",
      openai_request_number (self->request), refusal, sentence);
  if (self->funcs.fallback)
    self->funcs.fallback (self, sentence, self->user_data);
}

/* What was said before goes first, whatever a server complains of: only its own
 * prompt is the user's. */
static gboolean
drop_context (OpenaiTranscription *self, const GError *error)
{
  const OpenaiErrorDetails *details = openai_error_details (error);
  OpenaiTranscriptionParams *params = &self->params;

  if (!params->prompt_alone || !params->prompt || error->code != OPENAI_ERROR_HTTP
      || (details->status != 400 && details->status != 422
          && !(details->status == 413 && openai_refusal_blames_prompt (error)))
      || openai_refusal_blames_format (error))
    return FALSE;
  g_free (params->prompt);
  params->prompt = g_steal_pointer (&params->prompt_alone);
  if (*params->prompt == '\0')
    g_clear_pointer (&params->prompt, g_free);
  self->context_dropped = TRUE;
  openai_client_log (self->client, OPENAI_LOG_INFO,
      "request %u: again without "
      "what was said before",
      openai_request_number (self->request));
  return TRUE;
}

static void
log_fallback (OpenaiTranscription *self, const gchar *plainer)
{
  openai_client_log (self->client, OPENAI_LOG_INFO,
      "request %u: the upload "
      "was refused, falling back to %s",
      openai_request_number (self->request), plainer);
}

/* What the next attempt does differently; FALSE: the form is not to blame. */
static gboolean
fall_back (OpenaiTranscription *self, const GError *error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->form_grows && openai_refusal_blames_growth (error)) {
    self->growing_failed = self->form_format == OPENAI_AUDIO_WAV;
    self->growing_as_wav = !self->growing_failed;
    self->closed_while_growing = error->code == OPENAI_ERROR_BROKEN;
    log_fallback (self, self->growing_failed ? "a whole upload" : "WAV that grows");
    return TRUE;
  }
  if (!self->form_grows && !self->filename && self->form_format != OPENAI_AUDIO_WAV
      && openai_refusal_blames_file (error)) {
    self->sized_as_wav = TRUE;
    log_fallback (self, "WAV");
    return TRUE;
  }
  return FALSE;
}

static gboolean
on_refused (OpenaiRequest *request, const GError *error, gpointer user_data)
{
  OpenaiTranscription *self = user_data;

  if (self->form_is_verbose && openai_refusal_blames_format (error)) {
    g_autofree gchar *refusal = verbose_refusal (self);

    remember_fallback (self, refusal,
        _("The server does not give verbose_json for "
            "this model: asking for json, which has no times"));
    return TRUE;
  }
  if (drop_context (self, error))
    return TRUE;
  if ((self->params.translate && self->params.language
          && openai_refusal_blames_language (error))) {
    g_clear_pointer (&self->params.language, g_free);
    remember_fallback (self, LANGUAGE_OF_TRANSLATION,
        _("The server does not take the "
            "language of what it translates: it has to find it out"));
    return TRUE;
  }
  return fall_back (self, error);
}

static void
on_waiting (OpenaiRequest *request, const GError *error, gpointer user_data)
{
  OpenaiTranscription *self = user_data;

  if (self->funcs.waiting)
    self->funcs.waiting (self, error, self->user_data);
}

static void
on_body_sent (OpenaiRequest *request, gsize sent, gboolean all, gpointer user_data)
{
  OpenaiTranscription *self = user_data;

  if (all && self->funcs.waiting)
    self->funcs.waiting (self, NULL, self->user_data);
}

/* What a plainer form that worked says of the one that did not. */
static void
remember_outcome (OpenaiTranscription *self)
{
  if (*self->transcript->text == '\0' || self->form_grows)
    openai_client_refused (self->client, ACCEPTS_EMPTY);
  if (self->context_dropped)
    openai_client_refused (self->client, OPENAI_TRANSCRIPTION_CONTEXT);

  if (self->growing_as_wav && self->form_grows)
    remember_fallback (self, GROWING_ENCODED,
        _("The server takes an upload that "
            "grows only as WAV: sending WAV"));
  else if (self->growing_failed && *self->transcript->text != '\0'
      && (!self->closed_while_growing
          || !openai_client_refused (self->client, GROWING_BROKE)))
    remember_fallback (self, GROWING,
        _("The server does not take an upload that "
            "grows: sending whole ones, which makes captions later"));

  if (self->sized_as_wav) {
    const gchar *refusal = format_refusal (wanted_format (self));
    g_autofree gchar *sentence =
        g_strdup_printf (_("The server does not take a %s: sending WAV"), refusal);

    remember_fallback (self, refusal, sentence);
  }
}

static void
on_done (OpenaiRequest *request, const GError *error, gpointer user_data)
{
  OpenaiTranscription *self = user_data;

  if (!error)
    remember_outcome (self);
  self->funcs.done (self, error ? NULL : self->transcript, error, self->user_data);
}

OpenaiTranscription *
openai_transcription_new (OpenaiClient *client, guint rate,
    OpenaiUploadFormat upload_format, const OpenaiLimits *limits,
    const OpenaiTranscriptionFuncs *funcs, gpointer user_data, GDestroyNotify destroy)
{
  OpenaiTranscription *self = g_new0 (OpenaiTranscription, 1);

  g_mutex_init (&self->lock);
  self->client = openai_client_ref (client);
  self->rate = rate;
  self->upload_format = upload_format;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->destroy = destroy;
  self->samples = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->limits = *limits;
  return self;
}

OpenaiTranscription *
openai_transcription_new_file (OpenaiClient *client, const gchar *filename,
    const gchar *content_type, const OpenaiLimits *limits,
    const OpenaiTranscriptionFuncs *funcs, gpointer user_data, GDestroyNotify destroy)
{
  OpenaiTranscription *self = openai_transcription_new (
      client, 0, OPENAI_UPLOAD_AUTO, limits, funcs, user_data, destroy);

  self->filename = g_intern_string (filename);
  self->content_type = g_intern_string (content_type);
  return self;
}

/* Called with the lock held. */
static void
grow (OpenaiTranscription *self, GBytes *samples)
{
  OpenaiBody *body = openai_multipart_body (self->growing);
  gsize grain = self->form_format == OPENAI_AUDIO_WAV
      ? self->rate / GRAINS_PER_SECOND * sizeof (gint16)
      : 1;
  g_autoptr (GBytes) bytes = openai_encoder_push_bytes (self->encoder, samples);

  if (bytes && openai_body_append_uncommitted (body, bytes) >= grain)
    openai_io_flush_soon (openai_client_io (self->client), body);
}

void
openai_transcription_append (OpenaiTranscription *self, GBytes *samples)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_ptr_array_add (self->samples, g_bytes_ref (samples));
  self->frames += g_bytes_get_size (samples) / sizeof (gint16);
  if (self->growing)
    grow (self, samples);
}

void
openai_transcription_prepend (OpenaiTranscription *self, GBytes *samples)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_ptr_array_insert (self->samples, 0, g_bytes_ref (samples));
  self->frames += g_bytes_get_size (samples) / sizeof (gint16);
  g_clear_pointer (&self->sized, g_ptr_array_unref);
}

void
openai_transcription_flush (OpenaiTranscription *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->growing)
    openai_body_flush (openai_multipart_body (self->growing));
}

void
openai_transcription_finish (OpenaiTranscription *self)
{
  g_autoptr (OpenaiRequest) request = NULL;

  g_mutex_lock (&self->lock);
  self->finished = TRUE;
  if (self->growing) {
    append_taken (self->growing, openai_encoder_finish (self->encoder));
    openai_multipart_close (self->growing);
  } else {
    prepare_sized (self, sized_format (self));
  }
  if (self->request)
    request = openai_request_ref (self->request);
  g_mutex_unlock (&self->lock);

  if (request)
    openai_request_continue (request);
}

void
openai_transcription_start (
    OpenaiTranscription *self, const OpenaiTranscriptionParams *params)
{
  static const OpenaiRequestFuncs request_funcs = {
    .body = on_body,
    .begin = on_begin,
    .data = on_data,
    .end = on_end,
    .refused = on_refused,
    .waiting = on_waiting,
    .sent = on_body_sent,
    .done = on_done,
  };
  OpenaiRequest *request = openai_request_new (self->client, "POST",
      params->translate ? "/audio/translations" : "/audio/transcriptions", &self->limits,
      &request_funcs, self, transcription_free);

  openai_transcription_params_copy (params, &self->params);
  g_mutex_lock (&self->lock);
  self->request = request;
  g_mutex_unlock (&self->lock);
  openai_request_start (request);
}

GBytes *
openai_transcription_samples (OpenaiTranscription *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GByteArray *all;

  if (self->filename)
    return NULL;
  all = g_byte_array_new ();

  for (guint i = 0; i < self->samples->len; i++) {
    gsize size;
    gconstpointer data = g_bytes_get_data (g_ptr_array_index (self->samples, i), &size);

    g_byte_array_append (all, data, size);
  }
  return g_byte_array_free_to_bytes (all);
}

void
openai_transcription_cancel (OpenaiTranscription *self)
{
  if (self->request)
    openai_request_cancel (self->request);
}

void
openai_transcription_free (OpenaiTranscription *self)
{
  OpenaiRequest *request = self->request;

  openai_transcription_cancel (self);
  if (request)
    openai_request_unref (request);
  else
    transcription_free (self);
}

const gchar *
openai_transcription_request_id (OpenaiTranscription *self)
{
  return openai_request_header (self->request, "x-request-id");
}

guint
openai_transcription_number (OpenaiTranscription *self)
{
  return self->request ? openai_request_number (self->request) : 0;
}

guint
openai_transcription_attempts (OpenaiTranscription *self)
{
  return openai_request_attempts (self->request);
}
