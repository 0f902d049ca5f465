#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""The page of captions in headless Chromium: on real engines
(OPENAI_BASE_URL), and on a server that tells speakers and waits when it is told
to. PICTURE names a file for a picture of it. Prints TAP."""

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import browser
import run
from run import WORK, error_rate, talk, test

run.TESTS.clear()

TURNS = (
    ("Ada", "Good evening, and welcome to the programme."),
    ("Ben", "Thank you. It is a pleasure to be here."),
    ("Ada", "You have written about maps and the people who draw them."),
    ("Ben", "Yes. A map is an argument about what matters."),
    ("Cleo", "And about <b>what</b> was left out & why."),
)
RGB = re.compile(r"[\d.]+")


class Scripted(BaseHTTPRequestHandler):
    """Answers with one turn after another, as events; the last word of the
    fourth waits until it may be said, and so do later turns."""

    protocol_version = "HTTP/1.1"
    lock = threading.Lock()
    turn = 0
    go_on = threading.Event()
    later = threading.Event()
    later.set()

    def log_message(self, *_):
        pass

    def read_body(self):
        if "Content-Length" in self.headers:
            self.rfile.read(int(self.headers["Content-Length"]))
            return
        while size := int(self.rfile.readline(), 16):
            self.rfile.read(size + 2)
        self.rfile.readline()

    def send_event(self, **fields):
        self.wfile.write(f"data: {json.dumps(fields)}\n\n".encode())

    def do_POST(self):
        self.read_body()
        with Scripted.lock:
            number = Scripted.turn
            Scripted.turn += 1
        with contextlib.suppress(BrokenPipeError):  # who asked is gone
            self.answer(number)

    def answer(self, number):
        speaker, text = TURNS[number % len(TURNS)]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        if number > 3:
            Scripted.later.wait(browser.PATIENCE)
        *words, last = re.findall(r"\S+\s*", text)
        for word in words:
            self.send_event(type="transcript.text.delta", delta=word)
        if number == 3:
            Scripted.go_on.wait(browser.PATIENCE)
        self.send_event(type="transcript.text.delta", delta=last)
        self.send_event(type="transcript.text.segment", id="seg", start=0, end=len(text) / 15, text=text,
                        speaker=speaker)
        self.send_event(type="transcript.text.done", text=text)
        self.close_connection = True


class Page:
    """caption-page, and where it is."""

    def __init__(self, *source, **environment):
        self.process = subprocess.Popen(
            [os.environ["CAPTION_PAGE"], "--port=0", *map(str, source)], cwd=WORK, text=True,
            stdout=subprocess.PIPE, env={**os.environ, **environment})
        self.address = self.process.stdout.readline().split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(timeout=run.LIMIT) == 0
        self.process.stdout.close()


def captions(window):
    return window.run("return [...document.querySelectorAll('#captions li')]"
                      ".map((item) => item.textContent)")


def partial(window):
    return window.run("return document.getElementById('partial').textContent")


def state(window):
    return window.run("return document.getElementById('state').textContent")


def luminance(color):
    channels = [float(part) / 255 for part in RGB.findall(color)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lowest_contrast(window, behind):
    colors = window.run(
        "const all = [...document.querySelectorAll('h1, #state, button, li, #partial')];"
        "return all.filter((e) => e.offsetParent).map((e) => getComputedStyle(e).color)")
    return min(contrast(color, behind) for color in colors)


def style(window, selector, name):
    return window.run("return getComputedStyle(document.querySelector(arguments[0]))"
                      "[arguments[1]]", selector, name)


@test
def what_is_said_is_shown():
    with Page("--model=pocketsphinx", "filesrc", f"location={talk()}", "!", "wavparse") as page:
        with browser.Browser() as window:
            window.go(page.address)
            window.until(lambda: state(window) == "The end")
            said = " ".join(captions(window))
            assert error_rate(said) < 35, said
            # Who comes later is told as well.
            window.go(page.address + "page.css")
            window.go(page.address)
            window.until(lambda: state(window) == "The end")
            assert " ".join(captions(window)) == said


@test
def speakers_partial_text_and_looks():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Page("--model=gpt-4o-transcribe-diarize", "--set=max-requests=1", "filesrc", f"location={talk()}", "!",
              "wavparse", OPENAI_BASE_URL=f"http://127.0.0.1:{server.server_port}/v1",
              OPENAI_API_KEY="none") as page, browser.Browser() as window:
        window.go(page.address)
        window.until(lambda: len(captions(window)) == 3 and partial(window))
        if "PICTURE" in os.environ:
            window.click("#theme")
            window.picture(Path(os.environ["PICTURE"]))
        Scripted.go_on.set()
        window.until(lambda: state(window) == "The end")
        looks(window, page)
    server.shutdown()


def looks(window, page):
    said = captions(window)
    assert said == [speaker + text for speaker, text in TURNS], said
    # Text is text.
    assert window.run("return document.querySelectorAll('li b').length") == 0
    colors = window.run("return [...document.querySelectorAll('li')]"
                        ".map((e) => getComputedStyle(e).color)")
    assert colors[0] == colors[2] and colors[1] == colors[3] and len(set(colors)) == 3, colors

    assert window.role("#captions") == ("log", "Captions")
    assert window.run("return document.getElementById('captions').ariaLive") == "polite"
    assert window.run("return document.getElementById('partial').ariaHidden") == "true"
    assert window.role("#state")[0] == "status"
    assert window.role("#larger") == ("button", "Larger text")

    for theme in ("light", "dark"):
        window.run("if (document.documentElement.dataset.theme !== arguments[0])"
                   "document.getElementById('theme').click()", theme)
        lowest = lowest_contrast(window, style(window, "body", "backgroundColor"))
        print(f"# {theme}: lowest contrast {lowest:.1f} to 1")
        assert lowest >= 4.5, (theme, lowest)

    before = float(style(window, "main", "fontSize")[:-2])
    window.click("#larger")
    window.press("+")
    assert float(style(window, "main", "fontSize")[:-2]) == before + 8
    window.press("d")
    assert window.run("return document.documentElement.dataset.theme") == "light"
    window.go(page.address)  # what was chosen is remembered
    assert float(style(window, "main", "fontSize")[:-2]) == before + 8

    window.go(page.address + "?overlay&lines=2&size=40")
    window.until(lambda: len(captions(window)) == 2)
    assert style(window, "body", "backgroundColor") == "rgba(0, 0, 0, 0)"
    assert style(window, "header", "display") == "none"
    assert style(window, "main", "fontSize") == "40px"
    assert captions(window) == said[-2:]
    # On the worst there is behind it.
    box = RGB.findall(style(window, "li", "backgroundColor"))
    behind = f"rgb({round(255 * (1 - float(box[3])))}, " * 3
    assert lowest_contrast(window, behind) >= 4.5


class Hebrew(Scripted):
    """Answers in Hebrew and tells it."""

    def do_POST(self):
        self.read_body()
        body = json.dumps({"language": "hebrew", "text": "שלום, GStreamer!", "segments": [
            {"start": 0, "end": 1, "speaker": "Ada", "text": "שלום, GStreamer!"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@test
def text_from_right_to_left_has_its_direction_and_language():
    """Whatever the speaker's name is written in; on the overlay, too."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hebrew)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with browser.Browser() as window, \
            Page("filesrc", f"location={talk()}", "!", "wavparse",
                 OPENAI_BASE_URL=f"http://127.0.0.1:{server.server_port}/v1",
                 OPENAI_API_KEY="none") as page:
        for address in (page.address, page.address + "?overlay"):
            window.go(address)
            window.until(lambda: captions(window))
            assert style(window, "li", "direction") == "rtl", address
            assert window.run("return document.querySelector('li').lang") == "he", address
            assert "Ada" in captions(window)[0]
    server.shutdown()


