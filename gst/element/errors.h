// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Errors as messages on the bus, which say what to set. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Posts @error (of OPENAI_ERROR) as an ERROR or WARNING message whose text
 * names what to set, with details http-status-code, error-code, error-type,
 * error-param, request-id and attempts as far as they are known, and in-doubt
 * TRUE when the server may have done what was asked all the same. Nothing for
 * OPENAI_ERROR_CANCELLED. Call it without holding a lock.
 *
 * From a streaming thread. Before PLAYING it is posted once the application has
 * emptied its bus, at most 2 s later, from a thread of GStreamer's: gst-launch-1.0
 * quits its main loop from the thread that posts an error, and never ends when that
 * loop does not run yet. FALSE: it is still to be posted, and no EOS should be before it. */
gboolean gst_openai_post_error (GstElement *element, const GError *error);

/* As gst_openai_post_error() with advice of one's own; NULL: the usual one. */
gboolean gst_openai_post_error_with_advice (
    GstElement *element, const GError *error, const gchar *advice);

/* The same for what is wrong with a stream; @text: a translated sentence, @debug: what
 * the log says beside it, or NULL. */
void gst_openai_post_stream_error (
    GstElement *element, GstStreamError code, const gchar *text, const gchar *debug);

/* The same for what downstream returned. */
void gst_openai_post_flow_error (GstElement *element, GstFlowReturn flow);

/* From a state change that fails, after which the application reads the bus. */
void gst_openai_post_error_at_once (GstElement *element, const GError *error);

void gst_openai_post_warning (GstElement *element, const GError *error);

/* The same of a message of the caller's own, which has the words of @error in it. Takes
 * @text. */
void gst_openai_post_warning_text (GstElement *element, const GError *error, gchar *text);

/* Posts a plain WARNING (RESOURCE, SETTINGS). */
void gst_openai_post_settings_warning (GstElement *element, const gchar *text);

/* TRUE: trying again with the same settings is pointless. */
gboolean gst_openai_error_is_fatal (const GError *error);

G_END_DECLS
