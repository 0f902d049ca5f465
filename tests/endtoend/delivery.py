#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Captions where others read them: closed captions in H.264, read back by a decoder of our
own (tests/cea608.py), and SubRip beside a recording. Prints TAP."""

import contextlib
import json
import re
import subprocess
import sys
import threading
import wave
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cea608
import run
from run import WORK, launch, seconds, talk, test

run.TESTS.clear()

FRAMES = 30
# The codes of a caption are sent before it is shown: two lines take less than this.
LOADING = 1.5
# Bytes of a request, with sound of 16 kHz: 10 s.
LONG = 320000
SAID = ("Don’t stop... “R&D” - it’s 5° at El Niño’s. Ça va? *Größe* 100%, "
        "¿qué? ♪ La la ♪ {a|b} and so on, until everything that was said is on the screen.")
TEXT = ("Don't stop… “R&D” – it's 5° at El Niño's. Ça va? *Größe* 100%, "
        "¿qué? ♫ La la ♪ {a|b} and so on, until everything that was said is on the screen.")
FIELD = f"closedcaption/x-cea-608,framerate={FRAMES}/1"
DATA = f"closedcaption/x-cea-708,format=cc_data,framerate={FRAMES}/1"
QUEUE = "queue max-size-time=0 max-size-bytes=0 max-size-buffers=0"


class Heard(BaseHTTPRequestHandler):
    """The same in each long chunk, and little in a short one: the text of a caption takes time
    in CEA-608. It tells times, so that chunks of a file are long."""

    def log_message(self, *_):
        pass

    def text(self, length):
        return TEXT if length > LONG else "Indeed."

    def do_POST(self):
        length = len(self.rfile.read(int(self.headers["Content-Length"])))
        said = {"text": self.text(length), "language": "english"}
        said["segments"] = [{"start": 0, "end": length / 32000, "text": said["text"]}]
        text = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class Growing(Heard):
    """Two words more for each second."""

    def text(self, length):
        return " ".join(TEXT.split()[:2 * length // 32000])


def there_are(*elements):
    """Whether these are installed; tells which are not."""
    missing = [element for element in elements if subprocess.run(
        ["gst-inspect-1.0", element], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, check=False).returncode != 0]
    if missing:
        print(f"# {' and '.join(missing)} not installed: not tested")
    return not missing


@contextlib.contextmanager
def heard(handler=Heard):
    """The address of a server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def part():
    """The first six seconds of the talk."""
    path = WORK / "part.wav"
    with wave.open(str(talk())) as whole, wave.open(str(path), "wb") as out:
        out.setparams(whole.getparams())
        out.writeframes(whole.readframes(6 * whole.getframerate()))
    return path


def captioned(openaistt, tttocea608, muxer, name, live=False):
    """A film of the talk with closed captions; the same captions as SubRip. Live it is
    as long as a part of it."""
    sound = part() if live else talk()
    with heard(Growing if live else Heard) as address:
        launch(f"videotestsrc is-live={str(live).lower()} "
               f"num-buffers={int((seconds(sound.name) + 4) * FRAMES)} "
               f"! video/x-raw,width=320,height=180,framerate={FRAMES}/1 ! {QUEUE} ! cccombiner name=c "
               f"! x264enc speed-preset=ultrafast ! h264parse ! {muxer} ! filesink location={name} "
               f"filesrc location={sound} ! wavparse {'! identity sync=true ' if live else ''}"
               f"! openaistt upload-format=wav sound-labels=told caption-style=cea-608 "
               f"{openaistt} ! tee name=t t. ! queue ! srtenc ! filesink location={name}.srt "
               f"t. ! queue ! tttocea608 {tttocea608} ! {FIELD} ! ccconverter ! {DATA} ! {QUEUE} ! c.caption",
               OPENAI_BASE_URL=address)


def extracted(demuxer, name):
    """The closed captions of a film, in the order in which its pictures are shown."""
    return (f"filesrc location={name} ! {demuxer} ! h264parse ! avdec_h264 ! ccextractor name=e ! queue "
            "! fakesink async=false e.caption ! queue")


def pairs(demuxer, name):
    """The bytes of the first field, a pair a frame."""
    launch(f"{extracted(demuxer, name)} ! filesink location=triplets.raw")
    data = (WORK / "triplets.raw").read_bytes()
    triplets = [data[at:at + 3] for at in range(0, len(data), 3)]
    return b"".join(triplet[1:] if triplet[0] & 4 else b"\x80\x80"
                    for triplet in triplets if triplet[0] & 3 == 0)


