#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""How right the captions are, beside what the same engine makes of the whole
file: prints a table. tests/quality/README.md tells what the columns are."""

import argparse
import contextlib
import io
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

import api
import livewords
import measures
import recordings
from proxy import Proxy

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MODES = ("whole", "file", "live", "real", "transcribe")
MODEL = "whisper-1"

# Seconds of silence before the whole file: the engine hears other words by where its
# windows of 30 s end, and one figure is chance.
LEADS = (0, 0.5, 1, 1.5, 2)


class Failure(Exception):
    pass


# --- The engine ------------------------------------------------------------------

@contextlib.contextmanager
def start_engine(args):
    """The base URL of a server of the API: the one that is named, or our own."""
    if args.server:
        yield args.server
        return
    command = [str(ROOT / "examples" / "whisper-server"), "--port", "0", "--threads",
               str(args.threads), "--beam-size", str(args.beam_size), "--model", args.model]
    if args.model == "base":
        command = command[:-2]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        if not line.startswith("listening on "):
            raise Failure("The Whisper server did not start.")
        yield line.split()[-1]
    finally:
        process.terminate()
        process.wait()


# --- The ways to ask: each returns captions, messages and more ---------------------

def add_lead(path, seconds):
    """The bytes of a WAV file that begins with so much silence."""
    with wave.open(str(path)) as recording:
        silence = bytes(2 * int(recording.getframerate() * seconds))
        samples = recording.readframes(recording.getnframes())
        led = io.BytesIO()
        with wave.open(led, "wb") as out:
            out.setparams(recording.getparams())
            out.writeframes(silence + samples)
    return led.getvalue()


def ask_whole(proxy, path, language, lead=0):
    """The engine, given the whole file in one request."""
    fields = [("response_format", "verbose_json"), ("timestamp_granularities[]", "word"),
              ("timestamp_granularities[]", "segment")]
    if language:
        fields.append(("language", language))
    status, _, text = api.ask(
        proxy.base_url, add_lead(path, lead) if lead else path.read_bytes(), *fields)
    if status != 200:
        raise Failure(f"{path.name}: the server answered {status}: {text[:200]}")
    found = json.loads(text)
    words = [{**word, "text": word["word"]} for word in found.get("words", ())]
    message = {"start": 0, "end": found["duration"], "text": found["text"], "words": words,
               "segments": found["segments"]}
    return {"captions": [(s["start"], s["end"], s["text"]) for s in found["segments"]],
            "messages": [message]}


def to_seconds(value):
    """Times of the element's messages, which are in nanoseconds."""
    if isinstance(value, list):
        return [to_seconds(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: item / 1e9 if name in ("start", "end", "latency")
            and isinstance(item, (int, float)) else to_seconds(item)
            for name, item in value.items()}


def drive(proxy, path, language, options, settings):
    """The element, by drive.py."""
    settings = ["model=" + MODEL, *settings]
    if language:
        settings.append("language=" + language)
    command = [str(ROOT / "examples" / "built"), "/usr/bin/python3", str(HERE / "drive.py"),
               str(path), *options]
    for setting in settings:
        command += ["--set", setting]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                         env=make_environment(proxy))
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    problems = [line["text"] for line in lines if line["kind"] in ("error", "warning")]
    if run.returncode:
        raise Failure(f"{path.name}: {problems}")
    return {"captions": [(line["start"], line["end"], line["text"]) for line in lines
                         if line["kind"] == "caption"],
            "messages": [to_seconds(line) for line in lines if line["kind"] == "transcript"],
            "partials": [to_seconds(line) for line in lines if line["kind"] == "partial"],
            "stats": next((line for line in lines if line["kind"] == "stats"), {}),
            "problems": problems}


def make_environment(proxy):
    return {**os.environ, "OPENAI_BASE_URL": proxy.base_url, "OPENAI_API_KEY": ""}


