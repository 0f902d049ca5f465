// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Hears the audio of one Realtime session while it is spoken. */

#include "listener.h"

#include <gst/audio/audio.h>
#include <string.h>

#include "stt/chunker.h"
#include "session.h"

/* Samples between two guesses of the decoder: 0.1 s. */
#define STEP (RECOGNISER_RATE / 10)

/* A guess that stays the same so often is said: nothing follows for now. */
#define SAME_GUESSES 3

/* The least that can be committed. */
#define SHORTEST_COMMIT (RECOGNISER_RATE / 10)

/* Milliseconds: a pause shorter than this ends nothing. */
#define HANGOVER 200

typedef enum
{
  COMMAND_OPTIONS,
  COMMAND_APPEND,
  COMMAND_COMMIT,
  COMMAND_CLEAR,
  COMMAND_STOP,
} CommandKind;

typedef struct
{
  CommandKind kind;
  ListenerOptions options;
  GBytes *audio;
  gchar *event_id;
} Command;

/* What is spoken now. */
typedef struct
{
  gchar *id;
  Hearing *hearing;
  guint64 samples;
  guint64 guessed; /* samples at the last guess */
  gchar **words;   /* of the last guess */
  guint same;      /* guesses in a row */
  guint told;      /* words */
} Item;

struct _Listener
{
  /* immutable */
  Recogniser *recogniser;
  ListenerFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
  GAsyncQueue *commands;
  gint stopped; /* atomic */

  /* its thread only */
  ListenerOptions options;
  GstAudioConverter *converter;
  SttChunker *chunker;   /* with server_vad */
  GByteArray *waiting;   /* samples the chunker has not decided */
  guint64 waiting_start; /* the position of the first of them */
  guint64 chunker_start; /* its first sample, of all */
  guint64 heard;         /* samples so far */
  Item *item;            /* or NULL */
  gchar *previous;       /* the id of the item before, or NULL */
};

/* --- events ------------------------------------------------------------------ */

static void
tell (Listener *self, JsonObject *event)
{
  if (g_atomic_int_get (&self->stopped))
    json_object_unref (event);
  else
    self->func (event, self->user_data);
}

static JsonObject *
item_event (const Item *item, const gchar *type)
{
  JsonObject *event = session_event_new (type);

  json_object_set_string_member (event, "item_id", item->id);
  return event;
}

static JsonObject *
transcription_event (const Item *item, const gchar *kind)
{
  g_autofree gchar *type =
      g_strconcat ("conversation.item.input_audio_transcription.", kind, NULL);
  JsonObject *event = item_event (item, type);

  json_object_set_int_member (event, "content_index", 0);
  return event;
}

static void
tell_speech (Listener *self, const gchar *type, const gchar *name, guint64 sample)
{
  JsonObject *event = item_event (self->item, type);

  json_object_set_int_member (event, name, sample * 1000 / RECOGNISER_RATE);
  tell (self, event);
}

static JsonObject *
user_message (const Item *item)
{
  JsonObject *message = json_object_new (), *part = json_object_new ();
  JsonArray *content = json_array_new ();

  json_object_set_string_member (part, "type", "input_audio");
  json_object_set_null_member (part, "transcript");
  json_array_add_object_element (content, part);
  json_object_set_string_member (message, "id", item->id);
  json_object_set_string_member (message, "object", "realtime.item");
  json_object_set_string_member (message, "type", "message");
  json_object_set_string_member (message, "status", "completed");
  json_object_set_string_member (message, "role", "user");
  json_object_set_array_member (message, "content", content);
  return message;
}

static void
tell_committed (Listener *self)
{
  static const gchar *const types[] = { "conversation.item.added",
    "conversation.item.done" };
  JsonObject *event = item_event (self->item, "input_audio_buffer.committed");

  json_object_set_string_member (event, "previous_item_id", self->previous);
  tell (self, event);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    event = session_event_new (types[i]);
    json_object_set_string_member (event, "previous_item_id", self->previous);
    json_object_set_object_member (event, "item", user_message (self->item));
    tell (self, event);
  }
}

