// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Answers that come compressed, whole, in pieces, cut short and mislabelled. */

#include "config.h"

#include "client/contentcoding.h"

#include <gio/gio.h>
#include <string.h>

#include "call.h"
#include "client/error.h"
#include "server/server.h"

#define SAID                                                                             \
  "{\"text\":\"Not a word of it is true, and not a word of it is "                       \
  "false.\"}"

/* SAID as the reference encoder writes it. */
#define SAID_IN_BROTLI                                                                   \
  "\x1b\x42\x00\xe0\x9d\x07\xb6\x8d\xec\xbc\x1b\x89\x1e"                                 \
  "\x2f\x1e\x2d\x45\x40\xf6\x32\x2d\xcc\xad\x75\x9c\xde\xfa\x24\xdd\x1c"                 \
  "\x08\x6c\xc0\x81\x43\x60\x91\x66\x83\xde\xa0\x51\x6d\xc7\x71\xc1\x54"                 \
  "\x89\x40\xc8\x75\x97\x67\xc5\xe2\x1c\x0d"

static GByteArray *
compress (gconstpointer data, gsize length, GZlibCompressorFormat format)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (format, -1);
  g_autoptr (GInputStream) plain =
      g_memory_input_stream_new_from_data (data, length, NULL);
  g_autoptr (GInputStream) stream =
      g_converter_input_stream_new (plain, G_CONVERTER (compressor));
  GByteArray *out = g_byte_array_new ();
  guint8 piece[4096];
  gssize n;

  while ((n = g_input_stream_read (stream, piece, sizeof piece, NULL, NULL)) > 0)
    g_byte_array_append (out, piece, n);
  g_assert_cmpint (n, ==, 0);
  return out;
}

/* What comes out when so many bytes come at a time; NULL with @error. */
static GString *
decode (const gchar *codings, gboolean is_text, const GByteArray *body, gsize piece,
    gboolean *whole, GError **error)
{
  g_autoptr (OpenaiContentDecoder) decoder =
      openai_content_decoder_new (codings, is_text);
  g_autoptr (GString) out = g_string_new (NULL);
  gchar buffer[100];
  gsize at = 0;
  gssize n;

  for (;;) {
    while ((n = openai_content_decoder_read (decoder, buffer, sizeof buffer, error)) > 0)
      g_string_append_len (out, buffer, n);
    if (n < 0)
      return NULL;
    if (at > body->len)
      break;
    if (at == body->len)
      openai_content_decoder_end (decoder);
    else
      openai_content_decoder_push (
          decoder, (gchar *) body->data + at, MIN (piece, body->len - at));
    at = at == body->len ? at + 1 : MIN (at + piece, body->len);
  }
  *whole = openai_content_decoder_is_whole (decoder);
  return g_steal_pointer (&out);
}

static void
assert_says (
    const gchar *codings, gboolean is_text, const GByteArray *body, const gchar *said)
{
  static const gsize pieces[] = { 1, 2, 3, 7, 100000 };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autoptr (GError) error = NULL;
    gboolean whole = FALSE;
    g_autoptr (GString) out = decode (codings, is_text, body, pieces[i], &whole, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (out->str, ==, said);
    g_assert_true (whole);
  }
}

static GByteArray *
bytes_of (const gchar *text, gsize length)
{
  return g_byte_array_append (g_byte_array_new (), (const guint8 *) text, length);
}

