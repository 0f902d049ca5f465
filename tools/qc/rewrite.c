// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A file of subtitles with other times. */

#include "rewrite.h"

#include <string.h>

#include "client/subtitles.h"

#define ARROW "-->"

/* HH:MM:SS.mmm, with the decimal sign of the file. */
static void
append_time (GString *out, GstClockTime time, gchar point)
{
  guint64 ms = (time + GST_MSECOND / 2) / GST_MSECOND;

  g_string_append_printf (out,
      "%02" G_GUINT64_FORMAT ":%02" G_GUINT64_FORMAT ":%02" G_GUINT64_FORMAT
      "%c%03" G_GUINT64_FORMAT,
      ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, point, ms % 1000);
}

/* Whether the line is the timing of a cue that begins at @start. */
static gboolean
is_timing_of (const gchar *line, GstClockTime start)
{
  const gchar *arrow = strstr (line, ARROW);
  g_autofree gchar *text = arrow ? g_strstrip (g_strndup (line, arrow - line)) : NULL;
  gdouble seconds;

  return text && openai_subtitles_parse_time (text, &seconds) && seconds >= 0
      && (GstClockTime) (seconds * 1e9) == start;
}

/* The end of the line at @line: behind its LF, or behind the CR of an old Mac. */
static const gchar *
line_end (const gchar *line, gchar mark)
{
  const gchar *end = strchr (line, mark);

  return end ? end + 1 : line + strlen (line);
}

/* What stands behind the end stays: settings, and the line's own end. */
static void
append_timing (GString *out, const gchar *line, const Cue *cue)
{
  const gchar *end = strstr (line, ARROW) + strlen (ARROW);
  gchar point = strchr (line, ',') && strchr (line, ',') < end ? ',' : '.';

  end += strspn (end, " \t");
  end += strcspn (end, " \t\r\n");
  append_time (out, cue->start, point);
  g_string_append (out, " " ARROW " ");
  append_time (out, cue->start + cue->duration, point);
  g_string_append (out, end);
}

static gboolean
is_same (const Cue *cue, const QcTimes *old)
{
  return cue->start == old->start && cue->duration == old->duration;
}

gboolean
qc_rewrite (const gchar *from, const gchar *to, GPtrArray *cues, const QcTimes *old,
    GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree gchar *text = NULL;
  guint next = 0;
  gchar mark;

  if (!g_file_get_contents (from, &text, NULL, error))
    return FALSE;
  mark = strchr (text, '\n') ? '\n' : '\r';
  for (const gchar *p = text, *end; *p; p = end) {
    g_autofree gchar *line = g_strndup (p, (end = line_end (p, mark)) - p);
    const Cue *cue = NULL;

    if (next < cues->len && is_timing_of (line, old[next].start))
      cue = g_ptr_array_index (cues, next++);
    if (cue && !is_same (cue, &old[next - 1]))
      append_timing (out, line, cue);
    else
      g_string_append (out, line);
  }
  return g_file_set_contents (to, out->str, out->len, error);
}
