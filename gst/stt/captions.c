// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a settled stretch becomes: caption buffers, GAPs, tags and messages. */

#include "stt/captions.h"

#include <math.h>
#include <string.h>

#include "gstopenaiconnection.h"

GST_DEBUG_CATEGORY_EXTERN (openaistt_debug);
#define GST_CAT_DEFAULT openaistt_debug

struct _Captions
{
  GstElement *element;          /* not owned: it owns this */
  GstPad *pad;
  gboolean has_src;

  GstSegment segment;
  gboolean markup;              /* pango-markup was negotiated */
  GstClockTime position;        /* all before it was sent; read by queries */
  gchar *language;
  GString *text;                /* of the whole stream */
};

Captions *
captions_new (GstElement * element, GstPad * pad, gboolean has_src)
{
  Captions *captions = g_new0 (Captions, 1);

  captions->element = element;
  captions->pad = pad;
  captions->has_src = has_src;
  captions->position = GST_CLOCK_TIME_NONE;
  captions->text = g_string_new (NULL);
  gst_segment_init (&captions->segment, GST_FORMAT_TIME);
  return captions;
}

void
captions_free (Captions * captions)
{
  if (!captions)
    return;
  g_free (captions->language);
  g_string_free (captions->text, TRUE);
  g_free (captions);
}

void
captions_register_tag (void)
{
  gst_tag_register_static (CAPTIONS_TAG_TRANSCRIPT, GST_TAG_FLAG_META,
      G_TYPE_STRING, "transcript", "What is said in the stream", NULL);
}

/* utf8 when downstream takes it. FALSE: it takes no text at all. */
static gboolean
negotiate (Captions * captions)
{
  g_autoptr (GstCaps) allowed = gst_pad_get_allowed_caps (captions->pad);
  g_autoptr (GstCaps) utf8 =
      gst_caps_from_string ("text/x-raw, format=(string)utf8");
  g_autoptr (GstCaps) markup =
      gst_caps_from_string ("text/x-raw, format=(string)pango-markup");

  captions->markup = FALSE;
  if (!allowed || gst_caps_can_intersect (allowed, utf8))
    return gst_pad_set_caps (captions->pad, utf8);
  captions->markup = TRUE;
  return gst_caps_can_intersect (allowed, markup)
      && gst_pad_set_caps (captions->pad, markup);
}

static GstFlowReturn
push_event (Captions * captions, GstEvent * event)
{
  if (captions->has_src)
    gst_pad_push_event (captions->pad, event);
  else
    gst_event_unref (event);
  return GST_FLOW_OK;
}

static void
send_tags (Captions * captions, GstTagList * tags)
{
  if (captions->has_src)
    gst_pad_push_event (captions->pad, gst_event_new_tag (tags));
  else
    gst_element_post_message (captions->element,
        gst_message_new_tag (GST_OBJECT (captions->element), tags));
}

static void
send_whole_text (Captions * captions)
{
  if (captions->text->len > 0)
    send_tags (captions, gst_tag_list_new (CAPTIONS_TAG_TRANSCRIPT,
            captions->text->str, NULL));
}

GstFlowReturn
captions_event (Captions * captions, GstEvent * event)
{
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_SEGMENT:
      GST_OBJECT_LOCK (captions->element);
      gst_event_copy_segment (event, &captions->segment);
      captions->position = GST_CLOCK_TIME_NONE;
      GST_OBJECT_UNLOCK (captions->element);
      if (captions->has_src && !negotiate (captions)) {
        gst_event_unref (event);
        return GST_FLOW_NOT_NEGOTIATED;
      }
      break;
    case GST_EVENT_EOS:
      send_whole_text (captions);
      break;
    default:
      break;
  }
  return push_event (captions, event);
}

static void
advance (Captions * captions, GstClockTime position)
{
  GST_OBJECT_LOCK (captions->element);
  captions->position = position;
  captions->segment.position = position;
  GST_OBJECT_UNLOCK (captions->element);
}

/* Says that nothing comes before @end. */
static GstFlowReturn
push_gap (Captions * captions, GstClockTime start, GstClockTime end)
{
  GstClockTime from = GST_CLOCK_TIME_IS_VALID (captions->position) ?
      MAX (captions->position, start) : start;

  if (end <= from)
    return GST_FLOW_OK;
  advance (captions, end);
  return push_event (captions, gst_event_new_gap (from, end - from));
}

GstFlowReturn
captions_silence (Captions * captions, Stretch * stretch)
{
  return push_gap (captions, stretch->start, stretch->end);
}

