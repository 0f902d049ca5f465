// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The times of a segment or word of an answer, however they are written. */

#include "timefields.h"

#include <math.h>

#include "subtitles.h"

/* The time of day in nanoseconds is less: what cannot be seconds of the audio is
 * for the caller to judge, which knows how long that is. */
#define MAX_TIME 1e20

/* Seconds by which a time may be before the end of the one before. */
#define SLACK 0.5

/* Names of both, in the order they are looked for, and what one is in seconds:
 * whisper.cpp counts milliseconds in offsets and hundredths in t0. */
static const struct
{
  const gchar *inside; /* of this object or list; NULL: of the segment itself */
  const gchar *start;
  const gchar *end;
  gdouble unit;
} names[] = {
  { NULL, "start", "end", 1 },
  { NULL, "start_time", "end_time", 1 },
  { NULL, "begin", "end", 1 },
  { NULL, "start_ms", "end_ms", 1e-3 },
  { "offsets", "from", "to", 1e-3 },
  { "timestamps", "from", "to", 1 },
  { NULL, "t0", "t1", 1e-2 },
};

static gdouble
time_of_node (JsonNode *node)
{
  const gchar *text;
  gdouble seconds;

  if (!node || !JSON_NODE_HOLDS_VALUE (node))
    return NAN;
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return json_node_get_value_type (node) == G_TYPE_BOOLEAN
        ? NAN
        : json_node_get_double (node);
  text = json_node_get_string (node);
  return openai_subtitles_parse_time (text, &seconds) ? seconds : NAN;
}

/* A number in whatever way, or a clock time. */
static gdouble
time_of (JsonObject *object, const gchar *name)
{
  gdouble seconds;

  if (openai_json_number (object, name, &seconds))
    return seconds;
  return object ? time_of_node (json_object_get_member (object, name)) : NAN;
}

static gdouble
element_time (JsonArray *array, guint index)
{
  return index < json_array_get_length (array)
      ? time_of_node (json_array_get_element (array, index))
      : NAN;
}

void
openai_time_fields_read (JsonObject *object, gdouble *start, gdouble *end)
{
  JsonArray *pair = openai_json_array (object, "timestamp");

  *start = *end = NAN;
  for (guint i = 0; isnan (*start) && isnan (*end) && i < G_N_ELEMENTS (names); i++) {
    JsonObject *inside =
        names[i].inside ? openai_json_object (object, names[i].inside) : object;

    *start = time_of (inside, names[i].start) * names[i].unit;
    *end = time_of (inside, names[i].end) * names[i].unit;
  }
  if (pair && isnan (*start) && isnan (*end)) {
    *start = element_time (pair, 0);
    *end = element_time (pair, 1);
  }
  if (isnan (*end))
    *end = *start + time_of (object, "duration");
}

void
openai_time_fields_repair (gdouble last_end, gdouble *start, gdouble *end)
{
  if (isnan (*start) && last_end <= *end)
    *start = last_end;
  if (isnan (*end))
    *end = *start;
  if (isnan (*start) || isnan (*end)) {
    *start = *end = NAN;
    return;
  }
  if (*end < *start && *end >= 0 && *end >= last_end - SLACK) {
    gdouble first = *end;

    *end = *start;
    *start = first;
  }
  *start = CLAMP (*start, 0, MAX_TIME);
  *end = CLAMP (*end, *start, MAX_TIME);
}
