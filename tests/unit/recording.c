// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Files of every kind: what they are, how long, and nothing breaks on nonsense. */

#include "audio/recording.h"

#include <string.h>

#include "audio/encoder.h"
#include "client/error.h"

static void
add (GByteArray *file, gconstpointer data, gsize size)
{
  g_byte_array_append (file, data, size);
}

#define ADD(file_, text_) add (file_, text_, sizeof text_ - 1)

static void
add_number (GByteArray *file, guint64 value, gsize n, gboolean big)
{
  for (gsize i = 0; i < n; i++) {
    guint8 byte = value >> 8 * (big ? n - 1 - i : i);

    add (file, &byte, 1);
  }
}

static void
add_zeros (GByteArray *file, gsize n)
{
  gsize begin = file->len;

  g_byte_array_set_size (file, begin + n);
  memset (file->data + begin, 0, n);
}

/* An ID3 tag of @n bytes, then frames of MPEG 1 layer III, 128 kbit/s, 44.1
 * kHz: 417 bytes, 1152 samples. */
static void
make_mp3 (GByteArray *file, guint n_frames)
{
  ADD (file, "ID3\x04\x00\x00\x00\x00\x02\x00");
  add_zeros (file, 256);
  for (guint i = 0; i < n_frames; i++) {
    ADD (file, "\xff\xfb\x90\x00");
    add_zeros (file, 413);
  }
  ADD (file, "TAG");
  add_zeros (file, 125);
}

/* 24 kHz, 1024 samples, 200 bytes. */
static void
make_aac (GByteArray *file, guint n_frames)
{
  for (guint i = 0; i < n_frames; i++) {
    ADD (file, "\xff\xf1\x58\x40\x19\x1f\xfc");
    add_zeros (file, 193);
  }
}

static void
make_wav (GByteArray *file, guint seconds)
{
  ADD (file,
      "RIFF\xff\xff\xff\xffWAVELIST\x03\x00\x00\x00"
      "abc\x00"
      "fmt ");
  add_number (file, 16, 4, FALSE);
  add_number (file, 1, 2, FALSE);
  add_number (file, 2, 2, FALSE);
  add_number (file, 8000, 4, FALSE);
  add_number (file, 32000, 4, FALSE);
  add_number (file, 4, 2, FALSE);
  add_number (file, 16, 2, FALSE);
  ADD (file, "data\xff\xff\xff\xff");
  add_zeros (file, 32000 * seconds);
}

static void
add_page (GByteArray *file, guint64 granule, gconstpointer packet, gsize size)
{
  guint8 length = size;

  ADD (file, "OggS\x00\x02");
  add_number (file, granule, 8, FALSE);
  ADD (file, "abcd\x00\x00\x00\x00\x00\x00\x00\x00\x01");
  add (file, &length, 1);
  add (file, packet, size);
}

static void
make_ogg (GByteArray *file, guint seconds)
{
  static const gchar head[] = "OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00";

  add_page (file, 0, head, sizeof head - 1);
  add_page (file, 48000 * seconds + 312, "OggS\x00OggS", 9);
  add_page (file, G_MAXUINT64, "x", 1);
}

static void
make_flac (GByteArray *file, guint seconds)
{
  ADD (file, "fLaC\x80\x00\x00\x22");
  add_zeros (file, 10);
  add_number (
      file, (guint64) 44100 << 44 | (guint64) 15 << 36 | 44100 * seconds, 8, TRUE);
  add_zeros (file, 16);
}

static void
make_mp4 (GByteArray *file, guint seconds)
{
  ADD (file,
      "\x00\x00\x00\x10"
      "ftypM4A \x00\x00\x00\x00");
  ADD (file,
      "\x00\x00\x00\x01mdat\x00\x00\x00\x00\x00\x00\x00\x14"
      "abcd");
  ADD (file, "\x00\x00\x00\x74moov\x00\x00\x00\x6cmvhd\x00\x00\x00\x00");
  add_zeros (file, 8);
  add_number (file, 600, 4, TRUE);
  add_number (file, 600 * seconds, 4, TRUE);
  add_zeros (file, 80);
}

static void
make_webm (GByteArray *file, guint seconds)
{
  union
  {
    gdouble value;
    guint64 bits;
  } duration = { seconds * 1000.0 };

  ADD (file,
      "\x1a\x45\xdf\xa3\x84"
      "webm");
  ADD (file, "\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff");
  ADD (file,
      "\xec\x82zz"
      "\x15\x49\xa9\x66\x92");
  ADD (file,
      "\x2a\xd7\xb1\x83\x0f\x42\x40"
      "\x44\x89\x88");
  add_number (file, duration.bits, 8, TRUE);
}

