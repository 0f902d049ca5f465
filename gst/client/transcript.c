// SPDX-License-Identifier: LGPL-2.1-or-later
/* The result of a transcription, whatever format or dialect it came in. */

#include "transcript.h"

#include <math.h>
#include <string.h>

#include "error.h"
#include "event.h"
#include "json.h"
#include "sse.h"
#include "subtitles.h"
#include "i18n.h"

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
  g_free (((OpenaiLogprob *) data)->token);
}

static OpenaiTranscript *
transcript_new (void)
{
  OpenaiTranscript *transcript = g_atomic_rc_box_new0 (OpenaiTranscript);

  transcript->duration = NAN;
  transcript->segments = g_ptr_array_new_with_free_func (segment_free);
  transcript->words = g_ptr_array_new_with_free_func (word_free);
  transcript->logprobs = g_array_new (FALSE, TRUE, sizeof (OpenaiLogprob));
  g_array_set_clear_func (transcript->logprobs, logprob_clear);
  return transcript;
}

static void
transcript_clear (gpointer data)
{
  OpenaiTranscript *transcript = data;

  g_free (transcript->text);
  g_free (transcript->language);
  g_strfreev (transcript->languages);
  g_ptr_array_unref (transcript->segments);
  g_ptr_array_unref (transcript->words);
  g_array_unref (transcript->logprobs);
}

OpenaiTranscript *
openai_transcript_ref (OpenaiTranscript * transcript)
{
  return g_atomic_rc_box_acquire (transcript);
}

void
openai_transcript_unref (OpenaiTranscript * transcript)
{
  g_atomic_rc_box_release_full (transcript, transcript_clear);
}

/* 0: they overlap. */
static gint
compare_stretches (gconstpointer a, gconstpointer b)
{
  const OpenaiTimes *one = a, *other = b;

  if (one->end < other->start)
    return -1;
  return one->start > other->end;
}

static gint
compare_starts (gconstpointer a, gconstpointer b)
{
  const OpenaiTimes *one = a, *other = b;

  if (one->start < other->start)
    return -1;
  return one->start > other->start;
}

/* The times of the segments of @left_out, in order, none overlapping. */
static GArray *
stretches_of (const OpenaiTranscript * whole, const gboolean * left_out)
{
  GArray *stretches = g_array_new (FALSE, FALSE, sizeof (OpenaiTimes));
  guint n = 0;

  for (guint i = 0; i < whole->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (whole->segments, i);
    OpenaiTimes stretch = { segment->start, segment->end };

    if (left_out[i] && !isnan (stretch.start))
      g_array_append_val (stretches, stretch);
  }
  g_array_sort (stretches, compare_starts);
  for (guint i = 0; i < stretches->len; i++) {
    OpenaiTimes next = g_array_index (stretches, OpenaiTimes, i);
    OpenaiTimes *last = n > 0 ? &g_array_index (stretches, OpenaiTimes, n - 1) : NULL;

    if (last && next.start <= last->end)
      last->end = MAX (last->end, next.end);
    else
      g_array_index (stretches, OpenaiTimes, n++) = next;
  }
  g_array_set_size (stretches, n);
  return stretches;
}

static OpenaiWord *
word_copy (const OpenaiWord * from)
{
  OpenaiWord *word = g_memdup2 (from, sizeof *from);

  word->text = g_strdup (from->text);
  return word;
}

/* The copied word, unless its middle is in one of the stretches. */
static void
copy_word (const OpenaiWord * from, GArray * stretches, GPtrArray * words)
{
  gdouble middle = (from->start + from->end) / 2;
  OpenaiTimes at = { middle, middle };

  if (isnan (middle) || !g_array_binary_search (stretches, &at,
          compare_stretches, NULL))
    g_ptr_array_add (words, word_copy (from));
}

static OpenaiSegment *
segment_copy (const OpenaiSegment * from)
{
  OpenaiSegment *segment = g_memdup2 (from, sizeof *from);

  segment->id = g_strdup (from->id);
  segment->text = g_strdup (from->text);
  segment->speaker = g_strdup (from->speaker);
  return segment;
}

