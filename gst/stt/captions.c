// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a resolved chunk becomes: caption buffers, GAPs, tags and messages. */

#include "captions.h"

#include <math.h>

#include "element/boundarypads.h"
#include "captiondelay.h"
#include "captionpad.h"
#include "captiontexts.h"
#include "cuetail.h"
#include "cuetiming.h"
#include "text/abbreviations.h"
#include "text/unicode.h"
#include "said.h"
#include "unsyncedpad.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

/* A pad that has nothing to say moves on in steps of this length, a moment
 * before the elements that wait for it have waited too long. */
#define GAP_INTERVAL (100 * GST_MSECOND)
#define MAX_GAPS 1000
#define GAP_MARGIN (50 * GST_MSECOND)

/* A caption that has to wait longer than this is late. */
#define LATE (3 * GST_SECOND)

/* How much sooner than its speech a caption may begin: three frames. */
#define EARLY (120 * GST_MSECOND)

/* Seconds: speech that ended so long before a cut was not torn by it. */
#define CUT_IN_PAUSE 0.5

struct _SttCaptions
{
  GstElement *element; /* not owned: it owns this */
  GstPad *sinkpad;
  SttCaptionPad *pad;
  SttGapTimer *gap_timer;

  SttCaptionsTiming timing;
  GstSegment segment;
  gboolean has_segment;
  GstClockTime position;   /* all before it was sent; read by queries */
  GstClockTime last_end;   /* of the last caption */
  SttCaptionDelay delay;   /* read by queries */
  SttCaptionCounts counts; /* under OBJECT_LOCK */
  SttCueTail tail;         /* waits for the next chunk */
  gchar *language;
  gchar *speaker;         /* of the last caption */
  SttCaptionTexts *texts; /* those of chunks that were overtaken are late */
  GstClockTime words_end; /* of what was shown of the chunk before its result */
};

SttCaptions *
stt_captions_new (
    GstElement *element, GstPad *sinkpad, GstPad *srcpad, SttGapTimer *gap_timer)
{
  SttCaptions *self = g_new0 (SttCaptions, 1);

  self->element = element;
  self->sinkpad = sinkpad;
  self->pad = stt_caption_pad_new (element, srcpad);
  self->gap_timer = gap_timer;
  self->position = self->last_end = GST_CLOCK_TIME_NONE;
  stt_caption_delay_init (&self->delay, element);
  self->texts = stt_caption_texts_new ();
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  return self;
}

void
stt_captions_free (SttCaptions *self)
{
  if (!self)
    return;
  stt_caption_pad_free (self->pad);
  g_free (self->language);
  g_free (self->speaker);
  stt_caption_texts_free (self->texts);
  stt_cue_tail_clear (&self->tail);
  g_free (self);
}

void
stt_captions_set_timing (SttCaptions *self, const SttCaptionsTiming *timing)
{
  self->timing = *timing;
}

gboolean
stt_captions_are_live (SttCaptions *self)
{
  return self->timing.live;
}

void
stt_captions_flush (SttCaptions *self)
{
  GST_OBJECT_LOCK (self->element);
  self->has_segment = FALSE;
  self->position = self->last_end = GST_CLOCK_TIME_NONE;
  GST_OBJECT_UNLOCK (self->element);
  stt_caption_delay_flush (&self->delay);
  stt_caption_pad_flush (self->pad);
  g_clear_pointer (&self->speaker, g_free);
  stt_caption_texts_flush (self->texts);
  stt_cue_tail_clear (&self->tail);
}

void
stt_captions_register_tag (void)
{
  gst_tag_register_static (CAPTIONS_TAG_TRANSCRIPT, GST_TAG_FLAG_META, G_TYPE_STRING,
      "transcript", "What is said in the stream", NULL);
}

static void
send_whole_text (SttCaptions *self)
{
  g_autofree gchar *whole = stt_caption_texts_join (self->texts);

  if (*whole != '\0')
    stt_caption_pad_push_tags (
        self->pad, gst_tag_list_new (CAPTIONS_TAG_TRANSCRIPT, whole, NULL));
}

