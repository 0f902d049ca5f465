// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Text that arrives to utterances of the speech queue. */

#include "textinput.h"

#include <string.h>

#include "element/boundarypads.h"
#include "i18n.h"
#include "renderer.h"
#include "spokentext.h"
#include "text/sentences.h"
#include "text/unicode.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_tts_debug);
#define GST_CAT_DEFAULT gst_openai_tts_debug

/* What textaccumulate puts on a buffer that is a whole sentence: `words`, the
 * list of buffers it was made of. */
#define SENTENCE_META "TextAccumulateSentenceMeta"

/* A cue that is shown longer has no end: 99:59:59 is written for that. */
#define MAX_CUE (60 * 60 * GST_SECOND)

/* More silence before a cue is not written into a file: its time is wrong. */
#define MAX_SILENCE (6 * MAX_CUE)

struct _TtsTextInput
{
  GstElement *element; /* not owned: it owns this */
  guint max_chars;
  guint first_chars;
  gboolean each;
  OpenaiSentences *sentences;
  GstSegment segment;
  gboolean markup;
  gchar *voice;
  GstClockTime cue_start; /* of the last cue; NONE: the segment's */
  guint flushes;          /* of the speech queue, when this text came */
  gint n_chars;           /* atomic: of the sentences */
};

static const TtsTimelineCue untimed = { TTS_TIMELINE_NONE, TTS_TIMELINE_NONE, 1 };

static OpenaiSentences *
sentences_new (TtsTextInput *self)
{
  OpenaiSentences *sentences = openai_sentences_new (self->max_chars, self->first_chars);

  if (self->each)
    openai_sentences_limit_each (sentences);
  return sentences;
}

TtsTextInput *
tts_text_input_new (
    GstElement *element, guint max_chars, guint first_chars, gboolean each)
{
  TtsTextInput *self = g_new0 (TtsTextInput, 1);

  self->element = element;
  self->max_chars = max_chars;
  self->first_chars = first_chars;
  self->each = each;
  self->sentences = sentences_new (self);
  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
  self->cue_start = GST_CLOCK_TIME_NONE;
  return self;
}

void
tts_text_input_free (TtsTextInput *self)
{
  if (!self)
    return;
  openai_sentences_free (self->sentences);
  g_free (self->voice);
  g_free (self);
}

static void
count (TtsTextInput *self)
{
  g_atomic_int_set (&self->n_chars, (gint) openai_sentences_length (self->sentences));
}

guint
tts_text_input_n_chars (TtsTextInput *self)
{
  return g_atomic_int_get (&self->n_chars);
}

void
tts_text_input_drop (TtsTextInput *self)
{
  g_atomic_int_set (&self->n_chars, 0);
}

/* Something comes: what came before a flush is not wanted any more. */
static void
follow_script (TtsTextInput *self, TtsSpeechQueue *speech_queue)
{
  guint flushes = tts_speech_queue_flushes (speech_queue);

  if (self->flushes == flushes)
    return;
  self->flushes = flushes;
  openai_sentences_free (self->sentences);
  self->sentences = sentences_new (self);
}

/* The next piece that says something; NULL: none is complete. */
static gchar *
next_piece (TtsTextInput *self)
{
  gchar *piece;

  while ((piece = openai_sentences_next (self->sentences))) {
    if (tts_spoken_text_has_words (piece))
      return piece;
    GST_DEBUG ("nothing to say in \"%s\"", piece);
    g_free (piece);
  }
  return NULL;
}

/* Adds to the speech queue what is complete. FALSE: flushing. */
static gboolean
add_sentences (TtsTextInput *self, TtsSpeechQueue *speech_queue)
{
  gchar *text;

  while ((text = next_piece (self))) {
    count (self);
    if (!tts_speech_queue_add_text (
            speech_queue, self->flushes, text, g_strdup (self->voice), &untimed)) {
      tts_text_input_drop (self);
      return FALSE;
    }
  }
  count (self);
  return TRUE;
}

