// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The plugin. */

#include "config.h"

#include "element/log.h"
#include "gstopenaielements.h"
#include "i18n.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  gboolean registered;

  openai_bind_translations ();
  gst_openai_log_init ();
  registered = GST_ELEMENT_REGISTER (openaistt, plugin);
  registered |= GST_ELEMENT_REGISTER (openaitts, plugin);
  registered |= GST_ELEMENT_REGISTER (openaivoicesink, plugin);
  return registered;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, openai,
    "Speech to text, text to speech and custom voices over the OpenAI audio API, "
    "from OpenAI or any compatible server",
    plugin_init, VERSION, "LGPL", GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
