// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is asked of the server about each stretch: the settings of the moment,
 * and what was learnt from the answers before. */

#pragma once

#include <gst/gst.h>

#include "sttsettings.h"
#include "httptransport.h"

G_BEGIN_DECLS

/* Reference-counted; holds the element. */
typedef struct _SttRequestParams SttRequestParams;

SttRequestParams *stt_request_params_new (GstElement * element, SttSettingsSnapshot snapshot);
void stt_request_params_unref (SttRequestParams * self);

/* Reads the known speakers, once. OPENAI_ERROR_SETTINGS: they are not fit. */
gboolean stt_request_params_load_speakers (SttRequestParams * self, GError ** error);

/* What is left for the file in a request, in bytes. OPENAI_ERROR_SETTINGS:
 * nothing, since what known speakers say is too long. */
gboolean stt_request_params_max_file (SttRequestParams * self, guint64 * max_file,
    GError ** error);

/* Posts a warning about each setting that does not go with the others, once.
 * Streaming thread. */
void stt_request_params_check_settings (SttRequestParams * self);

/* The transport that ask so. They keep the requests for as long as they need
 * them. */
SttHttpTransport *stt_request_params_new_transport (SttRequestParams * self, OpenaiClient * client,
    SttQueue * queue);

G_END_DECLS