void
stt_captions_resend_eos (SttCaptions *self)
{
  stt_caption_pad_resend_eos (self->pad);
}

GstFlowReturn
stt_captions_follow_link (SttCaptions *self)
{
  return stt_caption_pad_follow_link (
      self->pad, self->has_segment ? &self->segment : NULL);
}

/* What goes on comes after what was sent. The same once more: times fell back.
 * With OBJECT_LOCK. */
static void
handle_segment (SttCaptions *self, GstEvent *event)
{
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  self->segment.position = segment->position;
  if (!gst_openai_segment_continues (&self->segment, segment, self->position)
      || gst_segment_is_equal (&self->segment, segment))
    self->position = self->last_end = GST_CLOCK_TIME_NONE;
  gst_segment_copy_into (segment, &self->segment);
}

static void
advance (SttCaptions *self, GstClockTime position)
{
  GST_OBJECT_LOCK (self->element);
  self->position = position;
  self->segment.position = position;
  GST_OBJECT_UNLOCK (self->element);
}

static GstClockTime
running_time (SttCaptions *self, GstClockTime position)
{
  return gst_segment_to_running_time (&self->segment, GST_FORMAT_TIME, position);
}

static GstClockTime
position_at (SttCaptions *self, GstClockTime running)
{
  return gst_segment_position_from_running_time (
      &self->segment, GST_FORMAT_TIME, running);
}

/* Captions are stamped with the time at which they come. */
static gboolean
is_desynchronised (SttCaptions *self)
{
  return self->timing.live && !GST_CLOCK_TIME_IS_VALID (self->timing.budget);
}

static GstClockTime
position_or_start (SttCaptions *self)
{
  return GST_CLOCK_TIME_IS_VALID (self->position) ? self->position : self->segment.start;
}

/* Says that nothing comes before @end. In steps, since a muxer forgets how long
 * a GAP is that it has taken, and waits for the next. */
static void
push_gap (SttCaptions *self, GstClockTime start, GstClockTime end)
{
  GstClockTime from =
      GST_CLOCK_TIME_IS_VALID (self->position) ? MAX (self->position, start) : start;
  GstClockTime step;

  if (end <= from)
    return;
  step = MAX (GAP_INTERVAL, (end - from) / MAX_GAPS);
  for (; from < end; from += step) {
    advance (self, MIN (from + step, end));
    stt_caption_pad_push_gap (self->pad, &self->segment, from, MIN (step, end - from));
  }
}

/* The same, unless the time of the input is not that of the captions. */
static void
push_quiet (SttCaptions *self, GstClockTime start, GstClockTime end)
{
  if (!is_desynchronised (self))
    push_gap (self, start, end);
}

/* When the pad has to move on. */
static GstClockTime
deadline (SttCaptions *self)
{
  GstClockTime running = running_time (self, position_or_start (self));

  if (!GST_CLOCK_TIME_IS_VALID (running))
    return GST_CLOCK_TIME_NONE;
  if (is_desynchronised (self))
    return running + GAP_MARGIN;
  return running + MAX (self->timing.budget, GAP_MARGIN) - GAP_MARGIN;
}

/* Says that nothing comes any more for what is past its time. */
static void
push_due_gap (SttCaptions *self, GstClockTime now)
{
  GstClockTime running = now, target;

  if (!is_desynchronised (self)) {
    if (now + GAP_MARGIN + GAP_INTERVAL < self->timing.budget)
      return;
    running = now + GAP_MARGIN + GAP_INTERVAL - self->timing.budget;
  }
  target = position_at (self, running);
  if (GST_CLOCK_TIME_IS_VALID (target))
    push_gap (self, position_or_start (self), target);
}

/* Where a caption goes: never before what was sent already. One that is late
 * is shown until its own end, and at least long enough to be read, or half of that
 * where it is late by more than a moment: those that follow catch up in as long as the
 * delay was. */