static void
tell_completed (Listener *self, const gchar *text)
{
  JsonObject *event = transcription_event (self->item, "completed");
  JsonObject *usage = json_object_new ();

  json_object_set_string_member (event, "transcript", text);
  json_object_set_string_member (usage, "type", "duration");
  json_object_set_double_member (
      usage, "seconds", (gdouble) self->item->samples / RECOGNISER_RATE);
  json_object_set_object_member (event, "usage", usage);
  tell (self, event);
}

/* --- items ------------------------------------------------------------------- */

static Item *
item_new (Recogniser *recogniser)
{
  Item *item = g_new0 (Item, 1);
  g_autofree gchar *uuid = g_uuid_string_random ();

  item->id = g_strdup_printf ("item_%.8s%.4s%.4s", uuid, uuid + 9, uuid + 14);
  item->hearing = hearing_new (recogniser);
  return item;
}

static void
item_free (Item *item)
{
  g_free (item->id);
  hearing_free (item->hearing);
  g_strfreev (item->words);
  g_free (item);
}

/* A word that follows may still change the last one. */
static guint
count_sure (Item *item, gchar **words)
{
  guint n = g_strv_length (words), sure = 0;

  if (item->words
      && g_strv_equal ((const gchar *const *) words, (const gchar *const *) item->words))
    item->same++;
  else
    item->same = 0;
  while (item->words && item->words[sure] && sure < n
      && g_str_equal (words[sure], item->words[sure]))
    sure++;
  return item->same >= SAME_GUESSES ? n : MIN (sure, n > 0 ? n - 1 : 0);
}

/* Tells words two guesses agree on, each with the space that ends it. */
static void
guess (Listener *self)
{
  Item *item = self->item;
  g_autofree gchar *text = hearing_text (item->hearing);
  gchar **words = g_strsplit (text, " ", -1);
  guint sure = count_sure (item, words);
  g_autoptr (GString) delta = g_string_new (NULL);
  JsonObject *event;

  for (; item->told < sure; item->told++)
    g_string_append_printf (delta, "%s ", words[item->told]);
  g_strfreev (item->words);
  item->words = words;
  if (delta->len == 0)
    return;
  event = transcription_event (item, "delta");
  json_object_set_string_member (event, "delta", delta->str);
  tell (self, event);
}

static void
hear (Listener *self, const gint16 *samples, gsize length)
{
  Item *item = self->item;

  while (length > 0) {
    gsize n = MIN (length, item->guessed + STEP - item->samples);

    hearing_push (item->hearing, samples, n);
    item->samples += n;
    samples += n;
    length -= n;
    if (item->samples < item->guessed + STEP)
      return;
    item->guessed = item->samples;
    guess (self);
  }
}

static void
open_item (Listener *self)
{
  self->item = item_new (self->recogniser);
}

static void
close_item (Listener *self)
{
  g_autofree gchar *text = NULL;

  tell_committed (self);
  text = hearing_finish (self->item->hearing);
  tell_completed (self, text);
  g_free (self->previous);
  self->previous = g_strdup (self->item->id);
  g_clear_pointer (&self->item, item_free);
}

/* --- audio ------------------------------------------------------------------- */

static void
handle_event (Listener *self, const SttChunkerEvent *event)
{
  gint16 *samples = (gint16 *) self->waiting->data;
  gsize length = event->end - event->start;

  switch (event->kind) {
    case STT_CHUNKER_BEGIN:
      open_item (self);
      tell_speech (self, "input_audio_buffer.speech_started", "audio_start_ms",
          self->chunker_start + event->start);
      break;
    case STT_CHUNKER_AUDIO:
      hear (self, samples, length);
      break;
    case STT_CHUNKER_END:
      tell_speech (
          self, "input_audio_buffer.speech_stopped", "audio_end_ms", self->heard);
      close_item (self);
      break;
    default:
      break;
  }
  if (event->kind == STT_CHUNKER_AUDIO || event->kind == STT_CHUNKER_SILENCE)
    g_byte_array_remove_range (self->waiting, 0, length * sizeof (gint16));
}

