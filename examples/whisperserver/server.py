#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Whisper behind the OpenAI audio API: transcriptions and translations by
faster-whisper, on the processor. Nothing that the model says is left out."""

import argparse
import contextlib
import http.server
import io
import json
import math
import os
import re
import socket
import sys
import threading
import unicodedata
from email.message import Message
from pathlib import Path

FORMATS = ("json", "text", "srt", "verbose_json", "vtt")
RATE = 16000
SHORTEST = 0.1  # s
# Of a temperature of 0: the next is tried where an answer looks bad.
TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
LANGUAGES = dict(pair.split("=") for pair in """
af=afrikaans am=amharic ar=arabic as=assamese az=azerbaijani ba=bashkir
be=belarusian bg=bulgarian bn=bengali bo=tibetan br=breton bs=bosnian
ca=catalan cs=czech cy=welsh da=danish de=german el=greek en=english es=spanish
et=estonian eu=basque fa=persian fi=finnish fo=faroese fr=french gl=galician
gu=gujarati ha=hausa haw=hawaiian he=hebrew hi=hindi hr=croatian ht=haitian
hu=hungarian hy=armenian id=indonesian is=icelandic it=italian ja=japanese
jw=javanese ka=georgian kk=kazakh km=khmer kn=kannada ko=korean la=latin
lb=luxembourgish ln=lingala lo=lao lt=lithuanian lv=latvian mg=malagasy
mi=maori mk=macedonian ml=malayalam mn=mongolian mr=marathi ms=malay mt=maltese
my=myanmar ne=nepali nl=dutch nn=nynorsk no=norwegian oc=occitan pa=punjabi
pl=polish ps=pashto pt=portuguese ro=romanian ru=russian sa=sanskrit sd=sindhi
si=sinhala sk=slovak sl=slovenian sn=shona so=somali sq=albanian sr=serbian
su=sundanese sv=swedish sw=swahili ta=tamil te=telugu tg=tajik th=thai
tk=turkmen tl=tagalog tr=turkish tt=tatar uk=ukrainian ur=urdu uz=uzbek
vi=vietnamese yi=yiddish yo=yoruba yue=cantonese zh=chinese
""".split())


class Refusal(Exception):
    """An error as the API tells it."""

    def __init__(self, message, param=None, code=None, status=400,
                 kind="invalid_request_error"):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"message": message, "type": kind, "param": param,
                               "code": code}}


class Turns:
    """Lets as many in as there are workers, in the order of their coming."""

    def __init__(self, workers):
        self.free = workers
        self.waiting = []
        self.lock = threading.Lock()

    @contextlib.contextmanager
    def turn(self):
        with self.lock:
            ready = threading.Event()
            if self.free > 0:
                self.free -= 1
                ready.set()
            else:
                self.waiting.append(ready)
        ready.wait()
        try:
            yield
        finally:
            with self.lock:
                if self.waiting:
                    self.waiting.pop(0).set()
                else:
                    self.free += 1


# --- The weights ------------------------------------------------------------

def find_weights(name, cache):
    """What faster-whisper is to load: a folder, or a name that it fetches."""
    folder = cache / "whisper-base"
    if name == "base" and (folder / "model.bin").exists():
        return str(folder)
    if os.sep in name and not Path(name, "model.bin").exists():
        sys.exit(f"whisper-server: {name} has no model.bin: it is no folder of a "
                 "CTranslate2 model.")
    return name


def load_model(args):
    """Loads the model, or says what is missing and ends."""
    try:
        from faster_whisper import WhisperModel
    except ImportError as error:
        sys.exit(f"whisper-server: {error}. Start examples/whisper-server, which makes "
                 "the environment that this needs.")
    weights = find_weights(args.model, args.cache)
    try:
        return WhisperModel(weights, device="cpu", compute_type=args.compute_type,
                            cpu_threads=args.threads, num_workers=args.workers)
    except Exception as error:  # the libraries below have many
        sys.exit(f"whisper-server: {args.model} could not be loaded: {error}")


# --- Requests ---------------------------------------------------------------

class Form:
    """The fields and the file of a multipart body."""

    def __init__(self, content_type, body):
        header = Message()
        header["content-type"] = content_type
        boundary = header.get_param("boundary")
        if header.get_content_type() != "multipart/form-data" or not boundary:
            raise Refusal("The request body must be multipart/form-data.")
        self.fields, self.file = {}, None
        mark = b"--" + boundary.encode()
        if not (b"\r\n" + body.rstrip(b"\r\n ")).endswith(b"\r\n" + mark + b"--"):
            raise Refusal("The multipart body ends before its last boundary.")
        for part in (b"\r\n" + body).split(b"\r\n" + mark)[1:-1]:
            self.add(part)

    def add(self, part):
        head, _, data = part.partition(b"\r\n\r\n")
        header = Message()
        for line in head.decode("utf-8", "replace").strip().split("\r\n"):
            name, _, value = line.partition(":")
            header[name.strip()] = value.strip()
        name = header.get_param("name", header="content-disposition")
        if name == "file":
            self.file = data
        elif name:
            self.fields.setdefault(name, []).append(data.decode("utf-8", "replace"))

    def get(self, name, default=None):
        return self.fields.get(name, [default])[-1]


class Job:
    """A request's parameters, checked."""

    def __init__(self, form, task, args):
        if form.file is None:
            raise Refusal("You must provide a file.", "file")
        if not form.get("model"):
            raise Refusal("you must provide a model parameter", "model")
        self.task = task
        self.format = form.get("response_format") or "json"
        if self.format not in FORMATS:
            raise Refusal(f"response_format '{self.format}' is not one of "
                          f"{', '.join(FORMATS)}.", "response_format", "unsupported_value")
        self.kinds = (form.fields.get("timestamp_granularities[]")
                      or form.fields.get("timestamp_granularities") or ["segment"])
        if set(self.kinds) - {"word", "segment"}:
            raise Refusal("timestamp_granularities must be 'word' or 'segment'.",
                          "timestamp_granularities[]", "invalid_value")
        self.stream = form.get("stream", "").lower() in ("true", "1")
        self.options = {
            "task": task, "beam_size": args.beam_size,
            "language": self.read_language(form),
            "initial_prompt": form.get("prompt") or None,
            "temperature": self.read_temperature(form),
            "word_timestamps": self.format == "verbose_json" and "word" in self.kinds,
        }

    @staticmethod
    def read_language(form):
        language = (form.get("language") or "").strip().lower()
        if language in ("", "auto"):
            return None
        if language not in LANGUAGES:
            raise Refusal(f"Invalid language '{language}'. Language parameter must be "
                          "specified in ISO-639-1 format.", "language",
                          "invalid_language_format")
        return language

    @staticmethod
    def read_temperature(form):
        value = form.get("temperature") or "0"
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not 0 <= number <= 1:
            raise Refusal(f"temperature must be a number from 0 to 1, not '{value}'.",
                          "temperature", "invalid_value")
        return number or TEMPERATURES