static void
place (SttCaptions *self, const SttCue *cue, GstClockTime *start, GstClockTime *end)
{
  GstClockTime shortest = MIN (cue->end - cue->start, cue->reading_time);
  GstClockTime due, now;

  if (is_desynchronised (self)) {
    now = stt_gap_timer_running_time (self->gap_timer);
    if (GST_CLOCK_TIME_IS_VALID (now)
        && GST_CLOCK_TIME_IS_VALID (position_at (self, now)))
      *start = position_at (self, now);
    *end = *start + cue->end - cue->start;
  }
  due = *start;
  if (GST_CLOCK_TIME_IS_VALID (self->position))
    *start = MAX (*start, self->position);
  if (*start > due + LATE)
    shortest /= 2;
  *end = MAX (*end, *start + (self->timing.live ? shortest : GST_MSECOND));
}

/* What hosts of transcribers listen to: the speaker, and what was said. */
static void
push_transcriber_events (
    SttCaptions *self, const SttCue *cue, GstClockTime start, GstClockTime end)
{
  if (g_strcmp0 (cue->speaker, self->speaker) != 0) {
    g_free (self->speaker);
    self->speaker = g_strdup (cue->speaker);
    stt_caption_pad_push_event (self->pad,
        gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
            gst_structure_new ("rstranscribe/speaker-change", "speaker", G_TYPE_STRING,
                cue->speaker, NULL)));
  }
  gst_pad_push_event (self->sinkpad,
      gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
          gst_structure_new ("rstranscribe/new-item", "speaker", G_TYPE_STRING,
              cue->speaker, "content", G_TYPE_STRING, cue->text, "running-time",
              G_TYPE_UINT64, running_time (self, start), "duration", G_TYPE_UINT64,
              end - start, NULL)));
}

/* Tells each rule that the caption cannot keep. */
static void
post_findings (SttCaptions *self, const SttCue *cue, GstClockTime start, GstClockTime end,
    const SttCueRules *rules)
{
  for (guint i = 0; i < STT_CUE_N_FINDINGS; i++) {
    if (cue->findings & 1 << i)
      gst_element_post_message (self->element,
          gst_message_new_element (GST_OBJECT (self->element),
              stt_message_new_finding (&self->segment, cue, start, end, 1 << i, rules)));
  }
}

static void
count_cue (SttCaptions *self, const SttCue *cue)
{
  GST_OBJECT_LOCK (self->element);
  self->counts.captions++;
  for (guint i = 0; i < STT_CUE_N_FINDINGS; i++)
    self->counts.findings[i] += (cue->findings & 1 << i) != 0;
  GST_OBJECT_UNLOCK (self->element);
}

static GstFlowReturn
push_cue (
    SttCaptions *self, const SttCue *cue, GstClockTime origin, const SttCueRules *rules)
{
  GstClockTime start = origin + cue->start, end = origin + cue->end;

  place (self, cue, &start, &end);
  push_gap (self, is_desynchronised (self) ? position_or_start (self) : origin, start);
  push_transcriber_events (self, cue, start, end);
  count_cue (self, cue);
  post_findings (self, cue, start, end, rules);
  advance (self, end);
  self->last_end = end;
  return stt_caption_pad_push_text (self->pad, &self->segment,
      &(SttPadCaption) { cue->text, cue->voice, cue->speaker, cue->other }, start,
      end - start);
}

static const gchar *
language_of (const OpenaiTranscript *said, const SttCaptionsStyle *style)
{
  if (style->translated)
    return "en";
  return said->language ? said->language : style->language;
}

