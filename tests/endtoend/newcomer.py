#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""What tests/firsthour has a user do in a new system, whose root directory is the
argument: the package as the install page says, and then the commands and programs of
the pages, as printed there. The recordings and the browser are this machine's. Prints
TAP, and how long it took."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

SYSTEM = Path(sys.argv[1])
HOME = Path("/home/newcomer")
SOURCE = HOME / "gst-plugins-openai"
os.environ["BUILD"] = str(SYSTEM)

import browser  # noqa: E402
import docs  # noqa: E402

INSTALLING = 900
ENVIRONMENT = {"HOME": str(HOME), "USER": "newcomer", "LANG": "C.UTF-8",
               "PATH": "/usr/local/bin:/usr/bin:/bin", "GST_PLUGIN_FEATURE_RANK": docs.DEVICES}
STARTED = time.monotonic()


def inside(path):
    """Where this machine sees a path of the system."""
    return SYSTEM / path.relative_to("/")


class Section(docs.Page):
    """The section of a page whose heading has these words, and a shell of that
    system's user."""

    def __init__(self, name, heading, place):
        found = re.search(rf"^## (.*{heading}.*)\n((?:(?!## ).*\n)*)",
                          (docs.ROOT / name).read_text(), re.MULTILINE)
        assert found, f"{name} has no heading of {heading}"
        self.name = f"{name}, {found[1]}"
        self.blocks = docs.FENCE.findall(found[2])
        assert self.blocks, self.name
        self.place = place
        self.state = place / ".variables"
        self.programs = []
        self.environment = ENVIRONMENT
        inside(self.state).touch()
        inside(self.state).chmod(0o666)

    def shell(self, script):
        return [shutil.which("chroot"), "--userspec=newcomer", str(SYSTEM), "bash", "-c",
                f"cd {self.place}\n{script}"]

    def write(self, name, text):
        inside(self.place / name).write_text(text)

    def run_all(self, limit=docs.LIMIT):
        self.limit = limit
        yield from docs.run_blocks(self, ("first hour",))

    def run_end(self):
        """Only what is to be done at the end."""
        self.blocks = [block for block in self.blocks if block[1] == "end of the first hour"]
        assert self.blocks, self.name
        yield from docs.run_blocks(self, ("end of the first hour",))


def write_samples(place):
    """Recordings of the names that the pages use."""
    inside(place).mkdir()
    inside(place).chmod(0o777)
    for sample in docs.make_samples().iterdir():
        inside(place / sample.name).write_bytes(sample.read_bytes())
        inside(place / sample.name).chmod(0o666)


@contextlib.contextmanager
def running(section, script):
    """A command in the background: what it prints up to its address, which is it."""
    process = subprocess.Popen(section.shell(f"exec {script}"), env=ENVIRONMENT, text=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+\S*", line)
        if found:
            break
    else:
        raise AssertionError(f"{script} printed no address")
    yield found[0]
    process.terminate()
    process.communicate(timeout=docs.LIMIT)


def caption_page(place):
    """The page of captions, of a file that is played, in Chromium."""
    section = Section("docs/live-captioning.md", "In a browser", place)
    script = next(script for *_, script in section.blocks if "talk.wav" in script)
    title = f"{section.name}: {script.strip()}"
    if browser.missing():
        yield f"{title} # SKIP {browser.missing()} is not installed", None
        return
    with running(section, f"env OPENAI_BASE_URL={os.environ['OPENAI_BASE_URL']} {script}") \
            as address, browser.Browser() as page:
        page.go(address)
        text = page.until(lambda: re.search(
            r"\b(\w+ ){3}", page.run("return document.querySelector('main').innerText")))
        yield f"{title}, in Chromium", None if text else "No caption came"


def written(path):
    text = inside(path).read_text() if inside(path).exists() else ""
    return None if " --> " in text else f"There are no captions in {path}: {text}"


def first_hour():
    """Pairs of what was done and what went wrong."""
    place = HOME / "recordings"
    write_samples(place)
    package = Section("docs/install.md", "On Debian and Ubuntu", SOURCE)
    yield from package.run_all(INSTALLING)
    local = Section("docs/servers.md", "in this repository", place)
    with running(local, local.blocks[0][3]) as address:
        os.environ["OPENAI_BASE_URL"] = address
        own = Section("README.md", "Caption your own film", place)
        yield from own.run_all()
        yield f"the first file has captions, {time.monotonic() - STARTED:.0f} s after nothing", \
            written(place / "talk.srt")
        ENVIRONMENT["OPENAI_BASE_URL"] = address
        yield from Section("README.md", "to copy", place).run_all()
        yield from caption_page(place)
        for heading in ("C$", "Python"):
            yield from Section("docs/applications.md", heading, place).run_all(INSTALLING)
    yield from package.run_end()
    left = [str(path) for path in inside(Path("/usr")).rglob("*openai*")
            if "newcomer" not in str(path)]
    yield "nothing is left of the package", " ".join(left) or None


def main():
    docs.make_tools()
    return docs.report(first_hour())


if __name__ == "__main__":
    sys.exit(main())
