// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How many requests run at once at a server that refuses some. */

#include "client/pace.h"

static void
turn (gpointer waiter)
{
  (*(guint *) waiter)++;
}

/* So many more go on. */
static guint
enter (OpenaiPace *pace, guint n, guint *turns)
{
  guint entered = 0;

  for (guint i = 0; i < n; i++)
    entered += openai_pace_enter (pace, turn, turns);
  return entered;
}

static void
test_any_number (void)
{
  g_autoptr (OpenaiPace) pace = openai_pace_new ();
  guint turns = 0;

  g_assert_cmpuint (enter (pace, 1000, &turns), ==, 1000);
  openai_pace_speed_up (pace);
  g_assert_cmpuint (enter (pace, 1, &turns), ==, 1);
}

static void
test_half (void)
{
  g_autoptr (OpenaiPace) pace = openai_pace_new ();
  gint64 begun = g_get_monotonic_time ();
  guint turns = 0;

  enter (pace, 8, &turns);
  g_assert_cmpuint (openai_pace_slow_down (pace, begun), ==, 4);
  /* Those that were on their way with it say nothing new. */
  g_assert_cmpuint (openai_pace_slow_down (pace, begun), ==, 0);
  g_assert_cmpuint (enter (pace, 3, &turns), ==, 0);
  for (guint i = 0; i < 4; i++)
    openai_pace_leave (pace);
  g_assert_cmpuint (turns, ==, 0);
  openai_pace_leave (pace);
  g_assert_cmpuint (turns, ==, 1);
  for (guint i = 0; i < 2; i++)
    openai_pace_leave (pace);
  g_assert_cmpuint (turns, ==, 3);
}

static void
test_one_goes_always (void)
{
  g_autoptr (OpenaiPace) pace = openai_pace_new ();
  guint turns = 0;

  enter (pace, 1, &turns);
  for (guint i = 1; i < 5; i++)
    g_assert_cmpuint (openai_pace_slow_down (pace, G_MAXINT64), ==, 1);
  openai_pace_leave (pace);
  g_assert_cmpuint (enter (pace, 2, &turns), ==, 1);
}

/* Two after the first answer, three after some more. */
static void
test_grows (void)
{
  g_autoptr (OpenaiPace) pace = openai_pace_new ();
  guint turns = 0;
  guint answers = 0;

  enter (pace, 1, &turns);
  openai_pace_slow_down (pace, G_MAXINT64);
  enter (pace, 4, &turns);
  openai_pace_speed_up (pace);
  g_assert_cmpuint (turns, ==, 1);
  while (turns < 2) {
    openai_pace_speed_up (pace);
    answers++;
  }
  g_assert_cmpuint (answers, >, 1);
  g_assert_cmpuint (answers, <, 5);
}

static void
test_forget (void)
{
  g_autoptr (OpenaiPace) pace = openai_pace_new ();
  guint first = 0, second = 0, third = 0;

  enter (pace, 1, &first);
  openai_pace_slow_down (pace, G_MAXINT64);
  enter (pace, 1, &second);
  enter (pace, 1, &third);
  openai_pace_forget (pace, &second);
  openai_pace_forget (pace, &first);
  openai_pace_leave (pace);
  g_assert_cmpuint (second, ==, 0);
  g_assert_cmpuint (third, ==, 1);
}

static void
test_hold (void)
{
  g_autoptr (OpenaiPace) pace = openai_pace_new ();
  gint64 later = g_get_monotonic_time () + G_TIME_SPAN_DAY;

  g_assert_cmpint (openai_pace_held_until (pace), ==, 0);
  openai_pace_hold (pace, later);
  openai_pace_hold (pace, later - G_TIME_SPAN_HOUR);
  g_assert_cmpint (openai_pace_held_until (pace), ==, later);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pace/any-number", test_any_number);
  g_test_add_func ("/pace/half", test_half);
  g_test_add_func ("/pace/one-goes-always", test_one_goes_always);
  g_test_add_func ("/pace/grows", test_grows);
  g_test_add_func ("/pace/forget", test_forget);
  g_test_add_func ("/pace/hold", test_hold);
  return g_test_run ();
}
