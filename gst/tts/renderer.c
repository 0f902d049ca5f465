// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the speech queue says is due, and its answers, to speech on the source pad:
 * on time, and told about in messages. */

#include "renderer.h"

#include <string.h>

#include "client/error.h"
#include "i18n.h"
#include "frames.h"
#include "messages.h"
#include "outputs.h"
#include "playout.h"
#include "speechaudio.h"
#include "audio/wsola.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_tts_debug);
#define GST_CAT_DEFAULT gst_openai_tts_debug

/* It does not leave the element. */
#define SILENT_CUE "tts-silent-cue"

/* The least and the most audio in a buffer but the last, milliseconds. */
#define MIN_BUFFER_MS 20
#define MAX_BUFFER_MS 100

/* Speech that is cut off fades so long. */
#define FADE_MS 5

#define SAMPLE_SIZE 2

struct _TtsRenderer
{
  GstElement *element; /* not owned: it owns this */
  GstPad *srcpad;
  GstPad *sinkpad;
  guint pcm_rate;
  gboolean follow; /* another format than the one that was asked
                                 * for is fine if downstream takes it */
  TtsTimelineOverflow overflow;
  gdouble max_compression;
  guint latency; /* milliseconds; G_MAXUINT: desynchronised */

  TtsPlayout *playout;
  TtsFrames *frames; /* of encoded answers, and their kind */
  TtsFramesKind frames_kind;
  GstClockTime frames_origin; /* the time of their first sample */
  gboolean frames_sent;       /* more of them than headers */
  gboolean resync;            /* the next words begin now, ... */
  gboolean restart;           /* ... even before the last ones end */
  GstClockTime track_end;     /* of the latest cue */

  /* the current utterance */
  TtsSpeechAudio *audio;       /* from its first byte on */
  gboolean begun;              /* it has its place */
  GstStructure *start_message; /* what its speech-start said */
  TtsTimelinePlace place;
  GstClockTime start;
  guint64 said;          /* samples of it, cut ones too */
  GByteArray *collected; /* samples to be compressed */
  gdouble tempo;
};

/* Whether no samples will come. */
static gboolean
is_encoded (GstPad *srcpad, TtsFormat format)
{
  return format == TTS_FORMAT_AUTO
      ? !tts_outputs_accepts (srcpad, TTS_SPEECH_AUDIO_PCM)
      : tts_outputs_kind (tts_response_format (format)) != TTS_SPEECH_AUDIO_PCM;
}

/* The language of the text is that of the speech. */
static void
set_language (TtsRenderer *self, const gchar *language)
{
  g_autofree gchar *code = g_strdup (language ? language : "");
  g_autoptr (GstEvent) event = NULL;

  code[strcspn (code, "-_")] = '\0';
  if (*code == '\0')
    return;
  event = gst_event_new_tag (gst_tag_list_new (GST_TAG_LANGUAGE_CODE, code, NULL));
  tts_playout_set_tags (self->playout, event);
}

TtsRenderer *
tts_renderer_new (
    GstElement *element, GstPad *srcpad, GstPad *sinkpad, const TtsSettings *settings)
{
  TtsRenderer *self = g_new0 (TtsRenderer, 1);

  self->element = element;
  self->srcpad = srcpad;
  self->sinkpad = sinkpad;
  self->pcm_rate = settings->pcm_rate;
  self->follow = settings->format == TTS_FORMAT_AUTO;
  self->overflow = settings->overflow;
  self->max_compression = settings->max_compression;
  self->latency = settings->latency;
  self->playout = tts_playout_new (
      element, srcpad, is_encoded (srcpad, settings->format) ? 0 : settings->pcm_rate);
  self->collected = g_byte_array_new ();
  self->tempo = 1;
  set_language (self, settings->language_code);
  return self;
}

void
tts_renderer_free (TtsRenderer *self)
{
  if (!self)
    return;
  tts_playout_free (self->playout);
  tts_frames_free (self->frames);
  tts_speech_audio_free (self->audio);
  g_clear_pointer (&self->start_message, gst_structure_free);
  g_byte_array_unref (self->collected);
  g_free (self);
}

void
tts_renderer_continue (TtsRenderer *self, TtsRenderer *before)
{
  if (!before->frames_sent)
    return;
  self->frames = g_steal_pointer (&before->frames);
  self->frames_kind = before->frames_kind;
  self->frames_origin = before->frames_origin;
  self->frames_sent = TRUE;
}

