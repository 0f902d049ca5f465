// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The names some servers give languages, and their codes. */

#include "transcript.h"

#include <string.h>

static const struct
{
  const gchar *name;
  const gchar *code;
} languages[] = {
  { "afrikaans", "af" },
  { "albanian", "sq" },
  { "amharic", "am" },
  { "arabic", "ar" },
  { "armenian", "hy" },
  { "assamese", "as" },
  { "azerbaijani", "az" },
  { "bashkir", "ba" },
  { "basque", "eu" },
  { "belarusian", "be" },
  { "bengali", "bn" },
  { "bosnian", "bs" },
  { "breton", "br" },
  { "bulgarian", "bg" },
  { "burmese", "my" },
  { "cantonese", "yue" },
  { "castilian", "es" },
  { "catalan", "ca" },
  { "chinese", "zh" },
  { "croatian", "hr" },
  { "czech", "cs" },
  { "danish", "da" },
  { "dutch", "nl" },
  { "english", "en" },
  { "estonian", "et" },
  { "faroese", "fo" },
  { "finnish", "fi" },
  { "flemish", "nl" },
  { "french", "fr" },
  { "galician", "gl" },
  { "georgian", "ka" },
  { "german", "de" },
  { "greek", "el" },
  { "gujarati", "gu" },
  { "haitian", "ht" },
  { "haitian creole", "ht" },
  { "hausa", "ha" },
  { "hawaiian", "haw" },
  { "hebrew", "he" },
  { "hindi", "hi" },
  { "hungarian", "hu" },
  { "icelandic", "is" },
  { "indonesian", "id" },
  { "italian", "it" },
  { "japanese", "ja" },
  { "javanese", "jw" },
  { "kannada", "kn" },
  { "kazakh", "kk" },
  { "khmer", "km" },
  { "korean", "ko" },
  { "lao", "lo" },
  { "latin", "la" },
  { "latvian", "lv" },
  { "letzeburgesch", "lb" },
  { "lingala", "ln" },
  { "lithuanian", "lt" },
  { "luxembourgish", "lb" },
  { "macedonian", "mk" },
  { "malagasy", "mg" },
  { "malay", "ms" },
  { "malayalam", "ml" },
  { "maltese", "mt" },
  { "mandarin", "zh" },
  { "maori", "mi" },
  { "marathi", "mr" },
  { "moldavian", "ro" },
  { "moldovan", "ro" },
  { "mongolian", "mn" },
  { "myanmar", "my" },
  { "nepali", "ne" },
  { "norwegian", "no" },
  { "nynorsk", "nn" },
  { "occitan", "oc" },
  { "panjabi", "pa" },
  { "pashto", "ps" },
  { "persian", "fa" },
  { "polish", "pl" },
  { "portuguese", "pt" },
  { "punjabi", "pa" },
  { "pushto", "ps" },
  { "romanian", "ro" },
  { "russian", "ru" },
  { "sanskrit", "sa" },
  { "serbian", "sr" },
  { "shona", "sn" },
  { "sindhi", "sd" },
  { "sinhala", "si" },
  { "sinhalese", "si" },
  { "slovak", "sk" },
  { "slovenian", "sl" },
  { "somali", "so" },
  { "spanish", "es" },
  { "sundanese", "su" },
  { "swahili", "sw" },
  { "swedish", "sv" },
  { "tagalog", "tl" },
  { "tajik", "tg" },
  { "tamil", "ta" },
  { "tatar", "tt" },
  { "telugu", "te" },
  { "thai", "th" },
  { "tibetan", "bo" },
  { "turkish", "tr" },
  { "turkmen", "tk" },
  { "ukrainian", "uk" },
  { "urdu", "ur" },
  { "uzbek", "uz" },
  { "valencian", "ca" },
  { "vietnamese", "vi" },
  { "welsh", "cy" },
  { "yiddish", "yi" },
  { "yoruba", "yo" },
};

const gchar *
openai_language_code (const gchar *language)
{
  gsize length = strcspn (language, "-_");

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++) {
    if (g_ascii_strcasecmp (language, languages[i].name) == 0)
      return languages[i].code;
  }
  if (length < 2 || length > 3)
    return NULL;
  for (gsize i = 0; i < length; i++) {
    if (!g_ascii_isalpha (language[i]))
      return NULL;
  }
  g_autofree gchar *code = g_ascii_strdown (language, length);
  return g_intern_string (code);
}