static void
copy_segment (const OpenaiSegment * from, GPtrArray * segments,
    GString * text)
{
  g_ptr_array_add (segments, segment_copy (from));
  if (text->len > 0 && *from->text)
    g_string_append_c (text, ' ');
  g_string_append (text, from->text);
}

/* All but what was said. */
static OpenaiTranscript *
copy_facts (const OpenaiTranscript * whole)
{
  OpenaiTranscript *copy = transcript_new ();

  copy->language = g_strdup (whole->language);
  copy->languages = g_strdupv (whole->languages);
  copy->duration = whole->duration;
  copy->usage = whole->usage;
  return copy;
}

OpenaiTranscript *
openai_transcript_with_text (const OpenaiTranscript * whole,
    const gchar * text)
{
  OpenaiTranscript *copy = copy_facts (whole);

  copy->text = g_strdup (text);
  return copy;
}

OpenaiTranscript *
openai_transcript_without (const OpenaiTranscript * whole,
    const gboolean * left_out)
{
  OpenaiTranscript *part = copy_facts (whole);
  GString *text = g_string_new (NULL);
  g_autoptr (GArray) stretches = stretches_of (whole, left_out);

  for (guint i = 0; i < whole->segments->len; i++) {
    if (!left_out[i])
      copy_segment (g_ptr_array_index (whole->segments, i), part->segments,
          text);
  }
  for (guint i = 0; i < whole->words->len; i++)
    copy_word (g_ptr_array_index (whole->words, i), stretches, part->words);
  part->text = g_string_free (text, FALSE);
  return part;
}

OpenaiTimes *
openai_transcript_word_times (const OpenaiTranscript * whole)
{
  OpenaiTimes *times = g_new (OpenaiTimes, whole->words->len + 1);

  for (guint i = 0; i < whole->words->len; i++) {
    const OpenaiWord *word = g_ptr_array_index (whole->words, i);

    times[i] = (OpenaiTimes) { word->start, word->end };
  }
  return times;
}

OpenaiTimes *
openai_transcript_segment_times (const OpenaiTranscript * whole)
{
  OpenaiTimes *times = g_new (OpenaiTimes, whole->segments->len + 1);

  for (guint i = 0; i < whole->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (whole->segments, i);

    times[i] = (OpenaiTimes) { segment->start, segment->end };
  }
  return times;
}

static OpenaiLogprob
logprob_copy (const OpenaiLogprob * from)
{
  return (OpenaiLogprob) { g_strdup (from->token), from->logprob };
}

OpenaiTranscript *
openai_transcript_with_times (const OpenaiTranscript * whole,
    const OpenaiTimes * words, const OpenaiTimes * segments)
{
  OpenaiTranscript *copy = copy_facts (whole);

  copy->text = g_strdup (whole->text);
  for (guint i = 0; i < whole->segments->len; i++) {
    OpenaiSegment *segment =
        segment_copy (g_ptr_array_index (whole->segments, i));

    segment->start = segments[i].start;
    segment->end = segments[i].end;
    g_ptr_array_add (copy->segments, segment);
  }
  for (guint i = 0; i < whole->words->len; i++) {
    OpenaiWord *word = word_copy (g_ptr_array_index (whole->words, i));

    word->start = words[i].start;
    word->end = words[i].end;
    g_ptr_array_add (copy->words, word);
  }
  for (guint i = 0; i < whole->logprobs->len; i++) {
    OpenaiLogprob logprob = logprob_copy (&g_array_index (whole->logprobs,
            OpenaiLogprob, i));

    g_array_append_val (copy->logprobs, logprob);
  }
  return copy;
}

/* No word is longer, however many parts it comes in. */
#define MAX_WORD 256

/* Seconds; no upload is longer. */
#define MAX_TIME 1e9

/* Bytes between the brackets of a control tag. */
#define MAX_TAG 32

/* U+2581, with which SentencePiece marks where a word begins. */
#define WORD_BEGIN 0x2581

/* Bytes of a control tag of a model at @text: <|en|> and <|0.00|> of Whisper and
 * SenseVoice, [_BEG_] and [_TT_50] of whisper.cpp; 0: there is none. */
