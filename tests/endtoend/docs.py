#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs every command of README.md and docs/ as it is written, against the local
server (OPENAI_BASE_URL). Blocks of code say by their first line what they are:

    ```sh                 is run, and must end well
    ```sh live            is run until it is interrupted, as by Ctrl-C
    ```sh elsewhere       is run with the local server and one of its voices in place
                          of those it names
    ```sh voices          is run with a server that has custom voices
    ```sh live voices     the same, until it is interrupted
    ```sh not-run: WHY    is listed, with the reason
    ```c, ```python       is a program: it is built and run, and prints something

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
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["BUILD"])
WORK = Path(tempfile.mkdtemp(prefix="openai-docs-"))
FENCE = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = re.compile(r"https?://[\w.:-]+(?:/[\w./-]*)?/v1\b")
TOOLS = ("mkdocs", "/usr/bin/python3")
PROGRAMS = {
    "c": "gcc -include gst/gst.h program.c -o program $(pkg-config --cflags --libs gstreamer-1.0)"
         " && ./program",
    "python": "/usr/bin/python3 program.python",
}
# Whatever machine this is, it has no devices.
DEVICES = ",".join(f"{name}:NONE" for name in (
    "alsasink alsasrc pulsesink pulsesrc openalsink openalsrc osssink osssrc oss4sink oss4src "
    "jackaudiosink jackaudiosrc pipewiresink pipewiresrc v4l2src v4l2sink ximagesrc waylandsink "
    "glimagesink gtkglsink gtksink xvimagesink ximagesink kmssink fbdevsink vulkansink aasink "
    "cacasink dfbvideosink decklinkvideosink decklinkvideosrc decklinkaudiosink "
    "decklinkaudiosrc gtkwaylandsink intervideosink interaudiosink sdl2sink dvbsrc "
    "uvch264src libcamerasrc").split())
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
    """sudo is not needed where everything goes to a directory of the test."""
    tools = WORK / "tools"
    tools.mkdir()
    (tools / "sudo").write_text('#!/bin/sh\nexec "$@"\n')
    (tools / "sudo").chmod(0o755)
    return tools


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


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

    def __init__(self, path):
        self.name = str(path.relative_to(ROOT))
        self.blocks = FENCE.findall(path.read_text())
        self.place = make_place(path.stem)
        self.state = self.place / ".variables"
        self.state.write_text("")
        self.environment = {
            **os.environ, "DESTDIR": str(WORK / "installed"), "BUILD": str(BUILD),
            "PATH": f"{WORK / 'tools'}:{BUILD / 'tools'}:{os.environ['PATH']}",
            "MKDOCS_ADDRESS": f"127.0.0.1:{free_port()}", "GST_PLUGIN_FEATURE_RANK": DEVICES, "GST_PRESET_PATH": str(ROOT / "gst/presets"),
        }
        self.environment.pop("DISPLAY", None)

    def run(self, script, how=()):
        """What went wrong, or nothing."""
        live = "live" in how
        # The variables a block sets, others after it have.
        script = f"set -e -o pipefail\n. {self.state}\n{script}\n"
        if "voices" not in how:
            script += f"export -p | grep -E ' (OPENAI|GST)_' > {self.state}\n"
        process = subprocess.Popen(["bash", "-c", script], cwd=self.place, env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        try:
            output = process.communicate(timeout=LIVE if live else LIMIT)[0]
            over = True
        except subprocess.TimeoutExpired:
            over = False
            os.killpg(process.pid, signal.SIGINT if live else signal.SIGKILL)
            output = process.communicate(timeout=LIMIT)[0]
        text = output.decode(errors="replace")
        if re.search(r"^ERROR|WARNING: erroneous|CRITICAL|No such (file|element)", text,
                     re.MULTILINE):
            return text
        if live:
            return f"It ended by itself:\n{text}" if over else None
        if not over:
            return f"It took more than {LIMIT} s:\n{text}"
        return text if process.returncode != 0 else None


def may_be_left_out(script):
    return "gst-launch-1.0" not in script


def in_place(command, how):
    """The command, with the servers that are here."""
    if "elsewhere" in how:
        return re.sub(r"voice=\S+", "voice=alloy",
                      ADDRESS.sub(os.environ["OPENAI_BASE_URL"], command))
    if "voices" in how:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Voices)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"OPENAI_BASE_URL=http://127.0.0.1:{server.server_port}/v1\n{command}"
    return command


def run_page(path):
    """Pairs of what was run and what went wrong."""
    page = Page(path)
    for kind, rest, script in page.blocks:
        rest = rest.strip()
        if kind in PROGRAMS:
            (page.place / f"program.{kind}").write_text(script)
            yield f"{page.name}: the program in {kind}", page.run(PROGRAMS[kind] + " | grep .")
            continue
        if kind != "sh":
            # A diagram, or the like.
            yield f"{page.name}: a block of {kind}", "launch" if "gst-launch" in script else None
            continue
        for command in re.split(r"\n\s*\n", script.strip()):
            title = f"{page.name}: {' '.join(command.split())}"[:150]
            if rest.startswith("not-run: "):
                yield f"{title} # SKIP {rest[9:]}", \
                    None if may_be_left_out(command) else "Launch lines are run"
            elif set(rest.split()) <= {"live", "elsewhere", "voices"}:
                missing = [tool for tool in TOOLS if tool in command and not shutil.which(tool)]
                if missing:
                    yield f"{title} # SKIP {missing[0]} is not installed", None
                    continue
                yield title, page.run(in_place(command, rest), rest.split())
            else:
                yield title, f"Nobody knows what \"{rest}\" is"


def links(path):
    """Links of a page to files that are not there."""
    text = FENCE.sub("", path.read_text())
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not target.startswith(("http://", "https://")) and not (path.parent / target).exists():
            yield target


def check_page(path):
    broken = " ".join(links(path))
    return [(f"{path.name}: links", f"There is no {broken}" if broken else None),
            *run_page(path)]


def main():
    pages = [ROOT / name for name in sys.argv[1:]] or [
        ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    make_tools()
    make_samples()
    number = failed = 0
    # Much of it is waiting.
    with ThreadPoolExecutor(3) as workers:
        for results in workers.map(check_page, pages):
            for title, wrong in results:
                number += 1
                failed += wrong is not None
                if wrong:
                    print("\n".join(f"# {line}" for line in wrong.splitlines()[-25:]))
                print(f"{'not ok' if wrong else 'ok'} {number} - {title}", flush=True)
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
