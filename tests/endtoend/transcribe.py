#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""examples/transcribe as its users meet it, on real engines (OPENAI_BASE_URL).
Prints TAP."""

import contextlib
import json
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import threading
import urllib.request
import wave
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree import ElementTree

import run
from run import ROOT, WORK, error_rate, launch, talk, test

run.TESTS.clear()

PROGRAM = os.environ["TRANSCRIBE"]
# So that a short file has several requests.
FINELY = "--set=min-chunk-duration=1000"
OUTPUTS = ("srt", "vtt", "txt", "json")
TTML = "{http://www.w3.org/ns/ttml}"
TTS = "{http://www.w3.org/ns/ttml#styling}"
TTM = "{http://www.w3.org/ns/ttml#metadata}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def start(*arguments, **options):
    return subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=WORK, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def transcribe(*arguments, code=0):
    """What it printed: on standard output, and as errors."""
    process = start("--model=pocketsphinx", *arguments)
    output, errors = process.communicate(timeout=run.LIMIT)
    assert process.returncode == code, (process.returncode, output, errors)
    return output, errors


def copy(name):
    path = WORK / name
    path.parent.mkdir(exist_ok=True)
    shutil.copy(talk(), path)
    return path


def journal(path):
    return path.with_name(path.name + ".transcript.part")


def wait_for_chunks(process, path, count):
    """Until the journal has as many: every line is written at once."""
    while True:
        if journal(path).exists() and journal(path).read_text().count("\n") > count:
            return
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(process.communicate())


class Forward(BaseHTTPRequestHandler):
    """Asks the server behind it, until no more answers are to be given."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.left == 0:
            self.server.over.wait()
            if not self.server.goes_on:
                self.close_connection = True
                return
        else:
            self.server.left -= 1
        request = urllib.request.Request(
            os.environ["OPENAI_BASE_URL"] + self.path, body,
            {"Content-Type": self.headers["Content-Type"]})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request) as answer:
            text = answer.read()
        self.send_response(200)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class Instant(BaseHTTPRequestHandler):
    """Hears the same in everything, at once."""

    protocol_version = "HTTP/1.1"
    answer = {"text": "Something was said."}

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        text = json.dumps(self.answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@contextlib.contextmanager
def instant(handler=Instant):
    """An environment with a server that costs no time."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {**os.environ, "OPENAI_BASE_URL": f"http://127.0.0.1:{server.server_port}"}
    server.shutdown()
    server.server_close()


def quickly(*arguments, code=0, handler=Instant):
    """As transcribe, with a server that costs no time."""
    with instant(handler) as environment:
        process = start("--model=x", *arguments, env=environment)
        output, errors = process.communicate(timeout=run.LIMIT)
    assert process.returncode == code, (process.returncode, output, errors)
    return output, errors


def go_on(server):
    """It gives the answers that it held back, and all others."""
    server.goes_on = True
    server.over.set()


@contextlib.contextmanager
def answers(count):
    """An environment with a server that falls silent after so many answers, and the
    server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Forward)
    server.left, server.over, server.goes_on = count, threading.Event(), False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {**os.environ, "OPENAI_BASE_URL": f"http://127.0.0.1:{server.server_port}"}, server
    server.over.set()
    server.shutdown()
    server.server_close()


@test
def four_files_beside_it():
    path = copy("one/lecture.wav")
    output, _ = transcribe("--price=0.006", path)
    assert re.search(r"lecture.wav: done in [\d.]+ s, \$0\.00\d+; written to lecture\.srt lecture\.vtt "
                     r"lecture\.txt lecture\.json\n", output), output
    assert {file.name for file in path.parent.iterdir()} == {
        "lecture.wav", *("lecture." + kind for kind in OUTPUTS)}
    for kind in ("srt", "vtt", "txt"):
        assert error_rate(path.with_suffix("." + kind).read_text()) < 35, kind
    told = json.loads(path.with_suffix(".json").read_text())
    assert told["usage"]["seconds"] >= 20 and told["stretches"][0]["words"], told


@test
def subtitles_are_those_of_srtenc():
    launch(f"filesrc location={talk()} ! decodebin ! openaistt model=pocketsphinx ! srtenc "
           "! filesink location=srtenc.srt")
    ours = (WORK / "one/lecture.srt").read_text()
    theirs = (WORK / "srtenc.srt").read_text()
    # It cuts off what is less than a millisecond.
    number = r"\d+(?= -->|\n)"
    assert re.sub(number, "", ours) == re.sub(number, "", theirs), (ours, theirs)
    for a, b in zip(re.findall(number, ours), re.findall(number, theirs)):
        assert abs(int(a) - int(b)) <= 1, (a, b)


