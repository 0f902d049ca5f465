// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* An openaitts in a pipeline, that is told what to say while it speaks. */

#pragma once

#include "speech.h"

/* An answer for one input alone, of @size bytes. */
TestAnswer *answer_to (TestServer *server, const gchar *input, gsize size);

/* What the request says that came as the @index-th. */
void assert_input (TestServer *server, guint index, const gchar *expected);

/* The signals and the property of openaitts. */
gboolean say (GstElement *element, const gchar *text);
guint queued_chars (GstElement *element);

/* A source with a bus and a place to listen at. */
typedef struct
{
  GstElement *pipeline;
  GstElement *element;
  GstBus *bus;
  Heard heard;
} Talker;

void talker_init (Talker *talker, const gchar *line, TestServer *server);
void talker_clear (Talker *talker);

/* The next message of this name; its structure. */
GstStructure *talker_wait_for (Talker *talker, const gchar *name);

/* The next speech-end is that of @text. */
void talker_wait_until_said (Talker *talker, const gchar *text);

void talker_wait_for_end (Talker *talker);
