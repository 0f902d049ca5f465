// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the user asks gst-openai-voices-1.0 for. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PROGRAM "gst-openai-voices-1.0"

typedef enum
{
  CONSENTS_LIST,
  CONSENTS_SHOW,
  CONSENTS_CREATE,
  CONSENTS_RENAME,
  CONSENTS_DELETE,
  VOICES_CREATE,
  VOICES_DELETE,
} Command;

/* NULL and FALSE: not given. */
typedef struct
{
  gchar *base_url;
  gchar *api_key_file;
  gchar *tls_ca_file;
  gboolean allow_insecure;
  gint timeout;
  gboolean json;
  gboolean version;

  gchar *name;
  gchar *language;
  gchar *recording;
  gchar *sample;
  gchar *consent;
  gchar *consent_recording;
  gchar *prompt;
  gchar *model;
  gchar *script_hint;
  gboolean yes;
  gboolean no_limits;

  gchar **words; /* the command, and what follows it */
} Options;

extern Options options;

/* Fills in the options and @command. FALSE: what is wrong with the arguments, a
 * sentence without its full stop; never a value, which might be a key. With
 * options.version there is no command. */
gboolean options_parse (int argc, char *argv[], Command *command, gchar **wrong);

/* What follows the command. */
gchar **options_arguments (void);

G_END_DECLS
