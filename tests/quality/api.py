# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""What examples/whisper-server answers, asked as the API is asked."""

import contextlib
import http.client
import json
import re
import threading
import urllib.error
import uuid
from types import SimpleNamespace

from proxy import open_url, whisper


def encode(fields, data):
    """A form: its type and body."""
    boundary = uuid.uuid4().hex
    body = b"".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
                    f"{value}\r\n".encode() for name, value in fields)
    if data is not None:
        body += (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
                 'filename="audio.wav"\r\nContent-Type: audio/wav\r\n\r\n').encode()
        body += data + b"\r\n"
    return f"multipart/form-data; boundary={boundary}", body + f"--{boundary}--\r\n".encode()


def ask(url, data, *fields, call="transcriptions"):
    """Returns the status, the type and the text."""
    kind, body = encode((("model", "whisper-1"), *fields), data)
    try:
        with open_url(f"{url}/audio/{call}", body, {"Content-Type": kind}) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read().decode()


def is_refused(answer, param, code=None):
    """An error in the shape that the API gives it."""
    error = json.loads(answer[2])["error"]
    return (answer[0] == 400 and error["type"] == "invalid_request_error"
            and error["message"] and error["param"] == param and error["code"] == code)


def grow(url, data):
    """An upload that grows, in pieces that end anywhere."""
    kind, body = encode((("model", "whisper-1"), ("response_format", "text")), data)
    host = url.split("/")[2]
    connection = http.client.HTTPConnection(host, timeout=600)
    connection.request("POST", "/v1/audio/transcriptions",
                       iter([body[at:at + 7777] for at in range(0, len(body), 7777)]),
                       {"Content-Type": kind}, encode_chunked=True)
    return connection.getresponse().read().decode()


def read_events(text):
    return [line[len("data: "):] for line in text.split("\r\n") if line]


class ScriptedModel:
    """Hears the same in every sound, at once: for the form of answers."""

    words = ("How", " are", " you,", " Ann?")

    def transcribe(self, samples, task, language, word_timestamps, **options):
        words = [SimpleNamespace(word=word, start=0.5 * i, end=0.5 * i + 0.4)
                 for i, word in enumerate(self.words)]
        half = len(words) // 2
        segments = [SimpleNamespace(
            id=i + 1, seek=0, start=part[0].start, end=part[-1].end, tokens=[1],
            text="".join(word.word for word in part), temperature=0.0, avg_logprob=-0.2,
            compression_ratio=1.2, no_speech_prob=0.01,
            words=part if word_timestamps else None)
            for i, part in enumerate((words[:half], words[half:]))]
        return iter(segments), SimpleNamespace(language=language or "en",
                                               duration=len(samples) / whisper.RATE)


@contextlib.contextmanager
def scripted_server():
    """The base URL of the server without its engine."""
    with whisper.Server(("127.0.0.1", 0), whisper.Handler) as server:
        server.args = SimpleNamespace(max_megabytes=200, beam_size=1, verbose=False)
        server.model, server.turns = ScriptedModel(), whisper.Turns(1)
        server.name = "whisper-script"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def engine_checks(url, data):
    """Of the server with its engine. @data: a WAV file of one sentence."""
    verbose = json.loads(ask(url, data, ("response_format", "verbose_json"),
                             ("timestamp_granularities[]", "word"),
                             ("timestamp_granularities[]", "segment"))[2])
    words = [word["word"] for word in verbose["words"]]
    yield "verbose_json has the language, words without marks, and segments with their odds", (
        verbose["language"] == "english" and verbose["task"] == "transcribe"
        and re.sub(r"[^\w']", "", "".join(words)) == re.sub(r"[^\w']", "", verbose["text"])
        and not re.search(r"[.,;!?]", "".join(words))
        and all({"avg_logprob", "no_speech_prob", "compression_ratio"} <= set(segment)
                for segment in verbose["segments"]))
    yield "words are one after the other, inside the sound", all(
        a["start"] <= a["end"] <= b["start"] + 0.01 and b["end"] <= verbose["duration"] + 0.5
        for a, b in zip(verbose["words"], verbose["words"][1:]))
    yield "an upload that grows is answered as one that is whole", (
        grow(url, data) == verbose["text"] + "\n")


def checks(url, data):
    """Yields a name and whether it is so. @data: a WAV file of one sentence."""
    plain = json.loads(ask(url, data, ("response_format", "verbose_json"))[2])
    yield "verbose_json has no words that were not asked for", (
        "words" not in plain and plain["segments"])
    text = ask(url, data, ("response_format", "text"))
    yield "text is the text", (text[1].startswith("text/plain")
                               and text[2] == plain["text"] + "\n")
    answer = json.loads(ask(url, data)[2])
    yield "json has the text, and the seconds that were used", (
        answer["text"] == plain["text"] and answer["usage"]["type"] == "duration")
    yield "srt and vtt are subtitles", (
        re.match(r"1\n00:00:\d\d,\d{3} --> 00:00:\d\d,\d{3}\n\w",
                 ask(url, data, ("response_format", "srt"))[2])
        and re.match(r"WEBVTT\n\n00:00:\d\d\.\d{3} --> 00:00:\d\d\.\d{3}\n\w",
                     ask(url, data, ("response_format", "vtt"))[2]))
    events = read_events(ask(url, data, ("stream", "true"))[2])
    deltas = [json.loads(event) for event in events[:-1]]
    yield "a stream ends with the whole of its deltas", (
        events[-1] == "[DONE]" and deltas[-1]["type"] == "transcript.text.done"
        and "".join(event["delta"] for event in deltas[:-1]) == deltas[-1]["text"])
    yield "a translation of English is English", json.loads(
        ask(url, data, ("response_format", "verbose_json"), call="translations")[2]
    )["task"] == "translate"
    yield "what is wrong is refused, and said as the API says it", (
        is_refused(ask(url, None), "file")
        and is_refused(ask(url, b"no sound"), "file")
        and is_refused(ask(url, data[:44 + 1000]), "file", "audio_too_short")
        and is_refused(ask(url, data, ("language", "zz")), "language",
                       "invalid_language_format")
        and is_refused(ask(url, data, ("response_format", "xml")), "response_format",
                       "unsupported_value")
        and is_refused(ask(url, data, ("temperature", "2")), "temperature", "invalid_value"))
    with open_url(f"{url}/models") as models:
        yield "the model is listed", json.load(models)["data"][0]["object"] == "model"