static GstFlowReturn
push_cue (Captions * captions, const Cue * cue, GstClockTime start,
    GstClockTime end)
{
  gchar *text = captions->markup ?
      g_markup_escape_text (cue->text, -1) : g_strdup (cue->text);
  GstBuffer *buffer;

  if (GST_CLOCK_TIME_IS_VALID (captions->position))
    start = MAX (start, captions->position);
  end = MAX (end, start + GST_MSECOND);

  buffer = gst_buffer_new_wrapped (text, strlen (text));
  GST_BUFFER_PTS (buffer) = start;
  GST_BUFFER_DURATION (buffer) = end - start;
  advance (captions, end);
  return gst_pad_push (captions->pad, buffer);
}

static GstFlowReturn
push_cues (Captions * captions, Stretch * stretch,
    const CaptionsStyle * style, GstClockTime quiet_until)
{
  GstClockTime duration = stretch->end - stretch->start;
  CuesOptions options = {
    .granularity = style->granularity,
    .max_lines = style->max_lines,
    .max_line_chars = style->max_line_chars,
    .speech_end = duration,
    .duration = duration,
    .available = duration,
  };
  g_autoptr (GPtrArray) cues = NULL;
  GstFlowReturn flow = GST_FLOW_OK;

  if (GST_CLOCK_TIME_IS_VALID (quiet_until))
    options.available = MAX (duration, quiet_until - stretch->start);
  cues = cues_new (stretch->transcript, &options);
  for (guint i = 0; i < cues->len && flow == GST_FLOW_OK; i++) {
    Cue *cue = g_ptr_array_index (cues, i);

    push_gap (captions, stretch->start, stretch->start + cue->start);
    flow = push_cue (captions, cue, stretch->start + cue->start,
        stretch->start + cue->end);
  }
  if (flow == GST_FLOW_OK)
    flow = push_gap (captions, stretch->start, stretch->end);
  return flow;
}

static void
append_structure (GValue * array, GstStructure * structure)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, GST_TYPE_STRUCTURE);
  g_value_take_boxed (&value, structure);
  gst_value_array_append_and_take_value (array, &value);
}

static void
set_string (GstStructure * structure, const gchar * name, const gchar * value)
{
  if (value)
    gst_structure_set (structure, name, G_TYPE_STRING, value, NULL);
}

static void
set_number (GstStructure * structure, const gchar * name, gdouble value)
{
  if (!isnan (value))
    gst_structure_set (structure, name, G_TYPE_DOUBLE, value, NULL);
}

static void
set_times (GstStructure * structure, GstClockTime origin, gdouble start,
    gdouble end)
{
  if (isnan (start) || isnan (end))
    return;
  gst_structure_set (structure,
      "start", G_TYPE_UINT64, origin + (guint64) (start * GST_SECOND),
      "end", G_TYPE_UINT64, origin + (guint64) (end * GST_SECOND), NULL);
}

static void
set_segments (GstStructure * message, Stretch * stretch)
{
  GPtrArray *segments = stretch->transcript->segments;
  GValue array = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  for (guint i = 0; i < segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (segments, i);
    GstStructure *structure = gst_structure_new ("segment", "text",
        G_TYPE_STRING, segment->text, NULL);

    set_times (structure, stretch->start, segment->start, segment->end);
    set_string (structure, "speaker", segment->speaker);
    set_number (structure, "avg-logprob", segment->avg_logprob);
    set_number (structure, "no-speech-prob", segment->no_speech_prob);
    set_number (structure, "compression-ratio", segment->compression_ratio);
    append_structure (&array, structure);
  }
  gst_structure_take_value (message, "segments", &array);
}

static void
set_words (GstStructure * message, Stretch * stretch)
{
  GPtrArray *words = stretch->transcript->words;
  GValue array = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  for (guint i = 0; i < words->len; i++) {
    const OpenaiWord *word = g_ptr_array_index (words, i);
    GstStructure *structure = gst_structure_new ("word", "text",
        G_TYPE_STRING, word->text, NULL);

    set_times (structure, stretch->start, word->start, word->end);
    set_number (structure, "probability", word->probability);
    append_structure (&array, structure);
  }
  gst_structure_take_value (message, "words", &array);
}

/* The mean probability of a token, from whatever the server told. */
static gdouble
confidence (const OpenaiTranscript * transcript)
{
  gdouble sum = 0;
  guint n = 0;

  for (guint i = 0; i < transcript->logprobs->len; i++, n++)
    sum += g_array_index (transcript->logprobs, OpenaiLogprob, i).logprob;
  for (guint i = 0; n == 0 && i < transcript->segments->len; i++) {
    const OpenaiSegment *segment =
        g_ptr_array_index (transcript->segments, i);

    if (isnan (segment->avg_logprob))
      return NAN;
    sum += segment->avg_logprob / transcript->segments->len;
  }
  if (n == 0 && transcript->segments->len == 0)
    return NAN;
  return exp (n > 0 ? sum / n : sum);
}

