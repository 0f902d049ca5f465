// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Answers to a transcription in one piece, to what they say. */

#include "transcriptparser.h"

#include <math.h>
#include <string.h>

#include "complaint.h"
#include "error.h"
#include "foreigntext.h"
#include "modeltags.h"
#include "subtitles.h"
#include "timefields.h"
#include "transcriptjson.h"
#include "i18n.h"
#include "text/unicode.h"
#include "text/utf8.h"

/* No word is longer, however many parts it comes in. */
#define MAX_WORD 256

/* U+2581, with which SentencePiece marks where a word begins. */
#define WORD_BEGIN 0x2581
#define BYTE_ORDER_MARK 0xfeff

/* Single spaces between words, none around them, and no control tags. */
gchar *
openai_transcript_tidy (const gchar *text)
{
  GString *out = g_string_new (NULL);

  for (const gchar *p = openai_model_tag_skip_preface (text); *p;
       p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gsize tag = openai_model_tag_length (p);

    if (tag > 0) {
      p += tag - 1; /* all of it is ASCII or skipped whole */
      continue;
    }
    if (c == BYTE_ORDER_MARK)
      continue;
    if (c != WORD_BEGIN && !g_unichar_isspace (c) && !g_unichar_iscntrl (c))
      g_string_append_unichar (out, c);
    else if (out->len > 0 && out->str[out->len - 1] != ' ')
      g_string_append_c (out, ' ');
  }
  if (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

/* What may become a control tag at the end of @text; NULL: nothing. */
static const gchar *
find_open_tag (const gchar *text)
{
  static const gchar openings[] = "<[{";
  gsize length = strlen (text);

  for (gsize i = length - MIN (length, OPENAI_MODEL_TAG_MAX); i < length; i++) {
    const gchar *opening = text[i] ? strchr (openings, text[i]) : NULL;

    if (opening && openai_model_tag_length (text + i) == 0
        && (text[i + 1] == '\0' || text[i + 1] == "|_\\"[opening - openings])
        && !strchr (text + i, ' '))
      return text + i;
  }
  return NULL;
}

gchar *
openai_transcript_tidy_partial (const gchar *text)
{
  const gchar *tag = find_open_tag (text);
  gsize length = tag ? (gsize) (tag - text) : strlen (text);
  g_autofree gchar *whole = g_strndup (text, length);
  g_autofree gchar *tidy = openai_transcript_tidy (whole);
  gboolean closed = *tidy && g_ascii_isspace (whole[length - 1]);

  return g_strconcat (tidy, closed ? " " : NULL, NULL);
}

static gdouble
number_or_nan (JsonObject *object, const gchar *name)
{
  gdouble value = NAN;

  openai_json_number (object, name, &value);
  return value;
}

static gchar *
id_text (JsonObject *object)
{
  gint64 number;
  const gchar *text = openai_json_string (object, "id");

  if (text)
    return g_strdup (text);
  return openai_json_integer (object, "id", &number)
      ? g_strdup_printf ("%" G_GINT64_FORMAT, number)
      : NULL;
}

static gdouble
last_segment_end (const OpenaiTranscript *transcript)
{
  guint n = transcript->segments->len;

  return n > 0 ? ((OpenaiSegment *) transcript->segments->pdata[n - 1])->end : 0;
}

static gdouble
last_word_end (const OpenaiTranscript *transcript)
{
  guint n = transcript->words->len;

  return n > 0 ? ((OpenaiWord *) transcript->words->pdata[n - 1])->end : 0;
}

void
openai_transcript_add_segment (OpenaiTranscript *transcript, JsonObject *object)
{
  const gchar *text = openai_json_string (object, "text");
  OpenaiSegment *segment;

  if (!text)
    return;
  segment = g_new0 (OpenaiSegment, 1);
  segment->id = id_text (object);
  segment->text = openai_transcript_tidy (text);
  segment->speaker = g_strdup (openai_json_string (object, "speaker"));
  openai_time_fields_read (object, &segment->start, &segment->end);
  segment->avg_logprob = number_or_nan (object, "avg_logprob");
  segment->no_speech_prob = number_or_nan (object, "no_speech_prob");
  segment->compression_ratio = number_or_nan (object, "compression_ratio");
  segment->temperature = number_or_nan (object, "temperature");
  openai_time_fields_repair (
      last_segment_end (transcript), &segment->start, &segment->end);
  g_ptr_array_add (transcript->segments, segment);
}

static const gchar *
word_text (JsonObject *object)
{
  const gchar *text = openai_json_string (object, "word");

  return text ? text : openai_json_string (object, "text");
}

/* Whether a leading space marks where a word begins, as with tokens. */
static gboolean
spaces_mark_words (JsonArray *words)
{
  for (guint i = 0; i < json_array_get_length (words); i++) {
    const gchar *text = word_text (openai_json_element (words, i));

    if (text && *text == ' ')
      return TRUE;
  }
  return FALSE;
}

static void
extend_word (OpenaiWord *word, const gchar *text, JsonObject *object)
{
  g_autofree gchar *longer = g_strconcat (word->text, text, NULL);
  gdouble start;

  g_free (word->text);
  word->text = openai_transcript_tidy (longer);
  openai_time_fields_read (object, &start, &word->end);
  openai_time_fields_repair (word->start, &word->start, &word->end);
}

static gsize
last_word_length (OpenaiTranscript *transcript)
{
  const OpenaiWord *word =
      g_ptr_array_index (transcript->words, transcript->words->len - 1);

  return strlen (word->text);
}

static void
add_words (OpenaiTranscript *transcript, JsonArray *words)
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
      extend_word (g_ptr_array_index (transcript->words, transcript->words->len - 1),
          text, object);
      continue;
    }
    word = g_new0 (OpenaiWord, 1);
    word->text = openai_transcript_tidy (text);
    openai_time_fields_read (object, &word->start, &word->end);
    word->probability = number_or_nan (object, "probability");
    openai_time_fields_repair (last_word_end (transcript), &word->start, &word->end);
    g_ptr_array_add (transcript->words, word);
  }
}

