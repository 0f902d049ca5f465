// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the models with well-known names are known to take. */

#include "models.h"

#include <string.h>

#include "i18n.h"

/* A model that ends is told so many days before. */
#define END_IS_NEAR 60

static const struct
{
  const gchar *openai;
  const gchar *elsewhere; /* the most servers take it */
} defaults[OPENAI_N_TASKS] = {
  [OPENAI_TASK_TRANSCRIBE] = { "gpt-transcribe", "whisper-1" },
  [OPENAI_TASK_TRANSCRIBE_REALTIME] = { "gpt-live-transcribe", "whisper-1" },
  [OPENAI_TASK_SPEAK] = { "gpt-4o-mini-tts", "tts-1" },
  [OPENAI_TASK_SPEAK_REALTIME] = { "gpt-realtime-2.1-mini", "gpt-realtime-2.1-mini" },
};

static const struct
{
  const gchar *model;
  const gchar *date;
  const gchar *instead;
} ends[] = {
  { "tts-1", "2027-01-06", "gpt-realtime-2.1-mini" },
  { "tts-1-hd", "2027-01-06", "gpt-realtime-2.1-mini" },
  { "gpt-4o-mini-tts", "2027-01-06", "gpt-realtime-2.1-mini" },
  { "gpt-4o-mini-tts-2025-03-20", "2027-01-06", "gpt-realtime-2.1-mini" },
  { "gpt-4o-mini-tts-2025-12-15", "2027-01-06", "gpt-realtime-2.1-mini" },
  { "gpt-realtime", "2027-01-20", "gpt-realtime-2.1" },
  { "gpt-realtime-2025-08-28", "2027-01-20", "gpt-realtime-2.1" },
  { "gpt-realtime-mini", "2027-01-20", "gpt-realtime-2.1-mini" },
  { "gpt-realtime-mini-2025-12-15", "2027-01-20", "gpt-realtime-2.1-mini" },
  { "whisper-1", "2027-02-26", "gpt-transcribe" },
  { "gpt-4o-transcribe", "2027-02-26", "gpt-transcribe" },
  { "gpt-4o-mini-transcribe", "2027-02-26", "gpt-transcribe" },
  { "gpt-4o-mini-transcribe-2025-12-15", "2027-02-26", "gpt-transcribe" },
  { "gpt-4o-transcribe-diarize", "2027-02-26", "gpt-transcribe" },
};

typedef enum
{
  FAMILY_UNKNOWN,
  FAMILY_WHISPER,  /* whisper-1 */
  FAMILY_GPT_4O,   /* gpt-4o-transcribe, gpt-4o-mini-transcribe … */
  FAMILY_DIARIZE,  /* gpt-4o-transcribe-diarize */
  FAMILY_GPT,      /* gpt-transcribe */
  FAMILY_LIVE,     /* gpt-live-transcribe; Realtime only */
  FAMILY_REALTIME, /* gpt-realtime-whisper; Realtime only */
} Family;

static Family
family_of (const gchar *model)
{
  if (!model)
    return FAMILY_UNKNOWN;
  if (openai_model_diarizes (model))
    return FAMILY_DIARIZE;
  if (g_str_has_prefix (model, "gpt-live"))
    return FAMILY_LIVE;
  if (g_str_has_prefix (model, "gpt-realtime"))
    return FAMILY_REALTIME;
  if (g_str_has_prefix (model, "gpt-transcribe"))
    return FAMILY_GPT;
  if (g_str_has_prefix (model, "gpt-") && strstr (model, "transcribe"))
    return FAMILY_GPT_4O;
  return g_str_equal (model, "whisper-1") ? FAMILY_WHISPER : FAMILY_UNKNOWN;
}

gboolean
openai_model_is_auto (const gchar *model)
{
  return !model || *model == '\0' || g_str_equal (model, OPENAI_MODEL_AUTO);
}

const gchar *
openai_model_choose (const gchar *model, OpenaiTask task, gboolean openai)
{
  if (!openai_model_is_auto (model))
    return model;
  return openai ? defaults[task].openai : defaults[task].elsewhere;
}

gboolean
openai_model_speaks_realtime (const gchar *model)
{
  return model && g_str_has_prefix (model, "gpt-realtime");
}

