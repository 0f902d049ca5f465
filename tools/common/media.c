// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* filesrc ! parsebin: every track of a file, parsed and not decoded, as far as
 * its first buffer. */

#include "media.h"

#include "i18n.h"

#include <gst/pbutils/pbutils.h>
#include <gst/tag/tag.h>
#include <string.h>

#define PATIENCE (30 * GST_SECOND)
/* A track that has nothing yet when another is as far as that begins later. */
#define FAR (10 * GST_SECOND)

typedef struct
{
  Track *track;
  GstPad *pad;
  gboolean ended;
  GstClockTime last;
  GstSegment segment;
} Probe;

typedef struct
{
  GstElement *pipeline;
  GMutex lock; /* protects what follows */
  GPtrArray *probes;
  gboolean complete; /* parsebin shows all pads before any data */
  gboolean told;
} Look;

static void
track_free (Track *track)
{
  g_free (track->id);
  g_free (track->language);
  g_free (track->title);
  gst_clear_caps (&track->caps);
  g_free (track);
}

static void
probe_free (Probe *probe)
{
  g_clear_pointer (&probe->track, track_free);
  gst_object_unref (probe->pad);
  g_free (probe);
}

static gboolean
is_waited_for (Look *look, Probe *probe)
{
  if (probe->ended || GST_CLOCK_TIME_IS_VALID (probe->track->first)
      || probe->track->kind == TRACK_OTHER)
    return FALSE;
  for (guint i = 0; i < look->probes->len; i++) {
    Probe *other = g_ptr_array_index (look->probes, i);

    if (GST_CLOCK_TIME_IS_VALID (other->track->first)
        && other->last > other->track->first + FAR)
      return FALSE;
  }
  return TRUE;
}

/* Under the lock. */
static void
tell_when_done (Look *look)
{
  gboolean done = look->complete && !look->told;

  for (guint i = 0; done && i < look->probes->len; i++)
    done = !is_waited_for (look, g_ptr_array_index (look->probes, i));
  if (!done)
    return;
  look->told = TRUE;
  gst_element_post_message (look->pipeline,
      gst_message_new_application (
          GST_OBJECT (look->pipeline), gst_structure_new_empty ("looked")));
}

static void
note_buffer (Probe *probe, GstBuffer *buffer)
{
  guint64 at = GST_BUFFER_PTS_IS_VALID (buffer) ? GST_BUFFER_PTS (buffer)
                                                : GST_BUFFER_DTS (buffer);
  guint64 time;

  if (!GST_CLOCK_TIME_IS_VALID (at) || probe->segment.format != GST_FORMAT_TIME)
    return;
  /* What comes before the segment is decoded, and not shown. */
  at = MAX (at, probe->segment.start);
  time = gst_segment_to_stream_time (&probe->segment, GST_FORMAT_TIME, at);
  if (!GST_CLOCK_TIME_IS_VALID (time))
    return;
  if (!GST_CLOCK_TIME_IS_VALID (probe->track->first)) {
    probe->track->first = time;
    probe->track->runs_from =
        gst_segment_to_running_time (&probe->segment, GST_FORMAT_TIME, at);
  }
  probe->last = time;
}

static void
note_tags (Track *track, GstTagList *tags)
{
  g_autofree gchar *code = NULL, *title = NULL;

  if (gst_tag_list_get_string (tags, GST_TAG_LANGUAGE_CODE, &code)) {
    const gchar *known = gst_tag_get_language_code (code);

    g_free (track->language);
    track->language = g_strdup (known ? known : code);
  }
  if (gst_tag_list_get_scope (tags) == GST_TAG_SCOPE_STREAM
      && gst_tag_list_get_string (tags, GST_TAG_TITLE, &title)) {
    g_free (track->title);
    track->title = g_steal_pointer (&title);
  }
}

