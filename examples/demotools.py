#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""What the demo and the tests need beside the pipelines: join recordings, ask
the engine for a whole file, and count word errors."""

import argparse
import json
import re
import sys
import urllib.request
import uuid
import wave
from pathlib import Path

CLIPS = Path("/usr/share/pocketsphinx/test/data/librivox")


def reference(clips=None):
    """What is said in the clips, or in so many of them, in the order of their names."""
    lines = {}
    for line in (CLIPS / "transcription").read_text().splitlines():
        match = re.fullmatch(r"<s> (.*) </s> \((.*)\)", line.strip())
        if match:
            lines[match[2]] = match[1]
    return " ".join(lines[name] for name in sorted(lines)[:clips])


def join(args):
    """Writes the clips into one file, with silence between them."""
    with wave.open(str(args.output), "wb") as out:
        for index, clip in enumerate(args.times * sorted(CLIPS.glob("*.wav"))):
            with wave.open(str(clip)) as source:
                if index == 0:
                    out.setparams(source.getparams())
                else:
                    out.writeframes(bytes(2 * int(args.pause * source.getframerate())))
                out.writeframes(source.readframes(source.getnframes()))


def ask(args):
    """Prints what the engine makes of the whole file, in one request."""
    boundary = uuid.uuid4().hex
    head = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("model", "whisper-1"), ("response_format", "json")))
    head += (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
             f'filename="{args.file.name}"\r\nContent-Type: audio/wav\r\n\r\n')
    body = head.encode() + args.file.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    request = urllib.request.Request(
        args.base_url + "/audio/transcriptions", body,
        {"Content-Type": f"multipart/form-data; boundary={boundary}"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=300) as answer:
        print(json.load(answer)["text"])


def words(text):
    """The words of plain text, SRT or WebVTT, in lower case."""
    text = re.sub(r"^(\d+|WEBVTT.*|[\d:.,]+ --> .*)$", " ", text, flags=re.MULTILINE)
    return [{"mr": "mister"}.get(word, word) for word in re.findall(r"[\w']+", text.lower())]


def word_error_rate(said, heard):
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        previous, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1,
                                           previous + (word != other))
    return 100 * row[-1] / max(1, len(said))


def wer(args):
    """Prints the word error rate of a file against what is said in the clips."""
    heard = words(args.file.read_text())
    rate = word_error_rate(words(reference()), heard)
    print(f"{rate:.1f}")
    if args.at_most is not None and rate > args.at_most:
        sys.exit(f"{args.file}: {rate:.1f} % is more than {args.at_most:.1f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("join", help=join.__doc__)
    command.add_argument("output", type=Path)
    command.add_argument("--pause", type=float, default=0.7, help="seconds")
    command.add_argument("--times", type=int, default=1, help="all of them, over again")
    command.set_defaults(run=join)
    command = commands.add_parser("ask", help=ask.__doc__)
    command.add_argument("base_url")
    command.add_argument("file", type=Path)
    command.set_defaults(run=ask)
    command = commands.add_parser("wer", help=wer.__doc__)
    command.add_argument("file", type=Path)
    command.add_argument("--at-most", type=float, help="fail above this")
    command.set_defaults(run=wer)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
