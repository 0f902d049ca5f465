// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What can be set of openaistt. */

#include "sttsettings.h"

#include <math.h>
#include <string.h>

#include "client/models.h"
#include "element/structures.h"
#include "i18n.h"

/* Kept before speech begins and after it ends. */
#define PRE_ROLL_MS 200
#define HANGOVER_MS 200

/* The network may hear a voice that much later than it began. */
#define NEURAL_PRE_ROLL_MS 300

/* The pause that ends a chunk when silence-duration is automatic. */
#define SILENCE_MS 500
#define LEAST_SILENCE_MS 400

/* How long a chunk is at most when max-chunk-duration is automatic. */
#define MAX_CHUNK_LIVE_MS 6000
#define MAX_CHUNK_FILE_MS 30000

/* The same for min-chunk-duration. A file is cut into what is worth a request:
 * models hear best, and services bill least, when a chunk has many sentences. A
 * longer pause in it costs more than another request. */
#define MIN_CHUNK_MS 1000
#define FILL_FILE_MS 25000
#define MAX_PAUSE_FILE_MS 2500

/* Live, as long as the server is late. */
#define FILL_LATE_MS 20000

/* Live, as long as the language is not known. */
#define START_PAUSE_MS 1500

/* What a form needs beside its file, with fields of a reasonable length. */
#define FORM_BYTES 65536

GST_OPENAI_DEFINE_ENUM (task_get_type, "GstOpenaiSttTask",
    { STT_TASK_TRANSCRIBE, N_ ("Text in the language that is spoken"), "transcribe" },
    { STT_TASK_TRANSLATE, N_ ("Text in English"), "translate" })
GST_OPENAI_DEFINE_ENUM (response_format_get_type, "GstOpenaiSttResponseFormat",
    { OPENAI_FORMAT_AUTO, N_ ("The richest the model is known to give"), "auto" },
    { OPENAI_FORMAT_JSON, N_ ("The text alone, in JSON"), "json" },
    { OPENAI_FORMAT_TEXT, N_ ("The text alone, plain"), "text" },
    { OPENAI_FORMAT_SRT, N_ ("SubRip, with times of lines"), "srt" },
    { OPENAI_FORMAT_VERBOSE_JSON, N_ ("Text with times of segments and words"),
        "verbose-json" },
    { OPENAI_FORMAT_VERBOSE_JSON, GST_OPENAI_API_SPELLING, "verbose_json" },
    { OPENAI_FORMAT_VTT, N_ ("WebVTT, with times of lines"), "vtt" },
    { OPENAI_FORMAT_DIARIZED_JSON, N_ ("Segments with speakers"), "diarized-json" },
    { OPENAI_FORMAT_DIARIZED_JSON, GST_OPENAI_API_SPELLING, "diarized_json" })
GST_OPENAI_DEFINE_ENUM (strategy_get_type, "GstOpenaiSttChunkingStrategy",
    { STT_STRATEGY_NONE, N_ ("None is asked for (auto for models that tell speakers)"),
        "none" },
    { STT_STRATEGY_AUTO, N_ ("The server's own"), "auto" },
    { STT_STRATEGY_SERVER_VAD, N_ ("The server's, with the server-vad settings"),
        "server-vad" },
    { STT_STRATEGY_SERVER_VAD, GST_OPENAI_API_SPELLING, "server_vad" })
GST_OPENAI_DEFINE_ENUM (transport_get_type, "GstOpenaiSttTransport",
    { STT_TRANSPORT_AUTO,
        N_ ("realtime for models that have nothing else "
            "(gpt-live-…, gpt-realtime-…) and for ws:// or wss:// in base-url; "
            "http otherwise"),
        "auto" },
    { STT_TRANSPORT_HTTP, N_ ("A request for each chunk of speech"), "http" },
    { STT_TRANSPORT_REALTIME,
        N_ ("A session over a WebSocket, which tells words "
            "while they are spoken"),
        "realtime" })
GST_OPENAI_DEFINE_ENUM (noise_reduction_get_type, "GstOpenaiSttNoiseReduction",
    { STT_NOISE_NONE, N_ ("Nothing is asked for"), "none" },
    { STT_NOISE_NEAR, N_ ("Of a microphone near the mouth"), "near-field" },
    { STT_NOISE_NEAR, GST_OPENAI_API_SPELLING, "near_field" },
    { STT_NOISE_FAR, N_ ("Of a microphone in the room"), "far-field" },
    { STT_NOISE_FAR, GST_OPENAI_API_SPELLING, "far_field" })
