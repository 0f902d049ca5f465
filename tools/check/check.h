// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a server can do, found out by asking it. Prints a line for each finding. */

#pragma once

#include "ask.h"

G_BEGIN_DECLS

typedef struct
{
  OpenaiClient *client;
  const gchar *base_url;
  gchar *model;        /* that transcribes; NULL: one is chosen */
  gchar *speech_model; /* that speaks; the same */
  const gchar *voice;

  /* what was found */
  GPtrArray *models;    /* AskModel, or NULL */
  GError *models_error; /* why there are none */
  gboolean transcribes;
  GError *transcription_error;
  gboolean streams; /* text while it is found */
  gboolean speaks;
  GError *speech_error;
  const OpenaiDialect *dialect; /* of its sessions, or NULL */
} Check;

/* Whether it is there. FALSE: nothing else is worth asking. */
gboolean check_models (Check *self);

/* The sentence that is spoken, or the recording in its place, is transcribed. */
void check_speech (Check *self);
void check_transcription (Check *self);
void check_session (Check *self);

void check_clear (Check *self);

/* One line of the table. */
void check_print (const gchar *name, const gchar *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