def decode(data):
    """The samples of a file, 16 kHz mono, whatever its format."""
    from faster_whisper.audio import decode_audio
    try:
        samples = decode_audio(io.BytesIO(data), sampling_rate=RATE)
    except Exception:  # PyAV has many; an empty file is an IndexError
        raise Refusal("Invalid file format. Supported formats: ['flac', 'm4a', 'mp3', "
                      "'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm']",
                      "file") from None
    if len(samples) < SHORTEST * RATE:
        raise Refusal("Audio file is too short. Minimum audio length is "
                      f"{SHORTEST} seconds.", "file", "audio_too_short")
    return samples


# --- Answers ----------------------------------------------------------------

def tell_segment(segment):
    return {"id": segment.id - 1, "seek": segment.seek,
            "start": round(segment.start, 2), "end": round(segment.end, 2),
            "text": segment.text, "tokens": segment.tokens,
            "temperature": segment.temperature, "avg_logprob": segment.avg_logprob,
            "compression_ratio": segment.compression_ratio,
            "no_speech_prob": segment.no_speech_prob}


def strip_punctuation(word):
    def counts(letter):
        return unicodedata.category(letter)[0] not in "PZC"
    first = next((i for i, letter in enumerate(word) if counts(letter)), None)
    if first is None:
        return ""
    last = max(i for i, letter in enumerate(word) if counts(letter))
    return word[first:last + 1]