class Refusing(Scripted):
    """Takes no key, once the page is open."""

    opened = threading.Event()

    def answer(self, number):
        Refusing.opened.wait(browser.PATIENCE)
        body = b'{"error": {"message": "No such key"}}'
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@test
def the_page_says_why_its_program_has_stopped():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = Page("filesrc", f"location={talk()}", "!", "wavparse",
                OPENAI_BASE_URL=f"http://127.0.0.1:{server.server_port}/v1", OPENAI_API_KEY="wrong")
    with browser.Browser() as window:
        window.go(page.address)
        window.until(lambda: state(window) == "Live")
        Refusing.opened.set()
        assert page.process.wait(timeout=run.LIMIT) == 1
        window.until(lambda: state(window).startswith("Stopped: The server answered 401: No such key"))
        assert window.run("return document.getElementById('waiting').textContent") == ""
    page.process.stdout.close()
    server.shutdown()


@test
def partial_text_is_replaced():
    """The line that changes is on the page before it is final. Nothing is asked for before a
    chunk has ended where uploads are to be whole."""
    Scripted.turn, Scripted.go_on = 3, threading.Event()
    Scripted.later = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with browser.Browser() as window, \
            Page("--set", "stream-upload=false", "filesrc", f"location={talk()}", "!", "wavparse",
                 "!", "identity", "sync=true",
                 OPENAI_BASE_URL=f"http://127.0.0.1:{server.server_port}/v1",
                 OPENAI_API_KEY="none") as page:
        window.go(page.address)
        window.until(lambda: partial(window) == "Yes. A map is an argument about what ")
        assert captions(window) == []
        assert window.run("return document.querySelector('#partial .stable').textContent") \
            == "Yes. A map is an argument about what"
        Scripted.go_on.set()
        window.until(lambda: captions(window))
        assert captions(window)[0] == "BenYes. A map is an argument about what matters."
        assert partial(window) == ""
        Scripted.later.set()
    server.shutdown()


