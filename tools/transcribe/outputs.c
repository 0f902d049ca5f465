// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The files that are made of a transcript. */

#include "outputs.h"

#include <math.h>
#include <string.h>

#include "common/subtitles.h"
#include "jsontext.h"
#include "text/entities.h"

typedef struct
{
  gdouble start;
  gdouble end;
  const gchar *text;
  const gchar *speaker; /* NULL: not known */
} Caption;

gchar *
output_path (const gchar *media, const gchar *directory, const gchar *extension)
{
  g_autofree gchar *folder =
      directory ? g_strdup (directory) : g_path_get_dirname (media);
  g_autofree gchar *name = g_path_get_basename (media);
  g_autofree gchar *file = NULL;
  gchar *dot = strrchr (name, '.');

  if (dot && dot != name)
    *dot = '\0';
  file = g_strconcat (name, ".", extension, NULL);
  return g_build_filename (folder, file, NULL);
}

GPtrArray *
output_chunks_of (GPtrArray *cues)
{
  GPtrArray *chunks = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  JsonObject *chunk = json_object_new ();
  JsonArray *captions = json_array_new ();

  for (guint i = 0; i < cues->len; i++) {
    const Cue *cue = g_ptr_array_index (cues, i);
    JsonObject *caption = json_object_new ();

    json_object_set_double_member (caption, "start", cue->start / 1e9);
    json_object_set_double_member (caption, "end", (cue->start + cue->duration) / 1e9);
    json_object_set_string_member (caption, "text", cue->text);
    json_array_add_object_element (captions, caption);
  }
  json_object_set_array_member (chunk, "captions", captions);
  g_ptr_array_add (chunks, chunk);
  return chunks;
}

static JsonArray *
segments_of (JsonObject *chunk)
{
  return json_object_has_member (chunk, "segments")
      ? json_object_get_array_member (chunk, "segments")
      : NULL;
}

/* Seconds of a caption that are in a segment. */
static gdouble
overlap (const Caption *caption, JsonObject *segment)
{
  return MIN (
             caption->end, json_object_get_double_member_with_default (segment, "end", 0))
      - MAX (caption->start,
          json_object_get_double_member_with_default (segment, "start", 0));
}

/* The speaker of most of a caption of chunk @i, which may have begun in the chunk before.
 * NULL: not known. */
static const gchar *
speaker_of (const Caption *caption, GPtrArray *chunks, guint i)
{
  const gchar *speaker = NULL;
  gdouble most = 0;

  for (guint chunk = i - MIN (i, 1); chunk <= i; chunk++) {
    JsonArray *segments = segments_of (g_ptr_array_index (chunks, chunk));

    for (guint j = 0; segments && j < json_array_get_length (segments); j++) {
      JsonObject *segment = json_array_get_object_element (segments, j);
      gdouble shared = overlap (caption, segment);

      if (shared <= most)
        continue;
      most = shared;
      speaker = json_object_get_string_member_with_default (segment, "speaker", NULL);
    }
  }
  return speaker;
}

/* All captions; none is shown longer than until the next. */
static GArray *
captions_of (GPtrArray *chunks)
{
  GArray *captions = g_array_new (FALSE, FALSE, sizeof (Caption));

  for (guint i = 0; i < chunks->len; i++) {
    JsonArray *array =
        json_object_get_array_member (g_ptr_array_index (chunks, i), "captions");

    for (guint j = 0; j < json_array_get_length (array); j++) {
      JsonObject *object = json_array_get_object_element (array, j);
      Caption caption = {
        .start = json_object_get_double_member (object, "start"),
        .end = json_object_get_double_member (object, "end"),
        .text = json_object_get_string_member (object, "text"),
      };

      caption.speaker = speaker_of (&caption, chunks, i);

      if (captions->len > 0) {
        Caption *last = &g_array_index (captions, Caption, captions->len - 1);
        last->end = MIN (last->end, caption.start);
      }
      g_array_append_val (captions, caption);
    }
  }
  return captions;
}

/* HH:MM:SS and milliseconds after @separator. */
static void
append_time (GString *text, gdouble seconds, gchar separator)
{
  guint64 ms = (guint64) llround (MAX (seconds, 0) * 1000);

  g_string_append_printf (text, "%02u:%02u:%02u%c%03u", (guint) (ms / 3600000),
      (guint) (ms / 60000 % 60), (guint) (ms / 1000 % 60), separator,
      (guint) (ms % 1000));
}

