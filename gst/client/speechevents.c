// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Speech that comes as a stream of events, in any pieces: its audio. */

#include "speechevents.h"

#include <string.h>

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
emit_audio (OpenaiSpeechEvents *self, const gchar *base64)
{
  gsize size;
  guchar *data = g_base64_decode (base64, &size);
  g_autoptr (GBytes) audio = g_bytes_new_take (data, size);

  if (size > 0)
    self->func (self->content_type, audio, self->user_data);
}

/* Some servers say first what their samples are. */
static void
handle_info (OpenaiSpeechEvents *self, JsonObject *event)
{
  gint64 rate = 0, channels = 1;

  openai_json_integer (event, "sample_rate", &rate);
  openai_json_integer (event, "channels", &channels);
  if (rate <= 0 || channels <= 0)
    return;
  g_free (self->content_type);
  self->content_type = g_strdup_printf (
      "audio/pcm;rate=%" G_GINT64_FORMAT ";channels=%" G_GINT64_FORMAT, rate, channels);
}

static void
handle_usage (OpenaiSpeechEvents *self, JsonObject *event)
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

/* FALSE: what should be audio is none. */
static gboolean
handle_event (OpenaiSpeechEvents *self, JsonObject *event, GError **error)
{
  const gchar *kind = openai_json_string (event, "type");
  const gchar *audio;

  if (g_strcmp0 (kind, "speech.audio.delta") == 0) {
    audio = openai_json_string (event, "audio");
    if (!audio) /* as Realtime sessions call it */
      audio = openai_json_string (event, "delta");
    if (audio && !g_str_is_ascii (audio)) {
      g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
          _("The server sent audio that is not base64"));
      return FALSE;
    }
    if (audio)
      emit_audio (self, audio);
  } else if (g_strcmp0 (kind, "speech.audio.info") == 0) {
    handle_info (self, event);
  } else if (g_strcmp0 (kind, "speech.audio.done") == 0) {
    self->done = TRUE;
    handle_usage (self, event);
  }
  return TRUE;
}

static gboolean
on_event (const gchar *type, const gchar *data, gsize length, gpointer user_data,
    GError **error)
{
  OpenaiSpeechEvents *self = user_data;
  gboolean end = FALSE;
  g_autoptr (JsonNode) node = NULL;

  node = openai_event_parse (type, data, length, &end, error);
  self->done |= end;
  if (!node)
    return end;
  return handle_event (self, json_node_get_object (node), error);
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
openai_speech_events_free (OpenaiSpeechEvents *self)
{
  if (!self)
    return;
  openai_sse_free (self->sse);
  g_free (self->content_type);
  g_free (self);
}

gboolean
openai_speech_events_push (
    OpenaiSpeechEvents *self, const gchar *data, gsize length, GError **error)
{
  return openai_sse_push (self->sse, data, length, error);
}

gboolean
openai_speech_events_finish (OpenaiSpeechEvents *self, GError **error)
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
openai_speech_events_usage (OpenaiSpeechEvents *self)
{
  return &self->usage;
}
