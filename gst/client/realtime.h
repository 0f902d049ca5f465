// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is said in a Realtime session, in the dialect of each server. */

#pragma once

#include "client.h"
#include "transcription.h"

G_BEGIN_DECLS

/* How a server differs from OpenAI. One table; found out from its first event. */
typedef struct
{
  const gchar *name;   /* for the log */
  const gchar *update; /* the event that configures a transcription */
  gboolean is_flat;    /* its fields have the names of the beta */
  gboolean takes_model_only;
  gboolean confirms;      /* answers it with session.updated */
  guint rate;             /* of the 16 bit mono samples it takes */
  gboolean opens_items;   /* an item begins with a commit, ends with a final one,
                                 * and there is one at a time, without an id */
  gboolean renames_items; /* a result has another id than its commit */
  gboolean commits_only;  /* with turn detection it refuses commits */
} OpenaiDialect;

/* What is spoken before the first event came. */
const OpenaiDialect *openai_dialect_default (void);

typedef enum
{
  OPENAI_REALTIME_OTHER,   /* nothing that matters here */
  OPENAI_REALTIME_CREATED, /* the session is there: @dialect, @expires */
  OPENAI_REALTIME_UPDATED, /* the session is configured: @expires */
  OPENAI_REALTIME_SPEECH_STARTED,
  OPENAI_REALTIME_SPEECH_STOPPED,
  OPENAI_REALTIME_COMMITTED,
  OPENAI_REALTIME_DELTA,     /* more of an item's text */
  OPENAI_REALTIME_REPLACED,  /* all of an item's text so far */
  OPENAI_REALTIME_SEGMENT,   /* a piece of an item, with times and a speaker */
  OPENAI_REALTIME_COMPLETED, /* the end of an item */
  OPENAI_REALTIME_FAILED,    /* the same: @error */
  OPENAI_REALTIME_ERROR,     /* @error, about @event_id where that is known */
  OPENAI_REALTIME_RESPONSE_CREATED,
  OPENAI_REALTIME_AUDIO_DELTA,
  OPENAI_REALTIME_AUDIO_TEXT_DELTA,
  OPENAI_REALTIME_AUDIO_TEXT,
  OPENAI_REALTIME_RESPONSE_DONE,
} OpenaiRealtimeKind;

/* Strings belong to @node, and are NULL where the event does not say. */
typedef struct
{
  OpenaiRealtimeKind kind;
  JsonNode *node;
  JsonObject *object; /* of @node */
  const gchar *type;  /* as the server spells it */
  const gchar *item;
  const gchar *text;     /* of a delta, a replacement or a result */
  const gchar *event_id; /* ours, which an error is about */
  const OpenaiDialect *dialect;
  gint64 expires; /* microseconds of g_get_real_time(); 0: not told */
  GError *error;
} OpenaiRealtimeEvent;

/* FALSE: it is no event; @event is cleared. */
gboolean openai_realtime_event_parse (
    OpenaiRealtimeEvent *event, const gchar *text, gsize length, GError **error);
void openai_realtime_event_clear (OpenaiRealtimeEvent *event);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OpenaiRealtimeEvent, openai_realtime_event_clear)

/* What an object says in its member "error". Never NULL. */
GError *openai_realtime_error_new (JsonNode *node);

/* The session is over by the server's clock: a new one is as good. */
gboolean openai_realtime_is_expiry (const GError *error);

/* The error is about a commit without audio. */
gboolean openai_realtime_is_empty_commit (const GError *error);

/* --- transcription ---------------------------------------------------------- */

/* What is not set is NULL and is not sent; turn detection is off then. */
typedef struct
{
  OpenaiTranscriptionParams params;
  const gchar *noise_reduction; /* "near_field", "far_field" */
  const gchar *delay;           /* "minimal" to "xhigh" */
  gchar *turn_detection;        /* JSON text */
} OpenaiRealtimeConfig;

void openai_realtime_config_clear (OpenaiRealtimeConfig *config);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OpenaiRealtimeConfig, openai_realtime_config_clear)

/* Its strings are shared where they are constants. */
OpenaiRealtimeConfig *openai_realtime_config_copy (const OpenaiRealtimeConfig *config);
void openai_realtime_config_free (OpenaiRealtimeConfig *config);

/* For openai_websocket_new(). OpenAI refuses a model there, other servers want one:
 * what @client was seen to refuse is done the other way round. */
gchar *openai_realtime_transcription_path (OpenaiClient *client, const gchar *model);

/* The other way round was not tried yet, and @error may be about that. */
gboolean openai_realtime_try_other_path (OpenaiClient *client, const GError *error);

/* Texts to send; the caller's. @plain: nothing but what cannot be left out. */
gchar *openai_realtime_update (const OpenaiDialect *dialect,
    const OpenaiRealtimeConfig *config, gboolean plain, const gchar *event_id);
gchar *openai_realtime_append (gconstpointer samples, gsize bytes);

/* Before the audio of an item; NULL: nothing is to be sent. */
gchar *openai_realtime_open_item (const OpenaiDialect *dialect);
gchar *openai_realtime_commit (const OpenaiDialect *dialect, const gchar *event_id);

/* What came of one item so far. */
typedef struct _OpenaiRealtimeItem OpenaiRealtimeItem;

OpenaiRealtimeItem *openai_realtime_item_new (void);
void openai_realtime_item_free (OpenaiRealtimeItem *self);

/* A delta, a replacement or a segment. TRUE: there is another text, of which @delta
 * (or NULL) is what was added. Both are valid until the next call. */
gboolean openai_realtime_item_take (OpenaiRealtimeItem *self,
    const OpenaiRealtimeEvent *event, const gchar **text, const gchar **delta);

/* The text was replaced, not only added to. */
gboolean openai_realtime_item_is_replaced (const OpenaiRealtimeItem *self);

/* The result: that of @event, or with NULL of what came before it never came. NULL
 * with OPENAI_ERROR_ANSWER: it makes no sense. Once. */
OpenaiTranscript *openai_realtime_item_finish (
    OpenaiRealtimeItem *self, const OpenaiRealtimeEvent *event, GError **error);
gboolean openai_realtime_item_has_text (const OpenaiRealtimeItem *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiRealtimeItem, openai_realtime_item_free)

G_END_DECLS
