// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The characters that captions of CEA-608 have. */

#include "cea608.h"

#include <string.h>

/* Beside ASCII without ' and `. */
static const gchar others[] =
    "áéíóúçÑñ÷█®°½¿™¢£♪àèâêîôûÁÉÓÚÜü‘’¡©•“”—ÀÂÇÈÊËëÎÏïÔÙùÛ«»ÃãÍÌìÒòÕõÄäÖöß¥¤ÅåØø";

/* Those whose likeness Unicode does not tell. */
static const struct
{
  const gchar *character;
  const gchar *likeness;
} likenesses[] = {
  /* The apostrophe is that one of the set: ' is among its extensions, which not every
   * decoder shows. */
  { "'", "’" },
  { "`", "‘" },
  { "‚", "‘" },
  { "‛", "‘" },
  { "‹", "‘" },
  { "›", "’" },
  { "„", "“" },
  { "‟", "“" },
  { "′", "’" },
  { "″", "”" },
  { "‐", "-" },
  { "‑", "-" },
  { "‒", "-" },
  { "–", "-" },
  { "−", "-" },
  { "―", "—" },
  { "⁄", "/" },
  { "×", "x" },
  { "·", "•" },
  { "♩", "♪" },
  { "♫", "♪" },
  { "♬", "♪" },
  { "æ", "ae" },
  { "Æ", "AE" },
  { "œ", "oe" },
  { "Œ", "OE" },
  { "ł", "l" },
  { "Ł", "L" },
  { "đ", "d" },
  { "Đ", "D" },
  { "ð", "d" },
  { "Ð", "D" },
  { "þ", "th" },
  { "Þ", "Th" },
  { "ı", "i" },
  { "ẞ", "SS" },
};

static gboolean
is_there (gunichar c)
{
  return c < 0x80 ? c >= ' ' && c != 0x7f && c != '\'' && c != '`'
                  : g_utf8_strchr (others, -1, c) != NULL;
}

static const gchar *
likeness_of (gunichar c)
{
  for (guint i = 0; i < G_N_ELEMENTS (likenesses); i++)
    if (g_utf8_get_char (likenesses[i].character) == c)
      return likenesses[i].likeness;
  return NULL;
}

/* A letter is read without it: accents, joiners and marks of direction, but no vowels of
 * scripts that write them so. */
static gboolean
is_accessory (gunichar c)
{
  GUnicodeScript script = g_unichar_get_script (c);

  return (g_unichar_ismark (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
      && (script == G_UNICODE_SCRIPT_INHERITED || script == G_UNICODE_SCRIPT_COMMON);
}

/* FALSE, and nothing is added: there is none that reads the same. */
static gboolean
append_likeness (GString *out, gunichar c)
{
  const gchar *likeness = likeness_of (c);
  gsize before = out->len;
  gchar parts[6 + 1];
  g_autofree gchar *simple = NULL;

  if (likeness || is_accessory (c)) {
    g_string_append (out, likeness ? likeness : "");
    return TRUE;
  }
  parts[g_unichar_to_utf8 (c, parts)] = '\0';
  simple = g_utf8_normalize (parts, -1, G_NORMALIZE_ALL);
  if (!simple || strcmp (simple, parts) == 0)
    return FALSE;
  for (const gchar *p = simple; *p; p = g_utf8_next_char (p)) {
    gunichar part = g_utf8_get_char (p);

    if (is_there (part))
      g_string_append_unichar (out, part);
    else if (!is_accessory (part) && likeness_of (part))
      g_string_append (out, likeness_of (part));
    else if (!is_accessory (part)) {
      g_string_truncate (out, before);
      return FALSE;
    }
  }
  return TRUE;
}

gchar *
openai_cea608_write (const gchar *text)
{
  g_autofree gchar *composed = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
  GString *out = g_string_new (NULL);

  for (const gchar *p = composed ? composed : text; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (is_there (c) || c == '\n' || !append_likeness (out, c))
      g_string_append_unichar (out, c);
  }
  return g_string_free (out, FALSE);
}

guint
openai_cea608_count_missing (const gchar *text)
{
  guint count = 0;

  for (; *text; text = g_utf8_next_char (text))
    count += *text != '\n' && !is_there (g_utf8_get_char (text));
  return count;
}
