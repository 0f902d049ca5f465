// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where the sound comes from. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The pipeline of what is named on the command line, with openaistt as "stt" at
 * its end: a file, the part of a launch line that makes the audio, or, without
 * any, the @microphone of this name or number; NULL: the system's. NULL: @error
 * has what is wrong. */
GstElement *source_make_pipeline (gchar **words, const gchar *microphone, GError **error);

/* A line for each microphone; NULL: there is none. */
gchar *source_list_microphones (void);

/* Changes the state; what libraries print to standard error meanwhile is kept
 * back, since the bus tells it better. */
GstStateChangeReturn source_start (GstElement *pipeline);

G_END_DECLS
