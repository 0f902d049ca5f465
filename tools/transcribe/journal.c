// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What was transcribed of a file so far, as lines of JSON. */

#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "i18n.h"
#include "jsontext.h"

#define FAMILY "gst-openai-transcribe "
/* 2: times are those that a player shows. */
#define FORMAT FAMILY "2"

struct _Journal
{
  gchar *path;
  int fd;
  GPtrArray *chunks;
};

static gchar *
to_line (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree gchar *json = NULL;

  json_node_set_object (node, object);
  json = jsontext_of (node, FALSE);
  return g_strconcat (json, "\n", NULL);
}

static JsonObject *
from_line (const gchar *line)
{
  g_autoptr (JsonNode) node = json_from_string (line, NULL);

  return node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : NULL;
}

/* The first line: what the journal was written for. */
static gchar *
make_head (const gchar *media, const gchar *settings, GError **error)
{
  g_autoptr (JsonObject) head = json_object_new ();
  GStatBuf status;

  if (g_stat (media, &status) != 0) {
    g_set_error (
        error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s", g_strerror (errno));
    return NULL;
  }
  json_object_set_string_member (head, "format", FORMAT);
  json_object_set_int_member (head, "size", status.st_size);
  json_object_set_int_member (head, "modified", status.st_mtime);
  json_object_set_string_member (head, "settings", settings);
  return to_line (head);
}

static gboolean
fail_to_write (Journal *journal, GError **error)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
      _("could not write %s: %s"), journal->path, g_strerror (errno));
  return FALSE;
}

static gboolean
write_line (Journal *journal, const gchar *line, GError **error)
{
  gsize length = strlen (line);

  if (write (journal->fd, line, length) == (gssize) length
      && fdatasync (journal->fd) == 0)
    return TRUE;
  return fail_to_write (journal, error);
}

/* Takes the chunks of whole lines; how many bytes these have. */
static gsize
load (Journal *journal, const gchar *text, const gchar *head)
{
  const gchar *line = text + strlen (head), *end;

  for (; (end = strchr (line, '\n')); line = end + 1) {
    g_autofree gchar *json = g_strndup (line, end - line);
    JsonObject *chunk = from_line (json);

    if (!chunk)
      break;
    g_ptr_array_add (journal->chunks, chunk);
  }
  return line - text;
}

static gboolean
is_foreign (const gchar *text)
{
  return *text != '\0' && !g_str_has_prefix (text, "{\"format\":\"" FAMILY);
}

/* One run at a time: two would pay twice, and write over one another. */
static gboolean
lock_file (Journal *journal, GError **error)
{
  GStatBuf ours, theirs;

  while (TRUE) {
    journal->fd = g_open (journal->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (journal->fd < 0 || fstat (journal->fd, &ours) != 0)
      return fail_to_write (journal, error);
    if (flock (journal->fd, LOCK_EX | LOCK_NB) != 0)
      break;
    /* Another run has ended since, and taken its journal away. */
    if (g_stat (journal->path, &theirs) == 0 && ours.st_ino == theirs.st_ino)
      return TRUE;
    close (journal->fd);
  }
  if (errno != EWOULDBLOCK)
    return fail_to_write (journal, error);
  g_set_error (
      error, G_FILE_ERROR, G_FILE_ERROR_AGAIN, _("another run is transcribing it"));
  return FALSE;
}

Journal *
journal_open (
    const gchar *path, const gchar *media, const gchar *settings, GError **error)
{
  g_autoptr (Journal) journal = g_new0 (Journal, 1);
  g_autofree gchar *head = make_head (media, settings, error);
  g_autofree gchar *text = NULL;
  gsize kept = 0;

  journal->fd = -1;
  journal->path = g_strdup (path);
  journal->chunks = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  if (!head || !lock_file (journal, error))
    return NULL;
  if (g_file_get_contents (journal->path, &text, NULL, NULL)) {
    if (is_foreign (text)) {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
          _("%s is in the way: it is no journal of this program"), journal->path);
      return NULL;
    }
    if (g_str_has_prefix (text, head))
      kept = load (journal, text, head);
  }
  if (ftruncate (journal->fd, kept) != 0 || lseek (journal->fd, kept, SEEK_SET) < 0) {
    fail_to_write (journal, error);
    return NULL;
  }
  if (kept == 0 && !write_line (journal, head, error))
    return NULL;
  return g_steal_pointer (&journal);
}

void
journal_free (Journal *journal)
{
  if (journal->fd >= 0)
    close (journal->fd);
  g_clear_pointer (&journal->chunks, g_ptr_array_unref);
  g_free (journal->path);
  g_free (journal);
}

gboolean
journal_add (Journal *journal, JsonObject *chunk, GError **error)
{
  g_autofree gchar *line = to_line (chunk);

  g_ptr_array_add (journal->chunks, chunk);
  return write_line (journal, line, error);
}

GPtrArray *
journal_chunks (Journal *journal)
{
  return journal->chunks;
}

gdouble
journal_position (Journal *journal)
{
  guint n = journal->chunks->len;

  return n == 0
      ? 0
      : json_object_get_double_member (g_ptr_array_index (journal->chunks, n - 1), "end");
}

void
journal_remove (Journal *journal)
{
  g_unlink (journal->path);
}
