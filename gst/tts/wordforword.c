// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Speech of a model that converses, kept to the words that were written. */

#include "wordforword.h"

#include <gst/gst.h>
#include <math.h>
#include <string.h>

#include "audio/samples.h"
#include "client/error.h"
#include "timeline.h"
#include "verbatim.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_tts_debug);
#define GST_CAT_DEFAULT gst_openai_tts_debug

/* So often a text is asked for, each time from where it was left. */
#define MAX_TAKES 6

/* Of samples, which are 16 bit, and of G.711; all mono. */
#define RATE 24000
#define G711_RATE 8000

/* Where nothing was heard yet: so many letters a second. */
#define LETTERS_A_SECOND 14

/* A cut goes to the quietest place that is not further than this, milliseconds, and a
 * share of what is before it; that is longer after a sentence or clause. */
#define CUT_REACH_MS 200
#define CUT_REACH_SHARE 0.06
#define QUIET_MS 20
#define PAUSE_MS 120
#define FADE_MS 5

/* Reference-counted: the caller and each take. */
typedef struct
{
  TtsCall parent;

  /* immutable */
  TtsTransport *transport;
  TtsVerbatimMode mode;
  OpenaiSpeechParams params; /* but for the input */
  gchar *text;
  OpenaiSamples samples;
  TtsCallFuncs funcs;
  gpointer user_data;
  GDestroyNotify destroy;

  GMutex lock;    /* after that of the caller */
  TtsCall *take;  /* lock */
  gboolean freed; /* lock */

  /* I/O thread only */
  guint takes;
  guint attempts;       /* of those that are over */
  gboolean again_whole; /* hold has asked for it again */
  gboolean heard_wrong;
  OpenaiUsage usage;
  gint64 latency;
  gchar *content_type;
  guint64 before; /* bytes handed on of earlier takes */

  /* the take that is under way */
  gsize start; /* in the text */
  gchar *said;
  GByteArray *audio;
  gsize passed;  /* bytes of it that were handed on */
  gboolean left; /* it is known to have left the text */
} WordForWord;

static void
word_for_word_clear (gpointer data)
{
  WordForWord *self = data;

  if (self->destroy)
    self->destroy (self->user_data);
  openai_speech_params_clear (&self->params);
  g_mutex_clear (&self->lock);
  g_byte_array_unref (self->audio);
  g_free (self->content_type);
  g_free (self->said);
  g_free (self->text);
}

static void
word_for_word_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, word_for_word_clear);
}

static gsize
sample_size (WordForWord *self)
{
  return openai_samples_size (self->samples);
}

/* What lasts so long. */
static gsize
bytes_of (WordForWord *self, guint milliseconds)
{
  guint rate = sample_size (self) == 1 ? G711_RATE : RATE;

  return (gsize) milliseconds * rate / 1000 * sample_size (self);
}

static const gchar *
rest_of (WordForWord *self)
{
  return self->text + self->start;
}

/* What comes next of the text, after what was said of it. */
static gsize
next_word (const gchar *text, gsize at)
{
  while (text[at] && !g_unichar_isalnum (g_utf8_get_char (text + at))
      && (g_unichar_isspace (g_utf8_get_char (text + at))
          || g_unichar_ispunct (g_utf8_get_char (text + at)))
      && !strchr ("$#@&+-", text[at]))
    at = g_utf8_next_char (text + at) - text;
  return at;
}

/* --- where in the audio a word is ------------------------------------------- */

/* How long it takes to say, in letters. */
static gdouble
letters (const gchar *text, gsize length)
{
  gdouble n = 0;

  for (const gchar *p = text; p < text + length; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isdigit (c) || g_unichar_iswide (c))
      n += 3;
    else if (g_unichar_isalpha (c))
      n += 1;
    else if (g_unichar_ispunct (c))
      n += 3;
    else
      n += 0.5;
  }
  return n;
}

/* Of @n samples from number @first on. */
static gdouble
loudness (WordForWord *self, gsize first, gsize n)
{
  gdouble sum = 0;

  for (gsize i = first; i < first + n; i++) {
    gdouble sample =
        openai_samples_read (self->audio->data + i * sample_size (self), self->samples);

    sum += sample * sample;
  }
  return sum / n;
}

