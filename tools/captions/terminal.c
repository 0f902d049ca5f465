// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Captions on standard output. */

#include "terminal.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static gboolean interactive;

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

  return ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ?
      size.ws_col : 80;
}

/* From the end, as many characters as fit in @room columns. */
static const gchar *
end_of (const gchar * text, guint room)
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
print_line (const GstStructure * structure, const gchar * text)
{
  guint64 start = 0;

  gst_structure_get_uint64 (structure, "start-stream-time", &start);
  start /= GST_SECOND;
  printf ("%02u:%02u  %s\n", (guint) (start / 60), (guint) (start % 60), text);
}

void
terminal_show (const GstStructure * structure)
{
  const gchar *text = gst_structure_get_string (structure, "text");

  if (gst_structure_has_name (structure, "openaistt/partial")) {
    if (interactive)
      printf ("\r\033[K%s", end_of (text, columns () - 1));
  } else {
    terminal_clear ();
    if (gst_structure_has_name (structure, "openaistt/failed"))
      print_line (structure, "[…]");
    else if (text && *text != '\0')
      print_line (structure, text);
  }
  fflush (stdout);
}
