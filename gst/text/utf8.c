// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Text whose bytes are not all what they should be. */

#include "utf8.h"

#include <string.h>

/* More than one in so many places unreadable: it is something else than text. */
#define MOST_UNREADABLE 3

static gchar *
convert (const gchar *data, gsize length, const gchar *charset, gsize *size)
{
  gchar *text = g_convert (data, length, "UTF-8", charset, NULL, size, NULL);

  if (text && strlen (text) == *size && g_utf8_validate (text, *size, NULL))
    return text;
  g_free (text);
  return NULL;
}

static gboolean
is_text (const gchar *valid)
{
  guint64 characters = 0, unreadable = 0;

  for (const gchar *p = valid; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    characters++;
    unreadable += c == OPENAI_UTF8_UNREADABLE || (c < 0x20 && !g_ascii_isspace (c));
  }
  return unreadable * MOST_UNREADABLE <= characters;
}

gchar *
openai_utf8_repair (const gchar *data, gsize length, const gchar *charset, gsize *size)
{
  g_autofree gchar *text = NULL;

  if (length >= 4
      && (memcmp (data, "\xff\xfe", 2) == 0 || memcmp (data, "\xfe\xff", 2) == 0))
    text = convert (data, length, "UTF-16", size);
  else if (g_utf8_validate (data, length, NULL))
    text = g_strndup (data, length);
  else if (charset && g_ascii_strncasecmp (charset, "utf", 3) != 0)
    text = convert (data, length, charset, size);
  if (!text) {
    text = g_utf8_make_valid (data, length);
    if (!is_text (text))
      return NULL;
  }
  *size = strlen (text);
  return g_steal_pointer (&text);
}

gboolean
openai_utf8_is_unreadable (const gchar *text)
{
  gboolean lost = FALSE;

  for (const gchar *p = text; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isalnum (c))
      return FALSE;
    lost |= c == OPENAI_UTF8_UNREADABLE;
  }
  return lost;
}
