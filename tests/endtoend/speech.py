#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""openaitts at the prompt, on real engines: chapters, dubs, every format and
speech to speech, against the local server (OPENAI_BASE_URL). Prints TAP."""

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import run
from addresses import own_address
from run import ROOT, WORK, error_rate, launch, seconds, talk, test

run.TESTS.clear()

CHAPTER = (ROOT / "examples/paragraph.txt").read_text()


def messages(output, name):
    """The texts and times of all messages of this name."""
    found = []
    for line in output.splitlines():
        if f"openaitts/{name}" not in line:
            continue
        text = re.search(r'text=\(string\)("(?:[^"\\]|\\.)*"|[^,]*)', line).group(1)
        pts = int(re.search(r"pts=\(guint64\)(\d+)", line).group(1))
        found.append((text.strip('"').replace("\\", ""), pts))
    return found


@test
def every_format_is_heard_by_real_elements():
    (WORK / "chapter.txt").write_text(CHAPTER)
    source = "filesrc location=chapter.txt ! text/x-raw,format=utf8 ! openaitts max-input-chars=120"
    decoders = {
        "pcm": "identity", "wav": "identity", "mp3": "mpegaudioparse ! mpg123audiodec",
        "opus": "oggdemux ! opusdec", "aac": "aacparse ! avdec_aac",
        "flac": "flacparse ! flacdec",
    }
    lengths = {}
    for form, decoder in decoders.items():
        for chain in (decoder, "decodebin"):
            launch(f"{source} format={form} ! {chain} ! audioconvert ! audioresample "
                   "! audio/x-raw,format=S16LE,rate=24000 ! wavenc ! filesink location=format.wav")
            lengths[form, chain] = seconds("format.wav")
    print("#", ", ".join(f"{form} {length:.2f} s" for (form, chain), length in lengths.items()
                         if chain != "decodebin"))
    exact = lengths["pcm", "identity"]
    for (form, chain), length in lengths.items():
        # An encoder fills up its last frame, and the decoder has a delay.
        slack = 0.001 if form in ("pcm", "wav", "flac") else 0.1 * len(CHAPTER) / 100 + 0.2
        assert abs(length - exact) < slack, (form, chain, length, exact)


@test
def timed_speech_in_every_format():
    """Real decoders take encoded speech with time between its cues."""
    path = WORK / "short.srt"
    path.unlink(missing_ok=True)
    write_subtitles(path, 2, 4.5)
    for form in ("pcm", "wav", "mp3", "opus", "aac", "flac"):
        launch(f"filesrc location=short.srt ! subparse ! openaitts format={form} ! decodebin "
               "! audioconvert ! fakesink")


def play_chapter():
    """How many buffers of speech, and of a tone beside it, come too late."""
    sink = "fakesink sync=true silent=true max-lateness=30000000 qos=true name="
    output = launch("filesrc location=chapter.txt ! text/x-raw,format=utf8 ! openaitts "
                    f"max-input-chars=120 first-chunk-chars=40 ! {sink}speech "
                    f"audiotestsrc num-buffers=1950 samplesperbuffer=441 ! {sink}tone",
                    options="-m")
    assert len(messages(output, "speech-end")) >= 3, output
    # A sink that drops what comes more than 30 ms late says so in QOS messages.
    speech, tone = (max((int(n) for n in re.findall(
        rf'element "{name}" \(qos\).*dropped=\(guint64\)(\d+)', output)), default=0)
        for name in ("speech", "tone"))
    print(f"# {len(messages(output, 'speech-end'))} requests; buffers more than 30 ms late: "
          f"{speech} of speech, {tone} of a tone")
    return speech, tone


@test
def a_chapter_flows():
    """Played in real time, no sentence comes later than it is due."""
    (WORK / "chapter.txt").write_text(CHAPTER)
    for _ in range(3):
        speech, tone = play_chapter()
        if speech == 0:
            break
        # Else it is the machine that is held up.
        assert tone > 0, speech


def write_subtitles(path, n, period):
    sentences = [s.strip() for s in re.split(r"(?<=[.!?])\s+", CHAPTER.strip()) if s.strip()]
    cues = []
    for i in range(n):
        start = 0.5 + i * period
        end = start + period - 0.25
        cues.append((start, end))
        stamp = [f"{int(t // 3600):02}:{int(t // 60 % 60):02}:{int(t % 60):02},"
                 f"{round(t % 1 * 1000):03}" for t in (start, end)]
        with path.open("a") as file:
            file.write(f"{i + 1}\n{stamp[0]} --> {stamp[1]}\n"
                       f"{sentences[i % len(sentences)]}\n\n")
    return cues


@test
def a_dub_is_on_its_cues():
    """Three minutes of subtitles: each speech begins within a sample of its
    cue, and the track is as long as the subtitles."""
    path = WORK / "dub.srt"
    path.unlink(missing_ok=True)
    cues = write_subtitles(path, 40, 4.5)
    for overflow in ("clip", "overlap", "compress max-compression=4"):
        output = launch(f"filesrc location=dub.srt ! subparse ! openaitts overflow={overflow} "
                        "! wavenc ! filesink location=dub.wav", options="-m")
        starts = [pts / 1e9 for _, pts in messages(output, "speech-start")]
        assert len(starts) == len(cues), output
        worst = max(abs(start - cue) for start, (cue, _) in zip(starts, cues))
        length = seconds("dub.wav")
        print(f"# overflow={overflow}: {len(cues)} cues, worst start {worst * 1e6:.0f} us off, "
              f"track {length:.3f} s for {cues[-1][1]:.3f} s")
        assert worst <= 1 / 24000, worst
        assert abs(length - cues[-1][1]) <= (0.001 if overflow != "overlap" else 5), length


@test
def a_chapter_in_a_session():
    """The same words as over requests, with no model set."""
    (WORK / "chapter.txt").write_text(CHAPTER)
    source = "filesrc location=chapter.txt ! text/x-raw,format=utf8 ! openaitts"
    output = launch(f"{source} transport=realtime ! wavenc ! filesink location=session.wav",
                    options="-m")
    launch(f"{source} max-input-chars=160 ! wavenc ! filesink location=requests.wav")
    said = messages(output, "speech-end")
    assert " ".join(text for text, _ in said).split() == CHAPTER.split(), said
    assert "WARNING" not in output, output
    print(f"# {len(said)} answers, {seconds('session.wav'):.2f} s in a session, "
          f"{seconds('requests.wav'):.2f} s over requests")
    assert abs(seconds("session.wav") / seconds("requests.wav") - 1) < 0.1


@test
def speech_to_speech_from_a_file():
    output = launch(f"filesrc location={talk()} ! wavparse ! openaistt model=pocketsphinx "
                    "! openaitts ! audioconvert ! wavenc ! filesink location=chain.wav",
                    options="-m")
    said = " ".join(text for text, _ in messages(output, "speech-end"))
    assert error_rate(said) < 35, said
    assert seconds("chain.wav") > 0.7 * seconds(talk()), output
    assert "Got EOS" in output


@test
def speech_to_speech_live():
    host, port = own_address(), 5004
    caps = "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved"
    line = (f"udpsrc address={host} port={port} caps={caps} do-timestamp=true "
            "! openaistt model=pocketsphinx ! openaitts ! audioconvert ! wavenc "
            "! filesink location=live.wav")
    process = subprocess.Popen(["sh", "-c", f"exec gst-launch-1.0 -e -m {line}"], cwd=WORK,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    here = f"{int.from_bytes(socket.inet_aton(host), sys.byteorder):08X}:{port:04X} "
    while here not in Path("/proc/net/udp").read_text():  # until it listens
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    launch(f"filesrc location={talk()} blocksize=1280 ! wavparse ! audioconvert ! audioresample "
           f"! {caps} ! udpsink host={host} port={port} sync=true")
    process.send_signal(signal.SIGINT)  # with -e: EOS
    output = process.communicate(timeout=run.LIMIT)[0].decode(errors="replace")
    assert process.returncode == 0 and "ERROR" not in output, output
    assert "Got EOS" in output or "EOS received" in output, output
    said = " ".join(text for text, _ in messages(output, "speech-end"))
    print(f"# live: {len(messages(output, 'speech-end'))} sentences")
    assert error_rate(said) < 60, said
    assert seconds("live.wav") > 0.5 * seconds(talk())


if __name__ == "__main__":
    sys.exit(run.main())
