// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What a full stop ends: a sentence, or a word that is short for another. */

#include "abbreviations.h"

#include <string.h>

#include "unicode.h"

/* Digits of an ordinal: a year may end a sentence. */
#define MAX_ORDINAL 3

/* Bytes of the longest word of the lists. */
#define MAX_WORD 32

/* Words without their last full stop, in lower case, between spaces. Always
 * followed by what they belong to. */
static const gchar always[] =
    /* English */
    " mr mrs ms dr prof messrs rev vs cf viz approx e.g i.e "
    /* German */
    " z.b d.h u.a o.ä i.d.r bzw bspw ca dipl evtl ggf hr frl inkl sog str vgl"
    " zzgl "
    /* French, Spanish, Italian, Portuguese, Catalan */
    " mme mmes mlle mlles p.ex c.-à-d env sr sra sras sres srta dra ud uds vds"
    " p.ej sig sigg sig.ra sig.na dott dott.ssa ing avv geom spett exmo exma"
    " profa "
    /* Dutch, Swedish, Danish, Norwegian, Finnish */
    " dhr mevr drs bijv d.w.z m.b.t t.a.v t.o.v i.p.v o.a t.ex bl.a"
    " f.eks d.v.s dvs fr.o.m t.o.m esim "
    /* Polish, Czech, Slovak, Croatian, Hungarian, Turkish */
    " np tzn tj ul św inż mgr dypl hab ks např č tř sv mudr judr ing bc"
    " npr tzv pl ún örn bkz doç "
    /* Russian, Ukrainian, Bulgarian */
    " т.е т.к т.н ул пр проф акад св напр просп обл ";

/* Abbreviations in front of a number, and words elsewhere. */
static const gchar numbered[] =
    " no nos nr núm num vol vols fig figs p pp pag pág págs art arts ch chap"
    " sec ed op kap abb abs bd tab anm tel c n č kl blz jan feb febr mar apr"
    " jun jul aug sep sept oct okt nov dec dez s стр рис табл гл № ";

/* In front of a name. */
static const gchar named[] =
    " st ste mt gen col capt cpt lt sgt maj gov rep pres fr bd avda ";

/* These end a sentence as well as not. */
static const gchar closing[] =
    " etc jr inc ltd co corp bros al a.m p.m ph.d b.c a.d ee.uu usw u.ä mio mrd jh"
    " jhd ecc enz osv m.fl itd itp atd apod tys mln tzw vb vd др см гр т.д т.п руб"
    " коп млн млрд тыс гг ";

/* Before an ordinal, and after it, in German; where the word after it has a
 * small letter there is no question. */
static const gchar before_ordinal[] =
    " im vom zum zur beim der die das den dem des seit bis ab jeder jede"
    " jedes jeden jedem ihr ihre ihren sein seine seinen mein meine meinen ";
static const gchar after_ordinal[] =
    " januar jänner februar märz april mai juni juli august september oktober"
    " november dezember jahrhundert ";

static gboolean
is_listed (const gchar *list, const gchar *word, gsize length)
{
  g_autofree gchar *lower = NULL, *wanted = NULL;

  if (length == 0 || length > MAX_WORD)
    return FALSE;
  lower = g_utf8_strdown (word, length);
  wanted = g_strconcat (" ", lower, " ", NULL);
  return strstr (list, wanted) != NULL;
}

static gboolean
is_word_char (gunichar c)
{
  return c == '.' || c == '-' || c == 0x2116 || g_unichar_isalnum (c)
      || g_unichar_ismark (c);
}

/* Where the word that ends at @stop begins. */
static const gchar *
word_start (const gchar *start, const gchar *stop)
{
  while (stop > start) {
    const gchar *before = g_utf8_prev_char (stop);

    if (!is_word_char (g_utf8_get_char (before)))
      break;
    stop = before;
  }
  return stop;
}

static const gchar *
word_end (const gchar *p, const gchar *end)
{
  while (p < end && g_unichar_isalpha (g_utf8_get_char (p)))
    p = g_utf8_next_char (p);
  return p;
}

static const gchar *
skip_spaces (const gchar *p, const gchar *end)
{
  while (p < end && g_unichar_isspace (g_utf8_get_char (p)))
    p = g_utf8_next_char (p);
  return p;
}

