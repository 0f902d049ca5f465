// SPDX-License-Identifier: LGPL-2.1-or-later
/* How far a file is. */

#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static enum
{ QUIET, PLAIN, TERMINAL } looks;
static gint last_tenth;

void
progress_init (gboolean quiet)
{
  looks = quiet ? QUIET : isatty (STDERR_FILENO) ? TERMINAL : PLAIN;
}

gchar *
progress_time (gdouble seconds)
{
  guint s = (guint) lround (seconds);

  if (s < 3600)
    return g_strdup_printf ("%u:%02u", s / 60, s % 60);
  return g_strdup_printf ("%u:%02u:%02u", s / 3600, s / 60 % 60, s % 60);
}

static gint
columns (void)
{
  struct winsize size;

  return ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ?
      size.ws_col : 80;
}

/* NULL as long as nothing can be said about it. */
static gchar *
time_left (const Progress * progress)
{
  gdouble done = progress->done - progress->begun;
  gdouble elapsed = (g_get_monotonic_time () - progress->started) / 1e6;

  if (done <= 0 || progress->duration <= progress->done)
    return NULL;
  return progress_time (elapsed / done
      * (progress->duration - progress->done));
}

/* What stands beside the bar. */
static gchar *
facts (const Progress * progress)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree gchar *done = progress_time (progress->done);
  g_autofree gchar *left = time_left (progress);

  if (progress->duration > 0) {
    g_autofree gchar *all = progress_time (progress->duration);
    g_string_append_printf (text, "%3.0f %%  %s of %s",
        100 * MIN (progress->done / progress->duration, 1), done, all);
  } else {
    g_string_append_printf (text, "%s done", done);
  }
  if (progress->in_flight > 0)
    g_string_append_printf (text, ", %.0f s in flight", progress->in_flight);
  if (left)
    g_string_append_printf (text, ", %s left", left);
  if (progress->cost)
    g_string_append_printf (text, ", %s", progress->cost);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* @width columns, filled to an eighth of one. */
static gchar *
bar (gint width, gdouble done, gdouble in_flight)
{
  static const gchar *const eighths[] = {
    "", "▏", "▎", "▍", "▌", "▋", "▊", "▉"
  };
  GString *text = g_string_new ("▕");
  gint full = (gint) (done * width * 8), used = full / 8, flying;

  for (gint i = 0; i < used; i++)
    g_string_append (text, "█");
  if (full % 8 > 0) {
    g_string_append (text, eighths[full % 8]);
    used++;
  }
  flying = MIN (width - used, (gint) ceil (in_flight * width));
  for (gint i = 0; i < flying; i++)
    g_string_append (text, "░");
  for (gint i = used + flying; i < width; i++)
    g_string_append_c (text, ' ');
  g_string_append (text, "▏");
  return g_string_free (text, FALSE);
}

static void
draw (const Progress * progress, const gchar * text)
{
  gint room = columns () - (gint) g_utf8_strlen (text, -1)
      - (gint) g_utf8_strlen (progress->name, -1) - 6;

  if (progress->duration > 0 && room >= 8) {
    g_autofree gchar *picture = bar (MIN (room, 40),
        MIN (progress->done / progress->duration, 1),
        progress->in_flight / progress->duration);
    fprintf (stderr, "\r\033[K%s  %s %s", progress->name, picture, text);
  } else {
    gint width = columns () - 1;
    g_autofree gchar *line = g_strdup_printf ("%s %s", text, progress->name);
    g_autofree gchar *end = g_utf8_substring (line, 0,
        MIN (width, g_utf8_strlen (line, -1)));
    fprintf (stderr, "\r\033[K%s", end);
  }
}

void
progress_show (const Progress * progress)
{
  g_autofree gchar *text = facts (progress);
  gint tenth = progress->duration > 0 ?
      (gint) (10 * progress->done / progress->duration) : 0;

  if (looks == TERMINAL) {
    draw (progress, text);
  } else if (looks == PLAIN && tenth > last_tenth) {
    last_tenth = tenth;
    fprintf (stderr, "%s: %s\n", progress->name, g_strchug (text));
  }
}

void
progress_begin (void)
{
  last_tenth = 0;
}

void
progress_clear (void)
{
  if (looks == TERMINAL)
    fputs ("\r\033[K", stderr);
}