/* The text is complete. FALSE: flushing. */
static gboolean
finish (TtsTextInput *self, TtsSpeechQueue *speech_queue)
{
  openai_sentences_finish (self->sentences);
  return add_sentences (self, speech_queue);
}

gboolean
tts_text_input_set_voice (
    TtsTextInput *self, const gchar *voice, TtsSpeechQueue *speech_queue)
{
  gboolean added;

  follow_script (self, speech_queue);
  added = finish (self, speech_queue);
  g_free (self->voice);
  self->voice = g_strdup (voice);
  return added;
}

GstEvent *
tts_text_segment_event (const GstSegment *segment, GstEvent *cause)
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
tts_text_seek_segment (GstEvent *seek, GstSegment *segment)
{
  gdouble rate;
  GstFormat format;
  GstSeekFlags flags;
  GstSeekType start_type, stop_type;
  gint64 start, stop;

  gst_event_parse_seek (
      seek, &rate, &format, &flags, &start_type, &start, &stop_type, &stop);
  gst_segment_init (segment, GST_FORMAT_TIME);
  return rate == 1 && format == GST_FORMAT_TIME && (flags & GST_SEEK_FLAG_FLUSH)
      && !(flags & GST_SEEK_FLAG_SEGMENT) && start_type != GST_SEEK_TYPE_END
      && gst_segment_do_seek (
          segment, rate, format, flags, start_type, start, stop_type, stop, NULL);
}

void
tts_text_input_set_caps (TtsTextInput *self, GstCaps *caps)
{
  const gchar *format =
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "format");

  self->markup = g_strcmp0 (format, "pango-markup") == 0;
}

void
tts_text_input_take_event (
    TtsTextInput *self, GstEvent *event, TtsSpeechQueue *speech_queue, GstPad *srcpad)
{
  GstEvent *follows = NULL;
  GstCaps *caps;

  follow_script (self, speech_queue);
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      finish (self, speech_queue);
      follows = gst_openai_make_stream_start (self->element, srcpad, event, 0);
      break;
    case GST_EVENT_CAPS:
      gst_event_parse_caps (event, &caps);
      tts_text_input_set_caps (self, caps);
      break;
    case GST_EVENT_SEGMENT:
      finish (self, speech_queue);
      gst_event_copy_segment (event, &self->segment);
      self->cue_start = GST_CLOCK_TIME_NONE;
      follows = tts_text_segment_event (&self->segment, event);
      break;
    case GST_EVENT_SEGMENT_DONE:
    case GST_EVENT_STREAM_GROUP_DONE:
    case GST_EVENT_EOS:
      finish (self, speech_queue);
      follows = gst_event_ref (event);
      break;
    default:
      follows = gst_event_ref (event);
      break;
  }
  if (follows)
    tts_speech_queue_add_event (speech_queue, follows);
  gst_event_unref (event);
}

/* A cue is one utterance or, when it is long, several that share its time by
 * their lengths. FALSE: flushing. */
static gboolean
add_cue (TtsTextInput *self, const GString *text, GstClockTime pts, GstClockTime duration,
    TtsSpeechQueue *speech_queue)
{
  g_autoptr (GPtrArray) pieces = g_ptr_array_new_with_free_func (g_free);
  gboolean ends = duration > 0 && duration <= MAX_CUE;
  TtsTimelineCue cue = { pts, ends ? pts + duration : TTS_TIMELINE_NONE, 1 };
  glong left = 0;
  gchar *piece;

  if (!finish (self, speech_queue))
    return FALSE;
  openai_sentences_push (self->sentences, text->str, text->len);
  openai_sentences_finish (self->sentences);
  while ((piece = next_piece (self))) {
    g_ptr_array_add (pieces, piece);
    left += g_utf8_strlen (piece, -1);
  }
  if (pieces->len == 0 && ends)
    tts_speech_queue_add_event (speech_queue, tts_silent_cue_event_new (cue.end));
  for (guint i = 0; i < pieces->len; i++) {
    glong length;

    piece = g_steal_pointer (&g_ptr_array_index (pieces, i));
    length = g_utf8_strlen (piece, -1);
    cue.share = (gdouble) length / left;
    left -= length;
    if (!tts_speech_queue_add_text (
            speech_queue, self->flushes, piece, g_strdup (self->voice), &cue))
      return FALSE;
    cue.pts = TTS_TIMELINE_NONE;
  }
  return TRUE;
}