static void
append_cue (GString *text, const Caption *caption, gchar separator)
{
  append_time (text, caption->start, separator);
  g_string_append (text, " --> ");
  append_time (text, caption->end, separator);
  g_string_append_c (text, '\n');
}

/* An empty line would end the cue. */
static gchar *
without_empty_lines (const gchar *text)
{
  GString *lines = g_string_new (NULL);
  g_auto (GStrv) all = g_strsplit_set (text, "\n\r", -1);

  for (gchar **line = all; *line; line++) {
    g_strchomp (*line);
    if (**line != '\0')
      g_string_append_printf (lines, "%s%s", lines->len > 0 ? "\n" : "", *line);
  }
  return g_string_free (lines, FALSE);
}

static GString *
to_srt (GPtrArray *chunks)
{
  g_autoptr (GArray) captions = captions_of (chunks);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < captions->len; i++) {
    const Caption *caption = &g_array_index (captions, Caption, i);
    g_autofree gchar *lines = without_empty_lines (caption->text);

    g_string_append_printf (text, "%u\n", i + 1);
    append_cue (text, caption, ',');
    g_string_append_printf (text, "%s\n\n", lines);
  }
  return text;
}

static GString *
to_vtt (GPtrArray *chunks)
{
  g_autoptr (GArray) captions = captions_of (chunks);
  GString *text = g_string_new ("WEBVTT\n\n");

  for (guint i = 0; i < captions->len; i++) {
    const Caption *caption = &g_array_index (captions, Caption, i);
    g_autofree gchar *lines = without_empty_lines (caption->text);
    g_autofree gchar *escaped = openai_markup_escape (lines);

    append_cue (text, caption, '.');
    g_string_append_printf (text, "%s\n\n", escaped);
  }
  return text;
}

/* What XML can hold: of control characters only spaces. */
static gchar *
to_xml (const gchar *text)
{
  g_autoptr (GString) kept = g_string_new (NULL);
  g_autofree gchar *escaped = NULL;

  for (; *text; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);

    if ((c >= 0x20 || c == '\t' || c == '\n') && (c & 0xfffe) != 0xfffe)
      g_string_append_unichar (kept, c);
  }
  escaped = openai_markup_escape (kept->str);
  g_string_assign (kept, escaped);
  g_string_replace (kept, "\"", "&quot;", 0);
  return g_strdup (kept->str);
}

/* The speakers of all captions, each once. */
static GPtrArray *
speakers_of (GArray *captions)
{
  GPtrArray *speakers = g_ptr_array_new ();

  for (guint i = 0; i < captions->len; i++) {
    const gchar *speaker = g_array_index (captions, Caption, i).speaker;

    if (speaker
        && !g_ptr_array_find_with_equal_func (speakers, speaker, g_str_equal, NULL))
      g_ptr_array_add (speakers, (gpointer) speaker);
  }
  return speakers;
}