GST_OPENAI_DEFINE_ENUM (delay_get_type, "GstOpenaiSttDelay",
    { STT_DELAY_AUTO, N_ ("The server's default"), "auto" },
    { STT_DELAY_MINIMAL, N_ ("Words at once, with most mistakes"), "minimal" },
    { STT_DELAY_LOW, N_ ("Words soon"), "low" },
    { STT_DELAY_MEDIUM, N_ ("Between"), "medium" },
    { STT_DELAY_HIGH, N_ ("Words late"), "high" },
    { STT_DELAY_XHIGH, N_ ("Words last, with fewest mistakes"), "xhigh" })
GST_OPENAI_DEFINE_ENUM (turn_detection_get_type, "GstOpenaiSttTurnDetection",
    { STT_TURNS_CLIENT, N_ ("This element ends them, as it cuts the stream"), "client" },
    { STT_TURNS_SERVER_VAD,
        N_ ("The server too, at silence, with the server-vad "
            "settings"),
        "server-vad" },
    { STT_TURNS_SERVER_VAD, GST_OPENAI_API_SPELLING, "server_vad" },
    { STT_TURNS_SEMANTIC_VAD, N_ ("The server too, where a thought ends"),
        "semantic-vad" },
    { STT_TURNS_SEMANTIC_VAD, GST_OPENAI_API_SPELLING, "semantic_vad" })
GST_OPENAI_DEFINE_ENUM (vad_get_type, "GstOpenaiSttVad",
    { STT_VAD_AUTO, N_ ("What an element upstream tells, such as webrtcdsp, else neural"),
        "auto" },
    { STT_VAD_NEURAL, N_ ("A neural network, to which music and noise are no speech"),
        "neural" },
    { STT_VAD_ENERGY, N_ ("Loudness over an adaptive noise floor"), "energy" },
    { STT_VAD_NONE, N_ ("None: chunks of max-chunk-duration"), "none" })
GST_OPENAI_DEFINE_ENUM (upload_format_get_type, "GstOpenaiSttUploadFormat",
    { OPENAI_UPLOAD_AUTO, N_ ("FLAC; WAV for uploads that grow"), "auto" },
    { OPENAI_UPLOAD_WAV, N_ ("WAV, taken by every server"), "wav" },
    { OPENAI_UPLOAD_FLAC, N_ ("FLAC, lossless, about half the bytes"), "flac" },
    { OPENAI_UPLOAD_OPUS, N_ ("Ogg Opus, lossy, a tenth of the bytes"), "opus" })
GST_OPENAI_DEFINE_ENUM (stream_upload_get_type, "GstOpenaiSttStreamUpload",
    { STT_STREAM_UPLOAD_FALSE, N_ ("After it was spoken"), "false" },
    { STT_STREAM_UPLOAD_TRUE, N_ ("While it is being spoken"), "true" },
    { STT_STREAM_UPLOAD_AUTO, N_ ("While it is being spoken when the source is live"),
        "auto" })
GST_OPENAI_DEFINE_ENUM (granularity_get_type, "GstOpenaiSttGranularity",
    { STT_CUES_CAPTION, N_ ("Captions of a readable length"), "caption" },
    { STT_CUES_WORD, N_ ("A buffer for each word"), "word" },
    { STT_CUES_SEGMENT, N_ ("A buffer for each segment of the answer"), "segment" },
    { STT_CUES_CHUNK, N_ ("A buffer for each chunk of speech"), "chunk" })
GST_OPENAI_DEFINE_ENUM (speaker_style_get_type, "GstOpenaiSttSpeakerStyle",
    { STT_SPEAKERS_NONE, N_ ("By a caption of its own"), "none" },
    { STT_SPEAKERS_DASH, N_ ("By dashes: two short turns are one caption"), "dash" },
    { STT_SPEAKERS_LABEL, N_ ("By [name] before the first caption of a turn"), "label" },
    { STT_SPEAKERS_VOICE, N_ ("By <v name> in WebVTT, which players do not show"),
        "voice" },
    { STT_SPEAKERS_COLOUR,
        N_ ("By white, yellow, cyan and green text, where markup is taken"), "colour" },
    { STT_SPEAKERS_STYLE, N_ ("As caption-style has it"), "style" })
GST_OPENAI_DEFINE_ENUM (sound_labels_get_type, "GstOpenaiSttSoundLabels",
    { STT_SOUNDS_NONE, N_ ("Left out"), "none" },
    { STT_SOUNDS_TOLD, N_ ("As the server writes them"), "told" },
    { STT_SOUNDS_STYLE, N_ ("As caption-style has it"), "style" })
