#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs every command of README.md and docs/ as it is written, against the local
server (OPENAI_BASE_URL). Blocks of code say by their first line what they are:

    ```sh                 is run, and must end well
    ```sh live            is run until it is interrupted, as by Ctrl-C
    ```sh elsewhere       is run with the local server in place of its addresses
    ```sh not-run: WHY    is listed, with the reason

Each page has a directory of its own, with recordings of the names the pages use;
the commands of a page are run in order, with the same variables. Where there is
no microphone, camera, loudspeaker or screen, GStreamer's auto elements take its
test sources and sinks. What is installed goes to a directory of the test. With
file names: only these pages. Prints TAP."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["BUILD"])
WORK = Path(tempfile.mkdtemp(prefix="openai-docs-"))
FENCE = re.compile(r"^```(\w+)(.*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = re.compile(r"https?://[\w.:-]+(?:/[\w./-]*)?/v1\b")
KINDS = ("sh", "c", "python", "text", "ini")
LIMIT = 90
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
    shutil.copy(SOUND, samples / "talk.wav")
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
            "GST_PRESET_PATH": str(ROOT / "gst/presets"),
        }
        self.environment.pop("DISPLAY", None)

    def run(self, script, live=False):
        """What went wrong, or nothing."""
        # The variables a block sets, others after it have.
        script = (f"set -e -o pipefail\n. {self.state}\n{script}\n"
                  f"export -p | grep -E ' (OPENAI|GST)_' > {self.state}\n")
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


def run_page(path):
    """Pairs of what was run and what went wrong."""
    page = Page(path)
    local = os.environ["OPENAI_BASE_URL"]
    for kind, rest, script in page.blocks:
        rest = rest.strip()
        if kind != "sh":
            yield f"{page.name}: a block of {kind}", None if kind in KINDS else "unknown"
            continue
        for command in re.split(r"\n\s*\n", script.strip()):
            title = f"{page.name}: {' '.join(command.split())}"[:150]
            if rest.startswith("not-run: "):
                yield f"{title} # SKIP {rest[9:]}", \
                    None if may_be_left_out(command) else "Launch lines are run"
            elif rest in ("", "live", "elsewhere"):
                here = ADDRESS.sub(local, command) if rest == "elsewhere" else command
                yield title, page.run(here, rest == "live")
            else:
                yield title, f"Nobody knows what \"{rest}\" is"


def links(path):
    """Links of a page to files that are not there."""
    text = FENCE.sub("", path.read_text())
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not target.startswith(("http://", "https://")) and not (path.parent / target).exists():
            yield target


def main():
    pages = [ROOT / name for name in sys.argv[1:]] or [
        ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    make_tools()
    make_samples()
    number = failed = 0
    for path in pages:
        broken = " ".join(links(path))
        results = [(f"{path.name}: links", f"There is no {broken}" if broken else None)]
        for results in (results, run_page(path)):
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
