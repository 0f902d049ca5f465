// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* What the tests of openaitts share: answers, and what is heard of them. */

#include "speech.h"

#include <string.h>

#include "server/bridge.h"

#define TEXT_CAPS "text/x-raw,format=utf8"

void
heard_clear (Heard *heard)
{
  g_byte_array_unref (heard->bytes);
}

static GstPadProbeReturn
on_heard (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Heard *heard = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  g_autoptr (GstCaps) caps = NULL;
  gboolean is_raw;
  GstMapInfo map;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM) {
    heard->eos |= GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS;
    heard->n_gaps += GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_GAP;
    return GST_PAD_PROBE_OK;
  }
  caps = gst_pad_get_current_caps (pad);
  is_raw = gst_structure_has_name (gst_caps_get_structure (caps, 0), "audio/x-raw");
  gst_structure_get_int (gst_caps_get_structure (caps, 0), "rate", &heard->rate);
  gst_structure_get_int (gst_caps_get_structure (caps, 0), "channels", &heard->channels);
  if (heard->bytes->len == 0)
    heard->first = GST_BUFFER_PTS (buffer);
  else
    heard->contiguous &= GST_BUFFER_PTS (buffer) == heard->end;
  heard->end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
  heard->n_disconts += GST_BUFFER_IS_DISCONT (buffer);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  fail_unless_equals_int (map.size % (is_raw ? 2 * heard->channels : 1), 0);
  g_byte_array_append (heard->bytes, map.data, map.size);
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
    heard->silence += map.size;
  gst_buffer_unmap (buffer, &map);
  return GST_PAD_PROBE_OK;
}

void
hear_from (GstElement *pipeline, const gchar *name, const gchar *pad_name, Heard *heard)
{
  memset (heard, 0, sizeof *heard);
  heard->bytes = g_byte_array_new ();
  heard->contiguous = TRUE;
  add_probe (pipeline, name, pad_name,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_heard, heard);
}

void
hear (GstElement *pipeline, Heard *heard)
{
  hear_from (pipeline, "t", "src", heard);
}

GBytes *
make_samples (gsize size)
{
  guint8 *data = g_malloc (size);
  g_autoptr (GRand) rand = g_rand_new_with_seed (size);

  for (gsize i = 0; i < size; i++)
    data[i] = g_rand_int (rand);
  /* Not by chance the mark of a container. */
  data[0] = data[1] = 0;
  return g_bytes_new_take (data, size);
}

TestAnswer *
answer_in_pieces (TestServer *server, const gchar *type, GBytes *body, guint seed)
{
  TestAnswer *answer = test_server_answer (server, 200, type);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  gsize size, done = 0;
  const guint8 *data = g_bytes_get_data (body, &size);

  while (done < size) {
    gsize wanted = g_rand_int_range (rand, 1, 3000);
    gsize n = MIN (size - done, wanted);

    test_answer_body (answer, data + done, n);
    done += n;
  }
  return answer;
}

GBytes *
make_wav (guint rate, guint channels, GBytes *samples)
{
  GByteArray *wav = g_byte_array_new ();
  guint8 header[44] = "RIFF\xff\xff\xff\xffWAVEfmt ";

  GST_WRITE_UINT32_LE (header + 16, 16);
  GST_WRITE_UINT16_LE (header + 20, 1);
  GST_WRITE_UINT16_LE (header + 22, channels);
  GST_WRITE_UINT32_LE (header + 24, rate);
  GST_WRITE_UINT32_LE (header + 28, rate * channels * 2);
  GST_WRITE_UINT16_LE (header + 32, channels * 2);
  GST_WRITE_UINT16_LE (header + 34, 16);
  memcpy (header + 36, "data\xff\xff\xff\xff", 8);
  g_byte_array_append (wav, header, sizeof header);
  g_byte_array_append (wav, g_bytes_get_data (samples, NULL), g_bytes_get_size (samples));
  return g_byte_array_free_to_bytes (wav);
}

void
push_text (GstHarness *harness, const gchar *text, gsize size)
{
  GstBuffer *buffer = gst_buffer_new_memdup (text, size);

  fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
}

/* Of the server that was used last. */
static TestBridge *bridge;

gboolean
is_over_realtime (void)
{
  return g_strcmp0 (g_getenv ("SPEECH_TRANSPORT"), "realtime") == 0;
}

void
forget_transport (void)
{
  g_clear_pointer (&bridge, test_bridge_free);
}

static gchar *
address_of (TestServer *server)
{
  const gchar *base_url = test_server_base_url (server);

  if (!is_over_realtime ())
    return g_strdup_printf ("base-url=%s api-key=\"\"", base_url);
  if (!bridge || !g_str_equal (test_bridge_behind (bridge), base_url)) {
    forget_transport ();
    bridge = test_bridge_new (base_url);
  }
  return g_strdup_printf (
      "base-url=%s api-key=\"\" transport=realtime", test_bridge_base_url (bridge));
}

GstElement *
make_speech (const gchar *description, TestServer *server)
{
  g_autofree gchar *address = address_of (server);

  return make_pipeline_at (description, address);
}

GstHarness *
make_harness (TestServer *server, const gchar *properties)
{
  g_autofree gchar *address = address_of (server);
  g_autofree gchar *line = g_strdup_printf ("openaitts %s %s", address, properties);
  GstHarness *harness = gst_harness_new_parse (line);

  gst_harness_set_live (harness, FALSE);
  gst_harness_set_src_caps_str (harness, TEXT_CAPS);
  return harness;
}

GstBuffer *
pull_speech (GstHarness *harness)
{
  GstBuffer *buffer;

  while ((buffer = gst_harness_pull (harness))
      && GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
    gst_buffer_unref (buffer);
  return buffer;
}
