// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One server that transcribes, and what is set for it. */

#pragma once

#include "client/client.h"
#include "sttsettings.h"

G_BEGIN_DECLS

/* Reference-counted, immutable. */
typedef struct
{
  GstElement *element;
  SttSettingsSnapshot snapshot; /* as set, of the element */
  OpenaiClient *client;         /* acquired, until stt_endpoint_release() */
  GstStructure *overrides;      /* what is other at this server; NULL: the first */
  gboolean has_other;           /* another takes what this one cannot do */
} SttEndpoint;

/* Takes @overrides; NULL: the first server. */
SttEndpoint *stt_endpoint_new (GstElement *element, SttSettingsSnapshot snapshot,
    GstStructure *overrides, gboolean has_other, GError **error);

SttEndpoint *stt_endpoint_ref (SttEndpoint *self);
void stt_endpoint_unref (SttEndpoint *self);

/* No request is made any more: with the last client of all, the I/O thread ends. Drops
 * the reference. */
void stt_endpoint_release (SttEndpoint *self);

/* The settings of the moment, with the model that is used. Any thread. */
SttSettings stt_endpoint_settings (const SttEndpoint *self);

/* Chunks go over Realtime. */
gboolean stt_endpoint_wants_realtime (
    const SttEndpoint *self, const SttSettings *settings);

/* The limits of a request. */
OpenaiLimits stt_endpoint_limits (const SttEndpoint *self, const SttSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SttEndpoint, stt_endpoint_unref)

G_END_DECLS