/* The middle of the quietest moment around byte @at of the audio, which lasts @ms. */
static gsize
quietest (WordForWord *self, gsize at, guint ms)
{
  gsize size = sample_size (self);
  gsize n = self->audio->len / size, width = bytes_of (self, ms) / size;
  gsize middle = at / size;
  gsize reach = bytes_of (self, CUT_REACH_MS) / size + (gsize) (middle * CUT_REACH_SHARE);
  gsize first = middle > reach ? middle - reach : 0;
  gsize end = MIN (n, middle + reach), best = MIN (middle, n);
  gdouble least = INFINITY;

  for (gsize i = first; i + width <= end; i += bytes_of (self, QUIET_MS) / size / 4) {
    gdouble loud = loudness (self, i, width);

    if (loud < least) {
      least = loud;
      best = i + width / 2;
    }
  }
  return best * size;
}

/* Where the first @length bytes of what was said end, when @said is all of it. */
static gsize
place_of (WordForWord *self, gsize length)
{
  gsize all = strlen (self->said);
  gboolean pause = g_unichar_ispunct (g_utf8_get_char (self->said + length));

  if (length == 0)
    return 0;
  if (next_word (self->said, length) >= all)
    return self->audio->len;
  return quietest (self,
      self->audio->len * letters (self->said, length) / letters (self->said, all),
      pause ? PAUSE_MS : QUIET_MS);
}

static gdouble
pace (WordForWord *self)
{
  return self->transport->bytes_per_letter > 0
      ? self->transport->bytes_per_letter
      : (gdouble) bytes_of (self, 1000) / LETTERS_A_SECOND;
}

/* --- what is handed on ------------------------------------------------------ */

static TtsCallInfo
complete (WordForWord *self, const TtsCallInfo *info)
{
  TtsCallInfo all = *info;

  all.said = NULL;
  all.attempts += self->attempts;
  if (self->takes > 1)
    all.first_byte_latency = self->latency;
  if (self->usage.kind == all.usage.kind) {
    all.usage.input_tokens += self->usage.input_tokens;
    all.usage.output_tokens += self->usage.output_tokens;
    all.usage.total_tokens += self->usage.total_tokens;
    all.usage.text_tokens += self->usage.text_tokens;
    all.usage.audio_tokens += self->usage.audio_tokens;
  }
  return all;
}

static void
pass_bytes (WordForWord *self, const TtsCallInfo *info, GBytes *bytes)
{
  TtsCallInfo all = complete (self, info);

  self->passed += g_bytes_get_size (bytes);
  self->funcs.audio (&all, self->content_type, bytes, self->user_data);
}

/* Takes back what was not used yet of what is behind byte @keep. */
static void
withdraw (WordForWord *self, gsize keep)
{
  if (self->passed > keep)
    self->passed = self->funcs.cut (self->before + keep, self->user_data) - self->before;
}

/* The audio ends at byte @end: softly, when that is not its own end, and samples of
 * G.711 in a quiet moment. */
static void
pass_until (WordForWord *self, const TtsCallInfo *info, gsize end)
{
  gsize size = sample_size (self);
  gsize fade =
      end < self->audio->len && size > 1 ? MIN (bytes_of (self, FADE_MS), end) : 0;
  g_autofree guint8 *data = NULL;
  g_autoptr (GBytes) bytes = NULL;

  withdraw (self, end - fade);
  self->heard_wrong |= self->passed > end + bytes_of (self, CUT_REACH_MS);
  if (self->passed >= end)
    return;
  data = g_memdup2 (self->audio->data + self->passed, end - self->passed);
  if (fade)
    tts_timeline_fade ((gint16 *) data, self->passed / size, (end - self->passed) / size,
        1, end / size, fade / size);
  bytes = g_bytes_new (data, end - self->passed);
  pass_bytes (self, info, bytes);
}

/* --- takes ------------------------------------------------------------------ */

static const TtsCallFuncs take_funcs;

/* The text from @start on is asked for. */
static void
begin_take (WordForWord *self, gsize start)
{
  TtsCall *last = NULL;
  OpenaiSpeechParams params = self->params;

  self->before += self->passed;
  self->passed = 0;
  self->start = start;
  self->left = FALSE;
  self->takes++;
  g_clear_pointer (&self->said, g_free);
  g_byte_array_set_size (self->audio, 0);
  params.input = self->text + start;
  g_mutex_lock (&self->lock);
  if (!self->freed) {
    last = self->take;
    self->take = self->transport->klass->say (self->transport, &params, &take_funcs,
        g_atomic_rc_box_acquire (self), word_for_word_unref);
    self->parent.number = self->take->number;
  }
  g_mutex_unlock (&self->lock);
  tts_call_free (last);
}

