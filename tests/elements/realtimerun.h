// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* openaistt at a server of Realtime sessions. The server's words are made of what it
 * heard: the same words as without a fault mean that every sample was transcribed, once. */

#pragma once

#include "server/realtime.h"
#include "support.h"

#define REALTIME "transport=realtime model=m "

/* Short chunks: what waits is sent four times as fast as it was spoken, no faster. */
#define SHORT REALTIME "min-chunk-duration=100 "

/* An element at a server. */
typedef struct
{
  TestRealtime *server;
  GstHarness *harness;
  GstBus *bus;
  GString *words; /* of results */
  guint n_partials;
  gchar *partial; /* the last */
  gchar *item;    /* of the last message about a chunk */
  guint n_failed;
  GString *complaints; /* warnings and errors, a line each */
  guint n_complaints;
  guint n_errors;
} Run;

/* Speech and a pause, so many times, no two alike, each longer than a chunk has to
 * be. */
GByteArray *make_talk (guint utterances);

/* The same in a third of the time. */
GByteArray *make_short_talk (guint utterances);

void run_begin (
    Run *run, const TestRealtimeScript *script, const gchar *properties, gboolean live);

/* Of a message that was taken from the bus. */
void take_complaint (Run *run, GstMessage *message);

/* What was told so far, and what is told within @wait. */
void run_listen_for (Run *run, GstClockTime wait);
void run_listen (Run *run);

/* Ends the stream, and takes all that was told. */
void run_end (Run *run);

void run_clear (Run *run);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* All of @talk at such a server. */
void run_talk (Run *run, const TestRealtimeScript *script, const gchar *properties,
    GByteArray *talk);

/* What a server without a fault makes of it. */
gchar *words_of (GByteArray *talk);

guint count_words (const gchar *text);

/* The same words as without a fault, and no complaint, from each of these servers. */
void check_nothing_lost (const TestRealtimeScript *scripts, guint n, guint sessions);

/* Pushes @talk from @sample on, which moves on, and awaits its caption. */
void push_answered (Run *run, GByteArray *talk, guint64 *sample);