static void
handle_events (Listener *self)
{
  SttChunkerEvent event;

  while (stt_chunker_next (self->chunker, &event))
    handle_event (self, &event);
}

static void
take_samples (Listener *self, const gint16 *samples, gsize length)
{
  self->heard += length;
  if (self->chunker) {
    g_byte_array_append (
        self->waiting, (const guint8 *) samples, length * sizeof (gint16));
    stt_chunker_push (self->chunker, samples, length, STT_VERDICT_NONE);
    handle_events (self);
    return;
  }
  if (!self->item)
    open_item (self);
  hear (self, samples, length);
}

static GstAudioConverter *
converter_new (RealtimeFormat format)
{
  GstAudioInfo in, out;

  gst_audio_info_set_format (
      &in, GST_AUDIO_FORMAT_S16LE, format == AUDIO_FORMAT_PCM ? 24000 : 8000, 1, NULL);
  gst_audio_info_set_format (&out, GST_AUDIO_FORMAT_S16, RECOGNISER_RATE, 1, NULL);
  return gst_audio_converter_new (0, &in, &out, NULL);
}

/* G.711 */
static gint16
expand_mulaw (guint8 byte)
{
  gint value = ~byte, magnitude = (((value & 0x0f) << 3) + 0x84) << ((value & 0x70) >> 4);

  return value & 0x80 ? 0x84 - magnitude : magnitude - 0x84;
}

static gint16
expand_alaw (guint8 byte)
{
  gint value = byte ^ 0x55, exponent = (value & 0x70) >> 4;
  gint magnitude = ((value & 0x0f) << 4) + (exponent ? 0x108 : 8);

  magnitude <<= exponent > 1 ? exponent - 1 : 0;
  return value & 0x80 ? magnitude : -magnitude;
}

static GBytes *
expand (RealtimeFormat format, GBytes *audio)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (audio, &length);
  gint16 *samples;

  if (format == AUDIO_FORMAT_PCM)
    return g_bytes_ref (audio);
  samples = g_new (gint16, length);
  for (gsize i = 0; i < length; i++)
    samples[i] = GINT16_TO_LE (
        format == AUDIO_FORMAT_PCMU ? expand_mulaw (bytes[i]) : expand_alaw (bytes[i]));
  return g_bytes_new_take (samples, length * sizeof (gint16));
}

static void
append (Listener *self, GBytes *audio)
{
  g_autoptr (GBytes) plain = expand (self->options.format, audio);
  gsize frames = g_bytes_get_size (plain) / sizeof (gint16);
  gsize length = gst_audio_converter_get_out_frames (self->converter, frames);
  g_autofree gint16 *samples = g_new (gint16, length + 1);
  gpointer in[] = { (gpointer) g_bytes_get_data (plain, NULL) };
  gpointer out[] = { samples };

  if (frames == 0)
    return;
  gst_audio_converter_samples (self->converter, 0, in, frames, out, length);
  take_samples (self, samples, length);
}

static void
forget (Listener *self)
{
  g_clear_pointer (&self->item, item_free);
  g_clear_pointer (&self->chunker, stt_chunker_free);
  g_byte_array_set_size (self->waiting, 0);
}

static void
begin (Listener *self)
{
  const ListenerOptions *options = &self->options;
  const guint64 ms = RECOGNISER_RATE / 1000;

  self->chunker_start = self->heard;
  if (options->server_vad)
    self->chunker = stt_chunker_new (&(SttChunkerOptions) {
        .rate = RECOGNISER_RATE,
        .vad = STT_VAD_ENERGY,
        .skip_silence = TRUE,
        .pre_roll = options->prefix_padding * ms,
        .hangover = MIN (HANGOVER, options->silence_duration) * ms,
        .silence = options->silence_duration * ms,
    });
}