/* What a demuxer sends from before a seek is not. */
static gboolean
is_in_segment (TtsTextInput *self, GstClockTime pts, GstClockTime duration)
{
  return gst_segment_clip (
      &self->segment, GST_FORMAT_TIME, pts, pts + duration, NULL, NULL);
}

static gboolean
is_live (TtsTextInput *self)
{
  g_autoptr (GstPad) sinkpad = gst_element_get_static_pad (self->element, "sink");
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  gboolean live = FALSE;

  if (gst_pad_peer_query (sinkpad, query))
    gst_query_parse_latency (query, &live, NULL, NULL);
  return live;
}

/* Whether a cue is hours after the one before it, which only a wrong time
 * is: it is told to be left out. */
static gboolean
is_too_far (TtsTextInput *self, GstClockTime pts)
{
  GstClockTime before =
      GST_CLOCK_TIME_IS_VALID (self->cue_start) ? self->cue_start : self->segment.start;

  if (pts <= before || pts - before <= MAX_SILENCE || is_live (self)) {
    self->cue_start = pts;
    return FALSE;
  }
  GST_ELEMENT_WARNING (self->element, STREAM, FORMAT,
      (_("A text at %u:%02u:%02u "
              "is left out: it would be said after more than 6 hours of "
              "silence."),
           (guint) (pts / GST_SECOND / 3600), (guint) (pts / GST_SECOND / 60 % 60),
           (guint) (pts / GST_SECOND % 60)),
          (NULL));
  return TRUE;
}

/* FALSE: flushing. */
static gboolean
add_text (TtsTextInput *self, GString *text, GstClockTime pts, GstClockTime duration,
    gboolean is_whole, TtsSpeechQueue *speech_queue)
{
  gboolean is_cue = self->segment.format == GST_FORMAT_TIME
      && GST_CLOCK_TIME_IS_VALID (pts) && GST_CLOCK_TIME_IS_VALID (duration);

  /* Only these come whole and from subtitles: what looks like a tag in any
   * other text may be meant. */
  if (is_cue || self->markup)
    tts_spoken_text_clean_cue (text);
  if (is_cue)
    return !is_in_segment (self, pts, duration) || is_too_far (self, pts)
        || add_cue (self, text, pts, duration, speech_queue);
  openai_sentences_push (self->sentences, text->str, text->len);
  return is_whole ? finish (self, speech_queue) : add_sentences (self, speech_queue);
}

static void
append_text (GMarkupParseContext *context, const gchar *text, gsize length,
    gpointer user_data, GError **error)
{
  g_string_append_len (user_data, text, length);
}

/* What should be markup and is not: subparse keeps the tags of WebVTT as they are
 * (<v Ann>), and escapes what else there is in such a cue. */
static void
append_cue (GString *text, const gchar *data, gsize size)
{
  GString *cue = g_string_new_len (data, size);

  tts_spoken_text_clean_cue (cue);
  g_string_append_len (text, cue->str, cue->len);
  g_string_free (cue, TRUE);
}

/* Appends what pango markup says. */
static void
append_markup (GString *text, const gchar *data, gsize size)
{
  static const GMarkupParser parser = { .text = append_text };
  gsize before = text->len;
  g_autoptr (GMarkupParseContext) context =
      g_markup_parse_context_new (&parser, 0, text, NULL);

  if (!g_markup_parse_context_parse (context, "<markup>", -1, NULL)
      || !g_markup_parse_context_parse (context, data, size, NULL)
      || !g_markup_parse_context_parse (context, "</markup>", -1, NULL)) {
    g_string_truncate (text, before);
    append_cue (text, data, size);
  }
}

