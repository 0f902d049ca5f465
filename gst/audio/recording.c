// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A recording that is uploaded as it is: what kind of file, how long. */

#include "recording.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "bytes.h"
#include "client/error.h"
#include "flac.h"
#include "foreignaudio.h"
#include "i18n.h"
#include "mpeg.h"
#include "ogg.h"
#include "wav.h"

/* Codecs fill their last frame up, so a file may be this much longer than what
 * was recorded, milliseconds. */
#define PADDING_MS 100

/* Where the stream's description stands: it is the first block. */
#define FLAC_START (OPENAI_FLAC_MARK + OPENAI_FLAC_BLOCK_HEADER)

/* What is left of a file. */
typedef struct
{
  const guint8 *data;
  gsize size;
} Reader;

static const struct
{
  const gchar *filename;
  const gchar *type;
} kinds[] = {
  [OPENAI_RECORDING_UNKNOWN] = { "audio.bin", "application/octet-stream" },
  [OPENAI_RECORDING_WAV] = { "audio.wav", "audio/wav" },
  [OPENAI_RECORDING_MP3] = { "audio.mp3", "audio/mpeg" },
  [OPENAI_RECORDING_AAC] = { "audio.aac", "audio/aac" },
  [OPENAI_RECORDING_OGG] = { "audio.ogg", "audio/ogg" },
  [OPENAI_RECORDING_FLAC] = { "audio.flac", "audio/flac" },
  [OPENAI_RECORDING_WEBM] = { "audio.webm", "audio/webm" },
  [OPENAI_RECORDING_MP4] = { "audio.mp4", "audio/mp4" },
};

const gchar *
openai_recording_filename (OpenaiRecordingKind kind)
{
  return kinds[kind].filename;
}

const gchar *
openai_recording_type (OpenaiRecordingKind kind)
{
  return kinds[kind].type;
}

static Reader
reader (GBytes *file)
{
  Reader in;

  in.data = g_bytes_get_data (file, &in.size);
  return in;
}

static void
skip (Reader *in, guint64 n)
{
  n = MIN (n, in->size);
  in->data += n;
  in->size -= n;
}

static gboolean
has (const Reader *in, gsize offset, const gchar *text, gsize length)
{
  return in->size >= offset + length && memcmp (in->data + offset, text, length) == 0;
}

#define HAS(in_, offset_, text_) has (in_, offset_, text_, sizeof text_ - 1)

static gint64
to_ms (gdouble units, gdouble per_second)
{
  gdouble ms = per_second > 0 ? ceil (units * 1000 / per_second) : -1;

  return ms >= 0 && ms < 1e15 ? (gint64) ms : -1;
}

static void
skip_id3 (Reader *in)
{
  while (in->size >= OPENAI_ID3_HEADER && openai_id3_size (in->data) > 0)
    skip (in, openai_id3_size (in->data));
}

static gboolean
is_frame_sync (const Reader *in)
{
  return in->size >= 2 && in->data[0] == 0xff && (in->data[1] & 0xe0) == 0xe0;
}

OpenaiRecordingKind
openai_recording_sniff (GBytes *file)
{
  Reader in = reader (file);

  if (HAS (&in, 0, "RIFF") && in.size >= OPENAI_WAV_HEADER
      && openai_wav_is_header (in.data))
    return OPENAI_RECORDING_WAV;
  if (openai_ogg_is_mark (in.data, in.size))
    return OPENAI_RECORDING_OGG;
  if (HAS (&in, 0, "\x1a\x45\xdf\xa3"))
    return OPENAI_RECORDING_WEBM;
  if (HAS (&in, 4, "ftyp"))
    return OPENAI_RECORDING_MP4;
  skip_id3 (&in);
  if (openai_flac_is_mark (in.data, in.size))
    return OPENAI_RECORDING_FLAC;
  if (in.data != g_bytes_get_data (file, NULL) && !is_frame_sync (&in))
    return OPENAI_RECORDING_MP3;
  if (!is_frame_sync (&in))
    return OPENAI_RECORDING_UNKNOWN;
  return in.data[1] & 0x06 ? OPENAI_RECORDING_MP3 : OPENAI_RECORDING_AAC;
}

static gint64
wav_duration (Reader in)
{
  guint bytes_per_second = 0;
  OpenaiWavChunk chunk;

  while (openai_wav_read_chunk (in.data, in.size, &chunk)) {
    skip (&in, chunk.used);
    if (chunk.kind == OPENAI_WAV_SAMPLES)
      return to_ms (
          chunk.size > 0 ? MIN (chunk.size, in.size) : in.size, bytes_per_second);
    if (chunk.has_format)
      bytes_per_second = chunk.format.bytes_per_second;
    skip (&in, chunk.skip);
  }
  return -1;
}

