// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A pipeline that writes a film: its progress, its end, and no half file. Main
 * thread only. */

#pragma once

#include "media.h"

G_BEGIN_DECLS

typedef enum
{
  RENDER_DONE,
  RENDER_FAILED,
  RENDER_INTERRUPTED,
} RenderResult;

typedef struct
{
  Media *media;
  GstElement *pipeline;
  GstElement *source;   /* of media_add_source() */
  const gchar *output;  /* the file; NULL: the pipeline knows */
  const gchar *watched; /* element through whose src pad all passes */
  const gchar *encoded; /* element of the same after encoding; NULL:
                                 * nothing is encoded */
  /* A warning, in words; FALSE: it is printed as it is. NULL: all are. */
  gboolean (*warned) (GstMessage *message);
  /* What an element told. Why there is no use in going on, or NULL. May be NULL. */
  const gchar *(*told) (const GstStructure *structure);
} Render;

/* How a film is written into files of such a name. */
typedef struct
{
  const gchar *extension;
  const gchar *muxer;
  const gchar *video[4]; /* encoders, the best first */
  const gchar *audio[4];
} RenderFormat;

/* The format for the name of @output. NULL: printed. */
const RenderFormat *render_format_for (const gchar *output);

/* Part of a launch line that encodes; NULL: no encoder is installed, which is
 * printed. */
gchar *render_video_encoder (const RenderFormat *format);
gchar *render_audio_encoder (const RenderFormat *format);

/* The name a file has until it is whole; filesink writes it. */
gchar *render_part_name (const gchar *output);

/* Makes a pipeline of a launch line in which decodebin or queue elements wait for
 * tracks. NULL: printed. */
GstElement *render_parse (const gchar *line);

/* Links the @track to the element @name of the pipeline; the file's first
 * picture or sound is at 0 there. */
void render_link (Render *render, const Track *track, const gchar *name);

/* Runs it to its end. What is not whole is taken away again. */
RenderResult render_run (Render *render);

G_END_DECLS
