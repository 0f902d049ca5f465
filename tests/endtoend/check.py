#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""gst-openai-check-1.0 on the local server (OPENAI_BASE_URL) and on servers of other
forms, wrong ones among them: what it finds, its last sentence and its exit status.
Prints TAP."""

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOL = Path(os.environ["BUILD"]) / "tools/gst-openai-check-1.0"
KEY = "sk-never-to-be-seen"
PAGE = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Hello</body></html>"
SEGMENT = {"id": 0, "start": 0.5, "end": 2.0, "text": " The weather is fine today."}
WORD = {"word": "weather", "start": 0.7, "end": 1.0}


class Form(BaseHTTPRequestHandler):
    """What the servers have in common: each is a subclass."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def read_body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def answer(self, status, body, content_type="application/json", further=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in further:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, status, message):
        self.answer(status, {"error": {"message": message}})

    def do_GET(self):
        self.refuse(404, "Not Found")

    def do_POST(self):
        self.read_body()
        self.refuse(404, "Not Found")

    def transcribe(self, body):
        """In the format that is asked for."""
        format_ = re.search(rb'name="response_format"\r\n\r\n(\w+)', body)
        format_ = format_.group(1).decode() if format_ else "json"
        if format_ == "verbose_json":
            self.answer(200, {"text": SEGMENT["text"], "segments": [SEGMENT], **self.words()})
        elif format_ == "srt":
            self.answer(200, b"1\n00:00:00,500 --> 00:00:02,000\nThe weather.\n\n", "text/plain")
        elif format_ == "vtt":
            self.answer(200, b"WEBVTT\n\n00:00.500 --> 00:02.000\nThe weather.\n\n", "text/vtt")
        elif format_ == "text":
            self.answer(200, b"The weather is fine today.\n", "text/plain")
        else:
            self.answer(200, {"text": SEGMENT["text"]})

    def words(self):
        return {}


class WhisperCpp(Form):
    """Transcribes, has no list of models, refuses an upload without its length."""

    def do_POST(self):
        if self.path != "/v1/audio/transcriptions":
            super().do_POST()
        elif "Content-Length" not in self.headers:
            self.read_body()
            self.answer(400, {"error": "no 'file' field in the request"})
        else:
            self.transcribe(self.read_body())


class Speaches(Form):
    """Long names of models, a voice of its own, WAV by another rate."""

    def do_GET(self):
        if self.path != "/v1/models":
            super().do_GET()
            return
        self.answer(200, {"object": "list", "data": [
            {"id": "speaches-ai/Kokoro-82M-v1.0-ONNX"},
            {"id": "Systran/faster-whisper-small", "shutdown_date": "2027-01-06"}]})

    def words(self):
        return {"words": [WORD]}

    def do_POST(self):
        body = self.read_body()
        if self.path == "/v1/audio/transcriptions" and b"faster-whisper-small" in body:
            self.transcribe(body)
            return
        asked = json.loads(body) if self.path == "/v1/audio/speech" else {}
        if asked.get("model") != "speaches-ai/Kokoro-82M-v1.0-ONNX" or asked["voice"] != "af_heart":
            self.refuse(404, "no such model or voice")
        elif asked["response_format"] == "wav":
            size = (1000).to_bytes(4, "little")
            self.answer(200, b"RIFF\xe8\x03\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0" +
                        (22050).to_bytes(4, "little") + (44100).to_bytes(4, "little") +
                        b"\x02\0\x10\0data" + size + bytes(1000), "audio/wav")
        elif asked["response_format"] == "pcm":
            self.answer(200, bytes(1000), "audio/pcm")
        else:
            self.refuse(422, "response_format")


class Locked(Form):
    """Another key is wanted."""

    def do_GET(self):
        self.refuse(401, f"Incorrect API key provided: {KEY}")

    def do_POST(self):
        self.read_body()
        self.do_GET()


class Website(Form):
    """A page at every address."""

    def do_GET(self):
        self.answer(200, PAGE, "text/html")

    def do_POST(self):
        self.read_body()
        self.answer(405, PAGE, "text/html")


class Refusing(Form):
    """Refuses everything, all the same way."""

    status, error, further = 500, {"message": "no memory"}, [("x-should-retry", "false")]

    def do_GET(self):
        self.answer(self.status, {"error": self.error}, further=self.further)

    def do_POST(self):
        self.read_body()
        self.do_GET()


@contextlib.contextmanager
def serving(form):
    server = ThreadingHTTPServer(("127.0.0.1", 0), form)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def check(*arguments, key=None):
    """The exit status, what is printed, and the last sentence."""
    env = dict(os.environ)
    env.pop("OPENAI_API_KEY", None)
    if key:
        env["OPENAI_API_KEY"] = key
    done = subprocess.run([TOOL, *arguments], env=env, capture_output=True, text=True,
                          timeout=200, stdin=subprocess.DEVNULL, check=False)
    text = done.stdout + done.stderr
    assert KEY not in text, text
    return done.returncode, text, done.stdout.strip().rsplit("\n", 1)[-1]


