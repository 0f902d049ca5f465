#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Realtime sessions of the local server (OPENAI_BASE_URL). Prints TAP."""

import base64
import json
import os
import sys
import urllib.request
import wave
from pathlib import Path

import run
from run import error_rate, launch, main, talk, test, WORK
from websocket import Closed, Refused, WebSocket

run.TESTS.clear()

URL = os.environ["OPENAI_BASE_URL"]
PATH = "/v1/realtime?intent=transcription"
PREFIX = "conversation.item.input_audio_transcription."
RATE = 24000


def connect(path=PATH, **headers):
    return WebSocket(URL, path, **headers)


def update(**settings):
    return {"type": "transcription", "audio": {"input": {
        "transcription": {"model": "pocketsphinx"}, **settings}}}


def configure(session, **settings):
    """The session as it is told."""
    session.send("session.update", session=update(**settings))
    return session.receive_until("session.updated")[-1]["session"]


def begin(**settings):
    session = connect()
    assert session.receive()["type"] == "session.created"
    configure(session, **settings)
    return session


def speech(rate=RATE):
    path = WORK / f"realtime-{rate}.wav"
    if not path.exists():
        launch(f"filesrc location={talk()} ! wavparse ! audioconvert ! audioresample "
               f"! audio/x-raw,rate={rate},channels=1,format=S16LE ! wavenc "
               f"! filesink location={path}")
    with wave.open(str(path)) as file:
        return file.readframes(file.getnframes())


def append(session, audio, piece=4800):
    for i in range(0, len(audio), piece):
        session.send("input_audio_buffer.append",
                     audio=base64.b64encode(audio[i:i + piece]).decode())


def expect_error(session, code, **fields):
    error = session.receive_until("error")[-1]["error"]
    assert error["code"] == code, error
    for name, value in fields.items():
        assert error[name] == value, error
    return error


@test
def a_session_begins_and_is_configured():
    session = connect()
    created = session.receive()
    assert created["type"] == "session.created" and created["event_id"], created
    assert created["session"]["object"] == "realtime.transcription_session", created
    assert created["session"]["audio"]["input"]["turn_detection"]["type"] == "server_vad"
    told = configure(session, turn_detection=None, noise_reduction={"type": "far_field"})
    found = told["audio"]["input"]
    assert found["turn_detection"] is None and found["format"]["rate"] == RATE, told
    assert found["noise_reduction"] == {"type": "far_field"}, told
    assert told["id"] == created["session"]["id"] and told["expires_at"] > 0


@test
def words_come_while_they_are_spoken():
    """Deltas before the commit, which completed may correct, and the order of items."""
    session = begin(turn_detection=None)
    audio = speech()
    append(session, audio[:10 * 2 * RATE])
    deltas = [session.receive_until(PREFIX + "delta")[-1] for _ in range(3)]
    session.send("input_audio_buffer.commit")
    events = session.receive_until(PREFIX + "completed")
    kinds = [event["type"] for event in events if not event["type"].startswith(PREFIX)]
    assert kinds == ["input_audio_buffer.committed", "conversation.item.added",
                     "conversation.item.done"], kinds
    deltas += [event for event in events if event["type"] == PREFIX + "delta"]
    text = "".join(delta["delta"] for delta in deltas)
    final = events[-1]
    assert {event["item_id"] for event in [*deltas, final]} == {final["item_id"]}
    assert error_rate(text, final["transcript"]) < 60, (text, final["transcript"])
    assert abs(final["usage"]["seconds"] - 10) < 0.1, final["usage"]
    append(session, audio[10 * 2 * RATE:])
    session.send("input_audio_buffer.commit")
    committed = session.receive_until("input_audio_buffer.committed")[-1]
    assert committed["previous_item_id"] == final["item_id"], committed
    rest = session.receive_until(PREFIX + "completed")[-1]["transcript"]
    assert error_rate(final["transcript"] + " " + rest) < 45, (final, rest)


@test
def the_server_detects_turns():
    session = begin()
    append(session, speech() + bytes(2 * 2 * RATE))
    started, texts, stopped = [], [], []
    while len(texts) < 4:
        event = session.receive_until("input_audio_buffer.speech_started",
                                      "input_audio_buffer.speech_stopped",
                                      PREFIX + "completed")[-1]
        if "audio_start_ms" in event:
            started.append((event["item_id"], event["audio_start_ms"]))
        elif "audio_end_ms" in event:
            stopped.append((event["item_id"], event["audio_end_ms"]))
        else:
            texts.append(event)
    ids = [event["item_id"] for event in texts]
    assert [item for item, _ in started][:4] == ids == [item for item, _ in stopped][:4]
    assert all(start < end for (_, start), (_, end) in zip(started, stopped))
    assert [start for _, start in started] == sorted(start for _, start in started)


