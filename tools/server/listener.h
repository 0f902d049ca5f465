// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Hears the audio of one Realtime session while it is spoken: items, and what is said
 * in them, as events. */

#pragma once

#include <json-glib/json-glib.h>

#include "recognise.h"

G_BEGIN_DECLS

/* Of the audio that a client appends. */
typedef enum
{
  AUDIO_FORMAT_PCM,  /* 16 bit, little endian, 24 kHz */
  AUDIO_FORMAT_PCMU, /* G.711, 8 kHz */
  AUDIO_FORMAT_PCMA,
} RealtimeFormat;

typedef struct
{
  RealtimeFormat format;
  gboolean server_vad;  /* items end at pauses; else by listener_commit() */
  guint prefix_padding; /* milliseconds */
  guint silence_duration;
} ListenerOptions;

/* An event without its event_id; takes it. On the thread of the listener. */
typedef void (*ListenerFunc) (JsonObject *event, gpointer user_data);

typedef struct _Listener Listener;

Listener *listener_new (Recogniser *recogniser, ListenerFunc func, gpointer user_data,
    GDestroyNotify destroy);

/* What follows is heard in this order. None of them waits. */
void listener_set_options (Listener *listener, const ListenerOptions *options);
void listener_append (Listener *listener, GBytes *audio);

/* @event_id: of the client, or NULL, for an error. */
void listener_commit (Listener *listener, const gchar *event_id);
void listener_clear (Listener *listener);

/* Says nothing any more, and frees itself when its thread has ended: then @destroy is
 * called there. */
void listener_stop (Listener *listener);

G_END_DECLS