GST_OPENAI_DEFINE_ENUM (partial_captions_get_type, "GstOpenaiSttPartialCaptions",
    { STT_PARTIAL_CAPTIONS_NONE, N_ ("None before the result of a chunk"), "none" },
    { STT_PARTIAL_CAPTIONS_STABLE, N_ ("Words that will not change any more"), "stable" })

static GType
caption_style_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, gst_openai_register_enum ("GstOpenaiSttCaptionStyle", stt_cue_styles));
  return type;
}

static GType
times_get_type (void)
{
  static const GFlagsValue values[] = { { STT_TIMES_WORD, N_ ("Of words"), "word" },
    { STT_TIMES_SEGMENT, N_ ("Of segments"), "segment" }, { 0, NULL, NULL } };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_flags_register_static ("GstOpenaiSttTimes", values));
  return type;
}

#define ROW(...) GST_OPENAI_ROW (SttSettings, __VA_ARGS__)
#define AT_START GST_OPENAI_AT_START
#define ANY_TIME GST_OPENAI_ANY_TIME

static const GstOpenaiSetting rows[] = {
  ROW (model, "model", STRING, ANY_TIME, .text = OPENAI_MODEL_AUTO,
      .blurb = N_ ("Name of the model, as the server knows it (auto: gpt-transcribe "
                   "at OpenAI, gpt-live-transcribe with transport=realtime, whisper-1 "
                   "elsewhere)")),
  ROW (transport, "transport", ENUM, AT_START, .type = transport_get_type,
      .value = STT_TRANSPORT_AUTO,
      .blurb = N_ ("How audio gets to the server: a request for each chunk of "
                   "speech, or a Realtime session that tells words while they are "
                   "spoken")),
  ROW (noise_reduction, "noise-reduction", ENUM, ANY_TIME,
      .type = noise_reduction_get_type, .value = STT_NOISE_NONE,
      .blurb = N_ ("Noise the server takes out before it listens, in Realtime "
                   "sessions")),
  ROW (delay, "delay", ENUM, ANY_TIME, .type = delay_get_type, .value = STT_DELAY_AUTO,
      .blurb = N_ ("How long the server waits for words to become certain, in "
                   "Realtime sessions (gpt-live-transcribe, gpt-realtime-whisper)")),
  ROW (turn_detection, "turn-detection", ENUM, ANY_TIME, .type = turn_detection_get_type,
      .value = STT_TURNS_CLIENT,
      .blurb = N_ ("What ends a chunk of speech in Realtime sessions, for "
                   "models that can do it (gpt-4o-transcribe, whisper-1)")),
  ROW (task, "task", ENUM, AT_START, .type = task_get_type, .value = STT_TASK_TRANSCRIBE,
      .blurb = N_ ("Whether to write what is said, or translate it to English")),
  ROW (language, "language", STRING, ANY_TIME,
      .blurb = N_ ("Language that is spoken, such as \"en\" or \"en-US\" "
                   "(unset: found out, and held once it is sure)")),
  ROW (languages, "languages", STRINGS, ANY_TIME,
      .blurb = N_ ("Languages that may be spoken, such as \"<en, de>\" (with "
                   "the brackets), for models that take several (gpt-transcribe)")),
  ROW (keywords, "keywords", STRINGS, ANY_TIME,
      .blurb = N_ ("Words to expect, such as \"<Debian, Zoë>\" (with the "
                   "brackets), for models that take them (gpt-transcribe)")),
  ROW (prompt, "prompt", STRING, ANY_TIME,
      .blurb = N_ ("Text that guides the model's style and spelling")),
  ROW (context, "context", BOOLEAN, ANY_TIME,
      .blurb = N_ ("Send the last 200 characters of the text so far along after "
                   "prompt, so that names are spelled as before; only to models "
                   "that are known to take it, of which some repeat it")),
  ROW (temperature, "temperature", DOUBLE, ANY_TIME, .minimum = -1, .maximum = 1,
      .value = -1,
      .blurb = N_ ("Sampling temperature from 0 to 1 (-1: the server's default)")),
  ROW (response_format, "response-format", ENUM, ANY_TIME,
      .type = response_format_get_type, .value = OPENAI_FORMAT_AUTO,
      .blurb = N_ ("Format of the answer")),
  ROW (times, "timestamp-granularities", FLAGS, ANY_TIME, .type = times_get_type,
      .blurb = N_ ("Times to ask for: word, segment or word+segment; only with "
                   "response-format=verbose-json (none set: both, where "
                   "response-format is auto and the model gives any)")),
  ROW (logprobs, "logprobs", BOOLEAN, ANY_TIME,
      .blurb = N_ ("Ask for the logarithmic probability of each token")),
  ROW (stream_response, "stream-response", BOOLEAN, ANY_TIME,
      .blurb = N_ ("Ask for the text while it is being found, which is posted in "
                   "openaistt/partial messages")),
  ROW (chunking_strategy, "chunking-strategy", ENUM, ANY_TIME, .type = strategy_get_type,
      .value = STT_STRATEGY_NONE,
      .blurb = N_ ("How the server cuts one upload into pieces of its own, for "
                   "models that ask for it; how this element cuts the stream into "
                   "uploads is the business of vad")),
  ROW (server_vad_threshold, "server-vad-threshold", DOUBLE, ANY_TIME, .minimum = -1,
      .maximum = 1, .value = -1,
      .blurb = N_ (
          "With chunking-strategy or turn-detection=server-vad: how sure the server is of "
          "speech, from 0 to 1 (-1: its default, 0.5 at OpenAI)")),
  ROW (server_vad_prefix_padding, "server-vad-prefix-padding", INT, ANY_TIME,
      .minimum = -1, .maximum = G_MAXINT, .value = -1, .shortest = 10,
      .blurb = N_ (
          "With chunking-strategy or turn-detection=server-vad: audio the "
          "server keeps before speech, in milliseconds (-1: its default, 300 at OpenAI)")),
  ROW (server_vad_silence_duration, "server-vad-silence-duration", INT, ANY_TIME,
      .minimum = -1, .maximum = G_MAXINT, .value = -1, .shortest = 50,
      .blurb =
          N_ ("With chunking-strategy or turn-detection=server-vad: silence "
              "that ends a piece, in milliseconds (-1: its default, 200 at OpenAI)")),
  ROW (known_speakers, "known-speakers", STRUCTURE, AT_START,
      .blurb = N_ ("Whose voices to recognise, for models that tell speakers: "
                   "speakers, name=file.wav, other=data:audio/wav;base64\\,…; at most "
                   "4, each 2 to 10 s long")),
  ROW (track_speakers, "track-speakers", BOOLEAN, AT_START,
      .blurb = N_ ("Keep a speaker's letter over the whole stream by sending a "
                   "piece of what they said before along: one request at a time, each "
                   "up to 1.7 MB longer")),
  ROW (vad, "vad", ENUM, AT_START, .type = vad_get_type, .value = STT_VAD_AUTO,
      .blurb = N_ ("How this element tells speech from silence, to cut the "
                   "stream into uploads; chunking-strategy is what the server does "
                   "with one")),
  ROW (skip_silence, "skip-silence", BOOLEAN, AT_START, .value = TRUE,
      .blurb = N_ ("Do not upload what is not speech: it costs money and makes "
                   "models invent text")),
  ROW (silence_duration, "silence-duration", UINT, AT_START, .maximum = 10000,
      .shortest = 50,
      .blurb = N_ ("A pause this long ends a chunk of speech, in "
                   "milliseconds, 50 or more; captions come this much later (0: 500, "
                   "and down to 400 in a live stream whose speaker's own pauses are "
                   "short)")),
  ROW (min_chunk_duration, "min-chunk-duration", UINT, AT_START, .maximum = 60000,
      .shortest = 100,
      .blurb = N_ ("Shortest chunk that a pause ends, in milliseconds, 100 or "
                   "more: shorter gives captions sooner, longer takes fewer "
                   "requests and is heard better (0: 1000 from a live source; "
                   "where the server tells times, a file goes on to 25 s over "
                   "pauses under 2.5 s, and 1000 cuts it as a live source)")),
  ROW (max_chunk_duration, "max-chunk-duration", INT, AT_START, .minimum = -1,
      .maximum = 1400000, .shortest = 300,
      .blurb = N_ ("Longest chunk that is uploaded, in milliseconds, 300 or "
                   "more; a longer one is cut at its quietest moment (0: 6000 from "
                   "a live source, 30000 otherwise; -1: the whole stream at once, "
                   "as far as max-upload-size allows)")),
  ROW (overlap, "overlap", UINT, AT_START, .maximum = 20000, .value = 8000,
      .blurb = N_ ("Most sound before a chunk of a live source that is sent again "
                   "with it, in milliseconds, where the server tells the times of "
                   "words: models hear a short piece better so, and services bill "
                   "twice as much (0: none)")),
  ROW (max_upload_size, "max-upload-size", UINT, AT_START, .minimum = 1 << 16,
      .maximum = G_MAXINT, .value = 26214400,
      .blurb = N_ ("Longest request the server takes, in bytes (26214400 is "
                   "OpenAI's limit)")),
  ROW (upload_format, "upload-format", ENUM, AT_START, .type = upload_format_get_type,
      .value = OPENAI_UPLOAD_AUTO,
      .blurb = N_ ("Format of the uploaded audio; what the server refuses is sent "
                   "again in a plainer one")),
  ROW (stream_upload, "stream-upload", ENUM, AT_START, .type = stream_upload_get_type,
      .value = STT_STREAM_UPLOAD_AUTO, .blurb = N_ ("When the audio is uploaded")),
  ROW (max_requests, "max-requests", UINT, AT_START, .minimum = 1, .maximum = 1000,
      .value = 4, .blurb = N_ ("Most requests at a time")),
  ROW (max_backlog, "max-backlog", UINT, AT_START, .maximum = G_MAXINT, .value = 60000,
      .shortest = 300,
      .blurb = N_ ("Most speech that waits to be sent, in milliseconds; past it a "
                   "live source loses the oldest and a file waits")),
  ROW (max_outage, "max-outage", UINT, AT_START, .maximum = G_MAXINT, .value = 600000,
      .shortest = 1000,
      .blurb = N_ ("How long to wait for a server that has answered before and is "
                   "away now, beyond max-retries, in milliseconds (0: not at all)")),
  ROW (partial_interval, "partial-interval", UINT, AT_START, .maximum = 60000,
      .shortest = 100,
      .blurb = N_ ("Find out what is said while it is spoken, from any server: send "
                   "the open chunk again each time so many milliseconds of speech "
                   "were added, 100 or more, but no more often than the server "
                   "answers; costs several times the audio (0: only once, when it has "
                   "ended)")),
  ROW (partial_captions, "partial-captions", ENUM, ANY_TIME,
      .type = partial_captions_get_type, .value = STT_PARTIAL_CAPTIONS_STABLE,
      .blurb = N_ ("Which words of a live source are captions before their "
                   "chunk has a result, where partial-interval or the server tells "
                   "words while they are spoken; none is ever taken back")),
  ROW (granularity, "granularity", ENUM, ANY_TIME, .type = granularity_get_type,
      .value = STT_CUES_CAPTION,
      .blurb = N_ ("How much text one buffer holds: a caption of at most "
                   "max-lines, or one word, one segment of the answer, or one "
                   "chunk as it was uploaded")),
  ROW (caption_style, "caption-style", ENUM, ANY_TIME, .type = caption_style_get_type,
      .value = STT_CUE_STYLE_DEFAULT,
      .blurb =
          N_ ("The guideline that captions keep: how long a line is, how fast one "
              "reads, how long a caption stays; properties that are set win over it")),
  ROW (max_lines, "max-lines", UINT, ANY_TIME, .maximum = 20,
      .blurb = N_ ("Most lines of a caption (0: as caption-style has it, 2)")),
  ROW (max_line_chars, "max-line-chars", UINT, ANY_TIME, .maximum = 1000,
      .blurb =
          N_ ("Most columns of a line, of which a full-width character takes two (0: "
              "as caption-style has it for the language, 42 in most)")),
  ROW (max_reading_speed, "max-reading-speed", DOUBLE, ANY_TIME, .maximum = 1000,
      .blurb =
          N_ ("Most characters of a caption for each second it is shown, spaces "
              "included; in Japanese, Chinese and Korean one of half width counts half "
              "(0: as caption-style has it for the language, 20 in most)")),
  ROW (min_duration, "min-duration", UINT, ANY_TIME, .maximum = 10000, .shortest = 100,
      .blurb =
          N_ ("Show a caption at least this long where there is time, in milliseconds "
              "(0: as caption-style has it, 833)")),
  ROW (max_duration, "max-duration", UINT, ANY_TIME, .maximum = 60000, .shortest = 500,
      .blurb =
          N_ ("Show a caption at most this long, in milliseconds (0: as caption-style "
              "has it, 7000)")),
  ROW (min_gap, "min-gap", INT, ANY_TIME, .minimum = -1, .maximum = 1000, .value = -1,
      .blurb =
          N_ ("Leave at least so much time between two captions where there is time, in "
              "milliseconds (-1: as caption-style has it, 2 frames)")),
  ROW (max_linger, "max-linger", INT, ANY_TIME, .minimum = -1, .maximum = 10000,
      .value = -1,
      .blurb = N_ ("Show a caption at most this long after its speech has ended, in "
                   "milliseconds, unless it takes longer to be read at "
                   "max-reading-speed (-1: as caption-style has it, 500)")),
  ROW (frame_rate, "frame-rate", FRACTION, ANY_TIME,
      .blurb = N_ ("Put the times of captions on the frames of a picture of this rate "
                   "(example: 25/1; 0/1: on no frames)")),
  ROW (speaker_style, "speaker-style", ENUM, ANY_TIME, .type = speaker_style_get_type,
      .value = STT_SPEAKERS_NONE,
      .blurb =
          N_ ("How captions tell that another speaks, where the model tells speakers; "
              "speaker-prefix wins over it")),
  ROW (speaker_prefix, "speaker-prefix", STRING, ANY_TIME,
      .blurb = N_ ("Put before a caption when another speaker begins; "
                   "%s stands for the speaker (example: \"%s: \"; unset: nothing)")),
  ROW (sound_labels, "sound-labels", ENUM, ANY_TIME, .type = sound_labels_get_type,
      .value = STT_SOUNDS_NONE,
      .blurb =
          N_ ("What captions tell of sounds that the server describes, such as [Music]; "
              "messages tell them in dropped-text")),
  ROW (drop_hallucinations, "drop-hallucinations", BOOLEAN, ANY_TIME, .value = TRUE,
      .blurb = N_ ("Keep out of the captions what a model seems to have invented; "
                   "messages still tell it")),
  ROW (latency, "latency", UINT, ANY_TIME, .maximum = G_MAXUINT, .value = 2000,
      .shortest = 100,
      .blurb = N_ ("Time a live pipeline gives the server, in milliseconds, on "
                   "top of the longest chunk (-1, kept as 4294967295: no time; "
                   "captions are shown when they come)")),
  ROW (lateness, "lateness", UINT, AT_START, .maximum = G_MAXINT, .shortest = 100,
      .blurb = N_ ("Show every caption this much later than its words, in "
                   "milliseconds, such as for a picture that is delayed after this "
                   "element; latency is the time to wait for the server")),
};

