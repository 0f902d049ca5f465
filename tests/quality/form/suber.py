#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""SubER of captions of a recording: those of openaistt, the .srt of the recogniser itself,
and its words cut at 42 columns, beside captions that were divided by hand.

suber.py, within examples/built; tests/quality/form/run runs it so. The words are those of
the same engine each time. Break F1, TER-br and Sigma are of the text that was read: a
break stands after the word that was heard before it."""

import json
import re
import subprocess
import sys
import urllib.request
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import quality  # noqa: E402
import recordings  # noqa: E402
import review  # noqa: E402
import score  # noqa: E402
import words as spoken  # noqa: E402

COLUMNS, LINES = 42, 2


def clock(seconds):
    ms = round(seconds * 1000)
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"


def write_srt(path, cues):
    path.write_text("\n".join(f"{number}\n{clock(start)} --> {clock(end)}\n{text}\n"
                              for number, (start, end, text) in enumerate(cues, 1)))
    return path


def spoken_words(utterances):
    """Words with their times: shares of their sentence by letters."""
    for utterance in utterances:
        words = utterance.text.split()
        letters, at = sum(len(word) + 1 for word in words), 0
        for word in words:
            start, at = at, at + len(word) + 1
            length = utterance.end - utterance.start
            yield (word, utterance.start + length * start / letters,
                   utterance.start + length * at / letters)


def as_cues(text, words):
    """Captions of @text, each from its first word to its last. @words: as long as the text."""
    words = iter(words)
    for caption in text.strip().split("\n\n"):
        times = [next(words) for _ in caption.split()]
        yield times[0][1], times[-1][2], caption.strip()


def ask(base_url, audio, response_format):
    mark = uuid.uuid4().hex
    fields = {"model": "whisper-1", "language": "en", "response_format": response_format,
              "timestamp_granularities[]": "word"}
    body = b"".join(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
                    f"{value}\r\n".encode() for name, value in fields.items())
    body += (f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n'
             "Content-Type: audio/wav\r\n\r\n").encode() + audio.read_bytes()
    request = urllib.request.Request(
        base_url + "/audio/transcriptions",
        body + f"\r\n--{mark}--\r\n".encode(),
        {"Content-Type": f"multipart/form-data; boundary={mark}"})
    with urllib.request.urlopen(request, timeout=1200) as answer:
        return answer.read().decode()


def make_ours(proxy, audio, path):
    subprocess.run(["gst-launch-1.0", "-q", "filesrc", f"location={audio}", "!", "wavparse",
                    "!", "openaistt", "language=en", "!", "srtenc", "!", "filesink",
                    f"location={path}"], check=True, timeout=1200,
                   env=quality.make_environment(proxy))
    return path


def make_cut(proxy, audio, path):
    words = [(word["word"].strip(), word["start"], word["end"])
             for word in json.loads(ask(proxy.base_url, audio, "verbose_json"))["words"]]
    text = score.cut_at(COLUMNS, LINES, [word for word, _, _ in words])
    return write_srt(path, as_cues(text, words))


def subtitle_edit_rate(hypothesis, reference):
    done = subprocess.run([Path(sys.executable).with_name("suber"), "-H", hypothesis, "-R",
                           reference], capture_output=True, text=True, check=True,
                          timeout=1200)
    return json.loads(done.stdout)["SubER"]


def findings(path):
    done = subprocess.run(["gst-openai-qc-1.0", path], capture_output=True, text=True,
                          timeout=120)
    return re.search(r"(\d+) captions?, (\d+) finding", done.stdout).groups()


def bare(word):
    return " ".join(spoken.split_words(word))


def break_as_heard(path):
    """The words that were read, with the breaks of the captions that were heard."""
    read = [token for token in score.tokens(score.REFERENCE.read_text())
            if token not in (score.LINE, score.CAPTION)]
    heard = score.tokens("\n\n".join(text for _, _, text in quality.read_srt(path.read_text())))
    words = [token for token in heard if token not in (score.LINE, score.CAPTION)]
    places = spoken.align([bare(word) for word in read], [bare(word) for word in words])[1]
    breaks, at, last = {}, -1, 0
    for token in heard:
        if token in (score.LINE, score.CAPTION):
            breaks[last] = token
        else:
            at += 1
            last = max(last, places[at])
    breaks[len(read) - 1] = score.CAPTION
    return [token for i, word in enumerate(read)
            for token in (word, breaks.get(i)) if token]


def print_row(name, path, reference):
    read, heard = score.tokens(score.REFERENCE.read_text()), break_as_heard(path)
    captions, found = findings(path)
    print(f"| {name} | {subtitle_edit_rate(path, reference):.1f} | {score.f1(read, heard):.2f} | "
          f"{score.ter_br(read, heard):.1f} | {score.bleu(read, heard):.1f} | {captions} | "
          f"{found} |")


def print_table(proxy, folder):
    recording, audio = recordings.make("prose", folder, 0)
    reference = write_srt(folder / "reference.srt", as_cues(
        score.REFERENCE.read_text(), spoken_words(recording.utterances)))
    recogniser = folder / "recogniser.srt"
    recogniser.write_text(ask(proxy.base_url, audio, "srt"))
    print("| | SubER | break F1 | TER-br | Sigma | captions | findings |\n"
          "|---|---|---|---|---|---|---|")
    for name, path in (("openaistt", make_ours(proxy, audio, folder / "ours.srt")),
                       ("the recogniser's own .srt", recogniser),
                       ("cut at 42 columns", make_cut(proxy, audio, folder / "cut.srt"))):
        print_row(name, path, reference)


if __name__ == "__main__":
    with review.start(review.parse_arguments(__doc__)) as (engine, made):
        print_table(engine, made)
