// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Names of texts with times and other forms that are not what was said. */

#include "foreigntext.h"

#include <string.h>

#define SECONDS "\\d+(\\.\\d+)?"

/* Each form shows itself in how it begins: no speech is written so. */
static const struct
{
  const gchar *pattern;
  const gchar *name;
} forms[] = {
  { "\\[(Script Info|V4\\+? Styles|Events)\\]|Dialogue: ?\\d", "an ASS or SSA script" },
  { "(\\[[a-z#]+:[^\\]\\n]*\\]\\s*\\n)*\\[\\d+:\\d\\d(\\.\\d+)?\\]", "LRC" },
  { "start\\tend\\t|" SECONDS "\\t" SECONDS "\\t", "TSV" },
  { "\"?start\"?[,;]\"?end\"?[,;]|\"?" SECONDS "\"?[,;]\"?" SECONDS "\"?[,;] ?\"",
      "CSV" },
  { "\\d+:\\d\\d:\\d\\d\\.\\d+,\\d+:\\d\\d:\\d\\d\\.\\d+\\s*\\n", "SBV" },
  { "\\{\\d+\\}\\{\\d+\\}", "MicroDVD" },
  { "\\[\\d+\\]\\[\\d+\\]", "MPL2" },
  { "Scenarist_SCC ", "SCC" },
  { "data:[a-z]+/[^ ]+,", "a data URL" },
};

/* A word as long as that has no figures between its letters. */
#define BASE64_SIZE 48

/* Lines of base64, and not a long number or a sound without end. */
static gboolean
is_base64 (const gchar *text)
{
  gsize length = 0;
  guint figures = 0, capitals = 0;

  for (; *text; text++) {
    if (*text == '\n' || *text == '\r')
      continue;
    if (!g_ascii_isalnum (*text) && !strchr ("+/-_=", *text))
      return FALSE;
    length++;
    figures += g_ascii_isdigit (*text);
    capitals += g_ascii_isupper (*text);
  }
  return length >= BASE64_SIZE && figures > 0 && capitals > 1
      && figures + capitals < length;
}

const gchar *
openai_foreign_text_describe (const gchar *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    if (g_regex_match_simple (
            forms[i].pattern, text, G_REGEX_CASELESS, G_REGEX_MATCH_ANCHORED))
      return forms[i].name;
  }
  return is_base64 (text) ? "base64" : NULL;
}
