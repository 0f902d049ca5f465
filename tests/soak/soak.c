// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the long runs share. */

#include "soak.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>

static void
serve (gint out, void (*script) (TestServer *server))
{
  TestServer *server;
  const gchar *url;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  server = test_server_new ();
  test_server_forget (server);
  script (server);
  url = test_server_base_url (server);
  if (write (out, url, strlen (url)) > 0) {
    close (out);
    pause ();
  }
  _exit (0);
}

gchar *
soak_serve (void (*script) (TestServer *server))
{
  gchar url[200] = "";
  gint out[2];

  if (pipe (out) < 0)
    g_error ("no pipe");
  if (fork () == 0)
    serve (out[1], script);
  close (out[1]);
  if (read (out[0], url, sizeof url - 1) <= 0)
    g_error ("the server did not start");
  close (out[0]);
  return g_strdup (url);
}

gdouble
soak_number (const gchar *variable, gdouble otherwise)
{
  const gchar *text = g_getenv (variable);

  return text ? g_ascii_strtod (text, NULL) : otherwise;
}

guint64
soak_resident_bytes (void)
{
  g_autofree gchar *statm = NULL;
  guint64 total, resident;

  g_file_get_contents ("/proc/self/statm", &statm, NULL, NULL);
  sscanf (statm, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &total, &resident);
  return resident * sysconf (_SC_PAGESIZE);
}

guint
soak_threads (const gchar *name)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const gchar *task;
  guint n = 0;

  while ((task = g_dir_read_name (tasks))) {
    g_autofree gchar *path = g_build_filename ("/proc/self/task", task, "comm", NULL);
    g_autofree gchar *comm = NULL;

    g_file_get_contents (path, &comm, NULL, NULL);
    n += !name || (comm && g_str_equal (g_strchomp (comm), name));
  }
  return n;
}

guint
soak_open_files (void)
{
  g_autoptr (GDir) files = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (files))
    n++;
  return n;
}

guint64
soak_stat (GstElement *stt, const gchar *name)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value;

  g_object_get (stt, "stats", &stats, NULL);
  g_assert_true (gst_structure_get_uint64 (stats, name, &value));
  return value;
}

void
soak_assert_account (GstElement *stt)
{
  g_assert_cmpuint (soak_stat (stt, "dropped"), ==, 0);
  g_assert_cmpuint (soak_stat (stt, "failed"), ==, 0);
  g_assert_cmpuint (soak_stat (stt, "samples-in"), ==,
      soak_stat (stt, "uploaded") + soak_stat (stt, "skipped-silent"));
}
