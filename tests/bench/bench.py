# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""What the benchmarks share: processes, figures, and rows of the page."""

import json
import os
import resource
import shutil
import statistics
import subprocess
import time
from pathlib import Path

BUILD = Path(os.environ["BENCH_BUILD"])
SOURCE = Path(os.environ["BENCH_SOURCE"])
TOOLS = BUILD / "tests" / "bench"
WORK = BUILD / "bench"
SDK = SOURCE / "tests" / "sdk"
LIMIT = 240


class CannotMeasure(Exception):
    """Something is missing on this machine."""


class Helper:
    """One of our processes: says on its first line where it is, and lives until its
    standard input ends."""

    def __init__(self, name, *arguments):
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [TOOLS / name, *map(str, arguments)], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.address = self.process.stdout.readline().strip()
        self.last_words = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.last_words = self.process.stdout.read()
        self.process.wait()


def server(kind, milliseconds, *arguments):
    return Helper("bench-server", kind, milliseconds, *arguments)


def counts(helper):
    """Requests and connections of a server that has ended."""
    requests, connections = helper.last_words.split()
    return int(requests), int(connections)


def run(*command, **options):
    """Its output."""
    command = [str(part) for part in command]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=LIMIT, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)[:300]}: {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


def tool(name, *arguments):
    return run(TOOLS / name, *arguments)


def numbers(text):
    return [float(word) for word in text.split()]


def named(text):
    """Lines of a name and a number."""
    return {name: float(value) for name, value in (line.split() for line in text.splitlines())}


def timed(*command, **options):
    """Wall and CPU seconds, those of the children of its children among them."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    run(*command, **options)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def have(program):
    return shutil.which(program) is not None


def have_element(name):
    return subprocess.run(["gst-inspect-1.0", name], check=False,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def have_sdk():
    """Installs the pinned SDK when it is not there."""
    if not have("node"):
        return False
    if not (SDK / "node_modules" / "openai").is_dir() and have("npm"):
        subprocess.run(["npm", "install", "--prefix", SDK, "--silent", "--no-audit", "--no-fund",
                        "--fetch-retries=0", "--fetch-timeout=20000"], check=False)
    return (SDK / "node_modules" / "openai").is_dir()


def sdk(*arguments):
    return ("node", SDK / "bench.mjs", *arguments)


def median(values):
    return statistics.median(values)


def figure(values, unit, digits=2):
    """The median, and between which values four of five are."""
    values = sorted(values)
    text = f"{median(values):.{digits}f} {unit}"
    if len(values) < 3:
        return text
    tenth = len(values) // 10
    return (f"{text} ({values[tenth]:.{digits}f} to "
            f"{values[len(values) - 1 - tenth]:.{digits}f})")


def talk(rate, channels):
    """28 s of real speech with its pauses, as WAV."""
    WORK.mkdir(exist_ok=True)
    plain = WORK / "talk-16000-1.wav"
    path = WORK / f"talk-{rate}-{channels}.wav"
    if not plain.exists():
        run("python3", SOURCE / "examples" / "demotools.py", "join", plain)
    if not path.exists():
        run("gst-launch-1.0", "-q", "filesrc", f"location={plain}", "!", "wavparse", "!",
            "audioconvert", "!", "audioresample", "!",
            f"audio/x-raw,format=S16LE,rate={rate},channels={channels}", "!", "wavenc", "!",
            "filesink", f"location={path}")
    return path


class Rows:
    """The rows of the page that one benchmark is for."""

    def __init__(self, name):
        self.name = name
        self.rows = []
        self.path = WORK / f"{name}.json"
        self.path.unlink(missing_ok=True)

    def add(self, measure, target, ours, peers, meets):
        """@meets None: there is no target, or what it is measured by is missing."""
        verdict = {True: "meets it", False: "**misses it**", None: "–"}[meets]
        self.rows.append([measure, target, ours, peers, verdict])
        print(f"{measure}\n  target: {target}\n  ours:   {ours}\n  peers:  {peers}\n"
              f"  {verdict.strip('*')}", flush=True)

    def write(self):
        WORK.mkdir(exist_ok=True)
        self.path.write_text(json.dumps(self.rows, indent=1))