def tell_words(segments):
    for segment in segments:
        for word in segment.words or ():
            text = strip_punctuation(word.word)
            if text:
                yield {"word": text, "start": round(float(word.start), 2),
                       "end": round(float(word.end), 2)}


def clock(seconds, point):
    ms = round(seconds * 1000)
    return (f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}"
            f"{point}{ms % 1000:03}")


def as_srt(segments):
    return "".join(f"{i}\n{clock(s.start, ',')} --> {clock(s.end, ',')}\n"
                   f"{s.text.strip()}\n\n" for i, s in enumerate(segments, 1)) + "\n"


def as_vtt(segments):
    return "WEBVTT\n\n" + "".join(
        f"{clock(s.start, '.')} --> {clock(s.end, '.')}\n{s.text.strip()}\n\n"
        for s in segments)


def tell_usage(info):
    return {"type": "duration", "seconds": math.ceil(info.duration)}


def as_verbose(job, segments, info):
    language = "en" if job.task == "translate" else info.language
    answer = {"task": job.task, "language": LANGUAGES.get(language, language),
              "duration": round(info.duration, 3), "text": join_text(segments)}
    if "word" in job.kinds:
        answer["words"] = list(tell_words(segments))
    if "segment" in job.kinds:
        answer["segments"] = [tell_segment(segment) for segment in segments]
    answer["usage"] = tell_usage(info)
    return answer


def join_text(segments):
    return "".join(segment.text for segment in segments).strip()


def write_answer(job, segments, info):
    """Returns the type and the text of an answer."""
    if job.format == "text":
        return "text/plain; charset=utf-8", join_text(segments) + "\n"
    if job.format == "srt":
        return "text/plain; charset=utf-8", as_srt(segments)
    if job.format == "vtt":
        return "text/plain; charset=utf-8", as_vtt(segments)
    if job.format == "verbose_json":
        answer = as_verbose(job, segments, info)
    else:
        answer = {"text": join_text(segments), "usage": tell_usage(info)}
    return "application/json", json.dumps(answer, ensure_ascii=False)


