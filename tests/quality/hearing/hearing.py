#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""What of speech, noise and music is uploaded: by loudness, by the network, with
webrtcdsp in front, and as Silero's own network in onnxruntime has it. SILERO names
that."""

import argparse
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import numpy
import onnxruntime

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("BUILD", HERE.parents[2] / "build"))
sys.path.insert(0, str(HERE.parent))
import recordings  # noqa: E402
from recordings import RATE  # noqa: E402

# As the element does it with the network.
FRAME = 512
BEGIN, END, SHORTEST = 0.5, 0.35, 0.15
BEFORE, AFTER, PAUSE = 0.3, 0.2, 0.5

DETECTORS = {
    "energy": ("vad=energy",),
    "neural": (),
    "webrtcdsp": ("before=webrtcdsp echo-cancel=false voice-detection=true",),
}


# --- Recordings ------------------------------------------------------------------

def make_babble(random, size):
    """Eight who speak at a time."""
    voices = [numpy.concatenate([recordings.read(path) for path, _ in
                                 recordings.read_prompts(language)[:200]])
              for language in ("es", "fr", "it", "ru")]
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


def make_all():
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


# --- Detectors -------------------------------------------------------------------

class Answers(http.server.BaseHTTPRequestHandler):
    """Something was said, whatever is asked."""
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        left = int(self.headers.get("Content-Length", 0))
        while left > 0:
            left -= len(self.rfile.read(min(left, 65536)))
        body = b'{"text":"so it is"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def upload(path, server, detector):
    """The spans that the element uploads, cut as those of a live source."""
    done = subprocess.run(
        ["/usr/bin/python3", HERE.parent / "drive.py", path,
         *(f"--{s}" if s.startswith("before=") else f"--set={s}" for s in detector),
         "--set=min-chunk-duration=1000", "--set=upload-format=wav", "--set=api-key=",
         f"--set=base-url=http://127.0.0.1:{server.server_port}/v1"],
        stdout=subprocess.PIPE, check=True, text=True)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return [(m["start"] / 1e9, m["end"] / 1e9) for m in told if m["kind"] == "transcript"]


def ask_original(session, samples):
    """Silero's probabilities."""
    state = numpy.zeros((2, 1, 128), numpy.float32)
    heard = numpy.concatenate((numpy.zeros(64), samples / 32768.0)).astype(numpy.float32)
    found = []
    for at in range(0, len(samples) - FRAME + 1, FRAME):
        frame = heard[at:at + 64 + FRAME][None]
        p, state = session.run(None, {"input": frame, "state": state,
                                      "sr": numpy.array(RATE, numpy.int64)})
        found.append(float(p[0, 0]))
    return numpy.array(found)


def ask_ours(samples):
    done = subprocess.run([BUILD / "tests/bench/bench-pure", "probabilities"], input=samples.tobytes(),
                          stdout=subprocess.PIPE, check=True)
    return numpy.array([float(line) for line in done.stdout.split()])


def find_spans(probabilities):
    """What would be uploaded by them."""
    voiced, voice = [], False
    for i, p in enumerate(probabilities):
        voice = p >= BEGIN or (voice and p >= END)
        start, end = i * FRAME / RATE, (i + 1) * FRAME / RATE
        if voice and voiced and voiced[-1][1] == start:
            voiced[-1][1] = end
        elif voice:
            voiced.append([start, end])
    spans = []
    for start, end in voiced:
        if end - start < SHORTEST:
            continue
        if spans and start - spans[-1][1] < PAUSE - AFTER:
            spans[-1][1] = end + AFTER
        else:
            spans.append([max(0, start - BEFORE), end + AFTER])
    return spans


# --- Measures --------------------------------------------------------------------

def mark(spans, size):
    marks = numpy.zeros(size, bool)
    for start, end in spans:
        marks[int(start * RATE):int(end * RATE)] = True
    return marks


def measure(spans, utterances, size):
    """The shares of speech and of all else that are uploaded, in percent."""
    sent, said = mark(spans, size), mark([(u.start, u.end) for u in utterances], size)
    return (100 * sent[said].mean() if said.any() else None,
            100 * sent[~said].mean() if not said.all() else None)


def show(share):
    return "    –" if share is None else f"{share:5.1f}"


def check(table, differences):
    """What is promised, and not so."""
    def ours(name, column=0):
        return table[name]["neural"][column]

    if ours("clean") < 99.5:
        yield f"{ours('clean'):.1f} % of clean speech"
    for noise in ("pink", "hum", "music"):
        if ours(f"{noise} 5 dB") < 98.5:
            yield f"{ours(f'{noise} 5 dB'):.1f} % of speech at 5 dB of {noise}"
    music = numpy.mean([ours(f"music {i + 1}", 1) for i in range(5)])
    if music > 20:
        yield f"{music:.1f} % of music alone"
    if ours("clean", 1) > 70:
        yield f"{ours('clean', 1):.1f} % of what is no speech"
    if max(differences) > 0.01:
        yield f"probabilities {max(differences):.4f} off"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="recordings whose names begin so")
    only = parser.parse_args().only or ""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(os.environ["SILERO"], options)
    table, differences = {}, []
    print("uploaded, in %: of speech, and of all else")
    print(f"{'':14}" + "".join(f"{name:>16}" for name in (*DETECTORS, "Silero")) + "   p off by")
    with tempfile.TemporaryDirectory() as folder:
        for name, samples, said in make_all():
            if not name.startswith(only):
                continue
            path = recordings.Recording("x", "en", samples, said).write(Path(folder))
            original = ask_original(session, samples)
            differences.append(abs(original - ask_ours(samples)).max())
            row = {d: upload(path, server, how) for d, how in DETECTORS.items()}
            row["Silero"] = find_spans(original)
            table[name] = {d: measure(spans, said, len(samples)) for d, spans in row.items()}
            print(f"{name:14}" + "".join(
                f"    {show(a)} {show(b)}" for a, b in table[name].values())
                + f"   {differences[-1]:.4f}", flush=True)
    if only:
        return 0
    broken = list(check(table, differences))
    for sentence in broken:
        print(f"not as promised: {sentence}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
