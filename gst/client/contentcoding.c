// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* An answer that came compressed, though no compression was asked for. libsoup's
 * own decoder would hide how many bytes came, by which an answer that was cut
 * short is known, and does not bound what it makes of them. */

#include "config.h"

#include "contentcoding.h"

#include <gio/gio.h>
#include <string.h>
#ifdef HAVE_BROTLI
#include <brotli/decode.h>
#endif

#include "error.h"
#include "i18n.h"

/* As proxies put one coding over another; deeper is no mistake any more. */
#define MAX_STAGES 4

/* Bytes that show whether an answer is what its header says. */
#define HEAD_SIZE 8

/* Bytes between two codings of one answer. */
#define PIECE_SIZE 4096

typedef enum
{
  CODING_UNDECIDED, /* by its first bytes */
  CODING_IDENTITY,
  CODING_GZIP,
  CODING_DEFLATE, /* with a header of zlib's or without */
  CODING_BROTLI,
  CODING_UNKNOWN,
} Coding;

typedef struct
{
  Coding named;  /* in the header; UNDECIDED: not at all */
  Coding coding; /* what it is */
  gchar *name;
  GByteArray *input; /* not decoded yet */
  GConverter *converter;
#ifdef HAVE_BROTLI
  BrotliDecoderState *brotli;
#endif
  gboolean full;  /* there may be more than was asked for */
  gboolean whole; /* the end of the compressed bytes came */
} Stage;

struct _OpenaiContentDecoder
{
  Stage stages[MAX_STAGES]; /* in the order of decoding */
  guint n_stages;
  gboolean is_text;
  gboolean ended;
  gboolean too_many;
};

static const struct
{
  const gchar *name;
  Coding coding;
} codings_by_name[] = {
  { "gzip", CODING_GZIP },
  { "x-gzip", CODING_GZIP },
  { "deflate", CODING_DEFLATE },
  { "x-deflate", CODING_DEFLATE },
#ifdef HAVE_BROTLI
  { "br", CODING_BROTLI },
#endif
  /* No codings, but servers were seen to call them so. */
  { "identity", CODING_IDENTITY },
  { "none", CODING_IDENTITY },
  { "binary", CODING_IDENTITY },
  { "8bit", CODING_IDENTITY },
  { "chunked", CODING_IDENTITY },
  { "aws-chunked", CODING_IDENTITY },
  { "utf-8", CODING_IDENTITY },
  { "utf8", CODING_IDENTITY },
  { "us-ascii", CODING_IDENTITY },
  { "iso-8859-1", CODING_IDENTITY },
};

static Coding
coding_by_name (const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (codings_by_name); i++) {
    if (g_ascii_strcasecmp (name, codings_by_name[i].name) == 0)
      return codings_by_name[i].coding;
  }
  return CODING_UNKNOWN;
}

static gboolean
begins_with (const gchar *data, gsize length, const gchar *mark, gsize size)
{
  return memcmp (data, mark, MIN (length, size)) == 0;
}

static gboolean
may_be_gzip (const gchar *data, gsize length)
{
  return begins_with (data, length, "\x1f\x8b\x08", 3);
}

/* Of those that compressors write, none begins a text. */
static gboolean
may_be_zlib (const gchar *data, gsize length)
{
  return begins_with (data, length, "\x78\x9c", 2)
      || begins_with (data, length, "\x78\xda", 2)
      || begins_with (data, length, "\x78\x01", 2);
}

gboolean
openai_content_coding_may_begin (const gchar *data, gsize length, gboolean is_text)
{
  return length > 0
      && (may_be_gzip (data, length) || (is_text && may_be_zlib (data, length)));
}

/* Any header of zlib's (RFC 1950). */
static gboolean
is_zlib (const guint8 *p, gsize length)
{
  return length >= 2 && (p[0] & 0x0f) == 8 && p[0] >> 4 <= 7
      && (p[0] << 8 | p[1]) % 31 == 0;
}

/* Readable as it is: JSON, markup, events, subtitles, or audio. */
static gboolean
is_plain (const guint8 *p, gsize length)
{
  static const gchar *const audio[] = { "RIFF", "OggS", "fLaC", "ID3" };
  const gchar *end;

  for (guint i = 0; i < G_N_ELEMENTS (audio); i++) {
    if (length >= strlen (audio[i]) && memcmp (p, audio[i], strlen (audio[i])) == 0)
      return TRUE;
  }
  for (gsize i = 0; i < length; i++) {
    if (g_ascii_iscntrl (p[i]) && !g_ascii_isspace (p[i]))
      return FALSE;
  }
  /* The last character may be cut. */
  return length > 0
      && (g_utf8_validate ((gchar *) p, length, &end) || end > (gchar *) p + length - 4);
}

