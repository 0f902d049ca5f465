// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* An element that has another server behind its first: what came from which. */

#pragma once

#include "support.h"

/* The model is "main" at the first, and "spare" at the second. */
typedef struct
{
  TestServer *first;
  TestServer *second;
  const gchar *second_url; /* of another in its place, or NULL */
  GstHarness *harness;
  GstBus *bus;
  guint64 sample;     /* the next that is pushed */
  guint n_said;       /* texts that were pushed */
  GString *texts;     /* of results, or that were said, a space after each */
  GString *endpoints; /* "1" or "2" for each */
  GString *told;      /* warnings, errors and information, a line each */
  guint n_failed;
} TwoServers;

/* @self begins with its servers; it keeps @harness, whose messages it takes. */
void two_servers_begin (TwoServers *self, GstHarness *harness);
void two_servers_clear (TwoServers *self);

const gchar *two_servers_second_url (const TwoServers *self);

void two_servers_take_message (TwoServers *self, GstMessage *message);

/* Until there are so many results. */
void two_servers_wait_for_results (TwoServers *self, guint n);
