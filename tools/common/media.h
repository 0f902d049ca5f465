// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What is in a media file. Main thread only. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum
{
  TRACK_AUDIO,
  TRACK_VIDEO,
  TRACK_OTHER, /* subtitles, covers */
} TrackKind;

typedef struct
{
  TrackKind kind;
  gchar *id;              /* of the stream, as GStreamer names it */
  gchar *language;        /* such as "en"; NULL: the file does not tell */
  gchar *title;           /* NULL: the file does not tell */
  GstCaps *caps;          /* parsed, not decoded */
  gboolean preferred;     /* the file says: take this one */
  GstClockTime first;     /* stream time; NONE: nothing came */
  GstClockTime runs_from; /* running time of the same */
} Track;

typedef struct
{
  gchar *path;
  GPtrArray *tracks;      /* in the file's order */
  GstClockTime begin;     /* stream time of what a player shows first */
  GstClockTime runs_from; /* running time of the same */
  GstClockTime duration;  /* NONE: not known */
} Media;

/* Reads the head of the file, 30 s at most. */
Media *media_look (const gchar *path, GError **error);
void media_free (Media *media);

guint media_count (Media *media, TrackKind kind);

/* The sound track of this @number, from 1, or in this @language; 0 and NULL:
 * the one that the file prefers, else its first. NULL: @error has why. */
const Track *media_choose_sound (
    Media *media, guint number, const gchar *language, GError **error);

/* The number of a track among those of its kind, from 1. */
guint media_track_number (Media *media, const Track *track);

/* NULL: there are no pictures. */
const Track *media_find_video (Media *media);

/* Such as "2 (English, MPEG-4 AAC)". */
gchar *media_describe_track (Media *media, const Track *track);

/* A line for each track. */
gchar *media_describe (Media *media);

/* Adds the file to @pipeline; @track of it is linked to @sink, parsed and not
 * decoded. May be called for several tracks of one @source. */
GstElement *media_add_source (Media *media, GstBin *pipeline);
void media_link_track (GstElement *source, const Track *track, GstElement *sink);

/* Starts the pipeline, its @source last: what a pad is linked to when it comes
 * takes data then. */
void media_play (GstElement *pipeline, GstElement *source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Media, media_free)

G_END_DECLS
