// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The seam between the speech queue and the network: a text in, its audio out. All
 * between is the transport's own affair. */

#pragma once

#include "client/speech.h"

G_BEGIN_DECLS

typedef struct _TtsTransport TtsTransport;

/* A text on its way to be said. */
typedef struct _TtsCall TtsCall;

/* What is known of a call so far. */
typedef struct
{
  const gchar *request_id;
  const gchar *endpoint; /* the server that says it */
  const gchar *model;    /* that was asked for there; NULL: as the params say */
  guint pcm_rate;        /* of samples that do not tell theirs; 0: as is set */
  guint attempts;
  gint64 first_byte_latency; /* microseconds */
  OpenaiUsage usage;
  const gchar *said;  /* other words than were asked for; NULL: none */
  gboolean unchecked; /* what was said is not known */
} TtsCallInfo;

/* On the I/O thread, must not block. */
typedef struct
{
  /* @content_type: of the answer, with parameters, or NULL. */
  void (*audio) (const TtsCallInfo *info, const gchar *content_type, GBytes *audio,
      gpointer user_data);

  /* All that was said up to now; it runs ahead of the audio. May be NULL. */
  void (*transcript) (const gchar *text, gpointer user_data);

  /* The server takes nothing for some time, which the error's details tell. May be
   * NULL. */
  void (*waiting) (const GError *error, gpointer user_data);

  /* What came so far is to be forgotten: it begins again. FALSE: it has been used
   * already. */
  gboolean (*again) (gpointer user_data);

  /* Of the audio so far only the first @keep bytes are wanted. How many were used
   * already or are kept. Only of what is checked. */
  guint64 (*cut) (guint64 keep, gpointer user_data);

  /* The end, exactly once unless freed before. */
  void (*done) (const TtsCallInfo *info, const GError *error, gpointer user_data);
} TtsCallFuncs;

/* Any thread. */
typedef struct
{
  /* Stops the audio for a while, as far as that can be, and goes on. */
  void (*set_paused) (TtsCall *self, gboolean paused);

  /* Cancels it. A hook may still be running, none is begun. */
  void (*free) (TtsCall *self);
} TtsCallClass;

/* The first member of every call. */
struct _TtsCall
{
  const TtsCallClass *klass;
  guint number; /* by which the log tells it from others */
};

typedef struct
{
  const gchar *name; /* for the log */
  gboolean tells_transcript;

  /* Hooks are called later. @destroy: for @user_data, once no hook is called any
   * more. */
  TtsCall *(*say) (TtsTransport *self, const OpenaiSpeechParams *params,
      const TtsCallFuncs *funcs, gpointer user_data, GDestroyNotify destroy);

  /* There will be texts soon. May be NULL. */
  void (*prepare) (TtsTransport *self, const OpenaiSpeechParams *params);

  /* After all calls. */
  void (*free) (TtsTransport *self);
} TtsTransportClass;

/* The first member of every transport. */
struct _TtsTransport
{
  const TtsTransportClass *klass;
  gdouble bytes_per_letter; /* of audio; 0: nothing was heard yet. I/O thread */
};

static inline void
tts_transport_free (TtsTransport *self)
{
  if (self)
    self->klass->free (self);
}

static inline void
tts_call_free (TtsCall *self)
{
  if (self)
    self->klass->free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TtsTransport, tts_transport_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TtsCall, tts_call_free)

G_END_DECLS
