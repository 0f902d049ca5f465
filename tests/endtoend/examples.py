#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""The short examples, on real engines (OPENAI_BASE_URL). Prints TAP."""

import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import run
from run import ROOT, WORK, error_rate, launch, seconds, talk, test

run.TESTS.clear()

WIDTH, HEIGHT, RATE = 640, 360, 5
PYTHON = next((python for python in (sys.executable, "/usr/bin/python3") if subprocess.run(
    [python, "-c", "import gi; gi.require_version('Gst', '1.0')"], stderr=subprocess.DEVNULL,
    check=False).returncode == 0), None)


def example(name, *arguments, **environment):
    done = subprocess.run([ROOT / "examples" / name, *map(str, arguments)], cwd=WORK,
                          env={**os.environ, **environment}, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=run.LIMIT, check=False)
    output = done.stdout.decode(errors="replace")
    assert done.returncode == 0 and "CRITICAL" not in output, output
    return output


def film():
    """The talk, with pictures."""
    path = WORK / "film.mkv"
    if not path.exists():
        launch(f"matroskamux name=m ! filesink location={path} filesrc location={talk()} "
               f"! wavparse ! flacenc ! m. videotestsrc num-buffers={28 * RATE} "
               "pattern=solid-color foreground-color=0xff203040 "
               f"! video/x-raw,width={WIDTH},height={HEIGHT},framerate={RATE}/1 ! openh264enc ! h264parse ! m.")
    return path


def track(path, name):
    """One track of a film. With decodebin for all of it, GStreamer 1.22 hangs now and then
    when the other goes nowhere."""
    return f"filesrc location={path} ! matroskademux name=d d.{name} ! queue ! decodebin"


def pictures(path):
    """The grey lower thirds of all pictures of a film."""
    launch(f"{track(path, 'video_0')} ! videoconvert "
           "! video/x-raw,format=GRAY8 ! filesink location=pictures.raw")
    data = (WORK / "pictures.raw").read_bytes()
    size = WIDTH * HEIGHT
    return [data[at + size * 2 // 3:at + size] for at in range(0, len(data), size)]


def heard(path):
    sound = f"filesrc location={path} ! wavparse" if path.endswith(".wav") else track(path, "audio_0")
    return launch(f"{sound} ! openaistt model=pocketsphinx ! srtenc ! fdsink")


@test
def captions_in_the_picture():
    example("burn-captions", film(), "burned.webm", "pocketsphinx")
    with_captions = [sum(150 < byte for byte in picture) for picture in
                     pictures(WORK / "burned.webm")]
    assert len(with_captions) == 28 * RATE, len(with_captions)
    plain = max(sum(150 < byte for byte in picture) for picture in pictures(film()))
    # Something is said in the third second, and nothing at the beginning.
    assert with_captions[3 * RATE] > plain + 500, (with_captions[3 * RATE], plain)
    assert with_captions[0] <= plain + 100, (with_captions[0], plain)
    assert error_rate(heard("burned.webm")) < 40


@test
def a_dub_is_on_its_film():
    launch(f"filesrc location={talk()} ! decodebin ! openaistt model=pocketsphinx ! srtenc "
           "! filesink location=film.srt")
    example("dub", film(), "film.srt", "dubbed.mkv")
    launch(f"{track('dubbed.mkv', 'audio_0')} "
           "! audioconvert ! wavenc ! filesink location=dubbed.wav")
    assert 25 < seconds("dubbed.wav") < 29, seconds("dubbed.wav")
    text = (WORK / "film.srt").read_text()
    assert error_rate(heard("dubbed.mkv"), text) < 70
    assert len(pictures(WORK / "dubbed.mkv")) == 28 * RATE


@test
def one_speech_becomes_another():
    example("interpret", talk(), "english.wav", INTERPRET_MODEL="pocketsphinx")
    assert 25 < seconds("english.wav") < 60, seconds("english.wav")
    assert error_rate(heard("english.wav")) < 80


class Speaker(BaseHTTPRequestHandler):
    """Says the same to everything, and hears nothing."""

    asked = []

    def log_message(self, *_):
        pass

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, self.headers["Authorization"], request["model"]))
        speech = talk().read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "audio/wav")
        self.send_header("Content-Length", str(len(speech)))
        self.end_headers()
        self.wfile.write(speech)


