// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* In what kinds of elements that which a pad pushes ends. */

#include "padends.h"

/* More elements in a row than any pipeline has. */
#define MAX_DEPTH 64

static const struct
{
  const gchar *factory;
  GstOpenaiPadEnds kind;
} known[] = {
  { "fdsink", GST_OPENAI_END_BYTES },
  { "filesink", GST_OPENAI_END_BYTES },
  { "giosink", GST_OPENAI_END_BYTES },
  { "giostreamsink", GST_OPENAI_END_BYTES },
  { "multifdsink", GST_OPENAI_END_BYTES },
  { "multisocketsink", GST_OPENAI_END_BYTES },
  { "tcpclientsink", GST_OPENAI_END_BYTES },
  { "tcpserversink", GST_OPENAI_END_BYTES },
  { "webvttenc", GST_OPENAI_END_WEBVTT },
  { "srtenc", GST_OPENAI_END_SRT },
  { "textoverlay", GST_OPENAI_END_OVERLAY },
  { "subtitleoverlay", GST_OPENAI_END_OVERLAY },
};

/* 0: none of those. */
static GstOpenaiPadEnds
kind_of (GstPad *sinkpad)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (sinkpad);
  GstElementFactory *factory = element ? gst_element_get_factory (element) : NULL;

  for (guint i = 0; factory && i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (GST_OBJECT_NAME (factory), known[i].factory))
      return known[i].kind;
  return 0;
}

static gboolean
takes_anything (GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_pad_template_caps (pad);

  return gst_caps_is_any (caps);
}

/* A queue, a tee, a filter, or the border of a bin. */
static gboolean
passes_on (GstPad *pad)
{
  return GST_IS_PROXY_PAD (pad) || takes_anything (pad);
}

static GstIterator *
iterate_links (GstPad *sinkpad, guint depth)
{
  return passes_on (sinkpad) && depth < MAX_DEPTH
      ? gst_pad_iterate_internal_links (sinkpad)
      : NULL;
}

static GstOpenaiPadEnds
find_ends (GstPad *srcpad, guint depth)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (srcpad);
  GstOpenaiPadEnds ends = peer ? kind_of (peer) : 0;
  GstIterator *links = NULL;
  g_auto (GValue) link = G_VALUE_INIT;

  if (!peer || ends != 0)
    return ends;
  links = iterate_links (peer, depth);
  while (links && gst_iterator_next (links, &link) == GST_ITERATOR_OK) {
    ends |= passes_on (g_value_get_object (&link))
        ? find_ends (g_value_get_object (&link), depth + 1)
        : GST_OPENAI_END_OTHER;
    g_value_reset (&link);
  }
  if (links)
    gst_iterator_free (links);
  return ends != 0 ? ends : GST_OPENAI_END_OTHER;
}

GstOpenaiPadEnds
gst_openai_pad_ends (GstPad *srcpad)
{
  return find_ends (srcpad, 0);
}
