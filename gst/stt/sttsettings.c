// SPDX-License-Identifier: LGPL-2.1-or-later
/* What can be set of openaistt. */

#include "stt/sttsettings.h"

#include <math.h>

#include "stt/intake.h"

/* Kept before speech begins and after it ends. */
#define PRE_ROLL_MS 200
#define HANGOVER_MS 200

/* How long a chunk is at most when max-chunk-duration is automatic. */
#define MAX_CHUNK_LIVE_MS 6000
#define MAX_CHUNK_FILE_MS 30000

/* One upload for the whole stream is still cut before 25 MB of 16 kHz WAV. */
#define MAX_WHOLE_MS (780 * 1000)

GST_OPENAI_DEFINE_ENUM (task_get_type, "GstOpenaiSttTask",
    {TASK_TRANSCRIBE, "Text in the language that is spoken", "transcribe"},
    {TASK_TRANSLATE, "Text in English", "translate"})
GST_OPENAI_DEFINE_ENUM (response_format_get_type, "GstOpenaiSttResponseFormat",
    {OPENAI_FORMAT_AUTO, "The richest the model is known to give", "auto"},
    {OPENAI_FORMAT_JSON, "Text", "json"},
    {OPENAI_FORMAT_TEXT, "Plain text", "text"},
    {OPENAI_FORMAT_SRT, "SubRip, with times of lines", "srt"},
    {OPENAI_FORMAT_VERBOSE_JSON, "Text with times of segments and words",
        "verbose-json"},
    {OPENAI_FORMAT_VTT, "WebVTT, with times of lines", "vtt"},
    {OPENAI_FORMAT_DIARIZED_JSON, "Segments with speakers", "diarized-json"})
GST_OPENAI_DEFINE_ENUM (vad_get_type, "GstOpenaiSttVad",
    {VAD_ENERGY, "Loudness over an adaptive noise floor", "energy"},
    {VAD_NONE, "None: chunks of max-chunk-duration", "none"})
GST_OPENAI_DEFINE_ENUM (upload_format_get_type, "GstOpenaiSttUploadFormat",
    {OPENAI_UPLOAD_AUTO, "FLAC; WAV for uploads that grow", "auto"},
    {OPENAI_UPLOAD_WAV, "WAV, taken by every server", "wav"},
    {OPENAI_UPLOAD_FLAC, "FLAC, lossless, about half the bytes", "flac"},
    {OPENAI_UPLOAD_OPUS, "Ogg Opus, lossy, a tenth of the bytes", "opus"})
GST_OPENAI_DEFINE_ENUM (stream_upload_get_type, "GstOpenaiSttStreamUpload",
    {STREAM_UPLOAD_FALSE, "After it was spoken", "false"},
    {STREAM_UPLOAD_TRUE, "While it is being spoken", "true"},
    {STREAM_UPLOAD_AUTO, "While it is being spoken when the source is live",
        "auto"})
GST_OPENAI_DEFINE_ENUM (granularity_get_type, "GstOpenaiSttGranularity",
    {CUES_CAPTION, "Captions of a readable length", "caption"},
    {CUES_WORD, "A buffer for each word", "word"},
    {CUES_SEGMENT, "A buffer for each segment of the answer", "segment"},
    {CUES_CHUNK, "A buffer for each stretch of speech", "chunk"})
GST_OPENAI_DEFINE_ENUM (on_error_get_type, "GstOpenaiSttOnError",
    {ON_ERROR_WARN, "Post a warning, leave a gap, go on", "warn"},
    {ON_ERROR_FAIL, "Post an error", "fail"})

#define ROW(...) GST_OPENAI_ROW (SttSettings, __VA_ARGS__)
#define AT_START GST_OPENAI_AT_START
#define ANY_TIME GST_OPENAI_ANY_TIME

