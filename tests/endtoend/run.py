#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""The elements at the prompt, on real engines: gst-launch-1.0 against the local
server (OPENAI_BASE_URL). Prints TAP."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples"))
import demotools  # noqa: E402
from tap import TESTS, main, test  # noqa: E402,F401

WORK = Path(tempfile.mkdtemp(prefix="openai-endtoend-"))
# No time that is tested: until something is thought to hang.
LIMIT = 180


def launch(line, stdin=None, code=0, options="-q", **environment):
    """Runs one launch line in the work directory; what it printed."""
    done = subprocess.run(
        ["sh", "-c", f"exec gst-launch-1.0 {options} {line}"], input=stdin, cwd=WORK,
        env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=LIMIT, check=False)
    output = done.stdout.decode(errors="replace")
    assert done.returncode == code, f"{line}: exit code {done.returncode}\n{output}"
    assert "CRITICAL" not in output, output
    return output


def seconds(name):
    with wave.open(str(WORK / name)) as file:
        return file.getnframes() / file.getframerate()


def talk(pause=0.7):
    path = WORK / ("talk.wav" if pause else "talk-without-a-pause.wav")
    if not path.exists():
        subprocess.run([sys.executable, ROOT / "examples/demotools.py", "join", "--pause",
                        str(pause), path], check=True)
    return path


def beginning():
    """The first two clips of it, eleven seconds, and what is said there."""
    path = WORK / "beginning.wav"
    with wave.open(str(talk())) as whole, wave.open(str(path), "wb") as file:
        file.setparams(whole.getparams())
        file.writeframes(whole.readframes(int(11.2 * whole.getframerate())))
    return path, demotools.reference(2)


def engines_text(path):
    """What the engine makes of the whole file in one request."""
    return subprocess.run(
        [sys.executable, ROOT / "examples/demotools.py", "ask", os.environ["OPENAI_BASE_URL"],
         path], check=True, stdout=subprocess.PIPE, text=True).stdout


def error_rate(text, said=None):
    return demotools.word_error_rate(demotools.words(said or demotools.reference()),
                                     demotools.words(text))


@test
def text_property_speaks_and_ends():
    launch('openaitts text="Hello there" ! audioconvert ! audioresample ! wavenc '
           '! filesink location=hello.wav')
    assert 0.5 < seconds("hello.wav") < 5


@test
def standard_input_speaks_and_ends():
    for text in (b"Hello there\n", b"Hello there", "Größe. Ünd so weiter".encode()):
        launch("fdsrc ! text/x-raw,format=utf8 ! openaitts ! audioconvert ! wavenc "
               "! filesink location=stdin.wav", stdin=text)
        assert seconds("stdin.wav") > 0.5


@test
def small_reads_say_the_same():
    text = (ROOT / "examples/paragraph.txt").read_bytes()
    lengths = []
    for size in (1, 7, 4096):
        launch(f"fdsrc blocksize={size} ! text/x-raw,format=utf8 ! openaitts ! wavenc "
               "! filesink location=small.wav", stdin=text)
        lengths.append(seconds("small.wav"))
    assert max(lengths) - min(lengths) < 2, lengths
    assert min(lengths) > 10, lengths


@test
def messages_tell_every_transcript():
    output = launch(f"filesrc location={talk()} ! decodebin ! openaistt model=pocketsphinx "
                    "min-chunk-duration=1000", options="-m")
    texts = re.findall(r'openaistt/transcript.*?, text=\(string\)("[^"]*"|[^,]*)', output)
    assert len(texts) >= 4, output
    assert error_rate(" ".join(texts)) < 35, texts
    assert "Got EOS" in output


def find_spans(output, name, *fields):
    """The times of all messages of this name, in seconds."""
    for line in output.splitlines():
        if re.search(rf"{name}\b", line):
            yield [re.search(rf"\b{field}=\([^)]*\)(\w+)", line)[1] for field in fields]


