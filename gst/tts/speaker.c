// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the script says is due, and its answers, to speech on the source pad:
 * on time, and told about in messages. */

#include "tts/speaker.h"

#include <string.h>

#include "client/error.h"
#include "i18n.h"
#include "structures.h"
#include "tts/frames.h"
#include "tts/outputs.h"
#include "tts/playout.h"
#include "tts/speechaudio.h"
#include "tts/stretch.h"

GST_DEBUG_CATEGORY_EXTERN (openaitts_debug);
#define GST_CAT_DEFAULT openaitts_debug

/* The least and the most audio in a buffer but the last, milliseconds. */
#define MIN_BUFFER_MS 20
#define MAX_BUFFER_MS 100

/* Speech that is cut off fades so long. */
#define FADE_MS 5

#define SAMPLE_SIZE 2

struct _Speaker
{
  GstElement *element;          /* not owned: it owns this */
  GstPad *srcpad;
  GstPad *sinkpad;
  guint pcm_rate;
  gboolean follow;              /* another format than the one that was asked
                                 * for is fine if downstream takes it */
  TimelineOverflow overflow;
  gdouble max_compression;
  guint latency;                /* milliseconds; G_MAXUINT: desynchronised */

  Playout *playout;
  Frames *frames;               /* of encoded answers, and their kind */
  FramesKind frames_kind;
  GstClockTime frames_origin;   /* the time of their first sample */
  gboolean frames_sent;         /* more of them than headers */
  gboolean waited;              /* the next words begin now, ... */
  gboolean restart;             /* ... even before the last ones end */
  GstClockTime track_end;       /* of the latest cue */

  /* the current utterance */
  SpeechAudio *audio;           /* from its first byte on */
  gboolean begun;               /* it has its place */
  TimelinePlace place;
  GstClockTime start;
  guint64 said;                 /* samples of it, cut ones too */
  GByteArray *collected;        /* samples to be compressed */
  gdouble tempo;
};

/* Whether no samples will come. */
static gboolean
is_encoded (GstPad * srcpad, TtsFormat format)
{
  return format == TTS_FORMAT_AUTO ?
      !outputs_accepts (srcpad, SPEECH_AUDIO_PCM) :
      outputs_kind (tts_response_format (format)) != SPEECH_AUDIO_PCM;
}

/* The language of the text is that of the speech. */
static void
set_language (Speaker * speaker, const gchar * language)
{
  g_autofree gchar *code = g_strdup (language ? language : "");
  g_autoptr (GstEvent) event = NULL;

  code[strcspn (code, "-_")] = '\0';
  if (*code == '\0')
    return;
  event = gst_event_new_tag (gst_tag_list_new (GST_TAG_LANGUAGE_CODE, code,
          NULL));
  playout_set_tags (speaker->playout, event);
}

Speaker *
speaker_new (GstElement * element, GstPad * srcpad, GstPad * sinkpad,
    const TtsSettings * settings)
{
  Speaker *speaker = g_new0 (Speaker, 1);

  speaker->element = element;
  speaker->srcpad = srcpad;
  speaker->sinkpad = sinkpad;
  speaker->pcm_rate = settings->pcm_rate;
  speaker->follow = settings->format == TTS_FORMAT_AUTO;
  speaker->overflow = settings->overflow;
  speaker->max_compression = settings->max_compression;
  speaker->latency = settings->latency;
  speaker->playout = playout_new (element, srcpad,
      is_encoded (srcpad, settings->format) ? 0 : settings->pcm_rate);
  speaker->collected = g_byte_array_new ();
  speaker->tempo = 1;
  set_language (speaker, settings->language_code);
  return speaker;
}

void
speaker_free (Speaker * speaker)
{
  if (!speaker)
    return;
  playout_free (speaker->playout);
  frames_free (speaker->frames);
  speech_audio_free (speaker->audio);
  g_byte_array_unref (speaker->collected);
  g_free (speaker);
}

void
speaker_continue (Speaker * speaker, Speaker * before)
{
  if (!before->frames_sent)
    return;
  speaker->frames = g_steal_pointer (&before->frames);
  speaker->frames_kind = before->frames_kind;
  speaker->frames_origin = before->frames_origin;
  speaker->frames_sent = TRUE;
}

