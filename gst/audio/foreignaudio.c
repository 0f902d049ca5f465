// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Names of what comes in the place of audio that can be used. */

#include "foreignaudio.h"

#include <string.h>

/* Bytes that are looked at to see that something is text. */
#define TEXT_SIZE 512

/* No word and no address is as long as that. */
#define BASE64_SIZE 48

/* Nor any digest or identifier in an error as long as that. */
#define JSON_AUDIO_SIZE 200

#define WEBM "WebM or Matroska"
#define MP4 "MP4 (M4A)"
#define AIFF "AIFF"
#define MU_LAW "µ-law"
#define A_LAW "A-law"
#define MPEG_TS "MPEG-TS"
#define SEVERAL_PARTS "a body of several parts"
#define BASE64 "audio in base64 text"

typedef struct
{
  guint8 offset;
  guint8 length;
  const gchar *bytes;
  const gchar *name;
} Signature;

static const Signature signatures[] = {
  { 0, 4, "\x1a\x45\xdf\xa3", WEBM },
  { 4, 4, "ftyp", MP4 },
  { 4, 4, "styp", MP4 },
  { 4, 4, "moov", MP4 },
  { 4, 4, "moof", MP4 },
  { 4, 4, "mdat", MP4 },
  { 8, 4, "AIFF", AIFF },
  { 8, 4, "AIFC", AIFF },
  { 0, 8, "riff\x2e\x91\xcf\x11", "Wave64 (W64)" },
  { 0, 4, "RIFX", "a big-endian WAV (RIFX)" },
  { 8, 4, "AVI ", "AVI" },
  { 8, 4, "WEBP", "a WebP picture" },
  { 0, 5, "#!AMR", "AMR" },
  { 0, 4, ".snd", "AU" },
  { 0, 4, "dns.", "AU" },
  { 0, 4, "caff", "CAF" },
  { 0, 4, "ADIF", "AAC in ADIF" },
  { 0, 4, "wvpk", "WavPack" },
  { 0, 4, "MAC ", "Monkey's Audio" },
  { 0, 4, "TTA1", "True Audio" },
  { 0, 4, "DSD ", "DSD" },
  { 0, 4, "MThd", "MIDI" },
  { 0, 4, "FLV\x01", "FLV" },
  { 0, 7, "NIST_1A", "SPHERE" },
  { 0, 8, "Creative", "VOC" },
  { 0, 8, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", "WMA (ASF)" },
  { 0, 7, "#EXTM3U", "an HLS playlist" },
  { 0, 3, "\x1f\x8b\x08", "a body compressed with gzip" },
  { 0, 4, "\x28\xb5\x2f\xfd", "a body compressed with zstd" },
  { 0, 6,
      "\xfd"
      "7zXZ\0",
      "a body compressed with xz" },
  { 0, 8, "BZh91AY&", "a body compressed with bzip2" },
  { 0, 4, "ALP ", "ALP" },
  { 0, 4, "MPCK", "Musepack" },
  { 0, 3, "MP+", "Musepack" },
  { 0, 4, "OFR ", "OptimFROG" },
  { 0, 6, "#!SILK", "SILK" },
  { 0, 4, ".RMF", "RealMedia" },
  { 0, 4, ".ra\xfd", "RealAudio" },
  { 0, 4, "IMPM", "a module of Impulse Tracker" },
  { 0, 4, "FRM8", "DSD" },
  { 0, 4, "Rar!", "a RAR archive" },
  { 0, 6, "7z\xbc\xaf\x27\x1c", "a 7z archive" },
  { 0, 4,
      "\x7f"
      "ELF",
      "a program" },
  { 0, 4, "GIF8", "a GIF picture" },
  { 0, 3, "\xff\xd8\xff", "a JPEG picture" },
  { 0, 4, "G@\0\x10", MPEG_TS },
  { 0, 4, "G@\x11\x10", MPEG_TS },
  { 0, 4, "PK\x03\x04", "a ZIP archive" },
  { 0, 5, "%PDF-", "a PDF" },
  { 0, 8, "\x89PNG\r\n\x1a\n", "a PNG picture" },
};

const gchar *
openai_foreign_audio_by_signature (const guint8 *p)
{
  for (guint i = 0; i < G_N_ELEMENTS (signatures); i++) {
    if (memcmp (p + signatures[i].offset, signatures[i].bytes, signatures[i].length) == 0)
      return signatures[i].name;
  }
  return NULL;
}

/* A prefix of the type, so that parameters and families are in it. */
static const struct
{
  const gchar *type;
  const gchar *name;
} types[] = {
  { "audio/webm", WEBM },
  { "audio/x-matroska", WEBM },
  { "audio/matroska", WEBM },
  { "audio/mp4", MP4 },
  { "audio/m4a", MP4 },
  { "audio/x-m4a", MP4 },
  { "audio/aiff", AIFF },
  { "audio/x-aiff", AIFF },
  { "audio/amr", "AMR" },
  { "audio/3gpp", "3GPP" },
  { "audio/basic", "AU (" MU_LAW ")" },
  { "audio/x-au", "AU" },
  { "audio/pcmu", MU_LAW },
  { "audio/mulaw", MU_LAW },
  { "audio/x-mulaw", MU_LAW },
  { "audio/ulaw", MU_LAW },
  { "audio/pcma", A_LAW },
  { "audio/alaw", A_LAW },
  { "audio/x-alaw", A_LAW },
  { "audio/x-caf", "CAF" },
  { "audio/mp4a-latm", OPENAI_FOREIGN_AUDIO_LOAS },
  { "audio/x-w64", "Wave64 (W64)" },
  { "audio/x-ms-wma", "WMA (ASF)" },
  { "audio/midi", "MIDI" },
  { "audio/mpegurl", "an HLS playlist" },
  { "audio/x-mpegurl", "an HLS playlist" },
  { "application/vnd.apple.mpegurl", "an HLS playlist" },
  { "application/gzip", "a body compressed with gzip" },
  { "application/x-gzip", "a body compressed with gzip" },
  { "application/zip", "a ZIP archive" },
  { "application/pdf", "a PDF" },
  { "multipart/", SEVERAL_PARTS },
  { "video/mp2t", MPEG_TS },
  { "video/", "video" },
  { "image/", "a picture" },
};

const gchar *
openai_foreign_audio_by_type (const gchar *content_type)
{
  for (guint i = 0; content_type && i < G_N_ELEMENTS (types); i++) {
    if (g_ascii_strncasecmp (content_type, types[i].type, strlen (types[i].type)) == 0)
      return types[i].name;
  }
  return NULL;
}

/* "--" and the boundary in a line, and the headers of the first part. */
static gboolean
is_multipart (const gchar *text, gsize length)
{
  const gchar *end = text + length, *p = text;
  gboolean named = FALSE;

  if (length < 2 || memcmp (text, "--", 2) != 0)
    return FALSE;
  for (; p < end && g_ascii_isgraph (*p); p++)
    named |= g_ascii_isalnum (*p);
  while (p < end && g_ascii_isspace (*p))
    p++;
  return named
      && g_ascii_strncasecmp (p, "Content-", MIN ((gsize) (end - p), strlen ("Content-")))
      == 0;
}

const gchar *
openai_foreign_audio_by_text (const gchar *text, gsize length)
{
  gsize n = 0;

  for (; length > 0 && g_ascii_isspace (*text); length--)
    text++;
  if (is_multipart (text, length))
    return SEVERAL_PARTS;
  if (length >= 5 && memcmp (text, "data:", 5) == 0)
    return BASE64;
  while (n < length && (g_ascii_isalnum (text[n]) || strchr ("+/-_=\r\n", text[n])))
    n++;
  return n == length && n >= BASE64_SIZE ? BASE64 : NULL;
}

const gchar *
openai_foreign_audio_in_json (const gchar *text, gsize length)
{
  gsize n = 0;

  if (length == 0 || !strchr ("{[", *text))
    return NULL;
  for (gsize i = 0; i < length && n < JSON_AUDIO_SIZE; i++)
    n = text[i] && (g_ascii_isalnum (text[i]) || strchr ("+/-_=\\", text[i])) ? n + 1 : 0;
  return n == JSON_AUDIO_SIZE ? "audio in base64 or hexadecimal text in JSON" : NULL;
}

gboolean
openai_foreign_audio_is_loas (const guint8 *p, gsize length, gsize *needed)
{
  gsize next = 3 + (((p[1] & 0x1f) << 8) | p[2]);

  if (p[0] != 0x56 || (p[1] & 0xe0) != 0xe0)
    return FALSE;
  *needed = next + 2;
  return length >= *needed && p[next] == 0x56 && (p[next + 1] & 0xe0) == 0xe0;
}

const gchar *
openai_foreign_audio_by_wav_tag (guint16 tag)
{
  switch (tag) {
    case 0x0002:
      return "MS ADPCM";
    case 0x0006:
      return A_LAW;
    case 0x0007:
      return MU_LAW;
    case 0x0011:
      return "IMA ADPCM";
    case 0x0031:
      return "GSM 6.10";
    case 0x0050:
    case 0x0055:
      return "MP3";
    case 0x00ff:
    case 0x1600:
      return "AAC";
    case 0x0160:
    case 0x0161:
      return "WMA";
    default:
      return NULL;
  }
}

const gchar *
openai_foreign_audio_describe (const guint8 *data, gsize length)
{
  guint8 head[OPENAI_FOREIGN_AUDIO_SIZE] = { 0 };
  gsize size = MIN (length, TEXT_SIZE);
  const gchar *name, *end;

  memcpy (head, data, MIN (length, sizeof head));
  name = openai_foreign_audio_by_signature (head);
  if (name)
    return name;
  for (gsize i = 0; i < size; i++) {
    if (g_ascii_iscntrl (data[i]) && !g_ascii_isspace (data[i]))
      return NULL;
  }
  if (size == 0
      || (!g_utf8_validate ((const gchar *) data, size, &end)
          && end < (const gchar *) data + size - 4))
    return NULL;
  if (g_strstr_len ((const gchar *) data, size, "<html")
      || g_strstr_len ((const gchar *) data, size, "<!DOCTYPE"))
    return "a web page";
  return "text";
}
