// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Warns of a model that OpenAI ends soon. */

#pragma once

#include <gst/gst.h>

#include "client/client.h"
#include "client/models.h"

G_BEGIN_DECLS

/* What is used of @model at the server of @client, NULL: of any. Valid as long as
 * @model. */
const gchar *gst_openai_choose_model (
    const gchar *model, OpenaiTask task, OpenaiClient *client);

/* While an element works. Any thread that ends before it is freed. */
typedef struct _GstOpenaiModelWarnings GstOpenaiModelWarnings;

GstOpenaiModelWarnings *gst_openai_model_warnings_new (
    GstElement *element, OpenaiClient *client);
void gst_openai_model_warnings_free (GstOpenaiModelWarnings *self);

/* @model is going to be used: a WARNING, once a model, when it is known to end. */
void gst_openai_model_warnings_check (GstOpenaiModelWarnings *self, const gchar *model);

/* There was an answer, so that nothing waits any more: what the server itself says
 * of the models that were checked is asked for, once an endpoint. */
void gst_openai_model_warnings_ask (GstOpenaiModelWarnings *self);

G_END_DECLS
