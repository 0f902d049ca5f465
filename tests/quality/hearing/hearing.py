#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""What of speech, noise and music is uploaded: by loudness, by the network, with
webrtcdsp in front, and as Silero's own network in onnxruntime has it. SILERO names
that. The thresholds of the element were chosen with the first set, not with the second."""

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
import sounds  # noqa: E402
from recordings import RATE  # noqa: E402

# As the element does it with the network.
FRAME = 512
BEGIN, END, SHORTEST = 0.5, 0.35, 0.15
BEFORE, AFTER, PAUSE = 0.3, 0.2, 0.5

# Voices behind the voice are voices.
HARD = ("babble 0 dB", "voices 5 dB", "voices 0 dB")

DETECTORS = {
    "energy": ("vad=energy",),
    "neural": (),
    "webrtcdsp": ("before=webrtcdsp echo-cancel=false voice-detection=true",),
}


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
    for name, row in table.items():
        speech, rest = row["neural"]
        least = 99.5 if name == "clean" else 98.5 if name.endswith(" 5 dB") else 0
        if speech is None and not name.startswith("music") and rest > 1:
            yield f"{rest:.1f} % of {name}"
        if speech is not None and speech < least:
            yield f"{speech:.1f} % of the speech of {name}"
        if speech is not None and name not in HARD and rest > 70:
            yield f"{rest:.1f} % of what is no speech in {name}"
    music = numpy.mean([row["neural"][1] for name, row in table.items()
                        if name.startswith("music") and row["neural"][0] is None])
    if music > 20:
        yield f"{music:.1f} % of music alone"
    if max(differences) > 0.01:
        yield f"probabilities {max(differences):.4f} off"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="recordings whose names begin so")
    parser.add_argument("--set", choices=sounds.SETS, default="first")
    args = parser.parse_args()
    only = args.only or ""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(os.environ["SILERO"], options)
    table, differences = {}, []
    print("uploaded, in %: of speech, and of all else")
    print(f"{'':14}" + "".join(f"{name:>16}" for name in (*DETECTORS, "Silero")) + "   p off by")
    with tempfile.TemporaryDirectory() as folder:
        for name, samples, said in sounds.SETS[args.set]():
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