void
tts_renderer_set_first (TtsRenderer *self, GstClockTime first)
{
  tts_playout_set_first (self->playout, first);
}

void
tts_renderer_resync_to_clock (TtsRenderer *self, gboolean restart)
{
  self->resync = TRUE;
  self->restart |= restart;
}

GstClockTime
tts_renderer_time (TtsRenderer *self)
{
  return tts_playout_time (self->playout);
}

GstClockTime
tts_renderer_stream_time (TtsRenderer *self)
{
  return tts_playout_stream_time (self->playout);
}

static void
post (TtsRenderer *self, GstStructure *structure)
{
  gst_element_post_message (
      self->element, gst_message_new_element (GST_OBJECT (self->element), structure));
}

/* NONE: no time passes. */
static GstClockTime
running_time (TtsRenderer *self)
{
  gboolean playing;

  GST_OBJECT_LOCK (self->element);
  playing = GST_STATE (self->element) == GST_STATE_PLAYING;
  GST_OBJECT_UNLOCK (self->element);
  return playing ? gst_element_get_current_running_time (self->element)
                 : GST_CLOCK_TIME_NONE;
}

/* Whether the text is live, and how late it comes by itself. */
static gboolean
is_live (TtsRenderer *self, GstClockTime *upstream)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  gboolean live = FALSE;

  if (gst_pad_peer_query (self->sinkpad, query))
    gst_query_parse_latency (query, &live, upstream, NULL);
  return live;
}

/* What is before this time would be heard too late: 0 when nothing would. */
static GstClockTime
earliest_time (TtsRenderer *self)
{
  gboolean at_once = self->latency == G_MAXUINT;
  GstClockTime now, allowed = 0;

  if (!is_live (self, &allowed) && !self->resync)
    return 0;
  now = running_time (self);
  if (self->resync || at_once)
    allowed = 0;
  else
    allowed += self->latency * GST_MSECOND;
  if (!GST_CLOCK_TIME_IS_VALID (now) || now <= allowed)
    return 0;
  return tts_playout_time_at (self->playout, now - allowed);
}

static gboolean
is_desynchronised (TtsRenderer *self)
{
  GstClockTime upstream;

  return self->latency == G_MAXUINT && is_live (self, &upstream);
}

/* Time passes until something is said: a live stream is told so, others get
 * it as silence. */
static GstFlowReturn
pass_time (TtsRenderer *self, GstClockTime until)
{
  GstClockTime upstream;

  if (self->resync || is_live (self, &upstream))
    return tts_playout_skip_to (self->playout, until);
  return tts_playout_fill_until (self->playout, until);
}

/* The first audio is there: finds its place, and lets time pass until then. */
static GstFlowReturn
find_place (TtsRenderer *self, const TtsUtterance *utterance)
{
  TtsTimelineState state = { 0 };
  GstFlowReturn flow;

  if (self->begun)
    return GST_FLOW_OK;
  self->begun = TRUE;
  state.earliest = earliest_time (self);
  state.now = is_desynchronised (self);
  if (self->restart && state.earliest > 0)
    tts_playout_restart_at (self->playout, state.earliest);
  state.position = tts_playout_time (self->playout);
  self->place = tts_timeline_place (self->overflow, &utterance->cue, &state);
  flow = pass_time (self, self->place.start);
  self->resync = self->restart = FALSE;
  self->start = tts_playout_time (self->playout);
  if (utterance->cue.end != TTS_TIMELINE_NONE)
    self->track_end = MAX (self->track_end, utterance->cue.end);
  self->start_message = tts_message_new_start (utterance, self->start);
  post (self, gst_structure_copy (self->start_message));
  return flow;
}

static void
forget_utterance (TtsRenderer *self)
{
  g_clear_pointer (&self->audio, tts_speech_audio_free);
  g_byte_array_set_size (self->collected, 0);
  g_clear_pointer (&self->start_message, gst_structure_free);
  self->begun = FALSE;
  self->said = 0;
  self->tempo = 1;
}

void
tts_renderer_tell_interruption (TtsRenderer *self)
{
  GstClockTime duration = tts_playout_time (self->playout) - self->start;

  if (!self->start_message)
    return;
  post (self,
      tts_message_make_interrupted (g_steal_pointer (&self->start_message), duration));
}