const GstOpenaiSettingTable stt_settings_table = {
  .parent = &gst_openai_fallback_table,
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
};

void
stt_settings_clear (SttSettings *settings)
{
  gst_openai_settings_clear (&stt_settings_table, settings);
}

const GstOpenaiSetting stt_language_code_row = ROW (language, "language-code", STRING,
    ANY_TIME, .blurb = N_ ("The same as language, for elements that host transcribers"));

guint64
stt_settings_max_file (const SttSettings *settings, guint64 references)
{
  guint64 most = settings->max_upload_size;
  guint64 form = MIN (most / 2, FORM_BYTES) + references;

  return most - MIN (most, form);
}

guint
stt_settings_max_chunk (
    const SttSettings *settings, gboolean live, guint64 max_file, guint rate)
{
  guint longest = max_file / (sizeof (gint16) * rate / 1000);

  if (settings->max_chunk_duration < 0)
    return longest;
  if (settings->max_chunk_duration > 0)
    return MIN ((guint) settings->max_chunk_duration, longest);
  return MIN (live ? MAX_CHUNK_LIVE_MS : MAX_CHUNK_FILE_MS, longest);
}

GstClockTime
stt_settings_latency (const SttSettings *settings, guint rate)
{
  if (settings->latency == G_MAXUINT)
    return GST_CLOCK_TIME_NONE;
  return (settings->latency
             + (guint64) stt_settings_max_chunk (
                 settings, TRUE, stt_settings_max_file (settings, 0), rate))
      * GST_MSECOND;
}

