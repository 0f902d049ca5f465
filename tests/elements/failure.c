// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Fails: in one process with a teardown that waits for ever, which is not waited for. */

#include "support.h"

static GMutex lock;
static GCond cond;

static void
setup (void)
{
  g_mutex_lock (&lock);
}

static void
wait_for_ever (void)
{
  while (TRUE)
    g_cond_wait (&cond, &lock);
}

GST_START_TEST (test_fails)
{
  fail ("It is meant to.");
}

GST_END_TEST;

static Suite *
failure_suite (void)
{
  Suite *suite = suite_create ("failure");
  TCase *tcase = tcase_create ("failure");

  tcase_add_checked_fixture (tcase, setup, wait_for_ever);
  tcase_add_test (tcase, test_fails);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (failure);
