// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Ogg Opus answers to the pages of one stream, or to packets. */

#include "audio/ogg.h"
#include "frames.h"

/* OpusHead and OpusTags. */
#define HEADER_PACKETS 2

static void
read_header (TtsFramesState *state, const guint8 *p, gsize length)
{
  OpenaiOggHead head;

  if (state->format.headers[0] || !openai_ogg_parse_head (p, length, &head)
      || !head.is_opus)
    return;
  state->format.channels = head.channels;
  state->format.headers[0] = g_bytes_new (p, length);
}

/* The samples of the packet that is complete now. */
static guint
end_packet (TtsFramesState *state)
{
  const guint8 *p = state->packet->data;
  gsize length = state->packet->len;
  guint samples = 0;

  if (state->packets == 0)
    read_header (state, p, length);
  if (state->packets >= HEADER_PACKETS) {
    samples = openai_opus_samples (p, length);
    state->position += samples;
  }
  if (samples > 0 && state->kind == TTS_FRAMES_OPUS) {
    TtsFrame *frame = g_new (TtsFrame, 1);

    frame->data = g_bytes_new (p, length);
    frame->samples = samples;
    g_queue_push_tail (&state->ready, frame);
  }
  state->packets++;
  g_byte_array_set_size (state->packet, 0);
  return samples;
}

/* The samples of all packets that end on a page. */
static guint
read_packets (TtsFramesState *state, const OpenaiOggPage *page, guint *n_ended)
{
  const guint8 *body = page->body;
  guint samples = 0;

  *n_ended = 0;
  for (guint i = 0; i < page->n_segments; i++) {
    guint size = page->segments[i];

    g_byte_array_append (state->packet, body, size);
    body += size;
    if (size == 255)
      continue;
    samples += end_packet (state);
    *n_ended += 1;
  }
  return samples;
}

/* The page as one of a single stream: numbered, timed and never the last. */
static GBytes *
renumber (TtsFramesState *state, const guint8 *data, const OpenaiOggPage *page,
    gboolean is_header, guint n_ended)
{
  guint8 *copy = g_memdup2 (data, page->size);
  guint8 flags =
      (page->flags & OPENAI_OGG_CONTINUED) | (state->pages == 0 ? OPENAI_OGG_BEGIN : 0);

  openai_ogg_renumber (copy, page->size, flags,
      is_header          ? 0
          : n_ended == 0 ? G_MAXUINT64
                         : state->position,
      state->serial, state->pages++);
  return g_bytes_new_take (copy, page->size);
}

void
tts_frames_read_ogg (TtsFramesState *state, const guint8 *data, gsize length,
    gboolean last, gsize *used, TtsFrame *frame)
{
  OpenaiOggPage page;
  guint n_ended;
  gboolean is_header;

  if (length < OPENAI_OGG_MARK)
    return;
  if (!openai_ogg_is_mark (data, length)) {
    *used = 1;
    return;
  }
  if (!openai_ogg_parse_page (data, length, &page) || length < page.size)
    return;
  *used = page.size;
  if (page.flags & OPENAI_OGG_BEGIN) {
    state->packets = 0;
    g_byte_array_set_size (state->packet, 0);
  }
  if (state->pages == 0 && state->answer_begins)
    state->serial = page.serial;
  is_header = state->packets < HEADER_PACKETS;
  frame->samples = read_packets (state, &page, &n_ended);
  if (state->kind == TTS_FRAMES_OGG && !(is_header && state->answers > 1))
    frame->data = renumber (state, data, &page, is_header, n_ended);
}
