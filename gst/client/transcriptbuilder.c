// SPDX-License-Identifier: LGPL-2.1-or-later
/* Puts a transcript together from what a server says. */

#include "client/transcriptbuilder.h"

#include <math.h>
#include <string.h>

#include "client/error.h"
#include "client/json.h"

#define MAX_LANGUAGE_CHARS 32

/* Parts are joined into a word only up to this length, in bytes. */
#define MAX_WORD 256

/* Seconds that cannot be meant: some servers send nanoseconds. */
#define MAX_TIME 1e7

static void
word_free (gpointer data)
{
  OpenaiWord *word = data;

  g_free (word->text);
  g_free (word);
}

static void
segment_free (gpointer data)
{
  OpenaiSegment *segment = data;

  g_free (segment->id);
  g_free (segment->text);
  g_free (segment->speaker);
  g_free (segment);
}

static void
logprob_clear (gpointer data)
{
  OpenaiLogprob *logprob = data;

  g_free (logprob->token);
}

OpenaiTranscript *
openai_transcript_new (void)
{
  OpenaiTranscript *transcript = g_atomic_rc_box_new0 (OpenaiTranscript);

  transcript->text = g_strdup ("");
  transcript->duration = NAN;
  transcript->segments = g_ptr_array_new_with_free_func (segment_free);
  transcript->words = g_ptr_array_new_with_free_func (word_free);
  transcript->logprobs = g_array_new (FALSE, FALSE, sizeof (OpenaiLogprob));
  g_array_set_clear_func (transcript->logprobs, logprob_clear);
  transcript->usage.seconds = NAN;
  return transcript;
}

OpenaiTranscript *
openai_transcript_ref (OpenaiTranscript * transcript)
{
  return g_atomic_rc_box_acquire (transcript);
}

static void
clear (gpointer data)
{
  OpenaiTranscript *transcript = data;

  g_free (transcript->text);
  g_free (transcript->language);
  g_strfreev (transcript->languages);
  g_ptr_array_unref (transcript->segments);
  g_ptr_array_unref (transcript->words);
  g_array_unref (transcript->logprobs);
}

void
openai_transcript_unref (OpenaiTranscript * transcript)
{
  if (transcript)
    g_atomic_rc_box_release_full (transcript, clear);
}

static gboolean
is_blank (gunichar c)
{
  return g_unichar_isspace (c) || g_unichar_iscntrl (c);
}

gchar *
openai_transcript_tidy (const gchar * text, gssize length)
{
  const gchar *end = text + (length < 0 ? strlen (text) : (gsize) length);
  GString *out = g_string_sized_new (end - text);

  while (text < end) {
    const gchar *word;

    while (text < end && is_blank (g_utf8_get_char (text)))
      text = g_utf8_next_char (text);
    word = text;
    while (text < end && !is_blank (g_utf8_get_char (text)))
      text = g_utf8_next_char (text);
    if (out->len > 0 && text > word)
      g_string_append_c (out, ' ');
    g_string_append_len (out, word, text - word);
  }
  return g_string_free (out, FALSE);
}

/* NULL for a blank or missing text. */
static gchar *
tidy_member (JsonObject * object, const gchar * name)
{
  const gchar *text = openai_json_string (object, name);
  g_autofree gchar *tidy = text ? openai_transcript_tidy (text, -1) : NULL;

  return tidy && *tidy ? g_steal_pointer (&tidy) : NULL;
}

/* A name or a number. */
static gchar *
label_member (JsonObject * object, const gchar * name)
{
  gchar *label = tidy_member (object, name);
  gint64 number;

  if (!label && !openai_json_string (object, name)
      && openai_json_integer (object, name, &number))
    label = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  return label;
}

static gdouble
number_member (JsonObject * object, const gchar * name)
{
  gdouble number = NAN;

  openai_json_number (object, name, &number);
  return number;
}