static gsize
tag_length (const gchar * text)
{
  const gchar *close = g_str_has_prefix (text, "<|") ? "|>" :
      g_str_has_prefix (text, "[_") ? "]" : NULL;
  const gchar *end = close ? g_strstr_len (text + 2, MAX_TAG, close) : NULL;

  return end && !memchr (text, ' ', end - text) ?
      end + strlen (close) - text : 0;
}

/* Single spaces between words, none around them, and no control tags. */
static gchar *
tidy (const gchar * text)
{
  GString *out = g_string_new (NULL);

  for (const gchar * p = text; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gsize tag = tag_length (p);

    if (tag > 0) {
      p += tag - 1;             /* all of it is ASCII or skipped whole */
      continue;
    }
    if (c != WORD_BEGIN && !g_unichar_isspace (c) && !g_unichar_iscntrl (c))
      g_string_append_unichar (out, c);
    else if (out->len > 0 && out->str[out->len - 1] != ' ')
      g_string_append_c (out, ' ');
  }
  if (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

static void
repair_times (gdouble * start, gdouble * end)
{
  if (isnan (*start) || isnan (*end)) {
    *start = *end = NAN;
    return;
  }
  *start = CLAMP (*start, 0, MAX_TIME);
  *end = CLAMP (*end, *start, MAX_TIME);
}

static gdouble
number_or_nan (JsonObject * object, const gchar * name)
{
  gdouble value = NAN;

  openai_json_number (object, name, &value);
  return value;
}

static gchar *
id_text (JsonObject * object)
{
  gint64 number;
  const gchar *text = openai_json_string (object, "id");

  if (text)
    return g_strdup (text);
  return openai_json_integer (object, "id", &number) ?
      g_strdup_printf ("%" G_GINT64_FORMAT, number) : NULL;
}

static void
add_segment (OpenaiTranscript * transcript, JsonObject * object)
{
  const gchar *text = openai_json_string (object, "text");
  OpenaiSegment *segment;

  if (!text)
    return;
  segment = g_new0 (OpenaiSegment, 1);
  segment->id = id_text (object);
  segment->text = tidy (text);
  segment->speaker = g_strdup (openai_json_string (object, "speaker"));
  segment->start = number_or_nan (object, "start");
  segment->end = number_or_nan (object, "end");
  segment->avg_logprob = number_or_nan (object, "avg_logprob");
  segment->no_speech_prob = number_or_nan (object, "no_speech_prob");
  segment->compression_ratio = number_or_nan (object, "compression_ratio");
  segment->temperature = number_or_nan (object, "temperature");
  repair_times (&segment->start, &segment->end);
  g_ptr_array_add (transcript->segments, segment);
}

static const gchar *
word_text (JsonObject * object)
{
  const gchar *text = openai_json_string (object, "word");

  return text ? text : openai_json_string (object, "text");
}

/* Whether a leading space marks where a word begins, as with tokens. */
static gboolean
spaces_mark_words (JsonArray * words)
{
  for (guint i = 0; i < json_array_get_length (words); i++) {
    const gchar *text = word_text (openai_json_element (words, i));

    if (text && *text == ' ')
      return TRUE;
  }
  return FALSE;
}

static void
extend_word (OpenaiWord * word, const gchar * text, gdouble end)
{
  g_autofree gchar *longer = g_strconcat (word->text, text, NULL);

  g_free (word->text);
  word->text = tidy (longer);
  word->end = end;
  repair_times (&word->start, &word->end);
}

static gsize
last_word_length (OpenaiTranscript * transcript)
{
  const OpenaiWord *word = g_ptr_array_index (transcript->words,
      transcript->words->len - 1);

  return strlen (word->text);
}

static void
add_words (OpenaiTranscript * transcript, JsonArray * words)
{
  gboolean tokens = spaces_mark_words (words);
  guint first = transcript->words->len;

  for (guint i = 0; i < json_array_get_length (words); i++) {
    JsonObject *object = openai_json_element (words, i);
    const gchar *text = word_text (object);
    OpenaiWord *word;

    if (!text || *text == '\0')
      continue;
    if (tokens && *text != ' ' && transcript->words->len > first
        && last_word_length (transcript) < MAX_WORD) {
      extend_word (g_ptr_array_index (transcript->words,
              transcript->words->len - 1), text,
          number_or_nan (object, "end"));
      continue;
    }
    word = g_new0 (OpenaiWord, 1);
    word->text = tidy (text);
    word->start = number_or_nan (object, "start");
    word->end = number_or_nan (object, "end");
    word->probability = number_or_nan (object, "probability");
    repair_times (&word->start, &word->end);
    g_ptr_array_add (transcript->words, word);
  }
}

static void
add_segments (OpenaiTranscript * transcript, JsonObject * root)
{
  JsonArray *segments = openai_json_array (root, "segments");
  JsonArray *words = openai_json_array (root, "words");
  guint n = segments ? json_array_get_length (segments) : 0;
  gboolean words_on_top = words && json_array_get_length (words) > 0;

  if (words_on_top)
    add_words (transcript, words);
  for (guint i = 0; i < n; i++) {
    JsonObject *segment = openai_json_element (segments, i);

    add_segment (transcript, segment);
    words = openai_json_array (segment, "words");
    if (words && !words_on_top)
      add_words (transcript, words);
  }
}

static void
add_usage (OpenaiUsage * usage, JsonObject * object)
{
  const gchar *type = openai_json_string (object, "type");
  JsonObject *details = openai_json_object (object, "input_token_details");

  if (!object)
    return;
  if (openai_json_number (object, "seconds", &usage->seconds)
      && g_strcmp0 (type, "tokens") != 0) {
    usage->kind = OPENAI_USAGE_DURATION;
    return;
  }
  if (!openai_json_integer (object, "input_tokens", &usage->input_tokens)
      && !openai_json_integer (object, "prompt_tokens", &usage->input_tokens))
    return;
  usage->kind = OPENAI_USAGE_TOKENS;
  if (!openai_json_integer (object, "output_tokens", &usage->output_tokens))
    openai_json_integer (object, "completion_tokens", &usage->output_tokens);
  openai_json_integer (object, "total_tokens", &usage->total_tokens);
  openai_json_integer (details, "text_tokens", &usage->text_tokens);
  openai_json_integer (details, "audio_tokens", &usage->audio_tokens);
}

static void
add_logprobs (OpenaiTranscript * transcript, JsonObject * root)
{
  JsonArray *array = openai_json_array (root, "logprobs");
  guint n = array ? json_array_get_length (array) : 0;

  for (guint i = 0; i < n; i++) {
    JsonObject *object = openai_json_element (array, i);
    const gchar *token = openai_json_string (object, "token");
    OpenaiLogprob logprob = { NULL, number_or_nan (object, "logprob") };

    if (!token || isnan (logprob.logprob))
      continue;
    logprob.token = g_strdup (token);
    g_array_append_val (transcript->logprobs, logprob);
  }
}

static gchar *
normal_language (const gchar * language)
{
  const gchar *code;

  if (!language || *language == '\0')
    return NULL;
  code = openai_language_code (language);
  return code ? g_strdup (code) : g_strdup (language);
}

static void
add_languages (OpenaiTranscript * transcript, JsonObject * root)
{
  JsonArray *array = openai_json_array (root, "languages");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = array ? json_array_get_length (array) : 0;

  for (guint i = 0; i < n; i++) {
    const gchar *code =
        openai_json_string (openai_json_element (array, i), "code");
    if (code && g_utf8_validate (code, -1, NULL))
      g_strv_builder_add (builder, code);
  }
  g_strfreev (transcript->languages);
  transcript->languages = g_strv_builder_end (builder);
  if (!*transcript->languages)
    g_clear_pointer (&transcript->languages, g_strfreev);

  g_free (transcript->language);
  transcript->language = normal_language (openai_json_string (root,
          "language"));
  if (!transcript->language && transcript->languages)
    transcript->language = normal_language (transcript->languages[0]);
}

static gchar *
join_segments (OpenaiTranscript * transcript)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < transcript->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (transcript->segments, i);

    if (text->len > 0 && *segment->text)
      g_string_append_c (text, ' ');
    g_string_append (text, segment->text);
  }
  return g_string_free (text, FALSE);
}

