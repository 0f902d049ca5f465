// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a settled stretch becomes: caption buffers, GAPs, tags and messages. */

#include "stt/captions.h"

#include <math.h>
#include <string.h>

#include "i18n.h"
#include "stt/messages.h"
#include "stt/phantoms.h"

GST_DEBUG_CATEGORY_EXTERN (openaistt_debug);
#define GST_CAT_DEFAULT openaistt_debug

/* A pad that has nothing to say moves on in steps of this length, a moment
 * before whoever waits for it has waited too long. */
#define GRAIN (100 * GST_MSECOND)
#define MOST_STEPS 1000
#define MOMENT (50 * GST_MSECOND)

/* Spoken characters a second, for a file whose answer tells no time at all. */
#define SPEAKING_RATE 15

/* Seconds; what an answer says of a longer file is not believed. */
#define LONGEST_FILE 1e6

struct _Captions
{
  GstElement *element;          /* not owned: it owns this */
  GstPad *sinkpad;
  GstPad *pad;
  gboolean has_src;
  Pace *pace;

  CaptionsTiming timing;
  GstSegment segment;
  gboolean has_segment;
  guint32 eos_seqnum;           /* as a sink: of the EOS that was posted; under
                                 * OBJECT_LOCK */
  gboolean markup;              /* pango-markup was negotiated */
  GstClockTime position;        /* all before it was sent; read by queries */
  gint64 answered;              /* monotonic: the latest answer so far */
  GstClockTime max_delay;       /* read by queries */
  gboolean told_late;
  gchar *language;
  gchar *speaker;               /* of the last caption */
  GString *text;                /* of the whole stream */
};

Captions *
captions_new (GstElement * element, GstPad * sinkpad, GstPad * srcpad,
    gboolean has_src, Pace * pace)
{
  Captions *captions = g_new0 (Captions, 1);

  captions->element = element;
  captions->sinkpad = sinkpad;
  captions->pad = srcpad;
  captions->has_src = has_src;
  captions->pace = pace;
  captions->position = GST_CLOCK_TIME_NONE;
  captions->eos_seqnum = GST_SEQNUM_INVALID;
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
  g_free (captions->speaker);
  g_string_free (captions->text, TRUE);
  g_free (captions);
}

void
captions_set_timing (Captions * captions, const CaptionsTiming * timing)
{
  captions->timing = *timing;
}

void
captions_flush (Captions * captions)
{
  GST_OBJECT_LOCK (captions->element);
  captions->has_segment = FALSE;
  captions->eos_seqnum = GST_SEQNUM_INVALID;
  captions->position = GST_CLOCK_TIME_NONE;
  GST_OBJECT_UNLOCK (captions->element);
  g_clear_pointer (&captions->speaker, g_free);
  g_string_truncate (captions->text, 0);
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
  g_autoptr (GstCaps) allowed = gst_pad_peer_query_caps (captions->pad, NULL);
  g_autoptr (GstCaps) utf8 =
      gst_caps_from_string ("text/x-raw, format=(string)utf8");
  g_autoptr (GstCaps) markup =
      gst_caps_from_string ("text/x-raw, format=(string)pango-markup");

  captions->markup = FALSE;
  if (gst_caps_can_intersect (allowed, utf8))
    return gst_pad_set_caps (captions->pad, utf8);
  captions->markup = TRUE;
  return gst_caps_can_intersect (allowed, markup)
      && gst_pad_set_caps (captions->pad, markup);
}

/* As the end of a pipeline the element speaks for itself. */
static void
post_milestone (Captions * captions, GstMessage * message, guint32 seqnum)
{
  gst_message_set_seqnum (message, seqnum);
  gst_element_post_message (captions->element, message);
}

static void
post_event (Captions * captions, GstEvent * event)
{
  GstObject *element = GST_OBJECT (captions->element);
  guint32 seqnum = gst_event_get_seqnum (event);
  GstMessage *message;
  guint group;

  if (GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START) {
    message = gst_message_new_stream_start (element);
    if (gst_event_parse_group_id (event, &group))
      gst_message_set_group_id (message, group);
    post_milestone (captions, message, seqnum);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
    GST_OBJECT_LOCK (element);
    captions->eos_seqnum = seqnum;
    GST_OBJECT_UNLOCK (element);
    post_milestone (captions, gst_message_new_eos (element), seqnum);
  }
}

void
captions_repeat_eos (Captions * captions)
{
  guint32 seqnum;

  GST_OBJECT_LOCK (captions->element);
  seqnum = captions->eos_seqnum;
  GST_OBJECT_UNLOCK (captions->element);
  if (seqnum != GST_SEQNUM_INVALID)
    post_milestone (captions,
        gst_message_new_eos (GST_OBJECT (captions->element)), seqnum);
}