typedef struct
{
  void (*make) (GByteArray *file, guint n);
  guint n;
  OpenaiRecordingKind kind;
  gint64 duration;
  const gchar *filename;
  const gchar *type;
} Case;

static const Case cases[] = {
  { make_mp3, 40, OPENAI_RECORDING_MP3, 1045, "audio.mp3", "audio/mpeg" },
  { make_aac, 30, OPENAI_RECORDING_AAC, 1280, "audio.aac", "audio/aac" },
  { make_wav, 3, OPENAI_RECORDING_WAV, 3000, "audio.wav", "audio/wav" },
  { make_ogg, 4, OPENAI_RECORDING_OGG, 4000, "audio.ogg", "audio/ogg" },
  { make_flac, 5, OPENAI_RECORDING_FLAC, 5000, "audio.flac", "audio/flac" },
  { make_flac, 0, OPENAI_RECORDING_FLAC, -1, "audio.flac", "audio/flac" },
  { make_mp4, 6, OPENAI_RECORDING_MP4, 6000, "audio.mp4", "audio/mp4" },
  { make_mp4, 0, OPENAI_RECORDING_MP4, -1, "audio.mp4", "audio/mp4" },
  { make_webm, 7, OPENAI_RECORDING_WEBM, 7000, "audio.webm", "audio/webm" },
};

static GBytes *
make_file (const Case *expected)
{
  GByteArray *file = g_byte_array_new ();

  expected->make (file, expected->n);
  return g_byte_array_free_to_bytes (file);
}

static void
test_kinds (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) file = make_file (&cases[i]);
    OpenaiRecordingKind kind = openai_recording_sniff (file);

    g_assert_cmpint (kind, ==, cases[i].kind);
    g_assert_cmpint (openai_recording_duration (file, kind), ==, cases[i].duration);
    g_assert_cmpstr (openai_recording_filename (kind), ==, cases[i].filename);
    g_assert_cmpstr (openai_recording_type (kind), ==, cases[i].type);
  }
}

static void
test_other_files (void)
{
  static const gchar *const others[] = { "", "R", "RIFFxxxxAVI ", "ID3",
    "hello, I am text", "\177ELF", "%PDF-1.4", "<html>", "\xff", "\xff\xd8\xff" };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autoptr (GBytes) file = g_bytes_new (others[i], strlen (others[i]));

    g_assert_cmpint (openai_recording_sniff (file), ==, OPENAI_RECORDING_UNKNOWN);
  }
}

/* Our own encoders agree. */
static void
test_own_files (void)
{
  static const OpenaiRecordingKind kinds[] = {
    [OPENAI_AUDIO_WAV] = OPENAI_RECORDING_WAV,
    [OPENAI_AUDIO_FLAC] = OPENAI_RECORDING_FLAC,
    [OPENAI_AUDIO_OPUS] = OPENAI_RECORDING_OGG,
  };
  g_autofree gint16 *samples = g_new0 (gint16, 32000);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (OpenaiEncoder) out = openai_encoder_new (i, 16000, 1, 32000);
    g_autoptr (GByteArray) all = g_byte_array_new ();
    g_autoptr (GBytes) first = openai_encoder_push (out, samples, 32000);
    g_autoptr (GBytes) rest = openai_encoder_finish (out);
    g_autoptr (GBytes) file = NULL;

    if (first)
      add (all, g_bytes_get_data (first, NULL), g_bytes_get_size (first));
    if (rest)
      add (all, g_bytes_get_data (rest, NULL), g_bytes_get_size (rest));
    file = g_bytes_new (all->data, all->len);
    g_assert_cmpint (openai_recording_sniff (file), ==, kinds[i]);
    g_assert_cmpint (openai_recording_duration (file, kinds[i]), >=, 1999);
    g_assert_cmpint (openai_recording_duration (file, kinds[i]), <=, 2010);
  }
}

/* Cut anywhere and with any byte changed, taken for any kind. What is outside of
 * the allocation is for the sanitizer to find. */
static void
test_nonsense (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint round = 0; round < 4000; round++) {
    g_autoptr (GBytes) file = make_file (&cases[round % G_N_ELEMENTS (cases)]);
    gsize size = MIN (g_bytes_get_size (file), 5000);
    gsize cut = g_rand_int_range (rand, 0, size + 1);
    g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (file, NULL), MAX (cut, 1));
    g_autoptr (GBytes) broken = NULL;

    for (guint i = 0; i < round % 7 && cut > 0; i++)
      data[g_rand_int_range (rand, 0, MIN (cut, 150))] = g_rand_int_range (rand, 0, 256);
    broken = g_bytes_new_take (g_steal_pointer (&data), cut);
    g_assert_cmpint (openai_recording_sniff (broken), <=, OPENAI_RECORDING_MP4);
    for (guint kind = 0; kind <= OPENAI_RECORDING_MP4; kind++)
      g_assert_cmpint (openai_recording_duration (broken, kind), >=, -1);
  }
}