static void
test_each_coding_in_any_pieces (void)
{
  g_autoptr (GByteArray) gzip =
      compress (SAID, strlen (SAID), G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GByteArray) zlib =
      compress (SAID, strlen (SAID), G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  g_autoptr (GByteArray) raw =
      compress (SAID, strlen (SAID), G_ZLIB_COMPRESSOR_FORMAT_RAW);
  g_autoptr (GByteArray) twice =
      compress (gzip->data, gzip->len, G_ZLIB_COMPRESSOR_FORMAT_ZLIB);

  assert_says ("gzip", TRUE, gzip, SAID);
  assert_says ("X-GZip", FALSE, gzip, SAID);
  assert_says ("deflate", TRUE, zlib, SAID);
  assert_says ("deflate", TRUE, raw, SAID);
  assert_says ("gzip, deflate", FALSE, twice, SAID);
#ifdef HAVE_BROTLI
  g_autoptr (GByteArray) brotli = bytes_of (SAID_IN_BROTLI, sizeof SAID_IN_BROTLI - 1);

  assert_says ("br", TRUE, brotli, SAID);
#endif
}

static void
test_what_the_bytes_are_counts (void)
{
  static const gchar *const codings[] = { "gzip", "deflate", "br", "zstd", "utf-8",
    "identity", "", "aws-chunked" };
  g_autoptr (GByteArray) gzip =
      compress (SAID, strlen (SAID), G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GByteArray) zlib =
      compress (SAID, strlen (SAID), G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  g_autoptr (GByteArray) plain = bytes_of (SAID, strlen (SAID));
  g_autoptr (GByteArray) short_one = bytes_of ("{}", 2);
  g_autoptr (GByteArray) foreign =
      bytes_of ("\343\201\202\343\201\204\343\201\206\n", 10);

  assert_says (NULL, FALSE, gzip, SAID);
  assert_says ("br", FALSE, gzip, SAID);
  assert_says (NULL, TRUE, zlib, SAID);
  for (guint i = 0; i < G_N_ELEMENTS (codings); i++) {
    assert_says (codings[i], TRUE, plain, SAID);
    assert_says (codings[i], TRUE, short_one, "{}");
    assert_says (codings[i], TRUE, foreign, "\343\201\202\343\201\204\343\201\206\n");
  }
}

/* A file of gzip's behind another is more of it, anything else is none. */
static void
test_what_follows_the_end (void)
{
  g_autoptr (GByteArray) body =
      compress ("Not a word ", 11, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GByteArray) more = compress ("of it.", 6, G_ZLIB_COMPRESSOR_FORMAT_GZIP);

  g_byte_array_append (body, more->data, more->len);
  assert_says ("gzip", TRUE, body, "Not a word of it.");
  g_byte_array_append (body, (const guint8 *) "\0\0\0\0\0", 5);
  assert_says ("gzip", TRUE, body, "Not a word of it.");
}

static void
test_what_is_cut_short_is_not_whole (void)
{
  g_autoptr (GByteArray) body =
      compress (SAID, strlen (SAID), G_ZLIB_COMPRESSOR_FORMAT_GZIP);

  for (guint length = body->len - 1; length >= 3; length--) {
    gboolean whole = TRUE;
    g_autoptr (GString) out = NULL;

    g_byte_array_set_size (body, length);
    out = decode ("gzip", TRUE, body, 16, &whole, NULL);
    g_assert_nonnull (out);
    g_assert_false (whole);
  }
}

static void
test_what_cannot_be_decoded_is_named (void)
{
  static const struct
  {
    const gchar *codings;
    const gchar *name;
  } unknown[] = {
    { "zstd", "zstd" },
    { "compress", "compress" },
    { "gzip, dcz", "dcz" },
    { "gzip,gzip,gzip,gzip,gzip", "content encodings" },
  };
  g_autoptr (GByteArray) body = bytes_of ("\x28\xb5\x2f\xfd\x04\x58\0\0\0", 9);

  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++) {
    g_autoptr (GError) error = NULL;
    gboolean whole;

    g_assert_null (decode (unknown[i].codings, TRUE, body, 4, &whole, &error));
    g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
    g_assert_nonnull (strstr (error->message, unknown[i].name));
  }
}

static void
test_damage_is_an_error (void)
{
  g_autoptr (GByteArray) body =
      compress (SAID, strlen (SAID), G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GError) error = NULL;
  gboolean whole;

  body->data[body->len - 6] ^= 1; /* of the checksum */
  g_assert_null (decode ("gzip", TRUE, body, 1000, &whole, &error));
  g_assert_error (error, OPENAI_ERROR, OPENAI_ERROR_BROKEN);
}

/* However much comes of it, one piece is read at a time. */
static void
test_a_bomb_comes_out_in_pieces (void)
{
  g_autofree gchar *zeros = g_malloc0 (16 * 1024 * 1024);
  g_autoptr (GByteArray) body =
      compress (zeros, 16 * 1024 * 1024, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (OpenaiContentDecoder) decoder = openai_content_decoder_new ("gzip", TRUE);
  gchar buffer[1000];
  guint n = 0;

  g_assert_cmpuint (body->len, <, 100000);
  openai_content_decoder_push (decoder, (gchar *) body->data, body->len);
  while (openai_content_decoder_read (decoder, buffer, sizeof buffer, NULL) > 0)
    n++;
  g_assert_cmpuint (n, >=, 16 * 1024 * 1024 / sizeof buffer);
}

/* --- in a call ------------------------------------------------------------ */

static void
make_call (TestServer *server, guint max_answer, Call *call)
{
  OpenaiLimits limits = {
    .connect = 20000, .idle = 20000, .answer = 20000, .max_answer = max_answer
  };
  OpenaiEndpoint endpoint = { .base_url = (gchar *) test_server_base_url (server) };
  OpenaiClient *client = openai_client_acquire (&endpoint, NULL);

  call_run (call, client, &limits);
  openai_client_release (client);
}

static TestAnswer *
answer_with (
    TestServer *server, guint status, const gchar *coding, const GByteArray *body)
{
  TestAnswer *answer = test_server_answer (server, status, "application/json");

  if (coding)
    test_answer_header (answer, "Content-Encoding", coding);
  test_answer_body (answer, body->data, body->len);
  return answer;
}

static void
test_a_compressed_answer_is_read (void)
{
  static const gchar *const codings[] = { "gzip", NULL, "deflate" };
  g_autoptr (GByteArray) body =
      compress (SAID, strlen (SAID), G_ZLIB_COMPRESSOR_FORMAT_GZIP);

  for (guint i = 0; i < G_N_ELEMENTS (codings); i++) {
    g_autoptr (TestServer) server = test_server_new ();
    g_auto (Call) call;

    call_init (&call, NULL);
    answer_with (server, 200, codings[i], body);
    make_call (server, 0, &call);
    g_assert_no_error (call.error);
    g_assert_cmpstr (call.answer->str, ==, SAID);
  }
}

static void
test_an_answer_cut_short_is_broken (void)
{
  g_autoptr (GByteArray) body =
      compress (SAID, strlen (SAID), G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (TestServer) server = test_server_new ();
  g_auto (Call) call;

  call_init (&call, NULL);
  g_byte_array_set_size (body, body->len - 1);
  answer_with (server, 200, "gzip", body);
  make_call (server, 0, &call);
  g_assert_error (call.error, OPENAI_ERROR, OPENAI_ERROR_BROKEN);
}

static void
test_the_reason_of_an_error_is_shown (void)
{
  static const gchar *const reason = "{\"error\":{\"message\":\"no such "
                                     "model\"}}";
  g_autoptr (GByteArray) body =
      compress (reason, strlen (reason), G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (TestServer) server = test_server_new ();
  g_auto (Call) call;

  call_init (&call, NULL);
  answer_with (server, 400, "gzip", body);
  make_call (server, 0, &call);
  g_assert_error (call.error, OPENAI_ERROR, OPENAI_ERROR_HTTP);
  g_assert_cmpstr (call.error->message, ==, "no such model");
}

static void
test_an_error_keeps_its_status (void)
{
  g_autoptr (GByteArray) body = bytes_of ("\x28\xb5\x2f\xfd\x04\x58\0\0\0", 9);
  g_autoptr (TestServer) server = test_server_new ();
  g_auto (Call) call;

  call_init (&call, NULL);
  answer_with (server, 404, "zstd", body);
  make_call (server, 0, &call);
  g_assert_error (call.error, OPENAI_ERROR, OPENAI_ERROR_HTTP);
  g_assert_cmpuint (openai_error_details (call.error)->status, ==, 404);
  g_assert_nonnull (strstr (call.error->message, "zstd"));
}

static void
test_a_bomb_is_bounded (void)
{
  g_autofree gchar *zeros = g_malloc0 (4 * 1024 * 1024);
  g_autoptr (GByteArray) body =
      compress (zeros, 4 * 1024 * 1024, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (TestServer) server = test_server_new ();
  g_auto (Call) call;

  call_init (&call, NULL);
  answer_with (server, 200, "gzip", body);
  make_call (server, 100000, &call);
  g_assert_error (call.error, OPENAI_ERROR, OPENAI_ERROR_ANSWER);
  g_assert_cmpuint (call.answer->len, <=, 100000);
}

static void
test_a_pause_loses_nothing (void)
{
  g_autofree gchar *zeros = g_malloc0 (1024 * 1024);
  g_autoptr (GByteArray) body =
      compress (zeros, 1024 * 1024, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (TestServer) server = test_server_new ();
  g_auto (Call) call;

  call_init (&call, NULL);
  call.pauses = 20;
  answer_with (server, 200, "gzip", body);
  make_call (server, 0, &call);
  g_assert_no_error (call.error);
  g_assert_cmpuint (call.answer->len, ==, 1024 * 1024);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func (
      "/content-coding/each-coding-in-any-pieces", test_each_coding_in_any_pieces);
  g_test_add_func (
      "/content-coding/what-the-bytes-are-counts", test_what_the_bytes_are_counts);
  g_test_add_func ("/content-coding/what-follows-the-end", test_what_follows_the_end);
  g_test_add_func ("/content-coding/what-is-cut-short-is-not-whole",
      test_what_is_cut_short_is_not_whole);
  g_test_add_func ("/content-coding/what-cannot-be-decoded-is-named",
      test_what_cannot_be_decoded_is_named);
  g_test_add_func ("/content-coding/damage-is-an-error", test_damage_is_an_error);
  g_test_add_func (
      "/content-coding/a-bomb-comes-out-in-pieces", test_a_bomb_comes_out_in_pieces);
  g_test_add_func (
      "/content-coding/a-compressed-answer-is-read", test_a_compressed_answer_is_read);
  g_test_add_func ("/content-coding/an-answer-cut-short-is-broken",
      test_an_answer_cut_short_is_broken);
  g_test_add_func ("/content-coding/the-reason-of-an-error-is-shown",
      test_the_reason_of_an_error_is_shown);
  g_test_add_func (
      "/content-coding/an-error-keeps-its-status", test_an_error_keeps_its_status);
  g_test_add_func ("/content-coding/a-bomb-is-bounded", test_a_bomb_is_bounded);
  g_test_add_func ("/content-coding/a-pause-loses-nothing", test_a_pause_loses_nothing);
  return g_test_run ();
}