/* For a part of @chunk, in which @said is spoken from @start to @end. */
static SttCuesOptions
cues_options (SttCaptions *self, const SttChunk *chunk, const OpenaiTranscript *said,
    const SttCaptionsStyle *style, GstClockTime start, GstClockTime end)
{
  const gchar *language = language_of (said, style);
  const gchar *written = language ? language : stt_cue_rules_guess_language (said->text);
  GstClockTime origin = running_time (self, chunk->start);

  return (SttCuesOptions) {
    .granularity = style->granularity,
    .rules = stt_cue_rules_new (style->form, written, &style->overrides),
    .language = written,
    .origin = GST_CLOCK_TIME_IS_VALID (origin) ? origin : chunk->start,
    .speaker_prefix = style->speaker_prefix          ? style->speaker_prefix
        : style->speaker_style == STT_SPEAKERS_LABEL ? "[%s] "
                                                     : NULL,
    .speaker_style = style->speaker_prefix ? STT_SPEAKERS_NONE : style->speaker_style,
    .last_speaker = self->speaker,
    .speech_start = start - chunk->start,
    .speech_end = end - chunk->start,
  };
}

/* Delays are those of results: what waited was observed when its result came. */
static void
observe_delays (SttCaptions *self, GPtrArray *cues, const SttCuesOptions *options,
    GstClockTime origin)
{
  for (guint i = 0; i < cues->len; i++) {
    const SttCue *cue = g_ptr_array_index (cues, i);

    if (cue->start >= options->shift)
      stt_caption_delay_observe (
          &self->delay, running_time (self, origin + cue->start), &self->timing);
  }
}

static void
push_unsynced (SttCaptions *self, const GstStructure *transcript)
{
  GstClockTime now = stt_gap_timer_running_time (self->gap_timer);

  if (!GST_CLOCK_TIME_IS_VALID (now))
    now = running_time (self, position_or_start (self));
  stt_unsynced_pad_push (self->element, transcript, now);
}

static void
post (SttCaptions *self, GstStructure *structure)
{
  if (gst_structure_has_name (structure, "openaistt/transcript"))
    push_unsynced (self, structure);
  gst_element_post_message (
      self->element, gst_message_new_element (GST_OBJECT (self->element), structure));
}

static void
send_transcript_tags (
    SttCaptions *self, const OpenaiTranscript *said, const SttCaptionsStyle *style)
{
  const gchar *language = language_of (said, style);
  GstTagList *tags = gst_tag_list_new (CAPTIONS_TAG_TRANSCRIPT, said->text, NULL);

  if (language && g_strcmp0 (language, self->language) != 0) {
    g_free (self->language);
    self->language = g_strdup (language);
    gst_tag_list_add (
        tags, GST_TAG_MERGE_REPLACE, GST_TAG_LANGUAGE_CODE, self->language, NULL);
  }
  stt_caption_pad_push_tags (self->pad, tags);
  stt_caption_texts_add (self->texts, said->text);
}

/* What is told of a transcript, before its captions. */
typedef struct
{
  GstStructure *message; /* taken */
  const OpenaiTranscript *said;
  const SttCaptionsStyle *style;
} News;

static void
tell (SttCaptions *self, const News *news)
{
  post (self, news->message);
  if (*news->said->text != '\0')
    send_transcript_tags (self, news->said, news->style);
}

/* All captions of the transcripts so far have been pushed. */
static void
push_final (SttCaptions *self)
{
  stt_caption_pad_push_event (self->pad,
      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
          gst_structure_new_empty ("rstranscribe/final-transcript")));
}

/* Nothing goes on with what waits. */
static GstFlowReturn
push_tail (SttCaptions *self)
{
  g_auto (SttCueTail) tail = self->tail;
  GstFlowReturn flow = GST_FLOW_OK;

  self->tail = (SttCueTail) { NULL };
  if (!tail.cue)
    return flow;
  if (stt_caption_pad_is_linked (self->pad))
    flow = stt_caption_pad_ensure_negotiated (self->pad);
  if (flow == GST_FLOW_OK)
    flow = push_cue (self, tail.cue, tail.base, &tail.rules);
  push_quiet (self, tail.base, tail.until);
  push_final (self);
  return flow;
}

