// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A server of Realtime sessions that has its speech from a server of requests. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Each response.create becomes POST /audio/speech at the server behind it, with the
 * same text, voice, speed and instructions; what that answers becomes deltas as it
 * comes, a refusal a response that failed, a cancel the end of the request. */
typedef struct _TestBridge TestBridge;

/* @base_url: of the server behind it, which has to outlive it. */
TestBridge *test_bridge_new (const gchar *base_url);
void test_bridge_free (TestBridge *self);

/* "http://127.0.0.1:PORT/v1"; belongs to the bridge. */
const gchar *test_bridge_base_url (TestBridge *self);

/* "http://127.0.0.1:PORT/v1" of the server behind it. */
const gchar *test_bridge_behind (TestBridge *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestBridge, test_bridge_free)

G_END_DECLS