static void
post_end (TtsRenderer *self, const TtsSpeechStep *step)
{
  GstClockTime duration = tts_playout_time (self->playout) - self->start;

  GST_DEBUG_OBJECT (self->element,
      "said in %" GST_TIME_FORMAT ", first byte after %" GST_TIME_FORMAT ", %u attempts",
      GST_TIME_ARGS (duration), GST_TIME_ARGS (step->first_byte_latency), step->attempts);
  post (self, tts_message_new_end (step, self->start, duration, self->tempo));
}

static guint
frame_size (TtsRenderer *self)
{
  return SAMPLE_SIZE * tts_speech_audio_format (self->audio).channels;
}

/* The frames of the utterance that are before the end of its place. */
static guint64
frames_allowed (TtsRenderer *self)
{
  if (self->place.end == TTS_TIMELINE_NONE)
    return G_MAXUINT64;
  if (self->place.end <= self->start)
    return 0;
  return tts_timeline_frames (
      self->place.end - self->start, tts_speech_audio_format (self->audio).rate);
}

static GBytes *
fade_out (TtsRenderer *self, GBytes *samples, guint64 limit)
{
  TtsSpeechAudioFormat format = tts_speech_audio_format (self->audio);
  gsize size = g_bytes_get_size (samples);
  guint8 *data = g_memdup2 (g_bytes_get_data (samples, NULL), size);

  tts_timeline_fade ((gint16 *) data, self->said, size / frame_size (self),
      format.channels, limit, format.rate * FADE_MS / 1000);
  return g_bytes_new_take (data, size);
}

/* Pushes what is before the end of its place; the rest is dropped or held. */
static GstFlowReturn
push_placed (TtsRenderer *self, GBytes *samples)
{
  guint frame = frame_size (self);
  guint64 n_frames = g_bytes_get_size (samples) / frame;
  guint64 limit = frames_allowed (self);
  guint64 n_before = limit > self->said ? MIN (n_frames, limit - self->said) : 0;
  g_autoptr (GBytes) before = g_bytes_new_from_bytes (samples, 0, n_before * frame);
  g_autoptr (GBytes) after =
      g_bytes_new_from_bytes (samples, n_before * frame, (n_frames - n_before) * frame);
  GstFlowReturn flow = GST_FLOW_OK;

  if (n_before > 0 && limit != G_MAXUINT64 && self->overflow == TTS_TIMELINE_CLIP) {
    g_autoptr (GBytes) faded = fade_out (self, before, limit);

    flow = tts_playout_push (self->playout, faded);
  } else if (n_before > 0) {
    flow = tts_playout_push (self->playout, before);
  }
  if (n_before < n_frames && self->overflow == TTS_TIMELINE_OVERLAP)
    tts_playout_queue_overlap (
        self->playout, after, self->said + n_before - MIN (limit, self->said + n_before));
  self->said += n_frames;
  return flow;
}

static gboolean
collects (TtsRenderer *self, const TtsUtterance *utterance)
{
  return self->overflow == TTS_TIMELINE_COMPRESS
      && utterance->cue.end != TTS_TIMELINE_NONE;
}

static GstFlowReturn
say_samples (TtsRenderer *self, const TtsUtterance *utterance, GBytes *samples)
{
  GstFlowReturn flow;

  if (collects (self, utterance)) {
    g_byte_array_append (
        self->collected, g_bytes_get_data (samples, NULL), g_bytes_get_size (samples));
    return GST_FLOW_OK;
  }
  flow = find_place (self, utterance);
  return flow == GST_FLOW_OK ? push_placed (self, samples) : flow;
}

/* Says what came, but for less than @least bytes. */
static GstFlowReturn
say_available (TtsRenderer *self, const TtsUtterance *utterance, gsize least)
{
  TtsSpeechAudioFormat format = tts_speech_audio_format (self->audio);
  GstFlowReturn flow =
      tts_playout_set_format (self->playout, format.rate, format.channels);

  while (
      flow == GST_FLOW_OK && tts_speech_audio_available (self->audio) >= MAX (least, 1)) {
    g_autoptr (GBytes) samples = tts_speech_audio_take (
        self->audio, tts_playout_bytes (self->playout, MAX_BUFFER_MS));

    if (!samples)
      break;
    flow = say_samples (self, utterance, samples);
  }
  return flow;
}

/* How much of its length speech would have to lose still. */
static gdouble
target_ratio (guint64 duration, guint64 room)
{
  return room == TTS_TIMELINE_NONE || room == 0 || duration <= room
      ? 1
      : (gdouble) room / duration;
}

