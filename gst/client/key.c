// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The key of an endpoint, and the file that renews it: tokens expire. */

#include "key.h"

#include <gio/gio.h>
#include <string.h>

#include "error.h"
#include "i18n.h"

/* A key file holds one line. */
#define MAX_KEY_FILE 16384

/* Keys that are still kept out of logs after they were replaced. */
#define MAX_OLD_KEYS 100

struct _OpenaiKey
{
  gchar *path; /* immutable */

  GMutex lock;     /* of the rest; held while the file is read */
  gchar *stamp;    /* of the file, when it was read last */
  GPtrArray *keys; /* the last one is the key */
};

gboolean
openai_check_regular_file (const gchar *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  if (g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, NULL) != G_FILE_TYPE_SPECIAL)
    return TRUE;
  g_set_error_literal (
      error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _("it is not a regular file"));
  return FALSE;
}

static GFileInputStream *
open_file (const gchar *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  return openai_check_regular_file (path, error) ? g_file_read (file, NULL, error) : NULL;
}

gchar *
openai_key_read (const gchar *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GFileInputStream) stream = open_file (path, &cause);
  gchar text[MAX_KEY_FILE + 1];
  gsize length = 0;

  if (!stream
      || !g_input_stream_read_all (
          G_INPUT_STREAM (stream), text, MAX_KEY_FILE, &length, NULL, &cause)) {
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("api-key-file could not be read: %s"), cause->message);
    return NULL;
  }
  text[length] = '\0';
  text[strcspn (text, "\r\n")] = '\0';
  g_strstrip (text);
  if (*text == '\0')
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS, _("api-key-file is empty"));
  return *text ? g_strdup (text) : NULL;
}

/* Another one for each change of the file; NULL: it is not there. */
static gchar *
stamp_of (const gchar *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = g_file_query_info (file,
      G_FILE_ATTRIBUTE_ETAG_VALUE "," G_FILE_ATTRIBUTE_UNIX_INODE
                                  "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
      G_FILE_QUERY_INFO_NONE, NULL, NULL);

  return info ? g_strdup_printf ("%s %" G_GUINT64_FORMAT " %" G_GOFFSET_FORMAT,
                    g_file_info_get_etag (info),
                    g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_UNIX_INODE),
                    g_file_info_get_size (info))
              : NULL;
}

static const gchar *
current (OpenaiKey *self)
{
  return self->keys->len > 0 ? g_ptr_array_index (self->keys, self->keys->len - 1) : NULL;
}

/* A header cannot have other characters. */
static gboolean
is_possible (const gchar *key)
{
  for (const gchar *p = key; *p; p++)
    if (g_ascii_iscntrl (*p))
      return FALSE;
  return TRUE;
}

static void
read_again (OpenaiKey *self)
{
  g_autofree gchar *key = openai_key_read (self->path, NULL);

  if (!key || g_strcmp0 (key, current (self)) == 0 || !is_possible (key))
    return;
  if (self->keys->len > MAX_OLD_KEYS)
    g_ptr_array_remove_index (self->keys, 0);
  g_ptr_array_add (self->keys, g_steal_pointer (&key));
}

OpenaiKey *
openai_key_new (const gchar *key, const gchar *path)
{
  OpenaiKey *self = g_new0 (OpenaiKey, 1);

  g_mutex_init (&self->lock);
  self->path = g_strdup (path);
  self->keys = g_ptr_array_new_with_free_func (g_free);
  if (key)
    g_ptr_array_add (self->keys, g_strdup (key));
  return self;
}

void
openai_key_free (OpenaiKey *self)
{
  if (!self)
    return;
  g_free (self->path);
  g_free (self->stamp);
  g_ptr_array_unref (self->keys);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gchar *
openai_key_get (OpenaiKey *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autofree gchar *stamp = self->path ? stamp_of (self->path) : NULL;

  if (stamp && g_strcmp0 (stamp, self->stamp) != 0) {
    g_free (self->stamp);
    self->stamp = g_steal_pointer (&stamp);
    read_again (self);
  }
  return g_strdup (current (self));
}

gboolean
openai_key_is_renewed (OpenaiKey *self, const gchar *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!self->path)
    return FALSE;
  /* Whatever its stamp says: clocks of files are coarse. */
  read_again (self);
  return g_strcmp0 (key, current (self)) != 0;
}

GStrv
openai_key_list (OpenaiKey *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GStrv list = g_new0 (gchar *, self->keys->len + 1);

  for (guint i = 0; i < self->keys->len; i++)
    list[i] = g_strdup (g_ptr_array_index (self->keys, i));
  return list;
}