@test
def one_server_hears_and_another_speaks():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Speaker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (WORK / "key").write_text("sk-speaks\n")
    example("interpret", talk(), "twice.wav", OPENAI_BASE_URL="http://127.0.0.1:9/v1",
            INTERPRET_BASE_URL=os.environ["OPENAI_BASE_URL"], INTERPRET_MODEL="pocketsphinx",
            INTERPRET_SPEECH_BASE_URL=f"http://127.0.0.1:{server.server_port}/v1",
            INTERPRET_SPEECH_MODEL="kokoro", INTERPRET_SPEECH_API_KEY_FILE=str(WORK / "key"))
    server.shutdown()
    server.server_close()
    assert set(Speaker.asked) == {("/v1/audio/speech", "Bearer sk-speaks", "kokoro")}, \
        Speaker.asked
    assert seconds("twice.wav") > 28, seconds("twice.wav")


@test
def a_stream_has_its_captions_beside_it():
    output = example("hls-captions", film(), "hls", "pocketsphinx")
    assert "written to hls: open stream.m3u8" in output and "Error" not in output, output
    folder = WORK / "hls"
    lists = {name: (folder / name).read_text().splitlines()
             for name in ("stream.m3u8", "film.m3u8", "captions.m3u8")}
    for name, lines in lists.items():
        assert lines[0] == "#EXTM3U", name
        for line in lines:
            assert not line or line.startswith("#") or (folder / line).exists(), (name, line)
    assert 'URI="captions.m3u8"' in " ".join(lists["stream.m3u8"])
    captions = (folder / "captions.vtt").read_text()
    assert captions.startswith("WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:324000000\n")
    assert error_rate(captions.split("\n\n", 1)[1]) < 35, captions
    launch(f"uridecodebin uri=file://{folder}/stream.m3u8 caps=audio/x-raw "
           "expose-all-streams=false ! audioconvert ! audio/x-raw,format=S16LE "
           "! wavenc ! filesink location=hls.wav")
    assert 27 < seconds("hls.wav") < 30, seconds("hls.wav")


@test
def a_stream_in_which_nothing_is_said():
    """Its captions are valid, and none."""
    launch("matroskamux name=m ! filesink location=silent.mkv audiotestsrc wave=silence "
           "num-buffers=100 ! flacenc ! m. videotestsrc num-buffers=10 "
           "! video/x-raw,width=320,height=180,framerate=5/1 ! openh264enc ! h264parse ! m.")
    program("burn", "--hls", "--model=pocketsphinx", "silent.mkv", "silent")
    assert (WORK / "silent/captions.vtt").read_text() == \
        "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:324000000\n\n"


@test
def a_conversation():
    if not PYTHON:
        print("# python3-gi or gir1.2-gstreamer-1.0 is missing: not tested")
        return
    output = example("built", PYTHON, ROOT / "examples/conversation.py", "--file", talk(),
                     "--model", "pocketsphinx")
    asked, answered, said = output.splitlines()
    assert asked == "< Hello. What is your name?" and answered.startswith("> mr john"), output
    assert said == f"< You said: {answered[2:]}. Goodbye.", output


@test
def without_arguments_they_say_which():
    for name in ("burn-captions", "dub", "hls-captions", "interpret", "with-local-server",
                 "outage"):
        done = subprocess.run([ROOT / "examples" / name], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=run.LIMIT, check=False)
        assert done.returncode and f"Usage: examples/{name} " in done.stdout, (name, done.stdout)


def program(name, *arguments, code=0):
    """Standard output, and errors, of an installed program."""
    done = subprocess.run(
        [Path(os.environ["BUILD"]) / f"tools/gst-openai-{name}-1.0", *map(str, arguments)],
        cwd=WORK, env={**os.environ, "LC_ALL": "C.UTF-8"}, stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=run.LIMIT, check=False)
    assert done.returncode == code, (name, arguments, done)
    assert "CRITICAL" not in done.stderr, done.stderr
    return done.stdout, done.stderr


PROGRAMS = ("burn", "captions", "check", "dub", "server", "transcribe")


