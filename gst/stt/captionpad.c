// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The pad that captions leave by: their form, their times, and what is posted instead
 * where nothing is linked. */

#include "captionpad.h"

#include <string.h>

#include "element/boundarypads.h"
#include "element/padends.h"
#include "text/entities.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

struct _SttCaptionPad
{
  GstElement *element; /* not owned: it owns this */
  GstPad *pad;
  guint32 eos_seqnum; /* of the EOS that came; under OBJECT_LOCK */
  gboolean eos_posted;
  gboolean webvtt;     /* nothing but WebVTT is made of the text */
  gboolean srt;        /* nothing but SRT is */
  gboolean coloured;   /* speakers have colours, where there is markup */
  GPtrArray *speakers; /* gchar: those that have one, in order of appearance */
  gboolean escape;    /* pango-markup was negotiated, or text goes into WebVTT as it is */
  gboolean from_zero; /* what leaves has running times: it goes into files only, whose
                       * encoders know no segment */
  gboolean lines;     /* each caption ends its line: what follows knows bytes only */
  gboolean has_text;  /* a caption left since the start of the stream */
};

/* The text becomes markup, and no branch shows it as it is. */
static gboolean
goes_into_webvtt (GstOpenaiPadEnds ends)
{
  return ends & GST_OPENAI_END_WEBVTT
      && !(ends & ~(GST_OPENAI_END_WEBVTT | GST_OPENAI_END_OVERLAY));
}

/* Players show the first picture at 0, whatever the times in the stream are. */
static gboolean
goes_into_files (GstOpenaiPadEnds ends)
{
  const GstOpenaiPadEnds encoders = GST_OPENAI_END_WEBVTT | GST_OPENAI_END_SRT;

  return ends & encoders && !(ends & ~encoders);
}

/* Encoders of other kinds and files would write markup as text. */
static gboolean
may_have_colours (GstOpenaiPadEnds ends)
{
  return !(ends & (GST_OPENAI_END_BYTES | GST_OPENAI_END_SRT));
}

/* utf8 when downstream takes it, except for colours, and where webvttenc follows: it
 * writes text as it is, so that what it gets has to be markup. FALSE: it takes no text at
 * all. */
static gboolean
negotiate (SttCaptionPad *self)
{
  g_autoptr (GstCaps) allowed = gst_pad_peer_query_caps (self->pad, NULL);
  g_autoptr (GstCaps) utf8 = gst_caps_from_string ("text/x-raw, format=(string)utf8");
  g_autoptr (GstCaps) markup =
      gst_caps_from_string ("text/x-raw, format=(string)pango-markup");
  GstOpenaiPadEnds ends = gst_openai_pad_ends (self->pad);
  gboolean takes_markup = gst_caps_can_intersect (allowed, markup), wants_markup;

  self->lines = ends == GST_OPENAI_END_BYTES;
  self->escape = goes_into_webvtt (ends);
  self->webvtt = ends == GST_OPENAI_END_WEBVTT;
  self->srt = ends == GST_OPENAI_END_SRT;
  self->from_zero = goes_into_files (ends);
  wants_markup = self->escape || (self->coloured && may_have_colours (ends));
  if (gst_caps_can_intersect (allowed, utf8) && !(wants_markup && takes_markup))
    return gst_pad_set_caps (self->pad, utf8);
  self->escape = TRUE;
  return takes_markup && gst_pad_set_caps (self->pad, markup);
}

/* As the end of a pipeline the element speaks for itself. */
static void
post_milestone (SttCaptionPad *self, GstMessage *message, guint32 seqnum)
{
  gst_message_set_seqnum (message, seqnum);
  gst_element_post_message (self->element, message);
}

gboolean
stt_caption_pad_is_linked (SttCaptionPad *self)
{
  return gst_openai_pad_is_linked (self->pad);
}

static void
post_stream_start (SttCaptionPad *self, GstEvent *event)
{
  GstMessage *message = gst_message_new_stream_start (GST_OBJECT (self->element));
  guint group;

  if (gst_event_parse_group_id (event, &group))
    gst_message_set_group_id (message, group);
  post_milestone (self, message, gst_event_get_seqnum (event));
}

void
stt_caption_pad_resend_eos (SttCaptionPad *self)
{
  guint32 seqnum;

  GST_OBJECT_LOCK (self->element);
  seqnum = self->eos_seqnum;
  GST_OBJECT_UNLOCK (self->element);
  if (seqnum != GST_SEQNUM_INVALID && !stt_caption_pad_is_linked (self))
    post_milestone (self, gst_message_new_eos (GST_OBJECT (self->element)), seqnum);
}