GstClockTime
stt_settings_patience (const SttSettings *settings)
{
  return settings->latency == G_MAXUINT ? 0 : settings->latency * GST_MSECOND;
}

SttCueOverrides
stt_settings_cue_overrides (const SttSettings *settings)
{
  return (SttCueOverrides) {
    .max_lines = settings->max_lines,
    .max_columns = settings->max_line_chars,
    .max_reading_speed = settings->max_reading_speed,
    .min_duration = settings->min_duration,
    .max_duration = settings->max_duration,
    .min_gap = settings->min_gap,
    .max_linger = settings->max_linger,
    .fps_n = settings->frame_rate[0],
    .fps_d = settings->frame_rate[1],
  };
}

SttChunkerOptions
stt_settings_chunker_options (
    const SttSettings *settings, gboolean live, guint64 max_file, guint rate)
{
  const guint64 per_ms = rate / 1000;
  gboolean whole = settings->max_chunk_duration < 0;
  guint min_chunk = settings->min_chunk_duration;
  guint max_chunk = stt_settings_max_chunk (settings, live, max_file, rate);
  guint late_max = !live ? 0
      : settings->max_chunk_duration
      ? max_chunk
      : stt_settings_max_chunk (settings, FALSE, max_file, rate);

  return (SttChunkerOptions) {
    .rate = rate,
    .vad = settings->vad,
    .skip_silence = settings->skip_silence && !whole,
    .pre_roll = (settings->vad == STT_VAD_AUTO || settings->vad == STT_VAD_NEURAL
                        ? NEURAL_PRE_ROLL_MS
                        : PRE_ROLL_MS)
        * per_ms,
    .hangover = HANGOVER_MS * per_ms,
    .silence = whole
        ? G_MAXUINT64
        : (settings->silence_duration ? settings->silence_duration : SILENCE_MS) * per_ms,
    .least_silence =
        live && !whole && !settings->silence_duration ? LEAST_SILENCE_MS * per_ms : 0,
    .min_chunk = (min_chunk ? min_chunk : MIN_CHUNK_MS) * per_ms,
    .fill = min_chunk || live ? 0 : MIN (FILL_FILE_MS, max_chunk / 6 * 5) * per_ms,
    .max_pause = MAX_PAUSE_FILE_MS * per_ms,
    .start_fill = min_chunk ? 0 : max_chunk * per_ms,
    .start_pause = START_PAUSE_MS * per_ms,
    .late_fill = MIN (FILL_LATE_MS, late_max / 3 * 2) * per_ms,
    .late_max_chunk = late_max * per_ms,
    .max_chunk = max_chunk * per_ms,
  };
}

