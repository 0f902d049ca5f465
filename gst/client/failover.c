// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Which of several servers is asked: the first of them that can serve. */

#include "failover.h"

#include "error.h"
#include "request.h"
#include "retry.h"

/* Microseconds until a server that is away is looked for, doubled each time. */
#define FIRST_DELAY (G_TIME_SPAN_SECOND / 2)
#define MAX_DELAY G_TIME_SPAN_MINUTE

typedef struct
{
  OpenaiFailover *failover; /* not owned */
  OpenaiClient *client;

  /* protected by the lock */
  gboolean worked; /* it has served before */
  gboolean away;
  gboolean ready; /* it is away, and may be tried */
  gboolean tried; /* with one thing at a time */

  /* I/O thread only */
  gint64 delay;
  OpenaiDeadline *timer; /* for the next look, or NULL */
  OpenaiRequest *look;   /* or NULL */
} Server;

struct _OpenaiFailover
{
  GMutex lock; /* innermost */
  Server *servers;
  guint n_servers;
  gboolean stopped; /* protected by lock */

  /* immutable */
  OpenaiFailoverFuncs funcs;
  gpointer user_data;
  GDestroyNotify destroy;
};

static void
failover_clear (gpointer data)
{
  OpenaiFailover *self = data;

  for (guint i = 0; i < self->n_servers; i++)
    openai_client_unref (self->servers[i].client);
  g_free (self->servers);
  g_mutex_clear (&self->lock);
}

void
openai_failover_unref (OpenaiFailover *self)
{
  g_atomic_rc_box_release_full (self, failover_clear);
}

OpenaiFailover *
openai_failover_new (GPtrArray *clients, const OpenaiFailoverFuncs *funcs,
    gpointer user_data, GDestroyNotify destroy)
{
  OpenaiFailover *self = g_atomic_rc_box_new0 (OpenaiFailover);

  g_mutex_init (&self->lock);
  self->n_servers = clients->len;
  self->servers = g_new0 (Server, clients->len);
  for (guint i = 0; i < clients->len; i++) {
    self->servers[i].failover = self;
    self->servers[i].client = openai_client_ref (g_ptr_array_index (clients, i));
    self->servers[i].delay = FIRST_DELAY;
  }
  self->funcs = *funcs;
  self->user_data = user_data;
  self->destroy = destroy;
  return self;
}

/* --- looking for one that is away, on the I/O thread ------------------------ */

/* The timer is there: plan_look() made it. */
static void
look_later (Server *server, gint64 delay)
{
  openai_deadline_set (server->timer, g_get_monotonic_time () + delay);
}

static void
look_again (Server *server)
{
  look_later (server, server->delay);
  server->delay = MIN (2 * server->delay, MAX_DELAY);
}

static void
drop_look (Server *server)
{
  OpenaiRequest *look = g_steal_pointer (&server->look);

  if (!look)
    return;
  openai_request_cancel (look);
  openai_request_unref (look);
}

static OpenaiBody *
on_body (OpenaiRequest *request, const gchar **content_type, gboolean *later,
    gpointer user_data)
{
  return NULL;
}

static gboolean
on_data (OpenaiRequest *request, const gchar *data, gsize length, gpointer user_data,
    GError **error)
{
  return TRUE;
}

static gboolean
on_end (OpenaiRequest *request, gpointer user_data, GError **error)
{
  return TRUE;
}

/* Not every server has a list of models; that it answers is what counts. */
static gboolean
is_there (const GError *error)
{
  guint status = error ? openai_error_details (error)->status : 200;

  return status != 0 && status != 429 && status < 500;
}

static void
on_looked (OpenaiRequest *request, const GError *error, gpointer user_data)
{
  Server *server = user_data;

  if (!is_there (error)) {
    look_again (server);
    return;
  }
  g_mutex_lock (&server->failover->lock);
  server->ready = server->away;
  g_mutex_unlock (&server->failover->lock);
}

static void
on_time (gpointer data)
{
  static const OpenaiRequestFuncs funcs = {
    .body = on_body,
    .data = on_data,
    .end = on_end,
    .done = on_looked,
  };
  static const OpenaiLimits limits = {
    .connect = 5000,
    .idle = 5000,
    .answer = 10000,
    .has_other = TRUE,
  };
  Server *server = data;

  drop_look (server);
  server->look = openai_request_new (
      server->client, "GET", "/models", &limits, &funcs, server, NULL);
  openai_request_start (server->look);
}

static void
stop_looking (Server *server)
{
  drop_look (server);
  g_clear_pointer (&server->timer, openai_deadline_free);
}

static gboolean
on_stop (gpointer data)
{
  OpenaiFailover *self = data;

  for (guint i = 0; i < self->n_servers; i++)
    stop_looking (&self->servers[i]);
  return G_SOURCE_REMOVE;
}

