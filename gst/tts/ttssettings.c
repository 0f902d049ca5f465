// SPDX-License-Identifier: LGPL-2.1-or-later
/* What can be set of openaitts. */

#include "tts/ttssettings.h"

GST_OPENAI_DEFINE_ENUM (format_get_type, "GstOpenaiTtsFormat",
    {TTS_FORMAT_AUTO, "What downstream takes", "auto"},
    {TTS_FORMAT_PCM, "Samples without a header", "pcm"},
    {TTS_FORMAT_WAV, "Samples with a header that says their rate", "wav"})

#define ROW(...) GST_OPENAI_ROW (TtsSettings, __VA_ARGS__)
#define AT_START GST_OPENAI_AT_START
#define ANY_TIME GST_OPENAI_ANY_TIME

static const GstOpenaiSetting rows[] = {
  ROW (text, "text", STRING, AT_START,
      .blurb = "What to say when nothing is linked to the sink pad"),
  ROW (model, "model", STRING, ANY_TIME, .text = "gpt-4o-mini-tts",
      .blurb = "Name of the model, as the server knows it"),
  ROW (voice, "voice", STRING, ANY_TIME, .text = "alloy",
      .blurb = "Name of the voice, or the id of a custom one (voice_…)"),
  ROW (instructions, "instructions", STRING, ANY_TIME,
      .blurb = "How to say it, in words, for models that take it"),
  ROW (speed, "speed", DOUBLE, ANY_TIME, .minimum = 0.25, .maximum = 4,
      .value = 1,
      .blurb = "How fast to speak; 1 is not sent"),
  ROW (format, "format", ENUM, AT_START, .type = format_get_type,
      .value = TTS_FORMAT_AUTO,
      .blurb = "Format the server is asked for"),
  ROW (pcm_rate, "pcm-rate", UINT, AT_START, .minimum = 1000,
      .maximum = 384000, .value = 24000,
      .blurb = "Sample rate of an answer that does not say its own, in Hz"),
  ROW (max_input_chars, "max-input-chars", UINT, AT_START, .minimum = 1,
      .maximum = G_MAXINT, .value = 4096,
      .blurb = "Most characters in one request; longer text is split at the "
          "best boundary"),
  ROW (first_chunk_chars, "first-chunk-chars", UINT, AT_START,
      .maximum = G_MAXINT, .value = 0,
      .blurb = "About how many characters the first request of a text has, to "
          "hear it sooner (0: no such limit)"),
  ROW (prefetch, "prefetch", UINT, AT_START, .maximum = 100, .value = 2,
      .blurb = "Requests that run ahead of what is being said"),
  ROW (latency, "latency", UINT, AT_START, .maximum = G_MAXUINT,
      .value = 2000,
      .blurb = "Time a live pipeline gives the server, in milliseconds"),
};

const GstOpenaiSettingTable tts_settings_table = {
  .parent = &gst_openai_connection_table,
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
};