static void
fill_from_object (OpenaiTranscript * transcript, JsonObject * root)
{
  const gchar *text = openai_json_string (root, "text");

  transcript->duration = number_or_nan (root, "duration");
  add_segments (transcript, root);
  add_logprobs (transcript, root);
  add_languages (transcript, root);
  add_usage (&transcript->usage, openai_json_object (root, "usage"));
  g_free (transcript->text);
  transcript->text = tidy (text ? text : "");
  if (*transcript->text == '\0') {
    g_free (transcript->text);
    transcript->text = join_segments (transcript);
  }
}

static gboolean
looks_like_transcript (JsonObject * root)
{
  return json_object_has_member (root, "text")
      || openai_json_array (root, "segments");
}

static GError *
not_a_transcript (const gchar * body, gsize length)
{
  g_autofree gchar *start = openai_error_clip (body, length, 100);

  return g_error_new (OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("The server sent no transcript but: %s"), start);
}

static OpenaiTranscript *
parse_object (JsonNode * node, const gchar * body, gsize length,
    GError ** error)
{
  JsonObject *root = json_node_get_object (node);
  OpenaiTranscript *transcript;
  const gchar *text = openai_json_string (root, "text");
  GError *said = text && *text ? NULL : openai_error_from_json (0, node);

  if (said || !looks_like_transcript (root)) {
    g_propagate_error (error, said ? said : not_a_transcript (body, length));
    return NULL;
  }
  transcript = transcript_new ();
  fill_from_object (transcript, root);
  return transcript;
}