static void
append_buffer (TtsTextInput *self, GString *text, GstBuffer *buffer)
{
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  if (self->markup)
    append_markup (text, (const gchar *) map.data, map.size);
  else
    g_string_append_len (text, (const gchar *) map.data, map.size);
  gst_buffer_unmap (buffer, &map);
}

/* The text of a list, and the time from its first word to its last. */
static void
join_words (TtsTextInput *self, GstBufferList *list, GString *text, GstClockTime *pts,
    GstClockTime *duration)
{
  guint n = gst_buffer_list_length (list);
  GstBuffer *first, *last;

  for (guint i = 0; i < n; i++) {
    g_autoptr (GString) word = g_string_new (NULL);

    append_buffer (self, word, gst_buffer_list_get (list, i));
    openai_text_join (text, word->str);
  }
  if (n == 0)
    return;
  first = gst_buffer_list_get (list, 0);
  last = gst_buffer_list_get (list, n - 1);
  *pts = GST_BUFFER_PTS (first);
  if (GST_BUFFER_PTS_IS_VALID (first) && GST_BUFFER_PTS_IS_VALID (last)
      && GST_BUFFER_DURATION_IS_VALID (last) && GST_BUFFER_PTS (last) >= *pts)
    *duration = GST_BUFFER_PTS (last) + GST_BUFFER_DURATION (last) - *pts;
}

gboolean
tts_text_input_add_list (
    TtsTextInput *self, GstBufferList *list, TtsSpeechQueue *speech_queue)
{
  GString *text = g_string_new (NULL);
  GstClockTime pts = GST_CLOCK_TIME_NONE, duration = GST_CLOCK_TIME_NONE;
  gboolean added;

  follow_script (self, speech_queue);
  join_words (self, list, text, &pts, &duration);
  added = add_text (self, text, pts, duration, TRUE, speech_queue);
  g_string_free (text, TRUE);
  return added;
}

/* The words a sentence was made of; NULL: it is no such buffer. */
static GstBufferList *
sentence_words (GstBuffer *buffer)
{
  GstCustomMeta *meta = gst_meta_get_info (SENTENCE_META)
      ? gst_buffer_get_custom_meta (buffer, SENTENCE_META)
      : NULL;
  const GValue *value = meta
      ? gst_structure_get_value (gst_custom_meta_get_structure (meta), "words")
      : NULL;

  return value && G_VALUE_HOLDS (value, GST_TYPE_BUFFER_LIST) ? g_value_get_boxed (value)
                                                              : NULL;
}

gboolean
tts_text_input_add_buffer (
    TtsTextInput *self, GstBuffer *buffer, TtsSpeechQueue *speech_queue)
{
  GstBufferList *words = sentence_words (buffer);
  GstClockTime pts = GST_CLOCK_TIME_NONE, duration = GST_CLOCK_TIME_NONE;
  GString *text = g_string_new (NULL);
  gboolean added;

  follow_script (self, speech_queue);
  if (words)
    join_words (self, words, text, &pts, &duration);
  if (gst_buffer_get_size (buffer) > 0) {
    g_string_truncate (text, 0);
    append_buffer (self, text, buffer);
  }
  if (GST_BUFFER_PTS_IS_VALID (buffer))
    pts = GST_BUFFER_PTS (buffer);
  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    duration = GST_BUFFER_DURATION (buffer);
  added = add_text (self, text, pts, duration, words != NULL, speech_queue);
  g_string_free (text, TRUE);
  return added;
}

void
tts_text_input_begin_text (TtsTextInput *self, const gchar *text)
{
  openai_sentences_push (self->sentences, text, strlen (text));
  openai_sentences_finish (self->sentences);
  count (self);
}

gboolean
tts_text_input_continue (TtsTextInput *self, TtsSpeechQueue *speech_queue)
{
  gchar *text;

  follow_script (self, speech_queue);
  while (tts_speech_queue_has_room (speech_queue)) {
    text = next_piece (self);
    count (self);
    if (!text)
      return FALSE;
    tts_speech_queue_add_text (speech_queue, self->flushes, text, NULL, &untimed);
  }
  return openai_sentences_length (self->sentences) > 0;
}
