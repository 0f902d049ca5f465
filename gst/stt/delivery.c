// SPDX-License-Identifier: LGPL-2.1-or-later
/* What becomes of a settled stretch: captions, a warning, or the end. */

#include "stt/delivery.h"

#include "errormessages.h"
#include "i18n.h"
#include "stt/intake.h"

struct _Delivery
{
  GstElement *element;
  SttSettingsSnapshot snapshot;
  Outbox *outbox;
  Uploads *uploads;
  Captions *captions;
  gint64 started;               /* monotonic */
  gboolean told_dropped;        /* nothing was transcribed since */
};

Delivery *
delivery_new (GstElement * element, SttSettingsSnapshot snapshot,
    Outbox * outbox, Uploads * uploads, Captions * captions, gint64 started)
{
  Delivery *self = g_new0 (Delivery, 1);

  self->element = element;
  self->snapshot = snapshot;
  self->outbox = outbox;
  self->uploads = uploads;
  self->captions = captions;
  self->started = started;
  return self;
}

void
delivery_free (Delivery * self)
{
  g_free (self);
}

static gboolean
is_fatal (Delivery * self, const GError * error)
{
  g_auto (SttSettings) settings = self->snapshot (self->element);

  return settings.on_error == ON_ERROR_FAIL
      || !uploads_were_answered (self->uploads)
      || gst_openai_error_is_fatal (error);
}

static GstFlowReturn
deliver_failed (Delivery * self, Stretch * stretch)
{
  if (is_fatal (self, stretch->error)) {
    gst_openai_post_error (self->element, stretch->error, self->started);
    return GST_FLOW_ERROR;
  }
  gst_openai_post_warning (self->element, stretch->error);
  captions_failed (self->captions, stretch, stretch->error->message);
  return GST_FLOW_OK;
}

static GstFlowReturn
deliver_transcript (Delivery * self, Stretch * stretch)
{
  g_auto (SttSettings) settings = self->snapshot (self->element);
  CaptionsStyle style = {
    .granularity = settings.granularity,
    .max_lines = settings.max_lines,
    .max_line_chars = settings.max_line_chars,
    .speaker_prefix = settings.speaker_prefix,
    .model = settings.model,
    .drop_hallucinations = settings.drop_hallucinations,
    .rate = INTAKE_RATE,
  };

  return captions_transcript (self->captions, stretch, &style,
      outbox_quiet_until (self->outbox));
}

static GstFlowReturn
deliver_speech (Delivery * self, Stretch * stretch)
{
  switch (stretch->state) {
    case STRETCH_TRANSCRIBED:
      self->told_dropped = FALSE;
      return deliver_transcript (self, stretch);
    case STRETCH_FAILED:
      return deliver_failed (self, stretch);
    default:
      if (!self->told_dropped)
        GST_ELEMENT_WARNING (self->element, RESOURCE, BUSY,
            (_("Speech was dropped, since more than max-backlog of it waited "
                "for the server. If that is slow and not away, raise "
                "max-requests or use a faster model.")),
            (NULL));
      self->told_dropped = TRUE;
      captions_failed (self->captions, stretch, "dropped");
      return GST_FLOW_OK;
  }
}

GstFlowReturn
delivery_take (Delivery * self, Stretch * stretch)
{
  switch (stretch->kind) {
    case STRETCH_SPEECH:
      return deliver_speech (self, stretch);
    case STRETCH_SILENCE:
      captions_silence (self->captions, stretch);
      return GST_FLOW_OK;
    default:
      return captions_event (self->captions,
          g_steal_pointer (&stretch->event));
  }
}
