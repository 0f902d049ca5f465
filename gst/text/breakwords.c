// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Words of a language that decide where a line of it may end. */

#include "breakwords.h"

#include <gio/gio.h>
#include <string.h>

#include "unicode.h"
#include "words-resource.h"

#define WORDS_PATH "/org/gst-plugins-openai/text/words.ini"
#define UNITS "units"

/* Words of a language that have to be in a text that is taken for it. */
#define LEAST_WORDS 2

struct _OpenaiBreakWords
{
  gchar *language;
  GHashTable *flags; /* gchar → OpenaiWordFlags */
};

typedef struct
{
  GPtrArray *languages; /* OpenaiBreakWords */
  GHashTable *units;    /* a set of gchar */
} Lists;

static const struct
{
  const gchar *key;
  OpenaiWordFlags flag;
} kinds[] = {
  { "keep", OPENAI_WORD_KEEP },
  { "prepositions", OPENAI_WORD_PREPOSITION },
  { "conjunctions", OPENAI_WORD_CONJUNCTION },
  { "titles", OPENAI_WORD_TITLE },
};

static GStrv
read_words (GKeyFile *file, const gchar *group, const gchar *key)
{
  g_autofree gchar *words = g_key_file_get_string (file, group, key, NULL);

  return g_strsplit (words ? words : "", " ", -1);
}

static OpenaiBreakWords *
read_language (GKeyFile *file, const gchar *language)
{
  OpenaiBreakWords *self = g_new0 (OpenaiBreakWords, 1);

  self->language = g_strdup (language);
  self->flags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_auto (GStrv) words = read_words (file, language, kinds[i].key);

    for (gchar **word = words; *word; word++) {
      gchar *key = openai_text_fold (*word);
      guint flags = GPOINTER_TO_UINT (g_hash_table_lookup (self->flags, key));

      g_hash_table_insert (self->flags, key, GUINT_TO_POINTER (flags | kinds[i].flag));
    }
  }
  return self;
}

static void
read_units (GKeyFile *file, GHashTable *units)
{
  g_auto (GStrv) words = read_words (file, UNITS, "words");

  for (gchar **word = words; *word; word++)
    g_hash_table_add (units, g_strdup (*word));
}

static Lists *
read_lists (void)
{
  g_autoptr (GBytes) bytes = g_resource_lookup_data (
      openai_words_get_resource (), WORDS_PATH, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) groups = NULL;
  Lists *lists = g_new (Lists, 1);

  g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_NONE, NULL);
  groups = g_key_file_get_groups (file, NULL);
  lists->languages = g_ptr_array_new ();
  lists->units = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (gchar **group = groups; *group; group++) {
    if (g_str_equal (*group, UNITS))
      read_units (file, lists->units);
    else
      g_ptr_array_add (lists->languages, read_language (file, *group));
  }
  return lists;
}

static const Lists *
get_lists (void)
{
  static gsize lists;

  if (g_once_init_enter (&lists))
    g_once_init_leave (&lists, (gsize) read_lists ());
  return (const Lists *) lists;
}

const OpenaiBreakWords *
openai_break_words_get (const gchar *language)
{
  GPtrArray *languages = get_lists ()->languages;

  for (guint i = 0; language && i < languages->len; i++) {
    const OpenaiBreakWords *self = g_ptr_array_index (languages, i);

    if (g_str_equal (self->language, language))
      return self;
  }
  return NULL;
}

static guint
count_words (const OpenaiBreakWords *self, GStrv words)
{
  guint found = 0;

  for (gchar **word = words; *word; word++)
    found += g_hash_table_contains (self->flags, *word);
  return found;
}

const OpenaiBreakWords *
openai_break_words_guess (const gchar *text)
{
  GPtrArray *languages = get_lists ()->languages;
  g_auto (GStrv) words = g_strsplit_set (text, " \n\t", -1);
  const OpenaiBreakWords *best = NULL;
  guint most = LEAST_WORDS - 1;

  for (gchar **word = words; *word; word++) {
    gchar *folded = openai_text_fold (*word);

    g_free (*word);
    *word = folded;
  }
  for (guint i = 0; i < languages->len; i++) {
    const OpenaiBreakWords *self = g_ptr_array_index (languages, i);
    guint found = count_words (self, words);

    if (found > most) {
      most = found;
      best = self;
    }
  }
  return best;
}

OpenaiWordFlags
openai_break_words_lookup (const OpenaiBreakWords *self, const gchar *word)
{
  g_autofree gchar *key = self ? openai_text_fold (word) : NULL;

  return self ? GPOINTER_TO_UINT (g_hash_table_lookup (self->flags, key)) : 0;
}

const gchar *
openai_break_words_language (const OpenaiBreakWords *self)
{
  return self->language;
}

/* Without the punctuation of a sentence after it. */
gboolean
openai_word_is_unit (const gchar *word)
{
  gsize length = strlen (word);
  g_autofree gchar *lower = NULL;

  while (length > 1 && strchr (".,;:!?", word[length - 1]))
    length--;
  lower = g_utf8_strdown (word, length);
  return g_hash_table_contains (get_lists ()->units, lower);
}