/* What waits is followed by a caption that begins at @next. */
static GstFlowReturn
push_followed_tail (SttCaptions *self, GstClockTime next)
{
  if (self->tail.cue && next > self->tail.base)
    stt_cue_timing_follow (
        self->tail.cue, next - self->tail.base, self->tail.origin, &self->tail.rules);
  return push_tail (self);
}

/* The last of @cues waits: for what its words may go on with, or for the time at which
 * the next one begins. */
static void
keep_tail (SttCaptions *self, GPtrArray *cues, const OpenaiTranscript *said,
    const SttCuesOptions *options, GstClockTime origin)
{
  if (!options->last || options->last->len == 0 || said->text[0] == '\0')
    return;
  self->tail.base = origin;
  self->tail.origin = options->origin - MIN (options->origin, options->shift);
  self->tail.rules = options->rules;
  stt_cue_tail_keep (&self->tail, cues, g_array_ref (options->last));
}

/* A caption begins some frames before its speech where it would leave a gap behind the one
 * before it that is no pause. */
static void
close_gap_before (
    SttCaptions *self, SttCue *first, GstClockTime origin, const SttCueRules *rules)
{
  GstClockTime wanted = self->last_end + rules->min_gap;

  if (GST_CLOCK_TIME_IS_VALID (self->last_end) && !is_desynchronised (self)
      && origin + first->start > wanted && origin + first->start <= wanted + EARLY)
    first->start = wanted - origin;
}

/* Those of a transcript that begins at @start, and of what waited for it. @news: told when
 * nothing of the transcript before it waits any more; or NULL. */
static GstFlowReturn
push_cues (SttCaptions *self, GstClockTime start, const OpenaiTranscript *said,
    const SttCuesOptions *options, const News *news)
{
  g_autoptr (GPtrArray) cues = stt_cues_new (said, options);
  GstClockTime origin = start - options->shift;
  GstFlowReturn flow;

  stt_caption_pad_set_coloured (self->pad, options->speaker_style == STT_SPEAKERS_COLOUR);
  flow = stt_caption_pad_ensure_negotiated (self->pad);
  observe_delays (self, cues, options, origin);
  if (cues->len > 0)
    push_followed_tail (self, origin + ((SttCue *) g_ptr_array_index (cues, 0))->start);
  if (cues->len > 0 && options->granularity == STT_CUES_CAPTION)
    close_gap_before (self, g_ptr_array_index (cues, 0), origin, &options->rules);
  if (news)
    tell (self, news);
  keep_tail (self, cues, said, options, origin);
  for (guint i = 0; i < cues->len && flow == GST_FLOW_OK; i++)
    flow = push_cue (self, g_ptr_array_index (cues, i), origin, &options->rules);
  return flow;
}

/* A short pause is no end of what waits. */
static gboolean
is_pause_in_tail (SttCaptions *self, const SttChunk *chunk)
{
  return self->tail.cue && !self->tail.cut
      && chunk->end < self->tail.base + self->tail.cue->end + STT_CUES_PAUSE;
}

void
stt_captions_push_silence (SttCaptions *self, SttChunk *chunk)
{
  if (is_pause_in_tail (self, chunk)) {
    self->tail.until = chunk->end;
    return;
  }
  push_tail (self);
  push_quiet (self, chunk->start, chunk->end);
}

void
stt_captions_update_gaps (SttCaptions *self)
{
  GstClockTime now =
      self->timing.live && stt_caption_pad_is_linked (self->pad) && self->has_segment
      ? stt_gap_timer_running_time (self->gap_timer)
      : GST_CLOCK_TIME_NONE;

  if (!GST_CLOCK_TIME_IS_VALID (now))
    return;
  if (now >= deadline (self)) {
    push_tail (self);
    push_due_gap (self, now);
  }
  if (GST_CLOCK_TIME_IS_VALID (deadline (self)))
    stt_gap_timer_wait_until (self->gap_timer, MAX (deadline (self), now + GAP_MARGIN));
}