def cues(name):
    """Start, end and lines of each."""
    found = []
    for block in (WORK / f"{name}.srt").read_text().strip().split("\n\n"):
        _, times, *lines = block.splitlines()
        start, end = (sum(float(part) * 60 ** power for power, part in enumerate(
            reversed(time.replace(",", ".").split(":")))) for time in times.split(" --> "))
        found.append((start, end, tuple(lines)))
    return found


def pop_on(muxer, demuxer, name):
    if not there_are("tttocea608", "x264enc"):
        return
    captioned("", "mode=pop-on", muxer, name)
    said = cues(name)
    screens = [(frame / FRAMES, rows) for frame, rows in cea608.shown(pairs(demuxer, name))]
    shown = [(at, rows) for at, rows in screens if rows]
    assert [rows for _, rows in shown] == [lines for _, _, lines in said], (shown, said)
    assert SAID in " ".join(" ".join(rows) for _, rows in shown), shown
    for (at, _), (start, _, _) in zip(shown, said):
        assert start - 0.1 < at < start + LOADING, (shown, said)
    assert not screens[-1][1], "The last caption stays"


def rolled_up(name):
    """What was said, which is what the rows say."""
    rows = cea608.rolled_up(pairs("tsdemux", name))
    said = " ".join(" ".join(lines) for _, _, lines in cues(name))
    assert " ".join(filter(None, rows)) == said, (rows, said)
    assert all(len(row) <= cea608.COLUMNS for row in rows)
    return said


@test
def pop_on_in_mp4():
    pop_on("mp4mux", "qtdemux", "popon.mp4")


@test
def pop_on_in_a_transport_stream():
    pop_on("mpegtsmux", "tsdemux", "popon.ts")


@test
def words_roll_up():
    """Nothing is lost, and no word is cut."""
    if not there_are("tttocea608", "x264enc"):
        return
    captioned("partial-interval=1000 stream-upload=false", "mode=roll-up2", "mpegtsmux", "rollup.ts")
    assert SAID in rolled_up("rollup.ts")


@test
def words_roll_up_live():
    """As they come, clause by clause, from sources that go by the clock."""
    if not there_are("tttocea608", "x264enc"):
        return
    captioned("partial-interval=1000 stream-upload=false max-chunk-duration=3000 latency=1000",
              "mode=roll-up2", "mpegtsmux", "live.ts", live=True)
    assert rolled_up("live.ts").startswith(" ".join(SAID.split()[:4])), rolled_up("live.ts")


@test
def cea608tott_agrees():
    """The decoder of GStreamer's own, of the crate that has the encoder."""
    if not there_are("cea608tott", "tttocea608", "x264enc"):
        return
    captioned("", "mode=pop-on", "mpegtsmux", "told.ts")
    text = launch(f"{extracted('tsdemux', 'told.ts')} ! ccconverter ! closedcaption/x-cea-608,format=raw "
                  "! cea608tott ! application/x-subtitle ! fdsink async=false")
    told = re.findall(r"-->.*\n((?:.+\n)+)", text.replace("\r", ""))
    assert [tuple(lines.split()) for lines in told] == [
        tuple(" ".join(lines).split()) for _, _, lines in cues("told.ts")], text


@test
def subrip_beside_a_recording():
    """It has the times of the recording."""
    part()
    with heard() as address:
        launch(f"videotestsrc is-live=true num-buffers=60 ! video/x-raw,width=320,height=180,framerate=10/1 "
               f"! openh264enc ! h264parse ! queue ! matroskamux name=m ! filesink location=recording.mkv "
               f"filesrc location=part.wav ! wavparse ! identity sync=true ! tee name=sound "
               "sound. ! queue ! audioconvert ! flacenc ! m. "
               "sound. ! queue ! openaistt latency=60000 stream-upload=false ! srtenc ! filesink location=recording.srt",
               OPENAI_BASE_URL=address)
        launch("filesrc location=recording.mkv ! matroskademux name=d d.audio_0 ! queue ! decodebin "
               "! audioconvert ! openaistt ! srtenc ! filesink location=again.srt", OPENAI_BASE_URL=address)
    live, again = cues("recording"), cues("again")
    assert live and len(live) == len(again), (live, again)
    assert all(abs(one[0] - other[0]) < 0.25 for one, other in zip(live, again)), (live, again)


if __name__ == "__main__":
    sys.exit(run.main())
