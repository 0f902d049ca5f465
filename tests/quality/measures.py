# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""What is counted in one run: @captions are (start, end, text) as they are
shown, @messages what the element told of each chunk."""

import math

import numpy

from words import align, is_impossible, split_words


def label_words(utterances, language):
    """Each word that is said, and the utterance it is in."""
    words, owners = [], []
    for i, utterance in enumerate(utterances):
        found = split_words(utterance.text, language)
        words += found
        owners += [i] * len(found)
    return words, owners


def count_errors(recording, text):
    """Word errors and words said."""
    said = [word for u in recording.utterances
            for word in split_words(u.text, recording.language)]
    return align(said, split_words(text, recording.language))[0], len(said)


def spread(values):
    """Median and 95th percentile of sizes, in seconds, or None."""
    if not values:
        return None
    sizes = numpy.abs(values)
    return float(numpy.median(sizes)), float(numpy.percentile(sizes, 95))


def match(recording, pieces):
    """@pieces: (start, end, text). Yields what is heard rightly, word by word: its
    piece, whether it is that piece's first or last, and the utterance whose first
    or last word it is, else None. A word that is wrong may stand for another place."""
    said, owners = label_words(recording.utterances, recording.language)
    heard, places = [], []
    for piece in pieces:
        words = split_words(piece[2], recording.language)
        heard += words
        places += [(piece, i == 0, i == len(words) - 1) for i in range(len(words))]
    for word, (piece, first, last), i in zip(heard, places, align(said, heard)[1]):
        if i < 0 or said[i] != word:
            continue
        owner = owners[i]
        begins = i == 0 or owners[i - 1] != owner
        ends = i == len(said) - 1 or owners[i + 1] != owner
        yield (piece, first, last, recording.utterances[owner] if begins else None,
               recording.utterances[owner] if ends else None)


def measure_times(recording, captions, messages):
    """Errors in seconds: where captions begin that begin an utterance, and where
    the first and the last words of utterances begin and end."""
    captions_begin = [piece[0] - begun.start for piece, first, _, begun, _
                      in match(recording, captions) if first and begun]
    words = [(word["start"], word["end"], word["text"])
             for message in messages for word in message.get("words") or ()]
    found = list(match(recording, words))
    return {"captions": spread(captions_begin),
            "starts": spread([p[0] - begun.start for p, first, _, begun, _ in found
                              if first and begun]),
            "ends": spread([p[1] - ended.end for p, _, last, _, ended in found
                            if last and ended])}


def list_made_up(recording, messages):
    """Segments shown that no one can say so fast, or that repeat the one before
    though it was said once."""
    reference = " ".join(word for u in recording.utterances
                         for word in split_words(u.text, recording.language))
    found, before = [], None
    for message in messages:
        for segment in message.get("segments") or ():
            if segment.get("dropped"):
                continue
            words = " ".join(split_words(segment["text"], recording.language))
            if is_impossible(segment["text"], segment["end"] - segment["start"]):
                found.append(segment["text"])
            elif words and words == before and f"{words} {words}" not in reference:
                found.append(segment["text"])
            before = words or before
    return found


def share_uploaded(recording, messages):
    """How much of what is not speech was uploaded, from 0 to 1."""
    step = 100
    spoken = numpy.zeros(int(recording.seconds * step) + 1, bool)
    sent = numpy.zeros_like(spoken)
    for utterance in recording.utterances:
        spoken[int(utterance.start * step):math.ceil(utterance.end * step)] = True
    for message in messages:
        sent[int(message["start"] * step):math.ceil(message["end"] * step)] = True
    return float((sent & ~spoken).sum() / max(1, (~spoken).sum()))


def count_foreign(recording, messages):
    """Chunks that were taken for another language."""
    return sum(1 for m in messages
               if m.get("language") and m["language"] != recording.language)
