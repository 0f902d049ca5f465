// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A source of talk from memory that costs next to nothing. */

#include "talksrc.h"

#include <gst/base/gstpushsrc.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define WAV_HEADER 44

G_DECLARE_FINAL_TYPE (TalkSrc, talk_src, TALK, SRC, GstPushSrc)

struct _TalkSrc
{
  GstPushSrc parent;

  Talk talk;
  GstBuffer *all;
  guint64 n_frames; /* in all of it */
  guint64 done;
};

G_DEFINE_FINAL_TYPE (TalkSrc, talk_src, GST_TYPE_PUSH_SRC)

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("audio/x-raw"));

static GstCaps *
talk_src_get_caps (GstBaseSrc *base, GstCaps *filter)
{
  TalkSrc *self = TALK_SRC (base);

  return gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING, "S16LE", "layout",
      G_TYPE_STRING, "interleaved", "rate", G_TYPE_INT, self->talk.rate, "channels",
      G_TYPE_INT, self->talk.channels, "channel-mask", GST_TYPE_BITMASK,
      self->talk.channels == 2 ? (guint64) 3 : (guint64) 0, NULL);
}

static GstFlowReturn
talk_src_create (GstPushSrc *base, GstBuffer **buffer)
{
  TalkSrc *self = TALK_SRC (base);
  guint64 at = (self->talk.first_frame + self->done) % self->n_frames;
  guint64 frames = MIN (self->talk.buffer_frames, self->n_frames - at);
  guint frame = 2 * self->talk.channels;

  if (self->done >= self->talk.total_frames)
    return GST_FLOW_EOS;
  *buffer = gst_buffer_copy_region (
      self->all, GST_BUFFER_COPY_MEMORY, at * frame, frames * frame);
  GST_BUFFER_PTS (*buffer) =
      gst_util_uint64_scale (self->done, GST_SECOND, self->talk.rate);
  self->done += frames;
  GST_BUFFER_DURATION (*buffer) =
      gst_util_uint64_scale (self->done, GST_SECOND, self->talk.rate)
      - GST_BUFFER_PTS (*buffer);
  return GST_FLOW_OK;
}

static void
talk_src_get_times (
    GstBaseSrc *base, GstBuffer *buffer, GstClockTime *start, GstClockTime *end)
{
  if (gst_base_src_is_live (base))
    *start = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
}

static void
talk_src_finalize (GObject *object)
{
  TalkSrc *self = TALK_SRC (object);

  gst_clear_buffer (&self->all);
  G_OBJECT_CLASS (talk_src_parent_class)->finalize (object);
}

static void
talk_src_init (TalkSrc *self)
{
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}

static void
talk_src_class_init (TalkSrcClass *klass)
{
  GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = talk_src_finalize;
  base_class->get_caps = talk_src_get_caps;
  base_class->get_times = talk_src_get_times;
  GST_PUSH_SRC_CLASS (klass)->create = talk_src_create;
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &src_template);
}

GstElement *
talk_src_new (const Talk *talk)
{
  TalkSrc *self = g_object_new (talk_src_get_type (), NULL);

  self->talk = *talk;
  self->n_frames = g_bytes_get_size (talk->samples) / (2 * talk->channels);
  self->all = gst_buffer_new_wrapped_bytes (talk->samples);
  gst_base_src_set_live (GST_BASE_SRC (self), talk->live);
  return GST_ELEMENT (self);
}

gboolean
talk_load (Talk *talk, const gchar *wav)
{
  gchar *data;
  gsize size;

  if (!g_file_get_contents (wav, &data, &size, NULL) || size <= WAV_HEADER) {
    g_printerr ("cannot read %s\n", wav);
    return FALSE;
  }
  talk->channels = GST_READ_UINT16_LE (data + 22);
  talk->rate = GST_READ_UINT32_LE (data + 24);
  talk->samples = g_bytes_new (
      data + WAV_HEADER, MIN (GST_READ_UINT32_LE (data + 40), size - WAV_HEADER));
  g_free (data);
  return TRUE;
}

static GstBusSyncReply
keep_the_end (GstBus *bus, GstMessage *message, gpointer user_data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS
      || GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    return GST_BUS_PASS;
  gst_message_unref (message);
  return GST_BUS_DROP;
}

GstElement *
talk_pipeline (const Talk *talk, const gchar *tail)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *source = talk_src_new (talk);
  GstElement *rest = gst_parse_bin_from_description (tail, TRUE, &error);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  if (!rest)
    g_error ("%s", error->message);
  gst_bin_add_many (GST_BIN (pipeline), source, rest, NULL);
  gst_element_link (source, rest);
  gst_bus_set_sync_handler (bus, keep_the_end, NULL, NULL);
  return pipeline;
}

gboolean
talk_wait (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop (bus, GST_CLOCK_TIME_NONE);
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return TRUE;
  gst_message_parse_error (message, &error, NULL);
  g_printerr ("%s\n", error->message);
  return FALSE;
}

gdouble
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
      + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

guint64
resident_size (void)
{
  g_autofree gchar *statm = NULL;
  guint64 total, resident;

  if (!g_file_get_contents ("/proc/self/statm", &statm, NULL, NULL)
      || sscanf (statm, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &total, &resident)
          != 2)
    return 0;
  return resident * sysconf (_SC_PAGESIZE);
}

guint64
heap_size (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}