void
speaker_set_first (Speaker * speaker, GstClockTime first)
{
  playout_set_first (speaker->playout, first);
}

void
speaker_wait (Speaker * speaker, gboolean restart)
{
  speaker->waited = TRUE;
  speaker->restart |= restart;
}

GstClockTime
speaker_time (Speaker * speaker)
{
  return playout_time (speaker->playout);
}

GstClockTime
speaker_stream_time (Speaker * speaker)
{
  return playout_stream_time (speaker->playout);
}

static void
post (Speaker * speaker, GstStructure * structure)
{
  gst_element_post_message (speaker->element,
      gst_message_new_element (GST_OBJECT (speaker->element), structure));
}

static GstStructure *
utterance_structure (const gchar * name, const Utterance * utterance,
    GstClockTime pts)
{
  return gst_structure_new (name,
      "text", G_TYPE_STRING, utterance->text,
      "voice", G_TYPE_STRING, utterance->voice,
      "model", G_TYPE_STRING, utterance->model,
      "pts", G_TYPE_UINT64, pts, NULL);
}

/* NONE: no time passes. */
static GstClockTime
running_time (Speaker * speaker)
{
  g_autoptr (GstClock) clock = gst_element_get_clock (speaker->element);
  gboolean playing;

  GST_OBJECT_LOCK (speaker->element);
  playing = GST_STATE (speaker->element) == GST_STATE_PLAYING;
  GST_OBJECT_UNLOCK (speaker->element);
  if (!clock || !playing)
    return GST_CLOCK_TIME_NONE;
  return gst_clock_get_time (clock) -
      gst_element_get_base_time (speaker->element);
}

/* Whether the text is live, and how late it comes by itself. */
static gboolean
is_live (Speaker * speaker, GstClockTime * upstream)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  gboolean live = FALSE;

  if (gst_pad_peer_query (speaker->sinkpad, query))
    gst_query_parse_latency (query, &live, upstream, NULL);
  return live;
}

/* What is before this time would be heard too late: 0 when nothing would. */
static GstClockTime
earliest_time (Speaker * speaker)
{
  gboolean at_once = speaker->latency == G_MAXUINT;
  GstClockTime now, allowed = 0;

  if (!is_live (speaker, &allowed) && !speaker->waited)
    return 0;
  now = running_time (speaker);
  if (speaker->waited || at_once)
    allowed = 0;
  else
    allowed += speaker->latency * GST_MSECOND;
  if (!GST_CLOCK_TIME_IS_VALID (now) || now <= allowed)
    return 0;
  return playout_time_at (speaker->playout, now - allowed);
}

static gboolean
says_at_once (Speaker * speaker)
{
  GstClockTime upstream;

  return speaker->latency == G_MAXUINT && is_live (speaker, &upstream);
}

/* Time passes until something is said: a live stream is told so, others get
 * it as silence. */
static GstFlowReturn
pass_time (Speaker * speaker, GstClockTime until)
{
  GstClockTime upstream;

  if (speaker->waited || is_live (speaker, &upstream))
    return playout_skip_to (speaker->playout, until);
  return playout_fill_until (speaker->playout, until);
}

/* The first audio is there: finds its place, and lets time pass until then. */
static GstFlowReturn
find_place (Speaker * speaker, const Utterance * utterance)
{
  TimelineState state = { 0, };
  GstFlowReturn flow;

  if (speaker->begun)
    return GST_FLOW_OK;
  speaker->begun = TRUE;
  state.earliest = earliest_time (speaker);
  state.now = says_at_once (speaker);
  if (speaker->restart && state.earliest > 0)
    playout_restart_at (speaker->playout, state.earliest);
  state.position = playout_time (speaker->playout);
  speaker->place = timeline_place (speaker->overflow,
      &utterance->cue, &state);
  flow = pass_time (speaker, speaker->place.start);
  speaker->waited = speaker->restart = FALSE;
  speaker->start = playout_time (speaker->playout);
  if (utterance->cue.end != TIMELINE_NONE)
    speaker->track_end = MAX (speaker->track_end, utterance->cue.end);
  post (speaker, utterance_structure ("openaitts/speech-start", utterance,
          speaker->start));
  return flow;
}

