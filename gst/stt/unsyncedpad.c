// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Each result as JSON, at once. */

#include "unsyncedpad.h"

#include <string.h>

#include "client/json.h"
#include "element/boundarypads.h"
#include "element/structures.h"

GstPad *
stt_unsynced_pad_new (GstPadTemplate *templ)
{
  return gst_pad_new_from_template (templ, STT_UNSYNCED_PAD_NAME);
}

static GstPad *
find_pad (GstElement *owner)
{
  return gst_element_get_static_pad (owner, STT_UNSYNCED_PAD_NAME);
}

static gboolean
has_begun (GstPad *pad)
{
  g_autoptr (GstEvent) segment = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);

  return segment != NULL;
}

static void
begin (GstElement *owner, GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (STT_UNSYNCED_PAD_CAPS);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (
      pad, gst_openai_make_stream_start (owner, pad, NULL, GST_STREAM_FLAG_SPARSE));
  gst_pad_push_event (pad, gst_event_new_caps (caps));
  gst_pad_push_event (pad, gst_event_new_segment (&segment));
}

static gchar *
to_json (const GstStructure *transcript)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, gst_openai_structure_to_json (transcript));
  return openai_json_to_text (node);
}

void
stt_unsynced_pad_push (
    GstElement *owner, const GstStructure *transcript, GstClockTime now)
{
  g_autoptr (GstPad) pad = find_pad (owner);
  GstBuffer *buffer;
  gchar *json;

  if (!pad)
    return;
  if (!has_begun (pad))
    begin (owner, pad);
  json = to_json (transcript);
  buffer = gst_buffer_new_wrapped (json, strlen (json));
  GST_BUFFER_PTS (buffer) = now;
  gst_pad_push (pad, buffer);
}

void
stt_unsynced_pad_push_event (GstElement *owner, GstEvent *event)
{
  g_autoptr (GstPad) pad = find_pad (owner);

  if (!pad)
    return;
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS && !has_begun (pad))
    begin (owner, pad);
  gst_pad_push_event (pad, gst_event_ref (event));
}
