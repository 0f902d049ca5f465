// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Hypotheses, one a line, of which the first byte is the kind: words that stay only
 * grow, and are found in the last line. */

#include "fuzz.h"

#include <math.h>
#include <string.h>

#include "stt/stable.h"

/* Longer ones cost more than they find. */
#define MOST_LINES 64

static void
push_line (SttStable *stable, SttHypothesisKind kind, const gchar *line, guint i)
{
  g_autofree gchar *before = g_strdup (stt_stable_get_text (stable));
  gdouble heard = line[0] & 1 ? i : NAN;

  stt_stable_push (stable, kind, line, heard);
  g_assert (g_str_has_prefix (stt_stable_get_text (stable), before));
  g_assert (g_utf8_validate (stt_stable_get_text (stable), -1, NULL));
  g_assert (g_utf8_validate (stt_stable_get_rest (stable), -1, NULL));
  g_assert (stt_stable_last_end (stable, TRUE) <= stt_stable_last_end (stable, FALSE));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree gchar *text = g_strndup ((const gchar *) data + 1, size ? size - 1 : 0);
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  g_auto (GStrv) lines = g_strsplit (valid, "\n", MOST_LINES);
  g_autoptr (SttStable) stable = stt_stable_new ();
  g_autoptr (SttStable) next = stt_stable_new ();
  SttHypothesisKind kind = size ? data[0] % 3 : STT_HYPOTHESIS_ANSWER;
  const gchar *last = "";
  gboolean same;

  for (guint i = 0; lines[i]; i++)
    push_line (stable, kind, last = lines[i], i);
  g_assert (stt_stable_find_end (stable, size / 2, last, &same) <= strlen (last));
  stt_stable_carry (stable, last, next);
  g_assert (stt_stable_find_end (stable, G_MAXSIZE, last, &same) <= strlen (last));
  return 0;
}