static GstFlowReturn
say_compressed (TtsRenderer *self, const TtsUtterance *utterance)
{
  TtsSpeechAudioFormat format = tts_speech_audio_format (self->audio);
  guint frame = frame_size (self);
  gsize n_frames = self->collected->len / frame;
  gsize most = tts_playout_bytes (self->playout, MAX_BUFFER_MS);
  GstFlowReturn flow = find_place (self, utterance);
  g_autoptr (GArray) faster = NULL;
  gsize size;

  self->tempo =
      tts_timeline_tempo (gst_util_uint64_scale (n_frames, GST_SECOND, format.rate),
          self->place.room, self->max_compression);
  faster = openai_wsola_compress ((const gint16 *) self->collected->data, n_frames,
      format.channels, format.rate, self->tempo);
  size = faster->len * SAMPLE_SIZE;
  tts_playout_set_target (self->playout,
      target_ratio (gst_util_uint64_scale (size / frame, GST_SECOND, format.rate),
          self->place.room));
  for (gsize done = 0; flow == GST_FLOW_OK && done < size; done += most) {
    g_autoptr (GBytes) samples =
        g_bytes_new (faster->data + done, MIN (most, size - done));

    flow = push_placed (self, samples);
  }
  tts_playout_set_target (self->playout, 0);
  return flow;
}

/* An answer of encoded audio begins. */
static GstFlowReturn
begin_frames (TtsRenderer *self, const TtsUtterance *utterance, TtsSpeechAudioKind kind)
{
  TtsFramesKind frames_kind;
  GstFlowReturn flow;
  guint rate;

  if (self->begun)
    return GST_FLOW_OK;
  flow = find_place (self, utterance);
  if (!self->frames || tts_outputs_kind_of (self->frames_kind) != kind) {
    frames_kind = tts_outputs_frames (self->srcpad, kind);
    tts_frames_free (self->frames);
    self->frames = tts_frames_new (frames_kind);
    self->frames_sent = FALSE;
    self->frames_kind = frames_kind;
    self->frames_origin = frames_kind == TTS_FRAMES_OGG ? 0 : self->start;
  }
  rate = tts_frames_format (self->frames)->rate;
  tts_frames_begin (self->frames,
      tts_timeline_frames (self->start - MIN (self->start, self->frames_origin), rate));
  return flow;
}

static GstFlowReturn
say_frame (TtsRenderer *self, const TtsFrame *frame)
{
  const TtsFramesFormat *format = tts_frames_format (self->frames);
  g_autoptr (GstCaps) caps = tts_outputs_caps (self->frames_kind, format);
  GstFlowReturn flow;

  tts_playout_set_caps (
      self->playout, caps, format->rate, self->frames_kind == TTS_FRAMES_OGG);
  self->said += frame->samples;
  if (self->overflow == TTS_TIMELINE_CLIP
      && tts_playout_time (self->playout) >= self->place.end)
    return GST_FLOW_OK;
  flow = tts_playout_push_frame (self->playout, frame);
  self->frames_sent |= flow == GST_FLOW_OK && frame->samples > 0;
  return flow;
}

static GstFlowReturn
say_frames (TtsRenderer *self, const TtsUtterance *utterance)
{
  TtsSpeechAudioFormat format = tts_speech_audio_format (self->audio);
  GstFlowReturn flow = begin_frames (self, utterance, format.kind);
  g_autoptr (GBytes) bytes = tts_speech_audio_take (self->audio, G_MAXSIZE);
  TtsFrame frame;

  if (bytes)
    tts_frames_push (
        self->frames, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  while (flow == GST_FLOW_OK && tts_frames_next (self->frames, &frame)) {
    flow = say_frame (self, &frame);
    g_bytes_unref (frame.data);
  }
  return flow;
}

static GstFlowReturn
end_frames (TtsRenderer *self, const TtsUtterance *utterance, GError **error)
{
  GstFlowReturn flow =
      begin_frames (self, utterance, tts_speech_audio_format (self->audio).kind);

  tts_frames_end (self->frames);
  if (flow == GST_FLOW_OK)
    flow = say_frames (self, utterance);
  if (flow != GST_FLOW_OK || self->said > 0)
    return flow;
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("The server answered with no %s that can be read"), utterance->response_format);
  return GST_FLOW_ERROR;
}

static void
begin_audio (TtsRenderer *self, const TtsSpeechStep *step)
{
  if (!self->audio)
    self->audio = tts_speech_audio_new (step->content_type,
        g_str_equal (step->utterance->response_format, "pcm"),
        step->pcm_rate ? step->pcm_rate : self->pcm_rate);
}

