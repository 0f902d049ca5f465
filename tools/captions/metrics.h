// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is worth watching, as Prometheus reads it: counted from messages and stats. Main
 * thread only. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _Metrics Metrics;

/* Of the captions of @stt; @price: dollars for a minute of audio, 0: not known. */
Metrics *metrics_new (GstElement *stt, gdouble price);
void metrics_free (Metrics *self);

/* An element message of openaistt. */
void metrics_count (Metrics *self, const GstStructure *message);

/* A warning that is about the server. */
void metrics_count_problem (Metrics *self);

/* The text that is scraped; free it. */
gchar *metrics_text (Metrics *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Metrics, metrics_free)

G_END_DECLS