static void
add_stage (OpenaiContentDecoder *self, Coding named, const gchar *name)
{
  Stage *stage = &self->stages[self->n_stages];

  if (self->n_stages == MAX_STAGES) {
    self->too_many = TRUE;
    return;
  }
  self->n_stages++;
  stage->named = named;
  stage->name = openai_error_clip (name, -1, 40);
  stage->input = g_byte_array_new ();
}

OpenaiContentDecoder *
openai_content_decoder_new (const gchar *codings, gboolean is_text)
{
  OpenaiContentDecoder *self = g_new0 (OpenaiContentDecoder, 1);
  g_auto (GStrv) names = g_strsplit (codings ? codings : "", ",", -1);

  self->is_text = is_text;
  /* The last that was applied is the first to be taken off. */
  for (guint i = g_strv_length (names); i-- > 0;) {
    const gchar *name = g_strstrip (names[i]);
    Coding coding = coding_by_name (name);

    if (*name && coding != CODING_IDENTITY)
      add_stage (self, coding, name);
  }
  if (self->n_stages == 0)
    add_stage (self, CODING_UNDECIDED, "");
  return self;
}

void
openai_content_decoder_free (OpenaiContentDecoder *self)
{
  for (guint i = 0; i < self->n_stages; i++) {
    Stage *stage = &self->stages[i];

    g_free (stage->name);
    g_byte_array_unref (stage->input);
    g_clear_object (&stage->converter);
#ifdef HAVE_BROTLI
    g_clear_pointer (&stage->brotli, BrotliDecoderDestroyInstance);
#endif
  }
  g_free (self);
}

static void
begin_coding (Stage *stage, Coding coding)
{
  GZlibCompressorFormat format = coding == CODING_GZIP  ? G_ZLIB_COMPRESSOR_FORMAT_GZIP
      : is_zlib (stage->input->data, stage->input->len) ? G_ZLIB_COMPRESSOR_FORMAT_ZLIB
                                                        : G_ZLIB_COMPRESSOR_FORMAT_RAW;

  stage->coding = coding;
  if (coding == CODING_GZIP || coding == CODING_DEFLATE)
    stage->converter = G_CONVERTER (g_zlib_decompressor_new (format));
#ifdef HAVE_BROTLI
  if (coding == CODING_BROTLI)
    stage->brotli = BrotliDecoderCreateInstance (NULL, NULL, NULL);
#endif
}

/* What the bytes are says more than the header. Not when too few are there and
 * they are not @all. */
static void
decide (const OpenaiContentDecoder *self, Stage *stage, gboolean all)
{
  const gchar *p = (const gchar *) stage->input->data;
  gsize length = stage->input->len;
  gboolean needs_text = stage->named != CODING_UNDECIDED && stage->named != CODING_GZIP;

  if (length < (needs_text ? HEAD_SIZE : OPENAI_CONTENT_CODING_MARK) && !all)
    return;
  if (length >= OPENAI_CONTENT_CODING_MARK && may_be_gzip (p, length))
    begin_coding (stage, CODING_GZIP);
  else if (stage->named == CODING_UNDECIDED && self->is_text && length >= 2
      && may_be_zlib (p, length))
    begin_coding (stage, CODING_DEFLATE);
  else if (stage->named == CODING_UNDECIDED || stage->named == CODING_GZIP
      || is_plain (stage->input->data, MIN (length, HEAD_SIZE)))
    begin_coding (stage, CODING_IDENTITY);
  else
    begin_coding (stage, stage->named);
}

static gssize
copy_through (Stage *stage, gchar *buffer, gsize size)
{
  gsize n = MIN (stage->input->len, size);

  if (n == 0)
    return 0;
  memcpy (buffer, stage->input->data, n);
  g_byte_array_remove_range (stage->input, 0, n);
  return n;
}

static gssize
fail_to_decode (const Stage *stage, GError **error)
{
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_BROKEN,
      _("The server sent a compressed body (%s) that is damaged"),
          *stage->name                       ? stage->name
              : stage->coding == CODING_GZIP ? "gzip"
                                             : "deflate");
  return -1;
}

/* One file of gzip's may follow another; anything else behind the end is no part
 * of the answer. */
static void
end_member (Stage *stage)
{
  gsize left = stage->input->len;

  if (stage->coding == CODING_GZIP && left >= OPENAI_CONTENT_CODING_MARK
      && may_be_gzip ((gchar *) stage->input->data, left)) {
    g_converter_reset (stage->converter);
    stage->whole = FALSE;
  } else if (left >= OPENAI_CONTENT_CODING_MARK) {
    g_byte_array_set_size (stage->input, 0);
  }
}