static void
add_cue (const gchar * text, gdouble start, gdouble end, gpointer user_data)
{
  OpenaiTranscript *transcript = user_data;
  OpenaiSegment *segment = g_new0 (OpenaiSegment, 1);

  segment->text = tidy (text);
  segment->start = start;
  segment->end = end;
  segment->avg_logprob = segment->no_speech_prob = NAN;
  segment->compression_ratio = segment->temperature = NAN;
  repair_times (&segment->start, &segment->end);
  g_ptr_array_add (transcript->segments, segment);
}

static OpenaiTranscript *
parse_text (const gchar * text)
{
  OpenaiTranscript *transcript = transcript_new ();

  if (openai_subtitles_parse (text, add_cue, transcript))
    transcript->text = join_segments (transcript);
  else
    transcript->text = tidy (text);
  return transcript;
}

static gboolean
may_be_empty (const gchar * content_type)
{
  static const gchar *const types[] = {
    "text/plain", "text/srt", "text/vtt", "application/x-subrip"
  };

  for (guint i = 0; content_type && i < G_N_ELEMENTS (types); i++) {
    if (g_ascii_strncasecmp (content_type, types[i], strlen (types[i])) == 0)
      return TRUE;
  }
  return FALSE;
}

static OpenaiTranscript *
parse_json (const gchar * body, gsize length, GError ** error)
{
  g_autoptr (JsonNode) node = openai_json_parse (body, length, error);

  if (!node)
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (node))
    return parse_object (node, body, length, error);
  g_propagate_error (error, not_a_transcript (body, length));
  return NULL;
}

/* Text in quotes: a JSON string, or just that. */
static OpenaiTranscript *
parse_quoted (const gchar * body)
{
  g_autoptr (JsonNode) node = openai_json_parse (body, -1, NULL);
  const gchar *text = node ? json_node_get_string (node) : NULL;

  return parse_text (text ? text : body);
}