static void
forget_utterance (Speaker * speaker)
{
  g_clear_pointer (&speaker->audio, speech_audio_free);
  g_byte_array_set_size (speaker->collected, 0);
  speaker->begun = FALSE;
  speaker->said = 0;
  speaker->tempo = 1;
}

static void
post_end (Speaker * speaker, const ScriptStep * step)
{
  GstClockTime duration = playout_time (speaker->playout) - speaker->start;
  GstStructure *message = utterance_structure ("openaitts/speech-end",
      step->utterance, speaker->start);

  GST_DEBUG_OBJECT (speaker->element, "said in %" GST_TIME_FORMAT ", first "
      "byte after %" GST_TIME_FORMAT ", %u attempts", GST_TIME_ARGS (duration),
      GST_TIME_ARGS (step->first_byte_latency), step->attempts);
  gst_structure_set (message, "duration", G_TYPE_UINT64, duration,
      "clipped", G_TYPE_BOOLEAN, step->kind != SCRIPT_END,
      "tempo", G_TYPE_DOUBLE, speaker->tempo, NULL);
  if (step->kind == SCRIPT_END)
    gst_structure_set (message,
        "first-byte-latency", G_TYPE_UINT64, step->first_byte_latency,
        "attempts", G_TYPE_UINT, step->attempts, NULL);
  if (step->request_id)
    gst_structure_set (message, "request-id", G_TYPE_STRING,
        step->request_id, NULL);
  gst_openai_structure_set_usage (message, &step->usage);
  post (speaker, message);
}

static guint
frame_size (Speaker * speaker)
{
  return SAMPLE_SIZE * speech_audio_format (speaker->audio).channels;
}

/* The frames of the utterance that are before the end of its place. */
static guint64
frames_allowed (Speaker * speaker)
{
  if (speaker->place.end == TIMELINE_NONE)
    return G_MAXUINT64;
  if (speaker->place.end <= speaker->start)
    return 0;
  return timeline_frames (speaker->place.end - speaker->start,
      speech_audio_format (speaker->audio).rate);
}

static GBytes *
fade_out (Speaker * speaker, GBytes * samples, guint64 limit)
{
  SpeechAudioFormat format = speech_audio_format (speaker->audio);
  gsize size = g_bytes_get_size (samples);
  guint8 *data = g_memdup2 (g_bytes_get_data (samples, NULL), size);

  timeline_fade ((gint16 *) data, speaker->said, size / frame_size (speaker),
      format.channels, limit, format.rate * FADE_MS / 1000);
  return g_bytes_new_take (data, size);
}

/* Pushes what is before the end of its place; the rest is dropped or held. */
static GstFlowReturn
push_placed (Speaker * speaker, GBytes * samples)
{
  guint frame = frame_size (speaker);
  guint64 n_frames = g_bytes_get_size (samples) / frame;
  guint64 limit = frames_allowed (speaker);
  guint64 n_before = limit > speaker->said ?
      MIN (n_frames, limit - speaker->said) : 0;
  g_autoptr (GBytes) before = g_bytes_new_from_bytes (samples, 0,
      n_before * frame);
  g_autoptr (GBytes) after = g_bytes_new_from_bytes (samples,
      n_before * frame, (n_frames - n_before) * frame);
  GstFlowReturn flow = GST_FLOW_OK;

  if (n_before > 0 && limit != G_MAXUINT64
      && speaker->overflow == TIMELINE_CLIP) {
    g_autoptr (GBytes) faded = fade_out (speaker, before, limit);

    flow = playout_push (speaker->playout, faded);
  } else if (n_before > 0) {
    flow = playout_push (speaker->playout, before);
  }
  if (n_before < n_frames && speaker->overflow == TIMELINE_OVERLAP)
    playout_hold (speaker->playout, after,
        speaker->said + n_before - MIN (limit, speaker->said + n_before));
  speaker->said += n_frames;
  return flow;
}

static gboolean
collects (Speaker * speaker, const Utterance * utterance)
{
  return speaker->overflow == TIMELINE_COMPRESS
      && utterance->cue.end != TIMELINE_NONE;
}