static TrackKind
kind_of (const GstCaps *caps)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  const gchar *name = gst_structure_get_name (structure);
  gint numerator = 1;

  if (g_str_has_prefix (name, "audio/"))
    return TRACK_AUDIO;
  /* A cover is one picture, without a rate. */
  if (g_str_has_prefix (name, "video/")
      || (g_str_has_prefix (name, "image/")
          && gst_structure_get_fraction (
              structure, "framerate", &numerator, &(gint) { 1 })
          && numerator > 0))
    return TRACK_VIDEO;
  return TRACK_OTHER;
}

static gboolean
note_event (GstPad *pad, GstEvent **event, gpointer user_data)
{
  Probe *probe = user_data;
  GstStreamFlags flags;
  const gchar *id;
  GstTagList *tags;
  GstCaps *caps;

  switch (GST_EVENT_TYPE (*event)) {
    case GST_EVENT_STREAM_START:
      gst_event_parse_stream_start (*event, &id);
      gst_event_parse_stream_flags (*event, &flags);
      g_free (probe->track->id);
      probe->track->id = g_strdup (id);
      probe->track->preferred = (flags & GST_STREAM_FLAG_SELECT) != 0;
      break;
    case GST_EVENT_CAPS:
      gst_event_parse_caps (*event, &caps);
      gst_caps_replace (&probe->track->caps, caps);
      probe->track->kind = kind_of (caps);
      break;
    case GST_EVENT_TAG:
      gst_event_parse_tag (*event, &tags);
      note_tags (probe->track, tags);
      break;
    case GST_EVENT_SEGMENT:
      gst_event_copy_segment (*event, &probe->segment);
      break;
    case GST_EVENT_EOS:
      probe->ended = TRUE;
      break;
    default:
      break;
  }
  return TRUE;
}

/* On the thread of the demuxer. Nothing is wanted but times. */
static GstPadProbeReturn
on_data (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Look *look = user_data;
  GstPadProbeReturn result = GST_PAD_PROBE_DROP;

  g_mutex_lock (&look->lock);
  for (guint i = 0; i < look->probes->len; i++) {
    Probe *probe = g_ptr_array_index (look->probes, i);

    if (probe->pad != pad)
      continue;
    if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
      note_buffer (probe, GST_PAD_PROBE_INFO_BUFFER (info));
      look->complete = TRUE;
    } else {
      GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

      note_event (pad, &event, probe);
      look->complete |= probe->ended;
      result = GST_PAD_PROBE_OK;
    }
  }
  tell_when_done (look);
  g_mutex_unlock (&look->lock);
  return result;
}

static void
on_pad_added (GstElement *element, GstPad *pad, gpointer user_data)
{
  Look *look = user_data;
  Probe *probe = g_new0 (Probe, 1);
  GstCaps *caps = gst_pad_get_current_caps (pad);

  if (!caps)
    caps = gst_pad_query_caps (pad, NULL);
  probe->pad = gst_object_ref (pad);
  probe->track = g_new0 (Track, 1);
  probe->track->first = GST_CLOCK_TIME_NONE;
  probe->track->caps = caps;
  probe->track->kind =
      gst_caps_is_empty (caps) || gst_caps_is_any (caps) ? TRACK_OTHER : kind_of (caps);
  gst_segment_init (&probe->segment, GST_FORMAT_UNDEFINED);
  gst_pad_sticky_events_foreach (pad, note_event, probe);

  g_mutex_lock (&look->lock);
  /* A pad behind data is of another group, with which a chained file goes on. */
  if (look->complete)
    g_clear_pointer (&probe, probe_free);
  else
    g_ptr_array_add (look->probes, probe);
  g_mutex_unlock (&look->lock);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      on_data, look, NULL);
}

static gint
compare_tracks (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 ((*(Track **) a)->id, (*(Track **) b)->id);
}

