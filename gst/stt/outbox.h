// SPDX-License-Identifier: LGPL-2.1-or-later
/* Stretches of time in stream order: whatever order the answers come in, they
 * leave as they were spoken. */

#pragma once

#include <gst/gst.h>

#include "client/transcript.h"

G_BEGIN_DECLS

typedef enum
{
  STRETCH_SPEECH,               /* waits for its transcript */
  STRETCH_SILENCE,
  STRETCH_EVENT,                /* a serialized event at its place */
} StretchKind;

typedef enum
{
  STRETCH_OPEN,                 /* still being spoken, or not answered */
  STRETCH_TRANSCRIBED,
  STRETCH_FAILED,
  STRETCH_DROPPED,              /* given up unsent */
} StretchState;

/* Reference-counted. The owner of the stream fills it while it is open; once
 * it is settled nobody changes it. */
typedef struct
{
  StretchKind kind;
  GstEvent *event;              /* EVENT only */

  GstClockTime start;           /* on the input's timeline */
  GstClockTime end;
  guint64 samples;              /* how much audio it stands for */
  guint64 loud;                 /* of them, loud enough for speech;
                                 * G_MAXUINT64: not known */
  GstClockTime speech_start;    /* within start and end */
  GstClockTime speech_end;
  gboolean endless;             /* a file, whose end only its answer tells */

  /* protected by the outbox until the stretch has left it */
  StretchState state;
  gboolean ended;               /* end is final */
  OpenaiTranscript *transcript;
  GError *error;
  gchar *request_id;
  guint attempts;
  gint64 asked;                 /* monotonic time of the end of the speech */
  gint64 answered;
} Stretch;

Stretch *stretch_ref (Stretch * stretch);
void stretch_unref (Stretch * stretch);

/* Samples of 16 kHz mono. At any moment in = uploaded + skipped + dropped +
 * failed + pending. */
typedef struct
{
  guint64 in;
  guint64 uploaded;
  guint64 skipped;
  guint64 dropped;
  guint64 failed;
  guint64 pending;
} OutboxAccount;

/* Any thread may call any of these. */
typedef struct _Outbox Outbox;

Outbox *outbox_new (void);
void outbox_free (Outbox * outbox);

/* Samples came in and wait to be put into a stretch. */
void outbox_count_in (Outbox * outbox, guint64 samples);

/* Appends a stretch of speech that begins at @start. A new reference. */
Stretch *outbox_add_speech (Outbox * outbox, GstClockTime start);

/* The open stretch grew. */
void outbox_grow_speech (Outbox * outbox, Stretch * stretch,
    guint64 samples);

/* Where the open stretch ends, and speech begins and ends in it. @loud: see
 * Stretch. */
void outbox_end_speech (Outbox * outbox, Stretch * stretch,
    GstClockTime end, GstClockTime speech_start, GstClockTime speech_end,
    guint64 loud);

/* Cuts an ended stretch in two, after so many samples, at @time: the second
 * one, which waits for its own answer. A new reference; NULL: it has left. */
Stretch *outbox_split (Outbox * outbox, Stretch * stretch, guint64 samples,
    GstClockTime time);

/* Appends silence, or lets the one at the end of the line grow. */
void outbox_add_silence (Outbox * outbox, GstClockTime start,
    GstClockTime end, guint64 samples);

/* Appends an event; takes it. */
void outbox_add_event (Outbox * outbox, GstEvent * event);

/* The answer came; takes nothing. Exactly one of @transcript and @error, or
 * neither: the stretch was dropped unsent. */
void outbox_settle (Outbox * outbox, Stretch * stretch,
    OpenaiTranscript * transcript, const GError * error,
    const gchar * request_id, guint attempts);

/* The next stretch that is settled; waits for it. A new reference. NULL:
 * flushing, or @woken by outbox_wake(). */
Stretch *outbox_next (Outbox * outbox, gboolean * woken);

/* Lets outbox_next() return, now or the next time it would wait. */
void outbox_wake (Outbox * outbox);

/* The start of the speech that follows the stretch that left last, when it is
 * known that nothing is spoken before: for how long a caption may stay. */
GstClockTime outbox_quiet_until (Outbox * outbox);

/* Flushing: outbox_next() returns NULL at once. */
void outbox_set_flushing (Outbox * outbox, gboolean flushing);

/* Drops what waits; what was in flight counts as dropped. @pad (or NULL) keeps
 * the sticky events among it that outlive a flush. */
void outbox_clear (Outbox * outbox, GstPad * pad);

void outbox_get_account (Outbox * outbox, OutboxAccount * account);
void outbox_reset_account (Outbox * outbox);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Outbox, outbox_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Stretch, stretch_unref)

G_END_DECLS