# --- The server -------------------------------------------------------------

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "whisper-server"
    disable_nagle_algorithm = True

    def log_message(self, format, *args):
        if self.server.args.verbose:
            super().log_message(format, *args)

    def do_GET(self):
        self.answer(self.get)

    def do_POST(self):
        self.answer(self.post)

    def answer(self, method):
        try:
            method(self.path.split("?")[0].rstrip("/"))
        except Refusal as refusal:
            self.send(refusal.status, "application/json", json.dumps(refusal.body))
            if refusal.status == 413:
                self.drain()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        except Exception as error:  # one bad request ends no server
            print(f"whisper-server: {error!r}", file=sys.stderr, flush=True)
            refusal = Refusal(f"The server had an error: {error}", status=500,
                              kind="server_error")
            self.send(500, "application/json", json.dumps(refusal.body))

    def drain(self):
        """Takes in what is still sent: a connection that is closed before loses
        the answer."""
        self.wfile.flush()
        self.connection.settimeout(2)
        with contextlib.suppress(OSError):
            while self.connection.recv(1 << 16):
                pass

    def send(self, status, kind, text):
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if status >= 400:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def get(self, path):
        if path in ("", "/health"):
            args = self.server.args
            self.send(200, "application/json", json.dumps({
                "status": "ok", "model": self.server.name, "beam_size": args.beam_size,
                "compute_type": args.compute_type}))
        elif path == "/v1/models":
            self.send(200, "application/json",
                      json.dumps({"object": "list", "data": [self.tell_model()]}))
        elif path == "/v1/models/" + self.server.name:
            self.send(200, "application/json", json.dumps(self.tell_model()))
        else:
            raise Refusal(f"Invalid URL (GET {path})", status=404)

    def tell_model(self):
        return {"id": self.server.name, "object": "model", "created": 0,
                "owned_by": "whisper-server"}

    def post(self, path):
        task = {"/v1/audio/transcriptions": "transcribe",
                "/v1/audio/translations": "translate"}.get(path)
        body = self.read_body()
        if not task:
            raise Refusal(f"Invalid URL (POST {path})", status=404)
        form = Form(self.headers.get("Content-Type", ""), body)
        job = Job(form, task, self.server.args)
        samples = decode(form.file)
        with self.server.turns.turn():
            if self.peer_is_gone():
                self.close_connection = True
                return
            segments, info = self.server.model.transcribe(samples, **job.options)
            if job.stream:
                self.send_stream(segments, info)
            else:
                self.send(200, *write_answer(job, list(segments), info))

    def peer_is_gone(self):
        """Whether the caller hung up while its request waited for its turn."""
        self.connection.setblocking(False)
        try:
            return self.connection.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True
        finally:
            self.connection.setblocking(True)

    def read_body(self):
        limit = self.server.args.max_megabytes * 1000000
        body = bytearray()
        for piece in self.read_pieces():
            body += piece
            if len(body) > limit:
                raise Refusal(f"Maximum content size limit ({limit}) exceeded "
                              f"({len(body)} bytes read)", status=413)
        return bytes(body)

    def read_pieces(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            left = int(self.headers.get("Content-Length") or 0)
            while left > 0:
                piece = self.rfile.read(min(left, 1 << 20))
                left -= len(piece)
                if not piece:
                    raise ConnectionResetError
                yield piece
            return
        while True:
            line = self.rfile.readline(1000).split(b";")[0].strip()
            if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", line):
                raise ConnectionResetError
            size = int(line, 16)
            piece = self.rfile.read(size)
            if len(piece) < size:
                raise ConnectionResetError
            while self.rfile.readline(1000) not in (b"\r\n", b"\n", b""):
                pass  # trailers, after the last
            if not size:
                return
            yield piece

    def send_stream(self, segments, info):
        """Each segment as it is found, in server-sent events."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        text = ""
        try:
            for segment in segments:
                delta = segment.text if text else segment.text.lstrip()
                text += delta
                self.send_event({"type": "transcript.text.delta", "delta": delta})
        except RuntimeError as error:  # of the engine; the answer has begun
            self.send_event({"error": {"message": str(error), "type": "server_error",
                                       "param": None, "code": None}})
            return
        self.send_event({"type": "transcript.text.done", "text": text,
                         "usage": tell_usage(info)})
        self.wfile.write(b"data: [DONE]\r\n\r\n")

    def send_event(self, event):
        data = json.dumps(event, ensure_ascii=False)
        self.wfile.write(f"data: {data}\r\n\r\n".encode())
        self.wfile.flush()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def parse_arguments():
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser = argparse.ArgumentParser(prog="whisper-server", description=__doc__)
    add = parser.add_argument
    add("--model", default="base",
        help="base (comes with setup), a folder of a CTranslate2 model, or a name that "
             "faster-whisper fetches from the Internet, such as small (default: base)")
    add("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    add("--port", type=int, default=8080, help="0: any free one (default: 8080)")
    add("--threads", type=int, default=0,
        help="processor threads of one request (default: 0, as many as there are, 4 at most)")
    add("--workers", type=int, default=1, help="requests at a time (default: 1)")
    add("--beam-size", type=int, default=1,
        help="texts that are followed at a time: 5 hears a little better and takes "
             "twice as long (default: 1)")
    add("--compute-type", default="int8", help="of CTranslate2 (default: int8)")
    add("--max-megabytes", type=int, default=200, help="of a request (default: 200)")
    add("--cache", type=Path, default=cache / "gst-plugins-openai",
        help="where setup keeps its things (default: %(default)s)")
    add("--verbose", action="store_true", help="tell each request")
    args = parser.parse_args()
    for name in ("workers", "beam_size", "max_megabytes"):
        if getattr(args, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be 1 or more")
    if args.threads < 0:
        parser.error("--threads must be 0 or more")
    return args


def main():
    args = parse_arguments()
    args.threads = args.threads or min(4, os.cpu_count() or 1)
    model = load_model(args)
    try:
        server = Server((args.host, args.port), Handler)
    except OSError as error:
        sys.exit(f"whisper-server: cannot listen on {args.host}:{args.port}: {error.strerror}")
    server.args, server.model, server.turns = args, model, Turns(args.workers)
    server.name = Path(args.model).name or args.model
    server.name = f"whisper-{server.name}" if args.model == "base" else server.name
    print(f"listening on http://{args.host}:{server.server_port}/v1", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