static void
add_segments (OpenaiTranscript *transcript, JsonObject *root)
{
  JsonArray *segments = openai_transcript_json_segments (root);
  JsonArray *words = openai_json_array (root, "words");
  guint n = segments ? json_array_get_length (segments) : 0;
  gboolean words_on_top = words && json_array_get_length (words) > 0;

  if (words_on_top)
    add_words (transcript, words);
  for (guint i = 0; i < n; i++) {
    JsonObject *segment = openai_json_element (segments, i);

    openai_transcript_add_segment (transcript, segment);
    words = openai_json_array (segment, "words");
    if (words && !words_on_top)
      add_words (transcript, words);
  }
}

void
openai_transcript_add_usage (OpenaiUsage *usage, JsonObject *object)
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

void
openai_transcript_add_logprobs (OpenaiTranscript *transcript, JsonObject *root)
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
normal_language (const gchar *language)
{
  const gchar *code;

  if (!language || *language == '\0')
    return NULL;
  code = openai_language_code (language);
  return code ? g_strdup (code) : g_strdup (language);
}

void
openai_transcript_add_languages (OpenaiTranscript *transcript, JsonObject *root)
{
  JsonArray *array = openai_json_array (root, "languages");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = array ? json_array_get_length (array) : 0;

  for (guint i = 0; i < n; i++) {
    const gchar *code = openai_json_string (openai_json_element (array, i), "code");
    if (code && g_utf8_validate (code, -1, NULL))
      g_strv_builder_add (builder, code);
  }
  g_strfreev (transcript->languages);
  transcript->languages = g_strv_builder_end (builder);
  if (!*transcript->languages)
    g_clear_pointer (&transcript->languages, g_strfreev);

  g_free (transcript->language);
  transcript->language = normal_language (openai_json_string (root, "language"));
  if (!transcript->language && transcript->languages)
    transcript->language = normal_language (transcript->languages[0]);
}

gchar *
openai_transcript_join_segments (OpenaiTranscript *transcript)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < transcript->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (transcript->segments, i);

    openai_text_join (text, segment->text);
  }
  return g_string_free (text, FALSE);
}

static const gchar *
skip_space (const gchar *text)
{
  if (g_utf8_get_char (text) == BYTE_ORDER_MARK)
    text = g_utf8_next_char (text);
  while (g_ascii_isspace (*text))
    text++;
  return text;
}

/* The first event's JSON, or the mark of the end, at the start of a line: speech
 * has neither. */
