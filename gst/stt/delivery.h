// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What becomes of a resolved chunk: captions, a warning, or the end. */

#pragma once

#include "captions.h"
#include "queue.h"
#include "sttsettings.h"

G_BEGIN_DECLS

/* Belongs to the streaming thread of the source pad. */
typedef struct _SttDelivery SttDelivery;

/* @element owns it; the others have to outlive it. */
SttDelivery *stt_delivery_new (GstElement *element, SttSettingsSnapshot snapshot,
    SttQueue *queue, SttCaptions *captions);
void stt_delivery_free (SttDelivery *self);

/* The error with which the stream has ended is still to be posted. */
gboolean stt_delivery_error_waits (const SttDelivery *self);

/* Lets what waits behind a chunk go on that is later than a live pipeline waits. */
void stt_delivery_overtake_late (SttDelivery *self);

/* Pushes words that stay before their chunk has a result, where they are asked for. */
GstFlowReturn stt_delivery_push_words (SttDelivery *self);

/* ERROR: why was posted, unless it was downstream. */
GstFlowReturn stt_delivery_handle_item (SttDelivery *self, SttChunk *chunk);

G_END_DECLS