@test
def video_and_several_files():
    launch(f"matroskamux name=m ! filesink location=film.mkv filesrc location={talk()} "
           "! wavparse ! flacenc ! m. videotestsrc num-buffers=28 "
           "! video/x-raw,framerate=1/1 ! jpegenc ! m.")
    other = copy("other.wav")
    output, _ = transcribe(WORK / "film.mkv", other, "--formats=txt")
    assert output.count("done in") == 2, output
    assert error_rate((WORK / "film.txt").read_text()) < 35
    assert not (WORK / "film.srt").exists()


@test
def what_is_there_stays():
    path = copy("kept.wav")
    path.with_suffix(".txt").write_text("My own notes.")
    output, _ = transcribe(path)
    assert path.with_suffix(".txt").read_text() == "My own notes."
    assert re.search(r"written to kept\.srt kept\.vtt kept\.json; .*kept \(--force .*\): kept\.txt$",
                     output, re.MULTILINE), output
    assert path.with_suffix(".srt").exists()
    output, _ = transcribe(path)
    assert "is written already" in output, output
    transcribe("--force", "--formats=txt", path)
    assert error_rate(path.with_suffix(".txt").read_text()) < 35


@test
def goes_on_after_the_worst():
    """kill -9 in the middle: what was answered is not asked for again."""
    path = copy("killed.wav")
    with answers(2) as (environment, _):
        process = start("--model=pocketsphinx", "--requests=1", FINELY, path, env=environment)
        wait_for_chunks(process, path, 2)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    kept = [json.loads(line) for line in journal(path).read_text().splitlines()[1:]]
    # A line that was cut short counts for nothing.
    with journal(path).open("a") as file:
        file.write('{"start":1,"en')
    output, errors = transcribe("--requests=1", FINELY, path)
    assert "goes on at 0:" in errors and "done in" in output, (output, errors)
    chunks = json.loads(path.with_suffix(".json").read_text())["stretches"]
    assert chunks[:len(kept)] == kept and len(chunks) > len(kept)
    assert all(a["end"] <= b["start"] for a, b in zip(chunks, chunks[1:])), chunks
    whole = error_rate((WORK / "one/lecture.srt").read_text())
    ours = error_rate(path.with_suffix(".srt").read_text())
    print(f"# word error rate: in one go {whole:.1f} %, killed and resumed {ours:.1f} %")
    assert abs(ours - whole) <= 5, (ours, whole)
    assert not journal(path).exists()


@test
def goes_on_after_control_c():
    path = copy("stopped.wav")
    there = WORK / "elsewhere" / path.name
    there.parent.mkdir()
    directory = f"--directory={there.parent}"
    with answers(1) as (environment, _):
        process = start("--model=pocketsphinx", "--requests=1", directory, FINELY,
                        "--set=api-key=sk-of-nobody", path, env=environment)
        wait_for_chunks(process, there, 1)
        assert "sk-of-nobody" not in journal(there).read_text()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=run.LIMIT)
    assert process.returncode == 130 and "goes on from there" in errors, errors
    assert not there.with_suffix(".srt").exists()
    _, errors = transcribe(FINELY, path, directory)
    assert "goes on at" in errors, errors
    assert there.with_suffix(".srt").exists() and not journal(path).exists()


@test
def one_run_at_a_time():
    """Two runs would pay twice, and write over one another."""
    path = copy("twice.wav")
    with answers(1) as (environment, _):
        first = start("--model=pocketsphinx", "--requests=1", "--language=en", path, env=environment)
        wait_for_chunks(first, path, 1)
        _, errors = transcribe(path, code=1)
        assert "another run is transcribing it" in errors, errors
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=run.LIMIT)
    output, _ = transcribe(path)
    assert "done in" in output and not journal(path).exists(), output


@test
def folders_and_a_total():
    copy("folder/b.wav")
    copy("folder/a.wav")
    (WORK / "folder/notes.txt").write_text("No recording.")
    output, _ = quickly("--formats=srt", "--directory=made/for/it", WORK / "folder")
    made = WORK / "made/for/it"
    assert {file.name for file in made.iterdir()} == {"a.srt", "b.srt"}, output
    assert output.index("a.wav: done") < output.index("b.wav: done"), output
    assert re.search(r"2 files: 2 done, 0 failed; 0:5\d of sound in 0:\d\d", output), output


@test
def numbers_are_short():
    assert not re.search(r"\d0{6}\d|9{7}\d", (WORK / "one/lecture.json").read_text())


