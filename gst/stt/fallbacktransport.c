// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A transport of several: what one server cannot do goes to the next. The audio of each
 * chunk is kept until it has its result. */

#include "fallbacktransport.h"

#include "client/failover.h"
#include "element/fallback.h"
#include "element/resampler.h"
#include "httptransport.h"
#include "i18n.h"
#include "realtimetransport.h"

GST_DEBUG_CATEGORY_EXTERN (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

typedef struct _FallbackTransport FallbackTransport;

typedef struct
{
  FallbackTransport *owner; /* a reference is held by the transport */
  guint index;
  SttEndpoint *endpoint;
  SttTransport *transport;
} Server;

/* A chunk and its audio; atomically reference-counted. */
typedef struct
{
  SttChunk *chunk;
  gchar *filename; /* NULL: samples */
  gchar *content_type;
  GByteArray *bytes; /* streaming thread, until it is finished */

  /* protected by the lock */
  guint server; /* that has it, or gets it once it is finished (@moves) */
  gboolean is_try;
  gboolean finished;
  gboolean moves;
  guint attempts; /* at the servers before */
} Part;

/* Reference-counted: the owner, each transport and the failover hold one. */
struct _FallbackTransport
{
  SttTransport transport;
  SttTransportClass klass; /* what the servers can do */

  /* immutable */
  Server *servers;
  guint n_servers;
  GPtrArray *others; /* SttEndpoint; until it is freed */
  OpenaiFailover *failover;
  SttTransportEvents events;
  gpointer owner;
  GDestroyNotify release;

  /* Called with it: nothing. Taken under that of any of the transports. */
  GMutex lock;
  GCond cond;
  GHashTable *parts; /* SttChunk → Part, until it has its result */
  guint n_moving;    /* chunks that are being handed over */
  guint current;     /* the server of the last chunk that began */

  /* streaming thread */
  Part *open;
  GstOpenaiResampler *resampler; /* of the open chunk; NULL: its server has our rate */
};

static void
part_clear (gpointer data)
{
  Part *part = data;

  stt_chunk_unref (part->chunk);
  g_free (part->filename);
  g_free (part->content_type);
  g_byte_array_unref (part->bytes);
}

static void
part_unref (gpointer part)
{
  g_atomic_rc_box_release_full (part, part_clear);
}

static Part *
part_new (SttChunk *chunk)
{
  Part *part = g_atomic_rc_box_new0 (Part);

  part->chunk = stt_chunk_ref (chunk);
  part->bytes = g_byte_array_new ();
  return part;
}

static void
fallback_transport_clear (gpointer data)
{
  FallbackTransport *self = data;

  g_hash_table_unref (self->parts);
  openai_failover_unref (self->failover);
  g_free (self->servers);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  self->release (self->owner);
}

static void
fallback_transport_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, fallback_transport_clear);
}

static const SttTransportClass *
class_of (const Server *server)
{
  return server->transport->klass;
}

/* --- rates ------------------------------------------------------------------ */

/* For samples of our rate; NULL: the server has it. */
static GstOpenaiResampler *
resampler_for (FallbackTransport *self, const Server *server)
{
  GstAudioInfo info;

  if (class_of (server)->rate == self->klass.rate)
    return NULL;
  gst_audio_info_set_format (&info, GST_AUDIO_FORMAT_S16, self->klass.rate, 1, NULL);
  return gst_openai_resampler_new (&info, class_of (server)->rate);
}

static GBytes *
push_samples (GstOpenaiResampler *resampler, gconstpointer samples, gsize size)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new_memdup (samples, size);
  GBytes *out = NULL;

  gst_openai_resampler_push (resampler, buffer, &out);
  return out;
}

