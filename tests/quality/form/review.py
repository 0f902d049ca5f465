#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Captions of recordings in each style before the reviewer, gst-openai-qc-1.0: how much of
what it finds no message told. And where they begin and end, against the voice.

review.py: within examples/built; tests/quality/form/run runs it so. What is said is
heard once; the answers are kept, and the captions of each style are made of them."""

import argparse
import collections
import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

import measures  # noqa: E402
import quality  # noqa: E402
import recordings  # noqa: E402
from proxy import Proxy  # noqa: E402

NAMES = ("prompts-en", "prompts-es", "prompts-fr", "prompts-it", "prompts-ru", "clips", "prose")
SECONDS = 240  # of the prompts of a language
RATES = ("0/1", "24000/1001", "24/1", "25/1", "30000/1001", "50/1")
FRAME = 1 / 24

# What is found, and what was told of the same caption.
TOLD_AS = {"too-fast": {"too-fast"}, "too-short": {"too-short"}, "too-long": {"too-long"},
           "gap-too-short": {"too-short", "too-fast"}}


def list_styles():
    return subprocess.run(["gst-openai-qc-1.0", "--style", "list"], capture_output=True,
                          text=True, check=True).stdout.split()


def make_captions(proxy, audio, language, folder, styles, rates):
    """The findings that messages told, by file: (start in ms, rule)."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = subprocess.run(
        ["/usr/bin/python3", str(HERE / "styles.py"), str(audio), language, str(folder),
         ",".join(styles), ",".join(rates)], env=quality.make_environment(proxy),
        stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    told = collections.defaultdict(set)
    for line in lines:
        found = json.loads(line)
        told[found["file"]].add((int(found["start"] * 1000 + 1e-6), found["rule"]))
    return told


def review(path, style, rate, language):
    command = ["gst-openai-qc-1.0", "--json", "--style", style, "--language", language]
    if rate != "0/1":
        command += ["--frame-rate", rate]
    return json.loads(subprocess.run([*command, str(path)], capture_output=True,
                                     text=True).stdout)


def was_told(finding, told):
    start = round(finding["start"] * 1000)
    return any((at, rule) in told for rule in TOLD_AS.get(finding["rule"], ())
               for at in (start - 1, start, start + 1))


class Tally:
    """What was found of a style."""

    def __init__(self):
        self.seconds, self.captions, self.findings, self.untold = 0, 0, 0, []

    def add(self, recording, name, captions, findings, told):
        self.seconds += recording.seconds
        self.captions += captions
        self.findings += len(findings)
        self.untold += [(name, f) for f in findings if not was_told(f, told)]


def count_times(recording, path, errors):
    """How far captions of utterances begin and end from the voice, in seconds. One that
    would leave a small gap stays until the next."""
    captions = quality.read_srt(path.read_text())
    for piece, first, last, begun, ended in measures.match(recording, captions):
        if first and begun:
            errors["starts"].append(piece[0] - begun.start)
        if last and ended:
            closed = any(piece[1] <= start < piece[1] + 0.1 for start, _, _ in captions)
            errors["closed" if closed else "ends"].append(piece[1] - ended.end)


def share(values, least, most):
    return 100 * sum(least <= value <= most for value in values) / max(len(values), 1)


def review_all(args, proxy, folder):
    styles = list_styles()
    tallies = {style: Tally() for style in styles}
    errors = {"starts": [], "ends": [], "closed": []}
    for name in args.recordings.split(","):
        recording, audio = recordings.make(name, folder, args.seconds)
        out = folder / "styles" / name
        make_captions(proxy, audio, recording.language, out, styles[:1], RATES[:1])
        told = make_captions(proxy, audio, recording.language, out, styles, RATES)
        for style in styles:
            for rate in RATES:
                path = out / f"{style}@{rate.replace('/', '-')}.srt"
                tallies[style].add(recording, f"{name}/{path.stem}",
                                   len(quality.read_srt(path.read_text())),
                                   review(path, style, rate, recording.language),
                                   told[path.stem])
        count_times(recording, out / "default@24-1.srt", errors)
    return tallies, errors


def print_tables(tallies, errors):
    print("| style | hours | captions | findings | not told |\n|---|---|---|---|---|")
    for style, tally in tallies.items():
        print(f"| {style} | {tally.seconds / 3600:.1f} | {tally.captions} | {tally.findings} | "
              f"{len(tally.untold)} |")
    for style, tally in tallies.items():
        for name, found in tally.untold:
            print(f"  {name}: {found['start']:.3f}-{found['end']:.3f} {found['rule']} "
                  f"{found['measured']:.1f} ({found['limit']:.1f}): {found['text']!r}")
    print(f"captions that begin with an utterance: {len(errors['starts'])}, of which "
          f"{share(errors['starts'], -3 * FRAME, 3 * FRAME):.1f} % within 3 frames of its voice")
    print(f"captions that end with one, and no other follows within half a second: "
          f"{len(errors['ends'])}, of which "
          f"{share(errors['ends'], -FRAME, 0.5 + FRAME):.1f} % end within half a second of its "
          f"voice, a frame more or less, {share(errors['ends'], -3 * FRAME, 0.5 + 3 * FRAME):.1f}"
          f" % three; others: {len(errors['closed'])}")


def parse_arguments(about=__doc__):
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--recordings", "-r", default=",".join(NAMES))
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--server")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--beam-size", type=int, default=1)
    parser.add_argument("--model", default="base")
    return parser.parse_args()


@contextlib.contextmanager
def start(args):
    """The engine behind a proxy that keeps its answers, and a folder for what is made."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = cache / "gst-plugins-openai" / "quality"
    folder, answers = cache / "recordings", cache / "answers"
    for made in (folder, answers):
        made.mkdir(parents=True, exist_ok=True)
    with quality.start_engine(args) as url:
        yield Proxy(url.rstrip("/"), answers), folder


if __name__ == "__main__":
    arguments = parse_arguments()
    with start(arguments) as (engine, made):
        print_tables(*review_all(arguments, engine, made))
