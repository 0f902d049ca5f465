// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Speech synthesis: flite and its voices. */

#include "speech.h"

#include <flite/flite.h>

#define MAX_WORDS 100 /* in one utterance */
#define PIECE 800     /* samples */

/* The voice libraries come without headers. */
extern cst_voice *register_cmu_us_awb (const char *directory);
extern cst_voice *register_cmu_us_kal (const char *directory);
extern cst_voice *register_cmu_us_kal16 (const char *directory);
extern cst_voice *register_cmu_us_rms (const char *directory);
extern cst_voice *register_cmu_us_slt (const char *directory);
extern void unregister_cmu_us_awb (cst_voice *voice);
extern void unregister_cmu_us_kal (cst_voice *voice);
extern void unregister_cmu_us_kal16 (cst_voice *voice);
extern void unregister_cmu_us_rms (cst_voice *voice);
extern void unregister_cmu_us_slt (cst_voice *voice);

struct _SpeechVoice
{
  const gchar *name;
  const gchar *stands_in_for;
  cst_voice *(*load) (const char *directory);
  void (*unload) (cst_voice *voice);
};

static const SpeechVoice voices[] = {
  { "slt", "alloy coral marin nova sage shimmer", register_cmu_us_slt,
      unregister_cmu_us_slt },
  { "rms", "ash echo onyx", register_cmu_us_rms, unregister_cmu_us_rms },
  { "awb", "ballad fable", register_cmu_us_awb, unregister_cmu_us_awb },
  { "kal16", "cedar verse", register_cmu_us_kal16, unregister_cmu_us_kal16 },
  { "kal", "", register_cmu_us_kal, unregister_cmu_us_kal },
};

static cst_voice *loaded[G_N_ELEMENTS (voices)];

/* flite counts references without locks: one utterance at a time. */
static GMutex flite_lock;

struct _Speech
{
  cst_voice *voice;
  gfloat stretch;
  cst_tokenstream *tokens;
  guint words;

  /* A token read but not spoken: it begins the next utterance. */
  gboolean pending;

  /* The listener of the utterance at hand. */
  SpeechFunc func;
  gpointer user_data;
  GCancellable *cancellable;
};

void
speech_init (void)
{
  flite_init ();
  for (guint i = 0; i < G_N_ELEMENTS (voices); i++)
    loaded[i] = voices[i].load (NULL);
}

void
speech_deinit (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (voices); i++)
    voices[i].unload (loaded[i]);
}

const SpeechVoice *
speech_voice (const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (voices); i++) {
    g_auto (GStrv) names = g_strsplit (voices[i].stands_in_for, " ", -1);

    if (g_str_equal (name, voices[i].name)
        || g_strv_contains ((const gchar *const *) names, name))
      return &voices[i];
  }
  return NULL;
}

gchar *
speech_voice_names (void)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (voices); i++) {
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", voices[i].name);
    if (voices[i].stands_in_for[0])
      g_string_append_printf (names, " (also as %s)", voices[i].stands_in_for);
  }
  return g_string_free (names, FALSE);
}

/* flite reads ASCII: other letters by their nearest ones, unknown ones as
 * silence. */
static gchar *
plain_text (const gchar *text)
{
  g_autofree gchar *composed = g_utf8_normalize (text, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  GString *plain = g_string_new (NULL);

  for (const gchar *p = composed; *p; p = g_utf8_next_char (p)) {
    gchar letter[7] = { 0 };
    g_autofree gchar *ascii = NULL;

    g_unichar_to_utf8 (g_utf8_get_char (p), letter);
    ascii = g_str_to_ascii (letter, "C");
    if (g_ascii_iscntrl (*p) && !g_ascii_isspace (*p))
      g_string_append_c (plain, ' ');
    else if (ascii[0] == '?' && *p != '?')
      g_string_append_c (plain, ' ');
    else
      g_string_append (plain, ascii);
  }
  return g_string_free (plain, FALSE);
}

Speech *
speech_new (const SpeechVoice *voice, const gchar *text, gdouble speed)
{
  Speech *speech = g_new0 (Speech, 1);
  g_autofree gchar *plain = plain_text (text);
  cst_features *features;

  speech->voice = loaded[voice - voices];
  speech->stretch = 1 / speed;
  features = speech->voice->features;
  speech->tokens =
      ts_open_string (plain, flite_get_param_string (features, "text_whitespace", NULL),
          flite_get_param_string (features, "text_singlecharsymbols", NULL),
          flite_get_param_string (features, "text_prepunctuation", NULL),
          flite_get_param_string (features, "text_postpunctuation", NULL));
  return speech;
}

void
speech_free (Speech *speech)
{
  ts_close (speech->tokens);
  g_free (speech);
}

static void
append_token (cst_tokenstream *tokens, cst_relation *relation)
{
  cst_item *item = relation_append (relation, NULL);

  item_set_string (item, "name", tokens->token);
  item_set_string (item, "whitespace", tokens->whitespace);
  item_set_string (item, "prepunctuation", tokens->prepunctuation);
  item_set_string (item, "punc", tokens->postpunctuation);
}

/* The words up to the end of a sentence, or NULL when there are none left. */
static cst_utterance *
read_utterance (Speech *speech)
{
  cst_utterance *utterance = new_utterance ();
  cst_relation *relation = utt_relation_create (utterance, "Token");
  guint words = 0;

  while (speech->pending || !ts_eof (speech->tokens)) {
    if (!speech->pending)
      ts_get (speech->tokens);
    speech->pending = FALSE;
    if (speech->tokens->token[0] == '\0')
      continue;
    if (words == MAX_WORDS
        || (words > 0
            && default_utt_break (speech->tokens, speech->tokens->token, relation))) {
      speech->pending = TRUE;
      break;
    }
    append_token (speech->tokens, relation);
    words++;
  }

  speech->words += words;
  if (words > 0)
    return utterance;
  delete_utterance (utterance);
  return NULL;
}

static int
on_samples (
    const cst_wave *wave, int start, int size, int last, cst_audio_streaming_info *info)
{
  Speech *speech = info->userdata;

  if (g_cancellable_is_cancelled (speech->cancellable))
    return CST_AUDIO_STREAM_STOP;
  speech->func (wave->samples + start, size, wave->sample_rate, speech->user_data);
  return CST_AUDIO_STREAM_CONT;
}

static void
speak (Speech *speech, cst_utterance *utterance)
{
  cst_audio_streaming_info *info = new_audio_streaming_info ();

  info->min_buffsize = PIECE;
  info->asc = on_samples;
  info->userdata = speech;
  flite_feat_set (utterance->features, "streaming_info", audio_streaming_info_val (info));
  flite_feat_set_float (utterance->features, "duration_stretch", speech->stretch);
  utterance = flite_do_synth (utterance, speech->voice, utt_synth_tokens);
  if (utterance)
    delete_utterance (utterance);
}

gboolean
speech_next (
    Speech *speech, SpeechFunc func, gpointer user_data, GCancellable *cancellable)
{
  cst_utterance *utterance;

  speech->func = func;
  speech->user_data = user_data;
  speech->cancellable = cancellable;

  g_mutex_lock (&flite_lock);
  utterance = g_cancellable_is_cancelled (cancellable) ? NULL : read_utterance (speech);
  if (utterance)
    speak (speech, utterance);
  g_mutex_unlock (&flite_lock);
  return utterance != NULL;
}

guint
speech_words (Speech *speech)
{
  return speech->words;
}
