// SPDX-License-Identifier: LGPL-2.1-or-later
/* Text that arrives to utterances of the script. */

#include "tts/textintake.h"

#include <string.h>

#include "outerpads.h"
#include "tts/sentences.h"

/* What textaccumulate puts on a buffer that is a whole sentence: `words`, the
 * list of buffers it was made of. */
#define SENTENCE_META "TextAccumulateSentenceMeta"

struct _TextIntake
{
  guint max_chars;
  guint first_chars;
  Sentences *sentences;
  GstSegment segment;
  gboolean markup;
  gchar *voice;
  guint flushes;                /* of the script, when this text came */
  gint n_chars;                 /* atomic: of the sentences */
};

static const TimelineCue untimed = { TIMELINE_NONE, TIMELINE_NONE, 1 };

TextIntake *
text_intake_new (guint max_chars, guint first_chars)
{
  TextIntake *intake = g_new0 (TextIntake, 1);

  intake->max_chars = max_chars;
  intake->first_chars = first_chars;
  intake->sentences = sentences_new (max_chars, first_chars);
  gst_segment_init (&intake->segment, GST_FORMAT_UNDEFINED);
  return intake;
}

void
text_intake_free (TextIntake * intake)
{
  if (!intake)
    return;
  sentences_free (intake->sentences);
  g_free (intake->voice);
  g_free (intake);
}

static void
count (TextIntake * intake)
{
  g_atomic_int_set (&intake->n_chars,
      (gint) sentences_length (intake->sentences));
}

guint
text_intake_n_chars (TextIntake * intake)
{
  return g_atomic_int_get (&intake->n_chars);
}

void
text_intake_drop (TextIntake * intake)
{
  g_atomic_int_set (&intake->n_chars, 0);
}

/* Something comes: what came before a flush is not wanted any more. */
static void
follow_script (TextIntake * intake, Script * script)
{
  guint flushes = script_flushes (script);

  if (intake->flushes == flushes)
    return;
  intake->flushes = flushes;
  sentences_free (intake->sentences);
  intake->sentences = sentences_new (intake->max_chars, intake->first_chars);
}

/* Adds to the script what is complete. FALSE: flushing. */
static gboolean
add_sentences (TextIntake * intake, Script * script)
{
  gchar *text;

  while ((text = sentences_next (intake->sentences))) {
    count (intake);
    if (!script_add_text (script, intake->flushes, text,
            g_strdup (intake->voice), &untimed)) {
      text_intake_drop (intake);
      return FALSE;
    }
  }
  count (intake);
  return TRUE;
}

/* The text is complete. FALSE: flushing. */
static gboolean
finish (TextIntake * intake, Script * script)
{
  sentences_finish (intake->sentences);
  return add_sentences (intake, script);
}

gboolean
text_intake_set_voice (TextIntake * intake, const gchar * voice,
    Script * script)
{
  gboolean added;

  follow_script (intake, script);
  added = finish (intake, script);
  g_free (intake->voice);
  intake->voice = g_strdup (voice);
  return added;
}

GstEvent *
text_segment_event (const GstSegment * segment, GstEvent * cause)
{
  GstSegment copy = *segment;
  GstEvent *event;

  if (copy.format != GST_FORMAT_TIME)
    gst_segment_init (&copy, GST_FORMAT_TIME);
  event = gst_event_new_segment (&copy);
  if (cause)
    gst_event_set_seqnum (event, gst_event_get_seqnum (cause));
  return event;
}

gboolean
text_seek_segment (GstEvent * seek, GstSegment * segment)
{
  gdouble rate;
  GstFormat format;
  GstSeekFlags flags;
  GstSeekType start_type, stop_type;
  gint64 start, stop;

  gst_event_parse_seek (seek, &rate, &format, &flags, &start_type, &start,
      &stop_type, &stop);
  gst_segment_init (segment, GST_FORMAT_TIME);
  return rate == 1 && format == GST_FORMAT_TIME
      && (flags & GST_SEEK_FLAG_FLUSH) && !(flags & GST_SEEK_FLAG_SEGMENT)
      && start_type != GST_SEEK_TYPE_END
      && gst_segment_do_seek (segment, rate, format, flags, start_type, start,
      stop_type, stop, NULL);
}

