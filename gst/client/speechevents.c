// SPDX-License-Identifier: LGPL-2.1-or-later
/* Speech that comes as a stream of events, in any pieces: its audio. */

#include "speechevents.h"

#include <string.h>

#include "base64.h"
#include "error.h"
#include "event.h"
#include "json.h"
#include "sse.h"
#include "i18n.h"

struct _OpenaiSpeechEvents
{
  OpenaiSpeechEventsFunc func;
  gpointer user_data;
  OpenaiSse *sse;
  gboolean done;
  gchar *content_type;
  OpenaiUsage usage;
};

static void
emit (OpenaiSpeechEvents * self, GBytes * audio)
{
  if (g_bytes_get_size (audio) > 0)
    self->func (self->content_type, audio, self->user_data);
}

static void
emit_base64 (OpenaiSpeechEvents * self, const gchar * text)
{
  gsize size;
  guchar *data = g_base64_decode (text, &size);
  g_autoptr (GBytes) audio = g_bytes_new_take (data, size);

  emit (self, audio);
}

static const gchar *
skip_space (const gchar * p)
{
  while (g_ascii_isspace (*p))
    p++;
  return p;
}

/* Nearly all of an event is its audio, and to read that as JSON takes most of the
 * time. The start of the value of a member "audio" and where it ends, before the
 * event is known to be JSON at all: a quote that is not escaped ends a string, so
 * if this is inside of one, what is around it is no JSON. */
static const gchar *
find_audio (const gchar * data, const gchar ** end)
{
  const gchar *name = strstr (data, "\"audio\""), *p;

  if (!name || name == data || !strchr ("{, \t\n", name[-1]))
    return NULL;
  p = skip_space (name + strlen ("\"audio\""));
  if (*p != ':')
    return NULL;
  p = skip_space (p + 1);
  if (*p != '"')
    return NULL;
  *end = strchr (p + 1, '"');
  return *end ? p + 1 : NULL;
}

/* Some servers say first what their samples are. */
static void
take_info (OpenaiSpeechEvents * self, JsonObject * event)
{
  gint64 rate = 0, channels = 1;

  openai_json_integer (event, "sample_rate", &rate);
  openai_json_integer (event, "channels", &channels);
  if (rate <= 0 || channels <= 0)
    return;
  g_free (self->content_type);
  self->content_type = g_strdup_printf ("audio/pcm;rate=%" G_GINT64_FORMAT
      ";channels=%" G_GINT64_FORMAT, rate, channels);
}

static void
take_usage (OpenaiSpeechEvents * self, JsonObject * event)
{
  JsonObject *usage = openai_json_object (event, "usage");

  if (!usage)
    usage = openai_json_object (event, "token_usage");
  if (!usage)
    return;
  self->usage.kind = OPENAI_USAGE_TOKENS;
  openai_json_integer (usage, "input_tokens", &self->usage.input_tokens);
  openai_json_integer (usage, "output_tokens", &self->usage.output_tokens);
  openai_json_integer (usage, "total_tokens", &self->usage.total_tokens);
}

static void
take_event (OpenaiSpeechEvents * self, JsonObject * event, GBytes * decoded)
{
  const gchar *kind = openai_json_string (event, "type");
  const gchar *audio;

  if (g_strcmp0 (kind, "speech.audio.delta") == 0) {
    audio = openai_json_string (event, "audio");
    if (audio && *audio != '\0')
      emit_base64 (self, audio);
    else if (audio && decoded)
      emit (self, decoded);
  } else if (g_strcmp0 (kind, "speech.audio.info") == 0) {
    take_info (self, event);
  } else if (g_strcmp0 (kind, "speech.audio.done") == 0) {
    self->done = TRUE;
    take_usage (self, event);
  }
}

static gboolean
on_event (const gchar * type, const gchar * data, gsize length,
    gpointer user_data, GError ** error)
{
  OpenaiSpeechEvents *self = user_data;
  gboolean end = FALSE;
  const gchar *audio_end;
  const gchar *audio = find_audio (data, &audio_end);
  g_autoptr (GBytes) decoded =
      audio ? openai_base64_decode (audio, audio_end - audio) : NULL;
  g_autofree gchar *rest = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (decoded) {
    rest = g_strdup_printf ("%.*s%s", (gint) (audio - data), data, audio_end);
    data = rest;
    length = strlen (rest);
  }
  node = openai_event_parse (type, data, length, &end, error);
  self->done |= end;
  if (!node)
    return end;
  take_event (self, json_node_get_object (node), decoded);
  return TRUE;
}

OpenaiSpeechEvents *
openai_speech_events_new (OpenaiSpeechEventsFunc func, gpointer user_data)
{
  OpenaiSpeechEvents *self = g_new0 (OpenaiSpeechEvents, 1);

  self->func = func;
  self->user_data = user_data;
  self->sse = openai_sse_new (on_event, self);
  return self;
}

void
openai_speech_events_free (OpenaiSpeechEvents * self)
{
  if (!self)
    return;
  openai_sse_free (self->sse);
  g_free (self->content_type);
  g_free (self);
}

gboolean
openai_speech_events_push (OpenaiSpeechEvents * self, const gchar * data,
    gsize length, GError ** error)
{
  return openai_sse_push (self->sse, data, length, error);
}

gboolean
openai_speech_events_finish (OpenaiSpeechEvents * self, GError ** error)
{
  if (!openai_sse_finish (self->sse, error))
    return FALSE;
  if (self->done)
    return TRUE;
  g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_BROKEN,
      _("The stream of audio events ended before it was done"));
  return FALSE;
}

const OpenaiUsage *
openai_speech_events_usage (OpenaiSpeechEvents * self)
{
  return &self->usage;
}
