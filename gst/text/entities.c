// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Character references of subtitle files. */

#include "entities.h"

#include <string.h>

/* Of "&#x10ffff;" and of the longest name, with some zeros before. */
#define MAX_REFERENCE 16

/* WebVTT takes every name of HTML; these are the ones that subtitles hold. */
static const struct
{
  const gchar *name;
  gunichar c; /* 0: nothing */
} names[] = {
  { "amp", '&' },
  { "lt", '<' },
  { "gt", '>' },
  { "quot", '"' },
  { "apos", '\'' },
  { "nbsp", ' ' },
  { "ensp", ' ' },
  { "emsp", ' ' },
  { "thinsp", ' ' },
  { "lrm", 0 },
  { "rlm", 0 },
  { "zwj", 0x200d },
  { "zwnj", 0x200c },
  { "shy", 0 },
  { "hellip", 0x2026 },
  { "ndash", 0x2013 },
  { "mdash", 0x2014 },
  { "lsquo", 0x2018 },
  { "rsquo", 0x2019 },
  { "sbquo", 0x201a },
  { "ldquo", 0x201c },
  { "rdquo", 0x201d },
  { "bdquo", 0x201e },
  { "lsaquo", 0x2039 },
  { "rsaquo", 0x203a },
  { "bull", 0x2022 },
  { "euro", 0x20ac },
  { "trade", 0x2122 },
  { "OElig", 0x152 },
  { "oelig", 0x153 },
  { "Scaron", 0x160 },
  { "scaron", 0x161 },
  { "Yuml", 0x178 },
};

/* Names of U+00A1 to U+00FF, in order. */
static const gchar *const latin[] = {
  "iexcl",
  "cent",
  "pound",
  "curren",
  "yen",
  "brvbar",
  "sect",
  "uml",
  "copy",
  "ordf",
  "laquo",
  "not",
  "",
  "reg",
  "macr",
  "deg",
  "plusmn",
  "sup2",
  "sup3",
  "acute",
  "micro",
  "para",
  "middot",
  "cedil",
  "sup1",
  "ordm",
  "raquo",
  "frac14",
  "frac12",
  "frac34",
  "iquest",
  "Agrave",
  "Aacute",
  "Acirc",
  "Atilde",
  "Auml",
  "Aring",
  "AElig",
  "Ccedil",
  "Egrave",
  "Eacute",
  "Ecirc",
  "Euml",
  "Igrave",
  "Iacute",
  "Icirc",
  "Iuml",
  "ETH",
  "Ntilde",
  "Ograve",
  "Oacute",
  "Ocirc",
  "Otilde",
  "Ouml",
  "times",
  "Oslash",
  "Ugrave",
  "Uacute",
  "Ucirc",
  "Uuml",
  "Yacute",
  "THORN",
  "szlig",
  "agrave",
  "aacute",
  "acirc",
  "atilde",
  "auml",
  "aring",
  "aelig",
  "ccedil",
  "egrave",
  "eacute",
  "ecirc",
  "euml",
  "igrave",
  "iacute",
  "icirc",
  "iuml",
  "eth",
  "ntilde",
  "ograve",
  "oacute",
  "ocirc",
  "otilde",
  "ouml",
  "divide",
  "oslash",
  "ugrave",
  "uacute",
  "ucirc",
  "uuml",
  "yacute",
  "thorn",
  "yuml",
};

G_STATIC_ASSERT (G_N_ELEMENTS (latin) == 0xff - 0xa1 + 1);

static gboolean
read_name (const gchar *name, gunichar *c)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    *c = names[i].c;
    if (g_str_equal (name, names[i].name))
      return TRUE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (latin); i++) {
    *c = 0xa1 + i;
    if (*name && g_str_equal (name, latin[i]))
      return TRUE;
  }
  return FALSE;
}

/* "#39" or "#x27", of a character that text may hold. */
static gboolean
read_number (const gchar *text, gunichar *c)
{
  gboolean hex = text[1] == 'x' || text[1] == 'X';
  const gchar *digits = text + 1 + hex;
  gchar *stop;
  guint64 value = g_ascii_strtoull (digits, &stop, hex ? 16 : 10);

  if (!g_ascii_isxdigit (*digits) || *stop || value > 0x10ffff
      || !g_unichar_validate (value) || (value < ' ' && value != '\n' && value != '\t'))
    return FALSE;
  *c = value == 0xa0 ? ' ' : value == 0x200e || value == 0x200f ? 0 : value;
  return TRUE;
}

gsize
openai_entity_append (GString *out, const gchar *p, const gchar *end)
{
  gsize most = MIN (end - p, MAX_REFERENCE);
  const gchar *stop = memchr (p, ';', most);
  g_autofree gchar *name = NULL;
  gunichar c;

  if (most == 0 || *p != '&' || !stop)
    return 0;
  name = g_strndup (p + 1, stop - p - 1);
  if (!(*name == '#' ? read_number (name, &c) : read_name (name, &c)))
    return 0;
  if (c)
    g_string_append_unichar (out, c);
  return stop + 1 - p;
}

gchar *
openai_markup_escape (const gchar *text)
{
  GString *escaped = g_string_new (text);

  g_string_replace (escaped, "&", "&amp;", 0);
  g_string_replace (escaped, "<", "&lt;", 0);
  g_string_replace (escaped, ">", "&gt;", 0);
  return g_string_free (escaped, FALSE);
}
