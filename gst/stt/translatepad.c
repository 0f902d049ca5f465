// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Captions in English beside those of the source pad. */

#include "translatepad.h"

#include "client/error.h"
#include "client/transcript.h"
#include "i18n.h"

#define TRANSLATED_INTO "en"

/* Only the streaming thread pushes into the child, also what came before the pad was
 * there: it would hold the lock that another thread waits for, until PLAYING. */
typedef enum
{
  STAGE_AWAY, /* the child takes nothing yet */
  STAGE_READY,
  STAGE_JOINED, /* and has the beginning of the stream */
} Stage;

struct _GstOpenaiSttTranslatePad
{
  GstGhostPad pad;

  gchar *language; /* OBJECT_LOCK; as it was set */
  GstPad *heard;   /* the owner's sink pad; not owned */
  GstElement *child;
  GstPad *child_src; /* linked to the child's sink pad */
  gint stage;        /* Stage; atomic */
};

G_DEFINE_FINAL_TYPE (GstOpenaiSttTranslatePad, stt_translate_pad, GST_TYPE_GHOST_PAD)

enum
{
  PROP_LANGUAGE_CODE = 1,
};

/* What the child asks of upstream is asked of the owner's. */
static gboolean
on_child_query (GstPad *child_src, GstObject *parent, GstQuery *query)
{
  return gst_pad_peer_query (GST_PAD (gst_pad_get_element_private (child_src)), query);
}

/* Hosts are told by the owner, and seeks go through it. */
static gboolean
on_child_event (GstPad *child_src, GstObject *parent, GstEvent *event)
{
  gst_event_unref (event);
  return TRUE;
}

/* What the child says of itself, as a part of the owner. Its states and ends are
 * none of the pipeline's business. */
static GstBusSyncReply
on_child_message (GstBus *bus, GstMessage *message, gpointer owner)
{
  const GstMessageType passed =
      GST_MESSAGE_ERROR | GST_MESSAGE_WARNING | GST_MESSAGE_INFO | GST_MESSAGE_ELEMENT;

  if (GST_MESSAGE_TYPE (message) & passed)
    gst_element_post_message (owner, gst_message_ref (message));
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static void
make_child (GstOpenaiSttTranslatePad *self, GstElement *owner)
{
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstPad) sink = NULL, src = NULL;

  self->child =
      g_object_new (G_OBJECT_TYPE (owner), "name", GST_OBJECT_NAME (self), NULL);
  gst_object_set_parent (GST_OBJECT (self->child), GST_OBJECT (owner));
  gst_bus_set_sync_handler (bus, on_child_message, owner, NULL);
  gst_element_set_bus (self->child, bus);

  self->child_src = gst_object_ref_sink (gst_pad_new ("child_src", GST_PAD_SRC));
  gst_pad_set_element_private (self->child_src, self->heard);
  gst_pad_set_query_function (self->child_src, on_child_query);
  gst_pad_set_event_function (self->child_src, on_child_event);
  sink = gst_element_get_static_pad (self->child, "sink");
  gst_pad_link_full (self->child_src, sink, GST_PAD_LINK_CHECK_NOTHING);
  src = gst_element_get_static_pad (self->child, "src");
  gst_ghost_pad_set_target (GST_GHOST_PAD (self), src);
}

GstPad *
stt_translate_pad_new (
    GstElement *owner, GstPad *sinkpad, GstPadTemplate *templ, const gchar *name)
{
  GstOpenaiSttTranslatePad *self = g_object_new (STT_TYPE_TRANSLATE_PAD, "name", name,
      "direction", GST_PAD_SRC, "template", templ, NULL);

  self->heard = sinkpad;
  make_child (self, owner);
  return GST_PAD (self);
}

GstElement *
stt_translate_pad_get_child (GstOpenaiSttTranslatePad *self)
{
  return self->child;
}

gboolean
stt_translate_pad_check (GstOpenaiSttTranslatePad *self, GError **error)
{
  g_autofree gchar *language = NULL;

  g_object_get (self, "language-code", &language, NULL);
  if (g_strcmp0 (openai_language_code (language), TRANSLATED_INTO) == 0)
    return TRUE;
  g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
      _("The service translates into English only, not into %s: set "
          "language-code=en on %s, or put an element that translates text "
          "after src"),
          language, GST_OBJECT_NAME (self));
  return FALSE;
}

