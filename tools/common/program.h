// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What all programs share: options, the words of errors, files that are
 * written. Main thread only. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

enum
{
  EXIT_DONE = 0,
  EXIT_FAILED = 1,
  EXIT_USAGE = 2, /* nothing was begun */
  EXIT_INTERRUPTED = 130,
};

typedef struct
{
  const gchar *name;      /* such as gst-openai-dub-1.0 */
  const gchar *arguments; /* such as "FILM SUBTITLES OUTPUT" */
  const gchar *summary;
  const gchar *examples; /* lines that run as they stand */
  const GOptionEntry *entries;
  gboolean launch_line;      /* what follows the first word is part of it */
  const gchar *const *words; /* pairs: property, option of this program;
                                 * NULL-terminated */
} Program;

/* Parses the options, --version among them, and initializes GStreamer. FALSE:
 * the mistake is printed. Does not return after --help and --version. */
gboolean program_parse (const Program *program, int *argc, char ***argv);

/* Prints a line on standard error: @format as it is translated, for which
 * po/meson.build names these functions. */
void program_print_error (const gchar *format, ...) G_GNUC_PRINTF (1, 2);

/* The same, as an expression that is FALSE. A macro: analyzers see the value. */
#define program_fail(...) (program_print_error (__VA_ARGS__), FALSE)

/* @text with the names of properties in the words of the program's options. */
gchar *program_reword (const gchar *text);

/* What the error or warning says, in one line and in the program's words. */
gchar *program_problem (GstMessage *message);

/* With what an element of GStreamer's adds for developers, which alone tells what is
 * wrong there ("Resource not found."). For the terminal: it may hold addresses. */
gchar *program_problem_in_full (GstMessage *message);

/* The monotonic time until which the server takes no requests, by a warning that
 * tells it; 0: it tells none. */
gint64 program_waits_until (GstMessage *warning);

/* Sets a property of an element, unless @value is NULL. FALSE: @error has what is wrong,
 * and what would be right. */
gboolean program_set_value (
    GstElement *element, const gchar *name, const gchar *value, GError **error);

/* The same for each NAME=VALUE that --set was given; NULL: none. */
gboolean program_set_all (GstElement *element, gchar **settings, GError **error);

/* Standard error goes nowhere, until program_speak_again() with what this returned:
 * some libraries write there what helps no user. -1: GST_DEBUG is set, or it could
 * not be done, and nothing has changed. */
int program_hush (void);
void program_speak_again (int kept);

/* Whether the value of --@option can be a price, in dollars. FALSE: printed. */
gboolean program_check_price (const gchar *option, gdouble price);

/* An element of the plugin; prints what is wrong where there is none. */
GstElement *program_make_element (const gchar *factory);

/* Whether @path may be written: it is not there, or @force. FALSE: printed. */
gboolean program_may_write (const gchar *path, gboolean force);

/* The first element of these that is installed, NULL-terminated; NULL: none. */
const gchar *program_first_installed (const gchar *const *factories);

G_END_DECLS