/* Noise is not taken for an hour of music. */
static void
test_noise (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  gsize size = 4 * 1024 * 1024;
  guint8 *data = g_malloc (size);
  g_autoptr (GBytes) file = NULL;

  for (gsize i = 0; i < size; i++)
    data[i] = g_rand_int (rand);
  file = g_bytes_new_take (data, size);
  g_assert_cmpint (openai_recording_duration (file, OPENAI_RECORDING_MP3), <, 5000);
  g_assert_cmpint (openai_recording_duration (file, OPENAI_RECORDING_AAC), <, 5000);
}

typedef struct
{
  OpenaiRecordingKind kind;
  gsize size;
  gint64 duration;
  guint64 max_bytes;
  guint max_ms;
  gboolean fits;
} Limit;

static const Limit checks[] = {
  { OPENAI_RECORDING_WAV, 10485760, 30000, 10485760, 30000, TRUE },
  { OPENAI_RECORDING_WAV, 10485761, 1, 10485760, 30000, FALSE },
  { OPENAI_RECORDING_WAV, 1, 30001, 10485760, 30000, FALSE },
  { OPENAI_RECORDING_MP3, 1, 30100, 10485760, 30000, TRUE },
  { OPENAI_RECORDING_MP3, 1, 30101, 10485760, 30000, FALSE },
  { OPENAI_RECORDING_MP3, 1, -1, 10485760, 30000, TRUE },
  { OPENAI_RECORDING_WAV, G_MAXINT, G_MAXINT, 0, 0, TRUE },
};

static void
test_limits (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (checks); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_true (openai_recording_check (checks[i].kind, checks[i].size,
                       checks[i].max_bytes, checks[i].duration, checks[i].max_ms, &error)
        == checks[i].fits);
    if (!checks[i].fits)
      g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS);
  }
}

/* "30.0 s long, more than 30 s" would be a riddle. */
static void
test_just_too_long (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (
      openai_recording_check (OPENAI_RECORDING_WAV, 1, 0, 30001, 30000, &error));
  g_assert_nonnull (strstr (error->message, "30.1 s long, more than 30 s"));
}

/* Text, archives and pictures go nowhere under the name of audio. */
static void
test_what_is_no_audio_is_named (void)
{
  static const struct
  {
    const gchar *data;
    OpenaiRecordingKind kind;
    const gchar *name; /* NULL: it goes */
  } files[] = {
    { "Dear sir, this is a letter.", OPENAI_RECORDING_WAV, "text" },
    { "Caf\303\251", OPENAI_RECORDING_UNKNOWN, "text" },
    { "<!DOCTYPE html><html><title>x</title>", OPENAI_RECORDING_MP3, "a web page" },
    { "PK\003\004abcdefgh", OPENAI_RECORDING_UNKNOWN, "a ZIP archive" },
    { "%PDF-1.4 abcdefgh", OPENAI_RECORDING_WAV, "a PDF" },
    { "FORM\001\002\003\004AIFF", OPENAI_RECORDING_UNKNOWN, "AIFF" },
    { "\001\002\003\004", OPENAI_RECORDING_UNKNOWN, "This is no MP3" },
    { "\001\002\003\004", OPENAI_RECORDING_AAC, NULL },
    { "RIFF\044\001\001\001WAVE", OPENAI_RECORDING_WAV, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (GBytes) file = g_bytes_new_static (files[i].data, strlen (files[i].data));
    g_autoptr (GError) error = NULL;
    gboolean goes = openai_recording_check_content (file, files[i].kind, &error);

    g_assert_cmpint (goes, ==, files[i].name == NULL);
    if (!goes)
      g_assert_nonnull (strstr (error->message, files[i].name));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recording/kinds", test_kinds);
  g_test_add_func ("/recording/just-too-long", test_just_too_long);
  g_test_add_func ("/recording/other-files", test_other_files);
  g_test_add_func ("/recording/own-files", test_own_files);
  g_test_add_func ("/recording/nonsense", test_nonsense);
  g_test_add_func ("/recording/noise", test_noise);
  g_test_add_func ("/recording/limits", test_limits);
  g_test_add_func (
      "/recording/what-is-no-audio-is-named", test_what_is_no_audio_is_named);
  return g_test_run ();
}
