// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
#include "work.h"

/* Of each thread: to share the count would take longer than what is counted. */
static __thread guint64 work;

/* What -fsanitize-coverage=trace-pc calls in every basic block; it is not counted itself. */
__attribute__ ((
    no_sanitize ("address", "undefined"), no_profile_instrument_function)) void
__sanitizer_cov_trace_pc (void);

void
__sanitizer_cov_trace_pc (void)
{
  work++;
}

/* The linker sends calls here (--wrap) that take as long as their text is. */
glong __real_g_utf8_strlen (const gchar *p, gssize max);
glong __wrap_g_utf8_strlen (const gchar *p, gssize max);
gchar *__real_g_utf8_offset_to_pointer (const gchar *text, glong offset);
gchar *__wrap_g_utf8_offset_to_pointer (const gchar *text, glong offset);
GString *__real_g_string_erase (GString *string, gssize pos, gssize length);
GString *__wrap_g_string_erase (GString *string, gssize pos, gssize length);
GByteArray *__real_g_byte_array_remove_range (
    GByteArray *array, guint index, guint length);
GByteArray *__wrap_g_byte_array_remove_range (
    GByteArray *array, guint index, guint length);
GArray *__real_g_array_remove_index (GArray *array, guint index);
GArray *__wrap_g_array_remove_index (GArray *array, guint index);
GArray *__real_g_array_remove_range (GArray *array, guint index, guint length);
GArray *__wrap_g_array_remove_range (GArray *array, guint index, guint length);

glong
__wrap_g_utf8_strlen (const gchar *p, gssize max)
{
  glong length = __real_g_utf8_strlen (p, max);

  work += length;
  return length;
}

gchar *
__wrap_g_utf8_offset_to_pointer (const gchar *text, glong offset)
{
  work += ABS (offset);
  return __real_g_utf8_offset_to_pointer (text, offset);
}

GString *
__wrap_g_string_erase (GString *string, gssize pos, gssize length)
{
  work += string->len - pos;
  return __real_g_string_erase (string, pos, length);
}

GByteArray *
__wrap_g_byte_array_remove_range (GByteArray *array, guint index, guint length)
{
  work += array->len - index;
  return __real_g_byte_array_remove_range (array, index, length);
}

GArray *
__wrap_g_array_remove_index (GArray *array, guint index)
{
  work += array->len - index;
  return __real_g_array_remove_index (array, index);
}

GArray *
__wrap_g_array_remove_range (GArray *array, guint index, guint length)
{
  work += array->len - index;
  return __real_g_array_remove_range (array, index, length);
}

guint64
work_done (void)
{
  return work;
}

static guint64
count_work (WorkFunc func, guint n, gconstpointer data)
{
  guint64 before = work_done ();

  func (n, data);
  return work_done () - before;
}

void
work_assert_linear (WorkFunc func, guint n, gconstpointer data)
{
  guint64 once = count_work (func, n, data);
  guint64 twice = count_work (func, 2 * n, data);

  g_test_message (
      "%u: %" G_GUINT64_FORMAT ", %u: %" G_GUINT64_FORMAT, n, once, 2 * n, twice);
  g_assert_cmpuint (once, >=, n);
  g_assert_cmpfloat ((gdouble) twice / once, <, 2.5);
}