@test
def telephone_audio_is_heard():
    for kind, caps in (("audio/pcmu", "x-mulaw"), ("audio/pcma", "x-alaw")):
        path = WORK / f"{caps}.raw"
        launch(f"filesrc location={talk()} ! wavparse ! audioconvert ! audioresample ! "
               f"audio/x-raw,rate=8000,channels=1 ! {caps[2:]}enc ! filesink location={path}")
        session = begin(turn_detection=None, format={"type": kind})
        append(session, path.read_bytes())
        session.send("input_audio_buffer.commit")
        text = session.receive_until(PREFIX + "completed")[-1]["transcript"]
        assert error_rate(text) < 75, (kind, text)


@test
def a_buffer_can_be_cleared():
    session = begin(turn_detection=None)
    append(session, speech()[:2 * RATE])
    session.send("input_audio_buffer.clear")
    session.receive_until("input_audio_buffer.cleared")
    session.send("input_audio_buffer.commit", event_id="mine")
    error = expect_error(session, "input_audio_buffer_commit_empty", event_id="mine")
    assert "0.00ms" in error["message"], error


@test
def what_is_wrong_is_told_and_the_session_goes_on():
    session = begin(turn_detection=None)
    session.send_text("{")
    expect_error(session, "invalid_event")
    session.send("input_audio_buffer.appendix", event_id="a")
    expect_error(session, "invalid_value", param="type", event_id="a")
    session.send("input_audio_buffer.append", audio="no base64", event_id="b")
    expect_error(session, "invalid_value", param="audio", event_id="b")
    session.send("input_audio_buffer.append")
    expect_error(session, "missing_required_parameter", param="audio")
    session.send("input_audio_buffer.commit")
    expect_error(session, "input_audio_buffer_commit_empty")
    for wrong, code, param in (
            ({"format": {"type": "audio/pcm", "rate": 16000}}, "invalid_value",
             "session.audio.input.format.rate"),
            ({"transcription": {}}, "missing_required_parameter",
             "session.audio.input.transcription.model"),
            ({"transcription": {"model": "m", "language": "de"}}, "invalid_value",
             "session.audio.input.transcription.language"),
            ({"turn_detection": {"type": "semantic_vad"}}, "invalid_value",
             "session.audio.input.turn_detection.type"),
            ({"noise_reduction": "near_field"}, "invalid_value",
             "session.audio.input.noise_reduction.type"),
            ({"speed": 2}, "unknown_parameter", "session")):
        session.send("session.update", session=update(**wrong))
        expect_error(session, code, param=param)
    session.send("session.update", session={"type": "realtime"})
    expect_error(session, "invalid_value", param="session.type")
    for model in ("gpt-live-transcribe", "gpt-realtime-whisper"):
        session.send("session.update", session=update(
            transcription={"model": model}, turn_detection={"type": "server_vad"}))
        error = expect_error(session, "invalid_value")
        assert error["message"] == ("Turn detection is not supported for this "
                                    "transcription model."), error
    append(session, speech()[:2 * 2 * RATE])
    session.send("input_audio_buffer.commit")
    session.receive_until(PREFIX + "completed")


def refusal(*arguments, **headers):
    try:
        connect(*arguments, **headers)
    except Refused as refused:
        return refused.status, json.loads(refused.body)["error"]["code"]
    raise AssertionError(f"{arguments} was taken")


def connect_in_turn(path=PATH, **headers):
    """The server learns by and by that others have gone."""
    for _ in range(10000):
        try:
            return connect(path, **headers)
        except Refused as refused:
            assert refused.status == 429, refused
    raise AssertionError("all places stay taken")


@test
def a_handshake_is_refused_with_a_reason():
    assert refusal("/v1/realtime") == (400, "missing_required_parameter")
    assert refusal("/v1/realtime?intent=x") == (400, "invalid_value")
    assert refusal("/v1/realtime/translations")[0] == 404
    sessions = [connect() for _ in range(16)]
    assert refusal(PATH) == (429, "rate_limit_exceeded")
    for session in sessions:
        session.close()
    connect_in_turn().close()


@test
def the_shape_before_is_refused_as_openai_does():
    session = connect_in_turn(OpenAI_Beta="realtime=v1")
    expect_error(session, "beta_api_shape_disabled")
    try:
        session.receive()
    except Closed as closed:
        assert closed.code == 4000, closed
        assert closed.reason == "invalid_request_error.beta_api_shape_disabled", closed
        return
    raise AssertionError("it stayed open")


def speaker():
    session = connect_in_turn("/v1/realtime?model=gpt-realtime-2.1-mini")
    assert session.receive()["type"] == "session.created"
    return session


