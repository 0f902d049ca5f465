// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Answers to a transcription in any format, and the captions made of them. */

#include "fuzz.h"

#include <math.h>
#include <string.h>

#include "client/transcript.h"
#include "stt/cues.h"
#include "stt/hallucinations.h"

#define SECOND G_GUINT64_CONSTANT (1000000000)

static void
check_cues (const OpenaiTranscript *transcript, guint variant)
{
  SttCuesOptions options = {
    .granularity = variant % 4,
    .rules = stt_cue_rules_new (STT_CUE_STYLE_DEFAULT, NULL,
        &(SttCueOverrides) { .max_lines = 1 + variant / 4 % 3,
            .max_columns = (const guint[]) { 1, 12, 42 }[variant / 12 % 3],
            .min_gap = -1,
            .max_linger = -1 }),
    .speaker_prefix = variant & 64 ? "%s: " : NULL,
    .speech_end = 5 * SECOND,
    .duration = 6 * SECOND,
    .available = 8 * SECOND,
  };
  g_autoptr (GPtrArray) cues = stt_cues_new (transcript, &options);
  guint64 position = 0;

  for (guint i = 0; i < cues->len; i++) {
    const SttCue *cue = g_ptr_array_index (cues, i);

    g_assert (cue->start >= position && cue->end > cue->start);
    g_assert (g_utf8_validate (cue->text, -1, NULL));
    g_assert (strspn (cue->text, " \n") < strlen (cue->text));
    position = cue->end;
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const gchar *const types[] = { NULL, "application/json", "text/plain",
    "text/vtt" };
  g_autoptr (OpenaiTranscript) transcript = NULL;
  g_autoptr (OpenaiTranscript) said = NULL;
  g_autofree gchar *dropped = NULL;
  SttHeard heard = { NAN, NAN, NAN, NULL };

  if (size == 0)
    return 0;
  transcript = openai_transcript_parse (
      types[data[0] % 4], (const gchar *) data + 1, size - 1, NULL);
  if (!transcript)
    return 0;
  g_assert (g_utf8_validate (transcript->text, -1, NULL));
  if (data[0] % 2)
    heard =
        (SttHeard) { data[0] / 256.0, data[0] / 64.0, data[0] / 128.0, "as it was said" };
  said = stt_hallucinations_drop (transcript, &heard, &dropped);
  check_cues (said, data[0]);
  return 0;
}