/* One bound that is missing is where the other is. */
static void
set_times (gdouble * to_start, gdouble * to_end, gdouble start, gdouble end)
{
  if (!isfinite (start))
    start = end;
  if (!isfinite (end))
    end = start;
  if (!isfinite (start))
    start = end = NAN;
  *to_start = start < 0 ? 0 : start;
  *to_end = end < *to_start ? *to_start : end;
}

OpenaiSegment *
openai_transcript_add_segment (OpenaiTranscript * transcript,
    const gchar * text, gssize length, gdouble start, gdouble end)
{
  g_autofree gchar *tidy = openai_transcript_tidy (text, length);
  OpenaiSegment *segment;

  if (*tidy == '\0')
    return NULL;
  segment = g_new0 (OpenaiSegment, 1);
  segment->text = g_steal_pointer (&tidy);
  set_times (&segment->start, &segment->end, start, end);
  segment->avg_logprob = NAN;
  segment->no_speech_prob = NAN;
  segment->compression_ratio = NAN;
  segment->temperature = NAN;
  g_ptr_array_add (transcript->segments, segment);
  return segment;
}

OpenaiSegment *
openai_transcript_read_segment (OpenaiTranscript * transcript,
    JsonObject * object)
{
  const gchar *text = openai_json_string (object, "text");
  OpenaiSegment *segment = text ? openai_transcript_add_segment (transcript,
      text, -1, number_member (object, "start"),
      number_member (object, "end")) : NULL;

  if (!segment)
    return NULL;
  segment->id = label_member (object, "id");
  segment->speaker = label_member (object, "speaker");
  segment->avg_logprob = number_member (object, "avg_logprob");
  segment->no_speech_prob = number_member (object, "no_speech_prob");
  segment->compression_ratio = number_member (object, "compression_ratio");
  segment->temperature = number_member (object, "temperature");
  return segment;
}

static const gchar *
word_text (JsonObject * object)
{
  const gchar *text = openai_json_string (object, "word");

  return text ? text : openai_json_string (object, "text");
}

static gdouble
word_probability (JsonObject * object)
{
  static const gchar *const names[] = { "probability", "score", "confidence" };
  gdouble number;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (openai_json_number (object, names[i], &number) && number >= 0
        && number <= 1)
      return number;
  }
  return NAN;
}

static OpenaiWord *
add_word (OpenaiTranscript * transcript, const gchar * text,
    JsonObject * object)
{
  OpenaiWord *word = g_new0 (OpenaiWord, 1);

  word->text = g_strdup (text);
  set_times (&word->start, &word->end, number_member (object, "start"),
      number_member (object, "end"));
  word->probability = word_probability (object);
  g_ptr_array_add (transcript->words, word);
  return word;
}

/* A word is as sure as the least sure of its parts. */
static void
extend_word (OpenaiWord * word, const gchar * text, JsonObject * object)
{
  gchar *whole = g_strconcat (word->text, text, NULL);
  gdouble start, end;

  g_free (word->text);
  word->text = whole;
  set_times (&start, &end, number_member (object, "start"),
      number_member (object, "end"));
  set_times (&word->start, &word->end,
      isnan (word->start) ? start : word->start, fmax (word->end, end));
  word->probability = fmin (word->probability, word_probability (object));
}

static gboolean
starts_with_space (const gchar * text)
{
  return *text && is_blank (g_utf8_get_char (text));
}

/* A space at the front starts a word, and scripts without spaces have words
 * of their own. */
static gboolean
starts_word (const gchar * text)
{
  gunichar c = g_utf8_get_char (text);

  return starts_with_space (text)
      || (g_unichar_iswide (c) && g_unichar_isalnum (c));
}

/* Whether the words are parts, of which those that start a word are marked by
 * a space: then punctuation is a part too. */
static gboolean
are_parts (JsonArray * words)
{
  for (guint i = 0; i < json_array_get_length (words); i++) {
    const gchar *text = word_text (openai_json_element (words, i));

    if (text && starts_with_space (text))
      return TRUE;
  }
  return FALSE;
}

