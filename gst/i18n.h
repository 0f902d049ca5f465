// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What users read, in their language where there is a translation. */

#pragma once

#include "config.h"

#ifdef ENABLE_NLS
#include <glib/gi18n-lib.h>
#else
#define _(text) (text)
#define N_(text) (text)
#endif
