#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""gst-openai-qc-1.0 on files of its own: what it finds and what it leaves alone, its exit
status, and files that it has put right. Prints TAP."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tap import main, test

TOOL = Path(os.environ["BUILD"]) / "tools/gst-openai-qc-1.0"
FOLDER = tempfile.TemporaryDirectory()


def clock(seconds):
    ms = round(seconds * 1000)
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"


def write(name, cues):
    path = Path(FOLDER.name) / name
    path.write_text("\n".join(f"{number}\n{clock(start)} --> {clock(end)}\n{text}\n"
                              for number, (start, end, text) in enumerate(cues, 1)))
    return path


def with_gap(name, milliseconds, length=2.0):
    second = 1 + length + milliseconds / 1000
    return write(name, [(1, 1 + length, "Some words here"),
                        (second, second + 2, "and their end.")])


def run(*arguments):
    return subprocess.run([TOOL, *arguments], capture_output=True, text=True, timeout=120)


def rules(path, *arguments):
    done = run("--json", *arguments, path)
    found = json.loads(done.stdout)
    assert done.returncode == (1 if found else 0), done
    return [finding["rule"] for finding in found]


@test
def gaps_are_counted_in_frames_of_the_rate_that_is_given():
    for rate, milliseconds, expected in [
            ("23.976", 61, ["gap-too-short"]), ("23.976", 83, []),
            ("23.976", 470, ["gap-to-close"]), ("23.976", 501, []),
            ("29.97", 67, []), ("25", 480, []), ("25", 520, []), ("24000/1001", 61,
            ["gap-too-short"]), ("25", 440, ["gap-to-close"])]:
        path = with_gap("gap.srt", milliseconds)
        assert rules(path, "-r", rate) == expected, (rate, milliseconds)


@test
def without_a_rate_nothing_is_found_that_is_right_at_one():
    for milliseconds, expected in [(20, ["gap-too-short"]), (67, []), (84, []),
                                   (300, ["gap-to-close"]), (490, [])]:
        assert rules(with_gap("gap.srt", milliseconds)) == expected, milliseconds
    # One frame: 41 ms is one of 24 a second, whose times a file rounds down.
    for milliseconds, expected in [(20, ["gap-too-short"]), (34, []), (41, []), (42, [])]:
        assert rules(with_gap("gap.srt", milliseconds), "--style", "ebu") == expected


@test
def a_gap_that_cannot_be_closed_is_none():
    """The caption before it would stay too long."""
    assert rules(with_gap("gap.srt", 300, 6.5)) == ["gap-to-close"]
    assert rules(with_gap("gap.srt", 300, 7)) == []


@test
def another_code_page_is_told():
    """What becomes letters of another language is told, and how to convert it."""
    for text, encoding, told in [("Привет, друг мой.", "cp1251", True),
                                 ("你好，我的朋友。", "gbk", True),
                                 ("<i>안녕하세요 여러분</i>", "cp949", True),
                                 ("Où est l'été, déjà ?", "cp1252", False),
                                 ("Ääh… Öl!", "cp1252", False),
                                 ("Привет, друг мой.", "utf-8", False),
                                 ("Привет, друг мой.", "utf-16", False)]:
        path = write("page.srt", [(1, 3, "x")])
        path.write_bytes(path.read_text().replace("x\n", text + "\n").encode(encoding))
        errors = run("--json", path).stderr
        assert ("iconv" in errors) == told, (text, encoding, errors)


@test
def durations_have_a_tolerance():
    assert rules(write("short.srt", [(1, 1.833, "Yes.")]), "-r", "24") == []
    assert rules(write("short.srt", [(1, 1.833, "Yes.")])) == []
    assert rules(write("short.srt", [(1, 1.5, "Yes.")])) == ["too-short"]
    assert rules(write("long.srt", [(1, 8.001, "Yes.")])) == []
    assert rules(write("long.srt", [(1, 9, "Yes.")])) == ["too-long"]


@test
def tags_are_no_text():
    line = "This line has exactly forty-two characters"
    for text, expected in [(f"<i>{line}</i>", []), (f"{{\\an8}}{line}", []),
                           (line + "s", ["line-too-long"]),
                           ("a\nb\nc", ["too-many-lines"])]:
        assert rules(write("tags.srt", [(1, 5, text)])) == expected, text


@test
def languages_and_styles_have_their_own_limits():
    japanese = write("ja.srt", [(1, 3, "きょうは、とても「いい天気」ですね。")])
    assert rules(japanese) == ["line-too-long", "too-fast"]
    english = write("en.srt", [(1, 4, "This line has forty of the characters it")])
    assert rules(english) == []
    assert rules(english, "--style", "bbc") == ["line-too-long"]


