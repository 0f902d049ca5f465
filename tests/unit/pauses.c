// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How long a pause has to be to end what is said. */

#include "stt/pauses.h"

static guint64
end_after (const guint *lengths, guint n)
{
  SttPauses pauses = { { 0 }, 0 };

  for (guint i = 0; i < n; i++)
    stt_pauses_add (&pauses, lengths[i]);
  return stt_pauses_get_end (&pauses, 350, 500);
}

static void
test_few (void)
{
  const guint lengths[] = { 100, 100, 100, 100, 100 };

  g_assert_cmpuint (end_after (lengths, 0), ==, 500);
  g_assert_cmpuint (end_after (lengths, G_N_ELEMENTS (lengths)), ==, 500);
}

static void
test_bounds (void)
{
  guint lengths[30];

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    lengths[i] = 100 + i;
  g_assert_cmpuint (end_after (lengths, G_N_ELEMENTS (lengths)), ==, 350);
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    lengths[i] = i % 3 ? 120 : 500;
  g_assert_cmpuint (end_after (lengths, G_N_ELEMENTS (lengths)), ==, 500);
}

/* One of twenty is an exception; what was long ago counts no more. */
static void
test_last (void)
{
  guint lengths[60];

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    lengths[i] = i < 40 ? 550 : 280;
  lengths[50] = 550;
  g_assert_cmpuint (end_after (lengths, G_N_ELEMENTS (lengths)), ==, 364);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pauses/few", test_few);
  g_test_add_func ("/pauses/bounds", test_bounds);
  g_test_add_func ("/pauses/last", test_last);
  return g_test_run ();
}
