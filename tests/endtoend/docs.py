#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Runs every command of README.md and docs/ as it is written, against the local
server (OPENAI_BASE_URL). A comment above a block of code, which no renderer
shows, says how it is run:

    ```sh                     without one: it must end well
    <!-- test: live -->       is run until it is interrupted, as by Ctrl-C
    <!-- test: elsewhere -->  is run with the local server and one of its voices in
                              place of those it names
    <!-- test: voices -->     is run with a server that has custom voices
    <!-- test: live voices -->  the same, until it is interrupted
    <!-- test: first hour --> by tests/firsthour alone, where it may install packages
    <!-- test: end of the first hour -->  and remove them
    <!-- not tested: WHY -->  is listed, with the reason
    <!-- test: file NAME -->  is put into that file. The command that runs it prints
                              something, and ends with an error for a file that is
                              not there

Each page has a directory of its own, with recordings of the names the pages use;
the commands of a page are run in order, with the same variables. Where there is
no microphone, camera, loudspeaker or screen, GStreamer's auto elements take its
test sources and sinks. What is installed goes to a directory of the test. With
file names: only these pages. Prints TAP."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path

from addresses import own_address

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["BUILD"])
WORK = Path(tempfile.mkdtemp(prefix="openai-docs-"))
FENCE = re.compile(r"^(?:<!-- (test|not tested): ([^\n]*) -->\n)?```(\w*)\n(.*?)^```$",
                   re.MULTILINE | re.DOTALL)
ADDRESS = re.compile(r"(http|ws)s?://[\w.:-]+(?:/[\w./-]*)?/v1\b")
TOOLS = ("mkdocs", "/usr/bin/python3")
# Elements that come neither with GStreamer nor in a package that examples/setup installs.
ELEMENTS = ("tttocea608", "x264enc")
PROGRAM = re.compile(r"file (\w+)(\.\w+)")
# The lines at the end of the demo, which are to run as they stand.
NEXT = re.compile(r"^examples/.*", re.MULTILINE)
# Whatever machine this is, it has no devices.
DEVICES = ",".join(f"{name}:NONE" for name in (
    "alsasink alsasrc pulsesink pulsesrc openalsink openalsrc osssink osssrc oss4sink oss4src "
    "jackaudiosink jackaudiosrc pipewiresink pipewiresrc v4l2src v4l2sink ximagesrc waylandsink "
    "glimagesink gtkglsink gtksink xvimagesink ximagesink kmssink fbdevsink vulkansink aasink "
    "cacasink dfbvideosink decklinkvideosink decklinkvideosrc decklinkaudiosink "
    "decklinkaudiosrc gtkwaylandsink intervideosink interaudiosink sdl2sink dvbsrc "
    "uvch264src libcamerasrc").split())
# What no GStreamer is without.
CORE = "fakesink fdsink filesink filesrc identity multifilesrc queue tee".split()
LIMIT = 200
LIVE = 2.5
SOUND = "/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0870.wav"
SUBTITLES = """1
00:00:00,500 --> 00:00:02,500
Good evening, and welcome.

2
00:00:03,000 --> 00:00:05,000
This is the film.

"""


def launch(line):
    subprocess.run(["sh", "-c", f"exec gst-launch-1.0 -q {line}"], cwd=WORK, check=True,
                   timeout=LIMIT, stdout=subprocess.DEVNULL)


def make_samples():
    """The files that commands read."""
    samples = WORK / "samples"
    samples.mkdir()
    for name in ("talk", "consent", "sample"):
        shutil.copy(SOUND, samples / f"{name}.wav")
    (samples / "film.srt").write_text(SUBTITLES)
    (samples / "chapter.txt").write_text((ROOT / "examples/paragraph.txt").read_text())
    launch("filesrc location=samples/talk.wav ! wavparse ! audioconvert ! lamemp3enc "
           "! filesink location=samples/ada.mp3")
    launch("mp4mux name=m ! filesink location=samples/film.mp4 "
           "filesrc location=samples/talk.wav ! wavparse ! audioconvert ! audioresample "
           "! avenc_aac ! aacparse ! m. videotestsrc num-buffers=35 pattern=gradient "
           "! video/x-raw,width=640,height=360,framerate=5/1 ! openh264enc ! h264parse ! m.")
    return samples


def make_place(name):
    """A checkout that is built, as far as commands see it, and the samples."""
    place = WORK / name
    place.mkdir()
    for entry in ROOT.iterdir():
        if not entry.name.startswith((".", "build", "demo-output")):
            (place / entry.name).symlink_to(entry)
    (place / "build").symlink_to(BUILD)
    for sample in (WORK / "samples").iterdir():
        shutil.copy(sample, place)
    return place


def make_tools():
    """sudo is not needed where everything goes to a directory of the test; the
    Python that distributions install their packages for is the one meant."""
    tools = WORK / "tools"
    tools.mkdir()
    (tools / "sudo").write_text('#!/bin/sh\nexec "$@"\n')
    (tools / "sudo").chmod(0o755)
    (tools / "python3").symlink_to("/usr/bin/python3")


class Voices(BaseHTTPRequestHandler):
    """What the local server lacks: every call makes, or has, the same."""

    def log_message(self, *_):
        pass

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        one = {"id": "voice_123" if "voices" in self.path else "cons_123", "name": "Ada",
               "object": "audio.voice", "created_at": 1}
        listed = self.command == "GET" and self.path.split("?")[0].endswith("consents")
        speech = self.path.endswith("/speech")
        body = Path(SOUND).read_bytes() if speech else json.dumps(
            {"object": "list", "data": [one], "has_more": False} if listed else one).encode()
        self.send_response(200)
        self.send_header("Content-Type", "audio/wav" if speech else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = answer


class Page:
    """One page, and the shell that its commands are run in."""

    limit = LIMIT

    def __init__(self, path):
        self.name = str(path.relative_to(ROOT))
        self.blocks = FENCE.findall(path.read_text())
        self.place = make_place(path.stem)
        self.state = self.place / ".variables"
        self.state.write_text("")
        self.programs = []
        self.environment = {
            **os.environ, "DESTDIR": str(WORK / "installed"), "BUILD": str(BUILD),
            "PATH": f"{WORK / 'tools'}:{BUILD / 'tools'}:{os.environ['PATH']}",
            "MKDOCS_ADDRESS": f"{own_address()}:8000", "GST_PLUGIN_FEATURE_RANK": DEVICES,
            "GST_PRESET_PATH": str(ROOT / "gst/presets"),
            # Whisper is fetched before the tests (tests/run), or not at all.
            "PIP_NO_INDEX": "1",
        }
        self.environment.pop("DISPLAY", None)

    def shell(self, script):
        return ["bash", "-c", f"cd {self.place}\n{script}"]

    def call(self, script, how=()):
        """Whether it ended by itself, its exit code and what it printed."""
        live = "live" in how
        # The variables a block sets, others after it have.
        script = f"set -e -o pipefail\n. {self.state}\n{script}\n"
        if "voices" not in how:
            script += f"export -p | grep -E ' (OPENAI|GST)_' > {self.state}\n"
        process = subprocess.Popen(self.shell(script), env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        try:
            output = process.communicate(timeout=LIVE if live else self.limit)[0]
            over = True
        except subprocess.TimeoutExpired:
            over = False
            os.killpg(process.pid, signal.SIGINT if live else signal.SIGKILL)
            output = process.communicate(timeout=LIMIT)[0]
        return over, process.returncode, output.decode(errors="replace")

    def run(self, script, how=()):
        """What went wrong, or nothing."""
        over, code, text = self.call(script, how)
        self.printed = text
        if re.search(r"^ERROR|WARNING: erroneous|CRITICAL|No such (file|element)", text,
                     re.MULTILINE):
            return text
        if "live" in how:
            return f"It ended by itself:\n{text}" if over else None
        if not over:
            return f"It took more than {self.limit} s:\n{text}"
        if not text.strip() and self.runs_a_program(script):
            return "It printed nothing"
        return text if code != 0 else None

    def write(self, name, text):
        (self.place / name).write_text(text)

    def runs_a_program(self, script):
        return any(f"./{name} " in script or f"python3 {name}.py" in script
                   for name in self.programs)

    def fails_well(self, script):
        """A program of the page, given a file that is not there: what went wrong."""
        over, code, text = self.call(script.replace("talk.wav", "nosuch.wav"))
        if over and code != 0 and "nosuch.wav" in text and "CRITICAL" not in text:
            return None
        return f"Exit code {code}, {'ended' if over else 'hung'}:\n{text}"


def may_be_left_out(script):
    return "gst-launch-1.0" not in script


def in_place(command, how):
    """The command, with the servers that are here."""
    if "elsewhere" in how:
        return re.sub(r"voice=\S+", "voice=alloy",
                      ADDRESS.sub(lambda address: os.environ["OPENAI_BASE_URL"].replace(
                          "http", address[1], 1), command))
    if "voices" in how:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Voices)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"OPENAI_BASE_URL=http://127.0.0.1:{server.server_port}/v1\n{command}"
    return command


def missing_of(command):
    """What it needs and is not installed."""
    return [tool for tool in TOOLS if tool in command and not shutil.which(tool)] + [
        element for element in ELEMENTS if element in command
        and subprocess.run(["gst-inspect-1.0", element], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, check=False).returncode != 0]


def run_command(page, command, how):
    """Pairs of what was run and what went wrong."""
    title = f"{page.name}: {' '.join(command.split())}"[:150]
    missing = missing_of(command)
    if missing:
        yield f"{title} # SKIP {missing[0]} is not installed", None
        return
    yield title, page.run(in_place(command, how), how)
    if page.runs_a_program(command):
        yield f"{title}, without that file", page.fails_well(command)
    for line in NEXT.findall(page.printed.partition("== Now try")[2]):
        yield f"{title}, then: {line}", page.run(line, ("live",) if "caption-page" in line else ())


def run_blocks(page, also=()):
    """Pairs of what was run and what went wrong."""
    for comment, how, kind, script in page.blocks:
        program = PROGRAM.fullmatch(how)
        if program:
            page.write(program[1] + program[2], script)
            page.programs.append(program[1])
            continue
        if kind != "sh":
            # A diagram, or the like.
            wrong = "gst-launch" in script or kind in ("c", "python", "bash", "shell")
            yield f"{page.name}: a block of {kind}", "It is not run" if wrong else None
            continue
        for command in re.split(r"\n\s*\n", script.strip()):
            title = f"{page.name}: {' '.join(command.split())}"[:150]
            if how.endswith("first hour") and how not in also:
                yield f"{title} # SKIP tests/firsthour runs it", None
            elif how in also:
                yield from run_command(page, command, ())
            elif comment == "not tested":
                yield f"{title} # SKIP {how}", \
                    None if may_be_left_out(command) else "Launch lines are run"
            elif set(how.split()) <= {"live", "elsewhere", "voices"}:
                yield from run_command(page, command, how.split())
            else:
                yield title, f"There is no such test as \"{how}\""


def links(path):
    """Links of a page to files that are not there."""
    text = FENCE.sub("", path.read_text())
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not target.startswith(("http://", "https://")) and not (path.parent / target).exists():
            yield target


def strange_elements(path):
    """Elements of launch lines of which troubleshooting.md does not tell the package."""
    page = (ROOT / "docs/troubleshooting.md").read_text()
    known = page.split("\n## No element\n")[1].split("\n## ")[0]
    for line in re.findall(r"^gst-launch-1\.0 (.*)$", path.read_text(), re.MULTILINE):
        for element in re.findall(r"(?<!\S)[a-z][a-z0-9_]+(?!\S)", line):
            if element not in CORE and f"`{element}`" not in known:
                yield element


def check_page(path):
    broken, strange = " ".join(links(path)), " ".join(strange_elements(path))
    return [(f"{path.name}: links", f"There is no {broken}" if broken else None),
            (f"{path.name}: elements", f"No package is told of {strange}" if strange else None),
            *run_blocks(Page(path))]


def report(results):
    """Prints pairs of what was run and what went wrong; the exit code."""
    number = failed = 0
    for number, (title, wrong) in enumerate(results, 1):
        failed += wrong is not None
        if wrong:
            print("\n".join(f"# {line}" for line in wrong.splitlines()[-25:]))
        print(f"{'not ok' if wrong else 'ok'} {number} - {title}", flush=True)
    print(f"1..{number}")
    return 1 if failed else 0


def main():
    pages = [ROOT / name for name in sys.argv[1:]] or [
        ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    make_tools()
    make_samples()
    # Much of it is waiting.
    with ThreadPoolExecutor(3) as workers:
        return report(chain.from_iterable(workers.map(check_page, pages)))


if __name__ == "__main__":
    sys.exit(main())
