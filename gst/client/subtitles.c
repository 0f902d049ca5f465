// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* SRT, WebVTT and what whisper.cpp prints to text with times. */

#include "subtitles.h"

#include <string.h>

#include "text/entities.h"

/* No part of a time is more. */
#define MOST_OF_A_PART 1000000

/* [HH:]MM:SS[.,]mmm; a server was seen to count minutes past 59. */
static gboolean
parse_time (const gchar **text, gdouble *seconds)
{
  gdouble total = 0;
  gchar *end;

  while (g_ascii_isspace (**text))
    (*text)++;
  for (guint i = 0; i < 3; i++) {
    guint64 part;

    if (!g_ascii_isdigit (**text))
      return FALSE;
    part = g_ascii_strtoull (*text, &end, 10);
    if (part > MOST_OF_A_PART)
      return FALSE;
    *text = end;
    total = total * 60 + part;
    if (**text != ':')
      break;
    (*text)++;
  }
  if (**text == '.' || **text == ',') {
    gdouble unit = 0.1;

    for ((*text)++; g_ascii_isdigit (**text); (*text)++, unit /= 10)
      total += (**text - '0') * unit;
  }
  *seconds = total;
  return TRUE;
}

gboolean
openai_subtitles_parse_time (const gchar *text, gdouble *seconds)
{
  return parse_time (&text, seconds) && (*text == '\0' || g_str_equal (text, "s"));
}

static gboolean
parse_timing (const gchar *line, gdouble *start, gdouble *end)
{
  if (!parse_time (&line, start))
    return FALSE;
  while (*line == ' ' || *line == '\t')
    line++;
  if (!g_str_has_prefix (line, "-->"))
    return FALSE;
  line += 3;
  return parse_time (&line, end);
}

static gchar *
strip_tags (const gchar *text)
{
  const gchar *end = text + strlen (text);
  GString *out = g_string_new (NULL);

  while (*text) {
    gboolean tag = *text == '<' && (g_ascii_isalnum (text[1]) || text[1] == '/');
    const gchar *close = tag ? strchr (text, '>') : NULL;
    gsize size;

    if (close) {
      text = close + 1;
      continue;
    }
    size = openai_entity_append (out, text, end);
    if (size == 0)
      g_string_append_c (out, *text);
    text += MAX (size, 1);
  }
  return g_string_free (out, FALSE);
}

/* A block is what stands between blank lines: an identifier or none, the
 * timing, the text. */
static gboolean
parse_block (gchar **lines, guint n, OpenaiSubtitleFunc func, gpointer user_data)
{
  gdouble start, end;
  guint i;

  for (i = 0; i < MIN (n, 2); i++) {
    if (parse_timing (lines[i], &start, &end)) {
      GString *joined = g_string_new (NULL);
      g_autofree gchar *text = NULL;

      for (guint l = i + 1; l < n; l++)
        g_string_append_printf (joined, "%s%s", l > i + 1 ? "\n" : "", lines[l]);
      text = strip_tags (joined->str);
      g_string_free (joined, TRUE);
      func (text, start, end, user_data);
      return TRUE;
    }
  }
  return FALSE;
}

/* The text behind "[00:00:01.000 --> 00:00:03.000]"; NULL: the line has none. */
static const gchar *
parse_bracket (const gchar *line, gdouble *start, gdouble *end)
{
  const gchar *close = *line == '[' ? strchr (line, ']') : NULL;

  return close && parse_timing (line + 1, start, end) ? close + 1 : NULL;
}

/* A line each, as whisper.cpp prints them. FALSE: it does not begin so. */
static gboolean
parse_bracketed (gchar **lines, OpenaiSubtitleFunc func, gpointer user_data)
{
  gdouble start, end, next_start, next_end;
  const gchar *text = *lines ? parse_bracket (*lines, &start, &end) : NULL;
  GString *cue;

  if (!text)
    return FALSE;
  cue = g_string_new (text);
  for (lines++; *lines; lines++) {
    text = parse_bracket (*lines, &next_start, &next_end);
    if (!text) {
      g_string_append_printf (cue, "\n%s", *lines);
      continue;
    }
    func (cue->str, start, end, user_data);
    start = next_start;
    end = next_end;
    g_string_assign (cue, text);
  }
  func (cue->str, start, end, user_data);
  g_string_free (cue, TRUE);
  return TRUE;
}

static gboolean
begins_cue (gchar **lines)
{
  gdouble start, end;

  return parse_timing (lines[0], &start, &end)
      || (lines[1] && parse_timing (lines[1], &start, &end));
}

static gboolean
is_number (const gchar *line)
{
  return *line && strspn (line, "0123456789") == strlen (line);
}

/* The end of the text that begins before @at: a blank line, or the timing of another
 * cue, with its number, where the blank line is missing. */
static guint
find_blank (gchar **lines, guint first, guint at)
{
  gdouble start, end;

  for (; lines[at] && *lines[at]; at++) {
    if (at > first + 1 && parse_timing (lines[at], &start, &end))
      return at > first + 2 && is_number (lines[at - 1]) ? at - 1 : at;
  }
  return at;
}

/* Where the block ends that begins at @first. In SRT a text goes on behind blank
 * lines, up to the next cue; a number alone is one of a cue that is not there. */
static guint
find_end (gchar **lines, guint first, gboolean is_vtt)
{
  gboolean may_go_on = !is_vtt && begins_cue (lines + first);
  guint end = first, next;

  for (;;) {
    end = find_blank (lines, first, end);
    for (next = end; lines[next] && *lines[next] == '\0';)
      next++;
    if (!may_go_on || !lines[next] || begins_cue (lines + next)
        || is_number (lines[next]))
      return end;
    end = next;
  }
}

gboolean
openai_subtitles_parse (const gchar *text, OpenaiSubtitleFunc func, gpointer user_data)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean is_vtt = g_str_has_prefix (text, "WEBVTT"), found = is_vtt;

  for (guint i = 0; lines[i]; i++)
    g_strchomp (lines[i]);
  if (parse_bracketed (lines, func, user_data))
    return TRUE;
  for (guint first = 0, end; lines[first]; first = end) {
    end = first + 1;
    if (*lines[first] == '\0')
      continue;
    end = find_end (lines, first, is_vtt);
    if (parse_block (lines + first, end - first, func, user_data))
      found = TRUE;
  }
  return found;
}
