// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Text that a model made up. */

#include "hallucinations.h"

#include <math.h>
#include <string.h>

#include "text/unicode.h"

/* What Whisper's own decoder goes by, and a surer no_speech_prob: it alone
 * errs often. */
#define NO_SPEECH_PROB 0.8
#define AVG_LOGPROB -1.0
#define COMPRESSION_RATIO 2.4

/* Seconds: no phrase is said in less. */
#define ALMOST_NO_SPEECH 0.2

/* Letters a second. Speech has up to 20; with Whisper base on prompts of five
 * languages, segments above 40 were made up, and none of those that were said. */
#define MAX_RATE 40.0
#define MAX_RATE_OF_REPEAT 25.0
#define RATE_OF_SPEECH 20.0

/* Letters: less may be said at any rate, as its times are rounded. */
#define MIN_WEIGHT 12

/* A letter of Han, kana or Hangul in letters of an alphabet. */
#define WIDE_WEIGHT 1.5

/* A loop repeats up to so many words, at least so often; people say "no" five
 * times. */
#define MAX_PERIOD 16
#define MIN_REPEATS 6

/* Seconds of speech that are taken where it is not known how many there are. */
#define MAX_UNKNOWN 30

/* Letters and digits in lower case, to compare by. Endings of videos that models learnt
 * from, and what is said in them most. */
static const gchar *const phrases[] = {
  "you",
  "bye",
  "byebye",
  "thankyou",
  "thankyouverymuch",
  "thankyouforwatching",
  "thankyouforlistening",
  "thanksforwatching",
  "thanksforlistening",
  "pleasesubscribe",
  "likeandsubscribe",
  "pleasesubscribetomychannel",
  "dontforgettosubscribe",
  "seeyouinthenextvideo",
  "seeyounexttime",
  "seeyouinaminute",
  "wellseeyoubackinaminute",
  "wellberightback",
  "vielendank",
  "vielendankfürszuschauen",
  "merci",
  "mercidavoirregardécettevidéo",
  "gracias",
  "graciasporverelvideo",
  "grazie",
  "obrigado",
  "продолжениеследует",
  "спасибозапросмотр",
  "ご視聴ありがとうございました",
  "谢谢观看",
  "谢谢大家",
  "시청해주셔서감사합니다",
  "감사합니다",
  "구독과좋아요부탁드립니다",
  "次回もお楽しみに",
  "チャンネル登録お願いします",
  "dziękujęzaobejrzenie",
  "tackförattnitittade",
  "bedanktvoorhetkijken",
  "izlediğiniziçinteşekkürler",
  "izlediğiniziçinteşekkürederim",
  "dziękuję",
  "teşekkürederim",
  "شكراللمشاهدة",
  "اشتركوافيالقناة",
};

/* What names those who made subtitles, in texts of which each is another. */
static const gchar *const credits[] = {
  "amaraorg",
  "castingwords",
  "subtitlesby",
  "subtitledby",
  "captionsby",
  "captionedby",
  "subsby",
  "untertitelungdes",
  "untertitelungimauftrag",
  "untertitelimauftrag",
  "untertitelvon",
  "soustitragesociété",
  "soustitragest",
  "sousttitrage",
  "soustitresréalisés",
  "subtítulosrealizados",
  "subtítulospor",
  "sottotitoliarevisione",
  "sottotitolierevisione",
  "sottotitolicreati",
  "legendaspela",
  "legendadopor",
  "ondertiteldoor",
  "ondertitelingdoor",
  "ondertitelsingediend",
  "napisystworzone",
  "napisywykonane",
  "undertekster",
  "undertextnav",
  "undertexterav",
  "titulkyvytvořil",
  "altyazı",
  "редакторсубтитров",
  "субтитрысделал",
  "субтитрысоздавал",
  "субтитрыподогнал",
  "ترجمةنانسي",
  "字幕志愿者",
  "字幕由",
  "字幕by",
  "字幕製作",
  "字幕制作",
  "请不吝点赞",
  "請不吝點贊",
  "明镜与点点",
  "明鏡與點點",
  "bfwatchtv",
  "moojiorg",
  "mbc뉴스",
  "한글자막by",
  "자막제공",
};

