// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* Whose voices are told apart. */

#include "speakers.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "audio/encoder.h"
#include "client/error.h"
#include "audio/recording.h"
#include "i18n.h"

/* What the service takes. */
#define MAX_SPEAKERS 4
#define SHORTEST_MS 2000
#define LONGEST_MS 10050

/* Voices whose pieces are kept. */
#define MOST_REMEMBERED 16

/* Seconds kept of a tracked speaker, well inside of these. */
#define LEAST_KEPT 2.2
#define MOST_KEPT 9.5

/* No reference is longer: 10 s of 48 kHz stereo. */
#define MAX_FILE_BYTES (4 * 1024 * 1024)

/* What a part of a form takes beside what it says. */
#define PART_BYTES 256

/* A request grows by so much for a tracked speaker: WAV of 16 kHz in base64. */
#define TRACKED_BYTES ((guint64) (MOST_KEPT * 16000 * 2 * 4 / 3) + PART_BYTES)

/* How a tracked speaker is called in requests: not as the server calls one
 * that it does not know, which is a letter. */
#define TRACKED_NAME "speaker_"

typedef struct
{
  gchar *name;       /* in requests */
  gchar *letter;     /* in the stream; NULL: known by its name */
  gchar *reference;  /* data URL, NULL: none yet */
  GByteArray *piece; /* of what they said, until it is long enough */
  gchar *heard_as;   /* the server's name, while there is no reference */
  gdouble seconds;   /* how long it is */
  guint heard;       /* number of the answer it was last heard in */
} Voice;

struct _SttSpeakers
{
  gboolean track;
  GPtrArray *voices; /* Voice: the known ones, then as they came */
  guint n_tracked;
  guint n_answers;
};

static void
voice_free (gpointer data)
{
  Voice *voice = data;

  g_free (voice->name);
  g_free (voice->letter);
  g_free (voice->reference);
  g_free (voice->heard_as);
  g_clear_pointer (&voice->piece, g_byte_array_unref);
  g_free (voice);
}

static gchar *
data_url (const gchar *type, gconstpointer data, gsize length)
{
  g_autofree gchar *base64 = g_base64_encode (data, length);

  return g_strdup_printf ("data:%s;base64,%s", type, base64);
}

static gpointer
set_error (GError **error, const gchar *name, const gchar *what)
{
  g_set_error (
      error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS, "known-speakers: %s: %s", name, what);
  return NULL;
}

/* What does not tell its length is left to the service to judge. NULL: it is
 * not fit. */
static gchar *
check_audio (GBytes *audio, const gchar *name, GError **error)
{
  OpenaiRecordingKind kind = openai_recording_sniff (audio);
  gint64 duration = openai_recording_duration (audio, kind);
  g_autofree gchar *what = NULL;

  if (kind == OPENAI_RECORDING_UNKNOWN)
    set_error (error, name, _("the file is not WAV, FLAC, MP3, AAC, Ogg, MP4 or WebM"));
  else if (duration >= 0 && (duration < SHORTEST_MS || duration > LONGEST_MS)) {
    what = g_strdup_printf (
        _("it is %.1f s long, and has to be 2 to 10 s"), duration / 1000.0);
    set_error (error, name, what);
  } else {
    return data_url (openai_recording_type (kind), g_bytes_get_data (audio, NULL),
        g_bytes_get_size (audio));
  }
  return NULL;
}

static gchar *
load_file (const gchar *path, const gchar *name, GError **error)
{
  g_autoptr (GBytes) audio = NULL;
  g_autoptr (GError) reason = NULL;
  GStatBuf status;
  gchar *data;
  gsize length;

  if (g_stat (path, &status) == 0 && !S_ISREG (status.st_mode))
    return set_error (error, name, _("not a file"));
  if (g_stat (path, &status) == 0 && status.st_size > MAX_FILE_BYTES)
    return set_error (error, name, _("the file is longer than 4 MiB"));
  if (!g_file_get_contents (path, &data, &length, &reason))
    return set_error (error, name, reason->message);
  audio = g_bytes_new_take (data, length);
  return check_audio (audio, name, error);
}

static gchar *
load_data_url (const gchar *url, const gchar *name, GError **error)
{
  const gchar *base64 = strstr (url, ";base64,");
  g_autoptr (GBytes) audio = NULL;
  guchar *data;
  gsize length;

  if (!base64)
    return set_error (error, name, _("not a data: URL with base64 audio"));
  data = g_base64_decode (base64 + strlen (";base64,"), &length);
  audio = g_bytes_new_take (data, length);
  return check_audio (audio, name, error);
}

