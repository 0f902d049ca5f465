// SPDX-License-Identifier: LGPL-2.1-or-later
/* Text that a model made up. */

#include "hallucinations.h"

#include <string.h>

#include "text/linebreak.h"

/* What Whisper's own decoder goes by, and a surer no_speech_prob: it alone
 * errs often. */
#define NO_SPEECH_PROB 0.8
#define AVG_LOGPROB -1.0
#define COMPRESSION_RATIO 2.4

/* Seconds: nobody says a whole phrase in less. */
#define ALMOST_NO_SPEECH 0.2

/* Letters and digits in lower case, to compare by. Credits of subtitles and
 * endings of videos that models learnt from. */
static const gchar *const phrases[] = {
  "you", "bye", "byebye", "thankyou", "thankyouverymuch",
  "thankyouforwatching", "thankyouforlistening", "thanksforwatching",
  "thanksforlistening", "pleasesubscribe", "likeandsubscribe",
  "pleasesubscribetomychannel", "dontforgettosubscribe",
  "seeyouinthenextvideo", "seeyounexttime",
  "subtitlesbytheamaraorgcommunity", "transcriptionbycastingwords",
  "untertitelungdeszdf2020", "untertitelungimauftragdeszdf",
  "untertitelderamaraorgcommunity", "vielendank", "vielendankfürszuschauen",
  "soustitresréalisésparlacommunautédamaraorg",
  "soustitresréalisésparalacommunautédamaraorg", "merci",
  "mercidavoirregardécettevidéo", "sousttitrageradiocanada",
  "soustitragestéphanielecomteradiocanada",
  "subtítulosrealizadosporlacomunidaddeamaraorg", "gracias",
  "graciasporverelvideo", "sottotitolicreatidallacomunitàamaraorg",
  "grazie", "legendaspelacomunidadeamaraorg", "obrigado",
  "продолжениеследует", "субтитрысделалdimatorzok", "спасибозапросмотр",
  "ご視聴ありがとうございました", "字幕由amaraorg社區提供", "谢谢观看",
  "谢谢大家", "시청해주셔서감사합니다", "감사합니다",
};

static gboolean
is_phrase (const gchar * text)
{
  g_autofree gchar *composed = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
  g_autofree gchar *form = openai_text_count_letters (composed ? composed : "");

  for (guint i = 0; i < G_N_ELEMENTS (phrases); i++) {
    if (g_str_equal (form, phrases[i]))
      return TRUE;
  }
  return FALSE;
}

/* Comparisons with NAN are false: what is not told is no reason. */
static gboolean
is_doubtful (const OpenaiSegment * segment)
{
  return (segment->no_speech_prob > NO_SPEECH_PROB
      && segment->avg_logprob < AVG_LOGPROB)
      || segment->compression_ratio > COMPRESSION_RATIO;
}

static OpenaiTranscript *
drop_all (OpenaiTranscript * whole, gchar ** dropped)
{
  g_autofree gboolean *left_out = g_new (gboolean, whole->segments->len + 1);
  OpenaiTranscript *nothing;

  for (guint i = 0; i < whole->segments->len; i++)
    left_out[i] = TRUE;
  nothing = openai_transcript_without (whole, left_out);
  g_ptr_array_set_size (nothing->words, 0);
  *dropped = g_strdup (whole->text);
  return nothing;
}

OpenaiTranscript *
stt_hallucinations_drop (OpenaiTranscript * whole, gdouble loud, gchar ** dropped)
{
  g_autofree gboolean *left_out = g_new (gboolean, whole->segments->len + 1);
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean any = FALSE;

  *dropped = NULL;
  if (loud < ALMOST_NO_SPEECH && is_phrase (whole->text))
    return drop_all (whole, dropped);
  for (guint i = 0; i < whole->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (whole->segments, i);

    left_out[i] = is_doubtful (segment);
    if (!left_out[i])
      continue;
    any = TRUE;
    if (text->len > 0)
      g_string_append_c (text, ' ');
    g_string_append (text, segment->text);
  }
  if (!any)
    return openai_transcript_ref (whole);
  *dropped = g_strdup (text->str);
  return openai_transcript_without (whole, left_out);
}