static const GstOpenaiSetting rows[] = {
  ROW (model, "model", STRING, ANY_TIME, .text = "gpt-transcribe",
      .blurb = "Name of the model, as the server knows it"),
  ROW (task, "task", ENUM, AT_START, .type = task_get_type,
      .value = TASK_TRANSCRIBE,
      .blurb = "Whether to write what is said, or translate it to English"),
  ROW (language, "language", STRING, ANY_TIME,
      .blurb = "Language that is spoken, such as \"en\" or \"en-US\" "
          "(unset: the server finds out)"),
  ROW (prompt, "prompt", STRING, ANY_TIME,
      .blurb = "Text that guides the model's style and spelling"),
  ROW (temperature, "temperature", DOUBLE, ANY_TIME, .minimum = -1,
      .maximum = 1, .value = -1,
      .blurb = "Sampling temperature from 0 to 1 (-1: the server's default)"),
  ROW (response_format, "response-format", ENUM, ANY_TIME,
      .type = response_format_get_type, .value = OPENAI_FORMAT_AUTO,
      .blurb = "Format of the answer"),
  ROW (vad, "vad", ENUM, AT_START, .type = vad_get_type, .value = VAD_ENERGY,
      .blurb = "How speech is told from silence"),
  ROW (skip_silence, "skip-silence", BOOLEAN, AT_START, .value = TRUE,
      .blurb = "Do not upload what is not speech: it costs money and makes "
          "models invent text"),
  ROW (silence_duration, "silence-duration", UINT, AT_START, .minimum = 50,
      .maximum = 10000, .value = 500,
      .blurb = "A pause this long ends a stretch of speech, in milliseconds; "
          "captions come this much later"),
  ROW (min_chunk_duration, "min-chunk-duration", UINT, AT_START,
      .maximum = 60000, .value = 1000,
      .blurb = "Shortest stretch that is uploaded, in milliseconds"),
  ROW (max_chunk_duration, "max-chunk-duration", INT, AT_START, .minimum = -1,
      .maximum = 1400000,
      .blurb = "Longest stretch that is uploaded, in milliseconds; a longer "
          "one is cut at its quietest moment (0: 6 s live, 30 s otherwise; "
          "-1: the whole stream at once)"),
  ROW (upload_format, "upload-format", ENUM, AT_START,
      .type = upload_format_get_type, .value = OPENAI_UPLOAD_AUTO,
      .blurb = "Format of the uploaded audio; what the server refuses is sent "
          "again in a plainer one"),
  ROW (stream_upload, "stream-upload", ENUM, AT_START,
      .type = stream_upload_get_type, .value = STREAM_UPLOAD_AUTO,
      .blurb = "When the audio is uploaded"),
  ROW (max_requests, "max-requests", UINT, AT_START, .minimum = 1,
      .maximum = 1000, .value = 4,
      .blurb = "Most requests at a time"),
  ROW (max_backlog, "max-backlog", UINT, AT_START, .maximum = G_MAXINT,
      .value = 60000,
      .blurb = "Most speech that waits to be sent, in milliseconds; past it a "
          "live source loses the oldest and a file waits"),
  ROW (granularity, "granularity", ENUM, ANY_TIME,
      .type = granularity_get_type, .value = CUES_CAPTION,
      .blurb = "What one text buffer holds"),
  ROW (max_lines, "max-lines", UINT, ANY_TIME, .minimum = 1, .maximum = 20,
      .value = 2,
      .blurb = "Most lines of a caption"),
  ROW (max_line_chars, "max-line-chars", UINT, ANY_TIME, .minimum = 1,
      .maximum = 1000, .value = 42,
      .blurb = "Most columns of a line; wide characters count two"),
  ROW (latency, "latency", UINT, AT_START, .maximum = G_MAXUINT,
      .value = 2000,
      .blurb = "Time a live pipeline gives the server, in milliseconds, on "
          "top of the longest stretch"),
  ROW (lateness, "lateness", UINT, AT_START, .maximum = G_MAXINT,
      .blurb = "Show every caption this much later, in milliseconds"),
  ROW (on_error, "on-error", ENUM, ANY_TIME, .type = on_error_get_type,
      .value = ON_ERROR_WARN,
      .blurb = "What happens when a stretch could not be transcribed; before "
          "the server has answered once every failure is an error"),
};

const GstOpenaiSettingTable stt_settings_table = {
  .parent = &gst_openai_connection_table,
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
};

const GstOpenaiSetting stt_language_code_row =
ROW (language, "language-code", STRING, ANY_TIME,
    .blurb = "The same as language, for elements that host transcribers");

guint
stt_settings_max_chunk (const SttSettings * settings, gboolean live)
{
  if (settings->max_chunk_duration > 0)
    return settings->max_chunk_duration;
  if (settings->max_chunk_duration < 0)
    return MAX_WHOLE_MS;
  return live ? MAX_CHUNK_LIVE_MS : MAX_CHUNK_FILE_MS;
}

ChunkerOptions
stt_settings_chunker_options (const SttSettings * settings, gboolean live)
{
  const guint per_ms = INTAKE_RATE / 1000;
  gboolean whole = settings->max_chunk_duration < 0;

  return (ChunkerOptions) {
    .rate = INTAKE_RATE,
    .detect = settings->vad != VAD_NONE,
    .skip_silence = settings->skip_silence && !whole,
    .pre_roll = PRE_ROLL_MS * per_ms,
    .hangover = HANGOVER_MS * per_ms,
    .silence = whole ? G_MAXUINT64 : settings->silence_duration * per_ms,
    .min_chunk = settings->min_chunk_duration * per_ms,
    .max_chunk = (guint64) stt_settings_max_chunk (settings, live) * per_ms,
  };
}

void
stt_settings_fill_params (const SttSettings * settings,
    OpenaiTranscriptionParams * params)
{
  const gchar *code = settings->language && *settings->language ?
      openai_language_code (settings->language) : NULL;
  gchar *language = g_strdup (code ? code : settings->language);

  params->translate = settings->task == TASK_TRANSLATE;
  params->model = g_strdup (settings->model);
  params->prompt = g_strdup (settings->prompt);
  params->temperature =
      settings->temperature < 0 ? NAN : settings->temperature;
  params->response_format = settings->response_format;
  params->extra_fields =
      gst_openai_structure_to_json (settings->connection.extra_fields);

  /* This model looks at the plural only. */
  if (language && settings->model
      && g_str_has_prefix (settings->model, "gpt-transcribe")) {
    params->languages = g_new0 (gchar *, 2);
    params->languages[0] = language;
  } else {
    params->language = language;
  }
}
