// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a server can do, found out by asking it. */

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audio/wav.h"
#include "client/error.h"
#include "client/models.h"
#include "i18n.h"

#define SENTENCE "The weather is fine today."

/* Names of models that are printed. */
#define MOST_NAMES 8

#define RECORDING_RATE 16000
#define WAV_HEADER 44

/* --- what is shown -------------------------------------------------------- */

static void
clear_progress (void)
{
  if (isatty (STDERR_FILENO))
    g_printerr ("\r\033[K");
}

static void
show_progress (const gchar *what, const gchar *of)
{
  if (isatty (STDERR_FILENO))
    g_printerr ("\r\033[K%s: %s…", what, of);
}

void
check_print (const gchar *name, const gchar *format, ...)
{
  va_list args;
  g_autofree gchar *text = NULL;
  glong width = g_utf8_strlen (name, -1);

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  clear_progress ();
  printf ("  %s%*s%s\n", name, (gint) MAX (26 - width, 1), "", text);
  fflush (stdout);
}

/* What the server says, as the end of a line. */
static void
print_refusal (const gchar *name, const GError *error)
{
  g_autofree gchar *shown = openai_error_clip (error ? error->message : "", -1, 160);

  check_print (name, _("no: %s"), shown);
}

/* --- models --------------------------------------------------------------- */

static void
print_models (const Check *self)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < MIN (self->models->len, MOST_NAMES); i++) {
    const AskModel *model = g_ptr_array_index (self->models, i);

    g_string_append_printf (names, "%s%s", i ? ", " : "", model->name);
    if (model->end)
      g_string_append_printf (names, _(" (ends on %s)"), model->end);
  }
  if (self->models->len > MOST_NAMES)
    g_string_append_printf (names, _(" and %u more"), self->models->len - MOST_NAMES);
  check_print (_("models"), "%s", names->len > 0 ? names->str : _("none is listed"));
}

static gboolean
has_model (const Check *self, const gchar *name)
{
  for (guint i = 0; self->models && i < self->models->len; i++) {
    if (g_str_equal (((AskModel *) g_ptr_array_index (self->models, i))->name, name))
      return TRUE;
  }
  return FALSE;
}

/* The usual one for the task, or the first that is listed with one of these in its
 * name. */
static gchar *
choose_model (const Check *self, OpenaiTask task, const gchar *const *words)
{
  const gchar *usual =
      openai_model_choose (NULL, task, openai_client_is_openai (self->client));

  if (!self->models || has_model (self, usual))
    return g_strdup (usual);
  for (guint i = 0; i < self->models->len; i++) {
    const AskModel *model = g_ptr_array_index (self->models, i);
    g_autofree gchar *lower = g_ascii_strdown (model->name, -1);

    for (const gchar *const *word = words; *word; word++) {
      if (strstr (lower, *word))
        return g_strdup (model->name);
    }
  }
  return g_strdup (usual);
}

/* What it is told of the key. */
static void
print_key (const Check *self)
{
  guint status =
      self->models_error ? openai_error_details (self->models_error)->status : 200;

  if (status == 401 || status == 403)
    check_print (_("key"), "%s", _("is refused"));
  else if (status == 200)
    check_print (_("key"), "%s", _("is accepted, or none is needed"));
}

static void
choose_models (Check *self)
{
  static const gchar *const hear[] = { "transcribe", "whisper", "parakeet", "stt", "asr",
    NULL };
  static const gchar *const speak[] = { "tts", "kokoro", "piper", "speech", "orpheus",
    NULL };

  if (!self->model)
    self->model = choose_model (self, OPENAI_TASK_TRANSCRIBE, hear);
  if (!self->speech_model)
    self->speech_model = choose_model (self, OPENAI_TASK_SPEAK, speak);
}

gboolean
check_models (Check *self)
{
  g_autoptr (GPtrArray) limits = g_ptr_array_new_with_free_func (g_free);
  gint64 begun = g_get_monotonic_time ();
  guint status;

  show_progress (_("models"), self->base_url);
  self->models = ask_models (self->client, limits, &self->models_error);
  status = self->models_error ? openai_error_details (self->models_error)->status : 200;
  if (status == 0) {
    print_refusal (_("reachable"), self->models_error);
    return FALSE;
  }
  check_print (_("reachable"),
      _("yes, %.0f ms"),
          (g_get_monotonic_time () - begun) / (gdouble) G_TIME_SPAN_MILLISECOND);
  print_key (self);
  if (self->models)
    print_models (self);
  else
    print_refusal (_("models"), self->models_error);
  for (guint i = 0; i < limits->len; i++)
    check_print (_("limit"), "%s", (gchar *) g_ptr_array_index (limits, i));
  choose_models (self);
  return status != 401 && (status < 300 || status >= 400);
}

