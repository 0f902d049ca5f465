// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is asked for in a transcription, as fields of its form. */

#include "transcription.h"

#include <math.h>

void
openai_transcription_params_clear (OpenaiTranscriptionParams *params)
{
  g_clear_pointer (&params->model, g_free);
  g_clear_pointer (&params->language, g_free);
  g_clear_pointer (&params->languages, g_strfreev);
  g_clear_pointer (&params->keywords, g_strfreev);
  g_clear_pointer (&params->prompt, g_free);
  g_clear_pointer (&params->prompt_alone, g_free);
  g_clear_pointer (&params->chunking_strategy, g_free);
  g_clear_pointer (&params->speaker_names, g_strfreev);
  g_clear_pointer (&params->speaker_references, g_strfreev);
  g_clear_pointer (&params->extra_fields, json_object_unref);
}

void
openai_transcription_params_copy (
    const OpenaiTranscriptionParams *from, OpenaiTranscriptionParams *to)
{
  *to = *from;
  to->model = g_strdup (from->model);
  to->language = g_strdup (from->language);
  to->languages = g_strdupv (from->languages);
  to->keywords = g_strdupv (from->keywords);
  to->prompt = g_strdup (from->prompt);
  to->prompt_alone = g_strdup (from->prompt_alone);
  to->chunking_strategy = g_strdup (from->chunking_strategy);
  to->speaker_names = g_strdupv (from->speaker_names);
  to->speaker_references = g_strdupv (from->speaker_references);
  if (from->extra_fields)
    json_object_ref (from->extra_fields);
}

/* The times that were asked for; none by name: all there are. */
static void
add_times (const OpenaiTranscriptionParams *params, OpenaiResponseFormat format,
    OpenaiMultipart *form)
{
  gboolean automatic = params->response_format == OPENAI_FORMAT_AUTO;
  gboolean verbose = format == OPENAI_FORMAT_VERBOSE_JSON;
  gboolean all = automatic && verbose && !params->word_times && !params->segment_times;

  /* What asked for verbose_json and was refused has no times. */
  if (automatic && !verbose)
    return;
  if (all || params->word_times)
    openai_multipart_add (form, "timestamp_granularities[]", "word");
  if (all || params->segment_times)
    openai_multipart_add (form, "timestamp_granularities[]", "segment");
}

/* What the translation call does not have. */
static void
add_transcription_fields (const OpenaiTranscriptionParams *params,
    OpenaiResponseFormat format, OpenaiMultipart *form)
{
  openai_multipart_add_each (form, "languages", params->languages);
  openai_multipart_add_each (form, "keywords", params->keywords);
  add_times (params, format, form);
  if (params->logprobs)
    openai_multipart_add (form, "include[]", "logprobs");
  if (params->stream)
    openai_multipart_add (form, "stream", "true");
  openai_multipart_add (form, "chunking_strategy", params->chunking_strategy);
  openai_multipart_add_each (form, "known_speaker_names", params->speaker_names);
  openai_multipart_add_each (
      form, "known_speaker_references", params->speaker_references);
}

void
openai_transcription_params_add (const OpenaiTranscriptionParams *params,
    OpenaiResponseFormat format, gboolean with_language, OpenaiMultipart *form)
{
  static const gchar *const formats[] = {
    [OPENAI_FORMAT_JSON] = "json",
    [OPENAI_FORMAT_TEXT] = "text",
    [OPENAI_FORMAT_SRT] = "srt",
    [OPENAI_FORMAT_VERBOSE_JSON] = "verbose_json",
    [OPENAI_FORMAT_VTT] = "vtt",
    [OPENAI_FORMAT_DIARIZED_JSON] = "diarized_json",
  };

  openai_multipart_add (form, "model", params->model);
  openai_multipart_add (form, "response_format", formats[format]);
  openai_multipart_add (form, "prompt", params->prompt);
  if (!isnan (params->temperature)) {
    gchar number[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd (number, sizeof number, "%.6g", params->temperature);
    openai_multipart_add (form, "temperature", number);
  }
  if (with_language)
    openai_multipart_add (form, "language", params->language);
  if (!params->translate)
    add_transcription_fields (params, format, form);
  openai_multipart_add_members (form, params->extra_fields);
}