static gboolean
is_events (const gchar *text)
{
  const gchar *line = g_str_has_prefix (text, "data:") ? text : strstr (text, "\ndata:");
  const gchar *value = line ? skip_space (strchr (line, ':') + 1) : "";
  g_autofree gchar *data = g_strndup (value, strcspn (value, "\r\n"));
  g_autoptr (JsonNode) node = NULL;

  if (g_str_has_prefix (data, "[DONE]"))
    return TRUE;
  if (*data == '{')
    node = openai_json_parse_object (data, -1, NULL);
  return node != NULL;
}

static OpenaiTranscript *
parse_events (const gchar *text, GError **error)
{
  g_autoptr (OpenaiTranscriptStream) stream = openai_transcript_stream_new (NULL, NULL);

  if (!openai_transcript_stream_push (stream, text, strlen (text), error))
    return NULL;
  return openai_transcript_stream_finish (stream, error);
}

/* An object a line, each an event. NULL: it is no such text. */
static OpenaiTranscript *
parse_lines (const gchar *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *events = g_string_new (NULL);
  OpenaiTranscript *transcript;

  for (gchar **line = lines; *line; line++) {
    if (*g_strstrip (*line))
      g_string_append_printf (events, "data: %s\n\n", *line);
  }
  transcript = parse_events (events->str, NULL);
  g_string_free (events, TRUE);
  return transcript;
}

static void
add_cue (const gchar *text, gdouble start, gdouble end, gpointer user_data)
{
  OpenaiTranscript *transcript = user_data;
  OpenaiSegment *segment = g_new0 (OpenaiSegment, 1);

  segment->text = openai_transcript_tidy (text);
  segment->start = start;
  segment->end = end;
  segment->avg_logprob = segment->no_speech_prob = NAN;
  segment->compression_ratio = segment->temperature = NAN;
  openai_time_fields_repair (
      last_segment_end (transcript), &segment->start, &segment->end);
  g_ptr_array_add (transcript->segments, segment);
}

/* NULL without an error: it is plain text. */
static OpenaiTranscript *
parse_structured (const gchar *text, GError **error)
{
  g_autoptr (OpenaiTranscript) transcript = NULL;
  const gchar *foreign;

  text = skip_space (text);
  if (is_events (text))
    return parse_events (text, error);
  foreign = openai_foreign_text_describe (text);
  if (foreign) {
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
        _("The server sent %s in the place of a transcript; JSON, plain text, SRT and "
        "WebVTT are understood"),
            foreign);
    return NULL;
  }
  transcript = openai_transcript_new ();
  if (!openai_subtitles_parse (text, add_cue, transcript))
    return NULL;
  transcript->text = openai_transcript_join_segments (transcript);
  return g_steal_pointer (&transcript);
}

#define SWAP(a, b)                                                                       \
  G_STMT_START                                                                           \
  {                                                                                      \
    gpointer kept = (a);                                                                 \
    (a) = (b);                                                                           \
    (b) = kept;                                                                          \
  }                                                                                      \
  G_STMT_END

/* What @inner says, and of the rest what @transcript does not know. */
static void
adopt (OpenaiTranscript *transcript, OpenaiTranscript *inner)
{
  SWAP (transcript->text, inner->text);
  SWAP (transcript->segments, inner->segments);
  SWAP (transcript->words, inner->words);
  SWAP (transcript->logprobs, inner->logprobs);
  if (!transcript->language)
    SWAP (transcript->language, inner->language);
  if (!transcript->languages)
    SWAP (transcript->languages, inner->languages);
  if (transcript->usage.kind == OPENAI_USAGE_NONE)
    transcript->usage = inner->usage;
}

/* Proxies put what the server sent, events, subtitles or JSON, into the text of
 * an answer of their own: that is what was said then. FALSE: it is an error. */
static gboolean
unwrap (OpenaiTranscript *transcript, const gchar *text, GError **error)
{
  g_autoptr (OpenaiTranscript) inner = NULL;
  g_autoptr (JsonNode) node = NULL;
  GError *wrong = NULL;

  if (transcript->segments->len > 0 || transcript->words->len > 0)
    return TRUE;
  node = openai_transcript_json_in_text (text);
  if (node)
    return openai_transcript_fill (transcript, json_node_get_object (node), error);
  inner = parse_structured (text, &wrong);
  if (wrong)
    g_propagate_error (error, wrong);
  if (!inner)
    return wrong == NULL;
  adopt (transcript, inner);
  return TRUE;
}