static gboolean
is_html (const gchar * text)
{
  static const gchar *const starts[] = {
    "<!doctype", "<html", "<head", "<body", "<?xml"
  };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++) {
    if (g_ascii_strncasecmp (text, starts[i], strlen (starts[i])) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Enough to see what it is. */
#define FIRST_BYTES 1000

/* Models write [Music] into plain text, too. */
static gboolean
is_json (const gchar * content_type, const gchar * text)
{
  const gchar *next = text + 1;

  if (*text != '{' && *text != '[')
    return FALSE;
  if (content_type && strstr (content_type, "json"))
    return TRUE;
  while (g_ascii_isspace (*next))
    next++;
  return strchr (*text == '{' ? "\"}" : "{[\"]", *next) != NULL;
}

static OpenaiTranscript *
too_long (GError ** error)
{
  g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("The server sent a transcript that is too long"));
  return NULL;
}

/* Nobody says more in one upload. Takes @transcript. */
static OpenaiTranscript *
check_length (OpenaiTranscript * transcript, GError ** error)
{
  gsize length = transcript ? strlen (transcript->text) : 0;
  gsize segments = 0;

  for (guint i = 0; transcript && i < transcript->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (transcript->segments, i);
    segments += strlen (segment->text);
  }
  if (MAX (length, segments) <= OPENAI_TRANSCRIPT_MAX_TEXT)
    return transcript;
  openai_transcript_unref (transcript);
  return too_long (error);
}

OpenaiTranscript *
openai_transcript_parse (const gchar * content_type, const gchar * body,
    gsize length, GError ** error)
{
  const gchar *start, *end;
  g_autofree gchar *text = NULL;
  g_autofree gchar *first = NULL;
  const gchar *p;

  if (length == 0)
    body = "";
  if (!g_utf8_validate (body, length, NULL)) {
    g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
        _("The server sent a transcript that is not UTF-8 text"));
    return NULL;
  }
  start = body;
  end = body + length;
  if (length >= 3 && memcmp (body, "\xef\xbb\xbf", 3) == 0)
    start += 3;
  while (start < end && g_ascii_isspace (*start))
    start++;
  first = g_strndup (start, MIN (end - start, FIRST_BYTES));
  if (is_json (content_type, first))
    return check_length (parse_json (start, end - start, error), error);
  if (end - start > OPENAI_TRANSCRIPT_MAX_TEXT)
    return too_long (error);

  text = g_strndup (start, end - start);
  p = text;
  if (*p == '"')
    return parse_quoted (p);
  if (is_html (p) || (*p == '\0' && !may_be_empty (content_type))) {
    g_propagate_error (error, openai_error_from_answer (0, NULL, p,
            strlen (p)));
    return NULL;
  }
  return parse_text (p);
}

/* What came so far, and how much of it was told. */
typedef struct
{
  GString *text;
  gsize told;
} Partial;

struct _OpenaiTranscriptStream
{
  OpenaiPartialFunc func;
  gpointer user_data;
  OpenaiSse *sse;
  OpenaiTranscript *transcript;
  Partial deltas;
  Partial segments;
  gboolean done;
};

/* Bytes: up to MIN_PARTIAL text is told each time it grows, then when it has
 * grown by a 32nd, and from MAX_PARTIAL on no more: nobody says more in one
 * upload, and nobody may read what is told. In all it is less than 4 MB. */
#define MIN_PARTIAL 1024
#define MAX_PARTIAL 65536

static void
tell (OpenaiTranscriptStream * stream, Partial * partial)
{
  gsize length = partial->text->len, more = length - partial->told;

  if (!stream->func || more == 0 || length >= MAX_PARTIAL
      || (length > MIN_PARTIAL && more < length / 32))
    return;
  stream->func (partial->text->str, partial->text->str + partial->told,
      stream->user_data);
  partial->told = length;
}

/* Nothing in it that a terminal would obey. */
static gchar *
without_controls (const gchar * text)
{
  GString *out = g_string_new (NULL);

  for (const gchar * p = text; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    g_string_append_unichar (out, g_unichar_iscntrl (c) ? ' ' : c);
  }
  return g_string_free (out, FALSE);
}

static void
take_delta (OpenaiTranscriptStream * stream, const gchar * given)
{
  g_autofree gchar *delta = NULL;

  if (!given || *given == '\0' || !g_utf8_validate (given, -1, NULL))
    return;
  delta = without_controls (given);
  g_string_append (stream->deltas.text, delta);
  tell (stream, &stream->deltas);
}

