// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Text as words to compare by. */

#include "tokens.h"

#include <string.h>

#include "unicode.h"

/* Clusters at the end of a text that goes on. In Thai and its neighbours a word has
 * more of them than in Japanese. */
#define UNSURE_WORDS 1
#define UNSURE_IDEOGRAPHS 2
#define UNSURE_SYLLABLES 4

typedef struct
{
  GArray *tokens;
  const gchar *text;
  const gchar *start; /* of the token that is open, or NULL */
  const gchar *lead;  /* punctuation that clings to the next, or NULL */
  gunichar last;      /* letter of the open token; 0: a space ended it */
} Splitter;

static gboolean
is_letter (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c);
}

static gboolean
is_cluster (gunichar c)
{
  return openai_char_flags (c) & OPENAI_CHAR_NO_SPACES;
}

static guint
unsure_of (gunichar c)
{
  switch (g_unichar_get_script (c)) {
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return UNSURE_SYLLABLES;
    default:
      return is_cluster (c) ? UNSURE_IDEOGRAPHS : UNSURE_WORDS;
  }
}

static gboolean
joins_digits (gunichar before, gunichar c, gunichar after)
{
  return (c == '.' || c == ',' || c == ':') && g_unichar_isdigit (before)
      && g_unichar_isdigit (after);
}

/* Letters, marks and digits, compatibility forms as the usual ones, no case. */
static gchar *
key_of (const gchar *text)
{
  g_autofree gchar *usual = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);
  g_autofree gchar *folded = g_utf8_casefold (usual ? usual : "", -1);
  GString *key = g_string_new (NULL);
  gunichar before = 0;

  for (const gchar *p = folded; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (is_letter (c) || joins_digits (before, c, g_utf8_get_char (g_utf8_next_char (p))))
      g_string_append_unichar (key, c);
    before = c;
  }
  return g_string_free (key, FALSE);
}

static gunichar
first_letter (const gchar *text)
{
  while (*text && !is_letter (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return g_utf8_get_char (text);
}

/* The open token ends before @end. */
static void
close_token (Splitter *self, const gchar *end)
{
  OpenaiToken token = { NULL };

  if (!self->start)
    return;
  token.space_before = self->start > self->text
      && g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (self->start)));
  token.text = g_strchomp (g_strndup (self->start, end - self->start));
  token.key = key_of (token.text);
  token.unsure = unsure_of (first_letter (token.text));
  token.end = self->start - self->text + strlen (token.text);
  g_array_append_val (self->tokens, token);
}

static gboolean
begins_token (const Splitter *self, gunichar c)
{
  return !self->start || !self->last
      || ((is_cluster (c) || is_cluster (self->last))
          && !(openai_char_flags (self->last) & OPENAI_CHAR_NO_LINE_END));
}

static void
take_letter (Splitter *self, const gchar *p, gunichar c)
{
  if (begins_token (self, c)) {
    const gchar *start = self->lead ? self->lead : p;

    close_token (self, start);
    self->start = start;
  }
  self->last = c;
  self->lead = NULL;
}

static void
take_punctuation (Splitter *self, const gchar *p, gunichar c)
{
  gboolean leads = !self->last || openai_char_flags (c) & OPENAI_CHAR_OPENING;

  if (leads && !self->lead)
    self->lead = p;
}

/* What stands between spaces without a letter clings to the token before. */
static void
take_space (Splitter *self)
{
  if (self->start)
    self->lead = NULL;
  self->last = 0;
}

static void
token_clear (gpointer data)
{
  OpenaiToken *token = data;

  g_free (token->text);
  g_free (token->key);
}

static GArray *
tokens_new_empty (void)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (OpenaiToken));

  g_array_set_clear_func (tokens, token_clear);
  return tokens;
}

GArray *
openai_tokens_new (const gchar *text)
{
  const gchar *end = text + strlen (text);
  Splitter self = { .tokens = tokens_new_empty (), .text = text };
  const gchar *next;

  for (const gchar *p = text; p < end; p = next) {
    gunichar c = g_utf8_get_char (p);

    next = openai_text_grapheme_end (p, end);
    if (g_unichar_isspace (c))
      take_space (&self);
    else if (is_letter (c))
      take_letter (&self, p, c);
    else
      take_punctuation (&self, p, c);
  }
  close_token (&self, end);
  return self.tokens;
}

gboolean
openai_tokens_equal (const OpenaiToken *a, const OpenaiToken *b)
{
  return g_str_equal (a->key, b->key);
}

guint
openai_tokens_common (const GArray *a, guint i, const GArray *b, guint j)
{
  guint n = 0;

  while (i + n < a->len && j + n < b->len
      && openai_tokens_equal (openai_tokens_nth (a, i + n), openai_tokens_nth (b, j + n)))
    n++;
  return n;
}

void
openai_tokens_append (GArray *tokens, const GArray *from, guint first, guint end)
{
  for (guint i = first; i < end; i++) {
    OpenaiToken copy = *openai_tokens_nth (from, i);

    copy.text = g_strdup (copy.text);
    copy.key = g_strdup (copy.key);
    g_array_append_val (tokens, copy);
  }
}

gchar *
openai_tokens_join (const GArray *tokens, guint first, guint end)
{
  GString *text = g_string_new (NULL);

  for (guint i = first; i < end; i++) {
    const OpenaiToken *token = openai_tokens_nth (tokens, i);

    if (token->space_before)
      g_string_append_c (text, ' ');
    g_string_append (text, token->text);
  }
  return g_string_free (text, FALSE);
}