static void
take_tracks (Look *look, Media *media)
{
  media->tracks = g_ptr_array_new_with_free_func ((GDestroyNotify) track_free);
  media->begin = GST_CLOCK_TIME_NONE;
  g_mutex_lock (&look->lock);
  for (guint i = 0; i < look->probes->len; i++) {
    Probe *probe = g_ptr_array_index (look->probes, i);
    Track *track = g_steal_pointer (&probe->track);

    g_ptr_array_add (media->tracks, track);
    /* None is the greatest. */
    if (track->kind != TRACK_OTHER && track->first < media->begin) {
      media->begin = track->first;
      media->runs_from = track->runs_from;
    }
  }
  g_ptr_array_set_size (look->probes, 0);
  g_mutex_unlock (&look->lock);
  g_ptr_array_sort (media->tracks, compare_tracks);
  if (!GST_CLOCK_TIME_IS_VALID (media->begin))
    media->begin = 0;
}

static void
ask_duration (GstElement *parse, Media *media)
{
  gint64 duration = 0;

  media->duration = GST_CLOCK_TIME_NONE;
  if (!gst_element_query_duration (parse, GST_FORMAT_TIME, &duration) || duration <= 0)
    return;
  media->duration = duration;
  /* A duration that is counted from 0, not from the first buffer. */
  if (media->begin >= GST_SECOND && media->duration > media->begin)
    media->duration -= media->begin;
}

/* What the bus says first: TRUE for there is something. */
static gboolean
wait_for_look (Look *look, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (look->pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (
      bus, PATIENCE, GST_MESSAGE_ERROR | GST_MESSAGE_APPLICATION);

  if (!message) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED,
        _("nothing that can be understood came of it in %u s"),
            (guint) (PATIENCE / GST_SECOND));
    return FALSE;
  }
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_APPLICATION)
    return TRUE;
  gst_message_parse_error (message, error, NULL);
  return FALSE;
}

GstElement *
media_add_source (Media *media, GstBin *pipeline)
{
  GstElement *source = gst_element_factory_make ("filesrc", NULL);
  GstElement *parse = gst_element_factory_make ("parsebin", NULL);

  g_object_set (source, "location", media->path, NULL);
  g_object_set_data (G_OBJECT (parse), "file", source);
  gst_bin_add_many (pipeline, source, parse, NULL);
  gst_element_link (source, parse);
  return parse;
}

static gboolean
check_path (const gchar *path, GError **error)
{
  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, _("there is no such file"));
    return FALSE;
  }
  if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_ISDIR, _("it is a folder"));
    return FALSE;
  }
  return TRUE;
}

static void
plain_error (GError **error)
{
  if (!error || !*error)
    return;
  if (g_error_matches (*error, GST_STREAM_ERROR, GST_STREAM_ERROR_TYPE_NOT_FOUND)
      || g_error_matches (*error, GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE)) {
    g_free ((*error)->message);
    (*error)->message = g_strdup (_("it is no sound and no film that is known"));
  }
}

Media *
media_look (const gchar *path, GError **error)
{
  g_autoptr (Media) media = g_new0 (Media, 1);
  Look look = {
    gst_pipeline_new (NULL),
  };
  GstElement *parse;
  gboolean done;

  if (!check_path (path, error)) {
    gst_object_unref (look.pipeline);
    return NULL;
  }
  media->path = g_strdup (path);
  g_mutex_init (&look.lock);
  look.probes = g_ptr_array_new_with_free_func ((GDestroyNotify) probe_free);
  parse = media_add_source (media, GST_BIN (look.pipeline));
  g_signal_connect (parse, "pad-added", G_CALLBACK (on_pad_added), &look);
  gst_element_set_state (look.pipeline, GST_STATE_PAUSED);
  done = wait_for_look (&look, error);
  if (done) {
    take_tracks (&look, media);
    ask_duration (parse, media);
  } else {
    plain_error (error);
  }
  gst_element_set_state (look.pipeline, GST_STATE_NULL);
  gst_object_unref (look.pipeline);
  g_ptr_array_unref (look.probes);
  g_mutex_clear (&look.lock);
  return done ? g_steal_pointer (&media) : NULL;
}

void
media_free (Media *media)
{
  g_free (media->path);
  g_clear_pointer (&media->tracks, g_ptr_array_unref);
  g_free (media);
}