static gssize
inflate (Stage *stage, gchar *buffer, gsize size, GError **error)
{
  g_autoptr (GError) cause = NULL;
  gsize used = 0, made = 0;
  GConverterResult result;

  if (stage->whole)
    end_member (stage);
  if (stage->whole || (stage->input->len == 0 && !stage->full))
    return 0;
  result = g_converter_convert (stage->converter, stage->input->data, stage->input->len,
      buffer, size, G_CONVERTER_NO_FLAGS, &used, &made, &cause);
  if (result == G_CONVERTER_ERROR)
    return g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT)
        ? 0
        : fail_to_decode (stage, error);
  if (used > 0)
    g_byte_array_remove_range (stage->input, 0, used);
  stage->full = made == size;
  stage->whole = result == G_CONVERTER_FINISHED;
  return made;
}

#ifdef HAVE_BROTLI
static gssize
decode_brotli (Stage *stage, gchar *buffer, gsize size, GError **error)
{
  size_t left = stage->input->len, room = size;
  const uint8_t *from = stage->input->data;
  uint8_t *to = (uint8_t *) buffer;
  BrotliDecoderResult result;

  if (stage->whole) {
    g_byte_array_set_size (stage->input, 0);
    return 0;
  }
  result = BrotliDecoderDecompressStream (stage->brotli, &left, &from, &room, &to, NULL);
  if (result == BROTLI_DECODER_RESULT_ERROR)
    return fail_to_decode (stage, error);
  g_byte_array_remove_range (stage->input, 0, stage->input->len - left);
  stage->whole = result == BROTLI_DECODER_RESULT_SUCCESS;
  return size - room;
}
#endif

static gssize
decode (Stage *stage, gchar *buffer, gsize size, GError **error)
{
  gssize n = 0;
  gsize left;

  switch (stage->coding) {
    case CODING_IDENTITY:
      return copy_through (stage, buffer, size);
    case CODING_UNKNOWN:
      g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
          _("The server sent a body in the content encoding \"%s\", which "
          "cannot be decoded here"),
              stage->name);
      return -1;
    default:
      break;
  }
  /* Headers are taken without anything coming out. */
  do {
    left = stage->input->len;
#ifdef HAVE_BROTLI
    if (stage->coding == CODING_BROTLI)
      n = decode_brotli (stage, buffer, size, error);
    else
#endif
      n = inflate (stage, buffer, size, error);
  } while (n == 0 && stage->input->len > 0 && stage->input->len < left);
  return n;
}

/* Decoded by this stage and all before it. */
static gssize
read_stage (
    OpenaiContentDecoder *self, guint i, gchar *buffer, gsize size, GError **error)
{
  Stage *stage = &self->stages[i];
  gchar piece[PIECE_SIZE];
  gboolean drained = i == 0;
  gssize n;

  for (;;) {
    if (stage->coding == CODING_UNDECIDED && stage->input->len > 0)
      decide (self, stage, drained && self->ended);
    n = stage->coding == CODING_UNDECIDED ? 0 : decode (stage, buffer, size, error);
    if (n != 0 || drained)
      return n;
    n = read_stage (self, i - 1, piece, sizeof piece, error);
    if (n < 0)
      return n;
    g_byte_array_append (stage->input, (guint8 *) piece, n);
    drained = n == 0;
  }
}

void
openai_content_decoder_push (OpenaiContentDecoder *self, const gchar *data, gsize length)
{
  g_byte_array_append (self->stages[0].input, (const guint8 *) data, length);
}

void
openai_content_decoder_end (OpenaiContentDecoder *self)
{
  self->ended = TRUE;
}

gssize
openai_content_decoder_read (
    OpenaiContentDecoder *self, gchar *buffer, gsize size, GError **error)
{
  if (self->too_many) {
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
        _("The server sent a body in more than %d content encodings"), MAX_STAGES);
    return -1;
  }
  return read_stage (self, self->n_stages - 1, buffer, size, error);
}

gboolean
openai_content_decoder_is_whole (const OpenaiContentDecoder *self)
{
  for (guint i = 0; i < self->n_stages; i++) {
    const Stage *stage = &self->stages[i];

    if (stage->converter && !stage->whole)
      return FALSE;
#ifdef HAVE_BROTLI
    if (stage->brotli && !stage->whole)
      return FALSE;
#endif
  }
  return TRUE;
}