const gchar *
openai_model_end (const gchar *model, const gchar **instead)
{
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    if (g_strcmp0 (model, ends[i].model) == 0) {
      *instead = ends[i].instead;
      return ends[i].date;
    }
  }
  return NULL;
}

gchar *
openai_model_end_warning (
    const gchar *model, const gchar *date, const gchar *instead, GDateTime *now)
{
  g_autofree gchar *midnight = g_strconcat (date, "T00:00:00Z", NULL);
  g_autoptr (GDateTime) end = g_date_time_new_from_iso8601 (midnight, NULL);
  g_autoptr (GDateTime) near = end ? g_date_time_add_days (end, -END_IS_NEAR) : NULL;
  gboolean past = end && g_date_time_compare (now, end) >= 0;

  if (!near || g_date_time_compare (now, near) < 0)
    return NULL;
  if (!instead)
    return g_strdup_printf (
        past ? _("Model %s has ended on %s: set another model")
             : _("Model %s ends on %s: set another model"), model, date);
  return g_strdup_printf (
      past ? _("Model %s has ended on %s: set model=%s")
           : _("Model %s ends on %s: set model=%s"), model, date, instead);
}

gboolean
openai_model_diarizes (const gchar *model)
{
  return model && strstr (model, "diarize") != NULL;
}

/* It looks at `languages[]`, not at `language`, and at keywords. */
static gboolean
wants_languages (Family family)
{
  return family == FAMILY_GPT || family == FAMILY_LIVE;
}

gboolean
openai_model_is_realtime (const gchar *model)
{
  Family family = family_of (model);

  return family == FAMILY_LIVE || family == FAMILY_REALTIME;
}

gboolean
openai_model_takes_turn_detection (const gchar *model)
{
  return !openai_model_is_realtime (model) && family_of (model) != FAMILY_GPT;
}

gboolean
openai_model_takes_delay (const gchar *model)
{
  return openai_model_is_realtime (model) || family_of (model) == FAMILY_UNKNOWN;
}

gboolean
openai_model_reads_context (const gchar *model)
{
  switch (family_of (model)) {
    case FAMILY_WHISPER:
    case FAMILY_GPT_4O:
    case FAMILY_GPT:
      return TRUE;
    case FAMILY_DIARIZE:
    case FAMILY_LIVE:
    case FAMILY_REALTIME:
      return FALSE;
    default:
      return model && strstr (model, "whisper") != NULL;
  }
}

OpenaiResponseFormat
openai_model_richest_format (const OpenaiTranscriptionParams *params)
{
  switch (family_of (params->model)) {
    case FAMILY_DIARIZE:
      return OPENAI_FORMAT_DIARIZED_JSON;
    case FAMILY_GPT_4O:
    case FAMILY_GPT:
    case FAMILY_LIVE:
    case FAMILY_REALTIME:
      return OPENAI_FORMAT_JSON;
    default:
      return params->stream || params->logprobs ? OPENAI_FORMAT_JSON
                                                : OPENAI_FORMAT_VERBOSE_JSON;
  }
}

static gboolean
gives_format (Family family, OpenaiResponseFormat format)
{
  switch (family) {
    case FAMILY_WHISPER:
      return format != OPENAI_FORMAT_DIARIZED_JSON;
    case FAMILY_GPT_4O:
    case FAMILY_GPT:
    case FAMILY_LIVE:
    case FAMILY_REALTIME:
      return format <= OPENAI_FORMAT_TEXT;
    case FAMILY_DIARIZE:
      return format <= OPENAI_FORMAT_TEXT || format == OPENAI_FORMAT_DIARIZED_JSON;
    default:
      return TRUE;
  }
}

typedef struct
{
  OpenaiUnfitFunc report;
  gpointer user_data;
} Fit;

static void
say (Fit *fit, const gchar *field)
{
  if (fit->report)
    fit->report (field, fit->user_data);
}

static void
fit_flag (Fit *fit, const gchar *field, gboolean *value, gboolean fits)
{
  if (!*value || fits)
    return;
  *value = FALSE;
  say (fit, field);
}

