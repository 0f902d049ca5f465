// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Speech recognition: PocketSphinx decoders, lent one at a time. */

#include "recognise.h"

#include <math.h>
#include <pocketsphinx.h>
#include <string.h>
#ifdef WITH_SPHINXBASE
#include <sphinxbase/err.h>
#else
#include <pocketsphinx/err.h>
#endif

#include "errors.h"
#include "heard.h"
#include "i18n.h"
#include "pauses.h"

#define TTS_FRAMES_PER_SECOND 100
#define LONGEST_UTTERANCE (20 * RECOGNISER_RATE)
#define SEGMENT_PAUSE 0.5 /* seconds between two words */
#define LEAST_LOG_PROBABILITY -20.0

struct _Recogniser
{
  gchar *model_dir;
  guint decoders;
  GAsyncQueue *idle; /* ps_decoder_t */
  GMutex lock;
  guint loaded; /* protected by lock */
};

/* Dropped silence would shift every time after it. The rest is what gave the
 * fewest wrong words for its speed on read and on synthetic speech. */
#ifdef WITH_SPHINXBASE
static ps_decoder_t *
make_decoder (const gchar *hmm, const gchar *lm, const gchar *dict)
{
  cmd_ln_t *config = cmd_ln_init (NULL, ps_args (), FALSE, "-hmm", hmm, "-lm", lm,
      "-dict", dict, "-remove_silence", "no", "-remove_noise", "no", "-topn", "8",
      "-fwdflat", "no", "-maxhmmpf", "5000", NULL);
  ps_decoder_t *decoder = config ? ps_init (config) : NULL;

  cmd_ln_free_r (config);
  return decoder;
}
#else
static ps_decoder_t *
make_decoder (const gchar *hmm, const gchar *lm, const gchar *dict)
{
  ps_config_t *config = ps_config_init (NULL);
  ps_decoder_t *decoder;

  ps_config_set_str (config, "hmm", hmm);
  ps_config_set_str (config, "lm", lm);
  ps_config_set_str (config, "dict", dict);
  ps_config_set_bool (config, "remove_noise", FALSE);
  ps_config_set_int (config, "topn", 8);
  ps_config_set_bool (config, "fwdflat", FALSE);
  ps_config_set_int (config, "maxhmmpf", 5000);
  decoder = ps_init (config);
  ps_config_free (config);
  return decoder;
}
#endif

static ps_decoder_t *
load_decoder (const gchar *model_dir)
{
  g_autofree gchar *hmm = g_build_filename (model_dir, "en-us", NULL);
  g_autofree gchar *lm = g_build_filename (model_dir, "en-us.lm.bin", NULL);
  g_autofree gchar *dict = g_build_filename (model_dir, "cmudict-en-us.dict", NULL);

  return make_decoder (hmm, lm, dict);
}

static void
free_decoder (gpointer data)
{
  ps_free (data);
}

Recogniser *
recogniser_new (const gchar *model_dir, guint decoders, GError **error)
{
  Recogniser *recogniser;
  ps_decoder_t *decoder;

  err_set_logfp (NULL);
  decoder = load_decoder (model_dir);
  if (!decoder) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
        _("PocketSphinx found no usable model in %s: it needs en-us/, "
          "en-us.lm.bin and cmudict-en-us.dict there; see --model-dir"),
            model_dir);
    return NULL;
  }

  recogniser = g_new0 (Recogniser, 1);
  recogniser->model_dir = g_strdup (model_dir);
  recogniser->decoders = decoders;
  recogniser->idle = g_async_queue_new_full (free_decoder);
  g_mutex_init (&recogniser->lock);
  recogniser->loaded = 1;
  g_async_queue_push (recogniser->idle, decoder);
  return recogniser;
}

void
recogniser_free (Recogniser *recogniser)
{
  g_async_queue_unref (recogniser->idle);
  g_mutex_clear (&recogniser->lock);
  g_free (recogniser->model_dir);
  g_free (recogniser);
}

/* One more, while there may be; half a second, and one after the other. */
static ps_decoder_t *
load_another (Recogniser *recogniser)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&recogniser->lock);
  ps_decoder_t *decoder = NULL;

  if (recogniser->loaded < recogniser->decoders)
    decoder = load_decoder (recogniser->model_dir);
  if (decoder)
    recogniser->loaded++;
  return decoder;
}

static ps_decoder_t *
take_decoder (Recogniser *recogniser)
{
  ps_decoder_t *decoder = g_async_queue_try_pop (recogniser->idle);

  if (!decoder)
    decoder = load_another (recogniser);
  return decoder ? decoder : g_async_queue_pop (recogniser->idle);
}

/* <s>, <sil>, [NOISE], ++UH++ are sounds, not words. */
static gboolean
is_word (const gchar *name)
{
  return name && name[0] && !strchr ("<[+", name[0]);
}

/* What was heard in an utterance, as heard.h has it. */
static gchar *
write_words (ps_decoder_t *decoder)
{
  GString *heard = g_string_new (NULL);

  for (ps_seg_t *seg = ps_seg_iter (decoder); seg; seg = ps_seg_next (seg)) {
    const gchar *name = ps_seg_word (seg);
    gint first, last;

    if (!is_word (name))
      continue;
    ps_seg_frames (seg, &first, &last);
    heard_add (heard, name, first, last, ps_seg_prob (seg, NULL, NULL, NULL));
  }
  return g_string_free (heard, FALSE);
}