def read_aloud(session, **settings):
    """Its events, to response.done."""
    session.send("response.create", response={"conversation": "none", "input": [
        {"type": "message", "role": "user",
         "content": [{"type": "input_text", "text": "Hello over there."}]}], **settings})
    return session.receive_until("response.done")


def spoken(events):
    return b"".join(base64.b64decode(event["delta"]) for event in events
                    if event["type"] == "response.output_audio.delta")


@test
def a_spoken_item_has_one_name_in_all_events():
    """OpenAI's own libraries ask for each of these members."""
    events = read_aloud(speaker())
    response = events[-1]["response"]
    parts = [event for event in events
             if event["type"].startswith(("response.output_audio", "response.content_part"))]
    assert len(parts) >= 4 and response["status"] == "completed", events
    for part in parts:
        assert part["response_id"] == response["id"], part
        assert part["item_id"] == response["output"][0]["id"], part
        assert part["output_index"] == part["content_index"] == 0, part


@test
def a_response_is_told_in_the_order_of_openai():
    """The official clients gather a response from its item and its part."""
    events = read_aloud(speaker())
    kinds = [event["type"].removeprefix("response.") for event in events]
    assert list(dict.fromkeys(kinds)) == [
        "created", "output_item.added", "content_part.added",
        "output_audio_transcript.delta", "output_audio.delta", "output_audio.done",
        "output_audio_transcript.done", "content_part.done", "output_item.done",
        "done"], kinds
    items = {kind: event["item"] for kind, event in zip(kinds, events) if "item" in event}
    assert items["output_item.added"]["content"] == [], items
    assert items["output_item.added"]["status"] == "in_progress", items
    assert items["output_item.done"] == events[-1]["response"]["output"][0], items
    parts = [event["part"] for event in events if "part" in event]
    assert parts == [{"type": "audio", "transcript": ""},
                     {"type": "audio", "transcript": "Hello over there."}], parts


@test
def it_speaks_for_a_telephone():
    """In all of a session, or in one response: as the samples are that G.711 stands for."""
    session = speaker()
    samples = len(spoken(read_aloud(session))) // 2
    for kind, silence in (("audio/pcmu", b"\xff\x7f"), ("audio/pcma", b"\xd5\x55")):
        output = {"format": {"type": kind}}
        alone = spoken(read_aloud(session, audio={"output": output}))
        session.send("session.update",
                     session={"type": "realtime", "audio": {"output": output}})
        told = session.receive_until("session.updated")[-1]["session"]
        assert told["audio"]["output"]["format"] == {"type": kind}, told
        events = read_aloud(session)
        audio = spoken(events)
        assert abs(len(audio) - samples / 3) <= 8, (len(audio), samples)
        assert len(alone) == len(audio), (len(alone), len(audio))
        assert abs(events[-1]["response"]["usage"]["output_tokens"] - samples / 1200) < 2
        # It begins in silence, and speaks.
        assert set(audio[:8]) <= set(silence) and len(set(audio)) > 50, set(audio)
    session.send("session.update", session={"type": "realtime", "audio": {
        "output": {"format": {"type": "audio/opus"}}}})
    expect_error(session, "invalid_value", param="audio.output.format")


def part(name, skipped):
    """Ten seconds of speech, without so many samples before: nobody has heard that yet."""
    path = WORK / name
    with wave.open(str(talk())) as whole, wave.open(str(path), "wb") as file:
        file.setparams(whole.getparams())
        whole.readframes(skipped)
        file.writeframes(whole.readframes(10 * whole.getframerate()))
    return path


def transcription(path):
    """The answer to a request, beside all sessions."""
    fields = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in [
        ("model", "pocketsphinx"), ("response_format", "verbose_json"),
        ("timestamp_granularities[]", "word")]]
    fields.append(b'name="file"; filename="a.wav"\r\n\r\n' + Path(path).read_bytes())
    body = b"".join(b"--part\r\nContent-Disposition: form-data; " + field + b"\r\n"
                    for field in fields) + b"--part--\r\n"
    request = urllib.request.Request(
        URL + "/audio/transcriptions", body,
        {"Content-Type": "multipart/form-data; boundary=part"})
    with urllib.request.urlopen(request, timeout=run.LIMIT) as answer:
        return json.load(answer)


@test
def requests_after_sessions_have_times_of_their_own():
    for i in range(4):
        words = transcription(part("part.wav", i))["words"]
        assert words[0]["start"] < 1 and words[-1]["start"] > 7, (words[0], words[-1])
        assert all(word["end"] > word["start"] for word in words), words


if __name__ == "__main__":
    sys.exit(main())