static void
fit_string (Fit *fit, const gchar *field, gchar **value, gboolean fits)
{
  if (!*value || fits)
    return;
  if (**value != '\0')
    say (fit, field);
  g_clear_pointer (value, g_free);
}

static void
fit_strings (Fit *fit, const gchar *field, GStrv *value, gboolean fits)
{
  if (!*value || fits)
    return;
  if (**value)
    say (fit, field);
  g_clear_pointer (value, g_strfreev);
}

static void
fit_times (OpenaiTranscriptionParams *params, Fit *fit, gboolean fits)
{
  if (fits || (!params->word_times && !params->segment_times))
    return;
  params->word_times = params->segment_times = FALSE;
  say (fit, "timestamp_granularities");
}

/* POST /audio/translations has few fields, whatever the model. */
static void
fit_translation (OpenaiTranscriptionParams *params, Fit *fit)
{
  if (params->response_format == OPENAI_FORMAT_DIARIZED_JSON) {
    params->response_format = OPENAI_FORMAT_AUTO;
    say (fit, "response_format");
  }
  fit_strings (fit, "languages", &params->languages, FALSE);
  fit_strings (fit, "keywords", &params->keywords, FALSE);
  fit_times (params, fit, FALSE);
  fit_flag (fit, "logprobs", &params->logprobs, FALSE);
  fit_flag (fit, "stream", &params->stream, FALSE);
  fit_string (fit, "chunking_strategy", &params->chunking_strategy, FALSE);
  fit_strings (fit, "known_speakers", &params->speaker_names, FALSE);
  g_clear_pointer (&params->speaker_references, g_strfreev);
}

/* The same languages in the field the model looks at. */
static void
fit_languages (OpenaiTranscriptionParams *params, Fit *fit, Family family)
{
  gboolean plural = params->languages && *params->languages;

  if (wants_languages (family) && !plural && params->language) {
    g_clear_pointer (&params->languages, g_strfreev);
    params->languages = g_new0 (gchar *, 2);
    params->languages[0] = g_steal_pointer (&params->language);
  }
  fit_strings (fit, "languages", &params->languages,
      wants_languages (family) || family == FAMILY_UNKNOWN);
  if (params->languages && *params->languages)
    g_clear_pointer (&params->language, g_free);
}

/* A format and times that were asked for by name are sent whatever the model
 * is called: many servers do not look at its name. */
static void
fit_format (OpenaiTranscriptionParams *params, Fit *fit, Family family)
{
  gboolean automatic = params->response_format == OPENAI_FORMAT_AUTO;
  OpenaiResponseFormat format =
      automatic ? openai_model_richest_format (params) : params->response_format;

  if (!gives_format (family, format))
    say (fit, "response_format");
  fit_times (params, fit, format == OPENAI_FORMAT_VERBOSE_JSON);
  fit_flag (fit, "logprobs", &params->logprobs, format == OPENAI_FORMAT_JSON);
}

void
openai_model_fit (
    OpenaiTranscriptionParams *params, OpenaiUnfitFunc report, gpointer user_data)
{
  Fit fit = { report, user_data };
  Family family = family_of (params->model);
  gboolean unknown = family == FAMILY_UNKNOWN;
  gboolean diarizes = family == FAMILY_DIARIZE;

  fit_string (&fit, "prompt", &params->prompt, !diarizes && family != FAMILY_REALTIME);
  if (params->translate) {
    fit_translation (params, &fit);
    return;
  }
  fit_languages (params, &fit, family);
  fit_strings (&fit, "keywords", &params->keywords, unknown || wants_languages (family));
  fit_flag (&fit, "logprobs", &params->logprobs, family != FAMILY_WHISPER && !diarizes);
  fit_flag (&fit, "stream", &params->stream, family != FAMILY_WHISPER);
  fit_strings (&fit, "known_speakers", &params->speaker_names, unknown || diarizes);
  if (!params->speaker_names)
    g_clear_pointer (&params->speaker_references, g_strfreev);
  if ((diarizes || params->response_format == OPENAI_FORMAT_DIARIZED_JSON)
      && !params->chunking_strategy)
    params->chunking_strategy = g_strdup ("auto");
  fit_format (params, &fit, family);
}