/* The fields of a server_vad object that are set, as compact JSON. */
static gchar *
server_vad (const SttSettings *settings)
{
  GString *json = g_string_new ("{\"type\":\"server_vad\"");

  if (settings->server_vad_prefix_padding >= 0)
    g_string_append_printf (
        json, ",\"prefix_padding_ms\":%d", settings->server_vad_prefix_padding);
  if (settings->server_vad_silence_duration >= 0)
    g_string_append_printf (
        json, ",\"silence_duration_ms\":%d", settings->server_vad_silence_duration);
  if (settings->server_vad_threshold >= 0) {
    gchar number[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf (json, ",\"threshold\":%s",
        g_ascii_formatd (number, sizeof number, "%.6g", settings->server_vad_threshold));
  }
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}

static gchar *
chunking_strategy (const SttSettings *settings)
{
  switch (settings->chunking_strategy) {
    case STT_STRATEGY_AUTO:
      return g_strdup ("auto");
    case STT_STRATEGY_SERVER_VAD:
      return server_vad (settings);
    default:
      return NULL;
  }
}

void
stt_settings_fill_session (const SttSettings *settings, OpenaiRealtimeConfig *config)
{
  static const gchar *const noises[] = { NULL, "near_field", "far_field" };
  static const gchar *const delays[] = { NULL, "minimal", "low", "medium", "high",
    "xhigh" };

  config->noise_reduction = noises[settings->noise_reduction];
  if (openai_model_takes_delay (settings->model))
    config->delay = delays[settings->delay];
  if (!openai_model_takes_turn_detection (settings->model))
    return;
  if (settings->turn_detection == STT_TURNS_SERVER_VAD)
    config->turn_detection = server_vad (settings);
  if (settings->turn_detection == STT_TURNS_SEMANTIC_VAD)
    config->turn_detection = g_strdup ("{\"type\":\"semantic_vad\"}");
}

gboolean
stt_settings_want_realtime (const SttSettings *settings, gboolean websocket)
{
  switch (settings->transport) {
    case STT_TRANSPORT_HTTP:
      return FALSE;
    case STT_TRANSPORT_REALTIME:
      return TRUE;
    default:
      return websocket || openai_model_is_realtime (settings->model);
  }
}

/* A region is of no use to the service, and what has lines is no language. */
static gchar *
language_code (const gchar *language)
{
  const gchar *code = language && *language ? openai_language_code (language) : NULL;

  if (language && strpbrk (language, "\r\n"))
    return NULL;
  return g_strdup (code ? code : language);
}

static GStrv
language_codes (gchar **languages)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (; languages && *languages; languages++) {
    g_autofree gchar *code = language_code (*languages);

    if (code)
      g_strv_builder_add (builder, code);
  }
  return g_strv_builder_end (builder);
}

