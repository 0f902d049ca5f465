// SPDX-License-Identifier: LGPL-2.1-or-later
/* What becomes of a settled stretch: captions, a warning, or the end. */

#pragma once

#include "stt/captions.h"
#include "stt/outbox.h"
#include "stt/sttsettings.h"
#include "stt/uploads.h"

G_BEGIN_DECLS

/* Belongs to the streaming thread of the source pad. */
typedef struct _Delivery Delivery;

/* @element owns it; the others have to outlive it. @started: see
 * gst_openai_post_error(). */
Delivery *delivery_new (GstElement * element, SttSettingsSnapshot snapshot,
    Outbox * outbox, Uploads * uploads, Captions * captions, gint64 started);
void delivery_free (Delivery * delivery);

/* ERROR: why was posted, unless it was downstream. */
GstFlowReturn delivery_take (Delivery * delivery, Stretch * stretch);

G_END_DECLS
