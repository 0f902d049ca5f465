// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Drives a fuzz target where libFuzzer is not there: mutates the seeds of a
 * folder for some seconds. Prints the seed of its random numbers; the input
 * that fails is left in a file.
 *
 *   fuzz-NAME FOLDER SECONDS [RANDOM-SEED] */

#include <glib.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define MOST 20000

static GByteArray *input;
static const gchar *program;

/* What is being tried when it goes wrong is the finding. */
static void
on_failure (int signal)
{
  g_autofree gchar *path = g_strdup_printf ("%s-finding", program);

  g_file_set_contents (path, (gchar *) input->data, input->len, NULL);
  fprintf (stderr, "the input is in %s\n", path);
  _exit (1);
}

static GPtrArray *
load_seeds (const gchar *folder)
{
  GPtrArray *seeds = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    gchar *data;
    gsize length;

    if (g_file_get_contents (path, &data, &length, NULL))
      g_ptr_array_add (seeds, g_bytes_new_take (data, length));
  }
  if (seeds->len == 0)
    g_error ("%s has no seeds", folder);
  return seeds;
}

static guint
below (GRand *rand, guint limit)
{
  return limit ? g_rand_int_range (rand, 0, limit) : 0;
}

static void
copy_piece (GRand *rand, GBytes *from)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (from, &size);
  guint start = below (rand, size), length = below (rand, size - start + 1);
  guint at = below (rand, input->len + 1);
  g_autofree guint8 *rest = g_memdup2 (input->data + at, input->len - at);
  gsize rest_length = input->len - at;

  g_byte_array_set_size (input, at);
  g_byte_array_append (input, data + start, length);
  if (below (rand, 2))
    g_byte_array_append (input, rest, rest_length);
}

static void
mutate (GRand *rand, GPtrArray *seeds)
{
  static const guint8 telling[] = { 0, 0xff, 0x7f, 0x80, '"', '\\', '{', '[', ',', '\n',
    '\r', '-', ':' };
  guint at = below (rand, input->len);

  switch (below (rand, 6)) {
    case 0:
      if (input->len)
        input->data[at] ^= 1 << below (rand, 8);
      break;
    case 1:
      if (input->len)
        input->data[at] = telling[below (rand, sizeof telling)];
      break;
    case 2:
      if (input->len)
        g_byte_array_remove_range (input, at, below (rand, input->len - at) + 1);
      break;
    case 3:
      g_byte_array_set_size (input, below (rand, input->len + 1));
      break;
    default:
      copy_piece (rand, g_ptr_array_index (seeds, below (rand, seeds->len)));
      break;
  }
  if (input->len > MOST)
    g_byte_array_set_size (input, MOST);
}

static void
choose (GRand *rand, GPtrArray *seeds)
{
  gsize size;
  const guint8 *data =
      g_bytes_get_data (g_ptr_array_index (seeds, below (rand, seeds->len)), &size);

  g_byte_array_set_size (input, 0);
  g_byte_array_append (input, data, MIN (size, MOST));
  for (guint n = below (rand, 8); n > 0; n--)
    mutate (rand, seeds);
}

int
main (int argc, char **argv)
{
  guint32 number = argc > 3 ? strtoul (argv[3], NULL, 10) : g_random_int ();
  g_autoptr (GPtrArray) seeds = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (number);
  gint64 until;
  guint64 n = 0;

  if (argc < 3)
    g_error ("%s FOLDER SECONDS [RANDOM-SEED]", argv[0]);
  program = argv[0];
  seeds = load_seeds (argv[1]);
  input = g_byte_array_new ();
  signal (SIGABRT, on_failure);
  signal (SIGSEGV, on_failure);
  fprintf (stderr, "# random seed %u\n", number);
  until = g_get_monotonic_time () + atof (argv[2]) * G_USEC_PER_SEC;
  for (; g_get_monotonic_time () < until; n++) {
    /* On the heap at its exact size, so that the sanitizer sees the end. */
    g_autofree guint8 *exact = NULL;

    choose (rand, seeds);
    exact = g_malloc (MAX (input->len, 1));
    memcpy (exact, input->data, input->len);
    LLVMFuzzerTestOneInput (exact, input->len);
  }
  printf ("1..1\nok 1 %" G_GUINT64_FORMAT " inputs\n", n);
  g_byte_array_unref (input);
  return 0;
}