def transcribe(proxy, path, language, settings):
    """examples/transcribe, twice: does the second write the same?"""
    outputs, requests = [], []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            command = [str(ROOT / "examples" / "transcribe"), "--quiet", "--model", MODEL,
                       "--directory", folder]
            if language:
                command += ["--language", language]
            for setting in settings:
                command += ["--set", setting]
            subprocess.run([*command, str(path)], check=True, env=make_environment(proxy))
            outputs.append({file.name.partition(".")[2]: file.read_bytes()
                            for file in sorted(Path(folder).iterdir())})
        requests.append(proxy.take())
    srt = outputs[0]["srt"].decode()
    return {"captions": read_srt(srt), "messages": [], "requests": requests[0],
            "same": outputs[0] == outputs[1]}


def read_srt(text):
    clock = r"(\d+):(\d+):(\d+),(\d+)"
    found = []
    for block in text.strip().split("\n\n"):
        lines = block.split("\n")
        match = len(lines) > 2 and re.match(f"{clock} --> {clock}", lines[1])
        if match:
            h, m, s, ms, h2, m2, s2, ms2 = map(int, match.groups())
            found.append((h * 3600 + m * 60 + s + ms / 1000,
                          h2 * 3600 + m2 * 60 + s2 + ms2 / 1000, "\n".join(lines[2:])))
    return found


def run_mode(proxy, mode, recording, path, settings, leads=LEADS):
    """@mode: one of MODES, and what follows colons: language, novad."""
    way, *further = mode.split(":")
    language = recording.language if "language" in further else None
    if "novad" in further:
        settings = [*settings, "vad=none"]
    proxy.take()
    began = time.monotonic()
    if way == "whole":
        result = ask_whole(proxy, path, language)
        result["requests"] = proxy.take()
        result["others"] = [ask_whole(proxy, path, language, lead)["captions"]
                            for lead in leads[1:]]
        proxy.take()
    elif way == "transcribe":
        result = transcribe(proxy, path, language, settings)
    else:
        options = {"file": [], "live": ["--live"], "real": ["--real-time"]}[way]
        result = drive(proxy, path, language, options, settings)
    result["took"] = time.monotonic() - began
    result.setdefault("requests", []).extend(proxy.take())
    return result


# --- The table ----------------------------------------------------------------------

def count_errors(recording, captions):
    return measures.count_errors(recording, " ".join(caption[2] for caption in captions))


def evaluate(recording, mode, result):
    """One row. The errors of the whole file: the mean of several askings."""
    errors, words = count_errors(recording, result["captions"])
    every = [errors, *(count_errors(recording, other)[0] for other in result.get("others", ()))]
    errors = sum(every) / len(every)
    row = {"recording": recording.name, "mode": mode, "errors": errors, "words": words,
           "wer": 100 * errors / words if words else None,
           "range": (100 * min(every) / words, 100 * max(every) / words) if words else None,
           "requests": len(result["requests"]),
           "requests_ratio": len(result["requests"]) / math.ceil(recording.seconds / 30),
           "billed": sum(request["seconds"] for request in result["requests"]),
           "took": round(result["took"], 1), "same": result.get("same"),
           "problems": result.get("problems", [])}
    row.update(measures.measure_times(recording, result["captions"], result["messages"]))
    row["made_up"] = measures.list_made_up(recording, result["messages"])
    row["foreign"] = measures.count_foreign(recording, result["messages"])
    if mode.split(":")[0] in ("file", "live", "real"):
        row["uploaded"] = measures.share_uploaded(recording, result["messages"])
    if mode.startswith("real"):
        row["delay"] = measures.spread([m["latency"] for m in result["messages"]
                                        if m.get("latency") is not None])
    return row


COLUMNS = (("recording", 13), ("mode", 19), ("WER %", 6), ("over", 9), ("requests", 8),
           ("×30s", 5), ("billed", 6), ("idle %", 6), ("made up", 7), ("foreign", 7),
           ("captions", 10), ("starts", 10), ("ends", 10), ("delay", 10), ("same", 4))


def show_pair(pair):
    return f"{pair[0]:.2f}/{pair[1]:.2f}" if pair else ""