@test
def help_has_an_example_and_the_manual_has_every_option():
    for name in PROGRAMS:
        text, _ = program(name, "--help")
        assert "[OPTION…]" in text and f"Examples:\n  gst-openai-{name}-1.0" in text, text
        manual = (ROOT / f"tools/man/gst-openai-{name}-1.0.1").read_text().replace("\\-", "-")
        for option in re.findall(r"^  (?:-., )?(--[a-z-]+)", text, re.MULTILINE):
            assert option in manual or option.startswith("--help-"), (name, option)
        assert re.fullmatch(rf"gst-openai-{name}-1.0 [\d.]+\n", program(name, "--version")[0])


@test
def old_names_still_run():
    for alias, name in (("transcribe", "transcribe"), ("caption-page", "captions"),
                        ("openai-audio-localserver", "server")):
        done = subprocess.run([Path(os.environ["BUILD"]) / "tools" / alias, "--version"],
                              stdout=subprocess.PIPE, text=True, timeout=run.LIMIT, check=True)
        assert done.stdout.startswith(f"gst-openai-{name}-1.0 "), (alias, done.stdout)


@test
def each_mistake_is_one_line():
    launch("videotestsrc num-buffers=3 ! jpegenc ! matroskamux ! filesink location=mute.mkv")
    (WORK / "there.webm").write_text("Mine.")
    (WORK / "empty.srt").write_text("")
    (WORK / "hello.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello there.\n")
    for name, arguments, code, words in (
            ("burn", ["nosuch.wav", "o.webm"], 1, "nosuch.wav: there is no such file"),
            ("burn", [talk(), "o.webm"], 1, "there are no pictures in it"),
            ("burn", ["mute.mkv", "o.webm"], 1, "there is no sound track in it"),
            ("burn", ["mute.mkv", "o.doc"], 2, "must end in .webm"),
            ("burn", ["mute.mkv", "there.webm"], 2, "is there already (--force"),
            ("burn", ["mute.mkv"], 2, "FILM OUTPUT"),
            ("burn", ["--hls", "mute.mkv", "stream"], 1, "there is no sound track in it"),
            ("burn", ["--subtitles=no.srt", "mute.mkv", "o.webm"], 1, "no.srt: there is no"),
            ("burn", ["--set=vad=foo", film(), "o.webm"], 1, "it is one of auto, neural, energy, none"),
            ("dub", ["mute.mkv", "no.srt", "o.mkv"], 1, "no.srt: there is no such file"),
            ("dub", ["mute.mkv", "empty.srt", "o.mkv"], 1, "no subtitles in it"),
            ("dub", [talk(), "hello.srt", "o.mkv"], 1, "there are no pictures in it"),
            ("dub", ["mute.mkv", "hello.srt", "o.webm"], 1, "cannot be copied into .webm"),
            ("captions", ["nosuch.wav"], 1, "nosuch.wav: there is no such file"),
            ("captions", ["nosuch", "!", "decodebin"], 1, "no element \"nosuch\""),
            ("captions", ["--terminal", "filesrc", "location=no.wav"], 1, "No such file \"no.wav\""),
            ("captions", ["--set=vad=foo", "fakesrc"], 2, "it is one of auto, neural, energy, none"),
            ("captions", ["--price=-1", "fakesrc"], 2, "--price: -1 is no price"),
            ("captions", ["--price=nan", "fakesrc"], 2, "is no price"),
            ("server", ["--port=x"], 2, "--port")):
        output, errors = program(name, *arguments, code=code)
        assert not output and words in errors and errors.count("\n") == 1, (arguments, errors)
    assert (WORK / "there.webm").read_text() == "Mine."
    assert not list(WORK.glob("o.*")), list(WORK.glob("o.*"))


@test
def captions_that_nobody_can_read_are_not_made():
    tool = Path(os.environ["BUILD"]) / "tools/gst-openai-captions-1.0"
    source = ["multifilesrc", f"location={talk()}", "loop=true", "!", "wavparse",
              "ignore-length=true", "!", "identity", "sync=true"]
    for output, words in (("/dev/full", "No space left"), (None, "")):
        with open(output or os.devnull, "wb") as full:
            process = subprocess.Popen(
                [tool, "--terminal", *source], cwd=WORK, stderr=subprocess.PIPE, text=True,
                stdout=full if output else subprocess.PIPE)
        if not output:
            process.stdout.close()
        errors = process.communicate(timeout=run.LIMIT)[1]
        assert process.returncode == 1 and words in errors, (process.returncode, errors)
        assert errors.count("\n") == bool(words), errors


