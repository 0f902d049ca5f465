#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""How well lines and captions end: those of openaistt, and those of a cutter at 42 columns,
beside captions that were divided by hand (reference.txt, the text of ../prose.txt).

score.py SEGMENT-PROGRAM [--check]

Break F1: of all ends of lines and captions. TER-br: edits between the breaks, words masked,
in percent of what is there (without shifts, so rather too high). Sigma: BLEU with breaks
over the best that it can be; the words are the same, so that is BLEU itself.
--check: prints TAP, and fails below what a broadcaster would take."""

import math
import subprocess
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROSE, REFERENCE = HERE.parent / "prose.txt", HERE / "reference.txt"
LINE, CAPTION = "<eol>", "<eob>"


def tokens(text):
    """Words, with a token for the end of each line and each caption."""
    out = []
    for caption in text.strip().split("\n\n"):
        for line in caption.strip().split("\n"):
            out += line.split() + [LINE]
        out[-1] = CAPTION
    return out


def cut_at(columns, lines, words):
    out, rows, row = [], [], ""
    for word in words:
        if row and len(row) + 1 + len(word) > columns:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}".strip()
    rows.append(row)
    for i in range(0, len(rows), lines):
        out.append("\n".join(rows[i:i + lines]))
    return "\n\n".join(out)


def breaks(sequence, kinds=(LINE, CAPTION)):
    found, place = set(), 0
    for token in sequence:
        if token in (LINE, CAPTION):
            if token in kinds:
                found.add(place)
        else:
            place += 1
    return found


def f1(reference, system, kinds=(LINE, CAPTION)):
    wanted, given = breaks(reference, kinds), breaks(system, kinds)
    right = len(wanted & given)
    return 2 * right / max(len(wanted) + len(given), 1)


def edits(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            # A break is no word.
            same = x == y
            swap = before + (0 if same else 1 if (x == "w") == (y == "w") else 2)
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, swap)
    return row[-1]


def ter_br(reference, system):
    def mask(sequence):
        return [token if token in (LINE, CAPTION) else "w" for token in sequence]
    return 100 * edits(mask(system), mask(reference)) / len(reference)


def bleu(reference, system):
    logs = 0
    for n in range(1, 5):
        def grams(sequence):
            return Counter(tuple(sequence[i:i + n]) for i in range(len(sequence) - n + 1))
        wanted, given = grams(reference), grams(system)
        right = sum(min(count, wanted[gram]) for gram, count in given.items())
        logs += math.log(max(right, 1e-9) / max(sum(given.values()), 1)) / 4
    shorter = min(1 - len(reference) / len(system), 0)
    return 100 * math.exp(logs + shorter)


def score(text):
    reference, system = tokens(REFERENCE.read_text()), tokens(text)
    lines = [line for line in text.split("\n") if line]
    return {
        "break F1": f1(reference, system),
        "F1 of captions": f1(reference, system, (CAPTION,)),
        "TER-br": ter_br(reference, system),
        "Sigma": bleu(reference, system),
        "lines of at most 42, %": 100 * sum(len(line) <= 42 for line in lines) / len(lines),
    }


def print_table(ours, cutter):
    print("| | openaistt | cut at 42 columns |\n|---|---|---|")
    for name, value in ours.items():
        print(f"| {name} | {value:.2f} | {cutter[name]:.2f} |")


def main():
    text = subprocess.run([sys.argv[1], PROSE], capture_output=True, text=True, check=True,
                          timeout=60).stdout
    ours, cutter = score(text), score(cut_at(42, 2, PROSE.read_text().split()))
    if "--check" not in sys.argv:
        print_table(ours, cutter)
        return 0
    tests = [("break F1 is 0.6 or more", ours["break F1"] >= 0.6),
             ("TER-br is below half of a cutter's", ours["TER-br"] < cutter["TER-br"] / 2),
             ("Sigma is 80 or more", ours["Sigma"] >= 80),
             ("no line is too long", ours["lines of at most 42, %"] == 100)]
    print(f"1..{len(tests)}")
    for number, (name, right) in enumerate(tests, 1):
        print(f"{'ok' if right else 'not ok'} {number} - {name}")
    for name, value in ours.items():
        print(f"# {name}: {value:.2f}, a cutter {cutter[name]:.2f}")
    return 0 if all(right for _, right in tests) else 1


if __name__ == "__main__":
    sys.exit(main())
