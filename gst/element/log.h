// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The client's log as a debug category of GStreamer: openai-client. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Once, before there is an element. */
void gst_openai_log_init (void);

G_END_DECLS
