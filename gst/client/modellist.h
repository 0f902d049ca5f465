// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* GET /models: what there is, and when it ends. */

#pragma once

#include "request.h"

G_BEGIN_DECLS

typedef struct _OpenaiModelList OpenaiModelList;

/* On the I/O thread. */
typedef struct
{
  /* @date: the day on which the server ends @model, "2027-01-06"; NULL: none is told. */
  void (*model) (const gchar *model, const gchar *date, gpointer user_data);

  /* The end. May be NULL: a failure is only logged. */
  void (*done) (OpenaiRequest *request, const GError *error, gpointer user_data);
} OpenaiModelListFuncs;

OpenaiModelList *openai_model_list_ask (OpenaiClient *client,
    const OpenaiModelListFuncs *funcs, gpointer user_data, GDestroyNotify destroy);

/* NULL: nothing. */
void openai_model_list_free (OpenaiModelList *self);

G_END_DECLS