/* What whisper.cpp and others write where nothing was said, in brackets. */
static const gchar *const silence_markers[] = {
  "",
  "blankaudio",
  "blank",
  "empty",
  "silence",
  "silent",
  "nospeech",
  "nospeechdetected",
  "noaudio",
  "pause",
  "stille",
  "silencio",
  "silêncio",
  "silenzio",
  "stilte",
  "тишина",
  "无声",
  "静音",
  "沉默",
  "無音",
  "沈黙",
  "무음",
  "침묵",
};

static gboolean
is_among (const gchar *form, const gchar *const *list, guint n)
{
  for (guint i = 0; i < n; i++) {
    if (g_str_equal (form, list[i]))
      return TRUE;
  }
  return FALSE;
}

/* Once or several times. */
static gboolean
consists_of (const gchar *form, const gchar *phrase)
{
  gsize length = strlen (phrase);

  while (g_str_has_prefix (form, phrase))
    form += length;
  return *form == '\0';
}

/* Where nothing was said. */
static gboolean
is_phrase (const gchar *text)
{
  g_autofree gchar *composed = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
  g_autofree gchar *form = openai_text_fold (composed ? composed : "");

  if (*form == '\0')
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (phrases); i++) {
    if (consists_of (form, phrases[i]))
      return TRUE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (credits); i++) {
    if (strstr (form, credits[i]))
      return TRUE;
  }
  return FALSE;
}

gboolean
stt_hallucinations_is_silence (const gchar *label)
{
  g_autofree gchar *form = openai_text_fold (label);

  return is_among (form, silence_markers, G_N_ELEMENTS (silence_markers));
}

/* GRegexEvalCallback: drops a marker of silence, keeps any other bracket. */
static gboolean
drop_marker (const GMatchInfo *match, GString *result, gpointer user_data)
{
  GString *removed = user_data;
  g_autofree gchar *bracket = g_match_info_fetch (match, 0);

  if (!stt_hallucinations_is_silence (bracket))
    g_string_append (result, bracket);
  else if (removed)
    openai_text_join (removed, g_strstrip (bracket));
  return FALSE;
}

/* [laughs], (music), *sigh*. */
static GRegex *
markers_new (void)
{
  return g_regex_new (
      "[\\[(*【（［][^\\])*】）］]{1,30}[\\])*】）］]\\s?", G_REGEX_OPTIMIZE, 0, NULL);
}

/* What is taken out is added to @removed, or told nowhere. */
static gchar *
remove_markers (const gchar *text, GString *removed)
{
  static GRegex *regex = NULL;
  gchar *rest;

  if (g_once_init_enter (&regex))
    /* cppcheck-suppress leakNoVarFunctionCall ; it lives as long as the process */
    g_once_init_leave (&regex, markers_new ());
  rest = g_regex_replace_eval (regex, text, -1, 0, 0, drop_marker, removed, NULL);
  return rest ? g_strstrip (rest) : g_strdup (text);
}

static gchar *
without_markers (const gchar *text, gpointer user_data)
{
  return remove_markers (text, NULL);
}

/* Marks, symbols and markers of silence only. */
static gboolean
says_nothing (const gchar *text)
{
  g_autofree gchar *rest = without_markers (text, NULL);
  g_autofree gchar *form = openai_text_fold (rest);

  return *form == '\0';
}

/* How long it takes to say: letters, of which one of Han, kana or Hangul says as
 * much as some of an alphabet. */
static gdouble
weight_of (const gchar *text)
{
  g_autofree gchar *form = openai_text_fold (text);
  gdouble weight = 0;

  for (const gchar *p = form; *p; p = g_utf8_next_char (p))
    weight += g_unichar_iswide (g_utf8_get_char (p)) ? WIDE_WEIGHT : 1;
  return weight;
}

/* --- loops --- */

/* A text as words, or as characters where it has no spaces. */
static GPtrArray *
split_units (const gchar *text)
{
  GPtrArray *units = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  if (words[0] && words[1]) {
    for (guint i = 0; words[i]; i++)
      g_ptr_array_add (units, g_strdup (words[i]));
    return units;
  }
  for (const gchar *p = text; *p; p = g_utf8_next_char (p))
    g_ptr_array_add (units, g_strndup (p, g_utf8_next_char (p) - p));
  return units;
}

