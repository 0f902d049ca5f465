// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The elements of the plugin. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

GST_ELEMENT_REGISTER_DECLARE (openaistt);
GST_ELEMENT_REGISTER_DECLARE (openaitts);
GST_ELEMENT_REGISTER_DECLARE (openaivoicesink);

G_END_DECLS