static GstFlowReturn
say_samples (Speaker * speaker, const Utterance * utterance, GBytes * samples)
{
  GstFlowReturn flow;

  if (collects (speaker, utterance)) {
    g_byte_array_append (speaker->collected,
        g_bytes_get_data (samples, NULL), g_bytes_get_size (samples));
    return GST_FLOW_OK;
  }
  flow = find_place (speaker, utterance);
  return flow == GST_FLOW_OK ? push_placed (speaker, samples) : flow;
}

/* Says what came, but for less than @least bytes. */
static GstFlowReturn
say_available (Speaker * speaker, const Utterance * utterance, gsize least)
{
  SpeechAudioFormat format = speech_audio_format (speaker->audio);
  GstFlowReturn flow = playout_set_format (speaker->playout, format.rate,
      format.channels);

  while (flow == GST_FLOW_OK
      && speech_audio_available (speaker->audio) >= MAX (least, 1)) {
    g_autoptr (GBytes) samples = speech_audio_take (speaker->audio,
        playout_bytes (speaker->playout, MAX_BUFFER_MS));

    if (!samples)
      break;
    flow = say_samples (speaker, utterance, samples);
  }
  return flow;
}

/* How much of its length speech would have to lose still. */
static gdouble
target_ratio (guint64 duration, guint64 room)
{
  return room == TIMELINE_NONE || room == 0 || duration <= room ? 1 :
      (gdouble) room / duration;
}

static GstFlowReturn
say_compressed (Speaker * speaker, const Utterance * utterance)
{
  SpeechAudioFormat format = speech_audio_format (speaker->audio);
  guint frame = frame_size (speaker);
  gsize n_frames = speaker->collected->len / frame;
  gsize most = playout_bytes (speaker->playout, MAX_BUFFER_MS);
  GstFlowReturn flow = find_place (speaker, utterance);
  g_autoptr (GArray) faster = NULL;
  gsize size;

  speaker->tempo = timeline_tempo (gst_util_uint64_scale (n_frames,
          GST_SECOND, format.rate), speaker->place.room,
      speaker->max_compression);
  faster = stretch_samples ((const gint16 *) speaker->collected->data,
      n_frames, format.channels, format.rate, speaker->tempo);
  size = faster->len * SAMPLE_SIZE;
  playout_set_target (speaker->playout,
      target_ratio (gst_util_uint64_scale (size / frame, GST_SECOND,
              format.rate), speaker->place.room));
  for (gsize done = 0; flow == GST_FLOW_OK && done < size; done += most) {
    g_autoptr (GBytes) samples = g_bytes_new (faster->data + done,
        MIN (most, size - done));

    flow = push_placed (speaker, samples);
  }
  playout_set_target (speaker->playout, 0);
  return flow;
}

/* An answer of encoded audio begins. */
static GstFlowReturn
begin_frames (Speaker * speaker, const Utterance * utterance,
    SpeechAudioKind kind)
{
  FramesKind frames_kind;
  GstFlowReturn flow;
  guint rate;

  if (speaker->begun)
    return GST_FLOW_OK;
  flow = find_place (speaker, utterance);
  if (!speaker->frames
      || outputs_kind_of (speaker->frames_kind) != kind) {
    frames_kind = outputs_frames (speaker->srcpad, kind);
    frames_free (speaker->frames);
    speaker->frames = frames_new (frames_kind);
    speaker->frames_sent = FALSE;
    speaker->frames_kind = frames_kind;
    speaker->frames_origin = frames_kind == FRAMES_OGG ? 0 : speaker->start;
  }
  rate = frames_format (speaker->frames)->rate;
  frames_begin (speaker->frames,
      timeline_frames (speaker->start - MIN (speaker->start,
              speaker->frames_origin), rate));
  return flow;
}

static GstFlowReturn
say_frame (Speaker * speaker, const Frame * frame)
{
  const FramesFormat *format = frames_format (speaker->frames);
  g_autoptr (GstCaps) caps = outputs_caps (speaker->frames_kind, format);
  GstFlowReturn flow;

  playout_set_caps (speaker->playout, caps, format->rate,
      speaker->frames_kind == FRAMES_OGG);
  speaker->said += frame->samples;
  if (speaker->overflow == TIMELINE_CLIP
      && playout_time (speaker->playout) >= speaker->place.end)
    return GST_FLOW_OK;
  flow = playout_push_frame (speaker->playout, frame);
  speaker->frames_sent |= flow == GST_FLOW_OK && frame->samples > 0;
  return flow;
}