const gchar *
stt_settings_language (const SttSettings *settings)
{
  return settings->language && *settings->language != '\0'
      ? openai_language_code (settings->language)
      : NULL;
}

/* One with angle brackets or line breaks would spoil the whole request. */
static gboolean
keyword_fits (const gchar *keyword)
{
  return *keyword != '\0' && !strpbrk (keyword, "<>\r\n");
}

static GStrv
fitting_keywords (gchar **keywords)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (; keywords && *keywords; keywords++) {
    if (keyword_fits (*keywords))
      g_strv_builder_add (builder, *keywords);
  }
  return g_strv_builder_end (builder);
}

/* An empty string is the same as none. */
static gchar *
dup_text (const gchar *text)
{
  return text && *text ? g_strdup (text) : NULL;
}

void
stt_settings_fill_params (const SttSettings *settings, OpenaiTranscriptionParams *params)
{
  params->translate = settings->task == STT_TASK_TRANSLATE;
  params->model = g_strdup (settings->model);
  params->language = language_code (settings->language);
  params->languages = language_codes (settings->languages);
  params->keywords = fitting_keywords (settings->keywords);
  params->prompt = dup_text (settings->prompt);
  params->temperature = settings->temperature < 0 ? NAN : settings->temperature;
  params->response_format = settings->response_format;
  params->word_times = (settings->times & STT_TIMES_WORD) != 0;
  params->segment_times = (settings->times & STT_TIMES_SEGMENT) != 0;
  params->logprobs = settings->logprobs;
  params->stream = settings->stream_response;
  params->chunking_strategy = chunking_strategy (settings);
  params->extra_fields = gst_openai_structure_to_json (settings->connection.extra_fields);
}