static void
end_stop (gpointer data)
{
  OpenaiFailover *self = data;

  self->destroy (self->user_data);
  openai_failover_unref (self);
}

void
openai_failover_stop (OpenaiFailover *self)
{
  g_mutex_lock (&self->lock);
  self->stopped = TRUE;
  g_mutex_unlock (&self->lock);
  openai_io_invoke (openai_client_io (self->servers[0].client), on_stop,
      g_atomic_rc_box_acquire (self), end_stop);
}

/* --- what is told ------------------------------------------------------------ */

typedef struct
{
  OpenaiFailover *failover; /* a reference */
  OpenaiClient *from;       /* NULL: @to is back */
  OpenaiClient *to;
  GError *error;
} News;

static void
news_free (gpointer data)
{
  News *news = data;

  openai_failover_unref (news->failover);
  g_clear_error (&news->error);
  g_free (news);
}

static gboolean
on_news (gpointer data)
{
  News *news = data;
  OpenaiFailover *self = news->failover;
  gboolean stopped;

  g_mutex_lock (&self->lock);
  stopped = self->stopped;
  g_mutex_unlock (&self->lock);
  if (stopped)
    return G_SOURCE_REMOVE;
  if (news->from)
    self->funcs.left (news->from, news->to, news->error, self->user_data);
  else
    self->funcs.back (news->to, self->user_data);
  return G_SOURCE_REMOVE;
}

/* Later: the caller may hold a lock. */
static void
tell (OpenaiFailover *self, OpenaiClient *from, OpenaiClient *to, const GError *error)
{
  News *news = g_new0 (News, 1);

  news->failover = g_atomic_rc_box_acquire (self);
  news->from = from;
  news->to = to;
  news->error = error ? g_error_copy (error) : NULL;
  openai_io_invoke (openai_client_io (to), on_news, news, news_free);
}

/* --- which one -------------------------------------------------------------- */

guint
openai_failover_choose (OpenaiFailover *self, gboolean *is_try)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint last = self->n_servers - 1;

  *is_try = FALSE;
  for (guint i = 0; i < last; i++) {
    Server *server = &self->servers[i];

    if (!server->away)
      return i;
    if (server->ready && !server->tried) {
      server->tried = *is_try = TRUE;
      return i;
    }
  }
  return last;
}

void
openai_failover_forget_try (OpenaiFailover *self, guint server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->servers[server].tried = FALSE;
}

/* Whether it was away. */
static gboolean
note_served (OpenaiFailover *self, Server *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gboolean was_away = server->away;

  server->worked = TRUE;
  server->away = server->ready = server->tried = FALSE;
  return was_away && !self->stopped;
}

void
openai_failover_served (OpenaiFailover *self, guint server)
{
  Server *served = &self->servers[server];

  /* So that what fails at all of them waits at the last. */
  openai_client_trust (self->servers[self->n_servers - 1].client);
  if (!note_served (self, served))
    return;
  stop_looking (served);
  served->delay = FIRST_DELAY;
  tell (self, NULL, served->client, NULL);
}

/* Called with the lock held. */
static guint
next_of (OpenaiFailover *self, guint server)
{
  for (server++; server + 1 < self->n_servers; server++) {
    if (!self->servers[server].away)
      break;
  }
  return server;
}

/* Whether that is new. */
static gboolean
note_failed (OpenaiFailover *self, Server *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gboolean is_new = !server->away;
  gboolean looks = is_new || server->tried;

  server->away = TRUE;
  server->ready = server->tried = FALSE;
  return looks && !self->stopped;
}

static void
plan_look (Server *server, const GError *error)
{
  guint asked = openai_error_details (error)->retry_after;

  if (!server->timer)
    server->timer =
        openai_deadline_new (openai_client_io (server->client), on_time, server);
  if (asked > 0)
    look_later (server, asked * (gint64) G_TIME_SPAN_MILLISECOND);
  else
    look_again (server);
}

gint
openai_failover_failed (OpenaiFailover *self, guint server, const GError *error)
{
  Server *failed = &self->servers[server];
  gboolean worked, was_away;
  guint next;

  g_mutex_lock (&self->lock);
  worked = failed->worked;
  was_away = failed->away;
  next = next_of (self, server);
  g_mutex_unlock (&self->lock);
  if (server + 1 >= self->n_servers || !openai_retry_is_for_another (error, worked)) {
    openai_failover_forget_try (self, server);
    return -1;
  }
  if (note_failed (self, failed))
    plan_look (failed, error);
  if (!was_away)
    tell (self, failed->client, self->servers[next].client, error);
  return next;
}
