// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One Realtime session: it is opened and configured, items of audio go out, and what
 * comes back is found its item. */

#include "realtimesession.h"

#include "client/error.h"
#include "client/realtimesocket.h"
#include "element/resampler.h"
#include "i18n.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

/* How many times as fast as it was spoken audio is sent, when there is a backlog, and
 * microseconds of it that may go at once. */
#define MAX_SPEED 4
#define BURST G_TIME_SPAN_SECOND

/* Milliseconds a server takes at most for an item, beside twice its length. */
#define MAX_ANSWER 20000

/* What openai_client_refuses() remembers. */
#define SETTINGS "the settings of a session"
#define TURNS "commits beside turn detection"

typedef enum
{
  STATE_CONNECTING,
  STATE_CONFIGURING,
  STATE_READY,
  STATE_ENDED,
} State;

struct _SttRealtimeSession
{
  OpenaiClient *client;
  GstElement *element;
  SttRealtimeSessionLimits limits;
  SttRealtimeSessionFuncs funcs;
  gpointer user_data;

  OpenaiWebsocket *socket;
  State state;
  const OpenaiDialect *dialect;
  OpenaiRealtimeConfig *first; /* until it is configured */
  gchar *config;               /* the settings it has, as they were sent */
  gchar *update_id;            /* of the last of them */
  guint n_updates;
  guint n_commits;
  GError *last_error; /* the last error event, or NULL */

  GPtrArray *items;      /* SttRealtimeItem, in order, until their end */
  SttRealtimeItem *open; /* the last of them, while it is sent */
  GHashTable *done_ids;
  GstOpenaiResampler *resampler; /* NULL: the server takes our rate */
  gint64 paced;                  /* monotonic: up to when what was sent lasts, at
                                 * MAX_SPEED */
  gint64 progress;               /* monotonic: when the server last told of an item */

  OpenaiDeadline *limit; /* for the server to answer */
  OpenaiDeadline *age;
};

/* --- its end ---------------------------------------------------------------- */

/* Takes @error. */
static void
end_session (SttRealtimeSession *self, GError *error, gboolean worth_retry, gint64 delay)
{
  g_autoptr (GError) owned = error;

  if (self->state == STATE_ENDED)
    return;
  self->state = STATE_ENDED;
  openai_deadline_set (self->limit, 0);
  openai_deadline_set (self->age, 0);
  GST_DEBUG_OBJECT (self->element, "session %u ends: %s",
      openai_websocket_number (self->socket), error->message);
  self->funcs.ended (self, error, worth_retry, delay, self->user_data);
}

static void
on_limit (gpointer data)
{
  SttRealtimeSession *self = data;
  GError *error = self->state == STATE_READY || !self->last_error
      ? g_error_new (OPENAI_ERROR, OPENAI_ERROR_TIMEOUT,
            _("%s took too long to answer"), openai_client_host (self->client))
            : g_error_copy (self->last_error);

  openai_error_details (error)->attempts = 1;
  end_session (self, error, error->code == OPENAI_ERROR_TIMEOUT, 0);
}

static void
on_age (gpointer data)
{
  SttRealtimeSession *self = data;

  GST_INFO_OBJECT (
      self->element, "session %u will end soon", openai_websocket_number (self->socket));
  self->funcs.aging (self, self->user_data);
}

static SttRealtimeItem *
item_of (SttRealtimeSession *self, guint i)
{
  return g_ptr_array_index (self->items, i);
}

/* The oldest one that was sent whole has so long, from when the server last told of
 * any. */
static void
limit_answer (SttRealtimeSession *self)
{
  SttRealtimeItem *item = self->items->len > 0 ? item_of (self, 0) : NULL;
  gint64 least, limit;

  if (!item || item == self->open) {
    openai_deadline_set (self->limit, 0);
    return;
  }
  limit = MAX_ANSWER + 2000 * (item->samples->len / sizeof (gint16)) / STT_REALTIME_RATE;
  if (self->limits.answer)
    limit = MIN (limit, self->limits.answer);
  least = MAX (item->asked, self->progress);
  openai_deadline_set (self->limit, least + limit * G_TIME_SPAN_MILLISECOND);
}

