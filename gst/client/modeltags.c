// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What models write around and between what was said. */

#include "modeltags.h"

#include <string.h>

/* Bytes. */
#define MAX_THOUGHT (1024 * 1024)

/* Tokens of other models, in any case: of CTC and transducers, of SentencePiece. */
static const gchar *const known[] = { "<s>", "</s>", "<unk>", "<pad>", "<blank>", "<blk>",
  "<bos>", "<eos>", "<sos>", "<eou>", "<eob>", "<sil>", "<silence>", "<nospeech>",
  "<asr_text>", "[pad]", "[unk]", "[cls]", "[sep]", "⁇" };

/* A byte of SentencePiece: <0x0A>. */
#define BYTE_LENGTH 6

static gsize
token_length (const gchar *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    if (*text == *known[i]
        && g_ascii_strncasecmp (text, known[i], strlen (known[i])) == 0)
      return strlen (known[i]);
  }
  if (g_str_has_prefix (text, "<0x") && g_ascii_isxdigit (text[3])
      && g_ascii_isxdigit (text[4]) && text[5] == '>')
    return BYTE_LENGTH;
  return 0;
}

/* Whisper has learnt from subtitles, and writes {\an8} as they have it. */
static gsize
tag_length (const gchar *text)
{
  const gchar *close = g_str_has_prefix (text, "<|") ? "|>"
      : g_str_has_prefix (text, "[_")                ? "]"
      : g_str_has_prefix (text, "{\\")               ? "}"
                                                     : NULL;
  const gchar *end = close ? g_strstr_len (text + 2, OPENAI_MODEL_TAG_MAX, close) : NULL;

  return end && !memchr (text, ' ', end - text) ? (gsize) (end + strlen (close) - text)
                                                : token_length (text);
}

/* Asked of each character, of which most begin none; the last of these begins "⁇". */
gsize
openai_model_tag_length (const gchar *text)
{
  return strchr ("<[{\xe2", *text) ? tag_length (text) : 0;
}

const gchar *
openai_model_tag_skip_preface (const gchar *text)
{
  static const gchar *const kinds[][2] = { { "language ", "<asr_text>" },
    { "<think>", "</think>" } };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    gsize most = i == 0 ? OPENAI_MODEL_TAG_MAX : MAX_THOUGHT;
    const gchar *end = g_str_has_prefix (text, kinds[i][0])
        ? g_strstr_len (text, most + strlen (kinds[i][1]), kinds[i][1])
        : NULL;

    if (end)
      text = end + strlen (kinds[i][1]);
  }
  return text;
}