void
text_intake_set_caps (TextIntake * intake, GstCaps * caps)
{
  const gchar *format =
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "format");

  intake->markup = g_strcmp0 (format, "pango-markup") == 0;
}

void
text_intake_take_event (TextIntake * intake, GstEvent * event,
    Script * script, GstPad * srcpad)
{
  GstEvent *follows = NULL;
  GstCaps *caps;

  follow_script (intake, script);
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      finish (intake, script);
      follows = gst_openai_make_stream_start (srcpad, event, 0);
      break;
    case GST_EVENT_CAPS:
      gst_event_parse_caps (event, &caps);
      text_intake_set_caps (intake, caps);
      break;
    case GST_EVENT_SEGMENT:
      finish (intake, script);
      gst_event_copy_segment (event, &intake->segment);
      follows = text_segment_event (&intake->segment, event);
      break;
    case GST_EVENT_SEGMENT_DONE:
    case GST_EVENT_STREAM_GROUP_DONE:
    case GST_EVENT_EOS:
      finish (intake, script);
      follows = gst_event_ref (event);
      break;
    default:
      follows = gst_event_ref (event);
      break;
  }
  if (follows)
    script_add_event (script, follows);
  gst_event_unref (event);
}

/* A cue is one utterance or, when it is long, several that share its time by
 * their lengths. FALSE: flushing. */
static gboolean
add_cue (TextIntake * intake, const GString * text, GstClockTime pts,
    GstClockTime duration, Script * script)
{
  g_autoptr (GPtrArray) pieces = g_ptr_array_new_with_free_func (g_free);
  TimelineCue cue = { pts, duration > 0 ? pts + duration : TIMELINE_NONE, 1 };
  glong left = 0;
  gchar *piece;

  if (!finish (intake, script))
    return FALSE;
  sentences_push (intake->sentences, text->str, text->len);
  sentences_finish (intake->sentences);
  while ((piece = sentences_next (intake->sentences))) {
    g_ptr_array_add (pieces, piece);
    left += g_utf8_strlen (piece, -1);
  }
  for (guint i = 0; i < pieces->len; i++) {
    glong length;

    piece = g_steal_pointer (&g_ptr_array_index (pieces, i));
    length = g_utf8_strlen (piece, -1);
    cue.share = (gdouble) length / left;
    left -= length;
    if (!script_add_text (script, intake->flushes, piece,
            g_strdup (intake->voice), &cue))
      return FALSE;
    cue.pts = TIMELINE_NONE;
  }
  return TRUE;
}

/* What a demuxer sends from before a seek is not. */
static gboolean
is_in_segment (TextIntake * intake, GstClockTime pts, GstClockTime duration)
{
  return gst_segment_clip (&intake->segment, GST_FORMAT_TIME, pts,
      pts + duration, NULL, NULL);
}

/* FALSE: flushing. */
static gboolean
add_text (TextIntake * intake, const GString * text, GstClockTime pts,
    GstClockTime duration, gboolean is_whole, Script * script)
{
  if (intake->segment.format == GST_FORMAT_TIME
      && GST_CLOCK_TIME_IS_VALID (pts) && GST_CLOCK_TIME_IS_VALID (duration))
    return !is_in_segment (intake, pts, duration)
        || add_cue (intake, text, pts, duration, script);
  sentences_push (intake->sentences, text->str, text->len);
  return is_whole ? finish (intake, script) :
      add_sentences (intake, script);
}

static void
append_text (GMarkupParseContext * context, const gchar * text, gsize length,
    gpointer user_data, GError ** error)
{
  g_string_append_len (user_data, text, length);
}

/* Appends what pango markup says; text that is no markup as it is. */
static void
append_markup (GString * text, const gchar * data, gsize size)
{
  static const GMarkupParser parser = {.text = append_text };
  gsize before = text->len;
  g_autoptr (GMarkupParseContext) context =
      g_markup_parse_context_new (&parser, 0, text, NULL);

  if (!g_markup_parse_context_parse (context, "<markup>", -1, NULL)
      || !g_markup_parse_context_parse (context, data, size, NULL)
      || !g_markup_parse_context_parse (context, "</markup>", -1, NULL)) {
    g_string_truncate (text, before);
    g_string_append_len (text, data, size);
  }
}

