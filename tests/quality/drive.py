#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Sends a WAV file through openaistt, as a file or as a live source, and prints
what comes out: one JSON object a line, times in seconds."""

import argparse
import json
import os
import sys
import threading
import time
import urllib.request
import wave

import gi
gi.require_version("Gst", "1.0")
from gi.repository import Gst  # noqa: E402

RATE = 16000
LIVE_BLOCK = RATE // 50
FILE_BLOCK = RATE // 10
# Until what was asked has come to the server, in seconds.
STEP_WAIT = 0.04


# Captions come in one thread, messages in another.
turn = threading.Lock()


def tell(kind, **fields):
    with turn:
        print(json.dumps({"kind": kind, **fields}, ensure_ascii=False), flush=True)


def to_plain(value):
    """What JSON can hold of a value of a structure."""
    if isinstance(value, Gst.Structure):
        return {value.nth_field_name(i): to_plain(value.get_value(value.nth_field_name(i)))
                for i in range(value.n_fields())}
    if isinstance(value, (list, tuple, Gst.ValueArray, Gst.ValueList)):
        return [to_plain(item) for item in value]
    return value


def on_buffer(pad, info):
    buffer = info.get_buffer()
    text = buffer.extract_dup(0, buffer.get_size()).decode()
    if text.strip():
        tell("caption", start=buffer.pts / Gst.SECOND,
             end=(buffer.pts + buffer.duration) / Gst.SECOND, text=text)
    return Gst.PadProbeReturn.OK


class Drive:
    def __init__(self, args):
        self.args, self.failed, self.ended = args, False, False
        self.given = 0
        live = args.live or args.real_time
        self.pipeline = Gst.parse_launch(
            f"appsrc name=in format=time is-live={'true' if live else 'false'} "
            "block=true max-bytes=320000 ! "
            f"audio/x-raw,format=S16LE,channels=1,rate={RATE},layout=interleaved ! "
            f"{args.before} ! openaistt name=stt ! fakesink name=out sync=false async=false")
        self.source = self.pipeline.get_by_name("in")
        self.source.set_property("caps", Gst.Caps.from_string(
            f"audio/x-raw,format=S16LE,channels=1,rate={RATE},layout=interleaved"))
        self.stt = self.pipeline.get_by_name("stt")
        # The clock runs on while an answer is awaited.
        patience = ["latency=600000"] if args.live else []
        for setting in patience + args.set:
            name, _, value = setting.partition("=")
            if self.stt.find_property(name) is None:
                sys.exit(f"openaistt has no property {name}")
            Gst.util_set_object_arg(self.stt, name, value)
        self.stt.get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, on_buffer)
        self.bus = self.pipeline.get_bus()

    def read_messages(self, wait=0):
        """All that are there. @wait: for the first, in ns."""
        while True:
            message = self.bus.timed_pop(wait)
            if message is None:
                return
            wait = 0
            structure = message.get_structure()
            if message.type == Gst.MessageType.EOS:
                self.ended = True
            elif message.type == Gst.MessageType.ERROR:
                error, debug = message.parse_error()
                tell("error", text=error.message, debug=debug)
                self.failed = self.ended = True
            elif message.type == Gst.MessageType.WARNING:
                tell("warning", text=message.parse_warning()[0].message)
            elif structure and structure.get_name().startswith("openaistt/"):
                fields = to_plain(structure)
                tell(structure.get_name()[len("openaistt/"):], at=self.now(), **fields)

    def now(self):
        if self.args.live:
            return self.given
        return time.monotonic() - self.started

    def hold_back(self, seconds):
        """Waits until the source may give what begins at @seconds."""
        if self.args.real_time:
            time.sleep(max(0, seconds - self.now()))
            return
        if self.args.live:
            self.given = seconds
            self.wait_for_answers()

    def count_asked(self):
        """Whole requests that are not answered."""
        with urllib.request.urlopen(os.environ["OPENAI_BASE_URL"] + "/pending") as answer:
            return int(answer.read())

    def wait_for_answers(self):
        """As if the server took no time: all that was asked is answered."""
        pending = 1
        while pending and not self.ended:
            time.sleep(STEP_WAIT)
            pending = self.count_asked()
        self.read_messages(5 * Gst.MSECOND)

    def run(self):
        with wave.open(self.args.file) as recording:
            data = recording.readframes(recording.getnframes())
        block = 2 * (LIVE_BLOCK if self.args.real_time else FILE_BLOCK)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.started = time.monotonic()
        for at in range(0, len(data), block):
            seconds = at / 2 / RATE
            self.hold_back(seconds)
            if self.ended:
                break
            buffer = Gst.Buffer.new_wrapped(data[at:at + block])
            buffer.pts = int(seconds * Gst.SECOND)
            buffer.duration = int(len(data[at:at + block]) / 2 / RATE * Gst.SECOND)
            self.source.emit("push-buffer", buffer)
            self.read_messages()
        self.source.emit("end-of-stream")
        while not self.ended:
            self.read_messages(Gst.SECOND)
        tell("stats", **to_plain(self.stt.get_property("stats")))
        self.pipeline.set_state(Gst.State.NULL)
        return not self.failed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--live", action="store_true",
                        help="live, as if the server, proxy.py, took no time")
    parser.add_argument("--real-time", action="store_true", help="live, by the clock")
    parser.add_argument("--before", default="identity", help="an element before it")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    Gst.init(None)
    sys.exit(0 if Drive(args).run() else 1)


if __name__ == "__main__":
    main()