/* A message about a stretch, with its bounds in every time there is. */
static GstStructure *
stretch_structure (Captions * captions, const gchar * name, Stretch * stretch)
{
  const GstSegment *segment = &captions->segment;

  return gst_structure_new (name,
      "start", G_TYPE_UINT64, stretch->start,
      "end", G_TYPE_UINT64, stretch->end,
      "start-stream-time", G_TYPE_UINT64,
      gst_segment_to_stream_time (segment, GST_FORMAT_TIME, stretch->start),
      "end-stream-time", G_TYPE_UINT64,
      gst_segment_to_stream_time (segment, GST_FORMAT_TIME, stretch->end),
      "start-running-time", G_TYPE_UINT64,
      gst_segment_to_running_time (segment, GST_FORMAT_TIME, stretch->start),
      "end-running-time", G_TYPE_UINT64,
      gst_segment_to_running_time (segment, GST_FORMAT_TIME, stretch->end),
      "attempts", G_TYPE_UINT, stretch->attempts, NULL);
}

static void
post (Captions * captions, GstStructure * structure)
{
  gst_element_post_message (captions->element,
      gst_message_new_element (GST_OBJECT (captions->element), structure));
}

/* From the end of the speech to the answer, which may come before it. */
static GstClockTime
latency_of (const Stretch * stretch)
{
  return MAX (stretch->answered - stretch->asked, 0) * GST_USECOND;
}

static void
post_transcript (Captions * captions, Stretch * stretch,
    const CaptionsStyle * style)
{
  const OpenaiTranscript *transcript = stretch->transcript;
  GstStructure *message =
      stretch_structure (captions, "openaistt/transcript", stretch);

  gst_structure_set (message, "final", G_TYPE_BOOLEAN, TRUE,
      "text", G_TYPE_STRING, transcript->text,
      "latency", G_TYPE_UINT64,
      latency_of (stretch), NULL);
  set_string (message, "language", transcript->language);
  set_string (message, "model", style->model);
  set_string (message, "request-id", stretch->request_id);
  set_number (message, "confidence", confidence (transcript));
  set_segments (message, stretch);
  set_words (message, stretch);
  gst_openai_structure_set_usage (message, &transcript->usage);
  post (captions, message);
}

static void
send_transcript_tags (Captions * captions, const OpenaiTranscript * transcript)
{
  GstTagList *tags = gst_tag_list_new (CAPTIONS_TAG_TRANSCRIPT,
      transcript->text, NULL);

  if (transcript->language
      && g_strcmp0 (transcript->language, captions->language) != 0) {
    g_free (captions->language);
    captions->language = g_strdup (transcript->language);
    gst_tag_list_add (tags, GST_TAG_MERGE_REPLACE, GST_TAG_LANGUAGE_CODE,
        captions->language, NULL);
  }
  send_tags (captions, tags);
  if (captions->text->len > 0)
    g_string_append_c (captions->text, ' ');
  g_string_append (captions->text, transcript->text);
}

GstFlowReturn
captions_transcript (Captions * captions, Stretch * stretch,
    const CaptionsStyle * style, GstClockTime quiet_until)
{
  GstFlowReturn flow;

  GST_DEBUG_OBJECT (captions->element, "%" GST_TIME_FORMAT " to %"
      GST_TIME_FORMAT ", answered after %" GST_TIME_FORMAT ", %u attempts: "
      "\"%s\"", GST_TIME_ARGS (stretch->start), GST_TIME_ARGS (stretch->end),
      GST_TIME_ARGS (latency_of (stretch)), stretch->attempts,
      stretch->transcript->text);
  post_transcript (captions, stretch, style);
  if (*stretch->transcript->text != '\0')
    send_transcript_tags (captions, stretch->transcript);
  if (!captions->has_src)
    return push_gap (captions, stretch->start, stretch->end);

  flow = push_cues (captions, stretch, style, quiet_until);
  push_event (captions, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
          gst_structure_new_empty ("rstranscribe/final-transcript")));
  return flow;
}

GstFlowReturn
captions_failed (Captions * captions, Stretch * stretch, const gchar * reason)
{
  GstStructure *message =
      stretch_structure (captions, "openaistt/failed", stretch);

  set_string (message, "reason", reason);
  set_string (message, "request-id", stretch->request_id);
  post (captions, message);
  return push_gap (captions, stretch->start, stretch->end);
}

GstClockTime
captions_position (Captions * captions)
{
  return gst_segment_to_stream_time (&captions->segment, GST_FORMAT_TIME,
      captions->position);
}
