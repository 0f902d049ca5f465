// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* The element openaitts, for the files it is made of: gstopenaitts.c has properties,
 * states and what arrives, srcpad.c what leaves, control.c what a program asks of it
 * while it speaks. */

#pragma once

#include "element/modelwarnings.h"
#include "reading.h"
#include "textqueue.h"
#include "transport.h"
#include "ttssettings.h"

G_BEGIN_DECLS

G_DECLARE_FINAL_TYPE (GstOpenaiTts, gst_openai_tts, GST, OPENAI_TTS, GstElement)

struct _GstOpenaiTts
{
  GstElement element;

  GstPad *sinkpad;
  GstPad *srcpad;

  TtsSettings settings; /* OBJECT_LOCK */
  TtsTextQueue *texts;  /* as a source */

  /* from READY to PAUSED until back, before and after the pads are active */
  OpenaiClient *client;
  GstOpenaiModelWarnings *model_warnings;
  TtsTransport *transport;
  gboolean realtime; /* it is a session */
  TtsReading reading;
  gboolean has_sink; /* the sink pad is linked, or will be */

  gboolean begun;               /* text came; streaming thread */
  gboolean ready;               /* the connection is fine, the format known;
                                 * streaming thread of the sink pad or, as a
                                 * source, task of the source pad */
  gboolean answered;            /* something was said; task of the source pad */
  gboolean told_unchecked;      /* the same */
  GThread *task;                /* atomic: that of the source pad */
  const gchar *response_format; /* OBJECT_LOCK */
  gboolean ended;               /* OBJECT_LOCK: upstream has told the end */
};

/* Before the first request. FALSE: none can be made, and an error was posted. */
gboolean gst_openai_tts_ensure_negotiated (GstOpenaiTts *self);

/* The stream cannot go on, from either thread: upstream is told so. */
void gst_openai_tts_stop_flow (GstOpenaiTts *self, GstFlowReturn flow);

/* Of the source pad; @user_data: the pad. */
void gst_openai_tts_src_loop (gpointer user_data);
gboolean gst_openai_tts_src_activate_mode (
    GstPad *pad, GstObject *parent, GstPadMode mode, gboolean active);
gboolean gst_openai_tts_src_event (GstPad *pad, GstObject *parent, GstEvent *event);
gboolean gst_openai_tts_src_query (GstPad *pad, GstObject *parent, GstQuery *query);

/* As a source: the text property is to be said. */
void gst_openai_tts_begin_texts (GstOpenaiTts *self);

/* Adds a text of a source; @opens: more may follow. FALSE: nothing more is said. */
gboolean gst_openai_tts_add_text (GstOpenaiTts *self, const gchar *text, gboolean opens);

/* The action signals; any thread. */
gboolean gst_openai_tts_say (GstOpenaiTts *self, const gchar *text);
void gst_openai_tts_end_of_speech (GstOpenaiTts *self);
void gst_openai_tts_interrupt (GstOpenaiTts *self);

/* Of a source: its text is said again from its beginning. FALSE: that is not what
 * this SEEK wants. */
gboolean gst_openai_tts_seek (GstOpenaiTts *self, GstEvent *event);

G_END_DECLS
