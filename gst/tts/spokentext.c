// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What of a text can be said aloud. */

#include "spokentext.h"

#include <string.h>

#include "text/entities.h"

/* Bytes of a tag, with its brackets; outlines of ASS clips are long. */
#define MAX_TAG 2048

typedef struct
{
  const gchar *start;
  const gchar *end;
  GString *out;
  gboolean draws; /* ASS: what follows are points */
  gboolean in_ruby;
  gboolean in_reading; /* of ruby: it is said already */
} Cleaner;

gboolean
tts_spoken_text_has_words (const gchar *text)
{
  for (const gchar *p = text; *p; p = g_utf8_next_char (p)) {
    if (g_unichar_isalnum (g_utf8_get_char (p)))
      return TRUE;
  }
  return FALSE;
}

/* Where the tag that opens at @p closes, or NULL. */
static const gchar *
find_close (const Cleaner *self, const gchar *p, gchar open, gchar close)
{
  gsize most = CLAMP (self->end - p, 1, MAX_TAG) - 1;
  const gchar *stop = memchr (p + 1, close, most);

  return stop && !memchr (p + 1, open, stop - p - 1) ? stop : NULL;
}

/* \p1 and above begin a drawing, \p0 ends it; \pos and \pbo do not count. */
static void
follow_drawing (Cleaner *self, const gchar *p, const gchar *stop)
{
  for (; p + 2 < stop; p++) {
    if (p[0] == '\\' && p[1] == 'p' && g_ascii_isdigit (p[2]))
      self->draws = p[2] != '0';
  }
}

/* {\an8}, or {y:i} of MicroDVD. */
static gsize
skip_override (Cleaner *self, const gchar *p)
{
  const gchar *stop = find_close (self, p, '{', '}');
  gboolean is_ass = stop && memchr (p, '\\', stop - p);

  if (!is_ass
      && !(stop && stop - p > 3 && strchr ("cCfFHoPsSyY", p[1]) && p[2] == ':'
          && p[3] != ' '))
    return 0;
  if (is_ass)
    follow_drawing (self, p, stop);
  return stop + 1 - p;
}

static gboolean
is_time_tag (const gchar *p, gsize length)
{
  gboolean colon = FALSE;

  for (gsize i = 0; i < length; i++) {
    colon |= p[i] == ':';
    if (!g_ascii_isdigit (p[i]) && p[i] != ':' && p[i] != '.' && p[i] != ',')
      return FALSE;
  }
  return colon && g_ascii_isdigit (*p);
}

static gboolean
is_tag_name (const gchar *name, gsize length)
{
  static const gchar *const known[] = { "b", "i", "u", "s", "c", "v", "ruby", "rt", "rp",
    "lang", "font", "br", "span", "p", "div", "tt", "em", "strong", "strike", "del",
    "sub", "sup", "big", "small", "center", "sync" };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    if (strlen (known[i]) == length && g_ascii_strncasecmp (known[i], name, length) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_called (const gchar *name, gsize length, const gchar *wanted)
{
  return strlen (wanted) == length && g_ascii_strncasecmp (name, wanted, length) == 0;
}

static void
follow_tag (Cleaner *self, const gchar *name, gsize length, gboolean closes)
{
  if (is_called (name, length, "ruby")) {
    self->in_ruby = !closes;
    self->in_reading = FALSE;
  } else if (is_called (name, length, "rt") || is_called (name, length, "rp")) {
    self->in_reading = self->in_ruby && !closes;
  } else if (is_called (name, length, "br")) {
    g_string_append_c (self->out, ' ');
  }
}

static gsize
skip_tag (Cleaner *self, const gchar *p)
{
  const gchar *stop = find_close (self, p, '<', '>');
  gboolean closes = stop && p[1] == '/';
  const gchar *name = p + 1 + closes;
  gsize length = 0;

  if (!stop)
    return 0;
  if (is_time_tag (name, stop - name))
    return stop + 1 - p;
  while (name + length < stop && g_ascii_isalpha (name[length]))
    length++;
  if (!is_tag_name (name, length)
      || (name + length < stop && !g_ascii_isspace (name[length])
          && !strchr ("./:", name[length])))
    return 0;
  follow_tag (self, name, length, closes);
  return stop + 1 - p;
}

/* \N, \n and \h of ASS; C:\New is a file. */
static gsize
skip_break (Cleaner *self, const gchar *p)
{
  if (self->end - p < 2 || (p[1] != 'N' && p[1] != 'n' && p[1] != 'h')
      || (p > self->start && p[-1] == ':'))
    return 0;
  g_string_append_c (self->out, ' ');
  return 2;
}

/* Bytes of markup at @p; 0: it is text. */
static gsize
skip_markup (Cleaner *self, const gchar *p)
{
  switch (*p) {
    case '{':
      return skip_override (self, p);
    case '<':
      return skip_tag (self, p);
    case '&':
      return openai_entity_append (self->out, p, self->end);
    case '\\':
      return skip_break (self, p);
    default:
      return 0;
  }
}

void
tts_spoken_text_clean_cue (GString *text)
{
  Cleaner self = { .start = text->str,
    .end = text->str + text->len,
    .out = g_string_sized_new (text->len) };
  const gchar *p = self.start;

  while (p < self.end) {
    gsize before = self.out->len;
    gsize size = skip_markup (&self, p);

    if (size == 0)
      g_string_append_c (self.out, *p);
    if (self.draws || self.in_reading)
      g_string_truncate (self.out, before);
    p += MAX (size, 1);
  }
  g_string_truncate (text, 0);
  g_string_append_len (text, self.out->str, self.out->len);
  g_string_free (self.out, TRUE);
}

/* As much of a file as its first cue begins in. */
#define FIRST_CUE 512

gboolean
tts_spoken_text_is_subtitles (const gchar *text, gsize size)
{
  static const gchar *const pattern =
      "^(?:\\xEF\\xBB\\xBF)?\\s*(?:WEBVTT\\b|"
      "(?:\\d+\\s*\\r?\\n)?(?:\\d+:)?\\d+:\\d+[,.]\\d+\\s*-->)";
  g_autofree gchar *start = g_strndup (text, MIN (size, FIRST_CUE));
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_RAW, 0, NULL);

  return g_regex_match (regex, start, 0, NULL);
}
