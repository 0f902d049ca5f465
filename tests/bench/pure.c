// SPDX-License-Identifier: LGPL-2.1-or-later
// SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
/* pure chunker WAV | pure network WAV | pure detector WAV | pure events: the parts that
 * are nothing but work. Prints how many times real time the chunker is, or the network
 * that hears voices, alone or with the resampler before it, or the megabytes of audio a
 * second of CPU that come out of a stream of events, one run a line. pure
 * probabilities: what the network says of each 32 ms of the 16 kHz samples at standard
 * input. pure turns MS: for each chunk that a pause ends in them, in seconds: where its
 * speech ends, when that is known, and where it begins and ends; a pause down to MS. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/voicedetector.h"
#include "audio/voicenet.h"
#include "client/speechevents.h"
#include "stt/chunker.h"
#include "talksrc.h"

#define RUNS 7
#define HOUR 3600
#define BUFFER_FRAMES 320

static gdouble
chunk_an_hour (const Talk *talk)
{
  const SttChunkerOptions options = {
    .rate = talk->rate,
    .vad = STT_VAD_ENERGY,
    .skip_silence = TRUE,
    .silence = talk->rate / 2,
    .min_chunk = talk->rate,
    .max_chunk = 30 * (guint64) talk->rate,
    .pre_roll = talk->rate / 5,
    .hangover = talk->rate / 5,
  };
  g_autoptr (SttChunker) chunker = stt_chunker_new (&options);
  gsize size;
  const gint16 *samples = g_bytes_get_data (talk->samples, &size);
  guint64 n = size / 2, events = 0;
  gdouble began = cpu_seconds ();
  SttChunkerEvent event;

  for (guint64 done = 0; done < (guint64) HOUR * talk->rate;) {
    guint64 at = done % n, frames = MIN (BUFFER_FRAMES, n - at);

    stt_chunker_push (chunker, samples + at, frames, STT_VERDICT_NONE);
    while (stt_chunker_next (chunker, &event))
      events++;
    done += frames;
  }
  g_assert_cmpuint (events, >, 0);
  return HOUR / (cpu_seconds () - began);
}

#define NETWORK_SECONDS 300

static gdouble
hear_for_long (const Talk *talk)
{
  g_autoptr (OpenaiVoiceNet) net = openai_voice_net_new ();
  gsize size;
  const gint16 *samples = g_bytes_get_data (talk->samples, &size);
  guint n = size / 2 / OPENAI_VOICE_NET_FRAME;
  guint frames = NETWORK_SECONDS * OPENAI_VOICE_NET_RATE / OPENAI_VOICE_NET_FRAME;
  gdouble began = cpu_seconds (), sum = 0;

  for (guint i = 0; i < frames; i++)
    sum += openai_voice_net_push (net, samples + i % n * OPENAI_VOICE_NET_FRAME, 1);
  g_assert_cmpfloat (sum, >, 0);
  return NETWORK_SECONDS / (cpu_seconds () - began);
}

static gdouble
detect_for_long (const Talk *talk)
{
  g_autoptr (OpenaiVoiceDetector) detector = openai_voice_detector_new (talk->rate);
  gsize size;
  const gint16 *samples = g_bytes_get_data (talk->samples, &size);
  guint64 n = size / 2, end, voiced = 0;
  gdouble began = cpu_seconds ();
  gboolean voice;

  for (guint64 done = 0; done < (guint64) NETWORK_SECONDS * talk->rate;) {
    guint64 at = done % n, frames = MIN (BUFFER_FRAMES, n - at);

    openai_voice_detector_push (detector, samples + at, frames);
    while (openai_voice_detector_next (detector, &end, &voice))
      voiced += voice;
    done += frames;
  }
  g_assert_cmpuint (voiced, >, 0);
  return NETWORK_SECONDS / (cpu_seconds () - began);
}

static gdouble
run_part (const gchar *name, const Talk *talk)
{
  if (g_str_equal (name, "network"))
    return hear_for_long (talk);
  return g_str_equal (name, "detector") ? detect_for_long (talk) : chunk_an_hour (talk);
}

static void
print_probabilities (void)
{
  g_autoptr (OpenaiVoiceNet) net = openai_voice_net_new ();
  gint16 samples[OPENAI_VOICE_NET_FRAME];

  while (fread (samples, sizeof samples, 1, stdin) == 1)
    printf ("%.6f\n", openai_voice_net_push (net, samples, 1));
}

#define LIVE_RATE 16000
#define LIVE_MS (LIVE_RATE / 1000)

static void
print_turns (guint least_silence)
{
  const SttChunkerOptions options = {
    .rate = LIVE_RATE,
    .vad = STT_VAD_AUTO,
    .skip_silence = TRUE,
    .pre_roll = 300 * LIVE_MS,
    .hangover = 200 * LIVE_MS,
    .silence = 500 * LIVE_MS,
    .least_silence = least_silence * LIVE_MS,
    .min_chunk = 1000 * LIVE_MS,
  };
  g_autoptr (SttChunker) chunker = stt_chunker_new (&options);
  gint16 samples[LIVE_RATE / 50];
  gdouble now = 0, begin = 0;
  SttChunkerEvent event;

  while (fread (samples, sizeof samples, 1, stdin) == 1) {
    stt_chunker_push (chunker, samples, G_N_ELEMENTS (samples), STT_VERDICT_NONE);
    now += 0.02;
    while (stt_chunker_next (chunker, &event)) {
      if (event.kind == STT_CHUNKER_BEGIN)
        begin = (gdouble) event.start / LIVE_RATE;
      if (event.kind == STT_CHUNKER_END)
        printf ("%.3f %.3f %.3f %.3f\n", (gdouble) event.speech_end / LIVE_RATE, now,
            begin, (gdouble) event.start / LIVE_RATE);
    }
  }
}

/* What the API sends: half a second of 24 kHz samples in each event. */
#define EVENT_SIZE 24000
#define EVENTS 2000
#define READ_SIZE (32 * 1024)