@test
def no_microphone_is_one_line():
    tool = Path(os.environ["BUILD"]) / "tools/gst-openai-captions-1.0"
    listed = subprocess.run([tool, "--microphones"], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, timeout=run.LIMIT, check=False)
    if listed.returncode == 0:
        print("# There is a microphone: not tested")
        return
    assert listed.stdout == "There is no microphone\n", listed.stdout
    output, errors = program("captions", code=1)
    assert not output and re.fullmatch("There is no microphone: [^\n]*\n", errors), errors


def scraped(address):
    """What Prometheus reads: the name with its labels, and the value."""
    with urllib.request.urlopen(address + "metrics", timeout=run.LIMIT) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"), answer.headers
        lines = answer.read().decode().splitlines()
    kinds = {line.split()[2]: line.split()[3] for line in lines if line.startswith("# TYPE")}
    values = {}
    for line in lines:
        if not line.startswith("#"):
            name, value = re.fullmatch(r"([a-z_]+(?:\{.*\})?) ([-+.\de]+)", line).groups()
            assert re.sub(r"(_bucket|_sum|_count)?(\{.*)?$", "", name) in kinds, line
            values[name.replace("gst_openai_captions_", "")] = float(value)
    return values


@test
def captions_tell_prometheus():
    """Delays, failures, backlog and money; nothing of it without --metrics."""
    tool = Path(os.environ["BUILD"]) / "tools/gst-openai-captions-1.0"
    with subprocess.Popen(
            [tool, "--metrics", "--price=0.006", "--port=0", "filesrc", f"location={talk()}", "!",
             "wavparse"], stdout=subprocess.PIPE, text=True) as captions:
        address = captions.stdout.readline().split()[-1]
        values = scraped(address)
        until = time.monotonic() + run.LIMIT
        while values['audio_seconds_total{state="uploaded"}'] == 0 or values["backlog_seconds"] > 0:
            assert time.monotonic() < until, values
            values = scraped(address)
        captions.terminate()
    answers = sum(value for name, value in values.items() if name.startswith("answers_total{"))
    assert answers >= 1 and values['delay_seconds_count{stage="answer"}'] == answers, values
    assert values['failures_total{reason="failed"}'] == values["problems_total"] == 0, values
    sent = values['audio_seconds_total{state="uploaded"}'] + values['audio_seconds_total{state="repeated"}']
    assert abs(values["cost_dollars_total"] - sent / 60 * 0.006) < 1e-6, values


@test
def a_dub_takes_any_file_of_subtitles():
    """Out of order, in UTF-16, and longer than the film."""
    (WORK / "odd.srt").write_bytes((
        "1\n00:00:09,000 --> 00:00:11,000\nThe third line.\n\n"
        "2\n00:00:01,000 --> 00:00:03,000\nThe first line.\n\n"
        "3\n99:59:59,000 --> 99:59:59,900\nFar away.\n").encode("utf-16"))
    output, errors = program("dub", film(), "odd.srt", "odd.mkv")
    assert "2 lines spoken" in output and "written to odd.mkv" in output, output
    assert "lines after the end of the film are left out: 1" in errors, errors
    assert not (WORK / "odd.mkv.part").exists()
    launch(f"{track('odd.mkv', 'audio_0')} "
           "! audioconvert ! wavenc ! filesink location=odd.wav")
    assert 9 < seconds("odd.wav") < 14, seconds("odd.wav")


@test
def subtitles_are_burnt_without_a_server():
    (WORK / "hello.srt").write_text("1\n00:00:01,000 --> 00:00:03,000\nHello there.\n")
    output, errors = program("burn", "--base-url=http://127.0.0.1:9/v1", "--subtitles=hello.srt",
                             film(), "hello.webm")
    assert "written to hello.webm" in output, (output, errors)
    assert "Burning the captions in" in errors, (output, errors)
    lit = [sum(150 < byte for byte in picture) for picture in pictures(WORK / "hello.webm")]
    assert lit[2 * RATE] > lit[5 * RATE] + 300, (lit[2 * RATE], lit[5 * RATE])