static void
take_segment (OpenaiTranscriptStream * stream, JsonObject * event)
{
  GPtrArray *segments = stream->transcript->segments;
  GString *text = stream->segments.text;
  guint before = segments->len;
  const OpenaiSegment *segment;

  add_segment (stream->transcript, event);
  if (segments->len == before)
    return;
  segment = g_ptr_array_index (segments, before);
  if (text->len > 0 && *segment->text)
    g_string_append_c (text, ' ');
  g_string_append (text, segment->text);
  tell (stream, &stream->segments);
}

static void
take_done (OpenaiTranscriptStream * stream, JsonObject * event)
{
  stream->done = TRUE;
  g_ptr_array_set_size (stream->transcript->words, 0);
  if (openai_json_array (event, "segments"))
    g_ptr_array_set_size (stream->transcript->segments, 0);
  if (openai_json_array (event, "logprobs"))
    g_array_set_size (stream->transcript->logprobs, 0);
  fill_from_object (stream->transcript, event);
}

/* The chunks of a chat completion. */
static void
take_choice (OpenaiTranscriptStream * stream, JsonObject * event)
{
  JsonObject *choice =
      openai_json_element (openai_json_array (event, "choices"), 0);

  take_delta (stream, openai_json_string (openai_json_object (choice,
              "delta"), "content"));
  if (openai_json_string (choice, "finish_reason"))
    stream->done = TRUE;
  add_usage (&stream->transcript->usage, openai_json_object (event, "usage"));
}

static gboolean
on_event (const gchar * type, const gchar * data, gsize length,
    gpointer user_data, GError ** error)
{
  OpenaiTranscriptStream *stream = user_data;
  gboolean end = FALSE;
  g_autoptr (JsonNode) node =
      openai_event_parse (type, data, length, &end, error);
  JsonObject *event;
  const gchar *kind;

  stream->done |= end;
  if (!node)
    return end;
  event = json_node_get_object (node);
  kind = openai_json_string (event, "type");
  if (g_strcmp0 (kind, "transcript.text.delta") == 0) {
    add_logprobs (stream->transcript, event);
    take_delta (stream, openai_json_string (event, "delta"));
  } else if (g_strcmp0 (kind, "transcript.text.segment") == 0)
    take_segment (stream, event);
  else if (g_strcmp0 (kind, "transcript.text.done") == 0)
    take_done (stream, event);
  else if (openai_json_array (event, "choices"))
    take_choice (stream, event);
  return TRUE;
}

OpenaiTranscriptStream *
openai_transcript_stream_new (OpenaiPartialFunc func, gpointer user_data)
{
  OpenaiTranscriptStream *stream = g_new0 (OpenaiTranscriptStream, 1);

  stream->func = func;
  stream->user_data = user_data;
  stream->sse = openai_sse_new (on_event, stream);
  stream->transcript = transcript_new ();
  stream->deltas.text = g_string_new (NULL);
  stream->segments.text = g_string_new (NULL);
  return stream;
}

void
openai_transcript_stream_free (OpenaiTranscriptStream * stream)
{
  if (!stream)
    return;
  openai_sse_free (stream->sse);
  g_clear_pointer (&stream->transcript, openai_transcript_unref);
  g_string_free (stream->deltas.text, TRUE);
  g_string_free (stream->segments.text, TRUE);
  g_free (stream);
}

gboolean
openai_transcript_stream_push (OpenaiTranscriptStream * stream,
    const gchar * data, gsize length, GError ** error)
{
  return openai_sse_push (stream->sse, data, length, error);
}

OpenaiTranscript *
openai_transcript_stream_finish (OpenaiTranscriptStream * stream,
    GError ** error)
{
  OpenaiTranscript *transcript = stream->transcript;

  if (!openai_sse_finish (stream->sse, error))
    return NULL;
  if (!stream->done) {
    g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_BROKEN,
        _("The stream of text events ended before it was done"));
    return NULL;
  }
  if (!transcript->text || *transcript->text == '\0') {
    g_free (transcript->text);
    transcript->text = tidy (stream->deltas.text->str);
  }
  if (*transcript->text == '\0') {
    g_free (transcript->text);
    transcript->text = join_segments (transcript);
  }
  return check_length (g_steal_pointer (&stream->transcript), error);
}
