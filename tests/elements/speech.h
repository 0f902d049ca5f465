// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the tests of openaitts share: answers, and what is heard of them. */

#pragma once

#include "support.h"

G_BEGIN_DECLS

/* What came out of the source pad until EOS. */
typedef struct
{
  GByteArray *bytes;
  GstClockTime first;
  GstClockTime end;
  gboolean contiguous;
  guint n_disconts;
  gint rate;
  gint channels;
  gboolean eos;
  guint n_gaps;    /* GAP events */
  guint64 silence; /* bytes flagged as GAP */
} Heard;

void heard_clear (Heard *heard);

/* Fills @heard from the source pad of the element named "t", or from a pad of
 * another. Samples are 16 bit, or G.711. */
void hear (GstElement *pipeline, Heard *heard);
void hear_from (
    GstElement *pipeline, const gchar *name, const gchar *pad_name, Heard *heard);

/* Noise that begins like no container. */
GBytes *make_samples (gsize size);
GBytes *make_wav (guint rate, guint channels, GBytes *samples);

/* A body in pieces of any size, odd ones too. */
TestAnswer *answer_in_pieces (
    TestServer *server, const gchar *type, GBytes *body, guint seed);

/* The tests of speech run over requests, and over a Realtime session that has its
 * speech from the same server, where SPEECH_TRANSPORT says "realtime". */
gboolean is_over_realtime (void);

/* Has to be a fixture of what uses the functions below. */
void forget_transport (void);

/* As make_pipeline(), over the transport that is tested. */
GstElement *make_speech (const gchar *description, TestServer *server);
GstHarness *make_harness (TestServer *server, const gchar *properties);
void push_text (GstHarness *harness, const gchar *text, gsize size);

/* The next buffer that is no silence. */
GstBuffer *pull_speech (GstHarness *harness);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Heard, heard_clear)

G_END_DECLS
