// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Which of several servers is asked: the first of them that can serve. */

#pragma once

#include "client.h"

G_BEGIN_DECLS

/* Reference-counted. Any thread, but for what says otherwise. */
typedef struct _OpenaiFailover OpenaiFailover;

/* On the I/O thread, each once an outage, from no other call. */
typedef struct
{
  /* Of what @from cannot serve for now, @to gets a part: @error is why. */
  void (*left) (
      OpenaiClient *from, OpenaiClient *to, const GError *error, gpointer user_data);

  /* It serves again. */
  void (*back) (OpenaiClient *client, gpointer user_data);
} OpenaiFailoverFuncs;

/* @clients: OpenaiClient, the one that is preferred first; not to be released before
 * openai_failover_stop(). @destroy: for @user_data, once no hook is called any more. */
OpenaiFailover *openai_failover_new (GPtrArray *clients, const OpenaiFailoverFuncs *funcs,
    gpointer user_data, GDestroyNotify destroy);
void openai_failover_unref (OpenaiFailover *self);

/* No server is looked for any more, and no hook begins. Once, before the last reference
 * goes. */
void openai_failover_stop (OpenaiFailover *self);

/* Which server gets something new. One that was away gets one thing to try, once it
 * has answered a request for its models: @is_try. */
guint openai_failover_choose (OpenaiFailover *self, gboolean *is_try);

/* What was to be tried is not sent. */
void openai_failover_forget_try (OpenaiFailover *self, guint server);

/* It gave what it was asked for. I/O thread. */
void openai_failover_served (OpenaiFailover *self, guint server);

/* It did not. The server that is asked for the same now, or -1: none, since that would
 * not help or there is no other. I/O thread. */
gint openai_failover_failed (OpenaiFailover *self, guint server, const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiFailover, openai_failover_unref)

G_END_DECLS