static void
push_event (Captions * captions, GstEvent * event)
{
  if (captions->has_src) {
    gst_pad_push_event (captions->pad, event);
    return;
  }
  post_event (captions, event);
  gst_event_unref (event);
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
      captions->has_segment = TRUE;
      GST_OBJECT_UNLOCK (captions->element);
      gst_pad_check_reconfigure (captions->pad);
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
  push_event (captions, event);
  return GST_FLOW_OK;
}

static void
advance (Captions * captions, GstClockTime position)
{
  GST_OBJECT_LOCK (captions->element);
  captions->position = position;
  captions->segment.position = position;
  GST_OBJECT_UNLOCK (captions->element);
}

static GstClockTime
running_time (Captions * captions, GstClockTime position)
{
  return gst_segment_to_running_time (&captions->segment, GST_FORMAT_TIME,
      position);
}

static GstClockTime
position_at (Captions * captions, GstClockTime running)
{
  return gst_segment_position_from_running_time (&captions->segment,
      GST_FORMAT_TIME, running);
}

/* Captions are stamped with the time at which they come. */
static gboolean
is_desynchronised (Captions * captions)
{
  return captions->timing.live
      && !GST_CLOCK_TIME_IS_VALID (captions->timing.budget);
}

static GstClockTime
position_or_start (Captions * captions)
{
  return GST_CLOCK_TIME_IS_VALID (captions->position) ?
      captions->position : captions->segment.start;
}

/* Says that nothing comes before @end. In steps, since a muxer forgets how long
 * a GAP is that it has taken, and waits for the next. */
static void
push_gap (Captions * captions, GstClockTime start, GstClockTime end)
{
  GstClockTime from = GST_CLOCK_TIME_IS_VALID (captions->position) ?
      MAX (captions->position, start) : start;
  GstClockTime step;

  if (end <= from)
    return;
  step = MAX (GRAIN, (end - from) / MOST_STEPS);
  for (; from < end; from += step) {
    advance (captions, MIN (from + step, end));
    push_event (captions, gst_event_new_gap (from, MIN (step, end - from)));
  }
}

/* The same, unless the time of the input is not that of the captions. */
static void
push_quiet (Captions * captions, GstClockTime start, GstClockTime end)
{
  if (!is_desynchronised (captions))
    push_gap (captions, start, end);
}

void
captions_silence (Captions * captions, Stretch * stretch)
{
  push_quiet (captions, stretch->start, stretch->end);
}

/* When the pad has to move on. */
static GstClockTime
deadline (Captions * captions)
{
  GstClockTime running =
      running_time (captions, position_or_start (captions));

  if (!GST_CLOCK_TIME_IS_VALID (running))
    return GST_CLOCK_TIME_NONE;
  if (is_desynchronised (captions))
    return running + MOMENT;
  return running + MAX (captions->timing.budget, MOMENT) - MOMENT;
}

/* Says that nothing comes any more for what is past its time. */
static void
move_on (Captions * captions, GstClockTime now)
{
  GstClockTime running = now, target;

  if (!is_desynchronised (captions)) {
    if (now + MOMENT + GRAIN < captions->timing.budget)
      return;
    running = now + MOMENT + GRAIN - captions->timing.budget;
  }
  target = position_at (captions, running);
  if (GST_CLOCK_TIME_IS_VALID (target))
    push_gap (captions, position_or_start (captions), target);
}

void
captions_keep_up (Captions * captions)
{
  GstClockTime now = captions->timing.live && captions->has_src
      && captions->has_segment ? pace_now (captions->pace) :
      GST_CLOCK_TIME_NONE;

  if (!GST_CLOCK_TIME_IS_VALID (now))
    return;
  if (now >= deadline (captions))
    move_on (captions, now);
  if (GST_CLOCK_TIME_IS_VALID (deadline (captions)))
    pace_wait_until (captions->pace, MAX (deadline (captions), now + MOMENT));
}

static void
tell_late (Captions * captions, GstClockTime delay)
{
  captions->told_late = TRUE;
  gst_element_message_full_with_details (captions->element,
      GST_MESSAGE_WARNING, GST_CORE_ERROR, GST_CORE_ERROR_CLOCK,
      g_strdup_printf (_("A caption comes %.1f s after it was spoken, later "
          "than this pipeline waits for it: raise latency, or make the "
          "stretches shorter with max-chunk-duration."),
          (gdouble) delay / GST_SECOND),
      NULL, __FILE__, GST_FUNCTION, __LINE__,
      gst_structure_new ("openaistt/excessive-delay",
          "new-observed-max-delay", G_TYPE_UINT, (guint) (delay / GST_MSECOND),
          NULL));
}

/* How long after it was spoken the caption was there that begins at @start. What
 * came since is time that downstream took. */
