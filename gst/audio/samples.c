// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Samples of any kind as 16 bit. */

#include "samples.h"

#include <math.h>
#include <string.h>

#include "bytes.h"

gboolean
openai_samples_of_wav (guint tag, guint bits, OpenaiSamples *samples)
{
  static const struct
  {
    guint tag;
    guint bits;
    OpenaiSamples samples;
  } known[] = {
    { 1, 8, OPENAI_SAMPLES_U8 },
    { 1, 16, OPENAI_SAMPLES_S16LE },
    { 1, 24, OPENAI_SAMPLES_S24LE },
    { 1, 32, OPENAI_SAMPLES_S32LE },
    { 3, 32, OPENAI_SAMPLES_F32LE },
    { 3, 64, OPENAI_SAMPLES_F64LE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    if (known[i].tag == tag && known[i].bits == bits) {
      *samples = known[i].samples;
      return TRUE;
    }
  }
  return FALSE;
}

guint
openai_samples_size (OpenaiSamples samples)
{
  switch (samples) {
    case OPENAI_SAMPLES_U8:
    case OPENAI_SAMPLES_MULAW:
    case OPENAI_SAMPLES_ALAW:
      return 1;
    case OPENAI_SAMPLES_S24LE:
    case OPENAI_SAMPLES_S24BE:
      return 3;
    case OPENAI_SAMPLES_S32LE:
    case OPENAI_SAMPLES_F32LE:
      return 4;
    case OPENAI_SAMPLES_F64LE:
      return 8;
    default:
      return 2;
  }
}

static gint16
from_float (gdouble value)
{
  if (isnan (value))
    return 0;
  return (gint16) CLAMP (lrint (value * 32768), G_MININT16, G_MAXINT16);
}

/* ITU-T G.711: a sign, three bits of a segment, four of a step in it. */
static gint16
from_mulaw (guint8 code)
{
  guint8 bits = ~code;
  gint value = ((((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;

  return bits & 0x80 ? -value : value;
}

static gint16
from_alaw (guint8 code)
{
  guint8 bits = code ^ 0x55;
  guint segment = (bits >> 4) & 7;
  gint step = ((bits & 0x0f) << 4) + 8;
  gint value = segment == 0 ? step : (step + 0x100) << (segment - 1);

  return bits & 0x80 ? value : -value;
}

gint16
openai_samples_read (const guint8 *p, OpenaiSamples samples)
{
  guint32 bits;
  guint64 wide;
  gfloat single;
  gdouble twofold;

  switch (samples) {
    case OPENAI_SAMPLES_U8:
      return (p[0] - 128) * 256;
    case OPENAI_SAMPLES_S16BE:
    case OPENAI_SAMPLES_S24BE:
      return (gint16) (p[0] << 8 | p[1]);
    case OPENAI_SAMPLES_S24LE:
      return (gint16) openai_read_le16 (p + 1);
    case OPENAI_SAMPLES_S32LE:
      return (gint16) openai_read_le16 (p + 2);
    case OPENAI_SAMPLES_F32LE:
      bits = openai_read_le32 (p);
      memcpy (&single, &bits, sizeof single);
      return from_float (single);
    case OPENAI_SAMPLES_F64LE:
      wide = openai_read_le64 (p);
      memcpy (&twofold, &wide, sizeof twofold);
      return from_float (twofold);
    case OPENAI_SAMPLES_MULAW:
      return from_mulaw (*p);
    case OPENAI_SAMPLES_ALAW:
      return from_alaw (*p);
    default:
      return (gint16) openai_read_le16 (p);
  }
}
