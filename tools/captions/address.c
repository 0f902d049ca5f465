// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Where the page can be opened from. */

#include "config.h"

#include "address.h"

#include <gio/gio.h>
#include <stdio.h>
#include <unistd.h>

#ifdef HAVE_QRENCODE
#include <qrencode.h>
#endif

#define QUIET_ZONE 2 /* squares; readers ask for some */

/* The address that packets to elsewhere would be sent from: none is sent. */
gchar *
address_of_machine (void)
{
  /* One for documentation: RFC 5737. */
  g_autoptr (GSocketAddress) elsewhere =
      g_inet_socket_address_new_from_string ("192.0.2.1", 9);
  g_autoptr (GSocket) socket = g_socket_new (
      G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) ours = NULL;

  if (!socket || !g_socket_connect (socket, elsewhere, NULL, NULL))
    return NULL;
  ours = g_socket_get_local_address (socket, NULL);
  return ours ? g_inet_address_to_string (
                    g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (ours)))
              : NULL;
}

#ifdef HAVE_QRENCODE
static gboolean
is_dark (const QRcode *code, gint x, gint y)
{
  return x >= 0 && y >= 0 && x < code->width && y < code->width
      && (code->data[y * code->width + x] & 1);
}

/* Two squares a character, one above the other, black on white whatever the
 * colours of the terminal are. */
static void
print_rows (const QRcode *code)
{
  static const gchar *const halves[] = { " ", "▄", "▀", "█" };

  for (gint y = -QUIET_ZONE; y < code->width + QUIET_ZONE; y += 2) {
    printf ("  \033[30;47m");
    for (gint x = -QUIET_ZONE; x < code->width + QUIET_ZONE; x++)
      printf ("%s", halves[2 * is_dark (code, x, y) + is_dark (code, x, y + 1)]);
    printf ("\033[0m\n");
  }
}
#endif

void
address_print_code (const gchar *text)
{
#ifdef HAVE_QRENCODE
  QRcode *code;

  if (!isatty (STDOUT_FILENO) || !g_get_charset (NULL))
    return;
  code = QRcode_encodeString (text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
  if (!code)
    return;
  print_rows (code);
  QRcode_free (code);
#endif
}
