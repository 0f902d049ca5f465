// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the server answers, private to the server. */

#pragma once

#include "server/server.h"

G_BEGIN_DECLS

typedef enum
{
  STEP_BODY,
  STEP_RAW,
  STEP_LENGTH,
  STEP_FLOOD,
  STEP_WAIT,
  STEP_HOLD,
  STEP_FAULT,
} StepKind;

typedef struct
{
  StepKind kind;
  GBytes *bytes;
  guint milliseconds; /* of a flood: how many times */
  TestFault fault;
} Step;

/* Immutable once a request has it, but for request and releases, which the
 * server's lock protects. */
struct _TestAnswer
{
  TestServer *server;
  guint status;
  gchar *content_type;
  GString *headers;
  GPtrArray *steps; /* Step */
  TestFraming framing;
  gboolean claims_length;
  gsize claimed_length;
  gboolean early;
  gsize early_bytes;
  gchar *field;
  gchar *value;
  gint request; /* the first that got it; -1: none yet */
  guint releases;
};

void test_answer_free (TestAnswer *answer);

/* The answer to @request, which is given to it with that; with @early, if it is
 * one that does not wait for the whole request. NULL: there is none. */
TestAnswer *test_script_take (TestServer *server, TestRequest *request, gboolean early);

G_END_DECLS
