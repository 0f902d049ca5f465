// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What comes after a pad that knows bytes, and no buffers. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Whether what is pushed on @srcpad is written one after the other into files,
 * pipes or sockets, and nowhere else: through queues, tees and the like, all that
 * is linked ends in such sinks. */
gboolean gst_openai_pad_feeds_bytes (GstPad * srcpad);

G_END_DECLS
