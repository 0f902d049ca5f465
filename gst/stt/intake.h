// SPDX-License-Identifier: LGPL-2.1-or-later
/* Raw audio of any kind to 16 kHz mono samples, each with its time. */

#pragma once

#include <gst/audio/audio.h>

G_BEGIN_DECLS

#define INTAKE_RATE 16000

/* Samples count from 0 at intake_new() and go on counting over every change of
 * caps or time. Used by one thread at a time. */
typedef struct _Intake Intake;

Intake *intake_new (void);
void intake_free (Intake * intake);

/* FALSE: these caps cannot be converted. What the converter still holds of the
 * old caps has to be drained before. */
gboolean intake_set_caps (Intake * intake, const GstAudioInfo * info);

/* The buffer does not follow the one before it in time. Call before
 * intake_push(); drain the old audio and say intake_restart() when TRUE. */
gboolean intake_is_discont (Intake * intake, GstBuffer * buffer);

/* What comes next begins at @pts. */
void intake_restart (Intake * intake, GstClockTime pts);

/* The time of what comes next is not known. */
void intake_forget_time (Intake * intake);

/* TRUE until the first intake_restart() after intake_new() or
 * intake_forget_time(). */
gboolean intake_is_new (Intake * intake);

/* The samples of @buffer, none yet: NULL. */
GBytes *intake_push (Intake * intake, GstBuffer * buffer);

/* The samples the converter holds back; none: NULL. */
GBytes *intake_drain (Intake * intake);

/* The time of a sample since the last intake_restart(). */
GstClockTime intake_time (Intake * intake, guint64 sample);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Intake, intake_free)

G_END_DECLS