/* Whether what came can be pushed. */
static gboolean
check_kind (TtsRenderer *self, const TtsSpeechStep *step, GError **error)
{
  TtsSpeechAudioKind kind = tts_speech_audio_format (self->audio).kind;
  const gchar *asked = step->utterance->response_format;

  if (self->begun || kind == tts_outputs_kind (asked)
      || (self->follow && tts_outputs_accepts (self->srcpad, kind)))
    return TRUE;
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("The server sent %s where format=%s was asked for"),
          step->content_type ? step->content_type : _("other audio"), asked);
  return FALSE;
}

/* The rest of what is said now is cut off. */
static gboolean
is_cut (TtsRenderer *self)
{
  if (!self->begun || self->overflow != TTS_TIMELINE_CLIP
      || self->place.end == TTS_TIMELINE_NONE)
    return FALSE;
  if (tts_speech_audio_format (self->audio).kind != TTS_SPEECH_AUDIO_PCM)
    return tts_playout_time (self->playout) >= self->place.end;
  return self->said > frames_allowed (self);
}

static GstFlowReturn
handle_audio (TtsRenderer *self, TtsSpeechQueue *speech_queue, const TtsSpeechStep *step,
    GError **error)
{
  GstFlowReturn flow;
  TtsSpeechAudioFormat format;
  const guint8 *data;
  gsize size;

  begin_audio (self, step);
  data = g_bytes_get_data (step->audio, &size);
  if (!tts_speech_audio_push (self->audio, data, size, error))
    return GST_FLOW_ERROR;
  format = tts_speech_audio_format (self->audio);
  if (format.kind == TTS_SPEECH_AUDIO_UNKNOWN
      || tts_speech_audio_available (self->audio) == 0)
    return GST_FLOW_OK;
  if (!check_kind (self, step, error))
    return GST_FLOW_ERROR;
  flow = format.kind == TTS_SPEECH_AUDIO_PCM
      ? say_available (self, step->utterance,
            (gsize) format.rate * MIN_BUFFER_MS / 1000 * frame_size (self))
      : say_frames (self, step->utterance);
  if (flow == GST_FLOW_OK && is_cut (self)) {
    GST_DEBUG_OBJECT (self->element, "dropped: the rest does not fit its cue");
    tts_speech_queue_skip (speech_queue);
    post_end (self, step);
    forget_utterance (self);
  }
  return flow;
}

static GstFlowReturn
end_samples (TtsRenderer *self, const TtsSpeechStep *step)
{
  GstFlowReturn flow = say_available (self, step->utterance, 1);

  if (flow == GST_FLOW_OK && collects (self, step->utterance))
    flow = say_compressed (self, step->utterance);
  return flow;
}

static GstFlowReturn
end_utterance (TtsRenderer *self, const TtsSpeechStep *step, GError **error)
{
  GstFlowReturn flow;

  begin_audio (self, step);
  if (!tts_speech_audio_finish (self->audio, error) || !check_kind (self, step, error))
    return GST_FLOW_ERROR;
  flow = tts_speech_audio_format (self->audio).kind == TTS_SPEECH_AUDIO_PCM
      ? end_samples (self, step)
      : end_frames (self, step->utterance, error);
  if (flow == GST_FLOW_OK)
    post_end (self, step);
  forget_utterance (self);
  return flow;
}

GstFlowReturn
tts_renderer_skip_failed (TtsRenderer *self, TtsSpeechQueue *speech_queue,
    const TtsSpeechStep *step, const GError *error)
{
  const TtsTimelineCue *cue = &step->utterance->cue;
  GstClockTime start = self->begun    ? self->start
      : cue->pts != TTS_TIMELINE_NONE ? cue->pts
                                      : tts_playout_time (self->playout);
  GstFlowReturn flow = GST_FLOW_OK;

  GST_DEBUG_OBJECT (self->element, "failed, going on: %s", error->message);
  post (self, tts_message_new_failure (step, start, error));
  if (step->kind == TTS_STEP_AUDIO)
    tts_speech_queue_skip (speech_queue);
  if (cue->end != TTS_TIMELINE_NONE)
    self->track_end = MAX (self->track_end, cue->end);
  /* Not to its end: the next cue may begin before that. */
  if (!self->begun && cue->pts != TTS_TIMELINE_NONE && !is_desynchronised (self))
    flow = pass_time (self, cue->pts);
  forget_utterance (self);
  return flow;
}

