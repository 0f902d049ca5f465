// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How far a file is. */

#include "progress.h"

#include "i18n.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR_WIDTH 16
/* Before it says how long the rest takes. */
#define LEAST_ELAPSED 5 /* seconds */
#define LEAST_SHARE 0.05

static enum { QUIET, PLAIN, TERMINAL } looks;
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

  return ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
                                                                          : 80;
}

/* Seconds in steps that do not pretend to be exact. */
static gchar *
rough_time (gdouble seconds)
{
  if (seconds < 55)
    return g_strdup_printf ("%.0f s", 5 * ceil (seconds / 5));
  if (seconds < 3600)
    return g_strdup_printf (_("%.0f min"), ceil (seconds / 60));
  return g_strdup_printf (
      _("%.0f h %.0f min"), floor (seconds / 3600), floor (fmod (seconds, 3600) / 60));
}

/* NULL as long as it would mean nothing: what is in flight is half done, and
 * the first answers say little about those that follow. */
static gchar *
time_left (const Progress *progress)
{
  gdouble done = progress->done - progress->begun + progress->in_flight / 2;
  gdouble all = progress->duration - progress->begun;
  gdouble elapsed = (g_get_monotonic_time () - progress->started) / 1e6;

  if (elapsed < LEAST_ELAPSED || done < LEAST_SHARE * all
      || progress->done <= progress->begun || done >= all)
    return NULL;
  return rough_time (elapsed / done * (all - done));
}

/* What there is to wait for: the server, or the end. */
static gchar *
wait_text (const Progress *progress)
{
  gint64 wait = progress->waits_until - g_get_monotonic_time ();
  g_autofree gchar *left = NULL;

  if (wait > 0)
    return g_strdup_printf (_("waiting %.0f s"), ceil (wait / 1e6));
  left = time_left (progress);
  return left ? g_strdup_printf (_("%s left"), left) : NULL;
}

/* The end of the line: always the same parts in the same order, the last of
 * them left out where they do not fit @room. */
static gchar *
facts (const Progress *progress, gint room)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree gchar *done = progress_time (progress->done);
  g_autofree gchar *wait = wait_text (progress);
  const gchar *more[] = { wait, progress->cost };

  if (progress->duration > 0) {
    g_autofree gchar *all = progress_time (MAX (progress->duration, progress->done));
    g_string_append_printf (text,
        _("%3.0f %%  %s of %s"), 100 * MIN (progress->done / progress->duration, 1), done,
            all);
  } else {
    g_string_append_printf (text, _("%s done"), done);
  }
  for (guint i = 0; i < G_N_ELEMENTS (more); i++)
    if (more[i] && (gint) (text->len + strlen (more[i]) + 2) <= room)
      g_string_append_printf (text, ", %s", more[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The name in at most @width columns, without its middle if need be. */
static gchar *
short_name (const gchar *name, gint width)
{
  glong length = g_utf8_strlen (name, -1);
  g_autofree gchar *head = NULL;

  if (length <= width)
    return g_strdup (name);
  head = g_utf8_substring (name, 0, width / 2);
  return g_strconcat (
      head, "…", g_utf8_offset_to_pointer (name, length - (width - width / 2 - 1)), NULL);
}

/* @width columns, filled to an eighth of one. */
static gchar *
bar (gint width, gdouble done, gdouble in_flight)
{
  static const gchar *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
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
draw (const Progress *progress)
{
  gint width = columns () - 1;
  gint for_bar = progress->duration > 0 && width >= 60 ? BAR_WIDTH + 3 : 0;
  g_autofree gchar *name =
      short_name (progress->name, MAX (8, MIN (24, width - for_bar - 36)));
  gint room = width - for_bar - (gint) g_utf8_strlen (name, -1) - 2;
  g_autofree gchar *text = facts (progress, room);
  g_autofree gchar *picture = NULL;

  if (for_bar > 0)
    picture = bar (BAR_WIDTH, MIN (progress->done / progress->duration, 1),
        progress->in_flight / progress->duration);
  fprintf (stderr, "\r\033[K%s  %s%s%s", name, picture ? picture : "", picture ? " " : "",
      text);
}

void
progress_show (const Progress *progress)
{
  gint tenth = progress->duration > 0
      ? (gint) (10 * MIN (progress->done / progress->duration, 1))
      : 0;

  if (looks == TERMINAL) {
    draw (progress);
  } else if (looks == PLAIN && tenth > last_tenth) {
    g_autofree gchar *text = facts (progress, G_MAXINT);

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
