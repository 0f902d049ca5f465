// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is to be said, in order: utterances, each a request, and the events
 * between them; a few requests run ahead. */

#include "tts/script.h"

#include "outerpads.h"

/* Of one answer, so much is read ahead: 20 s of 24 kHz samples. */
#define MOST_AHEAD (1024 * 1024)
#define LEAST_AHEAD (MOST_AHEAD / 2)

/* A line of the script. Reference-counted: the script and the request. */
typedef struct
{
  Script *script;
  Utterance utterance;
  GstEvent *event;              /* instead of an utterance */

  /* protected by the script's lock */
  OpenaiSpeech *speech;
  GQueue audio;                 /* GBytes */
  gsize audio_size;
  gchar *content_type;
  gboolean begun;               /* its UTTERANCE was handed out */
  gboolean taken;               /* some of its audio was */
  gboolean paused;
  gboolean done;
  GError *error;
  OpenaiUsage usage;
  gchar *request_id;
  gint64 first_byte_latency;
  guint attempts;
} Line;

/* Reference-counted: the owner and every line. */
struct _Script
{
  /* immutable */
  OpenaiClient *client;
  ScriptOptions options;
  ScriptParamsFunc params;
  GObject *owner;
  GstPad *pad;                  /* not owned: the owner's */

  /* Protected by lock. Under it a request may be started, paused and
   * cancelled, which only hands over; hooks run on the I/O thread and take it. */
  GMutex lock;
  GCond cond;
  GQueue lines;
  ScriptFlush flushing;         /* why */
  guint flushes;                /* how often */
  GstFlowReturn flow;           /* what delivering came to, when it is broken */
  gboolean closed;              /* until flushing is off again */
  gboolean woken;
};

static void
script_clear (gpointer data)
{
  Script *script = data;

  g_cond_clear (&script->cond);
  g_mutex_clear (&script->lock);
  g_object_unref (script->owner);
}

Script *
script_ref (Script * script)
{
  return g_atomic_rc_box_acquire (script);
}

void
script_unref (Script * script)
{
  g_atomic_rc_box_release_full (script, script_clear);
}

static void
line_clear (gpointer data)
{
  Line *line = data;

  g_free (line->utterance.text);
  g_free (line->utterance.voice);
  g_free (line->utterance.model);
  g_free (line->utterance.response_format);
  g_clear_pointer (&line->event, gst_event_unref);
  g_queue_clear_full (&line->audio, (GDestroyNotify) g_bytes_unref);
  g_free (line->content_type);
  g_clear_error (&line->error);
  g_free (line->request_id);
  script_unref (line->script);
}

static void
line_unref (gpointer line)
{
  g_atomic_rc_box_release_full (line, line_clear);
}

static Line *
line_new (Script * script)
{
  Line *line = g_atomic_rc_box_new0 (Line);

  line->script = g_atomic_rc_box_acquire (script);
  g_queue_init (&line->audio);
  return line;
}

/* Ends a line that has left the script. Its hooks may still run, and find it
 * gone. Called with the lock held. */
static void
line_end (Line * line)
{
  OpenaiSpeech *speech = g_steal_pointer (&line->speech);

  if (speech)
    openai_speech_free (speech);
}

void
script_step_clear (ScriptStep * step)
{
  g_clear_pointer (&step->event, gst_event_unref);
  g_clear_pointer (&step->audio, g_bytes_unref);
  g_clear_pointer (&step->content_type, g_free);
  g_clear_error (&step->error);
  g_clear_pointer (&step->request_id, g_free);
  g_clear_pointer (&step->owned, line_unref);
}

Script *
script_new (OpenaiClient * client, const ScriptOptions * options,
    ScriptParamsFunc params, GObject * owner, GstPad * pad)
{
  Script *script = g_atomic_rc_box_new0 (Script);

  g_mutex_init (&script->lock);
  g_cond_init (&script->cond);
  g_queue_init (&script->lines);
  script->client = client;
  script->options = *options;
  script->params = params;
  script->owner = g_object_ref (owner);
  script->pad = pad;
  return script;
}

/* Called with the lock held. */
static void
forget_lines (Script * script)
{
  Line *line;

  while ((line = g_queue_pop_head (&script->lines))) {
    if (line->event && script->pad)
      gst_openai_keep_sticky (script->pad, line->event);
    line_end (line);
    line_unref (line);
  }
}

void
script_free (Script * script)
{
  if (!script)
    return;
  script_flush (script, SCRIPT_STOPPED);
  script_unref (script);
}

/* Called with the lock held. */
static void
flush (Script * script, ScriptFlush reason)
{
  script->flushing |= reason;
  script->flushes++;
  forget_lines (script);
  g_cond_broadcast (&script->cond);
}