/* Attributes of EBU-TT-D come in no order, its elements in this one. */
static void
append_ttml_head (GString *text, GPtrArray *speakers, const gchar *language)
{
  g_string_append_printf (text,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<tt xmlns=\"http://www.w3.org/ns/ttml\"\n"
      "    xmlns:ttp=\"http://www.w3.org/ns/ttml#parameter\"\n"
      "    xmlns:tts=\"http://www.w3.org/ns/ttml#styling\"\n"
      "    xmlns:ttm=\"http://www.w3.org/ns/ttml#metadata\"\n"
      "    xmlns:ebuttm=\"urn:ebu:tt:metadata\" xmlns:ebutts=\"urn:ebu:tt:style\"\n"
      "    ttp:timeBase=\"media\" ttp:cellResolution=\"32 15\" xml:lang=\"%s\">\n"
      "  <head>\n"
      "    <metadata>\n"
      "      <ebuttm:documentMetadata>\n"
      "        <ebuttm:conformsToStandard>urn:ebu:tt:distribution:2018-04"
      "</ebuttm:conformsToStandard>\n"
      "      </ebuttm:documentMetadata>\n",
      language ? language : "");
  for (guint i = 0; i < speakers->len; i++) {
    g_autofree gchar *name = to_xml (g_ptr_array_index (speakers, i));

    g_string_append_printf (text,
        "      <ttm:agent xml:id=\"speaker%u\" type=\"person\">"
        "<ttm:name type=\"alias\">%s</ttm:name></ttm:agent>\n",
        i + 1, name);
  }
  g_string_append (text,
      "    </metadata>\n"
      "    <styling>\n"
      "      <style xml:id=\"block\" tts:fontFamily=\"sansSerif\" tts:fontSize=\"80%\""
      " tts:lineHeight=\"125%\" tts:textAlign=\"center\" ebutts:linePadding=\"0.5c\"/>\n"
      "      <style xml:id=\"words\" tts:color=\"#ffffff\""
      " tts:backgroundColor=\"#000000\"/>\n"
      "      <style xml:id=\"leftwards\" tts:direction=\"rtl\""
      " tts:unicodeBidi=\"embed\"/>\n"
      "    </styling>\n"
      "    <layout>\n"
      "      <region xml:id=\"bottom\" tts:origin=\"10% 10%\" tts:extent=\"80% 80%\""
      " tts:displayAlign=\"after\"/>\n"
      "    </layout>\n"
      "  </head>\n");
}

/* Whether the first letter is of a script that goes from right to left: TTML does not
 * find out by itself, and puts marks at the wrong end. */
static gboolean
goes_leftwards (const gchar *text)
{
  while (*text && !g_unichar_isalpha (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  switch (g_unichar_get_script (g_utf8_get_char (text))) {
    case G_UNICODE_SCRIPT_ARABIC:
    case G_UNICODE_SCRIPT_HEBREW:
    case G_UNICODE_SCRIPT_NKO:
    case G_UNICODE_SCRIPT_SYRIAC:
    case G_UNICODE_SCRIPT_THAANA:
      return TRUE;
    default:
      return FALSE;
  }
}

static void
append_ttml_caption (
    GString *text, const Caption *caption, guint number, GPtrArray *speakers)
{
  g_autofree gchar *lines = without_empty_lines (caption->text);
  g_autoptr (GString) escaped = NULL;
  g_autofree gchar *xml = to_xml (lines);
  guint speaker;

  escaped = g_string_new (xml);
  g_string_replace (escaped, "\n", "<br/>", 0);
  g_string_append_printf (text, "      <p xml:id=\"caption%u\" begin=\"", number);
  append_time (text, caption->start, '.');
  g_string_append (text, "\" end=\"");
  append_time (text, caption->end, '.');
  g_string_append_printf (
      text, "\"%s", goes_leftwards (lines) ? " style=\"leftwards\"" : "");
  if (caption->speaker
      && g_ptr_array_find_with_equal_func (
          speakers, caption->speaker, g_str_equal, &speaker))
    g_string_append_printf (text, " ttm:agent=\"speaker%u\"", speaker + 1);
  g_string_append_printf (text, "><span style=\"words\">%s</span></p>\n", escaped->str);
}

/* EBU-TT-D, which every reader of TTML knows. A body without captions is not allowed. */
static GString *
to_ttml (GPtrArray *chunks)
{
  g_autoptr (GArray) captions = captions_of (chunks);
  g_autoptr (GPtrArray) speakers = speakers_of (captions);
  GString *text = g_string_new (NULL);

  append_ttml_head (text, speakers, output_language (chunks));
  if (captions->len > 0)
    g_string_append (text, "  <body>\n    <div style=\"block\" region=\"bottom\">\n");
  for (guint i = 0; i < captions->len; i++)
    append_ttml_caption (text, &g_array_index (captions, Caption, i), i + 1, speakers);
  if (captions->len > 0)
    g_string_append (text, "    </div>\n  </body>\n");
  return g_string_append (text, "</tt>\n");
}

/* A line for each chunk: what stands between two pauses. */
static GString *
to_txt (GPtrArray *chunks)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < chunks->len; i++) {
    JsonObject *chunk = g_ptr_array_index (chunks, i);
    const gchar *said = json_object_get_string_member (chunk, "text");
    const gchar *speaker =
        json_object_get_string_member_with_default (chunk, "speaker", NULL);

    if (*said == '\0')
      continue;
    if (speaker)
      g_string_append_printf (text, "%s: ", speaker);
    g_string_append_printf (text, "%s\n", said);
  }
  return text;
}