typedef struct
{
  const SttSettings *settings;
  void (*report) (const gchar *sentence, gpointer user_data);
  gpointer user_data;
} Report;

static void
on_invalid (const gchar *field, gpointer user_data)
{
  Report *report = user_data;
  g_autofree gchar *property = g_strdelimit (g_strdup (field), "_", '-');
  g_autofree gchar *sentence = NULL;

  if (g_str_equal (property, "stream")) {
    g_free (property);
    property = g_strdup ("stream-response");
  }
  sentence = report->settings->task == STT_TASK_TRANSLATE
      ? g_strdup_printf (_("%s is not for task=translate"), property)
      : g_strdup_printf (_("%s is not for model %s"), property, report->settings->model);
  report->report (sentence, report->user_data);
}

static void
report_keywords (Report *report)
{
  for (gchar **k = report->settings->keywords; k && *k; k++) {
    g_autofree gchar *sentence = NULL;

    if (keyword_fits (*k))
      continue;
    sentence = g_strdup_printf (_("keywords: \"%s\" is left out: the service "
                                  "takes one line without < and >"),
        *k);
    report->report (sentence, report->user_data);
  }
}

void
stt_settings_validate (const SttSettings *settings,
    void (*func) (const gchar *sentence, gpointer user_data), gpointer user_data)
{
  Report report = { settings, func, user_data };
  OpenaiTranscriptionParams params = { 0 };

  stt_settings_fill_params (settings, &params);
  if (settings->known_speakers)
    params.speaker_names = g_strsplit ("known", ",", 1);
  openai_model_fit (&params, on_invalid, &report);
  openai_transcription_params_clear (&params);
  report_keywords (&report);
  if (settings->turn_detection != STT_TURNS_CLIENT
      && !openai_model_takes_turn_detection (settings->model))
    on_invalid ("turn_detection", &report);
  if (settings->delay != STT_DELAY_AUTO && !openai_model_takes_delay (settings->model))
    on_invalid ("delay", &report);
  if (settings->track_speakers && !openai_model_diarizes (settings->model)
      && openai_model_reads_context (settings->model))
    on_invalid ("track_speakers", &report);
  if (settings->chunking_strategy != STT_STRATEGY_SERVER_VAD
      && settings->turn_detection != STT_TURNS_SERVER_VAD
      && (settings->server_vad_threshold >= 0 || settings->server_vad_prefix_padding >= 0
          || settings->server_vad_silence_duration >= 0))
    func (_("server-vad settings need chunking-strategy=server-vad or "
            "turn-detection=server-vad"),
        user_data);
}
