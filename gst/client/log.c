// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the client tells of itself, to the log of the program it is part of. */

#include "log.h"

static const OpenaiLogHook *log_hook; /* atomic */

void
openai_log_set_hook (const OpenaiLogHook *hook)
{
  g_atomic_pointer_set (&log_hook, hook);
}

gboolean
openai_log_is_on (OpenaiLogLevel level)
{
  const OpenaiLogHook *hook = g_atomic_pointer_get (&log_hook);

  return hook && hook->is_on (level);
}

void
openai_log_write (OpenaiLogLevel level, const gchar *file, const gchar *function,
    gint line, const gchar *text)
{
  const OpenaiLogHook *hook = g_atomic_pointer_get (&log_hook);

  if (hook)
    hook->write (level, file, function, line, text);
}