/* The track is as long as its cues, until @limit. */
static GstFlowReturn
end_track (TtsRenderer *self, GstClockTime limit)
{
  GstFlowReturn flow = tts_playout_drain_overlap (self->playout);

  if (flow == GST_FLOW_OK && self->track_end > 0)
    flow = pass_time (self, MIN (self->track_end, limit));
  self->track_end = 0;
  return flow;
}

static GstFlowReturn
begin_segment (TtsRenderer *self, GstEvent *event)
{
  const GstSegment *segment;
  GstFlowReturn flow;

  gst_event_parse_segment (event, &segment);
  flow = end_track (self, tts_playout_time_at (self->playout, segment->base));
  tts_playout_begin_segment (self->playout, event);
  return flow;
}

static GstFlowReturn
handle_gap (TtsRenderer *self, GstEvent *event)
{
  GstClockTime start, duration;

  gst_event_parse_gap (event, &start, &duration);
  return GST_CLOCK_TIME_IS_VALID (duration) ? pass_time (self, start + duration)
                                            : GST_FLOW_OK;
}

GstEvent *
tts_silent_cue_event_new (GstClockTime end)
{
  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
      gst_structure_new (SILENT_CUE, "end", G_TYPE_UINT64, end, NULL));
}

static void
handle_silent_cue (TtsRenderer *self, GstEvent *event)
{
  GstClockTime end;

  if (gst_structure_get_uint64 (gst_event_get_structure (event), "end", &end))
    self->track_end = MAX (self->track_end, end);
}

static GstFlowReturn
handle_event (TtsRenderer *self, GstEvent *event)
{
  GstFlowReturn flow = GST_FLOW_OK;

  if (gst_event_has_name (event, SILENT_CUE)) {
    handle_silent_cue (self, event);
    return flow;
  }

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_SEGMENT:
      return begin_segment (self, event);
    case GST_EVENT_GAP:
      return handle_gap (self, event);
    case GST_EVENT_EOS:
      flow = end_track (self, GST_CLOCK_TIME_NONE);
      break;
    default:
      break;
  }
  gst_pad_push_event (self->srcpad, gst_event_ref (event));
  return flow;
}

/* Downstream refused the caps, of which only the answer told the rate. */
static GstFlowReturn
refuse_caps (TtsRenderer *self, GError **error)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (self->srcpad);
  GstStructure *structure = caps ? gst_caps_get_structure (caps, 0) : NULL;
  gint rate, channels;

  if (!structure || !gst_structure_get_int (structure, "rate", &rate)
      || !gst_structure_get_int (structure, "channels", &channels))
    return GST_FLOW_NOT_NEGOTIATED;
  if (gst_structure_has_name (structure, "audio/x-raw"))
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("What follows openaitts does not take the server's samples (rate %d, "
            "channels %d): put audioconvert ! audioresample between"),
            rate, channels);
  else
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("What follows openaitts does not take the server's %s (rate %d, "
            "channels %d): put audioconvert ! audioresample and an encoder "
            "between"),
            gst_structure_get_name (structure), rate, channels);
  return GST_FLOW_ERROR;
}

static GstFlowReturn
take (TtsRenderer *self, TtsSpeechQueue *speech_queue, const TtsSpeechStep *step,
    GError **error)
{
  switch (step->kind) {
    case TTS_STEP_EVENT:
      return handle_event (self, step->event);
    case TTS_STEP_UTTERANCE:
      GST_DEBUG_OBJECT (self->element, "saying %ld characters as %s",
          g_utf8_strlen (step->utterance->text, -1), step->utterance->response_format);
      forget_utterance (self);
      return GST_FLOW_OK;
    case TTS_STEP_AUDIO:
      return handle_audio (self, speech_queue, step, error);
    case TTS_STEP_END:
      return end_utterance (self, step, error);
    case TTS_STEP_FAILED:
      *error = g_error_copy (step->error);
      return GST_FLOW_ERROR;
    case TTS_STEP_WOKEN:
      return GST_FLOW_OK;
    default:
      return GST_FLOW_FLUSHING;
  }
}

GstFlowReturn
tts_renderer_handle_step (TtsRenderer *self, TtsSpeechQueue *speech_queue,
    const TtsSpeechStep *step, GError **error)
{
  GstFlowReturn flow = take (self, speech_queue, step, error);

  return flow == GST_FLOW_NOT_NEGOTIATED ? refuse_caps (self, error) : flow;
}
