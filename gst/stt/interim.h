// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Asks what is said in a chunk while it is spoken: one request after the other, each
 * with all of it so far. */

#pragma once

#include "client/transcription.h"
#include "transport.h"

G_BEGIN_DECLS

typedef struct _SttInterim SttInterim;

/* @interval: samples that are new in each request, at least. The partial, status and
 * repeated of @events are called with @owner. @client and the owner have to stay until
 * all is released that was given to stt_interim_ask(). */
SttInterim *stt_interim_new (OpenaiClient *client, guint rate, guint64 interval,
    OpenaiUploadFormat format, const OpenaiLimits *limits,
    const SttTransportEvents *events, gpointer owner);
void stt_interim_free (SttInterim *self);

/* It is time for the next request when @samples of @chunk have been spoken; sooner when
 * the speech has @paused, which may be its end, or the last answer is not agreed on. In a
 * pause only if the server is known to answer before the chunk ends. */
gboolean stt_interim_is_due (SttInterim *self, SttChunk *chunk, guint64 samples,
    gboolean paused, gboolean words_wait);

/* Sends what was spoken of @chunk, @first and then @ahead. @params: of the request for
 * its result. @hold is released when the request is through. */
void stt_interim_ask (SttInterim *self, SttChunk *chunk, GBytes *first, GBytes *ahead,
    const OpenaiTranscriptionParams *params, gpointer hold, GDestroyNotify release);

/* The chunk has ended: the answer is of no interest any more. */
void stt_interim_cancel (SttInterim *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttInterim, stt_interim_free)

G_END_DECLS
