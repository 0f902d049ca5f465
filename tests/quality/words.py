# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Words as they are compared: without case, marks, accents, and with the small
numbers as digits; the script of a text and how fast it can be spoken; and
which word of one text is which of another."""

import re
import unicodedata

import numpy

NUMBERS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "fr": "zero un deux trois quatre cinq six sept huit neuf dix onze douze",
    "it": "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici",
    "ru": "ноль один два три четыре пять шесть семь восемь девять десять "
          "одиннадцать двенадцать",
}
SAME = {
    "en": {"mr": "mister", "mrs": "missus", "ok": "okay", "dr": "doctor"},
    "es": {"un": "1", "una": "1"},
    "fr": {"une": "1"},
    "it": {"un": "1", "una": "1"},
    "ru": {"одна": "1", "одну": "1", "две": "2"},
}
# Written without spaces: each letter is a word.
ALONE = re.compile("([\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff])")
# More characters a second than anyone says, by what stands for a syllable or more.
FASTEST = 40
FASTEST_ALONE = 20


def split_words(text, language="en"):
    """The words of a text, to be compared."""
    text = unicodedata.normalize("NFKD", text.lower())
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = re.sub("[’`]", "'", text)
    if language == "en":
        text = text.replace("'", "")
    numbers = NUMBERS.get(language, "").split()
    same = {**{word: str(i) for i, word in enumerate(numbers)}, **SAME.get(language, {})}
    return [same.get(word, word)
            for word in re.findall(r"\w+", ALONE.sub(r" \1 ", text).replace("_", " "))]


def is_impossible(text, seconds):
    """Whether nobody says so much in so short a time."""
    text = text.strip()
    fastest = FASTEST_ALONE if ALONE.search(text) else FASTEST
    return len(text) > 12 and len(text) > fastest * max(seconds, 0.01)


def align(said, heard):
    """Returns the errors, and for each word heard the one said, or -1."""
    n, m = len(said), len(heard)
    ids = {word: i for i, word in enumerate(dict.fromkeys(said + heard))}
    b = numpy.array([ids[word] for word in heard], dtype=numpy.int64)
    steps = numpy.arange(m + 1)
    rows = numpy.empty((n + 1, m + 1), dtype=numpy.int32)
    rows[0] = steps
    for i, word in enumerate(said, 1):
        row = numpy.empty(m + 1, dtype=numpy.int32)
        row[0] = i
        row[1:] = numpy.minimum(rows[i - 1, 1:] + 1, rows[i - 1, :-1] + (b != ids[word]))
        rows[i] = numpy.minimum.accumulate(row - steps) + steps
    pairs, i, j = [-1] * m, n, m
    while i and j:
        wrong = said[i - 1] != heard[j - 1]
        if rows[i, j] == rows[i - 1, j - 1] + wrong:
            i, j = i - 1, j - 1
            pairs[j] = i
        elif rows[i, j] == rows[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
    return int(rows[n, m]), pairs