@test
def subtitles_are_burnt_whatever_their_order_and_encoding():
    (WORK / "odd.srt").write_bytes((
        "1\n00:00:06,000 --> 00:00:08,000\nThe second line.\n\n"
        "2\n00:00:01,000 --> 00:00:03,000\nThe first line.\n").encode("utf-16-le"))
    program("burn", "--subtitles=odd.srt", film(), "odd.webm")
    lit = [sum(150 < byte for byte in picture) for picture in pictures(WORK / "odd.webm")]
    for second, there in ((0.4, False), (2, True), (4.4, False), (7, True), (10, False)):
        assert (lit[int(second * RATE)] > lit[-1] + 300) == there, (second, lit)


def answer_with(text):
    """A server that says the same to each request."""
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps({"text": text, "language": "english"}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@test
def marks_that_mean_something_to_players_are_shown():
    """In the picture, where a cue that is lost shows nothing, and beside a stream."""
    server = answer_with("<laughs> R&D --> c")
    url = f"--base-url=http://127.0.0.1:{server.server_port}/v1"
    program("burn", url, film(), "marks.webm")
    lit = [sum(150 < byte for byte in picture) for picture in pictures(WORK / "marks.webm")]
    assert lit[3 * RATE] > min(lit) + 500, lit
    program("burn", "--hls", url, film(), "marks")
    server.shutdown()
    assert "&lt;laughs&gt; R&amp;D --&gt; c" in (WORK / "marks/captions.vtt").read_text()
    assert 'LANGUAGE="en"' in (WORK / "marks/stream.m3u8").read_text()


@test
def a_dub_ends_when_no_line_can_be_said_any_more():
    """And not when some cannot."""
    wav = (WORK / "beep.wav")
    launch("audiotestsrc num-buffers=10 ! wavenc ! filesink location=beep.wav")
    (WORK / "many.srt").write_text("".join(
        f"{i}\n00:00:{i:02},000 --> 00:00:{i + 1:02},000\nLine {i}.\n\n" for i in range(1, 27)))
    for bad, code in (range(4, 27), 1), (range(4, 8), 0):
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
                fails = int(re.search(r"\d+", said)[0]) in bad  # noqa: B023
                body = b"No." if fails else wav.read_bytes()
                self.send_response(422 if fails else 200)
                self.send_header("Content-Type", "text/plain" if fails else "audio/wav")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        output, errors = program("dub", f"--base-url=http://127.0.0.1:{server.server_port}/v1",
                                 "--force", film(), "many.srt", "many.mkv", code=code)
        server.shutdown()
        if code:
            assert "no line can be said any more" in errors, errors
            assert not (WORK / "many.mkv").exists()
        else:
            assert "22 lines spoken" in output and "silent: 4" in errors, (output, errors)


@test
def captions_in_a_terminal():
    output = example("built", "captions-in-a-terminal", "filesrc", f"location={talk()}", "!",
                     "wavparse", MODEL="pocketsphinx")
    assert output.startswith("00:00  mr john") and "\r" not in output, output
    assert error_rate(" ".join(line[7:] for line in output.splitlines())) < 35


def caption_service(refused):
    """What YouTube and Zoom have in common; these posts are refused as by a busy one."""
    posts = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def answer(self, status, text=b""):
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def do_GET(self):
            self.answer(200, b"41")

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            query = dict(pair.split("=") for pair in self.path.split("?")[1].split("&"))
            posts.append((int(query["seq"]), body, query))
            self.answer(503 if len(posts) in refused else 200)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, posts


@test
def captions_are_posted():
    """Numbers go on from one to the next, and are the same when a post is tried again."""
    for name, first in [("youtube", 1), ("zoom", 42)]:
        server, posts = caption_service({1})
        example("built", "post-captions", "filesrc", f"location={talk()}", "!", "wavparse",
                MODEL="pocketsphinx", CAPTION_SERVICE=name,
                CAPTION_URL=f"http://127.0.0.1:{server.server_port}/closedcaption?cid=secret")
        server.shutdown()
        numbers = [number for number, _, _ in posts]
        assert posts[0][:2] == posts[1][:2], posts
        assert numbers == [first, *range(first, first + len(posts) - 1)], numbers
        assert all(query["cid"] == "secret" for _, _, query in posts)
        lines = "".join(body for _, body, _ in posts[1:]).splitlines()
        if name == "youtube":
            stamps, lines = lines[::2], lines[1::2]
            assert stamps == sorted(stamps) and all(
                re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}", stamp)
                for stamp in stamps), stamps
        assert error_rate(" ".join(lines)) < 35, lines


if __name__ == "__main__":
    sys.exit(run.main())