static Word
make_word (const HeardWord *heard, logmath_t *logmath, gdouble offset, gdouble duration)
{
  Word word;

  word.text = g_strndup (heard->name, strcspn (heard->name, "(\n"));
  word.start = MIN (offset + (gdouble) heard->first / TTS_FRAMES_PER_SECOND, duration);
  word.end = MIN (offset + (gdouble) (heard->last + 1) / TTS_FRAMES_PER_SECOND, duration);
  word.log_probability =
      CLAMP (logmath_log_to_ln (logmath, heard->probability), LEAST_LOG_PROBABILITY, 0);
  return word;
}

static void
read_words (
    const gchar *heard, logmath_t *logmath, Transcript *transcript, gdouble offset)
{
  guint first_word = transcript->words->len;
  guint seek = lround (offset * 100);
  gdouble end = INFINITY;
  HeardWord of_heard;

  while (heard_next (&heard, &of_heard)) {
    Word word = make_word (&of_heard, logmath, offset, transcript->duration);

    if (word.start - end >= SEGMENT_PAUSE) {
      transcript_close_segment (transcript, first_word, seek);
      first_word = transcript->words->len;
    }
    end = word.end;
    g_array_append_val (transcript->words, word);
  }
  transcript_close_segment (transcript, first_word, seek);
}

/* Frames are counted from 0 again: a decoder counts on after sessions. */
static gboolean
start_utterance (ps_decoder_t *decoder)
{
  return ps_start_stream (decoder) >= 0 && ps_start_utt (decoder) >= 0;
}

static gboolean
decode_utterance (ps_decoder_t *decoder, const gint16 *samples, gsize length)
{
  gboolean ok;

  if (!start_utterance (decoder))
    return FALSE;
  ok = ps_process_raw (decoder, samples, length, FALSE, TRUE) >= 0;
  return ps_end_utt (decoder) >= 0 && ok;
}

/* Of what was heard before, nothing is decoded. NULL when that failed. */
static gchar *
hear_utterance (Recogniser *recogniser, ps_decoder_t *decoder, const gint16 *samples,
    gsize length, GError **error)
{
  g_autofree gchar *file = heard_file (recogniser->model_dir, samples, length);
  gchar *heard = heard_load (file);

  if (heard)
    return heard;
  if (!decode_utterance (decoder, samples, length)) {
    api_error_set (error, 500, NULL, NULL, "PocketSphinx failed to decode the audio.");
    return NULL;
  }
  heard = write_words (decoder);
  heard_save (file, heard);
  return heard;
}

static gboolean
run_utterances (Recogniser *recogniser, ps_decoder_t *decoder, Transcript *transcript,
    const gint16 *samples, GArray *utterances, SegmentFunc func, gpointer user_data,
    GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < utterances->len; i++) {
    const TtsUtterance *utterance = &g_array_index (utterances, TtsUtterance, i);
    guint known = transcript->segments->len;
    g_autofree gchar *heard = NULL;

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    heard = hear_utterance (recogniser, decoder, samples + utterance->start,
        utterance->end - utterance->start, error);
    if (!heard)
      return FALSE;
    read_words (heard, ps_get_logmath (decoder), transcript,
        (gdouble) utterance->start / RECOGNISER_RATE);
    for (; known < transcript->segments->len; known++)
      func (transcript, known, user_data);
  }
  return TRUE;
}

Transcript *
recogniser_run (Recogniser *recogniser, const gint16 *samples, gsize length,
    SegmentFunc func, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (Transcript) transcript = transcript_new ((gdouble) length / RECOGNISER_RATE);
  g_autoptr (GArray) utterances =
      find_utterances (samples, length, RECOGNISER_RATE, LONGEST_UTTERANCE);
  ps_decoder_t *decoder = take_decoder (recogniser);
  gboolean ok = run_utterances (recogniser, decoder, transcript, samples, utterances,
      func, user_data, cancellable, error);

  g_async_queue_push (recogniser->idle, decoder);
  return ok ? g_steal_pointer (&transcript) : NULL;
}

struct _Hearing
{
  Recogniser *recogniser;
  ps_decoder_t *decoder;
  gboolean ended;
};

Hearing *
hearing_new (Recogniser *recogniser)
{
  Hearing *hearing = g_new0 (Hearing, 1);

  hearing->recogniser = recogniser;
  hearing->decoder = take_decoder (recogniser);
  start_utterance (hearing->decoder);
  return hearing;
}

static void
end_utterance (Hearing *hearing)
{
  if (!hearing->ended)
    ps_end_utt (hearing->decoder);
  hearing->ended = TRUE;
}

void
hearing_free (Hearing *hearing)
{
  end_utterance (hearing);
  g_async_queue_push (hearing->recogniser->idle, hearing->decoder);
  g_free (hearing);
}

void
hearing_push (Hearing *hearing, const gint16 *samples, gsize length)
{
  ps_process_raw (hearing->decoder, samples, length, FALSE, FALSE);
}

gchar *
hearing_text (Hearing *hearing)
{
  GString *text = g_string_new (NULL);

  for (ps_seg_t *seg = ps_seg_iter (hearing->decoder); seg; seg = ps_seg_next (seg)) {
    const gchar *name = ps_seg_word (seg);

    if (!is_word (name))
      continue;
    if (text->len > 0)
      g_string_append_c (text, ' ');
    g_string_append_len (text, name, strcspn (name, "("));
  }
  return g_string_free (text, FALSE);
}

gchar *
hearing_finish (Hearing *hearing)
{
  end_utterance (hearing);
  return hearing_text (hearing);
}