gboolean
stt_translate_pad_set_state (GstOpenaiSttTranslatePad *self, GstState state)
{
  g_autoptr (GstObject) owner = gst_object_get_parent (GST_OBJECT (self));

  if (state >= GST_STATE_PAUSED) {
    g_autoptr (GstClock) clock = gst_element_get_clock (GST_ELEMENT (owner));

    gst_element_set_clock (self->child, clock);
    gst_element_set_base_time (
        self->child, gst_element_get_base_time (GST_ELEMENT (owner)));
    gst_pad_set_active (self->child_src, TRUE);
  }
  if (gst_element_set_state (self->child, state) == GST_STATE_CHANGE_FAILURE)
    return FALSE;
  if (state < GST_STATE_PAUSED) {
    g_atomic_int_set (&self->stage, STAGE_AWAY);
    gst_pad_set_active (self->child_src, FALSE);
  } else {
    g_atomic_int_compare_and_exchange (&self->stage, STAGE_AWAY, STAGE_READY);
  }
  return TRUE;
}

static gboolean
push_sticky (GstPad *pad, GstEvent **event, gpointer child_src)
{
  gst_pad_push_event (child_src, gst_event_ref (*event));
  return TRUE;
}

/* FALSE: the child takes nothing. */
static gboolean
join (GstOpenaiSttTranslatePad *self)
{
  if (g_atomic_int_compare_and_exchange (&self->stage, STAGE_READY, STAGE_JOINED))
    gst_pad_sticky_events_foreach (self->heard, push_sticky, self->child_src);
  return g_atomic_int_get (&self->stage) == STAGE_JOINED;
}

void
stt_translate_pad_push (GstOpenaiSttTranslatePad *self, GstBuffer *buffer)
{
  if (join (self))
    gst_pad_push (self->child_src, gst_buffer_ref (buffer));
}

void
stt_translate_pad_push_event (GstOpenaiSttTranslatePad *self, GstEvent *event)
{
  if (GST_EVENT_IS_SERIALIZED (event) ? join (self)
                                      : g_atomic_int_get (&self->stage) != STAGE_AWAY)
    gst_pad_push_event (self->child_src, gst_event_ref (event));
}

void
stt_translate_pad_shut_down (GstOpenaiSttTranslatePad *self)
{
  stt_translate_pad_set_state (self, GST_STATE_NULL);
  gst_ghost_pad_set_target (GST_GHOST_PAD (self), NULL);
}

gboolean
stt_translate_pads_foreach (GstElement *owner,
    gboolean (*func) (GstOpenaiSttTranslatePad *, gpointer), gpointer user_data)
{
  g_autolist (GstPad) pads = NULL;
  gboolean all = TRUE;

  GST_OBJECT_LOCK (owner);
  for (GList *l = owner->srcpads; l; l = l->next)
    if (STT_IS_TRANSLATE_PAD (l->data))
      pads = g_list_prepend (pads, gst_object_ref (l->data));
  GST_OBJECT_UNLOCK (owner);
  for (GList *l = pads; l && all; l = l->next)
    all = func (l->data, user_data);
  return all;
}

static void
stt_translate_pad_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstOpenaiSttTranslatePad *self = STT_TRANSLATE_PAD (object);

  GST_OBJECT_LOCK (self);
  g_free (self->language);
  self->language = g_value_dup_string (value);
  GST_OBJECT_UNLOCK (self);
}

static void
stt_translate_pad_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstOpenaiSttTranslatePad *self = STT_TRANSLATE_PAD (object);

  GST_OBJECT_LOCK (self);
  g_value_set_string (value, self->language ? self->language : TRANSLATED_INTO);
  GST_OBJECT_UNLOCK (self);
}

static void
stt_translate_pad_dispose (GObject *object)
{
  GstOpenaiSttTranslatePad *self = STT_TRANSLATE_PAD (object);

  if (self->child) {
    g_autoptr (GstBus) bus = gst_element_get_bus (self->child);

    gst_element_set_bus (self->child, NULL);
    gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
    gst_object_unparent (GST_OBJECT (self->child));
    self->child = NULL;
  }
  gst_clear_object (&self->child_src);
  G_OBJECT_CLASS (stt_translate_pad_parent_class)->dispose (object);
}

static void
stt_translate_pad_finalize (GObject *object)
{
  g_free (STT_TRANSLATE_PAD (object)->language);
  G_OBJECT_CLASS (stt_translate_pad_parent_class)->finalize (object);
}

static void
stt_translate_pad_init (GstOpenaiSttTranslatePad *self)
{
}

static void
stt_translate_pad_class_init (GstOpenaiSttTranslatePadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = stt_translate_pad_set_property;
  object_class->get_property = stt_translate_pad_get_property;
  object_class->dispose = stt_translate_pad_dispose;
  object_class->finalize = stt_translate_pad_finalize;
  g_object_class_install_property (object_class, PROP_LANGUAGE_CODE,
      g_param_spec_string ("language-code", "language-code",
          _("Language of the captions of this pad; the service translates into "
          "English (en) only"),
              TRANSLATED_INTO, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}