static JsonObject *
usage_object (const Usage *usage)
{
  JsonObject *object = json_object_new ();

  if (usage->seconds > 0)
    json_object_set_double_member (object, "seconds", usage->seconds);
  if (usage->input_tokens > 0 || usage->output_tokens > 0) {
    json_object_set_int_member (object, "input_tokens", usage->input_tokens);
    json_object_set_int_member (object, "output_tokens", usage->output_tokens);
  }
  return object;
}

static GString *
to_json (GPtrArray *chunks)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (GString) text = to_txt (chunks);
  g_autofree gchar *json = NULL;
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();
  Usage usage = usage_of (chunks);

  for (guint i = 0; i < chunks->len; i++)
    json_array_add_object_element (
        array, json_object_ref (g_ptr_array_index (chunks, i)));
  json_object_set_string_member (object, "text", g_strchomp (text->str));
  json_object_set_object_member (object, "usage", usage_object (&usage));
  json_object_set_array_member (object, "stretches", array);
  json_node_take_object (root, object);
  json = jsontext_of (root, TRUE);
  return g_string_append_c (g_string_new (json), '\n');
}

static const struct
{
  const gchar *extension;
  GString *(*make) (GPtrArray *);
} makers[] = {
  { "srt", to_srt },
  { "vtt", to_vtt },
  { "txt", to_txt },
  { "json", to_json },
  { "ttml", to_ttml },
};

gboolean
output_is_known (const gchar *extension)
{
  for (guint i = 0; i < G_N_ELEMENTS (makers); i++)
    if (g_str_equal (makers[i].extension, extension))
      return TRUE;
  return FALSE;
}

gboolean
output_write (
    const gchar *path, const gchar *extension, GPtrArray *chunks, GError **error)
{
  g_autoptr (GString) text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (makers); i++)
    if (g_str_equal (makers[i].extension, extension))
      text = makers[i].make (chunks);
  return g_file_set_contents_full (
      path, text->str, text->len, G_FILE_SET_CONTENTS_CONSISTENT, 0666, error);
}

Usage
usage_of (GPtrArray *chunks)
{
  Usage sum = { 0 };

  for (guint i = 0; i < chunks->len; i++) {
    JsonObject *chunk = g_ptr_array_index (chunks, i);
    JsonObject *usage = json_object_has_member (chunk, "usage")
        ? json_object_get_object_member (chunk, "usage")
        : NULL;

    if (!usage)
      continue;
    sum.seconds += json_object_get_double_member_with_default (usage, "seconds", 0);
    sum.input_tokens +=
        json_object_get_int_member_with_default (usage, "input_tokens", 0);
    sum.output_tokens +=
        json_object_get_int_member_with_default (usage, "output_tokens", 0);
  }
  return sum;
}

guint
output_caption_count (GPtrArray *chunks)
{
  guint count = 0;

  for (guint i = 0; i < chunks->len; i++)
    count += json_array_get_length (
        json_object_get_array_member (g_ptr_array_index (chunks, i), "captions"));
  return count;
}

const gchar *
output_language (GPtrArray *chunks)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  const gchar *most = NULL;

  for (guint i = 0; i < chunks->len; i++) {
    const gchar *language = json_object_get_string_member_with_default (
        g_ptr_array_index (chunks, i), "language", NULL);
    gint count;

    if (!language)
      continue;
    count = GPOINTER_TO_INT (g_hash_table_lookup (counts, language)) + 1;
    g_hash_table_insert (counts, (gpointer) language, GINT_TO_POINTER (count));
    if (!most || count > GPOINTER_TO_INT (g_hash_table_lookup (counts, most)))
      most = language;
  }
  return most;
}

gboolean
output_holds_nothing (const gchar *path, const gchar *extension)
{
  g_autofree gchar *text = NULL;

  if (g_str_equal (extension, "json") || !g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  g_strstrip (text);
  return *text == '\0' || g_str_equal (text, "WEBVTT")
      || (g_str_equal (extension, "ttml") && !strstr (text, "<p "));
}
