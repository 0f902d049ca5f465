// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* How many requests a server is sent at once, and when the next: as many as there are,
 * until it refuses some. One thread at a time. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _OpenaiPace OpenaiPace;

OpenaiPace *openai_pace_new (void);
void openai_pace_free (OpenaiPace *self);

/* The server takes no request before this monotonic time. */
void openai_pace_hold (OpenaiPace *self, gint64 until);

/* Until when, or 0: it takes requests. */
gint64 openai_pace_held_until (OpenaiPace *self);

/* TRUE: go on, and leave once it is answered. FALSE: @turn is called with @waiter, from
 * within another call, when it may go on, unless it is forgotten before. First come,
 * first served. */
gboolean openai_pace_enter (
    OpenaiPace *self, void (*turn) (gpointer waiter), gpointer waiter);
void openai_pace_leave (OpenaiPace *self);
void openai_pace_forget (OpenaiPace *self, gpointer waiter);

/* A request that was begun at this monotonic time was refused since there were too
 * many: half as many at once from now on, once for all that were on their way.
 * 0: nothing new, else how many. */
guint openai_pace_slow_down (OpenaiPace *self, gint64 begun);

/* One was answered: one more at once after as many answers as there may be requests. */
void openai_pace_speed_up (OpenaiPace *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenaiPace, openai_pace_free)

G_END_DECLS
