// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the element tests share: speech-like audio, pipelines against the
 * scripted server, and what they post. */

#pragma once

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#include "server/server.h"

G_BEGIN_DECLS

#define RATE 16000
/* For what comes at once, on a machine that may be held up for seconds. */
#define WAIT_SECONDS 30

/* Samples of S16 mono at 16 kHz: appends noise as loud as speech, or silence
 * as quiet as a room. */
void talk_add_speech (GByteArray *talk, guint milliseconds);
void talk_add_pause (GByteArray *talk, guint milliseconds);

#define TALK_CAPS "audio/x-raw,format=S16LE,layout=interleaved,rate=16000,channels=1"

/* At most @n samples of @talk, from @from on, with the time of @sample. */
GstBuffer *talk_buffer (GByteArray *talk, guint64 from, guint n, guint64 sample);

/* A transcription answer in JSON; free it. */
gchar *json_answer (const gchar *text);

/* Samples stated in the header of an uploaded WAV, or its real ones. */
guint64 wav_samples (GBytes *wav);

/* A pipeline of @description, in which %s stands for "base-url=…" once. */
GstElement *make_pipeline (const gchar *description, TestServer *server);

/* The same, for what @address says. */
GstElement *make_pipeline_at (const gchar *description, const gchar *address);

/* One of what may happen at any moment to a pipeline with the element x: another state, a
 * seek, its end, x linked anew to i, where that is there, or nothing for some ms. */
void disturb_pipeline (GstElement *pipeline, GRand *rand);

/* Calls @callback for what passes the pad of @element, or of its child @name. */
void add_probe (GstElement *element, const gchar *name, const gchar *pad_name,
    GstPadProbeType type, GstPadProbeCallback callback, gpointer data);

typedef struct
{
  guint n_errors;
  guint n_warnings;
  gboolean eos;
  GError *error;         /* the first */
  GstStructure *details; /* of the first error or warning */
  GstStructure *stats;   /* of the element named "x", if there is one */
  GPtrArray *elements;   /* GstStructure: all element messages */
  GPtrArray *tags;       /* GstTagList */
  GPtrArray *warnings;   /* gchar: what each said */
} Outcome;

/* Plays until EOS or an error, then to NULL. Fails the test when neither
 * comes. Takes @pipeline. */
Outcome *play (GstElement *pipeline);
void outcome_free (Outcome *outcome);

/* The messages of this name, in order. */
guint outcome_count (Outcome *outcome, const gchar *name);
const GstStructure *outcome_message (Outcome *outcome, const gchar *name, guint index);

/* Pushes all of @talk in buffers of 20 ms with their times, from @sample on;
 * the next sample. */
guint64 push_talk (GstHarness *harness, GByteArray *talk, guint64 sample);

/* The same for silence, and for so many utterances with a pause behind each; times
 * in milliseconds. */
guint64 push_pause (GstHarness *harness, guint pause, guint64 sample);
guint64 push_utterances (
    GstHarness *harness, guint n, guint speech, guint pause, guint64 sample);

/* openaistt with these properties behind a live or other source of S16 mono at
 * 16 kHz. */
GstHarness *make_stt_harness (TestServer *server, const gchar *properties, gboolean live);
GstHarness *make_stt_harness_at (
    const gchar *base_url, const gchar *properties, gboolean live);

/* A segment of time, milliseconds. */
void push_segment (GstHarness *harness, guint start, guint base);

/* Waits until EOS comes through; the number of GAPs before it. */
guint wait_for_eos (GstHarness *harness);

/* Ends the stream, and waits. */
guint end_stream (GstHarness *harness);

/* What the caption says; free it. */
gchar *buffer_text (GstBuffer *buffer);

/* The captions that came through so far, one a line. */
gchar *pull_captions (GstHarness *harness);

/* The captions of so many utterances, one a line, and the end of the stream behind them.
 * @live: each caption is there before the next utterance begins. */
gchar *say_utterances (GstHarness *harness, guint n, guint speech, gboolean live);

/* The message of this name that comes next; the caller frees it. Fails the test
 * when none comes. */
GstStructure *wait_for_message (GstBus *bus, const gchar *name);

guint64 stats_value (GstHarness *harness, const gchar *name);

/* samples-in is the sum of all the rest, and nothing is pending. */
void assert_account_is_exact (GstHarness *harness);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Outcome, outcome_free)

G_END_DECLS
