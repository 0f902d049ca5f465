// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A call that the test waits for, and what came of it. */

#pragma once

#include "client/request.h"

G_BEGIN_DECLS

typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean done;
  GString *answer;
  GError *error;
  OpenaiBody *body; /* NULL: there is none */
  guint pauses;     /* to make while the answer is read */
} Call;

extern const OpenaiRequestFuncs call_funcs;

/* @bytes of the body, or NULL for none. */
void call_init (Call *call, GBytes *bytes);
void call_clear (Call *call);

/* Makes the call, which is a POST to /x, and waits. */
void call_run (Call *call, OpenaiClient *client, const OpenaiLimits *limits);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Call, call_clear)

G_END_DECLS
