// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Whether messages are as docs/messages.json has them. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Fails the test when a message of openaistt or openaitts is not. Any thread. */
void assert_fits_schema (const GstStructure *message);

G_END_DECLS
