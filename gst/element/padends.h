// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* In what kinds of elements that which a pad pushes ends. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum
{
  GST_OPENAI_END_BYTES = 1 << 0,   /* a sink that writes bytes one after the
                                         * other: a file, a pipe, a socket */
  GST_OPENAI_END_WEBVTT = 1 << 1,  /* an encoder that writes text as markup */
  GST_OPENAI_END_SRT = 1 << 2,     /* an encoder that writes text as it is */
  GST_OPENAI_END_OVERLAY = 1 << 3, /* takes plain text and markup alike */
  GST_OPENAI_END_OTHER = 1 << 4,   /* knows where a buffer ends */
} GstOpenaiPadEnds;

/* The ends of all branches behind @srcpad, through queues, tees and the like; 0
 * when it is not linked. */
GstOpenaiPadEnds gst_openai_pad_ends (GstPad *srcpad);

G_END_DECLS
