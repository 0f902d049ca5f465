// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Captions on standard output. */

#include "terminal.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* What is being found of a chunk. */
typedef struct
{
  guint64 start;
  gchar *text;
  gsize stable; /* bytes of it that will not change */
} Partial;

static gboolean interactive;
static GQueue partials = G_QUEUE_INIT; /* Partial, in the order of their times */

void
terminal_init (void)
{
  interactive = isatty (STDOUT_FILENO);
}

void
terminal_clear (void)
{
  if (!interactive)
    return;
  printf ("\r\033[K");
  fflush (stdout);
}

static guint
columns (void)
{
  struct winsize size;

  return ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
                                                                          : 80;
}

/* From the end, as many characters as fit in @room columns. */
static const gchar *
end_of (const gchar *text, guint room)
{
  const gchar *at = text + strlen (text);

  while (at > text) {
    const gchar *before = g_utf8_prev_char (at);
    gunichar c = g_utf8_get_char (before);
    guint width = g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;

    if (width > room)
      break;
    room -= width;
    at = before;
  }
  return at;
}

static void
partial_free (Partial *partial)
{
  g_free (partial->text);
  g_free (partial);
}

static gint
compare_starts (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Partial *one = a, *other = b;

  return one->start < other->start ? -1 : one->start > other->start;
}

static void
forget_partial (guint64 start)
{
  for (GList *l = partials.head; l; l = l->next) {
    Partial *partial = l->data;

    if (partial->start != start)
      continue;
    partial_free (partial);
    g_queue_delete_link (&partials, l);
    return;
  }
}

static guint64
start_of (const GstStructure *structure)
{
  guint64 start = 0;

  gst_structure_get_uint64 (structure, "start", &start);
  return start;
}

static void
take_partial (const GstStructure *structure)
{
  const gchar *text = gst_structure_get_string (structure, "text");
  const gchar *stable = gst_structure_get_string (structure, "stable");
  Partial *partial = g_new (Partial, 1);

  *partial = (Partial) { start_of (structure), g_strdup (text), strlen (stable) };
  forget_partial (partial->start);
  g_queue_insert_sorted (&partials, partial, compare_starts, NULL);
}

/* Words that may still change are dim; what does not fit is left out before the rest. */
static void
redraw (void)
{
  guint room = columns () - 1;
  g_autoptr (GString) line = g_string_new ("\r\033[K");
  g_autoptr (GString) shown = g_string_new (NULL);

  for (GList *l = partials.tail; l; l = l->prev) {
    const Partial *partial = l->data;
    const gchar *text = end_of (partial->text, room);
    gsize skipped = text - partial->text;
    gsize stable = partial->stable > skipped ? partial->stable - skipped : 0;
    g_autofree gchar *piece = g_strdup_printf (
        "%.*s\033[2m%s\033[0m%s", (gint) stable, text, text + stable, l->next ? " " : "");

    g_string_prepend (shown, piece);
    room -= MIN (room, g_utf8_strlen (text, -1) + 1);
  }
  g_string_append (line, shown->str);
  fputs (line->str, stdout);
}

static void
print_line (const GstStructure *structure, const gchar *text)
{
  guint64 start = 0;

  gst_structure_get_uint64 (structure, "start-stream-time", &start);
  start /= GST_SECOND;
  printf ("%02u:%02u  %s\n", (guint) (start / 60), (guint) (start % 60), text);
}

gboolean
terminal_show (const GstStructure *structure)
{
  const gchar *text = gst_structure_get_string (structure, "text");

  if (gst_structure_has_name (structure, "openaistt/partial")) {
    take_partial (structure);
  } else {
    forget_partial (start_of (structure));
    terminal_clear ();
    if (gst_structure_has_name (structure, "openaistt/failed"))
      print_line (structure, "[…]");
    else if (text && *text != '\0')
      print_line (structure, text);
  }
  if (interactive)
    redraw ();
  return fflush (stdout) == 0 && !ferror (stdout);
}
