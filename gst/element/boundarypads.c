// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the pads of both main elements have in common. */

#include "boundarypads.h"

/* The lock of a bin comes before those of its children. */
static gboolean
has_flag (GstObject *element, GstElementFlags flag)
{
  gboolean has;

  GST_OBJECT_LOCK (element);
  has = GST_OBJECT_FLAG_IS_SET (element, flag);
  GST_OBJECT_UNLOCK (element);
  return has;
}

static void
update_bin_flag (GstBin *bin, GstElementFlags flag)
{
  gboolean any = FALSE;

  if (gst_bin_get_suppressed_flags (bin) & flag)
    return;
  GST_OBJECT_LOCK (bin);
  for (GList *l = bin->children; l && !any; l = l->next)
    any = has_flag (l->data, flag);
  if (any)
    GST_OBJECT_FLAG_SET (bin, flag);
  else
    GST_OBJECT_FLAG_UNSET (bin, flag);
  GST_OBJECT_UNLOCK (bin);
}

/* As gst_bin_add() and gst_bin_remove() do: a bin with an end of the pipeline in
 * it is one, so that its EOS is waited for, or sent to it. */
static void
update_bin_flags (GstObject *element, GstElementFlags flag)
{
  g_autoptr (GstObject) parent = gst_object_get_parent (element);

  if (!parent || !GST_IS_BIN (parent))
    return;
  update_bin_flag (GST_BIN (parent), flag);
  update_bin_flags (parent, flag);
}

gboolean
gst_openai_pad_is_linked (GstPad *pad)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);

  while (peer && GST_IS_PROXY_PAD (peer)) {
    GstProxyPad *internal = gst_proxy_pad_get_internal (GST_PROXY_PAD (peer));

    gst_clear_object (&peer);
    if (!internal)
      return FALSE;
    peer = gst_pad_get_peer (GST_PAD (internal));
    gst_object_unref (internal);
  }
  return peer != NULL;
}

gboolean
gst_openai_boundary_pad_set_linked (GstPad *pad, GstElementFlags flag, gboolean linked)
{
  GstObject *element = GST_OBJECT_PARENT (pad);
  gboolean was_linked;

  GST_OBJECT_LOCK (element);
  was_linked = !GST_OBJECT_FLAG_IS_SET (element, flag);
  if (linked)
    GST_OBJECT_FLAG_UNSET (element, flag);
  else
    GST_OBJECT_FLAG_SET (element, flag);
  GST_OBJECT_UNLOCK (element);
  if (linked != was_linked)
    update_bin_flags (element, flag);
  return linked != was_linked;
}

gboolean
gst_openai_boundary_pad_start (GstPad *pad, GstElementFlags flag)
{
  gboolean linked = gst_openai_pad_is_linked (pad);

  gst_openai_boundary_pad_set_linked (pad, flag, linked);
  return linked;
}

/* 0: as decodebin and demuxers do, it makes source pads when it knows its
 * streams. */
static gint
compare_makes_pads (gconstpointer value, gconstpointer unused)
{
  GstElement *element = g_value_get_object (value);
  GList *templates =
      gst_element_class_get_pad_template_list (GST_ELEMENT_GET_CLASS (element));

  for (GList *l = templates; l; l = l->next) {
    if (GST_PAD_TEMPLATE_DIRECTION (l->data) == GST_PAD_SRC
        && GST_PAD_TEMPLATE_PRESENCE (l->data) == GST_PAD_SOMETIMES)
      return 0;
  }
  return 1;
}

GstObject *
gst_openai_find_top (GstElement *element)
{
  GstObject *top = gst_object_ref (GST_OBJECT (element)), *parent;

  while ((parent = gst_object_get_parent (top))) {
    gst_object_unref (top);
    top = parent;
  }
  return top;
}

static gboolean
makes_pads (GstBin *bin)
{
  g_autoptr (GstIterator) elements = gst_bin_iterate_recurse (bin);
  g_auto (GValue) found = G_VALUE_INIT;

  return gst_iterator_find_custom (elements, compare_makes_pads, &found, NULL);
}

static gboolean
changes_state (GstElement *element)
{
  gboolean changes;

  GST_OBJECT_LOCK (element);
  changes = GST_STATE_PENDING (element) != GST_STATE_VOID_PENDING;
  GST_OBJECT_UNLOCK (element);
  return changes;
}

gboolean
gst_openai_may_be_linked_later (GstElement *element)
{
  g_autoptr (GstObject) top = gst_openai_find_top (element);

  if (top == GST_OBJECT (element) || !changes_state (GST_ELEMENT (top)))
    return TRUE;
  return GST_IS_BIN (top) && makes_pads (GST_BIN (top));
}

gboolean
gst_openai_segment_continues (
    const GstSegment *segment, const GstSegment *next, GstClockTime position)
{
  guint64 before, after, stream_before, stream_after;

  if (segment->format != GST_FORMAT_TIME || next->format != GST_FORMAT_TIME
      || segment->rate != next->rate || next->rate < 0
      || segment->applied_rate != next->applied_rate
      || !GST_CLOCK_TIME_IS_VALID (position)
      || gst_segment_to_running_time_full (segment, GST_FORMAT_TIME, position, &before)
          == 0
      || gst_segment_to_stream_time_full (
             segment, GST_FORMAT_TIME, position, &stream_before)
          == 0)
    return FALSE;
  return gst_segment_to_running_time_full (next, GST_FORMAT_TIME, position, &after) != 0
      && gst_segment_to_stream_time_full (next, GST_FORMAT_TIME, position, &stream_after)
      != 0
      && before == after && stream_before == stream_after;
}

GstEvent *
gst_openai_make_stream_start (
    GstElement *element, GstPad *srcpad, GstEvent *upstream, GstStreamFlags flags)
{
  g_autofree gchar *id = gst_pad_create_stream_id (
      srcpad, element, element->numsrcpads > 1 ? GST_PAD_NAME (srcpad) : NULL);
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

gboolean
gst_openai_answer_position (GstQuery *query, GstClockTime time)
{
  GstFormat format;

  gst_query_parse_position (query, &format, NULL);
  if (format != GST_FORMAT_TIME || !GST_CLOCK_TIME_IS_VALID (time))
    return FALSE;
  gst_query_set_position (query, format, time);
  return TRUE;
}

void
gst_openai_keep_sticky (GstPad *srcpad, GstEvent *event)
{
  if (GST_EVENT_IS_STICKY (event) && GST_EVENT_TYPE (event) != GST_EVENT_SEGMENT
      && GST_EVENT_TYPE (event) != GST_EVENT_EOS)
    gst_pad_store_sticky_event (srcpad, event);
}
