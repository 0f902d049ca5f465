// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Transcripts whose texts and times fit together in no way, and their captions. */

#include "fuzz.h"

#include <string.h>

#include "client/transcript.h"
#include "stt/cues.h"
#include "stt/times.h"

#define MILLISECOND G_GUINT64_CONSTANT (1000000)

typedef struct
{
  const uint8_t *data;
  size_t size;
} Input;

static guint
take (Input *input, guint limit)
{
  guint value;

  if (input->size == 0)
    return 0;
  value = input->data[0] * 257u % limit;
  input->data++;
  input->size--;
  return value;
}

/* Mostly near each other, sometimes not given. */
static void
add_times (Input *input, GString *json, guint *at)
{
  guint start = *at + take (input, 900) - 200, length = take (input, 3000);

  if (take (input, 9) == 0)
    return;
  g_string_append_printf (json, ",\"start\":%d.%03u,\"end\":%d.%03u", (gint) start / 1000,
      start % 1000, (gint) (start + length) / 1000, (start + length) % 1000);
  *at = start + length;
}

static void
add_text (Input *input, GString *json)
{
  static const gchar *const pieces[] = {
    "a",
    "word",
    ".",
    ", ",
    " ",
    "?",
    "\xe3\x81\x82",
    "\xc3\xa9",
    "\xd9\x85",
    "e\xcc\x81",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
    "-",
    "incomprehensibilities",
    "Dr. ",
    "\xe3\x80\x82",
    "\xe2\x80\x94",
  };

  for (guint n = take (input, 12); n > 0; n--)
    g_string_append (json, pieces[take (input, G_N_ELEMENTS (pieces))]);
}

static void
add_list (Input *input, GString *json, const gchar *list, const gchar *text)
{
  guint at = 1000;

  g_string_append_printf (json, ",\"%s\":[", list);
  for (guint n = take (input, 30); n > 0; n--) {
    g_string_append_printf (json, "{\"%s\":\"%s", text, take (input, 3) ? " " : "");
    add_text (input, json);
    g_string_append_c (json, '"');
    add_times (input, json, &at);
    if (take (input, 4) == 0)
      g_string_append_printf (json, ",\"speaker\":\"%c\"", 'A' + take (input, 3));
    g_string_append (json, n > 1 ? "}," : "}");
  }
  g_string_append_c (json, ']');
}

static guint64
length_of (GPtrArray *cues, guint i)
{
  const SttCue *cue = g_ptr_array_index (cues, i);

  return cue->end - cue->start;
}

/* None is too short to be seen between two that could give it the time. */
static void
check_lengths (GPtrArray *cues)
{
  for (guint i = 1; i + 1 < cues->len; i++)
    g_assert (length_of (cues, i) >= 500 * MILLISECOND
        || length_of (cues, i - 1) < 1000 * MILLISECOND
        || length_of (cues, i + 1) < 1000 * MILLISECOND);
}

/* Letters, whatever they are joined with. */
static guint
count_letters (const gchar *text)
{
  guint count = 0;

  for (; *text; text = g_utf8_next_char (text))
    count += g_unichar_isalpha (g_utf8_get_char (text));
  return count;
}

/* All that was said, and once: by the segments, else the text, else the words. */
static gchar *
said_by (const OpenaiTranscript *transcript)
{
  GString *said = g_string_new (NULL);

  for (guint i = 0; i < transcript->segments->len; i++)
    g_string_append (
        said, ((OpenaiSegment *) g_ptr_array_index (transcript->segments, i))->text);
  if (said->len == 0)
    g_string_append (said, transcript->text);
  for (guint i = 0, none = said->len == 0; none && i < transcript->words->len; i++)
    g_string_append (
        said, ((OpenaiWord *) g_ptr_array_index (transcript->words, i))->text);
  return g_string_free (said, FALSE);
}

static void
check_words (GPtrArray *cues, const OpenaiTranscript *transcript)
{
  g_autofree gchar *said = said_by (transcript);
  guint shown = 0;

  for (guint i = 0; i < cues->len; i++)
    shown += count_letters (((SttCue *) g_ptr_array_index (cues, i))->text);
  g_assert (shown == count_letters (said));
}

static void
check (GPtrArray *cues, const SttCuesOptions *options)
{
  guint64 position = 0;
  gboolean room = cues->len * MILLISECOND <= options->duration;

  for (guint i = 0; i < cues->len; i++) {
    const SttCue *cue = g_ptr_array_index (cues, i);

    g_assert (cue->start >= position && cue->end > cue->start);
    g_assert (cue->start < options->duration || !room);
    g_assert (g_utf8_validate (cue->text, -1, NULL));
    g_assert (strspn (cue->text, " \n") < strlen (cue->text));
    position = cue->end;
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Input input = { data, size };
  SttCuesOptions options = {
    .granularity = take (&input, 4),
    .speaker_prefix = take (&input, 2) ? "%s: " : NULL,
    .speech_start = take (&input, 2000) * MILLISECOND,
    .duration = 2001 * MILLISECOND,
  };
  g_autoptr (GString) json = g_string_new ("{\"text\":\"");
  g_autoptr (OpenaiTranscript) transcript = NULL;
  g_autoptr (GPtrArray) cues = NULL;
  g_autoptr (GArray) voice = stt_voice_new ();
  g_autoptr (OpenaiTranscript) timed = NULL;

  options.rules = stt_cue_rules_new (take (&input, STT_CUE_STYLE_SHORTS + 1), NULL,
      &(SttCueOverrides) { .max_lines = 1 + take (&input, 3),
          .max_columns = 1 + take (&input, 50),
          .min_gap = -1,
          .max_linger = -1,
          .fps_n = take (&input, 2) * 25,
          .fps_d = 1 });
  options.duration += take (&input, 60000) * MILLISECOND;
  options.speech_end = options.speech_start
      + take (&input, 60000) * (options.duration - options.speech_start) / 60000;
  options.available = options.duration + take (&input, 9000) * MILLISECOND;
  add_text (&input, json);
  g_string_append_c (json, '"');
  if (take (&input, 3))
    add_list (&input, json, "words", "word");
  if (take (&input, 3))
    add_list (&input, json, "segments", "text");
  g_string_append_c (json, '}');
  transcript = openai_transcript_parse (NULL, json->str, json->len, NULL);
  if (!transcript)
    return 0;
  for (gdouble at = take (&input, 2000) / 1000.0; take (&input, 8);) {
    gdouble length = take (&input, 3000) / 1000.0;

    stt_voice_add (voice, at, at + length);
    at += length + take (&input, 1000) / 1000.0;
  }
  timed = stt_times_mend (transcript, voice);
  g_assert (timed->words->len == transcript->words->len
      && timed->segments->len == transcript->segments->len);
  options.voice = take (&input, 2) ? voice : NULL;
  cues = stt_cues_new (timed, &options);
  check (cues, &options);
  if (options.granularity != STT_CUES_WORD)
    check_lengths (cues);
  if (!options.speaker_prefix)
    check_words (cues, timed);
  return 0;
}
