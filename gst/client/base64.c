// SPDX-License-Identifier: LGPL-2.1-or-later
/* Base64 as fast as audio comes. */

#include "base64.h"

/* However far it is shifted, its first bit stays. */
#define BAD G_MAXUINT32

/* Six bits, or BAD. */
static const guint32 *
values (void)
{
  static const gchar alphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  static guint32 table[256];
  static gsize made;

  if (g_once_init_enter (&made)) {
    for (guint i = 0; i < G_N_ELEMENTS (table); i++)
      table[i] = BAD;
    for (guint i = 0; i < 64; i++)
      table[(guint8) alphabet[i]] = i;
    g_once_init_leave (&made, 1);
  }
  return table;
}

/* Three bytes, below a bit that is set if one of the four was BAD. */
static guint32
group (const guint32 * table, const guint8 * in)
{
  return table[in[0]] << 18 | table[in[1]] << 12 | table[in[2]] << 6
      | table[in[3]];
}

static guint32
put (guint8 * out, guint32 bits)
{
  out[0] = bits >> 16;
  out[1] = bits >> 8;
  out[2] = bits;
  return bits;
}

GBytes *
openai_base64_decode (const gchar * text, gsize length)
{
  const guint32 *table = values ();
  const guint8 *in = (const guint8 *) text;
  guint padding = length > 0 && in[length - 1] == '=' ?
      1 + (length > 1 && in[length - 2] == '=') : 0;
  gsize groups = length / 4, size = groups * 3 - padding;
  g_autofree guint8 *data = NULL;
  guint8 last[4];
  guint32 all = 0;

  if (length % 4 != 0)
    return NULL;
  data = g_malloc (groups * 3);
  for (gsize i = 0; i + 1 < groups; i++) {
    all |= put (data + 3 * i, group (table, in + 4 * i));
  }
  if (groups > 0) {
    for (guint i = 0; i < 4; i++)
      last[i] = i < 4 - padding ? in[length - 4 + i] : 'A';
    all |= put (data + 3 * groups - 3, group (table, last));
  }
  return all >> 31 ? NULL : g_bytes_new_take (g_steal_pointer (&data), size);
}
