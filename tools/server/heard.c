// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors

#include "heard.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

void
heard_add (GString *heard, const gchar *name, gint first, gint last, gint probability)
{
  g_string_append_printf (heard, "%d %d %d %s\n", first, last, probability, name);
}

gboolean
heard_next (const gchar **heard, HeardWord *word)
{
  gint length = 0;
  const gchar *end;

  if (sscanf (
          *heard, "%d %d %d %n", &word->first, &word->last, &word->probability, &length)
      < 3)
    return FALSE;
  word->name = *heard + length;
  end = strchr (word->name, '\n');
  *heard = end ? end + 1 : word->name + strlen (word->name);
  return TRUE;
}

gchar *
heard_file (const gchar *model_dir, const gint16 *samples, gsize length)
{
  const gchar *folder = g_getenv ("GST_OPENAI_SERVER_CACHE");
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  GStatBuf program = { 0 };

  if (!folder || !*folder)
    return NULL;
  g_stat ("/proc/self/exe", &program);
  g_checksum_update (sum, (const guchar *) &program.st_mtime, sizeof program.st_mtime);
  g_checksum_update (sum, (const guchar *) model_dir, strlen (model_dir) + 1);
  g_checksum_update (sum, (const guchar *) samples, length * sizeof *samples);
  return g_build_filename (folder, g_checksum_get_string (sum), NULL);
}

gchar *
heard_load (const gchar *file)
{
  gchar *heard = NULL;

  if (file)
    g_file_get_contents (file, &heard, NULL, NULL);
  return heard;
}

/* In a folder that cannot be written nothing is kept: that costs time alone. */
void
heard_save (const gchar *file, const gchar *heard)
{
  g_autofree gchar *folder = file ? g_path_get_dirname (file) : NULL;

  if (folder && g_mkdir_with_parents (folder, 0700) == 0)
    g_file_set_contents (file, heard, -1, NULL);
}
