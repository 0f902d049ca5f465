// SPDX-License-Identifier: LGPL-2.1-or-later
/* The text in HTML pages and WebVTT cues. */

#include "client/markup.h"

#include <string.h>

/* Longest reference worth looking for: "&#x10FFFF;" */
#define MAX_REFERENCE 10

static const gchar *
find_text (const gchar * from, const gchar * end, const gchar * text)
{
  gsize length = strlen (text);

  for (; (gsize) (end - from) >= length; from++) {
    from = memchr (from, *text, end - from - length + 1);
    if (!from)
      return NULL;
    if (memcmp (from, text, length) == 0)
      return from;
  }
  return NULL;
}

static gboolean
has_name (const gchar * tag, const gchar * end, const gchar * name)
{
  gsize length = strlen (name);

  return (gsize) (end - tag) > length
      && g_ascii_strncasecmp (tag + 1, name, length) == 0;
}

/* What follows the tag at @tag, which has a '>' somewhere after it; @tag itself
 * when it is none. */
static const gchar *
skip_tag (const gchar * tag, const gchar * end)
{
  const gchar *close, *content_end;

  if (end - tag >= 4 && memcmp (tag, "<!--", 4) == 0) {
    close = find_text (tag + 4, end, "-->");
    return close ? close + 3 : end;
  }
  if (end - tag < 2 || !(g_ascii_isalnum (tag[1]) || strchr ("/!?", tag[1])))
    return tag;
  close = memchr (tag, '>', end - tag);
  if (!has_name (tag, end, "script") && !has_name (tag, end, "style"))
    return close + 1;
  content_end = find_text (close, end, "</");
  return content_end ? content_end : end;
}

static gunichar
numbered_char (const gchar * digits)
{
  gboolean hex = g_ascii_tolower (*digits) == 'x';
  guint64 c;

  if (!g_ascii_string_to_unsigned (digits + hex, hex ? 16 : 10, 1, 0x10FFFF,
          &c, NULL))
    return 0;
  return g_unichar_validate (c) ? c : 0xFFFD;
}

static gunichar
named_char (const gchar * name)
{
  static const struct
  {
    const gchar *name;
    gunichar c;
  } names[] = {
    {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''},
    {"nbsp", 0xA0}, {"lrm", 0x200E}, {"rlm", 0x200F}
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (strcmp (names[i].name, name) == 0)
      return names[i].c;
  }
  return 0;
}

/* Appends the character that is referred to at @at and returns what follows;
 * @at itself when it refers to none. */
static const gchar *
append_reference (GString * out, const gchar * at, const gchar * end)
{
  const gchar *semicolon =
      memchr (at, ';', MIN (end - at, MAX_REFERENCE));
  g_autofree gchar *name = NULL;
  gunichar c;

  if (!semicolon)
    return at;
  name = g_strndup (at + 1, semicolon - at - 1);
  c = *name == '#' ? numbered_char (name + 1) : named_char (name);
  if (c == 0)
    return at;
  g_string_append_unichar (out, c);
  return semicolon + 1;
}

gchar *
openai_markup_to_text (const gchar * markup, gssize length, const gchar * gap)
{
  GString *out = g_string_new (NULL);
  const gchar *end = markup + (length < 0 ? strlen (markup) : (gsize) length);
  const gchar *last_close = end;

  while (last_close > markup && last_close[-1] != '>')
    last_close--;
  while (markup < end) {
    const gchar *next = markup;

    if (*markup == '<' && markup < last_close) {
      next = skip_tag (markup, end);
      if (next > markup)
        g_string_append (out, gap);
    } else if (*markup == '&') {
      next = append_reference (out, markup, end);
    }
    if (next == markup)
      g_string_append_c (out, *next++);
    markup = next;
  }
  return g_string_free (out, FALSE);
}
