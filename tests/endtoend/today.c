// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Preloaded, it makes every day the day that TODAY names, such as 2027-01-07: for those
 * who ask GLib for the date, not for the clocks. */

#include <glib.h>

GDateTime *
g_date_time_new_now_utc (void)
{
  const gchar *today = g_getenv ("TODAY");
  g_autofree gchar *noon = g_strconcat (today ? today : "", "T12:00:00Z", NULL);
  GDateTime *date = g_date_time_new_from_iso8601 (noon, NULL);

  return date ? date
              : g_date_time_new_from_unix_utc (g_get_real_time () / G_USEC_PER_SEC);
}
