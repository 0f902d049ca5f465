// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where a voice was heard in a chunk. */

#include "voice.h"

GArray *
stt_voice_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (SttSpan));
}

void
stt_voice_add (GArray *self, gdouble start, gdouble end)
{
  SttSpan span = { start, end };
  SttSpan *last = self->len > 0 ? &g_array_index (self, SttSpan, self->len - 1) : NULL;

  if (last && start <= last->end)
    last->end = MAX (last->end, end);
  else if (end > start)
    g_array_append_val (self, span);
}

/* The first span that ends after @time. */
static guint
find_span (const GArray *self, gdouble time)
{
  guint low = 0, high = self->len;

  while (low < high) {
    guint middle = (low + high) / 2;

    if (g_array_index (self, SttSpan, middle).end > time)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

gdouble
stt_voice_between (const GArray *self, gdouble from, gdouble to)
{
  gdouble voiced = 0;

  for (guint i = find_span (self, from); i < self->len; i++) {
    const SttSpan *span = &g_array_index (self, SttSpan, i);

    if (span->start >= to)
      break;
    voiced += MIN (span->end, to) - MAX (span->start, from);
  }
  return voiced;
}

gdouble
stt_voice_time_after (
    const GArray *self, gdouble from, gdouble to, gdouble voiced, gboolean at_end)
{
  /* Sums of shares are not exact. */
  const gdouble moment = 1e-6;

  for (guint i = find_span (self, from); i < self->len; i++) {
    const SttSpan *span = &g_array_index (self, SttSpan, i);
    gdouble start = MAX (span->start, from);
    gdouble length = MIN (span->end, to) - start;

    if (start >= to)
      break;
    if (voiced < length - moment || (at_end && voiced <= length + moment))
      return MIN (start + MAX (voiced, 0), to);
    voiced -= length;
  }
  return to;
}

GArray *
stt_voice_join (const GArray *self, gdouble pause, gdouble sound)
{
  GArray *joined = stt_voice_new ();
  guint n = 0;

  for (guint i = 0; i < self->len; i++) {
    SttSpan span = g_array_index (self, SttSpan, i);
    SttSpan *last =
        joined->len > 0 ? &g_array_index (joined, SttSpan, joined->len - 1) : NULL;

    if (last && span.start - last->end < pause)
      last->end = span.end;
    else
      g_array_append_val (joined, span);
  }
  for (guint i = 0; i < joined->len; i++) {
    SttSpan span = g_array_index (joined, SttSpan, i);

    if (span.end - span.start >= sound)
      g_array_index (joined, SttSpan, n++) = span;
  }
  g_array_set_size (joined, n);
  return joined;
}

GArray *
stt_voice_cut (const GArray *self, gdouble from, gdouble to)
{
  GArray *part = stt_voice_new ();

  for (guint i = find_span (self, from); i < self->len; i++) {
    const SttSpan *span = &g_array_index (self, SttSpan, i);

    if (span->start >= to)
      break;
    stt_voice_add (part, MAX (span->start, from) - from, MIN (span->end, to) - from);
  }
  return part;
}