def show(row, whole):
    over = ""
    if row["wer"] is not None and whole:
        over = f"{row['wer'] - whole['wer']:+.1f}"
    elif row["range"]:
        over = "{:.1f}–{:.1f}".format(*row["range"])
    wer = f"{row['wer']:.1f}" if row["wer"] is not None else f"{row['errors']:.0f} w"
    idle = f"{100 * row['uploaded']:.0f}" if "uploaded" in row else ""
    cells = (row["recording"], row["mode"], wer, over, row["requests"],
             f"{row['requests_ratio']:.1f}", row["billed"], idle, len(row["made_up"]),
             row["foreign"], *(show_pair(row.get(name)) for name in
                               ("captions", "starts", "ends", "delay")),
             {True: "yes", False: "NO", None: ""}[row["same"]])
    print("".join(f"| {cell!s:<{width}} " for cell, (_, width) in zip(cells, COLUMNS)) + "|",
          flush=True)


def print_head():
    print("".join(f"| {name:<{width}} " for name, width in COLUMNS) + "|")
    print("".join("|" + "-" * (width + 2) for _, width in COLUMNS) + "|", flush=True)


def choose_modes(name, args):
    """Where nothing is said there are no words to lose to vad=none."""
    if args.modes:
        return args.modes
    if name in recordings.NOTHING:
        return ["whole", "file", "live", "file:novad", "live:novad"]
    if name == "long":
        return ["whole", "file", "live", "transcribe"]
    modes = ["whole", "file", "live", "transcribe"]
    return modes + ["whole:language", "file:language", "live:language"]


def make_table(args, proxy, folder):
    rows = []
    print_head()
    for name in args.recordings:
        recording, path = recordings.make(name, folder, args.seconds)
        wholes = {}
        for mode in choose_modes(name, args):
            result = run_mode(proxy, mode, recording, path, args.set)
            row = evaluate(recording, mode, result)
            key = ":language" in mode
            if mode.startswith("whole"):
                wholes[key] = row
            show(row, None if mode.startswith("whole") else wholes.get(key))
            rows.append({**row, "text": [c[2] for c in result["captions"]]})
            if args.details:
                print_details(row, result)
    return rows


def print_details(row, result):
    for caption in result["captions"]:
        print(f"    {caption[0]:8.2f} {caption[1]:8.2f}  {caption[2]!r}")
    for text in row["made_up"]:
        print(f"    made up: {text!r}")
    for problem in row["problems"]:
        print(f"    {problem}")


# --- Whether a late stream catches up --------------------------------------------------

def overload(args, proxy, folder):
    """A live stream by the clock; the server is slow for a while in its middle.
    Prints how late each answer came."""
    recording, path = recordings.make("mixed", folder, 90)
    # The answers are kept now: nothing but what is held back is slow.
    drive(proxy, path, "en", ["--live"], args.set)
    began = time.monotonic()
    proxy.hold = lambda: 8 if 20 < time.monotonic() - began < 40 else 0
    result = drive(proxy, path, "en", ["--real-time"], args.set)
    proxy.hold = lambda: 0
    print("| said at | shown after | text |\n|---|---|---|")
    for m in result["messages"]:
        print(f"| {m['end']:.1f} | {m['at'] - m['end']:.1f} | {m['text'][:40]} |")
    print(f"{recording.seconds:.0f} s; from 20 to 40 s each answer was held back for 8 s")


# --- Words while they are spoken -------------------------------------------------------

# Where the same is said without noise.
CLEAN = {"noise-20dB": "mixed", "noise-10dB": "mixed", "noise-5dB": "mixed",
         "over-music": "mixed"}


def live_words(args, proxy, folder):
    livewords.print_row(livewords.COLUMNS)
    livewords.print_row(["---"] * len(livewords.COLUMNS))
    for name in args.recordings:
        recording, path = recordings.make(name, folder, args.seconds)
        clean, clean_path = recordings.make(CLEAN.get(name, name), folder, args.seconds)
        truth = livewords.word_times(ask_whole(proxy, clean_path, clean.language)["messages"][0])
        for interval in args.intervals.split(","):
            settings = [*args.set, "stream-upload=false", f"partial-interval={interval}"]
            result = drive(proxy, path, recording.language, ["--live"], settings)
            livewords.print_row(livewords.measure(truth, result, interval, name, recording))


# --- For tests/run -----------------------------------------------------------------------

