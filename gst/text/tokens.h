// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Text as words to compare by. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A word with the punctuation that clings to it, or a grapheme cluster where words
 * have no spaces. Punctuation alone is none. */
typedef struct
{
  gchar *text;
  gchar *key; /* its letters and digits by which it is compared */
  gboolean space_before;
  guint unsure; /* how many like it at the end of a text that goes on
                                 * may still become others */
  gsize end;    /* of it in the text it is from, in bytes */
} OpenaiToken;

/* An array of OpenaiToken, in order, that owns what is in them. */
GArray *openai_tokens_new (const gchar *text);

static inline OpenaiToken *
openai_tokens_nth (const GArray *tokens, guint i)
{
  return &g_array_index (tokens, OpenaiToken, i);
}

gboolean openai_tokens_equal (const OpenaiToken *a, const OpenaiToken *b);

/* How many of the tokens from @i of @a and from @j of @b on are the same. */
guint openai_tokens_common (const GArray *a, guint i, const GArray *b, guint j);

/* Copies of [first, end) of @from. */
void openai_tokens_append (GArray *tokens, const GArray *from, guint first, guint end);

/* The text of [first, end), with the space before the first. */
gchar *openai_tokens_join (const GArray *tokens, guint first, guint end);

G_END_DECLS
