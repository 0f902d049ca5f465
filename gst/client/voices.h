// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* /audio/voice_consents and /audio/voices: a recording in which a person agrees
 * to be imitated, and the voices made with it. */

#pragma once

#include <json-glib/json-glib.h>

#include "audio/recording.h"
#include "request.h"

G_BEGIN_DECLS

typedef enum
{
  OPENAI_CONSENT_CREATE, /* name, language, file, kind */
  OPENAI_CONSENT_LIST,   /* after, limit */
  OPENAI_CONSENT_SHOW,   /* id */
  OPENAI_CONSENT_RENAME, /* id, name */
  OPENAI_CONSENT_DELETE, /* id */
  OPENAI_VOICE_CREATE,   /* name, consent, file, kind */
  OPENAI_VOICE_DESCRIBE, /* name, prompt; model, script_hint */
  OPENAI_VOICE_DELETE,   /* id */
} OpenaiVoiceAction;

/* The most a page of OPENAI_CONSENT_LIST can hold. */
#define OPENAI_CONSENT_LIST_MAX 100

/* What the action does not name is not looked at; optional strings that are
 * NULL and a @limit of 0 are not sent. */
typedef struct
{
  OpenaiVoiceAction action;
  const gchar *id;
  const gchar *name;
  const gchar *language;
  const gchar *consent;
  const gchar *prompt;
  const gchar *model;
  const gchar *script_hint;
  const gchar *after; /* the id of the last one of the page before */
  guint limit;
  GBytes *file;
  OpenaiRecordingKind kind;
  JsonObject *extra_fields; /* of a CREATE or DESCRIBE: added as they are */
} OpenaiVoiceParams;

typedef struct _OpenaiVoiceCall OpenaiVoiceCall;

/* On the I/O thread, must not block. */
typedef struct
{
  /* So much of the upload is on its way. May be NULL. */
  void (*sent) (OpenaiVoiceCall *call, gsize sent, gsize size, gpointer user_data);

  /* The end, exactly once unless freed before. @answer is the server's own
   * object, with an `id` or, of a LIST, with `data`; NULL with @error. */
  void (*done) (
      OpenaiVoiceCall *call, JsonObject *answer, const GError *error, gpointer user_data);
} OpenaiVoiceFuncs;

/* Nothing of @params is kept. A call that makes or deletes something is not sent
 * again once the server may have done it. OPENAI_ERROR_SETTINGS: an id that
 * cannot be one. */
OpenaiVoiceCall *openai_voice_call_new (OpenaiClient *client,
    const OpenaiVoiceParams *params, const OpenaiLimits *limits,
    const OpenaiVoiceFuncs *funcs, gpointer user_data, GDestroyNotify destroy,
    GError **error);
void openai_voice_call_start (OpenaiVoiceCall *self);

/* Cancels what is still under way, and drops the caller's reference. */
void openai_voice_call_free (OpenaiVoiceCall *self);

/* Any thread, until it is done. The whole request is on its way: a caller that stops
 * waiting for the answer does not know what came of it. FALSE for a call that
 * changes nothing. */
gboolean openai_voice_call_is_in_doubt (OpenaiVoiceCall *self);

/* In the done hook. */
OpenaiVoiceAction openai_voice_call_action (OpenaiVoiceCall *self);
const gchar *openai_voice_call_request_id (OpenaiVoiceCall *self);
guint openai_voice_call_attempts (OpenaiVoiceCall *self);

/* What to do about an error of such a call, sentences; NULL: nothing special. */
const gchar *openai_voice_advice (OpenaiVoiceAction action, const GError *error);

/* What is to be said of an action that is in doubt, and how to find out. */
const gchar *openai_voice_doubt (OpenaiVoiceAction action);

/* Takes the consents of a page into @consents. TRUE: there is another page,
 * after *@after (replaced). FALSE with @error: the page leads nowhere. */
gboolean openai_consent_list_take (
    JsonObject *page, JsonArray *consents, gchar **after, GError **error);

G_END_DECLS
