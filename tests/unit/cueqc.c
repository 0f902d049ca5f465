// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Two hours of captions in each style, before the reviewer: nothing is found but what was
 * told. */

#include <string.h>

#include "qc/check.h"
#include "stt/cues.h"
#include "stt/cuetail.h"

#define SECOND G_GUINT64_CONSTANT (1000000000)
#define CHUNK_SECONDS 28
/* A sanitizer looks at memory, of which half an hour has all there is. */
#ifdef __SANITIZE_ADDRESS__
#define LONG_HOURS 0.5
#else
#define LONG_HOURS 2
#endif

static const gchar *prose;

/* Prose that is read, word by word. */
typedef struct
{
  GStrv words;
  guint next;
  gdouble at; /* in the stream */
  gdouble pace;
} Reader;

/* Words of one chunk as an answer. */
static OpenaiTranscript *
read_chunk (Reader *self, gdouble start)
{
  g_autoptr (GString) text = g_string_new (NULL), words = g_string_new (NULL);
  g_autofree gchar *json = NULL;

  while (self->at < start + CHUNK_SECONDS) {
    const gchar *word = self->words[self->next];
    gdouble length = self->pace * (0.5 + g_utf8_strlen (word, -1) / 8.0);

    if (!word[0] || strpbrk (word, "\"\\")) {
      self->next = self->words[self->next + 1] ? self->next + 1 : 0;
      continue;
    }
    g_string_append_printf (text, "%s%s", text->len ? " " : "", word);
    g_string_append_printf (words, "%s{\"word\":\"%s\",\"start\":%.3f,\"end\":%.3f}",
        words->len ? "," : "", word, self->at - start, self->at - start + length);
    self->at += length + (strpbrk (word, ".!?") ? 0.45 : strchr (word, ',') ? 0.2 : 0.02);
    self->next = self->words[self->next + 1] ? self->next + 1 : 0;
  }
  json = g_strdup_printf ("{\"text\":\"%s\",\"words\":[%s]}", text->str, words->str);
  return openai_transcript_parse ("application/json", json, strlen (json), NULL);
}

static void
add_cue (GPtrArray *reviewed, GArray *told, const SttCue *cue, guint64 base)
{
  Cue *copy = g_new0 (Cue, 1);

  copy->start = base + cue->start;
  copy->duration = cue->end - cue->start;
  copy->text = g_strdup (cue->text);
  g_ptr_array_add (reviewed, copy);
  g_array_append_val (told, cue->findings);
}

/* The captions of a chunk, of which the last waits for the next. */
static void
caption_chunk (Reader *reader, SttCueTail *tail, const SttCueRules *rules,
    GPtrArray *reviewed, GArray *told)
{
  gdouble start = reader->at;
  g_autoptr (OpenaiTranscript) said = read_chunk (reader, start);
  g_autoptr (GArray) last = stt_cue_tokens_new_empty ();
  g_autoptr (GPtrArray) cues = NULL;
  guint64 base = tail->cue ? tail->base : (guint64) (start * SECOND);
  SttCuesOptions options = {
    .granularity = STT_CUES_CAPTION,
    .rules = *rules,
    .language = "en",
    .origin = start * SECOND,
    .duration = (reader->at - start) * SECOND,
    .speech_end = (reader->at - start) * SECOND,
    .available = (reader->at - start) * SECOND,
    .followed = TRUE,
    .before = tail->cue ? tail : NULL,
    .shift = (guint64) (start * SECOND) - base,
    .last = last,
  };

  cues = stt_cues_new (said, &options);
  tail->cut = TRUE;
  stt_cue_tail_keep (tail, cues, g_array_ref (last));
  tail->base = base;
  for (guint i = 0; i < cues->len; i++)
    add_cue (reviewed, told, g_ptr_array_index (cues, i), base);
}

static gboolean
was_told (QcRule rule, SttCueFindings told)
{
  switch (rule) {
    case QC_TOO_FAST:
      return told & STT_CUE_TOO_FAST;
    case QC_TOO_SHORT:
      return told & STT_CUE_TOO_SHORT;
    case QC_GAP_TOO_SHORT:
      return told & (STT_CUE_TOO_SHORT | STT_CUE_TOO_FAST);
    default:
      return FALSE;
  }
}

static void
review (GPtrArray *reviewed, GArray *told, const SttCueRules *rules, gdouble hours)
{
  g_autoptr (GArray) findings = qc_check (reviewed, rules);

  g_assert_cmpuint (reviewed->len, >, hours * 3600 / 8);
  for (guint i = 0; i < findings->len; i++) {
    const QcFinding *finding = &g_array_index (findings, QcFinding, i);
    const Cue *cue = g_ptr_array_index (reviewed, finding->cue);

    if (!was_told (finding->rule, g_array_index (told, SttCueFindings, finding->cue)))
      g_error ("%s at %.3f: %.1f (%.1f): %s", qc_rule_name (finding->rule),
          cue->start / 1e9, finding->measured, finding->limit, cue->text);
  }
  g_test_message ("%u captions, %u findings, all told", reviewed->len, findings->len);
}

static void
free_cue (gpointer data)
{
  g_free (((Cue *) data)->text);
  g_free (data);
}

static void
caption_and_review (
    SttCueStyle style, gint fps_n, gint fps_d, gdouble pace, gdouble hours)
{
  g_autofree gchar *text = NULL;
  g_autoptr (GPtrArray) reviewed = g_ptr_array_new_with_free_func (free_cue);
  g_autoptr (GArray) told = g_array_new (FALSE, FALSE, sizeof (SttCueFindings));
  Reader reader = { .pace = pace };
  g_auto (SttCueTail) tail = { NULL };
  SttCueRules rules = stt_cue_rules_new (style, "en",
      &(SttCueOverrides) {
          .min_gap = -1, .max_linger = -1, .fps_n = fps_n, .fps_d = fps_d });

  g_assert_true (g_file_get_contents (prose, &text, NULL, NULL));
  reader.words = g_strsplit_set (text, " \n", -1);
  while (reader.at < hours * 3600)
    caption_chunk (&reader, &tail, &rules, reviewed, told);
  review (reviewed, told, &rules, hours);
  g_strfreev (reader.words);
}

static void
test_styles (void)
{
  static const gint rates[][2] = { { 0, 1 }, { 24, 1 }, { 25, 1 }, { 30000, 1001 } };

  for (guint style = 0; style <= STT_CUE_STYLE_SHORTS; style++) {
    for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
      g_test_message ("style %u, %d/%d", style, rates[i][0], rates[i][1]);
      caption_and_review (
          style, rates[i][0], rates[i][1], 0.3, i == 0 ? LONG_HOURS : 0.1);
      caption_and_review (style, rates[i][0], rates[i][1], 0.2, 0.1);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  prose = argv[1];
  g_test_add_func ("/cueqc/styles", test_styles);
  return g_test_run ();
}
