#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""A program that asks, speaks and listens: one pipeline says what is to be said,
another hears the answer. With --file it listens to a recording instead of the
microphone, and speaks to nobody."""

import argparse
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402


class Conversation:
    def __init__(self, file=None, model=None):
        sink = "fakesink sync=false" if file else "autoaudiosink"
        source = f'filesrc location="{file}" ! decodebin' if file else "autoaudiosrc"
        self.loop = GLib.MainLoop()
        self.failed = False
        self.heard = ""
        self.mouth = self.make(f"openaitts name=tts ! audioconvert ! audioresample ! {sink}")
        self.ears = self.make(f"{source} ! openaistt name=stt min-chunk-duration=1000")
        if model:
            self.ears.get_by_name("stt").set_property("model", model)

    def make(self, line):
        pipeline = Gst.parse_launch(line)
        bus = pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::eos", lambda *_: self.loop.quit())
        bus.connect("message::error", self.on_error)
        bus.connect("message::element", self.on_element)
        return pipeline

    def on_error(self, _, message):
        print(message.parse_error()[0].message, file=sys.stderr)
        self.failed = True
        self.loop.quit()

    def on_element(self, _, message):
        structure = message.get_structure()
        if structure.get_name() != "openaistt/transcript":
            return
        self.heard = structure.get_string("text")
        if self.heard:
            self.loop.quit()

    def run(self, pipeline):
        """Until it has said all, or heard the first sentence."""
        pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        pipeline.set_state(Gst.State.NULL)
        if self.failed:
            sys.exit(1)

    def say(self, text):
        print(f"< {text}")
        self.mouth.get_by_name("tts").set_property("text", text)
        self.run(self.mouth)

    def listen(self):
        self.heard = ""
        self.run(self.ears)
        print(f"> {self.heard}")
        return self.heard


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", help="listen to this")
    parser.add_argument("--model", help="that listens, as the server knows it")
    arguments = parser.parse_args()
    Gst.init(None)
    talk = Conversation(arguments.file, arguments.model)
    talk.say("Hello. What is your name?")
    name = talk.listen() or "nobody"
    talk.say(f"You said: {name}. Goodbye.")


if __name__ == "__main__":
    main()
