# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Speech, noise and music of which it is known what is what, in two sets that have no
voice and no noise in common."""

import tempfile
from pathlib import Path

import numpy
import recordings
from recordings import RATE


# --- The first set ---------------------------------------------------------------

def make_babble(random, size, languages=("es", "fr", "it", "ru")):
    """Two of each who speak at a time."""
    voices = [numpy.concatenate([recordings.read(path) for path, _ in
                                 recordings.read_prompts(language)[:200]])
              for language in languages]
    return sum(numpy.roll(numpy.resize(voice / voice.std(), size), int(random.integers(size)))
               for voice in voices for _ in range(2))


def make_hum(random, size):
    """Engines and fans: noise that falls by 6 dB an octave from 80 Hz on."""
    spectrum = numpy.fft.rfft(random.standard_normal(size))
    spectrum /= numpy.hypot(1, numpy.fft.rfftfreq(size, 1 / RATE) / 80)
    return numpy.fft.irfft(spectrum, size)


def make_music(_random, size):
    return numpy.resize(recordings.read_music(60, 0), size)


NOISES = {"pink": recordings.make_pink, "babble": make_babble, "hum": make_hum,
          "music": make_music}


def through_telephone(recording):
    samples = recording.samples / 32768.0
    spectrum = numpy.fft.rfft(samples)
    at = numpy.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum[(at < 300) | (at > 3400)] = 0
    return recordings.to_pcm(numpy.fft.irfft(spectrum, len(samples)))


def quieter(recording, decibels):
    return recordings.to_pcm(recording.samples / 32768.0 * 10 ** (-decibels / 20))


def make_first():
    """Yields names, samples, and utterances."""
    clean = recordings.make_mixed()
    said = clean.utterances
    yield "clean", clean.samples, said
    for decibels in (20, 10, 5, 0):
        for name, maker in NOISES.items():
            random = numpy.random.default_rng(decibels)
            mix = recordings.add_noise(clean, "", maker(random, len(clean.samples)), decibels)
            yield f"{name} {decibels} dB", mix.samples, said
    yield "telephone", through_telephone(clean), said
    yield "30 dB down", quieter(clean, 30), said
    yield "50 dB down", quieter(clean, 50), said
    for name in ("silence", "noise", "clicks"):
        yield name, recordings.make_nothing(name).samples, []
    yield "hum", recordings.to_pcm(0.3 * make_hum(numpy.random.default_rng(1), 60 * RATE)), []
    for i in range(5):
        yield f"music {i + 1}", recordings.to_pcm(recordings.read_music(180, i)), []


# --- The second set --------------------------------------------------------------

def make_voices():
    """Prompts in four languages, with pauses as in a talk, and a Piper voice."""
    mixer = recordings.Mixer(19)
    mixer.pause()
    for language in ("es", "fr", "it", "ru"):
        mixer.say_all(recordings.read_prompts(language), 25)
    with tempfile.TemporaryDirectory() as folder:
        mixer.say_all(recordings.speak(Path(folder)), 40, shuffled=False)
    return mixer.record("voices", "es")


def make_others(random, size):
    """Six who speak English."""
    return make_babble(random, size, ("en",) * 3)


def make_mains(random, size):
    """The mains of 50 Hz with their harmonics, and a little hiss."""
    time = numpy.arange(size) / RATE
    return sum(numpy.sin(2 * numpy.pi * 50 * k * time + random.random() * 6) / k
               for k in (1, 2, 3, 4, 6, 8, 10)) + 0.05 * random.standard_normal(size)


def make_wind(random, size):
    """Brown noise in gusts."""
    noise = make_hum(random, size)
    gusts = numpy.interp(numpy.arange(size), numpy.arange(0, size + RATE, RATE),
                         random.random(len(range(0, size + RATE, RATE))) ** 2 + 0.02)
    return noise * gusts


def make_engines(random, size):
    """A saw that speeds up and slows down, of 60 to 120 Hz, and hiss."""
    pitch = 90 + 30 * numpy.sin(2 * numpy.pi * numpy.arange(size) / RATE / 7)
    return (numpy.cumsum(pitch / RATE) % 1 - 0.5) + 0.1 * random.standard_normal(size)


def make_other_music(_random, size):
    return numpy.resize(recordings.read_music(60, 3), size)


OTHER_NOISES = {"white": lambda random, size: random.standard_normal(size),
                "voices": make_others, "mains": make_mains, "wind": make_wind,
                "engine": make_engines, "music": make_other_music}


def in_a_hall(recording):
    """With the echoes of a room: 0.6 s until they are 60 dB down."""
    random = numpy.random.default_rng(5)
    time = numpy.arange(int(0.6 * RATE)) / RATE
    echoes = random.standard_normal(len(time)) * 10 ** (-3 * time / 0.6)
    echoes *= 1 / numpy.sqrt((echoes ** 2).sum())
    echoes[0] += 1
    size = len(recording.samples) + len(echoes)
    mix = numpy.fft.irfft(numpy.fft.rfft(recording.samples / 32768.0, size)
                          * numpy.fft.rfft(echoes, size), size)[:len(recording.samples)]
    return recordings.to_pcm(mix * 0.5)


def in_mu_law(samples):
    """Through 8 bits a sample, as telephones have it."""
    x = numpy.clip(samples / 32768.0, -1, 1)
    coded = numpy.round(127 * numpy.sign(x) * numpy.log1p(255 * abs(x)) / numpy.log(256)) / 127
    return recordings.to_pcm(numpy.sign(coded) * (256 ** abs(coded) - 1) / 255)


def higher(recording, factor):
    """Of smaller people: all of it so much higher, and faster."""
    size = int(len(recording.samples) / factor)
    at = numpy.arange(size) * factor
    samples = numpy.interp(at, numpy.arange(len(recording.samples)), recording.samples)
    return samples.astype(numpy.int16), [
        recordings.Utterance(u.start / factor, u.end / factor, u.text)
        for u in recording.utterances]


def make_second():
    """Yields names, samples, and utterances."""
    clean = make_voices()
    said = clean.utterances
    yield "clean", clean.samples, said
    for decibels in (5, 0):
        for name, maker in OTHER_NOISES.items():
            random = numpy.random.default_rng(100 + decibels)
            mix = recordings.add_noise(clean, "", maker(random, len(clean.samples)), decibels)
            yield f"{name} {decibels} dB", mix.samples, said
    yield "telephone", in_mu_law(through_telephone(clean)), said
    yield "hall", in_a_hall(clean), said
    yield "child", *higher(clean, 1.35)
    yield "45 dB down", quieter(clean, 45), said
    for name in ("mains", "wind", "engine"):
        noise = OTHER_NOISES[name](numpy.random.default_rng(2), 60 * RATE)
        yield name, recordings.to_pcm(0.1 * noise / noise.std()), []
    for i in range(5):
        yield f"music {i + 1}", recordings.to_pcm(
            numpy.resize(recordings.read_music(300, i), 300 * RATE)[180 * RATE:]), []


SETS = {"first": make_first, "second": make_second}