/* The last word that ends before @p. */
static gboolean
follows_listed (const gchar *list, const gchar *start, const gchar *p)
{
  while (p > start && g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (p))))
    p = g_utf8_prev_char (p);
  return is_listed (list, word_start (start, p), p - word_start (start, p));
}

static gboolean
is_number (const gchar *word, const gchar *stop)
{
  while (word < stop && g_ascii_isdigit (*word))
    word++;
  return word == stop;
}

static gboolean
is_roman (const gchar *word, const gchar *stop)
{
  return stop - word > 1 && strspn (word, "IVX") >= (gsize) (stop - word);
}

static OpenaiStop
ordinal_stop (const gchar *start, const gchar *word, const gchar *next, const gchar *end)
{
  gunichar c = next < end ? g_utf8_get_char (next) : 0;

  if (g_unichar_islower (c) || follows_listed (before_ordinal, start, word)
      || is_listed (after_ordinal, next, word_end (next, end) - next))
    return OPENAI_STOP_ABBREVIATION;
  return OPENAI_STOP_MAYBE;
}

/* An initial, the end of U.S. or of z. B., the г. of a city. */
static OpenaiStop
letter_stop (const gchar *letter, gboolean is_only, gunichar next)
{
  gunichar c = g_utf8_get_char (letter);

  if (is_only || g_unichar_islower (c) || g_unichar_islower (next))
    return OPENAI_STOP_ABBREVIATION;
  return OPENAI_STOP_MAYBE;
}

static OpenaiStop
listed_stop (const gchar *word, gsize length, gunichar next)
{
  if (is_listed (always, word, length))
    return OPENAI_STOP_ABBREVIATION;
  if (is_listed (named, word, length) && (!next || g_unichar_isupper (next)))
    return next ? OPENAI_STOP_ABBREVIATION : OPENAI_STOP_MAYBE;
  if (is_listed (numbered, word, length) && (!next || g_unichar_isdigit (next)))
    return next ? OPENAI_STOP_ABBREVIATION : OPENAI_STOP_MAYBE;
  return is_listed (closing, word, length) ? OPENAI_STOP_MAYBE : OPENAI_STOP_SENTENCE;
}

OpenaiStop
openai_text_stop (
    const gchar *start, const gchar *stop, const gchar *next, const gchar *end)
{
  const gchar *word = word_start (start, stop), *last;
  gunichar c;

  next = skip_spaces (next, end);
  c = next < end ? g_utf8_get_char (next) : 0;
  /* Nothing, or the last of several full stops. */
  if (word == stop || stop[-1] == '.')
    return OPENAI_STOP_SENTENCE;
  if (is_number (word, stop))
    return stop - word <= MAX_ORDINAL ? ordinal_stop (start, word, next, end)
                                      : OPENAI_STOP_SENTENCE;
  if (is_roman (word, stop))
    return ordinal_stop (start, word, next, end);
  if (listed_stop (word, stop - word, c) != OPENAI_STOP_SENTENCE)
    return listed_stop (word, stop - word, c);
  last = g_utf8_prev_char (stop);
  if (g_unichar_isalpha (g_utf8_get_char (last)) && (last == word || last[-1] == '.'))
    return letter_stop (last, last == word, c);
  return OPENAI_STOP_SENTENCE;
}

static gboolean
ends_word (const gchar *next)
{
  gunichar c = g_utf8_get_char (next);

  return c == 0 || g_unichar_isspace (c) || openai_char_flags (c) & OPENAI_CHAR_CLOSING;
}

gboolean
openai_text_has_sentence (const gchar *text)
{
  const gchar *end = text + strlen (text), *next;

  for (const gchar *p = text; p < end; p = next) {
    gunichar c = g_utf8_get_char (p);

    next = g_utf8_next_char (p);
    if (openai_char_flags (c) & OPENAI_CHAR_SENTENCE_END
        && (c != '.'
            || (ends_word (next)
                && openai_text_stop (text, p, next, end) == OPENAI_STOP_SENTENCE)))
      return TRUE;
  }
  return FALSE;
}