static GstFlowReturn
say_frames (Speaker * speaker, const Utterance * utterance)
{
  SpeechAudioFormat format = speech_audio_format (speaker->audio);
  GstFlowReturn flow = begin_frames (speaker, utterance, format.kind);
  g_autoptr (GBytes) bytes = speech_audio_take (speaker->audio, G_MAXSIZE);
  Frame frame;

  if (bytes)
    frames_push (speaker->frames, g_bytes_get_data (bytes, NULL),
        g_bytes_get_size (bytes));
  while (flow == GST_FLOW_OK && frames_next (speaker->frames, &frame)) {
    flow = say_frame (speaker, &frame);
    g_bytes_unref (frame.data);
  }
  return flow;
}

static GstFlowReturn
end_frames (Speaker * speaker, const Utterance * utterance, GError ** error)
{
  GstFlowReturn flow = begin_frames (speaker, utterance,
      speech_audio_format (speaker->audio).kind);

  frames_end (speaker->frames);
  if (flow == GST_FLOW_OK)
    flow = say_frames (speaker, utterance);
  if (flow != GST_FLOW_OK || speaker->said > 0)
    return flow;
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("The server answered with no %s that can be read"),
      utterance->response_format);
  return GST_FLOW_ERROR;
}

static void
begin_audio (Speaker * speaker, const ScriptStep * step)
{
  if (!speaker->audio)
    speaker->audio = speech_audio_new (step->content_type,
        g_str_equal (step->utterance->response_format, "pcm"),
        speaker->pcm_rate);
}

/* Whether what came can be pushed. */
static gboolean
check_kind (Speaker * speaker, const ScriptStep * step, GError ** error)
{
  SpeechAudioKind kind = speech_audio_format (speaker->audio).kind;
  const gchar *asked = step->utterance->response_format;

  if (speaker->begun || kind == outputs_kind (asked)
      || (speaker->follow && outputs_accepts (speaker->srcpad, kind)))
    return TRUE;
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("The server sent %s where format=%s was asked for"),
      step->content_type ? step->content_type : "other audio", asked);
  return FALSE;
}

/* The rest of what is said now is cut off. */
static gboolean
is_cut (Speaker * speaker)
{
  if (!speaker->begun || speaker->overflow != TIMELINE_CLIP
      || speaker->place.end == TIMELINE_NONE)
    return FALSE;
  if (speech_audio_format (speaker->audio).kind != SPEECH_AUDIO_PCM)
    return playout_time (speaker->playout) >= speaker->place.end;
  return speaker->said > frames_allowed (speaker);
}

static GstFlowReturn
take_audio (Speaker * speaker, Script * script, const ScriptStep * step,
    GError ** error)
{
  GstFlowReturn flow;
  SpeechAudioFormat format;
  const guint8 *data;
  gsize size;

  begin_audio (speaker, step);
  data = g_bytes_get_data (step->audio, &size);
  if (!speech_audio_push (speaker->audio, data, size, error))
    return GST_FLOW_ERROR;
  format = speech_audio_format (speaker->audio);
  if (format.kind == SPEECH_AUDIO_UNKNOWN
      || speech_audio_available (speaker->audio) == 0)
    return GST_FLOW_OK;
  if (!check_kind (speaker, step, error))
    return GST_FLOW_ERROR;
  flow = format.kind == SPEECH_AUDIO_PCM ?
      say_available (speaker, step->utterance,
      (gsize) format.rate * MIN_BUFFER_MS / 1000 * frame_size (speaker)) :
      say_frames (speaker, step->utterance);
  if (flow == GST_FLOW_OK && is_cut (speaker)) {
    script_skip (script);
    post_end (speaker, step);
    forget_utterance (speaker);
  }
  return flow;
}

static GstFlowReturn
end_samples (Speaker * speaker, const ScriptStep * step)
{
  GstFlowReturn flow = say_available (speaker, step->utterance, 1);

  if (flow == GST_FLOW_OK && collects (speaker, step->utterance))
    flow = say_compressed (speaker, step->utterance);
  return flow;
}