/* Nothing more comes. */
static void
end_take (WordForWord *self)
{
  TtsCall *take;

  g_mutex_lock (&self->lock);
  take = g_steal_pointer (&self->take);
  g_mutex_unlock (&self->lock);
  tts_call_free (take);
}

static void
finish (WordForWord *self, const TtsCallInfo *info, const GError *error)
{
  TtsCallInfo all = complete (self, info);

  self->funcs.done (&all, error, self->user_data);
  end_take (self);
}

static void
finish_wrong (WordForWord *self, const TtsCallInfo *info)
{
  TtsCallInfo all = complete (self, info);
  g_autofree gchar *said = g_strdup_printf (
      "%.*s%s", (gint) self->start, self->text, self->said ? self->said : "");

  all.said = said;
  self->funcs.done (&all, NULL, self->user_data);
  end_take (self);
}

static void
add_take (WordForWord *self, const TtsCallInfo *info)
{
  TtsCallInfo all = complete (self, info);

  if (self->takes == 1)
    self->latency = info->first_byte_latency;
  self->attempts = all.attempts;
  self->usage = all.usage;
}

/* The take has left the text after @result: that goes on from there, if it can. */
static void
go_on (WordForWord *self, const TtsCallInfo *info, const TtsVerbatim *result)
{
  gsize next = self->start + next_word (rest_of (self), result->text);

  GST_INFO ("call %u: not what was written, %s after %" G_GSIZE_FORMAT
            " of %" G_GSIZE_FORMAT " bytes",
      self->parent.number, self->takes < MAX_TAKES ? "asking again" : "giving up",
      result->text, strlen (rest_of (self)));
  if (self->mode == TTS_VERBATIM_MODE_HOLD && !self->again_whole) {
    self->again_whole = TRUE;
    add_take (self, info);
    begin_take (self, self->start);
    return;
  }
  pass_until (self, info, place_of (self, result->transcript));
  if (self->takes >= MAX_TAKES || (result->text == 0 && self->takes > 1)) {
    finish_wrong (self, info);
    return;
  }
  add_take (self, info);
  begin_take (self, next);
}

/* The take is over, and this is all of it. */
static void
check_take (WordForWord *self, const TtsCallInfo *info)
{
  TtsVerbatim result = tts_verbatim_compare (rest_of (self), self->said, TRUE);

  if (result.verdict == TTS_VERBATIM_LEFT || result.verdict == TTS_VERBATIM_UNFINISHED) {
    go_on (self, info, &result);
    return;
  }
  if (result.verdict == TTS_VERBATIM_SAME) {
    self->transport->bytes_per_letter =
        self->audio->len / MAX (letters (self->said, strlen (self->said)), 1);
    pass_until (self, info, self->audio->len);
  } else {
    pass_until (self, info, place_of (self, result.transcript));
  }
  if (self->heard_wrong)
    finish_wrong (self, info);
  else
    finish (self, info, NULL);
}

/* The session ended in the text: it goes on with the first word of which not all
 * was heard. What was said runs ahead of the audio, so its pace tells. */
static gboolean
go_on_after_break (WordForWord *self, const TtsCallInfo *info)
{
  gdouble heard = self->audio->len / pace (self), all = 0;
  const gchar *text = rest_of (self);
  gsize word = 0, end = 0;

  for (gsize i = 0; text[i] && all <= heard;) {
    gsize next = g_utf8_next_char (text + i) - text;

    all += letters (text + i, next - i);
    if (!g_unichar_isalnum (g_utf8_get_char (text + i)) && all <= heard) {
      word = next;
      end = pace (self) * all;
    }
    i = next;
  }
  if (self->takes >= MAX_TAKES)
    return FALSE;
  end = end ? quietest (self, MIN (end, self->audio->len), QUIET_MS) : 0;
  pass_until (self, info, end);
  GST_INFO ("call %u: the session ended after %" G_GSIZE_FORMAT
            " bytes of audio: going on at byte %" G_GSIZE_FORMAT,
      self->parent.number, (gsize) self->audio->len, self->start + word);
  add_take (self, info);
  begin_take (self, self->start + next_word (text, word));
  return TRUE;
}

/* --- hooks of a take -------------------------------------------------------- */

