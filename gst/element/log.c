// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The client's log as a debug category of GStreamer: openai-client. */

#include "log.h"

#include "client/log.h"

#ifndef GST_DISABLE_GST_DEBUG

GST_DEBUG_CATEGORY_STATIC (gst_openai_client_debug);

static GstDebugLevel
gst_level (OpenaiLogLevel level)
{
  switch (level) {
    case OPENAI_LOG_INFO:
      return GST_LEVEL_INFO;
    case OPENAI_LOG_DEBUG:
      return GST_LEVEL_DEBUG;
    default:
      return GST_LEVEL_LOG;
  }
}

static gboolean
is_on (OpenaiLogLevel level)
{
  GstDebugLevel wanted = gst_level (level);

  return wanted <= _gst_debug_min
      && wanted <= gst_debug_category_get_threshold (gst_openai_client_debug);
}

static void
write_line (OpenaiLogLevel level, const gchar *file, const gchar *function, gint line,
    const gchar *text)
{
  gst_debug_log_literal (
      gst_openai_client_debug, gst_level (level), file, function, line, NULL, text);
}

void
gst_openai_log_init (void)
{
  static const OpenaiLogHook hook = {
    .is_on = is_on,
    .write = write_line,
  };

  GST_DEBUG_CATEGORY_INIT (gst_openai_client_debug, "openai-client", 0,
      "requests to the server of the OpenAI audio API");
  openai_log_set_hook (&hook);
}

#else

void
gst_openai_log_init (void)
{
}

#endif