@test
def what_is_put_right_has_no_findings_left():
    cues = [(1, 3, "One"), (2.5, 4, "<i>Two</i>"), (4.02, 4.3, "Three"), (8, 18, "Four"),
            (18.3, 20, "Five")]
    for rate in ["24", "25", "23.976", "29.97", "50", None]:
        broken, fixed = write("broken.srt", cues), Path(FOLDER.name) / "fixed.srt"
        options = ["-r", rate] if rate else []
        assert run(*options, "--fix", fixed, "--force", broken).returncode == 1
        assert rules(fixed, *options) == [], (rate, fixed.read_text())
        assert "<i>Two</i>" in fixed.read_text()


@test
def settings_of_webvtt_stay():
    path = Path(FOLDER.name) / "a.vtt"
    path.write_text("WEBVTT\n\nNOTE as it is\n\n1\n00:01.000 --> 00:03.000 line:0\n<v Ann>One\n"
                    "\n00:02.500 --> 00:04.000\nTwo\n")
    fixed = path.with_name("b.vtt")
    run("--fix", fixed, path)
    assert fixed.read_text() == (
        "WEBVTT\n\nNOTE as it is\n\n1\n00:00:01.000 --> 00:00:02.417 line:0\n<v Ann>One\n"
        "\n00:02.500 --> 00:04.000\nTwo\n")


@test
def styles_are_listed():
    names = run("--style", "list").stdout.split()
    assert names[0] == "default" and {"bbc", "cea-608", "shorts"} <= set(names), names
    for name in names:
        assert run("--style", name, write("one.srt", [(1, 3, "One")])).returncode == 0, name


@test
def files_of_any_origin_are_read_and_kept():
    """All but the times that are wrong stays, byte for byte."""
    bom = "\ufeff"
    block = ("{0}1{1}00:00:01,000 --> 00:00:0{2} X1:1{1}<i>One</i>{1}{1}"
             "2{1}00:00:02,500 --> 00:00:04,000{1}Two{1}")
    notes = ("WEBVTT - a\n\nSTYLE\n::cue {{}}\n\nREGION\nid:f\n\nNOTE a --> b\n\nname\n"
             "00:01.000 --> {0} region:f align:start\n<v.a Ann><c.yellow>One</c>\n\n"
             "00:02.500 --> 00:04.000\tline:0\nTwo\n")
    for name, text, right in [
            ("crlf.srt", block.format(bom, "\r\n", "3,000"), block.format(bom, "\r\n", "2,417")),
            ("mac.srt", block.format("", "\r", "3,000"), block.format("", "\r", "2,417")),
            ("all.vtt", notes.format("00:03.000"),
             notes.format("00:00:02.417").replace("00:01.000 -->", "00:00:01.000 -->"))]:
        path, fixed = Path(FOLDER.name) / name, Path(FOLDER.name) / "fixed"
        path.write_bytes(text.encode())
        assert rules(path) == ["overlap"], name
        run("--fix", fixed, "--force", path)
        assert fixed.read_bytes().decode() == right, (name, fixed.read_bytes())


@test
def what_cannot_be_read_is_told():
    cues = [(1, 3, "One"), (4, 6, "Two"), (7, 9, "Three")]
    path = write("unread.srt", cues)
    text = path.read_text()
    path.write_text(text.replace("\n\n", "\n"))
    assert run(path).stdout.startswith(f"{path}: 3 captions, 0 findings"), run(path)
    for times in ("00:00:04:12 --> 00:00:06:00", "-00:00:04,000 --> 00:00:06,000",
                  "99999999999999999999:00:00,000 --> 99999999999999999999:01:00,000"):
        path.write_text(text.replace("00:00:04,000 --> 00:00:06,000", times))
        done = run(path)
        assert "2 captions" in done.stdout and "left out: 1\n" in done.stderr, done


@test
def mistakes_are_told_in_a_line():
    broken = write("mistake.srt", [(1, 2, "One")])
    for arguments, text in [(["nosuch.srt"], "no such file"),
                            (["--style", "x", broken], "--style x is no guideline"),
                            (["-r", "0", broken], "--frame-rate 0 is no rate"),
                            (["--fix", broken, broken], "--force"), ([], "Usage:")]:
        done = run(*arguments)
        assert done.returncode == 2 and text in done.stderr, done
        assert done.stderr.count("\n") == 1, done.stderr


sys.exit(main())