guint
media_count (Media *media, TrackKind kind)
{
  guint count = 0;

  for (guint i = 0; i < media->tracks->len; i++)
    count += ((Track *) g_ptr_array_index (media->tracks, i))->kind == kind;
  return count;
}

guint
media_track_number (Media *media, const Track *track)
{
  guint number = 0;

  for (guint i = 0; i < media->tracks->len; i++) {
    const Track *other = g_ptr_array_index (media->tracks, i);

    number += other->kind == track->kind;
    if (other == track)
      break;
  }
  return number;
}

static const Track *
nth_track (Media *media, TrackKind kind, guint number)
{
  for (guint i = 0; i < media->tracks->len; i++) {
    const Track *track = g_ptr_array_index (media->tracks, i);

    if (track->kind == kind && --number == 0)
      return track;
  }
  return NULL;
}

const Track *
media_find_video (Media *media)
{
  return nth_track (media, TRACK_VIDEO, 1);
}

/* "en" for "eng", "en-US" and "en". */
static gchar *
short_language (const gchar *language)
{
  g_autofree gchar *first = g_strndup (language, strcspn (language, "-_"));
  g_autofree gchar *lower = g_ascii_strdown (first, -1);
  const gchar *code = gst_tag_get_language_code (lower);

  return g_strdup (code ? code : lower);
}

static const Track *
track_in (Media *media, const gchar *language)
{
  g_autofree gchar *wanted = short_language (language);
  const Track *track;

  for (guint i = 1; (track = nth_track (media, TRACK_AUDIO, i)); i++) {
    g_autofree gchar *has = track->language ? short_language (track->language) : NULL;

    if (g_strcmp0 (has, wanted) == 0)
      return track;
  }
  return NULL;
}

static const Track *
preferred_track (Media *media)
{
  const Track *track;

  for (guint i = 1; (track = nth_track (media, TRACK_AUDIO, i)); i++)
    if (track->preferred)
      return track;
  return nth_track (media, TRACK_AUDIO, 1);
}

const Track *
media_choose_sound (Media *media, guint number, const gchar *language, GError **error)
{
  guint count = media_count (media, TRACK_AUDIO);
  const Track *track;

  if (count == 0) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED,
        _("there is no sound track in it"));
    return NULL;
  }
  if (number > count) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED,
        _("there is no sound track %u in it: it has %u"), number, count);
    return NULL;
  }
  if (number > 0)
    return nth_track (media, TRACK_AUDIO, number);
  track = language ? track_in (media, language) : NULL;
  return track ? track : preferred_track (media);
}

gchar *
media_describe_track (Media *media, const Track *track)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree gchar *codec = gst_caps_is_fixed (track->caps)
      ? gst_pb_utils_get_codec_description (track->caps)
      : NULL;
  const gchar *language =
      track->language ? gst_tag_get_language_name (track->language) : NULL;

  g_string_append_printf (text, "%u (", media_track_number (media, track));
  if (track->language)
    g_string_append_printf (text, "%s, ", language ? language : track->language);
  /* "Audio" is what muxers write where there is none. */
  if (track->title && !g_str_equal (track->title, "Audio"))
    g_string_append_printf (text, "%s, ", track->title);
  g_string_append_printf (text, "%s)", codec ? codec : _("unknown"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
media_describe (Media *media)
{
  static const gchar *const kinds[] = { N_ ("sound track"), N_ ("pictures track"),
    N_ ("other track") };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < media->tracks->len; i++) {
    const Track *track = g_ptr_array_index (media->tracks, i);
    g_autofree gchar *line = media_describe_track (media, track);

    g_string_append_printf (text, "%s %s\n", _(kinds[track->kind]), line);
  }
  return g_string_free (text, FALSE);
}

typedef struct
{
  gchar *id;
  TrackKind kind;
  GstElement *sink;
  gint flows; /* atomic. parsebin shows all pads of a group before any data of it */
} Link;

static void
link_clear (gpointer data)
{
  Link *link = data;

  g_free (link->id);
  gst_object_unref (link->sink);
}

static void
link_unref (gpointer link)
{
  g_atomic_rc_box_release_full (link, link_clear);
}

static void
closure_unref (gpointer link, GClosure *closure)
{
  link_unref (link);
}

static GstCaps *
caps_of_pad (GstPad *pad)
{
  GstCaps *caps = gst_pad_get_current_caps (pad);

  return caps ? caps : gst_pad_query_caps (pad, NULL);
}

static TrackKind
kind_of_pad (GstPad *pad)
{
  g_autoptr (GstCaps) caps = caps_of_pad (pad);

  return gst_caps_is_empty (caps) || gst_caps_is_any (caps) ? TRACK_OTHER
                                                            : kind_of (caps);
}

/* What was made for the format of @old does not take another. */
static void
check_format (Link *link, GstPad *old, GstPad *pad)
{
  g_autoptr (GstCaps) before = caps_of_pad (old), after = caps_of_pad (pad);
  const gchar *name = gst_structure_get_name (gst_caps_get_structure (after, 0));

  if (gst_caps_get_size (before) > 0
      && !gst_structure_has_name (gst_caps_get_structure (before, 0), name))
    GST_ELEMENT_ERROR (link->sink, STREAM, FORMAT,
        (_("it goes on in another format than it begins in: convert all of it into one "
           "first, such as FLAC")),
            (NULL));
}

static GstPadProbeReturn
on_first_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_atomic_int_set (&((Link *) user_data)->flows, TRUE);
  return GST_PAD_PROBE_REMOVE;
}