@test
def nothing_heard_is_told():
    launch("audiotestsrc wave=silence num-buffers=200 samplesperbuffer=1600 "
           "! audio/x-raw,rate=16000 ! wavenc ! filesink location=silence.wav")
    _, errors = quickly("silence.wav")
    assert "nothing was heard: no speech in 0:20 of sound" in errors, errors
    assert (WORK / "silence.srt").exists()
    assert (WORK / "silence.vtt").read_text().startswith("WEBVTT\n")
    quickly("--formats=ttml", "silence.wav")
    assert ElementTree.parse(WORK / "silence.ttml").find(f"{TTML}body") is None
    for formats in "srt,vtt,txt,json", "ttml":
        output, _ = quickly(f"--formats={formats}", "silence.wav")
        assert "written already, and nothing was heard in it" in output, output


class Arabic(Instant):
    """With a caption that is English."""

    answer = {"text": "السلام عليكم. Hello.", "segments": [
        {"text": "- السلام عليكم.", "start": 0.5, "end": 2}, {"text": "Hello.", "start": 5, "end": 6}]}


class TwoSpeakers(Instant):
    """With what XML cannot hold, or only escaped."""

    answer = {"text": "R&D <laughs>\x01 --> \"so\". Indeed.", "language": "english", "segments": [
        {"text": "R&D <laughs>\x01 --> \"so\".", "start": 0.5, "end": 3, "speaker": "A & \"B\""},
        {"text": "Indeed.", "start": 4, "end": 6, "speaker": "C"}]}


@test
def ttml_is_ebu_tt_d():
    """For an XML parser, and for GStreamer, which reads its own text and times out of it."""
    path = WORK / "two.wav"
    with wave.open(str(talk())) as whole, wave.open(str(path), "wb") as part:
        part.setparams(whole.getparams())
        part.writeframes(whole.readframes(8 * whole.getframerate()))
    quickly("--formats=srt,ttml", path, handler=TwoSpeakers)
    root = ElementTree.parse(path.with_suffix(".ttml")).getroot()
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert root.get("{http://www.w3.org/ns/ttml#parameter}timeBase") == "media"
    names = {"#" + agent.get(XML_ID): agent.find(f"{TTM}name").text for agent in root.iter(f"{TTM}agent")}
    assert sorted(names.values()) == ['A & "B"', "C"], names
    ids = {element.get(XML_ID) for element in root.iter()} - {None}
    captions = list(root.iter(f"{TTML}p"))
    assert [("".join(caption.itertext()), names["#" + caption.get(f"{TTM}agent")])
            for caption in captions] == [('R&D <laughs> --> "so".', 'A & "B"'), ("Indeed.", "C")]
    assert {caption.find(f"{TTML}span").get("style") for caption in captions} <= ids
    assert len({caption.get(XML_ID) for caption in captions}) == 2
    for division in root.iter(f"{TTML}div"):
        assert {division.get("region"), division.get("style")} <= ids
    # Times of SubRip, and of TTML read back.
    times = [tuple(time.replace(",", ".") for time in line.split(" --> "))
             for line in path.with_suffix(".srt").read_text().splitlines() if re.match(r"\d\d:.* --> ", line)]
    assert [(caption.get("begin"), caption.get("end")) for caption in captions] == times
    read = launch(f"filesrc location={path.with_suffix('.ttml')} ! ttmlparse ! fakesink silent=false",
                  options="-v")
    assert [begin + "000000" for begin, _ in times] == [
        "0" + time for time in re.findall(r"GstFakeSink.* pts: (\d:[\d:.]+), duration", read)], read
    launch(f"filesrc location={path.with_suffix('.ttml')} ! ttmlparse ! filesink location=read.txt")
    assert (WORK / "read.txt").read_text().split("\0") == [
        *("".join(caption.itertext()) for caption in captions), ""]


@test
def ttml_tells_what_goes_from_right_to_left():
    path = WORK / "arabic.wav"
    path.write_bytes((WORK / "two.wav").read_bytes())
    quickly("--formats=ttml", path, handler=Arabic)
    root = ElementTree.parse(path.with_suffix(".ttml")).getroot()
    styles = {style.get(XML_ID): style.get(f"{TTS}direction") for style in root.iter(f"{TTML}style")}
    assert [styles.get(caption.get("style")) for caption in root.iter(f"{TTML}p")] == ["rtl", None]
    read = launch(f"filesrc location={path.with_suffix('.ttml')} ! ttmlparse ! fdsink")
    assert "السلام عليكم." in read, read