void
script_flush (Script * script, ScriptFlush reason)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->lock);

  flush (script, reason);
}

void
script_break (Script * script, GstFlowReturn flow)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->lock);

  script->flow = flow;
  flush (script, SCRIPT_BROKEN);
}

GstFlowReturn
script_flow (Script * script)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->lock);

  return script->flushing & SCRIPT_BROKEN ? script->flow : GST_FLOW_OK;
}

/* Called with the lock held. */
static void
unflush (Script * script, ScriptFlush reasons)
{
  script->flushing &= ~reasons;
  if (!script->flushing)
    script->closed = FALSE;
}

void
script_unflush (Script * script, ScriptFlush reasons)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->lock);

  unflush (script, reasons);
}

static gboolean
is_in_script (Line * line)
{
  return line->speech != NULL;
}

/* Called with the lock held, on the I/O thread. */
static void
note_request (Line * line, OpenaiSpeech * speech)
{
  if (line->attempts == openai_speech_attempts (speech))
    return;
  line->attempts = openai_speech_attempts (speech);
  g_free (line->request_id);
  line->request_id = g_strdup (openai_speech_request_id (speech));
}

static void
on_audio (OpenaiSpeech * speech, const gchar * content_type, GBytes * audio,
    gpointer user_data)
{
  Line *line = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&line->script->lock);

  if (!is_in_script (line))
    return;
  note_request (line, speech);
  if (g_strcmp0 (content_type, line->content_type) != 0) {
    g_free (line->content_type);
    line->content_type = g_strdup (content_type);
  }
  g_queue_push_tail (&line->audio, g_bytes_ref (audio));
  line->audio_size += g_bytes_get_size (audio);
  if (line->audio_size > MOST_AHEAD && !line->paused) {
    line->paused = TRUE;
    openai_speech_set_paused (speech, TRUE);
  }
  g_cond_broadcast (&line->script->cond);
}

static gboolean
on_again (OpenaiSpeech * speech, gpointer user_data)
{
  Line *line = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&line->script->lock);

  if (line->taken)
    return FALSE;
  g_queue_clear_full (&line->audio, (GDestroyNotify) g_bytes_unref);
  line->audio_size = 0;
  return TRUE;
}

static void
on_done (OpenaiSpeech * speech, const GError * error, gpointer user_data)
{
  Line *line = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&line->script->lock);

  if (!is_in_script (line))
    return;
  line->done = TRUE;
  line->error = error ? g_error_copy (error) : NULL;
  line->usage = *openai_speech_usage (speech);
  note_request (line, speech);
  line->first_byte_latency = openai_speech_first_byte_latency (speech);
  g_cond_broadcast (&line->script->cond);
}

/* Called with the lock held. */
static void
line_start (Line * line)
{
  static const OpenaiSpeechFuncs funcs = {
    .audio = on_audio,
    .again = on_again,
    .done = on_done,
  };
  Script *script = line->script;
  OpenaiSpeechParams params = { 0, };

  script->params (&params, script->owner);
  params.input = g_strdup (line->utterance.text);
  if (line->utterance.voice) {
    g_free (params.voice);
    params.voice = g_strdup (line->utterance.voice);
  }
  g_free (line->utterance.voice);
  line->utterance.voice = g_strdup (params.voice);
  line->utterance.model = g_strdup (params.model);
  line->utterance.response_format = g_strdup (params.response_format);
  line->speech = openai_speech_new (script->client, &params,
      &script->options.limits, &funcs, g_atomic_rc_box_acquire (line),
      line_unref);
  openai_speech_start (line->speech);
  openai_speech_params_clear (&params);
}

/* Called with the lock held. */
static void
start_some (Script * script)
{
  guint allowed = script->options.ahead + 1;

  for (GList * l = script->lines.head; l && allowed > 0; l = l->next) {
    Line *line = l->data;

    if (line->event)
      continue;
    allowed--;
    if (!line->speech)
      line_start (line);
  }
}

/* Called with the lock held. */
static guint
n_waiting (Script * script)
{
  guint n = 0;

  for (GList * l = script->lines.head; l; l = l->next) {
    Line *line = l->data;
    n += !line->event && !line->speech;
  }
  return n;
}

/* Called with the lock held. */
static gboolean
has_room (Script * script)
{
  return !script->closed && n_waiting (script) <= script->options.ahead;
}

gboolean
script_has_room (Script * script)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->lock);

  return has_room (script);
}

gboolean
script_is_empty (Script * script)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->lock);

  return g_queue_is_empty (&script->lines);
}