/* --- speech ----------------------------------------------------------------- */

/* What a WAV says of its rate; 0: it is none. */
static guint
wav_rate (const GByteArray *bytes)
{
  const guint8 *p = bytes->data;
  gsize left = bytes->len;
  OpenaiWavChunk chunk;

  if (left < OPENAI_WAV_HEADER || !openai_wav_is_header (p))
    return 0;
  while (openai_wav_read_chunk (p, left, &chunk)) {
    if (chunk.kind == OPENAI_WAV_FORMAT)
      return chunk.format.rate;
    if (chunk.kind == OPENAI_WAV_SAMPLES || chunk.used + chunk.skip > left)
      return 0;
    p += chunk.used + chunk.skip;
    left -= chunk.used + chunk.skip;
  }
  return 0;
}

static AskSpeech *
say (const Check *self, const gchar *format, const gchar *stream_format, GError **error)
{
  OpenaiSpeechParams params = {
    .model = self->speech_model,
    .voice = (gchar *) self->voice,
    .input = (gchar *) SENTENCE,
    .response_format = (gchar *) format,
    .stream_format = (gchar *) stream_format,
    .speed = NAN,
  };

  return ask_speech (self->client, &params, error);
}

/* Whether the bytes are what was asked for; samples may be anything. */
static gboolean
is_format (const GByteArray *bytes, const gchar *format)
{
  const guint8 *p = bytes->data;
  gboolean is_wav = wav_rate (bytes) > 0;

  if (bytes->len < OPENAI_WAV_HEADER)
    return FALSE;
  if (g_str_equal (format, "wav"))
    return is_wav;
  if (g_str_equal (format, "flac"))
    return memcmp (p, "fLaC", 4) == 0;
  if (g_str_equal (format, "opus"))
    return memcmp (p, "OggS", 4) == 0;
  if (g_str_equal (format, "mp3"))
    return memcmp (p, "ID3", 3) == 0 || (p[0] == 0xff && (p[1] & 0xe6) == 0xe2);
  if (g_str_equal (format, "aac"))
    return p[0] == 0xff && (p[1] & 0xf6) == 0xf0;
  return !is_wav;
}

/* Adds what came of it to @list. */
static void
try_format (Check *self, const gchar *format, GString *list)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AskSpeech) speech = NULL;
  guint rate;

  show_progress (_("speech"), format);
  speech = say (self, format, NULL, &error);
  if (!speech || !is_format (speech->bytes, format))
    return;
  rate = wav_rate (speech->bytes);
  g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", format);
  if (rate)
    g_string_append_printf (list, " (%u Hz)", rate);
}

static void
check_formats (Check *self)
{
  static const gchar *const formats[] = { "wav", "mp3", "opus", "aac", "flac" };
  g_autoptr (GString) list = g_string_new ("pcm");
  g_autoptr (AskSpeech) events = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    try_format (self, formats[i], list);
  check_print (_("  formats"), "%s", list->str);
  show_progress (_("speech"), "SSE");
  events = say (self, "pcm", "sse", NULL);
  check_print (_("  as events (SSE)"), "%s",
      events && events->content_type
          && g_str_has_prefix (events->content_type, "text/event-stream")
      ? _("yes")
      : _("no"));
}

void
check_speech (Check *self)
{
  g_autoptr (AskSpeech) speech = NULL;
  guint rate;

  show_progress (_("speech"), "pcm");
  speech = say (self, "pcm", NULL, &self->speech_error);
  if (!speech) {
    print_refusal (_("speech"), self->speech_error);
    return;
  }
  self->speaks = TRUE;
  rate = wav_rate (speech->bytes);
  check_print (_("speech"),
      _("yes, model %s, voice %s: first sound after %.0f ms"), self->speech_model,
          self->voice, speech->latency / (gdouble) G_TIME_SPAN_MILLISECOND);
  if (rate)
    check_print (_("  pcm"), _("comes as a WAV of %u Hz, which is obeyed"), rate);
  check_formats (self);
}

/* --- transcription ---------------------------------------------------------- */