static void
read_words (OpenaiTranscript * transcript, JsonArray * words)
{
  gboolean parts = words && are_parts (words);
  OpenaiWord *word = NULL;

  for (guint i = 0; words && i < json_array_get_length (words); i++) {
    JsonObject *object = openai_json_element (words, i);
    const gchar *text = word_text (object);
    g_autofree gchar *tidy = text ? openai_transcript_tidy (text, -1) : NULL;

    if (!text)
      continue;
    if (!parts || starts_word (text)
        || (word && strlen (word->text) + strlen (tidy) > MAX_WORD))
      word = NULL;
    if (*tidy == '\0')
      continue;
    if (word)
      extend_word (word, tidy, object);
    else
      word = add_word (transcript, tidy, object);
  }
}

static void
read_segments (OpenaiTranscript * transcript, JsonArray * segments)
{
  gboolean has_words = transcript->words->len > 0;

  if (!segments || json_array_get_length (segments) == 0)
    return;
  g_ptr_array_set_size (transcript->segments, 0);
  for (guint i = 0; i < json_array_get_length (segments); i++) {
    JsonObject *object = openai_json_element (segments, i);

    openai_transcript_read_segment (transcript, object);
    if (!has_words)
      read_words (transcript, openai_json_array (object, "words"));
  }
}

void
openai_transcript_read_logprobs (OpenaiTranscript * transcript,
    JsonArray * logprobs)
{
  for (guint i = 0; logprobs && i < json_array_get_length (logprobs); i++) {
    JsonObject *object = openai_json_element (logprobs, i);
    const gchar *token = openai_json_string (object, "token");
    OpenaiLogprob logprob = { NULL, NAN };

    if (!token || !openai_json_number (object, "logprob", &logprob.logprob))
      continue;
    logprob.token = g_strdup (token);
    g_array_append_val (transcript->logprobs, logprob);
  }
}

static gint64
count_member (JsonObject * object, const gchar * name, const gchar * other)
{
  gint64 count = 0;

  if (!openai_json_integer (object, name, &count) && other)
    openai_json_integer (object, other, &count);
  return MAX (count, 0);
}

/* The type decides, but not every server gives it. */
void
openai_transcript_read_usage (OpenaiTranscript * transcript,
    JsonObject * object)
{
  JsonObject *from = openai_json_object (object, "usage");
  JsonObject *details = openai_json_object (from, "input_token_details");
  OpenaiUsage *usage = &transcript->usage;
  gdouble seconds = number_member (from, "seconds");

  if (!from)
    return;
  if (seconds >= 0) {
    usage->kind = OPENAI_USAGE_DURATION;
    usage->seconds = seconds;
  }
  if (!json_object_has_member (from, "input_tokens")
      && !json_object_has_member (from, "prompt_tokens"))
    return;
  usage->kind = OPENAI_USAGE_TOKENS;
  usage->input_tokens = count_member (from, "input_tokens", "prompt_tokens");
  usage->output_tokens =
      count_member (from, "output_tokens", "completion_tokens");
  usage->total_tokens = count_member (from, "total_tokens", NULL);
  usage->text_tokens = count_member (details, "text_tokens", NULL);
  usage->audio_tokens = count_member (details, "audio_tokens", NULL);
}

/* The code when there is one; else what was said, if anything. */
static gchar *
read_language (const gchar * given)
{
  const gchar *code = given ? openai_language_code (given) : NULL;
  g_autofree gchar *clipped =
      openai_error_clip (code ? code : given, -1, MAX_LANGUAGE_CHARS);

  return *clipped ? g_steal_pointer (&clipped) : NULL;
}

static void
set_language (OpenaiTranscript * transcript, gchar * language)
{
  if (!language)
    return;
  g_free (transcript->language);
  transcript->language = language;
}

