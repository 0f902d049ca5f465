#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Captions of a recording in each style and at each rate at once.

styles.py WAV LANGUAGE FOLDER STYLES RATES: writes FOLDER/STYLE@RATE.srt, the / of a rate
as -, and prints a JSON line for each finding that a message told."""

import json
import sys

import gi
gi.require_version("Gst", "1.0")
from gi.repository import Gst  # noqa: E402


def branch(folder, style, rate, language):
    name = f"{style}@{rate.replace('/', '-')}"
    return (f"t. ! queue max-size-time=0 max-size-buffers=0 max-size-bytes=0 "
            f"! openaistt name={name} language={language} caption-style={style} frame-rate={rate} ! srtenc ! "
            f'filesink async=false location="{folder}/{name}.srt"')


def main():
    audio, language, folder, styles, rates = sys.argv[1:]
    Gst.init(None)
    pipeline = Gst.parse_launch(f'filesrc location="{audio}" ! wavparse ! tee name=t ' + " ".join(
        branch(folder, style, rate, language)
        for style in styles.split(",") for rate in rates.split(",")))
    pipeline.set_state(Gst.State.PLAYING)
    try:
        return read_messages(pipeline.get_bus())
    finally:
        pipeline.set_state(Gst.State.NULL)


def read_messages(bus):
    wanted = Gst.MessageType.EOS | Gst.MessageType.ERROR | Gst.MessageType.ELEMENT
    while True:
        message = bus.timed_pop_filtered(600 * Gst.SECOND, wanted)
        if message is None or message.type == Gst.MessageType.ERROR:
            print(message and message.parse_error(), file=sys.stderr)
            return 1
        if message.type == Gst.MessageType.EOS:
            return 0
        found = message.get_structure()
        if found.get_name() == "openaistt/finding":
            print(json.dumps({"file": message.src.get_name(), "rule": found["rule"],
                              "start": found["start"] / Gst.SECOND, "text": found["text"]}))


if __name__ == "__main__":
    sys.exit(main())