static void
append_bytes (GByteArray *array, GBytes *bytes)
{
  if (bytes)
    g_byte_array_append (array, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* What @server takes of a whole chunk. */
static GBytes *
bytes_for (FallbackTransport *self, const Server *server, const Part *part)
{
  GstOpenaiResampler *resampler = part->filename ? NULL : resampler_for (self, server);
  g_autoptr (GBytes) first = NULL, rest = NULL;
  GByteArray *all;

  if (!resampler)
    return g_bytes_new (part->bytes->data, part->bytes->len);
  all = g_byte_array_new ();
  first = push_samples (resampler, part->bytes->data, part->bytes->len);
  rest = gst_openai_resampler_drain (resampler);
  append_bytes (all, first);
  append_bytes (all, rest);
  gst_openai_resampler_free (resampler);
  return g_byte_array_free_to_bytes (all);
}

/* --- what the servers tell -------------------------------------------------- */

static void
submit (FallbackTransport *self, const Part *part, guint index)
{
  const Server *server = &self->servers[index];
  g_autoptr (GBytes) bytes = bytes_for (self, server, part);

  GST_DEBUG_OBJECT (server->endpoint->element,
      "chunk at %" GST_TIME_FORMAT ": goes to %s", GST_TIME_ARGS (part->chunk->start),
      openai_client_host (server->endpoint->client));
  class_of (server)->submit (
      server->transport, part->chunk, bytes, part->filename, part->content_type);
}

/* The server that does it now, or -1. */
static gint
note_result (FallbackTransport *self, guint server, const SttResult *result)
{
  if (result->error)
    return openai_failover_failed (self->failover, server, result->error);
  if (result->transcript)
    openai_failover_served (self->failover, server);
  return -1;
}

/* Gives @part to @next, or takes it out. Called with the lock held. TRUE: it is to be
 * submitted there. */
static gboolean
move_part (FallbackTransport *self, Part *part, gint next, const SttResult *result)
{
  part->attempts += result->attempts;
  if (part->is_try && !result->error && !result->transcript)
    openai_failover_forget_try (self->failover, part->server);
  if (next < 0) {
    g_hash_table_remove (self->parts, part->chunk);
    return FALSE;
  }
  part->server = next;
  part->is_try = FALSE;
  part->moves = !part->finished;
  self->n_moving += part->finished ? 1 : 0;
  return part->finished;
}

static void
end_moving (FallbackTransport *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->n_moving--;
  g_cond_broadcast (&self->cond);
}

static void
on_result (SttChunk *chunk, const SttResult *result, gpointer data)
{
  const Server *server = data;
  FallbackTransport *self = server->owner;
  gint next = note_result (self, server->index, result);
  SttResult told = *result;
  gboolean moved;
  Part *part;

  g_mutex_lock (&self->lock);
  part = g_hash_table_lookup (self->parts, chunk);
  if (!part) {
    g_mutex_unlock (&self->lock);
    return;
  }
  g_atomic_rc_box_acquire (part);
  moved = move_part (self, part, next, result);
  told.attempts = part->attempts;
  g_mutex_unlock (&self->lock);
  if (moved) {
    submit (self, part, next);
    end_moving (self);
  }
  if (next < 0)
    self->events.result (chunk, &told, self->owner);
  part_unref (part);
}

static void
on_partial (SttChunk *chunk, const SttPartial *partial, gpointer data)
{
  FallbackTransport *self = ((Server *) data)->owner;

  self->events.partial (chunk, partial, self->owner);
}

/* The second chunk has the bytes from there on. Called with the lock held. */
static void
divide_part (FallbackTransport *self, Part *part, SttChunk *second, guint64 samples)
{
  Part *rest = part_new (second);
  gsize at = MIN (samples * sizeof (gint16), part->bytes->len);

  g_byte_array_append (rest->bytes, part->bytes->data + at, part->bytes->len - at);
  g_byte_array_set_size (part->bytes, at);
  rest->server = part->server;
  rest->finished = TRUE;
  g_hash_table_insert (self->parts, rest->chunk, rest);
}

static SttChunk *
on_divide (SttChunk *chunk, guint64 samples, gpointer data)
{
  const Server *server = data;
  FallbackTransport *self = server->owner;
  guint64 at = gst_util_uint64_scale (samples, self->klass.rate, class_of (server)->rate);
  SttChunk *second = self->events.divide (chunk, at, self->owner);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Part *part = g_hash_table_lookup (self->parts, chunk);

  if (second && part)
    divide_part (self, part, second, at);
  return second;
}

static void
on_status (SttStatus status, const gchar *text, const GError *error, gpointer data)
{
  FallbackTransport *self = ((Server *) data)->owner;

  self->events.status (status, text, error, self->owner);
}

static void
on_repeated (guint64 samples, gpointer data)
{
  const Server *server = data;
  FallbackTransport *self = server->owner;

  self->events.repeated (
      gst_util_uint64_scale (samples, self->klass.rate, class_of (server)->rate),
      self->owner);
}

static const SttTransportEvents server_events = {
  .result = on_result,
  .partial = on_partial,
  .divide = on_divide,
  .status = on_status,
  .repeated = on_repeated,
};

static void
release_server (gpointer data)
{
  fallback_transport_unref (((Server *) data)->owner);
}

static void
on_left (OpenaiClient *from, OpenaiClient *to, const GError *error, gpointer data)
{
  FallbackTransport *self = data;
  g_autofree gchar *text = gst_openai_fallback_text (from, to, error);

  self->events.status (STT_STATUS_SWITCHED, text, error, self->owner);
}

static void
on_back (OpenaiClient *client, gpointer data)
{
  FallbackTransport *self = data;

  self->events.status (STT_STATUS_BACK, NULL, NULL, self->owner);
}

/* --- what the element calls ------------------------------------------------- */

static gboolean
prepare (SttTransport *transport, guint64 *max_file, GError **error)
{
  FallbackTransport *self = (FallbackTransport *) transport;
  guint64 one;

  *max_file = G_MAXINT;
  for (guint i = 0; i < self->n_servers; i++) {
    const Server *server = &self->servers[i];

    if (i > 0
        && !gst_openai_connection_check (
            server->endpoint->element, server->endpoint->client, error))
      return FALSE;
    if (!class_of (server)->prepare (server->transport, &one, error))
      return FALSE;
    *max_file = MIN (*max_file, one);
  }
  return TRUE;
}

/* So that the first chunk need not wait; the others are asked when they are. */
static void
connect_first (SttTransport *transport)
{
  const Server *first = &((FallbackTransport *) transport)->servers[0];

  class_of (first)->connect (first->transport);
}

static void
set_live (SttTransport *transport, gboolean grow, gboolean drop)
{
  FallbackTransport *self = (FallbackTransport *) transport;

  for (guint i = 0; i < self->n_servers; i++)
    class_of (&self->servers[i])->set_live (self->servers[i].transport, grow, drop);
}

static const Server *
open_server (FallbackTransport *self)
{
  return &self->servers[self->current];
}

static void
close_part (FallbackTransport *self)
{
  g_clear_pointer (&self->open, part_unref);
  g_clear_pointer (&self->resampler, gst_openai_resampler_free);
}

/* The server that gets @chunk. */
static const Server *
open_part (FallbackTransport *self, SttChunk *chunk, const gchar *filename,
    const gchar *content_type)
{
  gboolean is_try;
  guint server = openai_failover_choose (self->failover, &is_try);
  Part *part = part_new (chunk);

  close_part (self);
  part->filename = g_strdup (filename);
  part->content_type = g_strdup (content_type);
  part->server = server;
  part->is_try = is_try;
  self->open = g_atomic_rc_box_acquire (part);
  self->resampler = filename ? NULL : resampler_for (self, &self->servers[server]);
  g_mutex_lock (&self->lock);
  self->current = server;
  g_hash_table_insert (self->parts, part->chunk, part);
  g_mutex_unlock (&self->lock);
  return &self->servers[server];
}

static gboolean
begin (SttTransport *transport, SttChunk *chunk)
{
  FallbackTransport *self = (FallbackTransport *) transport;
  const Server *server = open_part (self, chunk, NULL, NULL);

  return class_of (server)->begin (server->transport, chunk);
}

static gboolean
begin_file (SttTransport *transport, SttChunk *chunk, const gchar *filename,
    const gchar *content_type)
{
  FallbackTransport *self = (FallbackTransport *) transport;
  const Server *server = open_part (self, chunk, filename, content_type);

  return class_of (server)->begin_file (server->transport, chunk, filename, content_type);
}

static void
append (SttTransport *transport, GBytes *bytes)
{
  FallbackTransport *self = (FallbackTransport *) transport;
  const Server *server = open_server (self);
  g_autoptr (GBytes) resampled = NULL;

  if (!self->open)
    return;
  append_bytes (self->open->bytes, bytes);
  if (self->resampler) {
    resampled = push_samples (
        self->resampler, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    bytes = resampled;
  }
  if (bytes)
    class_of (server)->append (server->transport, bytes);
}

static gboolean
wants_ahead (
    SttTransport *transport, guint64 samples, gboolean paused, gboolean words_wait)
{
  FallbackTransport *self = (FallbackTransport *) transport;
  const Server *server = open_server (self);

  return class_of (server)->wants_ahead && !self->resampler
      && class_of (server)->wants_ahead (server->transport, samples, paused, words_wait);
}

static void
look_ahead (SttTransport *transport, GBytes *samples)
{
  const Server *server = open_server ((FallbackTransport *) transport);

  class_of (server)->look_ahead (server->transport, samples);
}

static void
pause_open (SttTransport *transport)
{
  const Server *server = open_server ((FallbackTransport *) transport);

  class_of (server)->pause (server->transport);
}

/* Marks the open chunk whole. TRUE: it failed meanwhile, and goes to @next. */
static gboolean
finish_part (FallbackTransport *self, guint *next)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->open->finished = TRUE;
  *next = self->open->server;
  return self->open->moves && g_hash_table_contains (self->parts, self->open->chunk);
}

static void
commit (SttTransport *transport)
{
  FallbackTransport *self = (FallbackTransport *) transport;
  const Server *server = open_server (self);
  g_autoptr (GBytes) rest = NULL;
  guint next;

  if (!self->open)
    return;
  if (self->resampler)
    rest = gst_openai_resampler_drain (self->resampler);
  if (rest)
    class_of (server)->append (server->transport, rest);
  class_of (server)->commit (server->transport);
  if (finish_part (self, &next))
    submit (self, self->open, next);
  close_part (self);
}

static SttLength
wanted_length (SttTransport *transport)
{
  const Server *server = open_server ((FallbackTransport *) transport);

  return class_of (server)->wanted_length
      ? class_of (server)->wanted_length (server->transport)
      : STT_LENGTH_USUAL;
}

static void
drain (SttTransport *transport)
{
  FallbackTransport *self = (FallbackTransport *) transport;

  for (guint i = 0; i < self->n_servers; i++) {
    if (class_of (&self->servers[i])->drain)
      class_of (&self->servers[i])->drain (self->servers[i].transport);
  }
}

static guint64
max_chunk (SttTransport *transport)
{
  FallbackTransport *self = (FallbackTransport *) transport;
  const Server *server = open_server (self);

  return gst_util_uint64_scale (class_of (server)->max_chunk (server->transport),
      self->klass.rate, class_of (server)->rate);
}

/* No chunk is known any more, and none is being handed over. */
static void
forget_parts (FallbackTransport *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GHashTableIter iter;
  gpointer part;

  g_hash_table_iter_init (&iter, self->parts);
  while (g_hash_table_iter_next (&iter, NULL, &part)) {
    if (((Part *) part)->is_try)
      openai_failover_forget_try (self->failover, ((Part *) part)->server);
  }
  g_hash_table_remove_all (self->parts);
  while (self->n_moving > 0)
    g_cond_wait (&self->cond, &self->lock);
}

static void
set_flushing (SttTransport *transport, gboolean flushing)
{
  FallbackTransport *self = (FallbackTransport *) transport;

  if (flushing)
    forget_parts (self);
  else
    close_part (self);
  for (guint i = 0; i < self->n_servers; i++)
    class_of (&self->servers[i])->set_flushing (self->servers[i].transport, flushing);
}

static void
free_all (SttTransport *transport)
{
  FallbackTransport *self = (FallbackTransport *) transport;

  set_flushing (transport, TRUE);
  close_part (self);
  for (guint i = 0; i < self->n_servers; i++)
    stt_transport_free (self->servers[i].transport);
  openai_failover_stop (self->failover);
  g_ptr_array_unref (self->others);
  fallback_transport_unref (self);
}

/* --- how it is made --------------------------------------------------------- */

static SttTransport *
transport_new (SttEndpoint *endpoint, const SttTransportEvents *events, gpointer owner,
    GDestroyNotify release)
{
  g_auto (SttSettings) settings = stt_endpoint_settings (endpoint);

  return (stt_endpoint_wants_realtime (endpoint, &settings)
          ? stt_realtime_transport_new
          : stt_http_transport_new) (endpoint, events, owner, release);
}

static void
add_server (FallbackTransport *self, guint index, SttEndpoint *endpoint)
{
  Server *server = &self->servers[index];

  *server = (Server) { .owner = self, .index = index, .endpoint = endpoint };
  g_atomic_rc_box_acquire (self);
  server->transport = transport_new (endpoint, &server_events, server, release_server);
}

/* What the first cannot do is not asked for. */
static void
fill_class (FallbackTransport *self)
{
  const SttTransportClass *first = class_of (&self->servers[0]);

  self->klass = (SttTransportClass) {
    .name = first->name,
    .rate = first->rate,
    .prepare = prepare,
    .connect = first->connect ? connect_first : NULL,
    .set_live = set_live,
    .begin = begin,
    .begin_file = first->begin_file ? begin_file : NULL,
    .append = append,
    .wants_ahead = first->wants_ahead ? wants_ahead : NULL,
    .look_ahead = look_ahead,
    .pause = pause_open,
    .commit = commit,
    .wanted_length = wanted_length,
    .drain = drain,
    .max_chunk = max_chunk,
    .set_flushing = set_flushing,
    .free = free_all,
  };
  self->transport.klass = &self->klass;
}

static OpenaiFailover *
failover_new (FallbackTransport *self)
{
  static const OpenaiFailoverFuncs funcs = { .left = on_left, .back = on_back };
  g_autoptr (GPtrArray) clients = g_ptr_array_new ();

  for (guint i = 0; i < self->n_servers; i++)
    g_ptr_array_add (clients, self->servers[i].endpoint->client);
  return openai_failover_new (
      clients, &funcs, g_atomic_rc_box_acquire (self), fallback_transport_unref);
}

SttTransport *
stt_fallback_transport_new (SttEndpoint *first, GPtrArray *others,
    const SttTransportEvents *events, gpointer owner, GDestroyNotify release)
{
  FallbackTransport *self;

  if (others->len == 0) {
    g_ptr_array_unref (others);
    return transport_new (first, events, owner, release);
  }
  self = g_atomic_rc_box_new0 (FallbackTransport);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->parts = g_hash_table_new_full (NULL, NULL, NULL, part_unref);
  self->events = *events;
  self->owner = owner;
  self->release = release;
  self->others = others;
  self->n_servers = others->len + 1;
  self->servers = g_new0 (Server, self->n_servers);
  add_server (self, 0, first);
  for (guint i = 0; i < others->len; i++)
    add_server (self, i + 1, g_ptr_array_index (others, i));
  fill_class (self);
  self->failover = failover_new (self);
  return &self->transport;
}
