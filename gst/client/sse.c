// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* A parser for text/event-stream that takes its bytes in any pieces. */

#include "sse.h"

#include <string.h>

#include "error.h"
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
  OpenaiSse *self = g_new0 (OpenaiSse, 1);

  self->func = func;
  self->user_data = user_data;
  self->line = g_string_new (NULL);
  self->data = g_string_new (NULL);
  self->first_line = TRUE;
  return self;
}

void
openai_sse_free (OpenaiSse *self)
{
  if (!self)
    return;
  g_string_free (self->line, TRUE);
  g_string_free (self->data, TRUE);
  g_free (self->type);
  g_free (self);
}

static void
begin_value (OpenaiSse *self)
{
  if (self->has_data)
    g_string_append_c (self->data, '\n');
  self->has_data = TRUE;
}

static void
fill_head (OpenaiSse *self, const gchar **piece, gsize *length)
{
  gsize n = MIN (*length, HEAD_LENGTH - self->line->len);

  g_string_append_len (self->line, *piece, n);
  *piece += n;
  *length -= n;
}

/* A line or the next part of one. */
static void
add_piece (OpenaiSse *self, const gchar *piece, gsize length)
{
  if (!self->in_value && self->line->len < HEAD_LENGTH) {
    fill_head (self, &piece, &length);
    if (self->first_line && g_str_has_prefix (self->line->str, BOM)) {
      self->first_line = FALSE;
      g_string_erase (self->line, 0, strlen (BOM));
      fill_head (self, &piece, &length);
    }
    if (self->line->len == HEAD_LENGTH && g_str_has_prefix (self->line->str, "data:")) {
      self->in_value = TRUE;
      begin_value (self);
      if (self->line->str[HEAD_LENGTH - 1] != ' ')
        g_string_append_c (self->data, self->line->str[HEAD_LENGTH - 1]);
    }
  }
  g_string_append_len (self->in_value ? self->data : self->line, piece, length);
}

/* Data fields that come here are shorter than a head: their value is empty. */
static void
take_field (OpenaiSse *self)
{
  gchar *name = self->line->str;
  gchar *value = strchr (name, ':');

  if (value)
    *value++ = '\0';
  if (value && *value == ' ')
    value++;
  if (strcmp (name, "data") == 0) {
    begin_value (self);
  } else if (strcmp (name, "event") == 0) {
    g_free (self->type);
    self->type = value && *value ? g_strdup (value) : NULL;
  }
}

static gboolean
dispatch (OpenaiSse *self, GError **error)
{
  gboolean ok = self->data->len == 0
      || self->func (
          self->type, self->data->str, self->data->len, self->user_data, error);

  g_clear_pointer (&self->type, g_free);
  g_string_truncate (self->data, 0);
  self->has_data = FALSE;
  return ok;
}

static gboolean
end_line (OpenaiSse *self, GError **error)
{
  gboolean ok = TRUE;

  if (!self->in_value && self->line->len == 0)
    ok = dispatch (self, error);
  else if (!self->in_value)
    take_field (self);
  g_string_truncate (self->line, 0);
  self->in_value = FALSE;
  self->first_line = FALSE;
  return ok;
}

static gboolean
check_size (OpenaiSse *self, gsize length, GError **error)
{
  if (length <= OPENAI_SSE_MAX_EVENT
      && self->data->len + self->line->len <= OPENAI_SSE_MAX_EVENT - length)
    return TRUE;
  g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
      _("An event of the server's stream is too large"));
  return FALSE;
}

/* Where @c is next, @end when nowhere. @known is the answer for an earlier
 * @from: so no byte is looked at twice for the same @c. */
static const gchar *
find_next (const gchar *known, const gchar *from, gchar c, const gchar *end)
{
  if (known && known >= from)
    return known;
  known = memchr (from, c, end - from);
  return known ? known : end;
}

static gboolean
parse (OpenaiSse *self, const gchar *at, const gchar *end, GError **error)
{
  const gchar *lf = NULL, *cr = NULL;

  while (at < end) {
    const gchar *stop;

    if (self->after_cr && *at == '\n')
      at++;
    self->after_cr = FALSE;
    if (at == end)
      break;

    lf = find_next (lf, at, '\n', end);
    cr = find_next (cr, at, '\r', end);
    stop = MIN (lf, cr);
    if (!check_size (self, stop - at, error))
      return FALSE;
    add_piece (self, at, stop - at);
    if (stop == end)
      break;
    if (!end_line (self, error))
      return FALSE;
    self->after_cr = *stop == '\r';
    at = stop + 1;
  }
  return TRUE;
}

static gboolean
check_spent (OpenaiSse *self, GError **error)
{
  if (self->spent)
    g_set_error_literal (error, OPENAI_ERROR, OPENAI_ERROR_ANSWER,
        _("The server's stream of events has failed before"));
  return !self->spent;
}

gboolean
openai_sse_push (OpenaiSse *self, const gchar *data, gsize length, GError **error)
{
  if (!check_spent (self, error))
    return FALSE;
  if (length > 0)
    self->spent = !parse (self, data, data + length, error);
  return !self->spent;
}

gboolean
openai_sse_finish (OpenaiSse *self, GError **error)
{
  if (!check_spent (self, error))
    return FALSE;
  self->spent = TRUE;
  if ((self->in_value || self->line->len > 0) && !end_line (self, error))
    return FALSE;
  return dispatch (self, error);
}
