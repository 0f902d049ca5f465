// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A request body that may still grow while it is sent. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Reference-counted; any thread may call any of these. All bytes are kept, so
 * the same body can be sent again. */
typedef struct _OpenaiBody OpenaiBody;

OpenaiBody *openai_body_new (void);
OpenaiBody *openai_body_ref (OpenaiBody *self);
void openai_body_unref (OpenaiBody *self);

void openai_body_append (OpenaiBody *self, GBytes *bytes);

/* Appends what is not to be read before it is flushed or more is appended: each
 * read costs some packets. How many bytes wait for that now. */
gsize openai_body_append_uncommitted (OpenaiBody *self, GBytes *bytes);
void openai_body_flush (OpenaiBody *self);

/* Nothing is appended any more. */
void openai_body_close (OpenaiBody *self);
gboolean openai_body_is_closed (OpenaiBody *self);
gsize openai_body_size (OpenaiBody *self);

/* A reader waits for bytes that are not there yet. */
gboolean openai_body_has_waiting_reader (OpenaiBody *self);

/* A stream from the first byte to the end, for asynchronous reads only. It is
 * deliberately not a GPollableInputStream, see soupcompat.h. */
GInputStream *openai_body_open (OpenaiBody *self);

/* Before the first read over HTTP/2: reads end only when nothing else is due in their
 * context. When the server resets the stream, libsoup frees what reads some turns
 * before it tells, see soupcompat.h. */
void openai_body_defer_reads (GInputStream *stream);

/* Fails the pending and all later reads of a stream openai_body_open() gave:
 * a reader that waits for growth cannot be freed otherwise. */
void openai_body_stop (GInputStream *stream);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiBody, openai_body_unref)

G_END_DECLS
