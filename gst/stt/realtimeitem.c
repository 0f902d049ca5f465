// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* One chunk on its way through Realtime sessions. */

#include "realtimeitem.h"

#include <string.h>

static void
turn_free (gpointer data)
{
  SttRealtimeTurn *turn = data;

  g_free (turn->id);
  openai_realtime_item_free (turn->heard);
  g_clear_pointer (&turn->transcript, openai_transcript_unref);
  g_free (turn);
}

void
stt_realtime_item_add_turn (SttRealtimeItem *item)
{
  SttRealtimeTurn *turn = g_new0 (SttRealtimeTurn, 1);

  turn->heard = openai_realtime_item_new ();
  g_ptr_array_add (item->turns, turn);
}

SttRealtimeItem *
stt_realtime_item_new (SttChunk *chunk)
{
  SttRealtimeItem *item = g_atomic_rc_box_new0 (SttRealtimeItem);

  item->chunk = stt_chunk_ref (chunk);
  item->samples = g_byte_array_new ();
  item->turns = g_ptr_array_new_with_free_func (turn_free);
  return item;
}

SttRealtimeItem *
stt_realtime_item_ref (SttRealtimeItem *item)
{
  return g_atomic_rc_box_acquire (item);
}

static void
item_clear (gpointer data)
{
  SttRealtimeItem *item = data;

  stt_chunk_unref (item->chunk);
  openai_realtime_config_clear (&item->config);
  g_byte_array_unref (item->samples);
  g_ptr_array_unref (item->turns);
}

void
stt_realtime_item_unref (SttRealtimeItem *item)
{
  g_atomic_rc_box_release_full (item, item_clear);
}

SttRealtimeTurn *
stt_realtime_item_turn (const SttRealtimeItem *item, guint i)
{
  return g_ptr_array_index (item->turns, i);
}

SttRealtimeTurn *
stt_realtime_item_last_turn (const SttRealtimeItem *item)
{
  return stt_realtime_item_turn (item, item->turns->len - 1);
}

const gchar *
stt_realtime_item_id (const SttRealtimeItem *item)
{
  return item->turns->len > 0 ? stt_realtime_item_turn (item, 0)->id : NULL;
}

OpenaiTranscript *
stt_realtime_item_join_turns (SttRealtimeItem *item)
{
  g_autoptr (GString) text = g_string_new (NULL);
  OpenaiTranscript *last = stt_realtime_item_last_turn (item)->transcript;

  if (item->turns->len == 1)
    return openai_transcript_ref (last);
  for (guint i = 0; i < item->turns->len; i++) {
    const OpenaiTranscript *transcript = stt_realtime_item_turn (item, i)->transcript;
    const gchar *said = transcript ? transcript->text : "";

    if (*said && text->len > 0)
      g_string_append_c (text, ' ');
    g_string_append (text, said);
  }
  return openai_transcript_with_text (last, text->str);
}

OpenaiTranscript *
stt_realtime_item_salvage (SttRealtimeItem *item)
{
  gboolean has_text = FALSE;

  for (guint i = 0; i < item->turns->len; i++) {
    SttRealtimeTurn *turn = stt_realtime_item_turn (item, i);

    has_text |= turn->transcript || openai_realtime_item_has_text (turn->heard);
    if (!turn->transcript)
      turn->transcript = openai_realtime_item_finish (turn->heard, NULL, NULL);
    has_text &= turn->transcript != NULL;
  }
  return has_text ? stt_realtime_item_join_turns (item) : NULL;
}

void
stt_realtime_item_pad_with_silence (SttRealtimeItem *item)
{
  guint length = item->samples->len;

  if (length >= STT_REALTIME_PIECE)
    return;
  g_byte_array_set_size (item->samples, STT_REALTIME_PIECE);
  memset (item->samples->data + length, 0, STT_REALTIME_PIECE - length);
}

SttRealtimePart
stt_realtime_item_take_part (SttRealtimeItem *item, GBytes **piece)
{
  gsize left = item->samples->len - item->sent;

  if (left >= STT_REALTIME_PIECE
      || (left > 0 && (item->finished || item->paused || item->resolved))) {
    *piece =
        g_bytes_new (item->samples->data + item->sent, MIN (left, STT_REALTIME_PIECE));
    return STT_REALTIME_AUDIO;
  }
  if (!item->finished && !item->resolved)
    return STT_REALTIME_NOTHING;
  item->committed = TRUE;
  return STT_REALTIME_END;
}