GstFlowReturn
stt_captions_push_event (SttCaptions *self, GstEvent *event)
{
  push_tail (self);
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_SEGMENT:
      GST_OBJECT_LOCK (self->element);
      handle_segment (self, event);
      self->has_segment = TRUE;
      GST_OBJECT_UNLOCK (self->element);
      return stt_caption_pad_push_segment (self->pad, &self->segment, event);
    case GST_EVENT_EOS:
      send_whole_text (self);
      stt_unsynced_pad_push_event (self->element, event);
      break;
    default:
      break;
  }
  stt_caption_pad_push_event (self->pad, event);
  return GST_FLOW_OK;
}

/* What is missing of @said where words of it have been shown. */
static OpenaiTranscript *
without_shown (const SttChunk *chunk, OpenaiTranscript *said)
{
  gboolean same;

  if (chunk->shown == 0)
    return openai_transcript_ref (said);
  return openai_transcript_after (
      said, stt_stable_find_end (chunk->stable, chunk->shown, said->text, &same));
}

/* Whether it was cut where speech may have been: with vad=none that may be in a
 * pause. */
static gboolean
is_torn (const SttChunk *chunk)
{
  guint n = chunk->heard->len;
  gdouble length = (gdouble) (chunk->end - chunk->start) / GST_SECOND;

  return chunk->goes_on
      && (n == 0
          || length - g_array_index (chunk->heard, SttSpan, n - 1).end < CUT_IN_PAUSE);
}

/* Whether a sentence of the chunk goes on in the next, which begins at @speech, as far as
 * that is known; a server that writes no full stops does not tell. Words that
 * are shown before the result leave nothing to wait. */
static gboolean
goes_on (SttCaptions *self, const SttChunk *chunk, const SttCaptionsStyle *style,
    const OpenaiTranscript *said, GstClockTime speech)
{
  if (style->granularity != STT_CUES_CAPTION || chunk->shown > 0 || chunk->stable
      || chunk->duration_unknown || is_desynchronised (self))
    return FALSE;
  return is_torn (chunk)
      || (GST_CLOCK_TIME_IS_VALID (speech) && speech < chunk->speech_end + STT_CUES_PAUSE
          && openai_text_has_sentence (said->text)
          && !openai_text_ends_sentence (said->text));
}

/* Whether @said, after a pause, goes on with the sentence that waits. */
static gboolean
may_go_on (const SttCueTail *tail, const OpenaiTranscript *said)
{
  return tail->cut || !g_unichar_isupper (g_utf8_get_char (said->text));
}

/* What waits has its place up to its chunk's end; all before it was pushed. */
static void
push_quiet_before_tail (SttCaptions *self, const SttChunk *chunk)
{
  GstClockTime end = chunk->end;

  if (self->tail.cue) {
    self->tail.until = chunk->end;
    self->tail.cut = is_torn (chunk);
    end = MIN (end, self->tail.base + self->tail.cue->start);
  }
  push_quiet (self, chunk->start, end);
}