static void
remove_item (SttRealtimeSession *self, SttRealtimeItem *item)
{
  for (guint i = 0; i < item->turns->len; i++) {
    SttRealtimeTurn *turn = stt_realtime_item_turn (item, i);

    if (turn->id)
      g_hash_table_add (self->done_ids, g_strdup (turn->id));
  }
  if (self->open == item)
    self->open = NULL;
  item->session = NULL;
  g_ptr_array_remove (self->items, item);
}

static void
resolve (SttRealtimeSession *self, SttRealtimeItem *item, OpenaiTranscript *transcript,
    const GError *error)
{
  g_autoptr (SttRealtimeItem) kept = stt_realtime_item_ref (item);

  remove_item (self, item);
  limit_answer (self);
  self->funcs.result (self, item, transcript, error, self->user_data);
}

/* --- whose event it is ------------------------------------------------------ */

/* @turn: TRUE for those that have no id yet. */
typedef gboolean (*TurnFunc) (SttRealtimeSession *self, SttRealtimeItem *item,
    SttRealtimeTurn *turn, const gchar *id);

static SttRealtimeTurn *
find_turn (
    SttRealtimeSession *self, TurnFunc func, const gchar *id, SttRealtimeItem **found)
{
  for (guint i = 0; i < self->items->len; i++) {
    SttRealtimeItem *item = item_of (self, i);

    for (guint t = 0; t < item->turns->len; t++) {
      if (func (self, item, stt_realtime_item_turn (item, t), id)) {
        *found = item;
        return stt_realtime_item_turn (item, t);
      }
    }
  }
  return NULL;
}

static gboolean
has_id (SttRealtimeSession *self, SttRealtimeItem *item, SttRealtimeTurn *turn,
    const gchar *id)
{
  return g_strcmp0 (turn->id, id) == 0 && !turn->transcript;
}

/* What is still being sent has no result, unless the server cuts by itself. */
static gboolean
has_none (SttRealtimeSession *self, SttRealtimeItem *item, SttRealtimeTurn *turn,
    const gchar *id)
{
  return !turn->id && !turn->transcript;
}

static gboolean
has_none_and_ended (SttRealtimeSession *self, SttRealtimeItem *item,
    SttRealtimeTurn *turn, const gchar *id)
{
  return has_none (self, item, turn, id)
      && (item != self->open || item->config.turn_detection);
}

static gboolean
awaits_result (SttRealtimeSession *self, SttRealtimeItem *item, SttRealtimeTurn *turn,
    const gchar *id)
{
  return !turn->transcript && item != self->open
      && !openai_realtime_item_has_text (turn->heard);
}

static gboolean
takes_result (SttRealtimeSession *self, SttRealtimeItem *item, SttRealtimeTurn *turn,
    const gchar *id)
{
  return has_none_and_ended (self, item, turn, id)
      || awaits_result (self, item, turn, id);
}

static gboolean
is_unfinished (SttRealtimeSession *self, SttRealtimeItem *item, SttRealtimeTurn *turn,
    const gchar *id)
{
  return !turn->transcript;
}

static gboolean
tells_result (const OpenaiRealtimeEvent *event)
{
  return event->kind == OPENAI_REALTIME_COMPLETED
      || event->kind == OPENAI_REALTIME_FAILED;
}

/* Whether it comes after all audio of its item. */
static gboolean
follows_commit (SttRealtimeSession *self, const OpenaiRealtimeEvent *event)
{
  return tells_result (event)
      || (self->dialect->renames_items && event->kind != OPENAI_REALTIME_COMMITTED);
}

/* The one the event names; else the first that has no name, and takes it. Some servers
 * call the result otherwise than the commit: it is of the first that nothing was told
 * of. */
static SttRealtimeTurn *
find_subject (
    SttRealtimeSession *self, const OpenaiRealtimeEvent *event, SttRealtimeItem **item)
{
  const gchar *id = event->item;
  SttRealtimeTurn *turn;

  if (!id)
    return find_turn (self, is_unfinished, NULL, item);
  if (g_hash_table_contains (self->done_ids, id))
    return NULL;
  turn = find_turn (self, has_id, id, item);
  if (turn)
    return turn;
  turn = find_turn (
      self, follows_commit (self, event) ? takes_result : has_none, NULL, item);
  if (!turn && !tells_result (event))
    turn = find_turn (self, has_none, NULL, item);
  if (!turn)
    return NULL;
  if (turn->id)
    g_hash_table_add (self->done_ids, g_steal_pointer (&turn->id));
  turn->id = g_strdup (id);
  return turn;
}

