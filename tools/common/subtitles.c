// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The lines of a file of subtitles. */

#include "subtitles.h"

#include <string.h>

#include "client/subtitles.h"
#include "text/utf8.h"

#include "i18n.h"

/* U+FFFD, for what cannot be read. */
#define UNREADABLE "\xef\xbf\xbd"

#define MOST_BYTES (50 << 20)
/* A cue without an end. */
#define LEAST_DURATION (100 * GST_MSECOND)

static void
cue_free (Cue *cue)
{
  g_free (cue->text);
  g_free (cue);
}

/* What a file has. */
typedef struct
{
  GPtrArray *cues; /* Cue */
  guint timings;   /* the empty ones too */
} Found;

static void
add_cue (const gchar *text, gdouble start, gdouble end, gpointer user_data)
{
  Found *found = user_data;
  Cue *cue;

  found->timings++;
  if (*text == '\0' || start < 0)
    return;
  cue = g_new0 (Cue, 1);
  cue->start = (GstClockTime) (start * 1e9);
  cue->duration = end > start ? (GstClockTime) ((end - start) * 1e9) : LEAST_DURATION;
  cue->text = g_strdup (text);
  g_ptr_array_add (found->cues, cue);
}

static gint
compare_cues (gconstpointer a, gconstpointer b)
{
  const Cue *first = *(Cue **) a, *second = *(Cue **) b;

  return (first->start > second->start) - (first->start < second->start);
}

/* UTF-8, UTF-16, or what old programs of Windows write; old ones of the Mac end
 * lines with a CR alone. */
static gchar *
to_utf8 (const gchar *bytes, gsize length, GError **error)
{
  gsize n_bytes = length;
  gchar *text = openai_utf8_repair (bytes, length, "WINDOWS-1252", &length);

  if (!text
      || (strstr (text, UNREADABLE) && !g_strstr_len (bytes, n_bytes, UNREADABLE))) {
    g_free (text);
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
        _("its characters are neither in UTF-8 nor in UTF-16 nor in Windows-1252: "
          "convert it with iconv"));
    return NULL;
  }
  if (g_str_has_prefix (text, "\xef\xbb\xbf"))
    memmove (text, text + 3, length - 2);
  return strchr (text, '\n') ? text : g_strdelimit (text, "\r", '\n');
}

/* Words of Western Europe are mostly in ASCII; those of other code pages become signs
 * and letters with accents, and nothing else. */
static gboolean
is_other_code_page (const gchar *text)
{
  guint ascii = 0, others = 0;

  for (; *text; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);

    ascii += c < 0x80 && g_ascii_isalpha (c);
    others += c > 0xa0 && c <= 0xff;
  }
  return others > 2 * ascii;
}

/* Lines that should be timings, remarks aside. */
static guint
count_arrows (const gchar *text)
{
  guint n = 0;

  for (const gchar *line = text, *end; line; line = end ? end + 1 : NULL) {
    const gchar *arrow = strstr (line, "-->");

    end = strchr (line, '\n');
    n += arrow && (!end || arrow < end) && !g_str_has_prefix (line, "NOTE");
  }
  return n;
}

/* Written otherwise, such as with frames for milliseconds. */
static void
tell_unread (const gchar *path, const gchar *text, guint read)
{
  guint arrows = count_arrows (text);

  if (arrows > read)
    g_printerr (_("%s: lines with --> in which no times can be read, and whose texts "
                  "are left out: %u\n"),
        path, arrows - read);
}

static gboolean
are_in_order (GPtrArray *cues)
{
  for (guint i = 1; i < cues->len; i++)
    if (compare_cues (&cues->pdata[i - 1], &cues->pdata[i]) > 0)
      return FALSE;
  return TRUE;
}

GPtrArray *
subtitles_read (const gchar *path, gboolean *plain, GError **error)
{
  g_autoptr (GPtrArray) cues = g_ptr_array_new_with_free_func ((GDestroyNotify) cue_free);
  g_autofree gchar *bytes = NULL, *text = NULL;
  Found found = { cues, 0 };
  gsize length = 0;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, _("there is no such file"));
    return NULL;
  }
  if (!g_file_get_contents (path, &bytes, &length, error)
      || !(text = to_utf8 (bytes, length, error)))
    return NULL;
  if (length > MOST_BYTES || !openai_subtitles_parse (text, add_cue, &found)
      || cues->len == 0) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
        _("there are no subtitles in it (.srt and .vtt are understood)"));
    return NULL;
  }
  tell_unread (path, text, found.timings);
  if (!g_utf8_validate (bytes, length, NULL) && is_other_code_page (text))
    g_printerr (_("%s: it was read as Windows-1252, in which hardly a word of it makes "
                  "sense; if it is in another encoding, convert it first: iconv "
                  "--from-code=WINDOWS-1251 --to-code=UTF-8 (Cyrillic; GBK, CP949 and "
                  "others likewise)\n"),
        path);
  if (plain)
    *plain = g_utf8_validate (bytes, length, NULL) && are_in_order (cues);
  /* Stable: what begins at the same time stays in its order. */
  g_ptr_array_sort (cues, compare_cues);
  return g_steal_pointer (&cues);
}

guint
subtitles_cut (GPtrArray *cues, GstClockTime end)
{
  guint before = cues->len;

  while (cues->len > 0 && ((Cue *) g_ptr_array_index (cues, cues->len - 1))->start >= end)
    g_ptr_array_set_size (cues, cues->len - 1);
  return before - cues->len;
}
