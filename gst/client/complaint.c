// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Texts that servers and proxies send with 200 in the place of what was said. */

#include "complaint.h"

#include <string.h>

/* Markup of any kind around all of it. */
static gboolean
is_element (const gchar *text)
{
  gsize length = *text == '<' ? strcspn (text + 1, " >\n/") : 0;
  g_autofree gchar *name = g_strndup (text + 1, length);
  g_autofree gchar *close = g_strdup_printf ("</%s>", name);
  g_autofree gchar *rest = g_strchomp (g_strdup (text));

  return length > 0 && g_ascii_isalpha (*name) && g_str_has_suffix (rest, close);
}

/* What servers and proxies answer in the place of a transcript, with 200. */
gboolean
openai_complaint_is_one (const gchar *text)
{
  static const gchar *const starts[] = { "<!doctype", "<html", "<head", "<body", "<?xml",
    "Traceback (most recent call last)", "upstream connect error or disconnect",
    "no healthy upstream", "{'" };
  static const gchar *const wholes[] = { "Internal Server Error", "Bad Gateway",
    "Service Unavailable", "Gateway Timeout", "Gateway Time-out", "Too Many Requests",
    "Rate limit exceeded", "null" };
  g_autofree gchar *rest = g_strchomp (g_strdup (text));

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++) {
    if (g_ascii_strncasecmp (text, starts[i], strlen (starts[i])) == 0)
      return TRUE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (wholes); i++) {
    if (g_str_equal (rest, wholes[i]))
      return TRUE;
  }
  return is_element (rest);
}