static void
set_eos (SttCaptionPad *self, guint32 seqnum)
{
  GST_OBJECT_LOCK (self->element);
  self->eos_seqnum = seqnum;
  GST_OBJECT_UNLOCK (self->element);
  self->eos_posted = FALSE;
}

static void
post_untaken_eos (SttCaptionPad *self)
{
  if (self->eos_posted || stt_caption_pad_is_linked (self))
    return;
  self->eos_posted = TRUE;
  stt_caption_pad_resend_eos (self);
}

SttCaptionPad *
stt_caption_pad_new (GstElement *element, GstPad *pad)
{
  SttCaptionPad *self = g_new0 (SttCaptionPad, 1);

  self->element = element;
  self->pad = pad;
  self->speakers = g_ptr_array_new_with_free_func (g_free);
  self->eos_seqnum = GST_SEQNUM_INVALID;
  return self;
}

void
stt_caption_pad_free (SttCaptionPad *self)
{
  g_ptr_array_unref (self->speakers);
  g_free (self);
}

void
stt_caption_pad_flush (SttCaptionPad *self)
{
  set_eos (self, GST_SEQNUM_INVALID);
}

/* webvttenc writes its header with its first caption, and without it a file is no WebVTT:
 * where nothing was said, it gets one that shows nothing. */
static void
push_webvtt_header (SttCaptionPad *self)
{
  GstBuffer *buffer;

  if (!self->webvtt || self->has_text)
    return;
  buffer = gst_buffer_new ();
  GST_BUFFER_PTS (buffer) = 0;
  GST_BUFFER_DURATION (buffer) = GST_MSECOND;
  gst_pad_push (self->pad, buffer);
}

/* Unlinked, the pad keeps what is sticky for what is linked later. */
void
stt_caption_pad_push_event (SttCaptionPad *self, GstEvent *event)
{
  gboolean ends = GST_EVENT_TYPE (event) == GST_EVENT_EOS;

  if (GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START) {
    set_eos (self, GST_SEQNUM_INVALID);
    self->has_text = FALSE;
    if (!stt_caption_pad_is_linked (self))
      post_stream_start (self, event);
  }
  if (ends) {
    push_webvtt_header (self);
    set_eos (self, gst_event_get_seqnum (event));
  }
  gst_pad_push_event (self->pad, event);
  if (ends)
    post_untaken_eos (self);
}

/* Takes @event; NULL: for those of the input that hold already. */
static void
push_segment (SttCaptionPad *self, const GstSegment *segment, GstEvent *event)
{
  GstSegment from_zero;

  gst_segment_init (&from_zero, GST_FORMAT_TIME);
  if (!self->from_zero) {
    stt_caption_pad_push_event (self, event ? event : gst_event_new_segment (segment));
    return;
  }
  stt_caption_pad_push_event (self, gst_event_new_segment (&from_zero));
  g_clear_pointer (&event, gst_event_unref);
}

GstFlowReturn
stt_caption_pad_push_segment (
    SttCaptionPad *self, const GstSegment *segment, GstEvent *event)
{
  gst_pad_check_reconfigure (self->pad);
  if (!negotiate (self) && stt_caption_pad_is_linked (self)) {
    gst_event_unref (event);
    return GST_FLOW_NOT_NEGOTIATED;
  }
  push_segment (self, segment, event);
  return GST_FLOW_OK;
}

GstFlowReturn
stt_caption_pad_ensure_negotiated (SttCaptionPad *self)
{
  if (gst_pad_check_reconfigure (self->pad) && !negotiate (self)
      && stt_caption_pad_is_linked (self))
    return GST_FLOW_NOT_NEGOTIATED;
  return GST_FLOW_OK;
}

GstFlowReturn
stt_caption_pad_follow_link (SttCaptionPad *self, const GstSegment *segment)
{
  g_autoptr (GstEvent) eos = NULL;
  gboolean was_from_zero = self->from_zero;

  if (!stt_caption_pad_is_linked (self)) {
    post_untaken_eos (self);
    return GST_FLOW_OK;
  }
  if (!segment || !gst_pad_check_reconfigure (self->pad))
    return GST_FLOW_OK;
  eos = gst_pad_get_sticky_event (self->pad, GST_EVENT_EOS, 0);
  if (eos)
    gst_pad_push_event (self->pad, g_steal_pointer (&eos));
  else if (!negotiate (self) && stt_caption_pad_is_linked (self))
    return GST_FLOW_NOT_NEGOTIATED;
  else if (self->from_zero != was_from_zero)
    push_segment (self, segment, NULL);
  return GST_FLOW_OK;
}

