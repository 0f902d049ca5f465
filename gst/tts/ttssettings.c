// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What can be set of openaitts. */

#include "ttssettings.h"

#include <math.h>

#include "client/models.h"
#include "element/structures.h"
#include "i18n.h"
#include "timeline.h"

GST_OPENAI_DEFINE_ENUM (format_get_type, "GstOpenaiTtsFormat",
    { TTS_FORMAT_AUTO, N_ ("What downstream takes"), "auto" },
    { TTS_FORMAT_PCM, N_ ("Samples without a header"), "pcm" },
    { TTS_FORMAT_WAV, N_ ("Samples with a header that says their rate"), "wav" },
    { TTS_FORMAT_MP3, N_ ("MP3 frames"), "mp3" },
    { TTS_FORMAT_OPUS, N_ ("Opus in Ogg, or its packets for who takes only these"),
        "opus" },
    { TTS_FORMAT_AAC, N_ ("AAC in ADTS frames"), "aac" },
    { TTS_FORMAT_FLAC, N_ ("FLAC"), "flac" })

GST_OPENAI_DEFINE_ENUM (stream_format_get_type, "GstOpenaiTtsStreamFormat",
    { TTS_STREAM_FORMAT_AUDIO, N_ ("The audio itself; not sent"), "audio" },
    { TTS_STREAM_FORMAT_SSE, N_ ("Events that carry the audio, and tell its cost"),
        "sse" })

GST_OPENAI_DEFINE_ENUM (overflow_get_type, "GstOpenaiTtsOverflow",
    { TTS_TIMELINE_SHIFT, N_ ("It is said to its end, and what follows comes later"),
        "shift" },
    { TTS_TIMELINE_CLIP, N_ ("It is faded out and cut where its cue ends"), "clip" },
    { TTS_TIMELINE_OVERLAP, N_ ("It is said to its end, mixed with what follows"),
        "overlap" },
    { TTS_TIMELINE_COMPRESS,
        N_ ("It is said faster at the same pitch, by at most "
            "max-compression; what follows comes later if that is not enough"),
        "compress" })

GST_OPENAI_DEFINE_ENUM (transport_get_type, "GstOpenaiTtsTransport",
    { TTS_TRANSPORT_AUTO,
        N_ ("A session for gpt-realtime models and, with no model set, at "
            "OpenAI; requests otherwise"),
        "auto" },
    { TTS_TRANSPORT_HTTP, N_ ("A request for each text (POST /audio/speech)"), "http" },
    { TTS_TRANSPORT_REALTIME,
        N_ ("One Realtime session over a WebSocket, whose model is "
            "told to read each text"),
        "realtime" })

GST_OPENAI_DEFINE_ENUM (verbatim_get_type, "GstOpenaiTtsVerbatim",
    { TTS_VERBATIM_MODE_CHECK,
        N_ ("Play at once, cut off what leaves the text, and say the "
            "rest again"),
        "check" },
    { TTS_VERBATIM_MODE_HOLD, N_ ("Play only what was found to be what is written"),
        "hold" },
    { TTS_VERBATIM_MODE_OFF, N_ ("Play whatever comes"), "off" })

#define ROW(...) GST_OPENAI_ROW (TtsSettings, __VA_ARGS__)
#define AT_START GST_OPENAI_AT_START
#define ANY_TIME GST_OPENAI_ANY_TIME

