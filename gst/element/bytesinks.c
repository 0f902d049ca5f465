// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What comes after a pad that knows bytes, and no buffers. */

#include "bytesinks.h"

/* More elements in a row than any pipeline has. */
#define MAX_DEPTH 64

typedef struct
{
  guint bytes;                  /* sinks that write bytes */
  guint others;                 /* that know where a buffer ends */
} Ends;

static gboolean
writes_bytes (GstElement * element)
{
  static const gchar *const sinks[] = {
    "fdsink", "filesink", "giosink", "giostreamsink", "multifdsink",
    "multisocketsink", "tcpclientsink", "tcpserversink", NULL
  };
  GstElementFactory *factory = gst_element_get_factory (element);

  return factory && g_strv_contains (sinks, GST_OBJECT_NAME (factory));
}

static gboolean
takes_anything (GstPad * pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_pad_template_caps (pad);

  return gst_caps_is_any (caps);
}

/* A queue, a tee, a filter, or the border of a bin. */
static gboolean
passes_on (GstPad * pad)
{
  return GST_IS_PROXY_PAD (pad) || takes_anything (pad);
}

static GstIterator *
iterate_links (GstPad * sinkpad, guint depth)
{
  return passes_on (sinkpad) && depth < MAX_DEPTH ?
      gst_pad_iterate_internal_links (sinkpad) : NULL;
}

static void
find_ends (GstPad * srcpad, guint depth, Ends * ends)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (srcpad);
  g_autoptr (GstElement) element = peer ? gst_pad_get_parent_element (peer) :
      NULL;
  GstIterator *links = NULL;
  g_auto (GValue) link = G_VALUE_INIT;
  guint n = 0;

  if (element && writes_bytes (element))
    ends->bytes++;
  if (!peer || (element && writes_bytes (element)))
    return;
  links = iterate_links (peer, depth);
  for (; links && gst_iterator_next (links, &link) == GST_ITERATOR_OK; n++) {
    if (passes_on (g_value_get_object (&link)))
      find_ends (g_value_get_object (&link), depth + 1, ends);
    else
      ends->others++;
    g_value_reset (&link);
  }
  if (links)
    gst_iterator_free (links);
  if (n == 0)
    ends->others++;
}

gboolean
gst_openai_pad_feeds_bytes (GstPad * srcpad)
{
  Ends ends = { 0, 0 };

  find_ends (srcpad, 0, &ends);
  return ends.bytes > 0 && ends.others == 0;
}