static GPtrArray *
fold_units (const GPtrArray *units)
{
  GPtrArray *forms = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < units->len; i++)
    g_ptr_array_add (forms, openai_text_fold (g_ptr_array_index (units, i)));
  return forms;
}

/* How often the @period units at @first come, one after the other. */
static guint
count_repeats (const GPtrArray *forms, guint first, guint period)
{
  guint same = 0;

  while (first + period + same < forms->len
      && g_str_equal (forms->pdata[first + same], forms->pdata[first + period + same]))
    same++;
  return 1 + same / period;
}

/* The period of a loop that begins at @first; 0: none does. */
static guint
find_loop (const GPtrArray *forms, guint first, guint *repeats)
{
  for (guint period = 1; period <= MAX_PERIOD; period++) {
    *repeats = count_repeats (forms, first, period);
    if (*repeats >= MIN_REPEATS)
      return period;
  }
  return 0;
}

/* @text with each loop said once; the rest goes to @dropped. */
static gchar *
collapse_loops (const gchar *text, GString *dropped)
{
  g_autoptr (GPtrArray) units = split_units (text);
  g_autoptr (GPtrArray) forms = fold_units (units);
  const gchar *space = strchr (text, ' ') ? " " : "";
  GString *out = g_string_new (NULL);
  guint skip_from = G_MAXUINT, skip_to = 0, repeats;

  for (guint i = 0; i < units->len; i++) {
    guint period = i >= skip_to ? find_loop (forms, i, &repeats) : 0;
    GString *to;

    if (period > 0) {
      skip_from = i + period;
      skip_to = i + period * repeats;
    }
    to = i >= skip_from && i < skip_to ? dropped : out;
    g_string_append_printf (
        to, "%s%s", to->len > 0 ? space : "", (const gchar *) units->pdata[i]);
  }
  return g_string_free (out, FALSE);
}

/* --- what cannot have been said --- */

static gboolean
has_letter (const gchar *text)
{
  for (const gchar *p = text; *p; p = g_utf8_next_char (p)) {
    if (g_unichar_isalpha (g_utf8_get_char (p)))
      return TRUE;
  }
  return FALSE;
}

/* Music becomes numbers, "4. 4. 6.". Comparisons with NAN are false: what is not told is
 * no reason. */
static gboolean
is_doubtful (const OpenaiSegment *segment)
{
  return (segment->avg_logprob < AVG_LOGPROB
             && (segment->no_speech_prob > NO_SPEECH_PROB || !has_letter (segment->text)))
      || segment->compression_ratio > COMPRESSION_RATIO;
}

static gboolean
is_too_fast (const gchar *text, gdouble seconds, gdouble limit)
{
  gdouble weight = weight_of (text);

  return seconds > 0 && weight >= MIN_WEIGHT && weight / seconds > limit;
}

/* Times in another unit, or that all make no sense, tell nothing. */
static gboolean
has_sane_times (const OpenaiTranscript *whole, const SttHeard *heard)
{
  gdouble weight = 0, seconds = 0, end = 0;

  for (guint i = 0; i < whole->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (whole->segments, i);

    weight += weight_of (segment->text);
    seconds += MAX (segment->end - segment->start, 0);
    end = MAX (end, segment->end);
  }
  if (isnan (heard->length))
    return weight < MAX_RATE * seconds;
  return end > heard->length / 10 && end < heard->length * 2 + 1;
}

/* The prompt that was sent, or its end from the start of a word. */
static gboolean
is_echo (const gchar *text, const SttHeard *heard)
{
  g_autofree gchar *form = openai_text_fold (text);
  g_autofree gchar *prompt = heard->prompt ? openai_text_fold (heard->prompt) : NULL;
  gdouble weight = weight_of (text);

  if (!prompt || !strchr (text, ' ') || weight < MIN_WEIGHT
      || !g_str_has_suffix (prompt, form))
    return FALSE;
  return isnan (heard->voiced) ? g_str_equal (prompt, form)
                               : weight > RATE_OF_SPEECH * heard->voiced;
}

