// SPDX-License-Identifier: LGPL-2.1-or-later
/* A parser for text/event-stream that takes its bytes in any pieces. */

#include "client/sse.h"

#include <string.h>

#include "client/error.h"
#include "i18n.h"

#define BOM "\xEF\xBB\xBF"

/* "data: ": enough of a line to know where its value begins. */
#define HEAD_LENGTH 6

struct _OpenaiSse
{
  OpenaiSseFunc func;
  gpointer user_data;

  /* What is there of the open line, but the value of a data field goes
   * straight to the event's data. */
  GString *line;
  gboolean in_value;
  gboolean first_line;
  gboolean after_cr;

  gchar *type;
  GString *data;
  gboolean has_data;

  gboolean spent;
};

OpenaiSse *
openai_sse_new (OpenaiSseFunc func, gpointer user_data)
{
  OpenaiSse *sse = g_new0 (OpenaiSse, 1);

  sse->func = func;
  sse->user_data = user_data;
  sse->line = g_string_new (NULL);
  sse->data = g_string_new (NULL);
  sse->first_line = TRUE;
  return sse;
}

void
openai_sse_free (OpenaiSse * sse)
{
  if (!sse)
    return;
  g_string_free (sse->line, TRUE);
  g_string_free (sse->data, TRUE);
  g_free (sse->type);
  g_free (sse);
}

static void
begin_value (OpenaiSse * sse)
{
  if (sse->has_data)
    g_string_append_c (sse->data, '\n');
  sse->has_data = TRUE;
}

static void
fill_head (OpenaiSse * sse, const gchar ** piece, gsize * length)
{
  gsize n = MIN (*length, HEAD_LENGTH - sse->line->len);

  g_string_append_len (sse->line, *piece, n);
  *piece += n;
  *length -= n;
}

/* A line or the next part of one. */
static void
add_piece (OpenaiSse * sse, const gchar * piece, gsize length)
{
  if (!sse->in_value && sse->line->len < HEAD_LENGTH) {
    fill_head (sse, &piece, &length);
    if (sse->first_line && g_str_has_prefix (sse->line->str, BOM)) {
      sse->first_line = FALSE;
      g_string_erase (sse->line, 0, strlen (BOM));
      fill_head (sse, &piece, &length);
    }
    if (sse->line->len == HEAD_LENGTH
        && g_str_has_prefix (sse->line->str, "data:")) {
      sse->in_value = TRUE;
      begin_value (sse);
      if (sse->line->str[HEAD_LENGTH - 1] != ' ')
        g_string_append_c (sse->data, sse->line->str[HEAD_LENGTH - 1]);
    }
  }
  g_string_append_len (sse->in_value ? sse->data : sse->line, piece, length);
}

/* Data fields that come here are shorter than a head: their value is empty. */
static void
take_field (OpenaiSse * sse)
{
  gchar *name = sse->line->str;
  gchar *value = strchr (name, ':');

  if (value)
    *value++ = '\0';
  if (value && *value == ' ')
    value++;
  if (strcmp (name, "data") == 0) {
    begin_value (sse);
  } else if (strcmp (name, "event") == 0) {
    g_free (sse->type);
    sse->type = value && *value ? g_strdup (value) : NULL;
  }
}

static gboolean
dispatch (OpenaiSse * sse, GError ** error)
{
  gboolean ok = sse->data->len == 0 || sse->func (sse->type, sse->data->str,
      sse->data->len, sse->user_data, error);

  g_clear_pointer (&sse->type, g_free);
  g_string_truncate (sse->data, 0);
  sse->has_data = FALSE;
  return ok;
}

static gboolean
end_line (OpenaiSse * sse, GError ** error)
{
  gboolean ok = TRUE;

  if (!sse->in_value && sse->line->len == 0)
    ok = dispatch (sse, error);
  else if (!sse->in_value)
    take_field (sse);
  g_string_truncate (sse->line, 0);
  sse->in_value = FALSE;
  sse->first_line = FALSE;
  return ok;
}

static gboolean
check_size (OpenaiSse * sse, gsize length, GError ** error)
{
  if (length <= OPENAI_SSE_MAX_EVENT
      && sse->data->len + sse->line->len <= OPENAI_SSE_MAX_EVENT - length)
    return TRUE;
  g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("An event of the server's stream is too large"));
  return FALSE;
}

/* Where @c is next, @end when nowhere. @known is the answer for an earlier
 * @from: so no byte is looked at twice for the same @c. */
static const gchar *
find_next (const gchar * known, const gchar * from, gchar c, const gchar * end)
{
  if (known && known >= from)
    return known;
  known = memchr (from, c, end - from);
  return known ? known : end;
}

static gboolean
parse (OpenaiSse * sse, const gchar * at, const gchar * end, GError ** error)
{
  const gchar *lf = NULL, *cr = NULL;

  while (at < end) {
    const gchar *stop;

    if (sse->after_cr && *at == '\n')
      at++;
    sse->after_cr = FALSE;
    if (at == end)
      break;

    lf = find_next (lf, at, '\n', end);
    cr = find_next (cr, at, '\r', end);
    stop = MIN (lf, cr);
    if (!check_size (sse, stop - at, error))
      return FALSE;
    add_piece (sse, at, stop - at);
    if (stop == end)
      break;
    if (!end_line (sse, error))
      return FALSE;
    sse->after_cr = *stop == '\r';
    at = stop + 1;
  }
  return TRUE;
}

static gboolean
check_spent (OpenaiSse * sse, GError ** error)
{
  if (sse->spent)
    g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
        _("The server's stream of events has failed before"));
  return !sse->spent;
}

gboolean
openai_sse_push (OpenaiSse * sse, const gchar * data, gsize length,
    GError ** error)
{
  if (!check_spent (sse, error))
    return FALSE;
  if (length > 0)
    sse->spent = !parse (sse, data, data + length, error);
  return !sse->spent;
}

gboolean
openai_sse_finish (OpenaiSse * sse, GError ** error)
{
  if (!check_spent (sse, error))
    return FALSE;
  sse->spent = TRUE;
  if ((sse->in_value || sse->line->len > 0) && !end_line (sse, error))
    return FALSE;
  return dispatch (sse, error);
}