static gchar *
load_reference (const gchar *name, const GValue *value, GError **error)
{
  const gchar *text = G_VALUE_HOLDS_STRING (value) ? g_value_get_string (value) : NULL;

  if (!text || *text == '\0')
    return set_error (error, name, _("neither a file nor a data: URL"));
  return g_str_has_prefix (text, "data:") ? load_data_url (text, name, error)
                                          : load_file (text, name, error);
}

static gboolean
load_known (SttSpeakers *self, const GstStructure *known, GError **error)
{
  gint n = known ? gst_structure_n_fields (known) : 0;

  if (n > MAX_SPEAKERS) {
    g_set_error (error, OPENAI_ERROR, OPENAI_ERROR_SETTINGS,
        _("known-speakers: %d are given, and the service takes at most %d"), n,
            MAX_SPEAKERS);
    return FALSE;
  }
  for (gint i = 0; i < n; i++) {
    const gchar *name = gst_structure_nth_field_name (known, i);
    gchar *reference =
        load_reference (name, gst_structure_get_value (known, name), error);
    Voice *voice;

    if (!reference)
      return FALSE;
    voice = g_new0 (Voice, 1);
    voice->name = g_strdup (name);
    voice->reference = reference;
    voice->heard = G_MAXUINT;
    g_ptr_array_add (self->voices, voice);
  }
  return TRUE;
}

SttSpeakers *
stt_speakers_new (const GstStructure *known, gboolean track, GError **error)
{
  g_autoptr (SttSpeakers) self = g_new0 (SttSpeakers, 1);

  self->track = track;
  self->voices = g_ptr_array_new_with_free_func (voice_free);
  return load_known (self, known, error) ? g_steal_pointer (&self) : NULL;
}

void
stt_speakers_free (SttSpeakers *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->voices);
  g_free (self);
}

gboolean
stt_speakers_are_tracked (SttSpeakers *self)
{
  return self->track;
}

guint64
stt_speakers_bytes (SttSpeakers *self)
{
  guint64 bytes = 0;
  guint n_known = 0;

  for (guint i = 0; i < self->voices->len; i++) {
    const Voice *voice = g_ptr_array_index (self->voices, i);

    if (voice->letter)
      continue;
    bytes += strlen (voice->name) + strlen (voice->reference) + PART_BYTES;
    n_known++;
  }
  return self->track ? bytes + TRACKED_BYTES * (MAX_SPEAKERS - n_known) : bytes;
}

static gint
by_last_heard (gconstpointer a, gconstpointer b)
{
  const Voice *one = *(Voice *const *) a, *other = *(Voice *const *) b;

  return one->heard == other->heard ? 0 : one->heard > other->heard ? -1 : 1;
}

void
stt_speakers_fill_params (SttSpeakers *self, OpenaiTranscriptionParams *params)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) references = g_strv_builder_new ();
  g_autoptr (GPtrArray) sorted = g_ptr_array_copy (self->voices, NULL, NULL);
  guint n = 0;

  g_ptr_array_set_free_func (sorted, NULL);
  g_ptr_array_sort (sorted, by_last_heard);
  for (guint i = 0; i < sorted->len && n < MAX_SPEAKERS; i++) {
    const Voice *voice = g_ptr_array_index (sorted, i);

    if (!voice->reference)
      continue;
    g_strv_builder_add (names, voice->name);
    g_strv_builder_add (references, voice->reference);
    n++;
  }
  if (n == 0)
    return;
  params->speaker_names = g_strv_builder_end (names);
  params->speaker_references = g_strv_builder_end (references);
}

/* A, B, … Z, AA, AB, … */
static gchar *
letter_of (guint n)
{
  gchar last[2] = { 'A' + n % 26, '\0' };
  g_autofree gchar *rest = n < 26 ? g_strdup ("") : letter_of (n / 26 - 1);

  return g_strconcat (rest, last, NULL);
}

static Voice *
find_voice (SttSpeakers *self, const gchar *name)
{
  for (guint i = 0; i < self->voices->len; i++) {
    Voice *voice = g_ptr_array_index (self->voices, i);

    if (g_str_equal (voice->name, name)
        || (!voice->reference && g_strcmp0 (voice->heard_as, name) == 0))
      return voice;
  }
  return NULL;
}

static Voice *
new_voice (SttSpeakers *self)
{
  Voice *voice = g_new0 (Voice, 1);

  voice->letter = letter_of (self->n_tracked++);
  voice->name = g_strconcat (TRACKED_NAME, voice->letter, NULL);
  g_ptr_array_add (self->voices, voice);
  return voice;
}

static void
append_segment (
    GByteArray *piece, const OpenaiSegment *segment, GBytes *samples, guint rate)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (samples, &size);
  gsize limit = (gsize) (MOST_KEPT * rate) * sizeof (gint16);
  gsize start, end;

  if (isnan (segment->start) || piece->len >= limit)
    return;
  start = MIN ((gsize) (segment->start * rate) * sizeof (gint16), size);
  end = MIN ((gsize) (segment->end * rate) * sizeof (gint16), size);
  g_byte_array_append (
      piece, data + start, MIN (MAX (start, end) - start, limit - piece->len));
}

