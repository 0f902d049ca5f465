// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The times of a segment or word of an answer, however they are written. */

#pragma once

#include "json.h"

G_BEGIN_DECLS

/* Seconds, NAN where not told: numbers, strings or clock times under "start" and
 * "end" or the other names that servers give them. */
void openai_time_fields_read (JsonObject *object, gdouble *start, gdouble *end);

/* Makes both times known and in order, or both NAN. @last_end: of the one before, 0
 * for the first, or NAN. Where only one is known the other is at it, or where the
 * one before ended; two that were mixed up change places. */
void openai_time_fields_repair (gdouble last_end, gdouble *start, gdouble *end);

G_END_DECLS
