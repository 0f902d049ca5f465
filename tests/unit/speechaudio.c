// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Answers of speech servers to frames: of any format, and of none. */

#include "answeraudio.h"

static void
test_pcm (void)
{
  static const struct
  {
    const gchar *type;
    guint rate;
    guint channels;
  } types[] = {
    { "audio/pcm", 24000, 1 },
    { NULL, 24000, 1 },
    { "application/octet-stream", 24000, 1 },
    { "audio/pcm;rate=22050", 22050, 1 },
    { "audio/pcm; rate=16000; channels=2", 16000, 2 },
    { "audio/pcm; samplerate=\"44100\"", 44100, 1 },
    { "audio/pcm; rate=-5", 24000, 1 },
    { "audio/pcm; rate=7", 24000, 1 },
    { "audio/pcm; channels=900", 24000, 1 },
  };
  const gsize sizes[] = { 1, 2, 3, 11, 12, 13, 5001 };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
      g_autoptr (GByteArray) samples = samples_new (sizes[s]);
      Answer answer = { types[i].type, TRUE, samples };

      for (guint most = 1; most < 400; most = most * 3 + 1) {
        g_auto (Result) result = hear (&answer, most);
        assert_heard (&result, samples, types[i].rate, types[i].channels);
      }
    }
  }
}

static void
test_big_endian (void)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  Answer answer = { "audio/L16; rate=8000", TRUE, body };
  g_auto (Result) result = { .out = NULL };

  add (body, "abcdefghijklm\001op");
  result = hear (&answer, 3);
  g_assert_no_error (result.error);
  g_assert_cmpuint (result.format.rate, ==, 8000);
  g_assert_cmpmem (result.out->data, result.out->len, "badcfehgjilk\001mpo", 16);
}

static void
test_encoded (void)
{
  static const struct
  {
    const gchar *type;
    const gchar *start;
    TtsSpeechAudioKind kind;
  } kinds[] = {
    { "audio/ogg;codec=opus", "OggS", TTS_SPEECH_AUDIO_OGG },
    { "audio/pcm", "OggS", TTS_SPEECH_AUDIO_OGG },
    { "audio/flac", "fLaC", TTS_SPEECH_AUDIO_FLAC },
    { "audio/mpeg", "ID3", TTS_SPEECH_AUDIO_MP3 },
    { "audio/mpeg", "\xff\xf3\xc4\xc4", TTS_SPEECH_AUDIO_MP3 },
    { "audio/aac", "\xff\xf1\x58\x40", TTS_SPEECH_AUDIO_AAC },
    { "audio/mpeg", "\001some junk first", TTS_SPEECH_AUDIO_MP3 },
    { "audio/pcm", "\xff\xf3\xc4\xc4", TTS_SPEECH_AUDIO_PCM },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (GByteArray) body = g_byte_array_new ();
    Answer answer = { kinds[i].type, g_str_equal (kinds[i].type, "audio/pcm"), body };
    g_auto (Result) result = { .out = NULL };

    add (body, kinds[i].start);
    add (body, "0123456789abcdefghij");
    result = hear (&answer, 5);
    g_assert_no_error (result.error);
    g_assert_cmpint (result.format.kind, ==, kinds[i].kind);
    if (kinds[i].kind != TTS_SPEECH_AUDIO_PCM)
      g_assert_cmpmem (result.out->data, result.out->len, body->data, body->len);
  }
}