@test
def a_track_is_chosen():
    launch(f"matroskamux name=m ! filesink location=tracks.mkv "
           "audiotestsrc wave=silence num-buffers=280 samplesperbuffer=1600 "
           "! audio/x-raw,rate=16000 ! taginject tags=language-code=de ! queue ! m.audio_0 "
           f"filesrc location={talk()} ! wavparse ! taginject tags=language-code=en ! queue ! m.audio_1")
    _, errors = quickly("--formats=srt", "tracks.mkv")
    assert "sound track 1 (German" in errors and "of 2; --track" in errors, errors
    for choice in ("--track=2", "--language=en", "--language=eng", "--language=en-US"):
        quickly("--force", "--formats=srt", choice, "tracks.mkv")
        assert "was said" in (WORK / "tracks.srt").read_text(), choice
    output, _ = quickly("--tracks", "tracks.mkv")
    assert output.count("sound track") == 2 and "English" in output, output


@test
def times_are_those_a_player_shows():
    """The first picture is at 0, whatever the container says; sound that begins later
    is later."""
    for name, mux in (("early.ts", "mpegtsmux"), ("early.mkv", "matroskamux")):
        launch(f"{mux} name=m ! filesink location={name} concat name=c "
               "audiotestsrc wave=silence timestamp-offset=36000000000000 num-buffers=20 "
               "samplesperbuffer=1600 ! audio/x-raw,rate=16000,channels=1,format=S16LE ! c. "
               f"filesrc location={talk()} ! wavparse ! c. "
               "c. ! audioconvert ! audioresample ! avenc_aac ! aacparse ! queue ! m. "
               "videotestsrc timestamp-offset=36000000000000 num-buffers=60 "
               "! video/x-raw,width=64,height=48,framerate=2/1 ! openh264enc ! h264parse "
               "! queue ! m.")
        quickly("--formats=json", name)
        chunks = json.loads((WORK / name).with_suffix(".json").read_text())["stretches"]
        assert 1.5 < chunks[0]["start"] < 3, (name, chunks[0])
        assert chunks[-1]["end"] < 31, (name, chunks[-1])


@test
def streams_one_after_the_other_are_one_recording():
    """Of two short Ogg files in a row, and of a long one and another."""
    for name in ("first", "second"):
        launch("audiotestsrc wave=ticks num-buffers=300 samplesperbuffer=480 "
               "! audio/x-raw,rate=48000,channels=1 ! opusenc ! oggmux "
               f"! filesink location={name}.ogg")
    launch(f"filesrc location={talk()} ! wavparse ! audioconvert ! audioresample ! opusenc "
           "! oggmux ! filesink location=long.ogg")
    for names, end in ((("first", "second"), 6), (("long", "first"), 30.5)):
        (WORK / "chain.ogg").write_bytes(
            b"".join((WORK / f"{name}.ogg").read_bytes() for name in names))
        errors = quickly("--force", "--formats=json", "--set=vad=none", "chain.ogg")[1]
        assert "--track" not in errors, errors
        chunks = json.loads((WORK / "chain.json").read_text())["stretches"]
        assert abs(chunks[-1]["end"] - end) < 0.3, (names, chunks[-1])
    launch("audiotestsrc num-buffers=300 samplesperbuffer=480 ! audio/x-raw,rate=48000,channels=1 "
           "! vorbisenc ! oggmux ! filesink location=other.ogg")
    with open(WORK / "mixed.ogg", "wb") as mixed:
        for name in ("first", "other"):
            mixed.write((WORK / f"{name}.ogg").read_bytes())
    assert "in another format" in quickly("mixed.ogg", code=1)[1]


@test
def tags_around_the_sound_change_nothing():
    """parsebin shows the pad before it has seen an event."""
    launch(f"filesrc location={talk()} ! wavparse ! audioconvert ! audioresample "
           "! lamemp3enc ! filesink location=bare.mp3")
    sound = (WORK / "bare.mp3").read_bytes()
    picture = b"APIC\0\0\x40\0\0\0" + bytes(8192)
    ape = struct.pack("<8sIIII8x", b"APETAGEX", 2000, 600, 0, 0xa0000000) + bytes(600)
    for name, data in (("old", sound + b"TAG" + bytes(125)), ("ape", ape + sound),
                       ("new", b"ID3\4\0\0\0\0\x40\x0a" + picture + sound)):
        (WORK / f"{name}.mp3").write_bytes(data)
    for _ in range(8):
        quickly("--force", "--formats=srt", "old.mp3", "ape.mp3", "new.mp3")
    for name in ("old", "ape", "new"):
        assert "was said" in (WORK / f"{name}.srt").read_text(), name