/* In a chained file another group of pads goes on where one has ended, of which
 * the pads still are there. FALSE: the pad may still become the one. */
static gboolean
link_if_wanted (Link *link, GstPad *pad, const gchar *id)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (link->sink, "sink");
  g_autoptr (GstPad) old = gst_pad_get_peer (sink);
  gboolean goes_on = g_atomic_int_get (&link->flows) && kind_of_pad (pad) == link->kind;

  if (old != pad && (goes_on || (!old && g_strcmp0 (id, link->id) == 0))) {
    if (old) {
      check_format (link, old, pad);
      gst_pad_unlink (old, sink);
    }
    gst_pad_link (pad, sink);
    g_atomic_int_set (&link->flows, FALSE);
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_first_buffer,
        g_atomic_rc_box_acquire (link), link_unref);
  }
  return gst_pad_is_linked (sink);
}

static GstPadProbeReturn
on_first_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  const gchar *id;

  if (GST_EVENT_TYPE (event) != GST_EVENT_STREAM_START)
    return GST_PAD_PROBE_OK;
  gst_event_parse_stream_start (event, &id);
  return link_if_wanted (user_data, pad, id) ? GST_PAD_PROBE_REMOVE : GST_PAD_PROBE_OK;
}

/* Behind a demuxer of tags parsebin shows a pad that has seen no event yet. */
static void
link_pad (GstElement *source, GstPad *pad, gpointer user_data)
{
  g_autofree gchar *id = NULL;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_first_event,
      g_atomic_rc_box_acquire (user_data), link_unref);
  id = gst_pad_get_stream_id (pad);
  if (id)
    link_if_wanted (user_data, pad, id);
}

void
media_link_track (GstElement *source, const Track *track, GstElement *sink)
{
  Link *link = g_atomic_rc_box_new0 (Link);

  link->id = g_strdup (track->id);
  link->kind = track->kind;
  link->sink = gst_object_ref (sink);
  g_signal_connect_data (
      source, "pad-added", G_CALLBACK (link_pad), link, closure_unref, 0);
}

void
media_play (GstElement *pipeline, GstElement *source)
{
  GstElement *file = g_object_get_data (G_OBJECT (source), "file");

  /* It reads by itself, and what it is linked to has to be PAUSED by then. */
  gst_element_set_locked_state (file, TRUE);
  gst_element_set_locked_state (source, TRUE);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_element_set_locked_state (source, FALSE);
  gst_element_sync_state_with_parent (source);
  gst_element_set_locked_state (file, FALSE);
  gst_element_sync_state_with_parent (file);
}