static gboolean
repeats_before (const OpenaiTranscript *whole, guint i)
{
  const OpenaiSegment *segment = g_ptr_array_index (whole->segments, i);
  const OpenaiSegment *before = i > 0 ? g_ptr_array_index (whole->segments, i - 1) : NULL;
  g_autofree gchar *form = openai_text_fold (segment->text);
  g_autofree gchar *form_before = before ? openai_text_fold (before->text) : NULL;

  return g_strcmp0 (form, form_before) == 0;
}

static gboolean
is_made_up (const OpenaiTranscript *whole, guint i, gboolean sane, const SttHeard *heard)
{
  const OpenaiSegment *segment = g_ptr_array_index (whole->segments, i);
  gdouble seconds = segment->end - segment->start;

  if (is_doubtful (segment) || says_nothing (segment->text)
      || is_echo (segment->text, heard))
    return TRUE;
  if (!sane)
    return FALSE;
  if (segment->start > heard->speech_end && is_phrase (segment->text))
    return TRUE;
  return is_too_fast (
      segment->text, seconds, repeats_before (whole, i) ? MAX_RATE_OF_REPEAT : MAX_RATE);
}

/* --- the answer --- */

/* A loop is one only where that much cannot have been said in the time there
 * was: @loud seconds, or where that is not known, in any time. */
static gboolean
may_be_loop (const gchar *text, gdouble loud)
{
  gdouble weight = weight_of (text);

  return isnan (loud) ? weight > MAX_RATE_OF_REPEAT * MAX_UNKNOWN
                      : weight > MAX_RATE_OF_REPEAT * MAX (loud, 1);
}

static OpenaiTranscript *
drop_segments (OpenaiTranscript *whole, const SttHeard *heard, GString *dropped)
{
  g_autofree gboolean *left_out = g_new (gboolean, whole->segments->len + 1);
  gboolean sane = has_sane_times (whole, heard), any = FALSE;

  for (guint i = 0; i < whole->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (whole->segments, i);

    left_out[i] = is_made_up (whole, i, sane, heard);
    if (!left_out[i])
      continue;
    any = TRUE;
    openai_text_join (dropped, segment->text);
  }
  return any ? openai_transcript_without (whole, left_out)
             : openai_transcript_ref (whole);
}

/* All of the answer is a phrase for silence, marks, or the prompt. */
static gboolean
is_all_made_up (const OpenaiTranscript *whole, const SttHeard *heard)
{
  if (*whole->text == '\0')
    return FALSE;
  return (heard->voiced < ALMOST_NO_SPEECH && is_phrase (whole->text))
      || says_nothing (whole->text) || is_echo (whole->text, heard);
}

static OpenaiTranscript *
drop_text (OpenaiTranscript *whole, const SttHeard *heard, GString *dropped)
{
  g_autofree gchar *text = NULL;

  if (is_all_made_up (whole, heard)) {
    g_string_assign (dropped, whole->text);
    return openai_transcript_with_text (whole, "");
  }
  if (!may_be_loop (whole->text, heard->voiced))
    return openai_transcript_ref (whole);
  text = collapse_loops (whole->text, dropped);
  return dropped->len > 0 ? openai_transcript_with_text (whole, text)
                          : openai_transcript_ref (whole);
}

/* Takes @whole. */
static OpenaiTranscript *
drop_markers (OpenaiTranscript *whole, GString *dropped)
{
  g_autofree gchar *text = remove_markers (whole->text, dropped);
  OpenaiTranscript *rest;

  if (g_str_equal (text, whole->text))
    return whole;
  rest = openai_transcript_map (whole, without_markers, NULL);
  openai_transcript_unref (whole);
  return rest;
}

OpenaiTranscript *
stt_hallucinations_drop (OpenaiTranscript *whole, const SttHeard *heard, gchar **dropped)
{
  g_autoptr (GString) text = g_string_new (NULL);
  OpenaiTranscript *said = drop_text (whole, heard, text);

  if (said == whole) {
    openai_transcript_unref (said);
    said = drop_segments (whole, heard, text);
  }
  said = drop_markers (said, text);
  *dropped = text->len > 0 ? g_strdup (text->str) : NULL;
  return said;
}