class Growing(Scripted):
    """Two words in each second of the uploaded WAV."""

    def read_body(self):
        self.length = int(self.headers["Content-Length"])
        super().read_body()

    def answer(self, number):
        text = " ".join(f"word{i}" for i in range(2 * self.length // 32000))
        body = json.dumps({"text": text}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@test
def words_come_as_they_are_spoken():
    """From a server that takes whole uploads: words that stay look like captions, others are
    paler."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Growing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with browser.Browser() as window, \
            Page("--set", "stream-upload=false", "--set", "partial-interval=1000", "--set",
                 "upload-format=wav", "filesrc", f"location={talk(0)}", "!", "wavparse",
                 "!", "identity", "sync=true",
                 OPENAI_BASE_URL=f"http://127.0.0.1:{server.server_port}/v1",
                 OPENAI_API_KEY="none") as page:
        window.go(page.address)
        window.until(lambda: window.run(
            "const sure = document.querySelector('#partial .stable');"
            "return sure && /^word0 word1/.test(sure.textContent)"
            " && /^ word/.test(sure.nextSibling.textContent)"))
        sure, pale = (window.run(f"return getComputedStyle(document.querySelector('{what}')).color")
                      for what in ("body", "#partial"))
        assert sure != pale
    server.shutdown()


@test
def two_chunks_are_shown_in_their_order():
    """Whatever the order in which something is told of them."""
    with browser.Browser() as window, \
            Page("audiotestsrc", "is-live=true", "wave=silence") as page:
        window.go(page.address)
        window.until(lambda: state(window) == "Live")  # what is shown begins anew then
        window.run("partials.set(2, {start: 2, text: 'and then this', stable: 'and'});"
                   "partials.set(1, {start: 1, text: 'First that', stable: 'First that'});"
                   "showPartials()")
        assert partial(window) == "First that\nand then this"


if __name__ == "__main__":
    if browser.missing():
        print(f"1..0 # SKIP {browser.missing()} is not installed: the page is not tested")
        sys.exit(0)
    sys.exit(run.main())