/* The frame at the start. FALSE: none, or one that does not say how large it is. */
static gboolean
mp3_frame (const Reader *in, gsize *size, gdouble *seconds)
{
  OpenaiMpegHeader header;

  if (in->size < OPENAI_MPEG_HEADER || !openai_mpeg_parse (in->data, &header))
    return FALSE;
  *size = header.size;
  *seconds = (gdouble) header.samples / header.rate;
  return TRUE;
}

static gboolean
aac_frame (const Reader *in, gsize *size, gdouble *seconds)
{
  OpenaiAdtsHeader header;

  if (in->size < OPENAI_ADTS_HEADER || !openai_adts_parse (in->data, &header))
    return FALSE;
  *size = header.size;
  *seconds = (gdouble) header.samples / header.rate;
  return TRUE;
}

/* The sum of all frames; what lies between them is passed over. One alone, with
 * neither a frame before it nor one behind, is there by chance. */
static gint64
frames_duration (Reader in, gboolean (*frame) (const Reader *, gsize *, gdouble *))
{
  gdouble total = 0, seconds, next_seconds;
  gsize size, next_size;
  gboolean follows = FALSE;

  skip_id3 (&in);
  while (in.size > 0) {
    Reader next = in;
    gboolean found = frame (&in, &size, &seconds);

    skip (&next, found ? size : 1);
    follows =
        found && (follows || next.size == 0 || frame (&next, &next_size, &next_seconds));
    if (follows)
      total += seconds;
    if (follows || !found)
      in = next;
    else
      skip (&in, 1);
  }
  return total > 0 ? to_ms (total, 1) : -1;
}

static gint64
flac_duration (Reader in)
{
  OpenaiFlacInfo info;

  skip_id3 (&in);
  if (in.size < FLAC_START + OPENAI_FLAC_STREAM_INFO)
    return -1;
  openai_flac_parse_info (in.data + FLAC_START, &info);
  return info.samples > 0 ? to_ms (info.samples, info.rate) : -1;
}

/* The last page of the first stream that tells a time. */
static gint64
ogg_duration (Reader in)
{
  OpenaiOggPage first, page;
  OpenaiOggHead head;

  if (!openai_ogg_parse_page (in.data, in.size, &first) || first.body > in.data + in.size
      || !openai_ogg_parse_head (first.body, in.data + in.size - first.body, &head))
    return -1;
  for (gsize i = in.size - OPENAI_OGG_PAGE_HEADER + 1; i-- > 0;) {
    if (openai_ogg_parse_page (in.data + i, in.size - i, &page)
        && page.serial == first.serial && page.granule != G_MAXUINT64)
      return to_ms (
          page.granule > head.pre_skip ? page.granule - head.pre_skip : 0, head.rate);
  }
  return -1;
}

/* A box of this type among those @in has; its content. */
static gboolean
mp4_find (Reader in, const gchar *type, Reader *content)
{
  while (in.size >= 8) {
    guint64 size = openai_read_be (in.data, 4);
    gsize head = 8;

    if (size == 1 && in.size >= 16) {
      size = openai_read_be (in.data + 8, 8);
      head = 16;
    } else if (size == 0) {
      size = in.size;
    }
    if (size < head)
      return FALSE;
    if (has (&in, 4, type, 4)) {
      *content = in;
      content->size = MIN (size, in.size);
      skip (content, head);
      return TRUE;
    }
    skip (&in, size);
  }
  return FALSE;
}

static gint64
mp4_duration (Reader in)
{
  Reader movie, header;
  gsize wide;
  guint64 units;

  if (!mp4_find (in, "moov", &movie) || !mp4_find (movie, "mvhd", &header)
      || header.size < 1)
    return -1;
  wide = header.data[0] == 1 ? 8 : 4;
  if (header.size < 4 + 2 * wide + 4 + wide)
    return -1;
  units = openai_read_be (header.data + 4 + 2 * wide + 4, wide);
  if (units == 0 || units == (wide == 8 ? G_MAXUINT64 : G_MAXUINT32))
    return -1;
  return to_ms (units, openai_read_be (header.data + 4 + 2 * wide, 4));
}

