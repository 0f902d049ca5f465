// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* GET /models: when models end. */

#pragma once

#include "client.h"

G_BEGIN_DECLS

typedef struct _OpenaiModelList OpenaiModelList;

/* @date: the day on which the server ends @model, "2027-01-06". On the I/O thread. */
typedef void (*OpenaiModelEndFunc) (
    const gchar *model, const gchar *date, gpointer user_data);

/* Calls @func for each model that has an end. A failure is only logged. */
OpenaiModelList *openai_model_list_ask (OpenaiClient *client, OpenaiModelEndFunc func,
    gpointer user_data, GDestroyNotify destroy);

/* NULL: nothing. */
void openai_model_list_free (OpenaiModelList *self);

G_END_DECLS
