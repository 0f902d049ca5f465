# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""What is heard of speech after two hours of something else, and what of that is taken for
speech. The network's memory drifts."""

import argparse
import sys

import numpy
from hearing import mark, measure, recordings, show
from sounds import make_mains, make_voices
from recordings import RATE
from turns import find_turns

# Less of the speech may be heard than clean, in points; and of its first seconds.
MOST_LOST, FIRST, MOST_LOST_FIRST = 0.5, 3, 15
MOST_UPLOADED = 20


def make_all(random):
    """Yields names and samples that are repeated."""
    size = 600 * RATE
    noise = random.standard_normal(size)
    yield "silence", numpy.zeros(size)
    yield "white noise", 0.1 * noise
    yield "pink noise", 0.03 * recordings.make_pink(random, size)
    yield "mains", 0.1 * make_mains(random, size) / make_mains(random, RATE).std()
    yield "music", numpy.concatenate([recordings.read_music(600, i) for i in range(5)])


def listen(before, speech, said):
    """The shares of what comes before it, of the speech, and of its first seconds."""
    offset = len(before) / RATE
    samples = numpy.concatenate((before, speech, numpy.zeros(RATE, numpy.int16)))
    spans = [(start, end) for _, _, start, end in find_turns(samples, 0)]
    uploaded = 100 * mark(spans, len(samples))[:len(before)].mean() if len(before) else 0
    later = [(max(0, start - offset), end - offset) for start, end in spans if end > offset]
    first = [u for u in said if u.start < said[0].start + FIRST]
    return (uploaded, measure(later, said, len(speech))[0], measure(later, first, len(speech))[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=2)
    hours = parser.parse_args().hours
    recording = make_voices()
    speech = recording.samples[:60 * RATE]
    said = [u for u in recording.utterances if u.end < 60]
    _, clean, clean_first = listen(numpy.zeros(0, numpy.int16), speech, said)
    print(f"{'':14}uploaded of it, of speech after it, of its first {FIRST} s, in %")
    worse = False
    for name, samples in make_all(numpy.random.default_rng(3)):
        before = numpy.resize(recordings.to_pcm(samples), int(hours * 3600 * RATE))
        uploaded, heard, first = listen(before, speech, said)
        print(f"{name:14}" + "".join(f"{show(share):>12}" for share in (uploaded, heard, first)),
              flush=True)
        worse |= heard < clean - MOST_LOST or first < clean_first - MOST_LOST_FIRST
        worse |= uploaded > MOST_UPLOADED
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