def check(args, proxy, url, folder):
    """The server, and the element on a short recording, as TAP."""
    sentence = recordings.read_clips()[1][0].read_bytes()
    recording, path = recordings.make("clips", folder, 15)
    rows = {mode: evaluate(recording, mode, run_mode(proxy, mode, recording, path, args.set, (0,)))
            for mode in ("whole", "file", "live", "transcribe")}
    whole = rows["whole"]
    with api.scripted_server() as scripted:
        formats = list(api.checks(scripted, sentence))
    results = [
        *formats,
        *api.engine_checks(url, sentence),
        ("the engine hears the recording", whole["wer"] < 10),
        ("a file is heard as well as in one request", rows["file"]["wer"] <= whole["wer"] + 1.5),
        # Two of its 44 words.
        ("a live stream is heard nearly as well", rows["live"]["wer"] <= whole["wer"] + 5),
        ("nothing is said faster than can be spoken, or twice",
         not rows["file"]["made_up"] and not rows["live"]["made_up"]),
        ("no chunk is taken for another language",
         not rows["file"]["foreign"] and not rows["live"]["foreign"]),
        ("transcribe writes the same twice", rows["transcribe"]["same"]),
    ]
    print(f"1..{len(results)}")
    for i, (name, right) in enumerate(results, 1):
        print(f"{'ok' if right else 'not ok'} {i} - {name}")
    for row in rows.values():
        print(f"# {row['mode']}: {row['wer']:.1f} % of {row['words']} words, "
              f"{row['requests']} requests, made up {row['made_up']}")
    return all(right for _, right in results)


def parse_arguments():
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = cache / "gst-plugins-openai" / "quality"
    parser = argparse.ArgumentParser(prog="tests/quality/run", description=__doc__)
    add = parser.add_argument
    add("--recordings", "-r", help="names, with commas between (default: all)")
    add("--modes", "-m", help=f"of {', '.join(MODES)}; :language gives the language, "
        ":novad is vad=none (default: all but real)")
    add("--seconds", type=float, default=120, help="of the prompts of a language (120)")
    add("--small", action="store_true", help="prompts of English and Italian, 40 s each, clips")
    add("--set", "-s", action="append", default=[], metavar="NAME=VALUE",
        help="a property of openaistt; may be repeated")
    add("--server", help="base URL of a server that runs (default: an own one)")
    add("--model", default="base", help="of the own server (base)")
    add("--threads", type=int, default=2, help="of the own server (2)")
    add("--beam-size", type=int, default=1, help="of the own server (1)")
    add("--no-cache", action="store_true", help="ask anew what was asked before")
    add("--json", type=Path, help="write the rows here as well")
    add("--details", action="store_true", help="print the captions too")
    add("--overload", action="store_true", help="instead: a server that is slow for a while")
    add("--live-words", action="store_true",
        help="instead: how soon words are shown while they are spoken")
    add("--intervals", default="0,1000", help="of --live-words: partial-interval (0,1000)")
    add("--check", action="store_true", help="instead: a short check, as TAP")
    add("--cache", type=Path, default=cache, help="where things are kept (%(default)s)")
    args = parser.parse_args()
    names = "prompts-en,prompts-it,clips" if args.small else ",".join(recordings.MAKERS)
    args.recordings = (args.recordings or names).split(",")
    args.modes = args.modes.split(",") if args.modes else []
    if args.small:
        args.seconds = min(args.seconds, 40)
    for name in args.recordings:
        if name not in recordings.MAKERS:
            parser.error(f"no recording {name}: {', '.join(recordings.MAKERS)}")
    for mode in args.modes:
        if mode.split(":")[0] not in MODES:
            parser.error(f"no mode {mode}: {', '.join(MODES)}")
    return args


def main():
    args = parse_arguments()
    folder, answers = args.cache / "recordings", args.cache / "answers"
    folder.mkdir(parents=True, exist_ok=True)
    answers.mkdir(exist_ok=True)
    try:
        with start_engine(args) as url:
            proxy = Proxy(url.rstrip("/"), None if args.no_cache else answers)
            if args.check:
                sys.exit(0 if check(args, proxy, url, folder) else 1)
            if args.overload:
                overload(args, proxy, folder)
                return
            if args.live_words:
                live_words(args, proxy, folder)
                return
            rows = make_table(args, proxy, folder)
    except Failure as failure:
        sys.exit(f"tests/quality: {failure}")
    if args.json:
        args.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
