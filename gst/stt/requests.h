// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is asked of the server about each stretch: the settings of the moment,
 * and what was learnt from the answers before. */

#pragma once

#include <gst/gst.h>

#include "stt/sttsettings.h"
#include "stt/uploads.h"

G_BEGIN_DECLS

/* Reference-counted; holds the element. */
typedef struct _Requests Requests;

Requests *requests_new (GstElement * element, SttSettingsSnapshot snapshot);
void requests_unref (Requests * requests);

/* Reads the known speakers, once. OPENAI_ERROR_SETTINGS: they are not fit. */
gboolean requests_load_speakers (Requests * requests, GError ** error);

/* What is left for the file in a request, in bytes. OPENAI_ERROR_SETTINGS:
 * nothing, since what known speakers say is too long. */
gboolean requests_max_file (Requests * requests, guint64 * max_file,
    GError ** error);

/* Posts a warning about each setting that does not go with the others, once.
 * Streaming thread. */
void requests_check_settings (Requests * requests);

/* The uploads that ask so. They keep the requests for as long as they need
 * them. */
Uploads *requests_make_uploads (Requests * requests, OpenaiClient * client,
    Outbox * outbox);

G_END_DECLS