@test
def upstream_voice_detection_is_obeyed():
    """The chunks are those in which the real webrtcdsp hears a voice, whatever is loud
    besides: each of its verdicts holds until the next."""
    tones = "".join(f"audiotestsrc freq={freq} volume=0.04 num-buffers=400 ! mix. "
                    for freq in (6000, 6003))
    output = launch(f"filesrc location={talk()} ! wavparse ! mix. {tones}"
                    "audiomixer name=mix ! audioconvert ! audioresample "
                    "! audio/x-raw,format=S16LE,rate=16000,channels=1 "
                    "! webrtcdsp echo-cancel=false voice-detection=true "
                    "! openaistt model=pocketsphinx min-chunk-duration=1000", options="-m")
    changes = [(int(at) / 1e9, has == "true") for at, has in find_spans(
        output, "voice-activity", "stream-time", "stream-has-voice")]
    chunks = [(int(start) / 1e9, int(end) / 1e9) for start, end in find_spans(
        output, "openaistt/transcript", "start", "end")]
    assert len(changes) >= 4 and changes[0][1], output
    assert chunks, output
    ends = [at for at, _ in changes[1:]] + [seconds("talk.wav")]
    voice = [(at, end) for (at, has), end in zip(changes, ends) if has]
    for start, end in chunks:
        heard = [v for v in voice if v[0] < end and v[1] > start]
        assert heard, (start, end, voice)
        assert heard[0][0] - start < 0.31 and end - heard[-1][1] < 0.21, (start, end, heard[0], heard[-1])
    for start, end in voice:
        assert end - start < 0.1 or any(
            first <= start and last >= end for first, last in chunks), (start, end, chunks)


@test
def subtitles_are_as_right_as_the_engine():
    launch(f"filesrc location={talk()} ! decodebin ! openaistt model=pocketsphinx ! srtenc "
           "! filesink location=talk.srt")
    ours = error_rate((WORK / "talk.srt").read_text())
    engines = error_rate(engines_text(talk()))
    print(f"# word error rate: captions {ours:.1f} %, engine {engines:.1f} %")
    assert ours <= engines + 2, (ours, engines)


@test
def cuts_inside_of_speech_lose_no_words():
    path = talk(pause=0)
    # How much quiet is before the speech changes words of PocketSphinx; tests/quality
    # has a recogniser that does not care.
    launch(f"filesrc location={path} ! decodebin ! openaistt model=pocketsphinx vad=energy "
           "max-chunk-duration=20000 ! srtenc ! filesink location=cut.srt")
    ours, engines = error_rate((WORK / "cut.srt").read_text()), error_rate(engines_text(path))
    print(f"# word error rate without pauses: captions {ours:.1f} %, engine {engines:.1f} %")
    assert ours <= engines + 2, (ours, engines)


@test
def noise_and_silence_stay_here():
    output = launch(
        "audiotestsrc wave=pink-noise volume=0.3 num-buffers=2344 samplesperbuffer=2048 "
        "! audio/x-raw,rate=16000 ! c.  audiotestsrc wave=silence num-buffers=2344 "
        "samplesperbuffer=2048 ! audio/x-raw,rate=16000 ! c.  concat name=c "
        "! openaistt model=pocketsphinx", options="-m")
    spoken = sum((int(end) - int(start)) / 1e9 for start, end in re.findall(
        r"openaistt/transcript, start=\(guint64\)(\d+), end=\(guint64\)(\d+)", output))
    assert spoken < 0.05 * 600, spoken


@test
def captions_keep_their_bounds():
    text = (WORK / "talk.srt").read_text()
    last = 0
    for block in text.strip().split("\n\n"):
        _, times, *lines = block.split("\n")
        start, end = (sum(float(part) * unit for part, unit in
                          zip(time.replace(",", ".").split(":"), (3600, 60, 1)))
                      for time in times.split(" --> "))
        assert last <= start < end, block
        assert 1 <= len(lines) <= 2 and all(0 < len(line) <= 42 for line in lines), block
        last = end
    assert last < seconds("talk.wav") + 7


@test
def tags_show_the_transcript():
    output = launch(f"filesrc location={talk()} ! decodebin ! openaistt model=pocketsphinx "
                    "! srtenc ! filesink location=tags.srt", options="-t")
    assert "transcript" in output and "language code: en" in output, output


@test
def any_audio_is_understood():
    path, said = beginning()
    for caps in ("rate=44100,channels=2", "rate=8000,channels=1",
                 "format=F32LE,rate=48000,channels=6,channel-mask=(bitmask)0x3f"):
        output = launch(f"filesrc location={path} ! wavparse ! audioconvert ! audioresample "
                        f"! 'audio/x-raw,{caps}' ! openaistt ! srtenc ! fdsink")
        limit = 80 if "8000" in caps else 35
        assert error_rate(output, said) < limit, (caps, output)