static GstFlowReturn
end_utterance (Speaker * speaker, const ScriptStep * step, GError ** error)
{
  GstFlowReturn flow;

  begin_audio (speaker, step);
  if (!speech_audio_finish (speaker->audio, error)
      || !check_kind (speaker, step, error))
    return GST_FLOW_ERROR;
  flow = speech_audio_format (speaker->audio).kind == SPEECH_AUDIO_PCM ?
      end_samples (speaker, step) :
      end_frames (speaker, step->utterance, error);
  if (flow == GST_FLOW_OK)
    post_end (speaker, step);
  forget_utterance (speaker);
  return flow;
}

/* The track is as long as its cues, until @limit. */
static GstFlowReturn
end_track (Speaker * speaker, GstClockTime limit)
{
  GstFlowReturn flow = playout_release (speaker->playout);

  if (flow == GST_FLOW_OK && speaker->track_end > 0)
    flow = pass_time (speaker, MIN (speaker->track_end, limit));
  speaker->track_end = 0;
  return flow;
}

static GstFlowReturn
begin_segment (Speaker * speaker, GstEvent * event)
{
  const GstSegment *segment;
  GstFlowReturn flow;

  gst_event_parse_segment (event, &segment);
  flow = end_track (speaker,
      playout_time_at (speaker->playout, segment->base));
  playout_begin_segment (speaker->playout, event);
  return flow;
}

static GstFlowReturn
take_gap (Speaker * speaker, GstEvent * event)
{
  GstClockTime start, duration;

  gst_event_parse_gap (event, &start, &duration);
  return GST_CLOCK_TIME_IS_VALID (duration) ?
      pass_time (speaker, start + duration) : GST_FLOW_OK;
}

static GstFlowReturn
take_event (Speaker * speaker, GstEvent * event)
{
  GstFlowReturn flow = GST_FLOW_OK;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_SEGMENT:
      return begin_segment (speaker, event);
    case GST_EVENT_GAP:
      return take_gap (speaker, event);
    case GST_EVENT_EOS:
      flow = end_track (speaker, GST_CLOCK_TIME_NONE);
      break;
    default:
      break;
  }
  gst_pad_push_event (speaker->srcpad, gst_event_ref (event));
  return flow;
}

/* Downstream refused the caps, of which only the answer told the rate. */
static GstFlowReturn
refuse_caps (Speaker * speaker, GError ** error)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (speaker->srcpad);
  GstStructure *structure = caps ? gst_caps_get_structure (caps, 0) : NULL;
  gint rate, channels;

  if (!structure || !gst_structure_get_int (structure, "rate", &rate)
      || !gst_structure_get_int (structure, "channels", &channels))
    return GST_FLOW_NOT_NEGOTIATED;
  if (gst_structure_has_name (structure, "audio/x-raw"))
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("What follows openaitts does not take the server's samples (rate %d, "
            "channels %d): put audioconvert ! audioresample between"), rate,
        channels);
  else
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("What follows openaitts does not take the server's %s (rate %d, "
            "channels %d): put audioconvert ! audioresample and an encoder "
            "between"), gst_structure_get_name (structure), rate, channels);
  return GST_FLOW_ERROR;
}

static GstFlowReturn
take (Speaker * speaker, Script * script, const ScriptStep * step,
    GError ** error)
{
  switch (step->kind) {
    case SCRIPT_EVENT:
      return take_event (speaker, step->event);
    case SCRIPT_UTTERANCE:
      GST_DEBUG_OBJECT (speaker->element, "saying \"%s\"",
          step->utterance->text);
      forget_utterance (speaker);
      return GST_FLOW_OK;
    case SCRIPT_AUDIO:
      return take_audio (speaker, script, step, error);
    case SCRIPT_END:
      return end_utterance (speaker, step, error);
    case SCRIPT_FAILED:
      *error = g_error_copy (step->error);
      return GST_FLOW_ERROR;
    case SCRIPT_WOKEN:
      return GST_FLOW_OK;
    default:
      return GST_FLOW_FLUSHING;
  }
}

GstFlowReturn
speaker_take (Speaker * speaker, Script * script, const ScriptStep * step,
    GError ** error)
{
  GstFlowReturn flow = take (speaker, script, step, error);

  return flow == GST_FLOW_NOT_NEGOTIATED ? refuse_caps (speaker, error) :
      flow;
}