guint
script_n_chars (Script * script)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->lock);
  guint n = 0;

  for (GList * l = script->lines.head; l; l = l->next) {
    Line *line = l->data;
    n += line->event ? 0 : g_utf8_strlen (line->utterance.text, -1);
  }
  return n;
}

guint
script_flushes (Script * script)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->lock);

  return script->flushes;
}

/* Called with the lock held. */
static gboolean
takes_text (Script * script, guint flushes)
{
  return !script->flushing && !script->closed && script->flushes == flushes;
}

gboolean
script_add_text (Script * script, guint flushes, gchar * text, gchar * voice,
    const TimelineCue * cue)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->lock);
  Line *line = line_new (script);

  line->utterance.text = text;
  line->utterance.voice = voice;
  line->utterance.cue = *cue;
  while (takes_text (script, flushes) && !has_room (script))
    g_cond_wait (&script->cond, &script->lock);
  if (!takes_text (script, flushes)) {
    line_unref (line);
    return FALSE;
  }
  g_queue_push_tail (&script->lines, line);
  start_some (script);
  g_cond_broadcast (&script->cond);
  return TRUE;
}

/* Called with the lock held. */
static void
add_event (Script * script, GstEvent * event)
{
  Line *line = line_new (script);

  line->event = event;
  if (script->flushing) {
    line_unref (line);
    return;
  }
  g_queue_push_tail (&script->lines, line);
  g_cond_broadcast (&script->cond);
}

void
script_add_event (Script * script, GstEvent * event)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->lock);

  add_event (script, event);
}

void
script_replace (Script * script, GstEvent * event)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->lock);

  forget_lines (script);
  add_event (script, event);
  script->closed = TRUE;
  g_cond_broadcast (&script->cond);
}

void
script_restart (Script * script, GstEvent * event)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->lock);

  unflush (script, SCRIPT_INTERRUPTED | SCRIPT_BROKEN);
  add_event (script, event);
}

/* Called with the lock held. */
static GBytes *
take_audio (Line * line)
{
  GBytes *audio = g_queue_pop_head (&line->audio);

  line->taken = TRUE;
  line->audio_size -= g_bytes_get_size (audio);
  if (line->paused && line->audio_size < LEAST_AHEAD) {
    line->paused = FALSE;
    openai_speech_set_paused (line->speech, FALSE);
  }
  return audio;
}

/* The first line is over: it leaves, and the next request may start. Called
 * with the lock held. */
static Line *
pop_first (Script * script)
{
  Line *line = g_queue_pop_head (&script->lines);

  line_end (line);
  start_some (script);
  g_cond_broadcast (&script->cond);
  return line;
}

/* FALSE: nothing can be said about it yet. Called with the lock held. */
static gboolean
step_of_first (Script * script, Line * line, ScriptStep * step)
{
  step->utterance = &line->utterance;
  if (line->event) {
    step->kind = SCRIPT_EVENT;
    step->event = gst_event_ref (line->event);
    step->owned = pop_first (script);
  } else if (!line->begun) {
    step->kind = SCRIPT_UTTERANCE;
    step->owned = g_atomic_rc_box_acquire (line);
    line->begun = TRUE;
  } else if (!g_queue_is_empty (&line->audio)) {
    step->kind = SCRIPT_AUDIO;
    step->owned = g_atomic_rc_box_acquire (line);
    step->content_type = g_strdup (line->content_type);
    step->request_id = g_strdup (line->request_id);
    step->attempts = line->attempts;
    step->audio = take_audio (line);
  } else if (line->done) {
    step->kind = line->error ? SCRIPT_FAILED : SCRIPT_END;
    step->content_type = g_strdup (line->content_type);
    step->error = g_steal_pointer (&line->error);
    step->usage = line->usage;
    step->request_id = g_strdup (line->request_id);
    step->first_byte_latency = line->first_byte_latency * GST_USECOND;
    step->attempts = line->attempts;
    step->owned = pop_first (script);
  } else {
    return FALSE;
  }
  return TRUE;
}

void
script_next (Script * script, ScriptStep * step)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->lock);

  memset (step, 0, sizeof *step);
  while (!script->flushing) {
    Line *first = g_queue_peek_head (&script->lines);

    if (script->woken)
      break;
    if (first && step_of_first (script, first, step))
      return;
    g_cond_wait (&script->cond, &script->lock);
  }
  step->kind = script->flushing ? SCRIPT_FLUSHING : SCRIPT_WOKEN;
  script->woken = FALSE;
}

void
script_wake (Script * script)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->lock);

  script->woken = TRUE;
  g_cond_broadcast (&script->cond);
}

void
script_skip (Script * script)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&script->lock);
  Line *first = g_queue_peek_head (&script->lines);

  if (first && first->begun)
    line_unref (pop_first (script));
}
