// SPDX-License-Identifier: LGPL-2.1-or-later
/* Raw audio of any kind to 16 bit mono samples. */

#include "mono.h"

/* Channels without positions cannot be down-mixed by name: take their mean. */
static GstStructure *
converter_options (const GstAudioInfo * info)
{
  GstStructure *options = gst_structure_new_empty ("options");
  GValue matrix = G_VALUE_INIT, row = G_VALUE_INIT, weight = G_VALUE_INIT;

  if (!GST_AUDIO_INFO_IS_UNPOSITIONED (info)
      || GST_AUDIO_INFO_CHANNELS (info) == 1)
    return options;
  g_value_init (&matrix, GST_TYPE_ARRAY);
  g_value_init (&row, GST_TYPE_ARRAY);
  g_value_init (&weight, G_TYPE_FLOAT);
  g_value_set_float (&weight, 1.0f / GST_AUDIO_INFO_CHANNELS (info));
  for (gint i = 0; i < GST_AUDIO_INFO_CHANNELS (info); i++)
    gst_value_array_append_value (&row, &weight);
  gst_value_array_append_and_take_value (&matrix, &row);
  gst_structure_take_value (options, GST_AUDIO_CONVERTER_OPT_MIX_MATRIX,
      &matrix);
  return options;
}

GstAudioConverter *
gst_openai_mono_converter_new (const GstAudioInfo * info, guint rate)
{
  GstAudioInfo in = *info, out;

  gst_audio_info_set_format (&out, GST_AUDIO_FORMAT_S16, rate, 1, NULL);
  return gst_audio_converter_new (GST_AUDIO_CONVERTER_FLAG_NONE, &in, &out,
      converter_options (info));
}