static void
on_audio (
    const TtsCallInfo *info, const gchar *content_type, GBytes *audio, gpointer user_data)
{
  WordForWord *self = user_data;
  gsize size;
  gconstpointer data = g_bytes_get_data (audio, &size);

  if (!self->content_type)
    self->content_type = g_strdup (content_type);
  g_byte_array_append (self->audio, data, size);
  if (self->mode == TTS_VERBATIM_MODE_CHECK && !self->left)
    pass_bytes (self, info, audio);
}

/* What is not handed on yet waits, as soon as other words are known to come. */
static void
on_transcript (const gchar *text, gpointer user_data)
{
  WordForWord *self = user_data;
  TtsVerbatim result;

  g_free (self->said);
  self->said = g_strdup (text);
  if (self->left || self->mode != TTS_VERBATIM_MODE_CHECK)
    return;
  result = tts_verbatim_compare (rest_of (self), text, FALSE);
  if (result.verdict == TTS_VERBATIM_SAME)
    return;
  self->left = TRUE;
  withdraw (self,
      self->audio->len * letters (text, result.transcript)
          / MAX (letters (text, strlen (text)), 1));
  if (result.transcript == 0) {
    const TtsCallInfo none = { 0 };

    go_on (self, &none, &result);
  }
}

static void
on_waiting (const GError *error, gpointer user_data)
{
  WordForWord *self = user_data;

  if (self->funcs.waiting)
    self->funcs.waiting (error, self->user_data);
}

static gboolean
on_again (gpointer user_data)
{
  WordForWord *self = user_data;

  withdraw (self, 0);
  if (self->passed > 0)
    return FALSE;
  g_clear_pointer (&self->said, g_free);
  g_byte_array_set_size (self->audio, 0);
  self->left = FALSE;
  return TRUE;
}

static void
on_done (const TtsCallInfo *info, const GError *error, gpointer user_data)
{
  WordForWord *self = user_data;

  if (error && error->code == OPENAI_ERROR_BROKEN && self->audio->len > 0
      && go_on_after_break (self, info))
    return;
  if (error || self->audio->len == 0) {
    finish (self, info, error);
  } else if (!self->said) {
    TtsCallInfo unchecked = *info;

    pass_until (self, info, self->audio->len);
    unchecked.unchecked = TRUE;
    finish (self, &unchecked, NULL);
  } else {
    check_take (self, info);
  }
}

static const TtsCallFuncs take_funcs = {
  .audio = on_audio,
  .transcript = on_transcript,
  .waiting = on_waiting,
  .again = on_again,
  .done = on_done,
};

static void
set_paused (TtsCall *call, gboolean paused)
{
  WordForWord *self = (WordForWord *) call;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->take)
    self->take->klass->set_paused (self->take, paused);
}

static void
call_free (TtsCall *call)
{
  WordForWord *self = (WordForWord *) call;
  TtsCall *take;

  g_mutex_lock (&self->lock);
  self->freed = TRUE;
  take = g_steal_pointer (&self->take);
  g_mutex_unlock (&self->lock);
  tts_call_free (take);
  word_for_word_unref (self);
}

static OpenaiSamples
samples_of (const gchar *response_format)
{
  if (g_strcmp0 (response_format, "pcmu") == 0)
    return OPENAI_SAMPLES_MULAW;
  return g_strcmp0 (response_format, "pcma") == 0 ? OPENAI_SAMPLES_ALAW
                                                  : OPENAI_SAMPLES_S16LE;
}

TtsCall *
tts_word_for_word_say (TtsTransport *transport, TtsVerbatimMode mode,
    const OpenaiSpeechParams *params, const TtsCallFuncs *funcs, gpointer user_data,
    GDestroyNotify destroy)
{
  static const TtsCallClass klass = { .set_paused = set_paused, .free = call_free };
  WordForWord *self;

  if (mode == TTS_VERBATIM_MODE_OFF || !transport->klass->tells_transcript)
    return transport->klass->say (transport, params, funcs, user_data, destroy);
  self = g_atomic_rc_box_new0 (WordForWord);
  self->parent.klass = &klass;
  self->transport = transport;
  self->mode = mode;
  openai_speech_params_copy (params, &self->params);
  self->text = g_steal_pointer (&self->params.input);
  self->samples = samples_of (params->response_format);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->destroy = destroy;
  self->audio = g_byte_array_new ();
  g_mutex_init (&self->lock);
  begin_take (self, 0);
  return &self->parent;
}