static GBytes *
recording (void)
{
  g_autoptr (GBytes) file =
      g_resources_lookup_data ("/sentence.wav", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  return g_bytes_new_from_bytes (file, WAV_HEADER, g_bytes_get_size (file) - WAV_HEADER);
}

static AskText *
hear (const Check *self, OpenaiResponseFormat format, gboolean stream, gboolean growing,
    GError **error)
{
  g_autoptr (GBytes) samples = recording ();
  OpenaiTranscriptionParams params = {
    .model = self->model,
    .temperature = NAN,
    .response_format = format,
    .stream = stream,
    .word_times = format == OPENAI_FORMAT_VERBOSE_JSON,
    .segment_times = format == OPENAI_FORMAT_VERBOSE_JSON,
  };

  return ask_text (self->client, &params, samples, RECORDING_RATE, growing, error);
}

static void
print_times (const OpenaiTranscript *transcript)
{
  gboolean segments = transcript->segments->len > 0
      && !isnan (((OpenaiSegment *) g_ptr_array_index (transcript->segments, 0))->start);

  check_print (_("  times"), "%s",
      transcript->words->len > 0 ? _("of words and segments")
                                 : segments
      ? _("of segments; words share them by their length")
      : _("none: captions share a chunk by their length"));
}

/* The formats that are answered; with times, where there should be any. */
static void
check_answers (Check *self)
{
  static const struct
  {
    OpenaiResponseFormat format;
    const gchar *name;
    gboolean has_times;
  } formats[] = {
    { OPENAI_FORMAT_JSON, "json", FALSE },
    { OPENAI_FORMAT_VERBOSE_JSON, "verbose_json", TRUE },
    { OPENAI_FORMAT_TEXT, "text", FALSE },
    { OPENAI_FORMAT_SRT, "srt", TRUE },
    { OPENAI_FORMAT_VTT, "vtt", TRUE },
  };
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (AskText) text = NULL;

    show_progress (_("transcription"), formats[i].name);
    text = hear (self, formats[i].format, FALSE, FALSE, NULL);
    if (!text || (formats[i].has_times && text->transcript->segments->len == 0))
      continue;
    g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", formats[i].name);
    if (formats[i].format == OPENAI_FORMAT_VERBOSE_JSON)
      print_times (text->transcript);
  }
  check_print (_("  formats"), "%s", list->len > 0 ? list->str : _("none"));
}

static void
check_growing (Check *self)
{
  g_autoptr (AskText) text = NULL;

  show_progress (_("transcription"), _("an upload that grows"));
  text = hear (self, OPENAI_FORMAT_AUTO, FALSE, TRUE, NULL);
  check_print (_("  uploads that grow"), "%s",
      text && !text->changed ? _("yes: speech is sent while it is spoken")
                             : _("no: speech is sent when it has ended"));
}

static void
check_stream (Check *self)
{
  g_autoptr (AskText) text = NULL;

  show_progress (_("transcription"), "SSE");
  text = hear (self, OPENAI_FORMAT_AUTO, TRUE, FALSE, NULL);
  self->streams = text && text->n_partials > 0;
  check_print (_("  as events (SSE)"), "%s", self->streams ? _("yes") : _("no"));
}

void
check_transcription (Check *self)
{
  g_autoptr (AskText) text = NULL;
  g_autofree gchar *shown = NULL;

  show_progress (_("transcription"), self->model);
  text = hear (self, OPENAI_FORMAT_AUTO, FALSE, FALSE, &self->transcription_error);
  if (!text) {
    print_refusal (_("transcription"), self->transcription_error);
    return;
  }
  self->transcribes = TRUE;
  shown = openai_error_clip (text->transcript->text, -1, 60);
  check_print (_("transcription"),
      _("yes, model %s: \"%s\" after %.0f ms"), self->model, shown,
          text->time / (gdouble) G_TIME_SPAN_MILLISECOND);
  check_answers (self);
  check_growing (self);
  check_stream (self);
}

/* --- sessions --------------------------------------------------------------- */

void
check_session (Check *self)
{
  g_autoptr (GError) error = NULL;

  show_progress ("Realtime", self->base_url);
  self->dialect = ask_session (self->client, self->model, &error);
  if (self->dialect)
    check_print (_("Realtime sessions"),
        _("yes, as %s has them, %u Hz"), self->dialect->name, self->dialect->rate);
  else if (error)
    print_refusal (_("Realtime sessions"), error);
}

void
check_clear (Check *self)
{
  g_clear_pointer (&self->models, g_ptr_array_unref);
  g_clear_error (&self->models_error);
  g_clear_error (&self->transcription_error);
  g_clear_error (&self->speech_error);
  g_free (self->model);
  g_free (self->speech_model);
}