static void
observe_delay (Captions * captions, GstClockTime start)
{
  GstClockTime spoken = running_time (captions, start);
  GstClockTime held = (g_get_monotonic_time () - captions->answered)
      * GST_USECOND;
  GstClockTime now = captions->timing.live ?
      pace_now (captions->pace) : GST_CLOCK_TIME_NONE;
  GstClockTime delay;

  if (!GST_CLOCK_TIME_IS_VALID (spoken) || !GST_CLOCK_TIME_IS_VALID (now))
    return;
  spoken -= MIN (spoken, captions->timing.lateness);
  delay = now > spoken + held ? now - spoken - held : 0;
  if (delay <= captions->max_delay)
    return;
  GST_OBJECT_LOCK (captions->element);
  captions->max_delay = delay;
  GST_OBJECT_UNLOCK (captions->element);
  g_object_notify (G_OBJECT (captions->element), "max-observed-delay");
  if (!captions->told_late && !is_desynchronised (captions)
      && delay > captions->timing.budget + captions->timing.lateness)
    tell_late (captions, delay);
}

/* Where a caption goes: never before what was sent already. One that is late
 * is shown until its own end, and at least long enough to be read: those that
 * follow catch up. */
static void
place (Captions * captions, const Cue * cue, GstClockTime * start,
    GstClockTime * end)
{
  GstClockTime shortest = MIN (cue->end - cue->start, cue_reading_time (cue));
  GstClockTime now;

  if (is_desynchronised (captions)) {
    now = pace_now (captions->pace);
    if (GST_CLOCK_TIME_IS_VALID (now)
        && GST_CLOCK_TIME_IS_VALID (position_at (captions, now)))
      *start = position_at (captions, now);
    *end = *start + cue->end - cue->start;
  }
  if (GST_CLOCK_TIME_IS_VALID (captions->position))
    *start = MAX (*start, captions->position);
  *end = MAX (*end, *start + (captions->timing.live ? shortest : GST_MSECOND));
}

static GstFlowReturn
push_text (Captions * captions, const gchar * cue_text, GstClockTime start,
    GstClockTime end)
{
  gchar *text = captions->markup ?
      g_markup_escape_text (cue_text, -1) : g_strdup (cue_text);
  GstBuffer *buffer = gst_buffer_new_wrapped (text, strlen (text));

  GST_BUFFER_PTS (buffer) = start;
  GST_BUFFER_DURATION (buffer) = end - start;
  advance (captions, end);
  return gst_pad_push (captions->pad, buffer);
}

/* What hosts of transcribers listen to: who speaks, and what was said. */
static void
tell_hosts (Captions * captions, const Cue * cue, GstClockTime start,
    GstClockTime end)
{
  if (g_strcmp0 (cue->speaker, captions->speaker) != 0) {
    g_free (captions->speaker);
    captions->speaker = g_strdup (cue->speaker);
    push_event (captions, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
            gst_structure_new ("rstranscribe/speaker-change",
                "speaker", G_TYPE_STRING, cue->speaker, NULL)));
  }
  gst_pad_push_event (captions->sinkpad,
      gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
          gst_structure_new ("rstranscribe/new-item",
              "speaker", G_TYPE_STRING, cue->speaker,
              "content", G_TYPE_STRING, cue->text,
              "running-time", G_TYPE_UINT64, running_time (captions, start),
              "duration", G_TYPE_UINT64, end - start, NULL)));
}

static GstFlowReturn
push_cue (Captions * captions, const Cue * cue, GstClockTime origin)
{
  GstClockTime start = origin + cue->start, end = origin + cue->end;

  observe_delay (captions, start);
  place (captions, cue, &start, &end);
  push_gap (captions, is_desynchronised (captions) ?
      position_or_start (captions) : origin, start);
  tell_hosts (captions, cue, start, end);
  return push_text (captions, cue->text, start, end);
}

static GstFlowReturn
push_cues (Captions * captions, Stretch * stretch,
    const OpenaiTranscript * said, const CaptionsStyle * style,
    GstClockTime quiet_until)
{
  GstClockTime duration = stretch->end - stretch->start;
  CuesOptions options = {
    .granularity = style->granularity,
    .max_lines = style->max_lines,
    .max_line_chars = style->max_line_chars,
    .speaker_prefix = style->speaker_prefix,
    .last_speaker = captions->speaker,
    .speech_start = stretch->speech_start - stretch->start,
    .speech_end = stretch->endless ?
        duration : stretch->speech_end - stretch->start,
    .duration = duration,
    .available = duration,
  };
  g_autoptr (GPtrArray) cues = NULL;
  GstFlowReturn flow = GST_FLOW_OK;

  /* Somebody else may listen by now. */
  if (gst_pad_check_reconfigure (captions->pad) && !negotiate (captions))
    return GST_FLOW_NOT_NEGOTIATED;
  if (GST_CLOCK_TIME_IS_VALID (quiet_until))
    options.available = MAX (duration, quiet_until - stretch->start);
  cues = cues_new (said, &options);
  for (guint i = 0; i < cues->len && flow == GST_FLOW_OK; i++)
    flow = push_cue (captions, g_ptr_array_index (cues, i), stretch->start);
  if (flow == GST_FLOW_OK)
    push_quiet (captions, stretch->start, stretch->end);
  return flow;
}