void
stt_caption_pad_push_tags (SttCaptionPad *self, GstTagList *tags)
{
  if (!stt_caption_pad_is_linked (self))
    gst_element_post_message (self->element,
        gst_message_new_tag (GST_OBJECT (self->element), gst_tag_list_ref (tags)));
  gst_pad_push_event (self->pad, gst_event_new_tag (tags));
}

/* The time that leaves for @position. */
static GstClockTime
time_out (SttCaptionPad *self, const GstSegment *segment, GstClockTime position)
{
  GstClockTime running;

  if (!self->from_zero || segment->rate != 1.0)
    return position;
  running = gst_segment_to_running_time (
      segment, GST_FORMAT_TIME, CLAMP (position, segment->start, segment->stop));
  return GST_CLOCK_TIME_IS_VALID (running) ? running : position;
}

void
stt_caption_pad_push_gap (SttCaptionPad *self, const GstSegment *segment,
    GstClockTime start, GstClockTime duration)
{
  stt_caption_pad_push_event (
      self, gst_event_new_gap (time_out (self, segment, start), duration));
}

/* <v name>, where that is no text; else nothing. */
static gchar *
voice_tag (SttCaptionPad *self, const gchar *voice)
{
  g_autofree gchar *name = voice ? openai_markup_escape (voice) : NULL;

  return name && self->webvtt
      ? g_strdup_printf ("<v %s>", g_strdelimit (name, "\n\r", ' '))
      : g_strdup ("");
}

void
stt_caption_pad_set_coloured (SttCaptionPad *self, gboolean coloured)
{
  if (self->coloured == coloured)
    return;
  self->coloured = coloured;
  gst_pad_mark_reconfigure (self->pad);
}

/* That of broadcasters, in order of appearance; the first speaker's is the usual one. */
static const struct
{
  const gchar *class; /* of WebVTT */
  const gchar *value;
} colours[] = { { NULL, NULL }, { "yellow", "#ffff00" }, { "cyan", "#00ffff" },
  { "lime", "#00ff00" } };

static guint
colour_of (SttCaptionPad *self, const gchar *speaker)
{
  guint i;

  if (!speaker || !self->coloured)
    return 0;
  if (!g_ptr_array_find_with_equal_func (self->speakers, speaker, g_str_equal, &i)) {
    i = self->speakers->len;
    g_ptr_array_add (self->speakers, g_strdup (speaker));
  }
  return i % G_N_ELEMENTS (colours);
}

/* Appends what @speaker says, in the markup that leaves. */
static void
append_coloured (
    SttCaptionPad *self, GString *out, const gchar *text, const gchar *speaker)
{
  guint i = colour_of (self, speaker);

  if (i == 0 || !(self->escape || self->srt))
    g_string_append (out, text);
  else if (self->webvtt)
    g_string_append_printf (out, "<c.%s>%s</c>", colours[i].class, text);
  else if (self->srt)
    g_string_append_printf (out, "<font color=\"%s\">%s</font>", colours[i].value, text);
  else
    g_string_append_printf (
        out, "<span foreground=\"%s\">%s</span>", colours[i].value, text);
}

/* The text that leaves. */
static gchar *
write_caption (SttCaptionPad *self, const SttPadCaption *caption)
{
  g_autofree gchar *tag = voice_tag (self, caption->voice);
  g_autofree gchar *text =
      self->escape ? openai_markup_escape (caption->text) : g_strdup (caption->text);
  gchar *second = caption->other ? strchr (text, '\n') : NULL;
  GString *out = g_string_new (tag);

  if (second)
    *second = '\0';
  append_coloured (self, out, text, caption->speaker);
  if (second) {
    g_string_append_c (out, '\n');
    append_coloured (self, out, second + 1, caption->other);
  }
  if (self->lines)
    g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}

GstFlowReturn
stt_caption_pad_push_text (SttCaptionPad *self, const GstSegment *segment,
    const SttPadCaption *caption, GstClockTime start, GstClockTime duration)
{
  gchar *text = write_caption (self, caption);
  GstBuffer *buffer = gst_buffer_new_wrapped (text, strlen (text));
  GstFlowReturn flow;

  GST_BUFFER_PTS (buffer) = time_out (self, segment, start);
  GST_BUFFER_DURATION (buffer) = duration;
  GST_LOG_OBJECT (self->pad, "out: %" GST_PTR_FORMAT, buffer);
  self->has_text = TRUE;
  flow = gst_pad_push (self->pad, buffer);
  /* Unlinked at this moment: the messages go on. */
  return flow == GST_FLOW_NOT_LINKED && !stt_caption_pad_is_linked (self) ? GST_FLOW_OK
                                                                          : flow;
}
