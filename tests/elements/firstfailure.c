// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where all tests run in one process (CK_FORK=no), the first that fails ends it. Check
 * would go on: but the pipeline of the failed test plays, its server is held, and teardown,
 * the next test or exit may wait for them for ever. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <gst/check/gstcheck.h>
#include <stdlib.h>

static gchar *
format_failure (const gchar *expression, va_list args)
{
  const gchar *format = va_arg (args, const gchar *);

/* The format is of an assertion, where the compiler has checked it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return format ? g_strdup_vprintf (format, args) : g_strdup (expression);
#pragma GCC diagnostic pop
}

/* In place of that of libgstcheck, which every assertion that fails calls. */
void
_ck_assert_failed (const char *file, int line, const char *expression, ...)
{
  __typeof__ (&_ck_assert_failed) of_check =
      (__typeof__ (&_ck_assert_failed)) dlsym (RTLD_NEXT, "_ck_assert_failed");
  gchar *message;
  va_list args;

  va_start (args, expression);
  message = format_failure (expression, args);
  va_end (args);
  if (g_strcmp0 (g_getenv ("CK_FORK"), "no") == 0) {
    g_printerr ("%s:%d: %s\n", file, line, message);
    abort ();
  }
  of_check (file, line, expression, "%s", message, NULL);
}