/* What was heard so far stays, unless it is cut otherwise from now on. */
static void
set_options (Listener *self, const ListenerOptions *options)
{
  gboolean changed =
      !self->converter || memcmp (options, &self->options, sizeof *options) != 0;

  if (!changed)
    return;
  self->options = *options;
  forget (self);
  g_clear_pointer (&self->converter, gst_audio_converter_free);
  self->converter = converter_new (options->format);
  begin (self);
}

static void
commit (Listener *self, const gchar *event_id)
{
  guint64 samples = self->chunker ? self->waiting->len / sizeof (gint16) : 0;
  g_autofree gchar *message = NULL;

  samples += self->item ? self->item->samples : 0;
  if (samples < SHORTEST_COMMIT) {
    message = g_strdup_printf (
        "Error committing input audio buffer: buffer too "
        "small. Expected at least 100ms of audio, but buffer only has %.2fms of "
        "audio.",
        1000.0 * samples / RECOGNISER_RATE);
    tell (self,
        session_error_new ("input_audio_buffer_commit_empty", message, NULL, event_id));
    return;
  }
  if (!self->item)
    open_item (self);
  if (self->chunker)
    hear (
        self, (const gint16 *) self->waiting->data, self->waiting->len / sizeof (gint16));
  close_item (self);
  forget (self);
  begin (self);
}

static void
clear (Listener *self)
{
  forget (self);
  begin (self);
  tell (self, session_event_new ("input_audio_buffer.cleared"));
}

/* --- the thread -------------------------------------------------------------- */

static void
command_free (Command *command)
{
  g_clear_pointer (&command->audio, g_bytes_unref);
  g_free (command->event_id);
  g_free (command);
}

static void
run_command (Listener *self, const Command *command)
{
  if (g_atomic_int_get (&self->stopped))
    return;
  switch (command->kind) {
    case COMMAND_OPTIONS:
      set_options (self, &command->options);
      break;
    case COMMAND_APPEND:
      append (self, command->audio);
      break;
    case COMMAND_COMMIT:
      commit (self, command->event_id);
      break;
    case COMMAND_CLEAR:
      clear (self);
      break;
    case COMMAND_STOP:
      break;
  }
}

static gpointer
listen (gpointer user_data)
{
  Listener *self = user_data;
  gboolean stops = FALSE;

  while (!stops) {
    Command *command = g_async_queue_pop (self->commands);

    stops = command->kind == COMMAND_STOP;
    run_command (self, command);
    command_free (command);
  }
  forget (self);
  g_byte_array_unref (self->waiting);
  g_clear_pointer (&self->converter, gst_audio_converter_free);
  g_free (self->previous);
  g_async_queue_unref (self->commands);
  self->destroy (self->user_data);
  g_free (self);
  return NULL;
}

Listener *
listener_new (
    Recogniser *recogniser, ListenerFunc func, gpointer user_data, GDestroyNotify destroy)
{
  Listener *self = g_new0 (Listener, 1);

  self->recogniser = recogniser;
  self->func = func;
  self->user_data = user_data;
  self->destroy = destroy;
  self->commands = g_async_queue_new ();
  self->waiting = g_byte_array_new ();
  g_thread_unref (g_thread_new ("listen", listen, self));
  return self;
}

static void
push (Listener *self, Command command)
{
  g_async_queue_push (self->commands, g_memdup2 (&command, sizeof command));
}

void
listener_set_options (Listener *self, const ListenerOptions *options)
{
  push (self, (Command) { .kind = COMMAND_OPTIONS, .options = *options });
}

void
listener_append (Listener *self, GBytes *audio)
{
  push (self, (Command) { .kind = COMMAND_APPEND, .audio = g_bytes_ref (audio) });
}

void
listener_commit (Listener *self, const gchar *event_id)
{
  push (self, (Command) { .kind = COMMAND_COMMIT, .event_id = g_strdup (event_id) });
}

void
listener_clear (Listener *self)
{
  push (self, (Command) { .kind = COMMAND_CLEAR });
}

void
listener_stop (Listener *self)
{
  g_atomic_int_set (&self->stopped, TRUE);
  push (self, (Command) { .kind = COMMAND_STOP });
}
