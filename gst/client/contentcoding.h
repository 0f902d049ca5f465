// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* An answer that came compressed, though no compression was asked for. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One thread. Bytes of the answer go in as they come; what comes out is bounded
 * by the reader, one piece at a time. */
typedef struct _OpenaiContentDecoder OpenaiContentDecoder;

/* The longest mark by which compressed bytes are known. */
#define OPENAI_CONTENT_CODING_MARK 3

/* Whether an answer that begins with these bytes, and has no Content-Encoding,
 * may be compressed all the same; @length may be less than the mark's. @is_text:
 * the answer should be text, in which fewer bytes tell. */
gboolean openai_content_coding_may_begin (
    const gchar *data, gsize length, gboolean is_text);

/* @codings: a Content-Encoding header, or NULL for none. */
OpenaiContentDecoder *openai_content_decoder_new (const gchar *codings, gboolean is_text);
void openai_content_decoder_free (OpenaiContentDecoder *self);

/* Only after openai_content_decoder_read() gave 0. */
void openai_content_decoder_push (
    OpenaiContentDecoder *self, const gchar *data, gsize length);

/* No more bytes are pushed: read on until 0. */
void openai_content_decoder_end (OpenaiContentDecoder *self);

/* At most @size decoded bytes; 0: more must be pushed, or that was the end; -1
 * with OPENAI_ERROR_ANSWER: a coding that is not known here, whose name the
 * message says, or with OPENAI_ERROR_BROKEN: bytes that are not what the coding
 * says. What is not compressed, whatever its header says, comes out as it is. */
gssize openai_content_decoder_read (
    OpenaiContentDecoder *self, gchar *buffer, gsize size, GError **error);

/* FALSE: the compressed bytes ended before their end. */
gboolean openai_content_decoder_is_whole (const OpenaiContentDecoder *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiContentDecoder, openai_content_decoder_free)

G_END_DECLS