@test
def one_trouble_for_all():
    """Where no file can be done, the others are not tried, and that is said."""
    _, errors = transcribe("--set=base-url=http://127.0.0.1:9", "--set=max-retries=0",
                           copy("first.wav"), copy("second.wav"), code=1)
    assert "Could not connect" in errors, errors
    assert "second.wav: not tried" in errors, errors


@test
def another_file_begins_anew():
    path = copy("changed.wav")
    journal(path).write_text('{"format":"gst-openai-transcribe 1","size":1}\n{"text":"no"}\n')
    _, errors = transcribe(path, "--formats=txt")
    assert "goes on" not in errors and "no\n" not in path.with_suffix(".txt").read_text()
    journal(copy("mine.wav")).write_text("A file of the user's.")
    _, errors = transcribe("mine.wav", code=1)
    assert "in the way" in errors, errors
    assert journal(WORK / "mine.wav").read_text() == "A file of the user's."


@test
def plain_when_piped():
    path = copy("plain.wav")
    errors, shown = "", r"plain.wav: \d+ %  0:\d\d of 0:28"
    with answers(1) as (environment, server):
        process = start("--model=pocketsphinx", "--requests=1", FINELY, path, env=environment)
        while not re.search(shown, errors):
            line = process.stderr.readline()
            assert line, errors
            errors += line
        go_on(server)
        output = process.stdout.read()
        errors += process.stderr.read()
        assert process.wait(timeout=run.LIMIT) == 0, errors
    assert "\r" not in output + errors and "\033" not in output + errors


@test
def a_bar_in_a_terminal():
    path = copy("bar.wav")
    ours, theirs = pty.openpty()
    seen = b""
    with answers(1) as (environment, server):
        process = subprocess.Popen(
            [PROGRAM, "--model=pocketsphinx", "--requests=1", FINELY, str(path)], cwd=WORK,
            stdout=subprocess.DEVNULL, stderr=theirs, env={**environment, "LC_ALL": "C.UTF-8"})
        os.close(theirs)
        try:
            while chunk := os.read(ours, 4096):
                seen += chunk
                if "█" in seen.decode(errors="ignore"):
                    go_on(server)
        except OSError:  # the other side is closed
            pass
        assert process.wait(timeout=run.LIMIT) == 0, seen
    text = seen.decode()
    for part in ("\r\033[K", "█", "░", " %  0:", " of 0:28", "billed"):
        assert part in text, (part, text)
    assert text.endswith("\r\033[K"), text[-50:]


@test
def mistakes_are_told():
    (WORK / "text.txt").write_text("This is no recording at all.")
    (WORK / "nothing").mkdir()
    launch("videotestsrc num-buffers=3 ! jpegenc ! matroskamux ! filesink location=mute.mkv")
    for arguments, code, words in (
            ([], 2, "Which files?"), (["missing.wav"], 1, "there is no such file"),
            (["text.txt", "--formats=srt"], 1, "text.txt: it is no sound and no film"),
            (["--set=vad=foo", "x.wav"], 2, "vad=foo is not possible: it is one of auto, neural, energy, none"),
            (["--set=max-retries=-1", "x.wav"], 2, "max-retries=-1 is not possible"),
            (["--track=3", talk()], 1, "there is no sound track 3 in it: it has 1"),
            ([WORK / "nothing"], 2, "no sound and no film in this folder"),
            (["mute.mkv"], 1, "mute.mkv: there is no sound track in it"), (["--formats=doc", "x.wav"], 2, "no format doc"),
            (["--set=colour=red", "x.wav"], 2, "no setting colour"),
            (["a/x.wav", "a/x.mp4"], 2, "same names"),
            (["--price=-0.006", "x.wav"], 2, "--price: -0.006 is no price"),
            (["--price=inf", "x.wav"], 2, "is no price"),
            (["--token-price=-2,10", "x.wav"], 2, "--token-price: -2 is no price"),
            (["--token-price=2,nan", "x.wav"], 2, "is no price"),
            (["--token-price=much", "x.wav"], 2, "two numbers")):
        _, errors = transcribe(*arguments, code=code)
        assert words in errors and "CRITICAL" not in errors, (arguments, errors)
        assert not list(WORK.glob("*.part")) or "mine" in str(list(WORK.glob("*.part")))
    process = start("--set=max-retries=0", talk(), "--directory=one", "other.wav",
                    env={**os.environ, "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"})
    _, errors = process.communicate(timeout=run.LIMIT)
    assert process.returncode == 1 and errors.count("Is the server running") == 1, errors


if __name__ == "__main__":
    sys.exit(run.main())
