// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The lists of an HLS stream. */

#include "hls.h"

#include <math.h>
#include <string.h>

#include "common/program.h"

/* Seconds of all parts of film.m3u8. */
static gdouble
length_of (const gchar *list)
{
  gdouble sum = 0;

  for (const gchar *at = list; (at = strstr (at, "#EXTINF:")); at++)
    sum += g_ascii_strtod (at + strlen ("#EXTINF:"), NULL);
  return sum;
}

static gboolean
write_file (const gchar *folder, const gchar *name, const gchar *text)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  return g_file_set_contents (path, text, -1, &error)
      || program_fail ("%s", error->message);
}

static gchar *
read_file (const gchar *folder, const gchar *name)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  gchar *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, &error))
    program_print_error ("%s", error->message);
  return text;
}

/* The streams in the parts begin an hour after 0. */
static gboolean
map_times (const gchar *folder)
{
  g_autofree gchar *text = read_file (folder, "captions.vtt");
  g_autofree gchar *mapped = NULL;

  if (!text || !g_str_has_prefix (text, "WEBVTT\n"))
    return FALSE;
  mapped = g_strconcat ("WEBVTT\n"
                        "X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:324000000\n",
      text + strlen ("WEBVTT\n"), NULL);
  return write_file (folder, "captions.vtt", mapped);
}

/* What players choose from: the film and its captions. */
static gboolean
write_master (const gchar *folder, const gchar *language)
{
  g_autofree gchar *attribute =
      language ? g_strdup_printf ("LANGUAGE=\"%s\",", language) : g_strdup ("");
  g_autofree gchar *text = g_strdup_printf (
      "#EXTM3U\n"
      "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\",NAME=\"Captions\",%s"
      "DEFAULT=YES,AUTOSELECT=YES,URI=\"captions.m3u8\"\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=2000000,SUBTITLES=\"captions\"\n"
      "film.m3u8\n",
      attribute);

  return write_file (folder, "stream.m3u8", text);
}

gboolean
hls_finish (const gchar *folder, const gchar *language)
{
  g_autofree gchar *film = read_file (folder, "film.m3u8");
  gdouble length = film ? length_of (film) : 0;
  gchar seconds[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree gchar *captions = NULL;

  if (!film)
    return FALSE;
  if (length == 0)
    return program_fail ("%s: no part of the film was written", folder);
  /* One piece of subtitles for the whole length of a stream that has ended. */
  captions = g_strdup_printf ("#EXTM3U\n#EXT-X-VERSION:3\n"
                              "#EXT-X-TARGETDURATION:%.0f\n#EXT-X-PLAYLIST-TYPE:VOD\n"
                              "#EXTINF:%s,\ncaptions.vtt\n#EXT-X-ENDLIST\n",
      ceil (length) + 1, g_ascii_formatd (seconds, sizeof seconds, "%.3f", length));
  return map_times (folder) && write_file (folder, "captions.m3u8", captions)
      && write_master (folder, language);
}
