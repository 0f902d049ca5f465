// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The language of a stream whose language was not set. */

#include "language.h"

#include <math.h>

/* Whisper base took 5 of 29 short chunks of Spanish for something else, but hardly
 * ever two in a row for the same. */
#define SURE_ANSWERS 2
#define SURE_SECONDS 4.0

/* Those in the wrong language had a mean avg_logprob of -0.55 to -1.16, those in the
 * right one -0.24 to -0.64, above -0.45 mostly where they were long. */
#define DOUBTFUL_LOGPROB -0.6
#define SURE_LOGPROB -0.45
#define SURE_ALONE_SECONDS 3.0

/* Answers in a row that each tell something else than what is held. */
#define LET_GO_ANSWERS 4

/* The server finds out the language of one chunk in so many. */
#define FREE_CHUNKS 6

static void
hold (SttLanguage *self, const gchar *language)
{
  *self = (SttLanguage) { .held = language };
}

gboolean
stt_language_learn (
    SttLanguage *self, const gchar *told, gdouble seconds, gdouble logprob)
{
  const gchar *language = g_intern_string (told);

  if (!language || (!self->held && logprob < DOUBTFUL_LOGPROB))
    return FALSE;
  if (language == self->held) {
    hold (self, language);
    return FALSE;
  }
  if (language != self->rival) {
    self->rival = language;
    self->agreeing = 0;
    self->seconds = 0;
  }
  self->others++;
  self->agreeing++;
  self->seconds += isnan (seconds) ? 0 : seconds;
  if ((self->agreeing >= SURE_ANSWERS && self->seconds >= SURE_SECONDS)
      || (!self->held && self->others == 1 && logprob > SURE_LOGPROB
          && seconds >= SURE_ALONE_SECONDS)) {
    hold (self, language);
    return TRUE;
  }
  if (!self->held || self->others < LET_GO_ANSWERS)
    return FALSE;
  self->held = NULL;
  return TRUE;
}

gboolean
stt_language_trust (SttLanguage *self, const gchar *told)
{
  const gchar *language = g_intern_string (told);

  if (!language || language == self->held)
    return FALSE;
  hold (self, language);
  return TRUE;
}

const gchar *
stt_language_to_ask (const SttLanguage *self, guint64 number)
{
  return self->rival || number % FREE_CHUNKS == 0 ? NULL : self->held;
}

gdouble
stt_language_logprob (const OpenaiTranscript *transcript)
{
  gdouble sum = 0, weight = 0;

  for (guint i = 0; i < transcript->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (transcript->segments, i);
    gdouble letters = g_utf8_strlen (segment->text, -1);

    sum += letters * segment->avg_logprob;
    weight += letters;
  }
  return weight > 0 ? sum / weight : NAN;
}

gboolean
stt_language_found_is_right (
    const OpenaiTranscript *found, const OpenaiTranscript *held, gdouble seconds)
{
  gdouble found_logprob = stt_language_logprob (found);
  gdouble held_logprob = stt_language_logprob (held);

  if (*held->text == '\0' || *found->text == '\0')
    return FALSE;
  if (isnan (found_logprob) || isnan (held_logprob))
    return seconds >= STT_LANGUAGE_LONG_SPEECH;
  return found_logprob > held_logprob;
}
