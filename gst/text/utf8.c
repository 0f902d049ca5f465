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

/* What the bytes are in beside UTF-8, by their mark or the zeros of their first two
 * characters, or else as @charset says; NULL: not known. */
static const gchar *
find_charset (const gchar *data, gsize length, const gchar *charset)
{
  if (length < 4)
    return NULL;
  if (memcmp (data, "\xff\xfe", 2) == 0 || memcmp (data, "\xfe\xff", 2) == 0)
    return "UTF-16";
  if (data[0] && !data[1] && data[2] && !data[3])
    return "UTF-16LE";
  if (!data[0] && data[1] && !data[2] && data[3])
    return "UTF-16BE";
  return charset && g_ascii_strncasecmp (charset, "utf-8", 5) != 0
          && g_ascii_strncasecmp (charset, "utf8", 4) != 0
      ? charset
      : NULL;
}

gchar *
openai_utf8_repair (const gchar *data, gsize length, const gchar *charset, gsize *size)
{
  g_autofree gchar *text = NULL;

  if (g_utf8_validate (data, length, NULL))
    text = g_strndup (data, length);
  else if ((charset = find_charset (data, length, charset)))
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