static void
read_languages (OpenaiTranscript * transcript, JsonArray * array)
{
  g_autoptr (GPtrArray) languages = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; array && i < json_array_get_length (array); i++) {
    const gchar *given =
        openai_json_string (openai_json_element (array, i), "code");
    JsonNode *node = json_array_get_element (array, i);
    gchar *language;

    if (!given && JSON_NODE_HOLDS_VALUE (node)
        && json_node_get_value_type (node) == G_TYPE_STRING)
      given = json_node_get_string (node);
    language = read_language (given);
    if (language)
      g_ptr_array_add (languages, language);
  }
  if (languages->len == 0)
    return;
  set_language (transcript, g_strdup (g_ptr_array_index (languages, 0)));
  g_ptr_array_add (languages, NULL);
  g_strfreev (transcript->languages);
  transcript->languages =
      (GStrv) g_ptr_array_free (g_steal_pointer (&languages), FALSE);
}

void
openai_transcript_read (OpenaiTranscript * transcript, JsonObject * object)
{
  JsonArray *logprobs = openai_json_array (object, "logprobs");
  gdouble duration = number_member (object, "duration");
  gchar *text = tidy_member (object, "text");

  if (text) {
    g_free (transcript->text);
    transcript->text = text;
  }
  if (duration >= 0)
    transcript->duration = duration;
  read_languages (transcript, openai_json_array (object, "languages"));
  set_language (transcript,
      read_language (openai_json_string (object, "detected_language")));
  set_language (transcript,
      read_language (openai_json_string (object, "language")));
  read_words (transcript, openai_json_array (object, "words"));
  read_segments (transcript, openai_json_array (object, "segments"));
  if (logprobs && json_array_get_length (logprobs) > 0) {
    g_array_set_size (transcript->logprobs, 0);
    openai_transcript_read_logprobs (transcript, logprobs);
  }
  openai_transcript_read_usage (transcript, object);
}

static void
join_text (GString * text, const gchar * more)
{
  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append (text, more);
}

static gchar *
text_of_parts (OpenaiTranscript * transcript)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < transcript->segments->len; i++) {
    OpenaiSegment *segment = g_ptr_array_index (transcript->segments, i);

    join_text (text, segment->text);
  }
  for (guint i = 0; text->len == 0 && i < transcript->words->len; i++) {
    OpenaiWord *word = g_ptr_array_index (transcript->words, i);

    join_text (text, word->text);
  }
  return g_string_free (text, FALSE);
}

static gdouble
latest_time (OpenaiTranscript * transcript)
{
  gdouble latest = 0;

  for (guint i = 0; i < transcript->segments->len; i++) {
    OpenaiSegment *segment = g_ptr_array_index (transcript->segments, i);

    latest = fmax (latest, segment->end);
  }
  for (guint i = 0; i < transcript->words->len; i++) {
    OpenaiWord *word = g_ptr_array_index (transcript->words, i);

    latest = fmax (latest, word->end);
  }
  return latest;
}

static void
scale_times (OpenaiTranscript * transcript, gdouble factor)
{
  for (guint i = 0; i < transcript->segments->len; i++) {
    OpenaiSegment *segment = g_ptr_array_index (transcript->segments, i);

    segment->start = MIN (segment->start * factor, MAX_TIME);
    segment->end = MIN (segment->end * factor, MAX_TIME);
  }
  for (guint i = 0; i < transcript->words->len; i++) {
    OpenaiWord *word = g_ptr_array_index (transcript->words, i);

    word->start = MIN (word->start * factor, MAX_TIME);
    word->end = MIN (word->end * factor, MAX_TIME);
  }
}

void
openai_transcript_complete (OpenaiTranscript * transcript)
{
  if (*transcript->text == '\0') {
    g_free (transcript->text);
    transcript->text = text_of_parts (transcript);
  }
  if (latest_time (transcript) >= MAX_TIME)
    scale_times (transcript, 1e-9);
}
