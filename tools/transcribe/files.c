// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Which files are meant. */

#include "files.h"

#include <string.h>

#include "common/program.h"
#include "outputs.h"

/* In a folder; a file that is named is tried whatever it is called. */
static const gchar *const media_extensions[] = { "3gp", "aac", "ac3", "aif", "aiff",
  "amr", "au", "avi", "caf", "dv", "flac", "flv", "m2ts", "m4a", "m4b", "m4v", "mka",
  "mkv", "mov", "mp2", "mp3", "mp4", "mpeg", "mpg", "mts", "mxf", "oga", "ogg", "ogv",
  "opus", "ts", "vob", "w64", "wav", "webm", "wma", "wmv", NULL };

static gboolean
is_media (const gchar *name)
{
  const gchar *dot = strrchr (name, '.');
  g_autofree gchar *extension = dot ? g_ascii_strdown (dot + 1, -1) : NULL;

  return extension && *name != '.' && g_strv_contains (media_extensions, extension);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar **) a, *(const gchar **) b);
}

/* Links are not followed: they may lead round in a circle. */
static gboolean
add_folder (GPtrArray *files, const gchar *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const gchar *name;
  gboolean done = TRUE;

  if (!dir)
    return program_fail ("%s", error->message);
  while ((name = g_dir_read_name (dir)))
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; done && i < names->len; i++) {
    g_autofree gchar *path = NULL;

    name = g_ptr_array_index (names, i);
    path = g_build_filename (folder, name, NULL);
    if (*name != '.' && g_file_test (path, G_FILE_TEST_IS_DIR)
        && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
      done = add_folder (files, path);
    else if (is_media (name))
      g_ptr_array_add (files, g_steal_pointer (&path));
  }
  return done;
}

GPtrArray *
files_expand (gchar **names)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);

  for (; *names; names++) {
    guint before = files->len;

    if (!g_file_test (*names, G_FILE_TEST_IS_DIR)) {
      g_ptr_array_add (files, g_strdup (*names));
      continue;
    }
    if (!add_folder (files, *names))
      return NULL;
    if (files->len == before) {
      program_print_error ("%s: there is no sound and no film in this folder", *names);
      return NULL;
    }
  }
  return g_steal_pointer (&files);
}

gboolean
files_check_names (GPtrArray *files, const gchar *directory)
{
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < files->len; i++) {
    const gchar *file = g_ptr_array_index (files, i);
    gchar *path = output_path (file, directory, "srt");
    const gchar *other = g_hash_table_lookup (seen, path);

    if (other) {
      program_print_error ("%s and %s would have the same names for what is written: "
                           "give them one by one, with --directory",
          other, file);
      g_free (path);
      return FALSE;
    }
    g_hash_table_insert (seen, path, (gpointer) file);
  }
  return TRUE;
}