def expect(result, status, sentence, *lines):
    code, text, last = result
    assert code == status, text
    assert re.search(sentence, last), last
    for line in lines:
        assert re.search(line, text), f"{line} in\n{text}"


def normal(text):
    """Without addresses and times, which differ."""
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8080", re.sub(r"\d+ ms", "… ms", text))


def test_local_server():
    result = check(os.environ["OPENAI_BASE_URL"])
    expect(result, 0, "All is there", r"speech +yes", r"formats +pcm, wav \(24000 Hz\), mp3",
           r"Realtime sessions +yes", r"uploads that grow +yes", r"of words and segments")


def test_docs_show_it():
    """docs/servers.md has the table as it is printed here."""
    page = (ROOT / "docs/servers.md").read_text()
    _, text, _ = check(os.environ["OPENAI_BASE_URL"])
    table = normal(text.split("\n\n")[0])
    assert table in page, table


def test_its_lines_run():
    """What is to be copied works as it stands, but for devices."""
    _, text, _ = check(os.environ["OPENAI_BASE_URL"])
    lines = re.findall(r"^  gst-launch-1\.0 (.*openaitts.*)$", text, re.MULTILINE)
    assert len(lines) == 1, text
    subprocess.run(["sh", "-c", "gst-launch-1.0 -q " + lines[0].replace("autoaudiosink", "fakesink")],
                   check=True, timeout=100)


def test_whisper_cpp():
    with serving(WhisperCpp) as address:
        expect(check(address + "/v1"), 0, "Captions work with this server; it has no speech",
               r"models +no: ", r"formats +json, verbose_json, text, srt, vtt",
               r"uploads that grow +no", r"of segments; words share", r"Realtime sessions +no")


def test_speaches():
    with serving(Speaches) as address:
        expect(check(address + "/v1", "--voice", "af_heart"), 0, "All is there",
               r"faster-whisper-small \(ends on 2027-01-06\)", r"yes, model Systran/faster-whisper",
               r"formats +pcm, wav \(22050 Hz\)\n", r"uploads that grow +yes",
               r"voice=af_heart ! audioconvert")


def test_no_speech():
    with serving(Speaches) as address:
        expect(check(address + "/v1"), 0, "see --speech-model and --voice", r"speech +no: no such")


def test_wrong_key():
    with serving(Locked) as address:
        expect(check(address + "/v1", key=KEY), 1,
               r"refuses the key: put one it accepts into OPENAI_API_KEY", r"key +is refused")


def test_wrong_path():
    with serving(Speaches) as address:
        for wrong in ("", "/", "/v1/audio/transcriptions", "/v1/models"):
            expect(check(address + wrong), 1, rf"another address: use {address}/v1\.")
    with serving(Form) as address:
        expect(check(address + "/v1"), 1, "Nothing of the API is at this address")


def test_web_page():
    with serving(Website) as address:
        expect(check(address + "/v1"), 1, "This is a web page or another service, not the API")


def test_refusals():
    """What is the same for all calls is told as it is, not as a wrong address."""
    for told, refusal in (
            ("is there and fails: look into its log", {}),
            ("takes no more requests for now", {"status": 429}),
            ("has no money or quota left",
             {"status": 429, "error": {"message": "No money", "code": "insufficient_quota"}}),
            ("sends you to another address", {"status": 302, "further": [("Location", "https://127.0.0.1:1/v1")]})):
        with serving(type("Refusal", (Refusing,), refusal)) as address:
            expect(check(address + "/v1"), 1, told)


def test_nothing_there():
    with serving(Form) as address:
        pass
    expect(check(address + "/v1"), 1, "Nothing answers at 127.0.0.1:.*: start the server",
           r"reachable +no: Could not connect")


def test_tls_where_there_is_none():
    with serving(Speaches) as address:
        expect(check(address.replace("http:", "https:") + "/v1"), 1, "speaks no TLS: write http://")


def test_no_address():
    expect(check("127.0.0.1:8080/v1"), 2, "")
    assert "http:// or https:// is missing" in check("127.0.0.1:8080/v1")[1]


def test_money():
    """A service with a key is not asked without leave."""
    code, text, _ = check("https://api.example.invalid/v1", key=KEY)
    assert code == 2, text
    assert "about a cent" in text and "--yes" in text, text


def main():
    tests = [(name, func) for name, func in globals().items() if name.startswith("test_")]
    print(f"1..{len(tests)}")
    failed = False
    for number, (name, func) in enumerate(tests, 1):
        try:
            func()
            print(f"ok {number} - {name}")
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            failed = True
            print(f"not ok {number} - {name}")
            print("\n".join(f"# {line}" for line in str(error).split("\n")))
        sys.stdout.flush()
    sys.exit(failed)


main()