static gchar *
make_events (void)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  guint8 audio[EVENT_SIZE];

  for (guint i = 0; i < EVENTS; i++) {
    g_autofree gchar *base64 = NULL;

    for (guint j = 0; j < EVENT_SIZE; j++)
      audio[j] = g_rand_int (rand);
    base64 = g_base64_encode (audio, EVENT_SIZE);
    g_string_append_printf (text,
        "data: {\"type\":\"speech.audio.delta\","
        "\"audio\":\"%s\"}\n\n",
        base64);
  }
  g_string_append (text, "data: {\"type\":\"speech.audio.done\"}\n\n");
  return g_string_free (text, FALSE);
}

static void
on_audio (const gchar *content_type, GBytes *audio, gpointer user_data)
{
  *(gsize *) user_data += g_bytes_get_size (audio);
}

static gdouble
decode_events (const gchar *text, gsize length)
{
  gsize heard = 0;
  g_autoptr (OpenaiSpeechEvents) events = openai_speech_events_new (on_audio, &heard);
  gdouble began = cpu_seconds ();

  for (gsize done = 0; done < length; done += READ_SIZE)
    g_assert_true (openai_speech_events_push (
        events, text + done, MIN (READ_SIZE, length - done), NULL));
  g_assert_true (openai_speech_events_finish (events, NULL));
  g_assert_cmpuint (heard, ==, EVENT_SIZE * EVENTS);
  return heard / 1e6 / (cpu_seconds () - began);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  if (argc == 3 && g_str_equal (argv[1], "turns")) {
    print_turns (atoi (argv[2]));
  } else if (argc == 3) {
    Talk talk;

    if (!talk_load (&talk, argv[2]))
      return 2;
    for (guint i = 0; i < RUNS; i++)
      printf ("%.1f\n", run_part (argv[1], &talk));
    g_bytes_unref (talk.samples);
  } else if (argc == 2 && g_str_equal (argv[1], "probabilities")) {
    print_probabilities ();
  } else {
    g_autofree gchar *text = make_events ();

    for (guint i = 0; i < RUNS; i++)
      printf ("%.1f\n", decode_events (text, strlen (text)));
  }
  return 0;
}