static void
post (Captions * captions, GstStructure * structure)
{
  gst_element_post_message (captions->element,
      gst_message_new_element (GST_OBJECT (captions->element), structure));
}

static void
send_transcript_tags (Captions * captions, const OpenaiTranscript * said)
{
  GstTagList *tags =
      gst_tag_list_new (CAPTIONS_TAG_TRANSCRIPT, said->text, NULL);

  if (said->language && g_strcmp0 (said->language, captions->language) != 0) {
    g_free (captions->language);
    captions->language = g_strdup (said->language);
    gst_tag_list_add (tags, GST_TAG_MERGE_REPLACE, GST_TAG_LANGUAGE_CODE,
        captions->language, NULL);
  }
  send_tags (captions, tags);
  if (captions->text->len > 0)
    g_string_append_c (captions->text, ' ');
  g_string_append (captions->text, said->text);
}

/* How long the audio was, by its transcript. */
static GstClockTime
length_of (const OpenaiTranscript * transcript)
{
  gdouble end = isnan (transcript->duration) ? 0 :
      CLAMP (transcript->duration, 0, LONGEST_FILE);

  for (guint i = 0; i < transcript->segments->len; i++) {
    const OpenaiSegment *segment =
        g_ptr_array_index (transcript->segments, i);
    end = fmax (end, segment->end);
  }
  for (guint i = 0; i < transcript->words->len; i++) {
    const OpenaiWord *word = g_ptr_array_index (transcript->words, i);
    end = fmax (end, word->end);
  }
  if (end <= 0)
    end = 1 + (gdouble) g_utf8_strlen (transcript->text, -1) / SPEAKING_RATE;
  return MIN (end, LONGEST_FILE) * GST_SECOND;
}

static OpenaiTranscript *
without_phantoms (Stretch * stretch, const CaptionsStyle * style,
    gchar ** dropped)
{
  gdouble loud = stretch->loud == G_MAXUINT64 ?
      NAN : (gdouble) stretch->loud / style->rate;

  *dropped = NULL;
  return style->drop_hallucinations ?
      phantoms_drop (stretch->transcript, loud, dropped) :
      openai_transcript_ref (stretch->transcript);
}

GstFlowReturn
captions_transcript (Captions * captions, Stretch * stretch,
    const CaptionsStyle * style, GstClockTime quiet_until)
{
  g_autofree gchar *dropped = NULL;
  g_autoptr (OpenaiTranscript) said =
      without_phantoms (stretch, style, &dropped);
  GstFlowReturn flow;

  captions->answered = MAX (captions->answered, stretch->answered);
  if (stretch->endless)
    stretch->end = MAX (stretch->end,
        stretch->start + length_of (stretch->transcript));
  GST_DEBUG_OBJECT (captions->element, "%" GST_TIME_FORMAT " to %"
      GST_TIME_FORMAT ", answered after %" GST_TIME_FORMAT ", %u attempts: "
      "\"%s\"%s%s", GST_TIME_ARGS (stretch->start),
      GST_TIME_ARGS (stretch->end), GST_TIME_ARGS (message_latency (stretch)),
      stretch->attempts, said->text, dropped ? ", made up: " : "",
      dropped ? dropped : "");
  post (captions, message_of_transcript (&captions->segment, stretch, said,
          dropped, style->model));
  if (*said->text != '\0')
    send_transcript_tags (captions, said);
  if (!captions->has_src) {
    push_gap (captions, stretch->start, stretch->end);
    return GST_FLOW_OK;
  }
  flow = push_cues (captions, stretch, said, style, quiet_until);
  push_event (captions, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
          gst_structure_new_empty ("rstranscribe/final-transcript")));
  return flow;
}

void
captions_failed (Captions * captions, Stretch * stretch, const gchar * reason)
{
  captions->answered = MAX (captions->answered, stretch->answered);
  post (captions, message_of_failure (&captions->segment, stretch, reason));
  push_quiet (captions, stretch->start, stretch->end);
}

GstClockTime
captions_position (Captions * captions)
{
  return gst_segment_to_stream_time (&captions->segment, GST_FORMAT_TIME,
      captions->position);
}

GstClockTime
captions_max_delay (Captions * captions)
{
  return captions->max_delay;
}