/* --- what the server says --------------------------------------------------- */

static gboolean
is_over (SttRealtimeSession *self, SttRealtimeItem *item)
{
  for (guint i = 0; i < item->turns->len; i++) {
    if (!stt_realtime_item_turn (item, i)->transcript)
      return FALSE;
  }
  return item != self->open;
}

static void
resolve_if_over (SttRealtimeSession *self, SttRealtimeItem *item)
{
  g_autoptr (OpenaiTranscript) transcript = NULL;

  if (!is_over (self, item))
    return;
  transcript = stt_realtime_item_join_turns (item);
  resolve (self, item, transcript, NULL);
}

/* The text of the turns before, and of this one. */
static void
report_partial (SttRealtimeSession *self, SttRealtimeItem *item, SttRealtimeTurn *turn,
    const gchar *text, const gchar *delta)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < item->turns->len && stt_realtime_item_turn (item, i) != turn;
       i++) {
    SttRealtimeTurn *before = stt_realtime_item_turn (item, i);

    if (before->transcript)
      g_string_append_printf (all, "%s ", before->transcript->text);
  }
  g_string_append (all, text);
  self->funcs.partial (self, item, all->str, delta,
      openai_realtime_item_is_replaced (turn->heard), self->user_data);
}

static void
handle_text (SttRealtimeSession *self, SttRealtimeItem *item, SttRealtimeTurn *turn,
    const OpenaiRealtimeEvent *event)
{
  const gchar *text, *delta;

  if (openai_realtime_item_take (turn->heard, event, &text, &delta))
    report_partial (self, item, turn, text, delta);
}

static void
handle_result (SttRealtimeSession *self, SttRealtimeItem *item, SttRealtimeTurn *turn,
    const OpenaiRealtimeEvent *event)
{
  g_autoptr (GError) error = NULL;

  turn->transcript = openai_realtime_item_finish (turn->heard, event, &error);
  if (!turn->transcript) {
    resolve (self, item, NULL, error);
    return;
  }
  /* The server cut by itself: what is still sent is another turn. */
  if (item == self->open && turn == stt_realtime_item_last_turn (item))
    stt_realtime_item_add_turn (item);
  resolve_if_over (self, item);
}

static void
handle_failure (SttRealtimeSession *self, SttRealtimeItem *item, const GError *error)
{
  g_autoptr (GError) copy = g_error_copy (error);

  openai_client_redact (self->client, &copy->message);
  openai_error_details (copy)->attempts = item->attempts;
  resolve (self, item, NULL, copy);
}

/* One that we did not ask for ends a turn of the open item. */
static void
handle_commit (SttRealtimeSession *self, SttRealtimeItem *item, SttRealtimeTurn *turn)
{
  if (item == self->open && turn == stt_realtime_item_last_turn (item))
    stt_realtime_item_add_turn (item);
}

static void
handle_item_event (SttRealtimeSession *self, const OpenaiRealtimeEvent *event)
{
  SttRealtimeItem *item = NULL;
  SttRealtimeTurn *turn = find_subject (self, event, &item);

  if (!turn) {
    GST_DEBUG_OBJECT (self->element, "%s is about no item", event->type);
    return;
  }
  self->progress = g_get_monotonic_time ();
  limit_answer (self);
  switch (event->kind) {
    case OPENAI_REALTIME_COMMITTED:
      handle_commit (self, item, turn);
      break;
    case OPENAI_REALTIME_COMPLETED:
      handle_result (self, item, turn, event);
      break;
    case OPENAI_REALTIME_FAILED:
      handle_failure (self, item, event->error);
      break;
    default:
      handle_text (self, item, turn, event);
      break;
  }
}

static void
send_config (SttRealtimeSession *self, const OpenaiRealtimeConfig *config)
{
  gboolean plain = openai_client_refuses (self->client, SETTINGS);
  g_autofree gchar *wanted = openai_realtime_update (self->dialect, config, plain, NULL);
  g_autofree gchar *text = NULL;

  if (g_strcmp0 (wanted, self->config) == 0)
    return;
  g_free (self->config);
  self->config = g_steal_pointer (&wanted);
  g_free (self->update_id);
  self->update_id = g_strdup_printf ("update_%u", ++self->n_updates);
  text = openai_realtime_update (self->dialect, config, plain, self->update_id);
  openai_websocket_send (self->socket, text);
}

