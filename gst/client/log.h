// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the client tells of itself, to the log of the program it is part of. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  OPENAI_LOG_INFO,  /* a session, a fallback, an outage */
  OPENAI_LOG_DEBUG, /* a request, an attempt, a retry, an answer */
  OPENAI_LOG_LOG,   /* a piece of a body */
} OpenaiLogLevel;

/* Any thread, also under locks: neither may call back into the client. */
typedef struct
{
  gboolean (*is_on) (OpenaiLogLevel level);
  /* One line of valid UTF-8 without secrets. */
  void (*write) (OpenaiLogLevel level, const gchar *file, const gchar *function,
      gint line, const gchar *text);
} OpenaiLogHook;

/* Once, before there is a client; @hook is kept. Without one nothing is
 * logged. Log with openai_client_log(). */
void openai_log_set_hook (const OpenaiLogHook *hook);

gboolean openai_log_is_on (OpenaiLogLevel level);
void openai_log_write (OpenaiLogLevel level, const gchar *file, const gchar *function,
    gint line, const gchar *text);

G_END_DECLS