/* A label may be wrong, and samples may begin with any byte. */
static void
test_samples_that_look_else (void)
{
  static const struct
  {
    const gchar *type;
    gboolean pcm_asked;
    const gchar *start;
  } starts[] = {
    { "application/octet-stream", TRUE, "<\001{\002<\001" },
    { NULL, TRUE, "{\001\001\001" },
    { "audio/pcm", TRUE, "{\"error\":\"a\"}" },
    { "application/octet-stream", TRUE, "\xff\xf3\xc4\xc4" },
    { NULL, TRUE, "\xff\xf1\x58\x40" },
    { "audio/mpeg", TRUE, "\xff\xff\xff\xff\xff\xff\xff\xff" },
    { "audio/mpeg", TRUE, "\001\001\001\001\001" },
    { "audio/pcm", FALSE, "\001\001\001\001\001" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++) {
    g_autoptr (GByteArray) body = g_byte_array_new ();
    Answer answer = { starts[i].type, starts[i].pcm_asked, body };
    g_auto (Result) result = { .out = NULL };

    add (body, starts[i].start);
    add (body, "\001\002\003\004\005\006\007\010\011\012\013\014\015");
    result = hear (&answer, 4);
    assert_heard (&result, body, 24000, 1);
  }
}

/* Whatever was asked for and whatever it is called, if the label does not tell
 * it, what cannot be played is named, and nothing of it is played. */
static void
test_other_formats_are_named (void)
{
  static const struct
  {
    const gchar *start;
    gsize length;
    const gchar *name;
  } bodies[] = {
    { "\x1a\x45\xdf\xa3\x9f\x42\x86\x81", 8, "WebM" },
    { "\0\0\0\x1c"
      "ftypM4A ",
        12, "MP4" },
    { "\0\0\0\x18styp", 8, "MP4" },
    { "FORM\0\0\1\2AIFF", 12, "AIFF" },
    { "FORM\0\0\1\2AIFC", 12, "AIFF" },
    { "riff\x2e\x91\xcf\x11", 8, "Wave64" },
    { "#!AMR\n", 6, "AMR" },
    { "#!AMR-WB\n", 9, "AMR" },
    { ".snd\0\0\0\x18", 8, "AU" },
    { "caff\0\1", 6, "CAF" },
    { "\x30\x26\xb2\x75\x8e\x66\xcf\x11", 8, "WMA" },
    { "\x1f\x8b\x08\0", 4, "gzip" },
    { "\x28\xb5\x2f\xfd", 4, "zstd" },
    { "RIFF\1\2\3\4AVI ", 12, "AVI" },
    { "#EXTM3U\n", 8, "HLS" },
    { "G@\0\x10\0\0\xb0\x0d", 8, "MPEG-TS" },
  };
  static const gchar *const types[] = { "audio/pcm", "audio/mpeg", "audio/wav",
    "application/octet-stream", "text/event-stream", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (bodies) * G_N_ELEMENTS (types) * 2; i++) {
    guint body_index = i / 2 / G_N_ELEMENTS (types);
    g_autoptr (GByteArray) body = g_byte_array_new ();
    g_autoptr (GByteArray) rest = samples_new (5000);
    Answer answer = { types[i / 2 % G_N_ELEMENTS (types)], i & 1, body };

    g_byte_array_append (
        body, (const guint8 *) bodies[body_index].start, bodies[body_index].length);
    g_byte_array_append (body, rest->data, rest->len);
    for (guint most = 1; most < 9000; most = most * 30 + 1) {
      g_auto (Result) result = hear (&answer, most);

      g_assert_error (result.error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
      g_assert_nonnull (strstr (result.error->message, bodies[body_index].name));
      g_assert_cmpuint (result.out->len, ==, 0);
    }
  }
}

/* Frames of LOAS, of 40 bytes each, which are no samples and no ADTS. */
static void
test_latm (void)
{
  static const gchar *const types[] = { "audio/pcm", "audio/aac", "audio/mpeg", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (types) * 2; i++) {
    g_autoptr (GByteArray) body = g_byte_array_new ();
    g_autoptr (GByteArray) frame = samples_new (40);
    Answer answer = { types[i / 2], i & 1, body };

    memcpy (frame->data, "\x56\xe0\x25", 3);
    for (guint n = 0; n < 20; n++)
      g_byte_array_append (body, frame->data, frame->len);
    for (guint most = 1; most < 900; most = most * 30 + 1) {
      g_auto (Result) result = hear (&answer, most);

      g_assert_error (result.error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
      g_assert_nonnull (strstr (result.error->message, "LATM"));
      g_assert_cmpuint (result.out->len, ==, 0);
    }
    /* One sync word makes no frames of samples. */
    g_byte_array_set_size (body, 0);
    add (body, "\x56\xe0\x01");
    add (body, "0123456789abcdefghijklmno");
    if (i == 1) {
      g_auto (Result) result = hear (&answer, 3);

      assert_heard (&result, body, 24000, 1);
    }
  }
}

/* Whatever type the server gives it. */
static void
test_several_parts (void)
{
  static const gchar *const types[] = { "audio/wav", "audio/pcm", "audio/mpeg", NULL };
  static const gchar *const starts[] = { "--x\r\nContent-Type: audio/wav\r\n\r\n",
    "\r\n--0123456789abcdef\ncontent-disposition: form-data\n\n",
    ("------WebKitFormBoundary7MA4YWxkTrZu0gW0123456789012345678901234567890\r\n"
     "Content-Type: audio/wav\r\n\r\n") };

  for (guint i = 0; i < G_N_ELEMENTS (types) * G_N_ELEMENTS (starts); i++) {
    g_autoptr (GByteArray) body = g_byte_array_new ();
    g_autoptr (GByteArray) samples = samples_new (2000);
    Answer answer = { types[i / G_N_ELEMENTS (starts)], TRUE, body };

    add (body, starts[i % G_N_ELEMENTS (starts)]);
    g_byte_array_append (body, samples->data, samples->len);
    for (guint most = 1; most < 3000; most = most * 30 + 1) {
      g_auto (Result) result = hear (&answer, most);

      g_assert_error (result.error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
      g_assert_nonnull (strstr (result.error->message, "several parts"));
      g_assert_cmpuint (result.out->len, ==, 0);
    }
  }
}

/* Any member, base64 or hexadecimal; an error with a digest is none. */
static void
test_audio_in_json (void)
{
  g_autofree gchar *text = g_strnfill (400, 'a');
  g_autofree gchar *large = g_strnfill (100000, 'A');
  g_autofree gchar *audio = g_strdup_printf ("{\"ok\":true,\"audio\":\"%s\"}", text);
  g_autofree gchar *data =
      g_strdup_printf ("[{\"b64_json\": \"data:audio\\/wav;base64,%s\"}]", large);
  g_autofree gchar *fault =
      g_strdup_printf ("{\"error\":{\"message\":\"lost\",\"digest\":\"%.128s\"}}", text);
  const gchar *const bodies[][2] = { { audio, "base64" }, { data, "base64" },
    { fault, "lost" } };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autoptr (GByteArray) body = g_byte_array_new ();
    Answer answer = { "application/json", TRUE, body };
    g_auto (Result) result = { .out = NULL };

    add (body, bodies[i][0]);
    result = hear (&answer, 500);
    g_assert_error (result.error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
    g_assert_nonnull (strstr (result.error->message, bodies[i][1]));
  }
}

/* A type that is not that of samples is believed when no signature says
 * otherwise. */
static void
test_types_of_other_formats (void)
{
  static const gchar *const types[][2] = {
    { "audio/webm;codecs=opus", "WebM" },
    { "audio/mp4", "MP4" },
    { "audio/aiff", "AIFF" },
    { "audio/basic", "law" },
    { "audio/PCMU", "law" },
    { "audio/amr", "AMR" },
    { "video/mp4", "video" },
    { "video/mp2t", "MPEG-TS" },
    { "multipart/mixed; boundary=x", "several parts" },
    { "audio/pcm;encoding=mulaw", "law" },
    { "audio/x-raw, format=(string)alaw", "law" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autoptr (GByteArray) body = samples_new (1000);
    Answer answer = { types[i][0], TRUE, body };
    g_auto (Result) result = hear (&answer, 100);

    g_assert_error (result.error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
    g_assert_nonnull (strstr (result.error->message, types[i][1]));
    g_assert_cmpuint (result.out->len, ==, 0);
  }
}

/* Two frames of MPEG 2 layer III, 64 kbit/s at 24000 Hz: 192 bytes each. Under
 * the name of MP3 they are found behind what is none; samples under it stay
 * samples. */
static void
test_mp3_after_junk (void)
{
  const gsize junks[] = { 1, 2, 64, 1000, 4000 };

  for (guint i = 0; i < G_N_ELEMENTS (junks); i++) {
    g_autoptr (GByteArray) body = samples_new (junks[i]);
    Answer answer = { "audio/mpeg", TRUE, body };

    for (guint frame = 0; frame < 2 + i; frame++) {
      static const guint8 header[] = { 0xff, 0xf3, 0x84, 0xc4 };
      g_autofree guint8 *rest = g_malloc0 (192 - sizeof header);

      g_byte_array_append (body, header, sizeof header);
      g_byte_array_append (body, rest, 192 - sizeof header);
    }
    for (guint most = 1; most < 9000; most = most * 30 + 1) {
      g_auto (Result) result = hear (&answer, most);

      g_assert_no_error (result.error);
      g_assert_cmpint (result.format.kind, ==, TTS_SPEECH_AUDIO_MP3);
      g_assert_cmpmem (result.out->data, result.out->len, body->data, body->len);
    }
  }
  for (gsize size = 20; size < 20000; size = size * 3 + 2) {
    g_autoptr (GByteArray) body = samples_new (size);
    Answer answer = { "audio/mpeg", TRUE, body };
    g_auto (Result) result = hear (&answer, 700);

    assert_heard (&result, body, 24000, 1);
  }
}

/* Servers answer 200 and the type of audio before the speech fails: what comes
 * then is text under the name of audio, however it came. */
static void
test_text_under_the_name_of_audio (void)
{
  static const gchar *const types[] = { "audio/pcm", "audio/mpeg", "audio/wav",
    "audio/ogg", "audio/L16", "audio/aac", "application/octet-stream", NULL };
  static const struct
  {
    const gchar *body;
    const gchar *says;
  } texts[] = {
    { "{\"error\":{\"message\":\"You are out of credit\"}}", "out of credit" },
    { "<!DOCTYPE html><html><title>502 Bad Gateway</title></html>", "502 Bad Gateway" },
    { "Internal Server Error", "Internal Server Error" },
    { "{\"detail\":\"busy\"}", "busy" },
    { "Traceback (most recent call last):\n  File \"tts.py\", line 3\n"
      "RuntimeError: CUDA out of memory\n",
        "CUDA out of memory" },
    { "Die Stimme \"Jürgen\" gibt es nicht; möglich sind Käthe, Günter und Bärbel.",
        "Günter" },
    { "UklGRiR9AABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YQB9AAAAAIAF1graD2UU",
        "base64" },
    { "data:audio/wav;base64,UklGRiR9AABX", "base64" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts) * G_N_ELEMENTS (types) * 2; i++) {
    guint text = i / 2 / G_N_ELEMENTS (types);
    g_autoptr (GByteArray) body = g_byte_array_new ();
    Answer answer = { types[i / 2 % G_N_ELEMENTS (types)], i & 1, body };

    add (body, texts[text].body);
    for (guint most = 1; most < 1000; most = most * 7 + 1) {
      g_auto (Result) result = hear (&answer, most);

      g_assert_error (result.error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
      g_assert_nonnull (strstr (result.error->message, texts[text].says));
      g_assert_cmpuint (result.out->len, ==, 0);
    }
  }
}

/* Samples other than of 16 bits, told by the type; a rate by any of its names. */
static void
test_samples_by_type (void)
{
  static const struct
  {
    const gchar *type;
    const gchar *bytes; /* four times */
    gsize length;
    gint16 sample;
    guint rate;
  } types[] = {
    { "audio/pcm;encoding=float32;rate=16000", "\0\0\0\x3f", 4, 0x4000, 16000 },
    { "audio/x-raw, format=(string)F32LE, rate=(int)16000", "\0\0\0\x3f", 4, 0x4000,
        16000 },
    { "audio/pcm; bits=32; sample_rate=22050", "\0\0\1\2", 4, 0x0201, 22050 },
    { "audio/L24; rate=48000", "\2\1\0", 3, 0x0201, 48000 },
    { "audio/L8; rate=8000", "\x90", 1, 0x1000, 8000 },
    { "audio/L16; rate=8000", "\2\1", 2, 0x0201, 8000 },
    { "audio/L16;codec=pcm;rate=24000", "\1\2", 2, 0x0201, 24000 },
    { "audio/x-pcm; samplerate=\"44100\"", "\1\2", 2, 0x0201, 44100 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autoptr (GByteArray) body = g_byte_array_new ();
    Answer answer = { types[i].type, i & 1, body };
    g_auto (Result) result = { .out = NULL };

    for (guint n = 0; n < 40; n++)
      g_byte_array_append (body, (const guint8 *) types[i].bytes, types[i].length);
    result = hear (&answer, 5);
    g_assert_no_error (result.error);
    g_assert_cmpuint (result.format.rate, ==, types[i].rate);
    g_assert_cmpuint (result.out->len, ==, 80);
    for (guint n = 0; n < 40; n++)
      g_assert_cmpint (
          (gint16) (result.out->data[2 * n] | result.out->data[2 * n + 1] << 8), ==,
          types[i].sample);
  }
}

/* What is no audio is not collected without end. */
static void
test_text_without_end (void)
{
  g_autoptr (TtsSpeechAudio) audio = tts_speech_audio_new ("text/plain", TRUE, 24000);
  g_autoptr (GError) error = NULL;
  guint pushed = 0;

  while (pushed < 1024 * 1024
      && tts_speech_audio_push (audio, (const guint8 *) "words ", 6, &error))
    pushed += 6;
  g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
  g_assert_nonnull (strstr (error->message, "words words"));
  g_assert_cmpuint (pushed, <=, 64 * 1024);
}

static void
test_no_audio (void)
{
  static const struct
  {
    const gchar *type;
    const gchar *body;
    const gchar *says;
  } answers[] = {
    { "audio/pcm", "", "without any audio" },
    { "application/json", "{\"error\":{\"message\":\"unknown voice\"}}",
        "unknown voice" },
    { "application/json; charset=utf-8", "{\"detail\":\"busy\"}", "busy" },
    { "text/html", "<html><title>Sign in</title></html>", "Sign in" },
    { "text/plain", "nope", "nope" },
    { NULL, "{\"error\":{\"message\":\"untyped\"}}", "untyped" },
    { "audio/wav", "RIFF\xff\xff\xff\xffWAVEfmt ", "header" },
    { "audio/wav", "RIFF....WAVEdata....", "format" },
    { "audio/wav", "RIFF....", "header" },
    { "audio/wav", "RIFF....WAVEJUNK\xff\xff\xff\x7f....", "no end" },
    { "application/octet-stream", "<!DOCTYPE html><title>Oops</title>", "Oops" },
    { "text/plain", "no", "no" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    for (guint most = 1; most < 100; most = most * 4 + 1) {
      g_autoptr (GByteArray) body = g_byte_array_new ();
      Answer answer = { answers[i].type, TRUE, body };
      g_auto (Result) result = { .out = NULL };

      add (body, answers[i].body);
      result = hear (&answer, most);
      g_assert_error (result.error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
      g_assert_nonnull (strstr (result.error->message, answers[i].says));
      g_assert_cmpuint (result.out->len, ==, 0);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speechaudio/pcm", test_pcm);
  g_test_add_func ("/speechaudio/big-endian", test_big_endian);
  g_test_add_func ("/speechaudio/encoded", test_encoded);
  g_test_add_func ("/speechaudio/samples-that-look-else", test_samples_that_look_else);
  g_test_add_func ("/speechaudio/other-formats-are-named", test_other_formats_are_named);
  g_test_add_func ("/speechaudio/latm", test_latm);
  g_test_add_func ("/speechaudio/several-parts", test_several_parts);
  g_test_add_func ("/speechaudio/audio-in-json", test_audio_in_json);
  g_test_add_func ("/speechaudio/types-of-other-formats", test_types_of_other_formats);
  g_test_add_func ("/speechaudio/mp3-after-junk", test_mp3_after_junk);
  g_test_add_func (
      "/speechaudio/text-under-the-name-of-audio", test_text_under_the_name_of_audio);
  g_test_add_func ("/speechaudio/samples-by-type", test_samples_by_type);
  g_test_add_func ("/speechaudio/text-without-end", test_text_without_end);
  g_test_add_func ("/speechaudio/no-audio", test_no_audio);
  return g_test_run ();
}