static void
become_ready (SttRealtimeSession *self)
{
  GST_INFO_OBJECT (self->element, "session %u is ready: %s, %u Hz",
      openai_websocket_number (self->socket), self->dialect->name, self->dialect->rate);
  self->state = STATE_READY;
  openai_client_answered (self->client, 0);
  limit_answer (self);
  self->funcs.writable (self, self->user_data);
}

static void
tell_unfit (SttRealtimeSession *self)
{
  if (self->dialect->commits_only && self->first->turn_detection
      && openai_client_refused (self->client, TURNS))
    self->funcs.fallback (self,
        _("The server takes no commits while it detects turns: turn-detection is left "
          "out"),
            self->user_data);
}

static void
handle_created (SttRealtimeSession *self, const OpenaiRealtimeEvent *event)
{
  if (self->state != STATE_CONNECTING)
    return;
  self->state = STATE_CONFIGURING;
  self->dialect = event->dialect;
  openai_deadline_set (self->age, openai_realtime_renewal_time (event->expires));
  tell_unfit (self);
  send_config (self, self->first);
  if (!self->dialect->confirms)
    become_ready (self);
}

static void
handle_updated (SttRealtimeSession *self, const OpenaiRealtimeEvent *event)
{
  if (event->expires)
    openai_deadline_set (self->age, openai_realtime_renewal_time (event->expires));
  if (self->state == STATE_CONFIGURING)
    become_ready (self);
}

/* The settings were refused: without those that can be left out. FALSE: it is the
 * second time. */
static gboolean
fall_back (SttRealtimeSession *self)
{
  const OpenaiRealtimeConfig *config = self->open ? &self->open->config : self->first;

  if (!config || !openai_client_refused (self->client, SETTINGS))
    return FALSE;
  self->funcs.fallback (self,
      _("The server does not take the settings of a session: sending the "
          "model alone"),
          self->user_data);
  send_config (self, config);
  return TRUE;
}

static gchar *
commit_id (SttRealtimeItem *item)
{
  return g_strdup_printf ("commit_%u", item->commit);
}

static SttRealtimeItem *
find_by_commit (SttRealtimeSession *self, const gchar *event_id)
{
  for (guint i = 0; event_id && i < self->items->len; i++) {
    g_autofree gchar *id = commit_id (item_of (self, i));

    if (g_str_equal (id, event_id))
      return item_of (self, i);
  }
  return NULL;
}

/* There was no audio in its last turn. */
static void
end_empty (SttRealtimeSession *self, SttRealtimeItem *item)
{
  SttRealtimeTurn *turn = stt_realtime_item_last_turn (item);

  if (!turn->transcript)
    turn->transcript = openai_realtime_item_finish (turn->heard, NULL, NULL);
  resolve_if_over (self, item);
}

static gboolean
concerns_settings (SttRealtimeSession *self, const OpenaiRealtimeEvent *event)
{
  return event->event_id && g_strcmp0 (event->event_id, self->update_id) == 0;
}

/* Servers that do not say which item an error is about. */
static SttRealtimeItem *
likely_item (SttRealtimeSession *self)
{
  SttRealtimeItem *item = self->items->len > 0 ? item_of (self, 0) : NULL;

  return item && item != self->open
          && (self->dialect->is_flat || self->dialect->renames_items)
      ? item
      : NULL;
}

static void
handle_error (SttRealtimeSession *self, const OpenaiRealtimeEvent *event)
{
  guint status = openai_error_details (event->error)->status;
  SttRealtimeItem *item = find_by_commit (self, event->event_id);

  g_clear_error (&self->last_error);
  self->last_error = g_error_copy (event->error);
  openai_client_redact (self->client, &self->last_error->message);
  GST_DEBUG_OBJECT (self->element, "session %u: %s",
      openai_websocket_number (self->socket), self->last_error->message);
  if (status)
    end_session (self, g_error_copy (self->last_error), FALSE, 0);
  else if (openai_realtime_is_expiry (event->error))
    end_session (self, g_error_copy (self->last_error), TRUE, 0);
  else if (concerns_settings (self, event)) {
    if (!fall_back (self))
      end_session (self, g_error_copy (self->last_error), FALSE, 0);
  } else if (item && openai_realtime_is_empty_commit (event->error))
    end_empty (self, item);
  else if (item || (item = likely_item (self)))
    handle_failure (self, item, event->error);
  else if (self->dialect->opens_items && self->items->len > 0)
    end_session (self, g_error_copy (self->last_error), TRUE, 0);
}