@test
def what_is_spoken_is_understood():
    said = "He was not a young man. She was a good woman. They had a large house."
    launch(f'openaitts text="{said}" ! audioconvert ! audioresample ! wavenc '
           "! filesink location=said.wav")
    output = launch("filesrc location=said.wav ! wavparse ! openaistt ! srtenc ! fdsink")
    assert error_rate(output, said) < 35, output


@test
def no_key_says_what_to_set():
    for line in ("openaitts text=Hello ! fakesink",
                 f"filesrc location={talk()} ! wavparse ! openaistt"):
        output = launch(line, code=1, OPENAI_BASE_URL="", OPENAI_API_KEY="")
        assert output.count("ERROR: from element") == 1, output
        assert "OPENAI_API_KEY" in output and "base-url" in output, output


@test
def server_down_says_so():
    for line in ("openaitts text=Hello max-retries=0 ! fakesink",
                 f"filesrc location={talk()} ! wavparse ! openaistt max-retries=0"):
        output = launch(line, code=1, OPENAI_BASE_URL="http://127.0.0.1:1/v1")
        assert "Could not connect to 127.0.0.1:1" in output, output


@test
def the_key_is_never_shown():
    key = "sk-never-to-be-seen"
    for line in ("openaitts text=Hello ! fakesink",
                 f"filesrc location={talk()} ! wavparse ! openaistt"):
        output = launch(line, options="-v -m -t", GST_DEBUG="9", GST_DEBUG_NO_COLOR="1",
                        GST_DEBUG_DUMP_DOT_DIR=str(WORK), OPENAI_API_KEY=key)
        assert len(output) > 100000
        assert key not in output
    for dump in WORK.glob("*.dot"):
        assert key not in dump.read_text()


def interrupt(line, delay, server):
    """Ends although @server does not answer, nor in the time limits of requests."""
    process = subprocess.Popen(
        ["sh", "-c", f"exec gst-launch-1.0 -q {line}"], cwd=WORK,
        env={**os.environ, "OPENAI_BASE_URL": server}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    try:
        process.wait(delay)
    except subprocess.TimeoutExpired:
        pass
    process.send_signal(signal.SIGINT)
    output = process.communicate(timeout=LIMIT)[0].decode()
    assert "CRITICAL" not in output, output
    assert "imeout" not in output and "time limit" not in output, output


@test
def interrupts_end_without_an_answer():
    lines = (f"filesrc location={talk()} ! wavparse ! identity sync=true ! openaistt",
             "audiotestsrc is-live=true wave=pink-noise ! openaistt ! fakesink",
             'openaitts text="A rather long text to say, with more to come. And more." '
             "! audioconvert ! fakesink sync=true")
    with socket.create_server(("127.0.0.1", 0)) as mute:
        server = f"http://127.0.0.1:{mute.getsockname()[1]}/v1"
        for line in lines:
            for delay in (0.05, 0.3, 1.0, 2.0):
                interrupt(line, delay, server)


@test
def voices_are_not_for_this_server():
    lines = (f"filesrc location={talk()} ! wavparse ! audio/x-raw ! openaivoicesink "
             "max-duration=0 voice-name=Ada language=en-US",
             f"filesrc location={talk()} ! openaivoicesink max-duration=0 voice-name=Ada "
             "consent=cons_1")
    for line in lines:
        output = launch(line, code=1)
        assert output.count("ERROR: from element") == 1, output
        assert "501" in output and "no custom voices" in output, output
    calls = (["consents", "list"], ["consents", "show", "x"], ["consents", "rename", "x", "y"],
             ["consents", "delete", "-y", "x"], ["voices", "delete", "-y", "x"],
             ["voices", "create", "--name", "Ada", "--prompt", "low"],
             ["voices", "create", "--name", "Ada", "--sample", talk(), "--consent", "x"],
             ["consents", "create", "--name", "Ada", "--language", "en", "--recording", talk()])
    for call in calls:
        done = subprocess.run([os.environ["VOICES_TOOL"], *call], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=LIMIT, check=False)
        assert done.returncode == 1 and not done.stdout, (call, done)
        assert "501" in done.stderr and "no custom voices" in done.stderr, (call, done)


@test
def a_recording_that_is_too_long_stays_here():
    output = launch("audiotestsrc num-buffers=2000 ! openaivoicesink voice-name=Ada "
                    "language=en-US", code=1)
    assert "more than 30 s" in output, output


if __name__ == "__main__":
    sys.exit(main())