gboolean
openai_transcript_fill (OpenaiTranscript *transcript, JsonObject *root, GError **error)
{
  const gchar *text = openai_json_string (root, "text");

  transcript->duration = number_or_nan (root, "duration");
  add_segments (transcript, root);
  openai_transcript_add_logprobs (transcript, root);
  openai_transcript_add_languages (transcript, root);
  openai_transcript_add_usage (&transcript->usage, openai_json_object (root, "usage"));
  g_free (transcript->text);
  transcript->text = openai_transcript_tidy (text ? text : "");
  if (*transcript->text == '\0') {
    g_free (transcript->text);
    transcript->text = openai_transcript_join_segments (transcript);
  }
  return !text || unwrap (transcript, text, error);
}

/* @node: the JSON of @body, or NULL. */
static GError *
not_a_transcript (JsonNode *node, const gchar *body, gsize length)
{
  GError *error = node ? openai_error_find_reason (0, node) : NULL;
  g_autofree gchar *start = openai_error_clip (
      error ? error->message : body, error ? -1 : (gssize) length, 100);

  if (!error)
    error = g_error_new_literal (OPENAI_ERROR, OPENAI_ERROR_ANSWER, "");
  g_free (error->message);
  error->message = g_strdup_printf (_("The server sent no transcript but: %s"), start);
  return error;
}

static OpenaiTranscript *
parse_object (JsonNode *node, const gchar *body, gsize length, GError **error)
{
  JsonObject *root = openai_transcript_json_find (json_node_get_object (node));
  g_autoptr (OpenaiTranscript) transcript = NULL;
  const gchar *text = openai_json_string (root, "text");
  GError *said = text && *text ? NULL : openai_error_from_json (0, node);

  if (said || !root) {
    g_propagate_error (error, said ? said : not_a_transcript (node, body, length));
    return NULL;
  }
  transcript = openai_transcript_new ();
  if (!openai_transcript_fill (transcript, root, error))
    return NULL;
  return g_steal_pointer (&transcript);
}

/* A list of segments and nothing around it. */
static OpenaiTranscript *
parse_list (JsonNode *node, const gchar *body, gsize length, GError **error)
{
  g_autoptr (JsonObject) root = json_object_new ();
  g_autoptr (OpenaiTranscript) transcript = openai_transcript_new ();

  json_object_set_array_member (
      root, "segments", json_array_ref (json_node_get_array (node)));
  if (!openai_transcript_fill (transcript, root, error))
    return NULL;
  if (transcript->segments->len > 0)
    return g_steal_pointer (&transcript);
  g_propagate_error (error, not_a_transcript (node, body, length));
  return NULL;
}

static OpenaiTranscript *
parse_text (const gchar *text, GError **error)
{
  g_autoptr (JsonNode) node = openai_transcript_json_in_text (text);
  GError *wrong = NULL;
  OpenaiTranscript *transcript;

  if (node)
    return parse_object (node, text, strlen (text), error);
  transcript = parse_structured (text, &wrong);
  if (wrong) {
    g_propagate_error (error, wrong);
    return NULL;
  }
  if (!transcript) {
    transcript = openai_transcript_new ();
    transcript->text = openai_transcript_tidy (text);
  }
  return transcript;
}

static gboolean
may_be_empty (const gchar *content_type)
{
  static const gchar *const types[] = { "text/plain", "text/srt", "text/vtt",
    "application/x-subrip" };

  for (guint i = 0; content_type && i < G_N_ELEMENTS (types); i++) {
    if (g_ascii_strncasecmp (content_type, types[i], strlen (types[i])) == 0)
      return TRUE;
  }
  return FALSE;
}