/* What a speaker said in this answer, end to end. */
static GByteArray *
piece_of (
    const OpenaiTranscript *transcript, const gchar *speaker, GBytes *samples, guint rate)
{
  GByteArray *piece = g_byte_array_new ();

  for (guint i = 0; i < transcript->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (transcript->segments, i);

    if (g_strcmp0 (segment->speaker, speaker) == 0)
      append_segment (piece, segment, samples, rate);
  }
  return piece;
}

static gchar *
wav_url (const GByteArray *piece, guint rate)
{
  gsize frames = piece->len / sizeof (gint16);
  g_autoptr (OpenaiEncoder) file = openai_encoder_new (OPENAI_AUDIO_WAV, rate, 1, frames);
  g_autoptr (GByteArray) wav = g_byte_array_new ();
  g_autoptr (GBytes) body =
      openai_encoder_push (file, (const gint16 *) piece->data, frames);
  g_autoptr (GBytes) rest = openai_encoder_finish (file);

  if (body)
    g_byte_array_append (wav, g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  if (rest)
    g_byte_array_append (wav, g_bytes_get_data (rest, NULL), g_bytes_get_size (rest));
  return data_url ("audio/wav", wav->data, wav->len);
}

/* What was said in several answers makes a reference together; then a longer
 * piece is a better one. */
static void
keep_piece (Voice *voice, const GByteArray *piece, guint rate)
{
  gsize most = (gsize) (MOST_KEPT * rate) * sizeof (gint16);
  gdouble seconds;

  if (!voice->piece)
    voice->piece = g_byte_array_new ();
  if (voice->reference)
    g_byte_array_set_size (voice->piece, 0);
  g_byte_array_append (
      voice->piece, piece->data, MIN (piece->len, most - MIN (voice->piece->len, most)));
  seconds = (gdouble) voice->piece->len / sizeof (gint16) / rate;
  if (seconds < LEAST_KEPT || seconds <= voice->seconds)
    return;
  g_free (voice->reference);
  voice->reference = wav_url (voice->piece, rate);
  voice->seconds = seconds;
}

/* Each speaker of the answer, once. */
static GStrv
speakers_of (const OpenaiTranscript *transcript)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < transcript->segments->len; i++) {
    const OpenaiSegment *segment = g_ptr_array_index (transcript->segments, i);

    if (segment->speaker && g_hash_table_add (seen, segment->speaker))
      g_strv_builder_add (builder, segment->speaker);
  }
  return g_strv_builder_end (builder);
}

/* Only the last ones heard are sent along; of the others the letter is kept. */
static void
forget_oldest (SttSpeakers *self)
{
  for (guint i = 0; i + MOST_REMEMBERED < self->voices->len; i++) {
    Voice *voice = g_ptr_array_index (self->voices, i);

    if (!voice->letter)
      continue;
    g_clear_pointer (&voice->reference, g_free);
    g_clear_pointer (&voice->heard_as, g_free);
    g_clear_pointer (&voice->piece, g_byte_array_unref);
  }
}

static Voice *
hear_speaker (SttSpeakers *self, const OpenaiTranscript *transcript, const gchar *name,
    GBytes *samples, guint rate)
{
  Voice *voice = find_voice (self, name);

  if (!voice) {
    voice = new_voice (self);
    voice->heard_as = g_strdup (name);
    forget_oldest (self);
  }
  if (voice->letter) {
    g_autoptr (GByteArray) piece = piece_of (transcript, name, samples, rate);

    voice->heard = self->n_answers;
    keep_piece (voice, piece, rate);
  }
  return voice;
}

void
stt_speakers_learn (
    SttSpeakers *self, OpenaiTranscript *transcript, GBytes *samples, guint rate)
{
  g_auto (GStrv) names = speakers_of (transcript);
  g_autoptr (GHashTable) voices = g_hash_table_new (g_str_hash, g_str_equal);

  self->n_answers++;
  for (guint i = 0; names[i]; i++)
    g_hash_table_insert (
        voices, names[i], hear_speaker (self, transcript, names[i], samples, rate));

  for (guint i = 0; i < transcript->segments->len; i++) {
    OpenaiSegment *segment = g_ptr_array_index (transcript->segments, i);
    const Voice *voice =
        segment->speaker ? g_hash_table_lookup (voices, segment->speaker) : NULL;

    if (!voice || !voice->letter)
      continue;
    g_free (segment->speaker);
    segment->speaker = g_strdup (voice->letter);
  }
}