static void
on_message (OpenaiWebsocket *socket, const gchar *text, gsize length, gpointer data)
{
  SttRealtimeSession *self = data;
  g_auto (OpenaiRealtimeEvent) event = { 0 };
  g_autoptr (GError) error = NULL;

  if (!openai_realtime_event_parse (&event, text, length, &error)) {
    GST_DEBUG_OBJECT (self->element, "session %u: %s", openai_websocket_number (socket),
        error->message);
    return;
  }
  GST_LOG_OBJECT (
      self->element, "session %u: %s", openai_websocket_number (socket), event.type);
  switch (event.kind) {
    case OPENAI_REALTIME_CREATED:
      handle_created (self, &event);
      break;
    case OPENAI_REALTIME_UPDATED:
      handle_updated (self, &event);
      break;
    case OPENAI_REALTIME_ERROR:
      handle_error (self, &event);
      break;
    case OPENAI_REALTIME_COMMITTED:
    case OPENAI_REALTIME_DELTA:
    case OPENAI_REALTIME_REPLACED:
    case OPENAI_REALTIME_SEGMENT:
    case OPENAI_REALTIME_COMPLETED:
    case OPENAI_REALTIME_FAILED:
      handle_item_event (self, &event);
      break;
    default:
      break;
  }
}

static void
on_room (OpenaiWebsocket *socket, gpointer data)
{
  SttRealtimeSession *self = data;

  if (self->state == STATE_READY)
    self->funcs.writable (self, self->user_data);
}

static void
on_closed (OpenaiWebsocket *socket, guint code, const GError *error, gpointer data)
{
  SttRealtimeSession *self = data;
  GError *why = g_error_copy (error);
  gboolean worth = openai_websocket_is_worth_retry (socket, code, error);

  /* What it complained of before is the reason, as long as it never worked. */
  if (self->last_error && code && self->state < STATE_READY) {
    g_clear_error (&why);
    why = g_error_copy (self->last_error);
    openai_error_details (why)->attempts = 1;
    worth = FALSE;
  }
  end_session (self, why, worth,
      self->state == STATE_READY
          ? 0
          : openai_websocket_retry_delay (socket, 0, 8 * G_TIME_SPAN_SECOND));
}

static const OpenaiWebsocketFuncs socket_funcs = {
  .message = on_message,
  .room = on_room,
  .closed = on_closed,
};

/* --- what is sent ----------------------------------------------------------- */

gboolean
stt_realtime_session_is_ready (SttRealtimeSession *self)
{
  return self->state == STATE_READY;
}

guint
stt_realtime_session_n_items (SttRealtimeSession *self)
{
  return self->items->len;
}

SttRealtimeItem *
stt_realtime_session_open_item (SttRealtimeSession *self)
{
  return self->open;
}

gboolean
stt_realtime_session_may_send (SttRealtimeSession *self, gint64 *when)
{
  *when = 0;
  if (self->state != STATE_READY || !openai_websocket_has_room (self->socket))
    return FALSE;
  if (self->paced <= g_get_monotonic_time () + BURST / MAX_SPEED)
    return TRUE;
  *when = self->paced - BURST / MAX_SPEED;
  return FALSE;
}

gboolean
stt_realtime_session_may_begin (SttRealtimeSession *self)
{
  return self->state == STATE_READY && !self->open
      && (!self->dialect->opens_items || self->items->len == 0);
}

/* A new one for each item: the same audio always gives the same samples. */
static void
renew_resampler (SttRealtimeSession *self)
{
  GstAudioInfo info;

  g_clear_pointer (&self->resampler, gst_openai_resampler_free);
  if (self->dialect->rate == STT_REALTIME_RATE)
    return;
  gst_audio_info_set_format (&info, GST_AUDIO_FORMAT_S16, STT_REALTIME_RATE, 1, NULL);
  self->resampler = gst_openai_resampler_new (&info, self->dialect->rate);
}