static void
append_buffer (TextIntake * intake, GString * text, GstBuffer * buffer)
{
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  if (intake->markup)
    append_markup (text, (const gchar *) map.data, map.size);
  else
    g_string_append_len (text, (const gchar *) map.data, map.size);
  gst_buffer_unmap (buffer, &map);
}

/* The text of a list, and the time from its first word to its last. */
static void
join_words (TextIntake * intake, GstBufferList * list, GString * text,
    GstClockTime * pts, GstClockTime * duration)
{
  guint n = gst_buffer_list_length (list);
  GstBuffer *first, *last;

  for (guint i = 0; i < n; i++) {
    if (text->len > 0)
      g_string_append_c (text, ' ');
    append_buffer (intake, text, gst_buffer_list_get (list, i));
  }
  if (n == 0)
    return;
  first = gst_buffer_list_get (list, 0);
  last = gst_buffer_list_get (list, n - 1);
  *pts = GST_BUFFER_PTS (first);
  if (GST_BUFFER_PTS_IS_VALID (first) && GST_BUFFER_PTS_IS_VALID (last)
      && GST_BUFFER_DURATION_IS_VALID (last)
      && GST_BUFFER_PTS (last) >= *pts)
    *duration = GST_BUFFER_PTS (last) + GST_BUFFER_DURATION (last) - *pts;
}

gboolean
text_intake_add_list (TextIntake * intake, GstBufferList * list,
    Script * script)
{
  GString *text = g_string_new (NULL);
  GstClockTime pts = GST_CLOCK_TIME_NONE, duration = GST_CLOCK_TIME_NONE;
  gboolean added;

  follow_script (intake, script);
  join_words (intake, list, text, &pts, &duration);
  added = add_text (intake, text, pts, duration, TRUE, script);
  g_string_free (text, TRUE);
  return added;
}

/* The words a sentence was made of; NULL: it is no such buffer. */
static GstBufferList *
sentence_words (GstBuffer * buffer)
{
  GstCustomMeta *meta = gst_meta_get_info (SENTENCE_META) ?
      gst_buffer_get_custom_meta (buffer, SENTENCE_META) : NULL;
  const GValue *value = meta ?
      gst_structure_get_value (gst_custom_meta_get_structure (meta), "words")
      : NULL;

  return value && G_VALUE_HOLDS (value, GST_TYPE_BUFFER_LIST) ?
      g_value_get_boxed (value) : NULL;
}

gboolean
text_intake_add_buffer (TextIntake * intake, GstBuffer * buffer,
    Script * script)
{
  GstBufferList *words = sentence_words (buffer);
  GstClockTime pts = GST_CLOCK_TIME_NONE, duration = GST_CLOCK_TIME_NONE;
  GString *text = g_string_new (NULL);
  gboolean added;

  follow_script (intake, script);
  if (words)
    join_words (intake, words, text, &pts, &duration);
  if (gst_buffer_get_size (buffer) > 0) {
    g_string_truncate (text, 0);
    append_buffer (intake, text, buffer);
  }
  if (GST_BUFFER_PTS_IS_VALID (buffer))
    pts = GST_BUFFER_PTS (buffer);
  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    duration = GST_BUFFER_DURATION (buffer);
  added = add_text (intake, text, pts, duration, words != NULL, script);
  g_string_free (text, TRUE);
  return added;
}

void
text_intake_begin_text (TextIntake * intake, const gchar * text)
{
  sentences_push (intake->sentences, text, strlen (text));
  sentences_finish (intake->sentences);
  count (intake);
}

gboolean
text_intake_continue (TextIntake * intake, Script * script)
{
  gchar *text;

  follow_script (intake, script);
  while (script_has_room (script)) {
    text = sentences_next (intake->sentences);
    count (intake);
    if (!text)
      return FALSE;
    script_add_text (script, intake->flushes, text, NULL, &untimed);
  }
  return sentences_length (intake->sentences) > 0;
}
