// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What was transcribed of a file so far, kept beside it until all of it is: a
 * line of JSON for each chunk, written as it comes, so that whatever stops
 * the program loses at most what was in flight. */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _Journal Journal;

/* Opens or begins the journal of @media at @path. One that was written for another
 * state of the file or other @settings begins anew; a file of that name that
 * is no journal is an error. */
Journal *journal_open (
    const gchar *path, const gchar *media, const gchar *settings, GError **error);
void journal_free (Journal *journal);

/* Appends a chunk; takes it. */
gboolean journal_add (Journal *journal, JsonObject *chunk, GError **error);

/* JsonObjects, in the order of time. */
GPtrArray *journal_chunks (Journal *journal);

/* Where the next chunk begins, in seconds. */
gdouble journal_position (Journal *journal);

/* All is written elsewhere. */
void journal_remove (Journal *journal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Journal, journal_free)

G_END_DECLS