static OpenaiTranscript *
parse_json (const gchar *body, gsize length, GError **error)
{
  GError *wrong = NULL;
  g_autoptr (JsonNode) node = openai_json_parse (body, length, &wrong);
  OpenaiTranscript *transcript;

  if (!node) {
    g_autofree gchar *text = g_strndup (body, MIN (length, OPENAI_TRANSCRIPT_MAX_TEXT));

    transcript =
        strstr (text, "}\n{") || strstr (text, "}\r\n{") ? parse_lines (text) : NULL;
    if (transcript)
      g_error_free (wrong);
    else
      g_propagate_error (error, wrong);
    return transcript;
  }
  if (JSON_NODE_HOLDS_OBJECT (node))
    return parse_object (node, body, length, error);
  if (JSON_NODE_HOLDS_ARRAY (node))
    return parse_list (node, body, length, error);
  g_propagate_error (error, not_a_transcript (node, body, length));
  return NULL;
}

/* Text in quotes: a JSON string, or just that. */
static OpenaiTranscript *
parse_quoted (const gchar *body, GError **error)
{
  g_autoptr (JsonNode) node = openai_json_parse (body, -1, NULL);
  const gchar *text = node ? json_node_get_string (node) : NULL;

  return parse_text (text ? text : body, error);
}

/* Enough to see what it is. */
#define FIRST_BYTES 1000

/* Models write [Music] into plain text, too. */
static gboolean
is_json (const gchar *content_type, const gchar *text)
{
  const gchar *next = text + 1;

  if (*text != '{' && *text != '[')
    return FALSE;
  if (*text == '{' && content_type && strstr (content_type, "json"))
    return TRUE;
  while (g_ascii_isspace (*next))
    next++;
  return strchr (*text == '{' ? "\"}" : "{[\"]", *next) != NULL;
}

static OpenaiTranscript *
not_text (GError **error)
{
  g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("The server sent a transcript that is not UTF-8 text"));
  return NULL;
}

static OpenaiTranscript *
too_long (GError **error)
{
  g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("The server sent a transcript that is too long"));
  return NULL;
}

OpenaiTranscript *
openai_transcript_check (OpenaiTranscript *transcript, GError **error)
{
  g_autoptr (OpenaiTranscript) owned = transcript;
  gsize length = transcript ? strlen (transcript->text) : 0;
  gsize segments = 0;

  for (guint i = 0; transcript && i < transcript->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (transcript->segments, i);
    segments += strlen (segment->text);
  }
  if (MAX (length, segments) > OPENAI_TRANSCRIPT_MAX_TEXT)
    return too_long (error);
  if (transcript && openai_utf8_is_unreadable (transcript->text))
    return not_text (error);
  return g_steal_pointer (&owned);
}

/* The charset of a Content-Type; NULL: it names none. */
static gchar *
charset_of (const gchar *content_type)
{
  const gchar *name = content_type ? strstr (content_type, "charset=") : NULL;

  if (!name)
    return NULL;
  name += strlen ("charset=");
  name += *name == '"';
  return g_strndup (name, strcspn (name, "\"; "));
}

/* @body: valid UTF-8, which may be large, without a NUL. */
static OpenaiTranscript *
parse_valid (const gchar *content_type, const gchar *body, gsize length, GError **error)
{
  const gchar *end = body + length;
  g_autofree gchar *first = NULL;
  g_autofree gchar *text = NULL;

  if (length >= 3 && memcmp (body, "\xef\xbb\xbf", 3) == 0)
    body += 3;
  while (body < end && g_ascii_isspace (*body))
    body++;
  first = g_strndup (body, MIN (end - body, FIRST_BYTES));
  if (is_json (content_type, first))
    return parse_json (body, end - body, error);
  if (end - body > OPENAI_TRANSCRIPT_MAX_TEXT)
    return too_long (error);

  text = g_strndup (body, end - body);
  if (*text == '"')
    return parse_quoted (text, error);
  if (openai_complaint_is_one (text) || (*text == '\0' && !may_be_empty (content_type))) {
    g_propagate_error (error, openai_error_from_answer (0, NULL, text, strlen (text)));
    return NULL;
  }
  return parse_text (text, error);
}

OpenaiTranscript *
openai_transcript_parse (
    const gchar *content_type, const gchar *body, gsize length, GError **error)
{
  g_autofree gchar *charset = charset_of (content_type);
  g_autofree gchar *repaired = NULL;

  if (length == 0)
    body = "";
  if (!g_utf8_validate (body, length, NULL)) {
    repaired = openai_utf8_repair (body, length, charset, &length);
    if (!repaired)
      return not_text (error);
    body = repaired;
  }
  return openai_transcript_check (parse_valid (content_type, body, length, error), error);
}