static const GstOpenaiSetting rows[] = {
  ROW (text, "text", STRING, ANY_TIME,
      .blurb = N_ ("What to say when nothing is linked to the sink pad; set while "
                   "it plays, it is said next")),
  ROW (keep_open, "keep-open", BOOLEAN, AT_START,
      .blurb = N_ ("Without a linked sink pad, wait for say() and a new text until "
                   "end-of-speech() instead of ending after the text")),
  ROW (model, "model", STRING, ANY_TIME, .text = OPENAI_MODEL_AUTO,
      .blurb = N_ ("Name of the model, as the server knows it (auto: "
                   "gpt-realtime-2.1-mini at OpenAI, tts-1 elsewhere)")),
  ROW (voice, "voice", STRING, ANY_TIME, .text = "alloy",
      .blurb = N_ ("Name of the voice, or the id of a custom one (voice_…)")),
  ROW (instructions, "instructions", STRING, ANY_TIME,
      .blurb = N_ ("How to say it, in words, for models that take it")),
  ROW (speed, "speed", DOUBLE, ANY_TIME, .minimum = 0.25, .maximum = 4, .value = 1,
      .blurb = N_ ("How fast to speak, from 0.25 to 4 (in a session to 1.5); 1 is "
                   "not sent")),
  ROW (format, "format", ENUM, AT_START, .type = format_get_type,
      .value = TTS_FORMAT_AUTO,
      .blurb = N_ ("Format the server is asked for; auto is the first of pcm, mp3, "
                   "opus, aac, flac that downstream takes")),
  ROW (stream_format, "stream-format", ENUM, ANY_TIME, .type = stream_format_get_type,
      .value = TTS_STREAM_FORMAT_AUDIO,
      .blurb = N_ ("How the answer is sent; with sse, openaitts/speech-end tells "
                   "the tokens it cost, as far as the server counts them")),
  ROW (transport, "transport", ENUM, AT_START, .type = transport_get_type,
      .value = TTS_TRANSPORT_AUTO, .blurb = N_ ("How the server is asked")),
  ROW (verbatim, "verbatim", ENUM, AT_START, .type = verbatim_get_type,
      .value = TTS_VERBATIM_MODE_CHECK,
      .blurb = N_ ("What happens in a session when the model says other words than "
                   "the text has; what stays so is told in a warning")),
  ROW (language_code, "language-code", STRING, AT_START,
      .blurb = N_ ("Language of the text (ISO 639, such as en), put on the audio as "
                   "a tag; not sent to the server")),
  ROW (speaker_map, "speaker-map", STRUCTURE, ANY_TIME,
      .blurb = N_ ("Which voice speaks for whom, such as "
                   "\"map,Ada=nova,Ben=echo\"; who speaks is named by "
                   "rstranscribe/speaker-change events, as openaistt sends them "
                   "with models that tell speakers; all others get voice")),
  ROW (overflow, "overflow", ENUM, AT_START, .type = overflow_get_type,
      .value = TTS_TIMELINE_SHIFT,
      .blurb = N_ ("What happens to speech that is longer than its cue (text with "
                   "a time and a duration)")),
  ROW (max_compression, "max-compression", DOUBLE, AT_START, .minimum = 1, .maximum = 4,
      .value = 1.5, .blurb = N_ ("How much faster overflow=compress may speak at most")),
  ROW (pcm_rate, "pcm-rate", UINT, AT_START, .minimum = 1000, .maximum = 384000,
      .value = 24000,
      .blurb = N_ ("Sample rate of an answer that does not say its own, in Hz")),
  ROW (max_input_chars, "max-input-chars", UINT, AT_START, .minimum = 1,
      .maximum = G_MAXINT, .value = 4096,
      .blurb = N_ ("Most characters in one request; longer text is split at the "
                   "best boundary")),
  ROW (first_chunk_chars, "first-chunk-chars", UINT, AT_START, .maximum = G_MAXINT,
      .value = 0,
      .blurb = N_ ("About how many characters the first request of a text has, to "
                   "hear it sooner (0: no such limit)")),
  ROW (prefetch, "prefetch", UINT, AT_START, .maximum = 100, .value = 2,
      .blurb = N_ ("Requests that run ahead of what is being said")),
  ROW (latency, "latency", UINT, AT_START, .maximum = G_MAXUINT, .value = 2000,
      .shortest = 100,
      .blurb = N_ ("Time a live pipeline gives the server, in milliseconds (-1, "
                   "kept as 4294967295: none, and speech is played when it comes, "
                   "not when it is due)")),
};

const GstOpenaiSettingTable tts_settings_table = {
  .parent = &gst_openai_fallback_table,
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
};

void
tts_settings_clear (TtsSettings *settings)
{
  gst_openai_settings_clear (&tts_settings_table, settings);
}

void
tts_settings_fill_params (const TtsSettings *settings, OpenaiSpeechParams *params)
{
  params->model = g_strdup (settings->model);
  params->voice = g_strdup (settings->voice);
  params->instructions = g_strdup (settings->instructions);
  if (settings->stream_format == TTS_STREAM_FORMAT_SSE)
    params->stream_format = g_strdup ("sse");
  params->speed = settings->speed == 1 ? NAN : settings->speed;
  params->extra_fields = gst_openai_structure_to_json (settings->connection.extra_fields);
}

const gchar *
tts_response_format (TtsFormat format)
{
  static const gchar *const names[] = {
    [TTS_FORMAT_PCM] = "pcm",
    [TTS_FORMAT_WAV] = "wav",
    [TTS_FORMAT_MP3] = "mp3",
    [TTS_FORMAT_OPUS] = "opus",
    [TTS_FORMAT_AAC] = "aac",
    [TTS_FORMAT_FLAC] = "flac",
  };

  return names[format];
}