static GstFlowReturn
push_result (SttCaptions *self, const SttChunk *chunk, OpenaiTranscript *said,
    const GArray *voice, const News *news, GstClockTime quiet_until, gboolean followed)
{
  const SttCaptionsStyle *style = news->style;
  GstClockTime end = chunk->duration_unknown ? chunk->end : chunk->speech_end;
  GstClockTime start = chunk->shown == 0
      ? chunk->speech_start
      : CLAMP (self->words_end, chunk->speech_start, end);
  g_autoptr (OpenaiTranscript) missing = without_shown (chunk, said);
  g_auto (SttCueTail) before = { NULL };
  g_autoptr (GArray) last = stt_cue_tokens_new_empty ();
  SttCuesOptions options = cues_options (self, chunk, said, style, start, end);
  GstFlowReturn flow;

  if (style->granularity != STT_CUES_CAPTION || chunk->shown > 0)
    push_tail (self);
  else if (self->tail.tokens && !may_go_on (&self->tail, said))
    g_clear_pointer (&self->tail.tokens, g_array_unref);
  if (self->tail.tokens) {
    before = self->tail;
    self->tail = (SttCueTail) { NULL };
  }
  options.duration = options.available = chunk->end - chunk->start;
  options.voice = voice;
  if (GST_CLOCK_TIME_IS_VALID (quiet_until))
    options.available = MAX (options.duration, quiet_until - chunk->start);
  options.followed = followed;
  if (before.cue) {
    options.before = &before;
    options.shift = chunk->start - before.base;
  } else if (self->tail.cue) {
    options.last_speaker = self->tail.cue->speaker;
  }
  if (goes_on (self, chunk, style, said, followed ? quiet_until : GST_CLOCK_TIME_NONE))
    options.last = last;
  flow = push_cues (self, chunk->start, missing, &options, news);
  if (flow == GST_FLOW_OK)
    push_quiet_before_tail (self, chunk);
  return flow;
}

gboolean
stt_captions_may_push_words (
    SttCaptions *self, GstClockTime start, GstClockTime max_wait, gboolean *all)
{
  GstClockTime now =
      self->timing.live && stt_caption_pad_is_linked (self->pad) && self->has_segment
      ? stt_gap_timer_running_time (self->gap_timer)
      : GST_CLOCK_TIME_NONE;
  GstClockTime due = running_time (self, start);

  if (!GST_CLOCK_TIME_IS_VALID (now) || !GST_CLOCK_TIME_IS_VALID (due))
    return FALSE;
  due += is_desynchronised (self) ? 0 : max_wait - MIN (max_wait, GAP_MARGIN);
  *all = now >= due;
  if (!*all)
    stt_gap_timer_wait_until (self->gap_timer, due);
  return TRUE;
}

/* @seconds of a chunk; where that is not known, @otherwise. */
static GstClockTime
time_in (const SttChunk *chunk, gdouble seconds, GstClockTime otherwise)
{
  return isnan (seconds) ? otherwise
                         : chunk->start + (GstClockTime) (seconds * GST_SECOND);
}

GstFlowReturn
stt_captions_push_words (
    SttCaptions *self, const SttWords *words, const SttCaptionsStyle *style)
{
  const SttChunk *chunk = words->chunk;
  g_autoptr (OpenaiTranscript) said = openai_transcript_new_text (words->text);
  GstClockTime now = stt_gap_timer_running_time (self->gap_timer);
  GstClockTime start =
      time_in (chunk, words->start, MAX (chunk->start, position_or_start (self)));
  GstClockTime end = time_in (
      chunk, words->end, GST_CLOCK_TIME_IS_VALID (now) ? position_at (self, now) : start);
  SttCuesOptions options =
      cues_options (self, chunk, said, style, start, MAX (end, start + GST_MSECOND));

  options.duration = options.available = options.speech_end;
  push_tail (self);
  stt_caption_delay_note_result (&self->delay, now);
  self->words_end = chunk->start + options.speech_end;
  return push_cues (self, chunk->start, said, &options, NULL);
}

/* It came when others had gone on: it has no place on the pad any more. */
static void
post_overtaken (SttCaptions *self, SttChunk *chunk, const OpenaiTranscript *said,
    GstStructure *message)
{
  const GstSegment *segment = stt_caption_texts_get_segment (self->texts, chunk);

  if (stt_caption_pad_is_linked (self->pad) && *said->text != '\0')
    stt_caption_delay_observe (&self->delay,
        gst_segment_to_running_time (segment, GST_FORMAT_TIME, chunk->speech_start),
        &self->timing);
  stt_caption_texts_resolve (self->texts, chunk, said->text);
  post (self, message);
}

static const GstSegment *
segment_of (SttCaptions *self, SttChunk *chunk)
{
  const GstSegment *segment = stt_caption_texts_get_segment (self->texts, chunk);

  return segment ? segment : &self->segment;
}