/* The number at the start, passed over; its length mark is kept in an id. */
static guint64
ebml_number (Reader *in, gboolean is_id)
{
  guint n = 1;
  guint64 value;

  if (in->size == 0)
    return 0;
  while (n <= 8 && !(in->data[0] & 0x80 >> (n - 1)))
    n++;
  if (n > 8 || n > in->size) {
    skip (in, in->size);
    return 0;
  }
  value = openai_read_be (in->data, n);
  skip (in, n);
  if (is_id)
    return value;
  value &= ~(G_GUINT64_CONSTANT (1) << (7 * n));
  /* All ones: until the end. */
  return value == (G_GUINT64_CONSTANT (1) << (7 * n)) - 1 ? G_MAXUINT64 : value;
}

static gboolean
ebml_find (Reader in, guint64 id, Reader *content)
{
  while (in.size > 0) {
    guint64 found = ebml_number (&in, TRUE);
    guint64 size = ebml_number (&in, FALSE);

    if (found == id) {
      *content = in;
      content->size = MIN (size, in.size);
      return TRUE;
    }
    skip (&in, size);
  }
  return FALSE;
}

#define WEBM_SEGMENT 0x18538067
#define WEBM_INFO 0x1549a966
#define WEBM_SCALE 0x2ad7b1
#define WEBM_DURATION 0x4489

static gint64
webm_duration (Reader in)
{
  Reader segment, info, field;
  guint64 scale = 1000000; /* nanoseconds */
  union
  {
    guint64 bits;
    gdouble value;
  } wide;
  union
  {
    guint32 bits;
    gfloat value;
  } narrow;

  if (!ebml_find (in, WEBM_SEGMENT, &segment) || !ebml_find (segment, WEBM_INFO, &info))
    return -1;
  if (ebml_find (info, WEBM_SCALE, &field) && field.size <= 8)
    scale = openai_read_be (field.data, field.size);
  if (!ebml_find (info, WEBM_DURATION, &field) || scale == 0)
    return -1;
  if (field.size == 4) {
    narrow.bits = openai_read_be (field.data, 4);
    return to_ms (narrow.value, 1e9 / scale);
  }
  if (field.size != 8)
    return -1;
  wide.bits = openai_read_be (field.data, 8);
  return to_ms (wide.value, 1e9 / scale);
}

gint64
openai_recording_duration (GBytes *file, OpenaiRecordingKind kind)
{
  switch (kind) {
    case OPENAI_RECORDING_WAV:
      return wav_duration (reader (file));
    case OPENAI_RECORDING_MP3:
      return frames_duration (reader (file), mp3_frame);
    case OPENAI_RECORDING_AAC:
      return frames_duration (reader (file), aac_frame);
    case OPENAI_RECORDING_OGG:
      return ogg_duration (reader (file));
    case OPENAI_RECORDING_FLAC:
      return flac_duration (reader (file));
    case OPENAI_RECORDING_WEBM:
      return webm_duration (reader (file));
    case OPENAI_RECORDING_MP4:
      return mp4_duration (reader (file));
    default:
      return -1;
  }
}

gboolean
openai_recording_check (OpenaiRecordingKind kind, gsize size, guint64 max_bytes,
    gint64 duration, guint max_ms, GError **error)
{
  gboolean exact = kind == OPENAI_RECORDING_WAV || kind == OPENAI_RECORDING_FLAC;
  gint64 tenths = (duration + 99) / 100; /* of a second */

  if (max_bytes > 0 && size > max_bytes) {
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("The recording is larger than %" PRIu64 " bytes; nothing was sent"), max_bytes);
    return FALSE;
  }
  if (max_ms > 0 && duration > (gint64) max_ms + (exact ? 0 : PADDING_MS)) {
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("The recording is %.1f s long, more than %g s; nothing was sent"),
            tenths / 10.0, max_ms / 1000.0);
    return FALSE;
  }
  return TRUE;
}

gboolean
openai_recording_check_content (GBytes *file, OpenaiRecordingKind kind, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);
  const gchar *what = openai_recording_sniff (file) == OPENAI_RECORDING_UNKNOWN
      ? openai_foreign_audio_describe (data, size)
      : NULL;

  if (what)
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("This is %s, and no MP3, WAV, Ogg, AAC, FLAC, WebM or MP4 file; "
        "nothing was sent"),
            what);
  else if (kind == OPENAI_RECORDING_UNKNOWN)
    g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("This is no MP3, WAV, Ogg, AAC, FLAC, WebM or MP4 file; nothing was "
        "sent"));
  return !what && kind != OPENAI_RECORDING_UNKNOWN;
}
