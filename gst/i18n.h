// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What users read, in their language where there is a translation. */

#pragma once

#include "config.h"

#ifdef ENABLE_NLS
#include <glib/gi18n-lib.h>

/* Where the translations are; $GST_OPENAI_LOCALEDIR: those of a build folder. Before
 * anything is translated, and once setlocale() was called. */
static inline void
openai_bind_translations (void)
{
  const char *built = g_getenv ("GST_OPENAI_LOCALEDIR");

  bindtextdomain (GETTEXT_PACKAGE, built ? built : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
}
#else
#define _(text) (text)
#define N_(text) (text)
#define openai_bind_translations()                                                       \
  do {                                                                                   \
  } while (0)
#endif