void
stt_realtime_session_begin (SttRealtimeSession *self, SttRealtimeItem *item)
{
  g_autofree gchar *text = openai_realtime_open_item (self->dialect);

  self->open = stt_realtime_item_ref (item);
  g_ptr_array_add (self->items, self->open);
  item->session = self;
  item->sent = 0;
  item->attempts++;
  g_ptr_array_set_size (item->turns, 0);
  stt_realtime_item_add_turn (item);
  renew_resampler (self);
  send_config (self, &item->config);
  if (text)
    openai_websocket_send (self->socket, text);
}

static void
send_samples (SttRealtimeSession *self, GBytes *samples)
{
  if (samples)
    openai_websocket_take (self->socket,
        openai_realtime_append (
            g_bytes_get_data (samples, NULL), g_bytes_get_size (samples)));
}

static GBytes *
resample (SttRealtimeSession *self, gconstpointer samples, gsize bytes)
{
  g_autoptr (GstBuffer) buffer = NULL;
  GBytes *out = NULL;

  if (!self->resampler)
    return g_bytes_new (samples, bytes);
  buffer = gst_buffer_new_memdup (samples, bytes);
  gst_openai_resampler_push (self->resampler, buffer, &out);
  return out;
}

void
stt_realtime_session_append (SttRealtimeSession *self, gconstpointer samples, gsize bytes)
{
  g_autoptr (GBytes) out = resample (self, samples, bytes);

  self->open->sent += bytes;
  self->paced = MAX (self->paced, g_get_monotonic_time ())
      + (gint64) gst_util_uint64_scale (
          bytes / sizeof (gint16), G_USEC_PER_SEC, MAX_SPEED * STT_REALTIME_RATE);
  send_samples (self, out);
}

void
stt_realtime_session_commit (SttRealtimeSession *self)
{
  SttRealtimeItem *item = g_steal_pointer (&self->open);
  g_autoptr (GBytes) rest =
      self->resampler ? gst_openai_resampler_drain (self->resampler) : NULL;
  g_autofree gchar *id = NULL, *text = NULL;

  item->commit = ++self->n_commits;
  id = commit_id (item);
  text = openai_realtime_commit (self->dialect, id);
  send_samples (self, rest);
  openai_websocket_send (self->socket, text);
  item->asked = g_get_monotonic_time ();
  limit_answer (self);
}

/* --- the whole of it -------------------------------------------------------- */

SttRealtimeSession *
stt_realtime_session_new (OpenaiClient *client, GstElement *element,
    const OpenaiRealtimeConfig *config, const SttRealtimeSessionLimits *limits,
    const SttRealtimeSessionFuncs *funcs, gpointer user_data)
{
  SttRealtimeSession *self = g_new0 (SttRealtimeSession, 1);
  OpenaiIo *io = openai_client_io (client);
  g_autofree gchar *path =
      openai_realtime_transcription_path (client, config->params.model);

  self->client = client;
  self->element = element;
  self->limits = *limits;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->dialect = openai_dialect_default ();
  self->first = openai_realtime_config_copy (config);
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) stt_realtime_item_unref);
  self->done_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->limit = openai_deadline_new (io, on_limit, self);
  self->age = openai_deadline_new (io, on_age, self);
  openai_deadline_set (self->limit, openai_deadline_after (2 * limits->connect));
  self->socket =
      openai_realtime_socket_new (client, path, limits->connect, &socket_funcs, self);
  return self;
}

GPtrArray *
stt_realtime_session_free (SttRealtimeSession *self)
{
  GPtrArray *items = g_steal_pointer (&self->items);

  for (guint i = 0; i < items->len; i++)
    ((SttRealtimeItem *) g_ptr_array_index (items, i))->session = NULL;
  if (self->state == STATE_READY && !self->open)
    openai_websocket_close (self->socket);
  openai_websocket_free (self->socket);
  openai_deadline_free (self->limit);
  openai_deadline_free (self->age);
  openai_realtime_config_free (self->first);
  g_hash_table_unref (self->done_ids);
  g_clear_pointer (&self->resampler, gst_openai_resampler_free);
  g_clear_error (&self->last_error);
  g_free (self->config);
  g_free (self->update_id);
  g_free (self);
  return items;
}
