// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Captions on standard output: the line that is being found is redrawn until it
 * is final. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

void terminal_init (void);

/* A message of openaistt: partial, transcript or failed. FALSE: it could not be written,
 * errno tells why. */
gboolean terminal_show (const GstStructure *structure);

/* Takes the line that changes away, so that something else can be printed. */
void terminal_clear (void);

G_END_DECLS
