// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the pads of both main elements have in common. */

#include "outerpads.h"

gboolean
gst_openai_outer_pad_start (GstPad * pad, GstElementFlags flag)
{
  GstObject *element = GST_OBJECT_PARENT (pad);
  gboolean linked = gst_pad_is_linked (pad);

  if (linked)
    GST_OBJECT_FLAG_UNSET (element, flag);
  else
    GST_OBJECT_FLAG_SET (element, flag);
  return linked;
}

GstEvent *
gst_openai_make_stream_start (GstPad * srcpad, GstEvent * upstream,
    GstStreamFlags flags)
{
  g_autofree gchar *id = gst_pad_create_stream_id (srcpad,
      GST_ELEMENT (GST_OBJECT_PARENT (srcpad)), NULL);
  GstEvent *start = gst_event_new_stream_start (id);
  guint group;

  if (!upstream || !gst_event_parse_group_id (upstream, &group))
    group = gst_util_group_id_next ();
  gst_event_set_group_id (start, group);
  gst_event_set_stream_flags (start, flags);
  if (upstream)
    gst_event_set_seqnum (start, gst_event_get_seqnum (upstream));
  return start;
}

void
gst_openai_keep_sticky (GstPad * srcpad, GstEvent * event)
{
  if (GST_EVENT_IS_STICKY (event) && GST_EVENT_TYPE (event) != GST_EVENT_SEGMENT
      && GST_EVENT_TYPE (event) != GST_EVENT_EOS)
    gst_pad_store_sticky_event (srcpad, event);
}