GstFlowReturn
stt_captions_push_transcript (SttCaptions *self, SttChunk *chunk,
    const SttCaptionsStyle *style, GstClockTime quiet_until, gboolean followed)
{
  g_auto (SttSaid) said = stt_said_of (chunk, style);
  GstStructure *message;
  News news;
  GstFlowReturn flow;

  stt_caption_delay_note_result (&self->delay, chunk->result_running_time);
  GST_DEBUG_OBJECT (self->element,
      "chunk at %" GST_TIME_FORMAT ": captions "
      "to %" GST_TIME_FORMAT ", answered after %" GST_TIME_FORMAT ", %ld "
      "characters said, %ld dropped as hallucinations",
      GST_TIME_ARGS (chunk->start), GST_TIME_ARGS (chunk->end),
      GST_TIME_ARGS (stt_message_latency (chunk)), g_utf8_strlen (said.text->text, -1),
      said.dropped ? g_utf8_strlen (said.dropped, -1) : 0);
  message = stt_message_new_transcript (
      segment_of (self, chunk), chunk, said.text, said.timed, said.dropped, style->model);
  if (chunk->overtaken) {
    post_overtaken (self, chunk, said.text, message);
    return GST_FLOW_OK;
  }
  news = (News) { message, said.text, style };
  if (!stt_caption_pad_is_linked (self->pad)) {
    stt_cue_tail_clear (&self->tail);
    tell (self, &news);
    push_gap (self, chunk->start, chunk->end);
    return GST_FLOW_OK;
  }
  flow = push_result (self, chunk, said.timed, said.voice, &news, quiet_until, followed);
  if (!self->tail.cue)
    push_final (self);
  return flow;
}

void
stt_captions_push_failure (SttCaptions *self, SttChunk *chunk, const gchar *reason)
{
  stt_caption_delay_note_result (&self->delay, chunk->result_running_time);
  push_tail (self);
  post (self, stt_message_new_failure (segment_of (self, chunk), chunk, reason));
  if (chunk->overtaken)
    stt_caption_texts_resolve (self->texts, chunk, NULL);
  else
    push_quiet (self, chunk->start, chunk->end);
}

gboolean
stt_captions_is_overdue (SttCaptions *self, GstClockTime end)
{
  GstClockTime now = self->timing.live && !is_desynchronised (self) && self->has_segment
      ? stt_gap_timer_running_time (self->gap_timer)
      : GST_CLOCK_TIME_NONE;
  GstClockTime due = running_time (self,
      GST_CLOCK_TIME_IS_VALID (self->segment.stop) ? MIN (end, self->segment.stop) : end);

  if (!GST_CLOCK_TIME_IS_VALID (now) || !GST_CLOCK_TIME_IS_VALID (due))
    return FALSE;
  /* When the pad has moved on to there. */
  due += self->timing.budget - MIN (self->timing.budget, GAP_MARGIN + GAP_INTERVAL);
  if (now >= due)
    return TRUE;
  stt_gap_timer_wait_until (self->gap_timer, due);
  return FALSE;
}

void
stt_captions_push_overtaken (SttCaptions *self, SttChunk *chunk)
{
  GST_DEBUG_OBJECT (self->element,
      "chunk at %" GST_TIME_FORMAT ": late, those "
      "that follow go on",
      GST_TIME_ARGS (chunk->start));
  stt_caption_texts_add_late (self->texts, chunk, &self->segment);
  push_tail (self);
  push_quiet (self, chunk->start, chunk->end);
}

GstClockTime
stt_captions_position (SttCaptions *self)
{
  return gst_segment_to_stream_time (&self->segment, GST_FORMAT_TIME, self->position);
}

GstClockTime
stt_captions_max_delay (SttCaptions *self)
{
  return self->delay.max;
}

SttCaptionCounts
stt_captions_get_counts (SttCaptions *self)
{
  return self->counts;
}
