# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""How soon words are shown while they are spoken, and how many of them the result
has otherwise. The audio waits for each answer, as if the engine took no time: its own
time comes on top of a delay."""

import numpy

from words import align, split_words

COLUMNS = ("recording", "partial-interval", "words", "shown early %", "delay 50/90/100 % s",
           "changed %", "WER %", "times sent")


def word_times(message):
    """Each word of the engine's answer, as it is compared, and its end in seconds."""
    found = []
    for word in message["words"]:
        found += [(part, word["end"]) for part in split_words(word["text"])]
    return found


def shown_words(partials, transcripts):
    """Each word in the order of the speech, with the time at which it was shown first:
    of a partial that of the audio it was heard in."""
    shown, early, changed = [], 0, 0
    for final in sorted(transcripts, key=lambda m: m["start"]):
        stable = []
        for partial in partials:
            if partial["item"] != final["item"]:
                continue
            words = split_words(partial["stable"])
            stable += [(word, partial["end"]) for word in words[len(stable):]]
        words = split_words(final["text"])
        before = split_words(final.get("stable-text", ""))
        instead = split_words(final.get("corrected-text", ""))
        changed += align(before, instead)[0]
        early += len(stable)
        missing = words[len(instead) if before else len(stable):]
        shown += stable + [(word, final["at"]) for word in missing]
    return shown, early, changed


def measure(truth, result, interval, name, recording):
    """One row."""
    shown, early, changed = shown_words(result["partials"], result["messages"])
    said = [word for word, _ in truth]
    _, pairs = align(said, [word for word, _ in shown])
    delays = [at - truth[i][1] for (word, at), i in zip(shown, pairs)
              if i >= 0 and word == said[i]]
    labels = [w for u in recording.utterances for w in split_words(u.text, recording.language)]
    finals = [w for m in result["messages"] for w in split_words(m["text"])]
    errors, _ = align(labels, finals)
    half, most, all_of_them = numpy.percentile(delays, (50, 90, 100))
    return (name, interval, len(shown), f"{100 * early / max(len(shown), 1):.0f}",
            f"{half:.2f}/{most:.2f}/{all_of_them:.2f}",
            f"{100 * changed / max(early, 1):.1f}", f"{100 * errors / len(labels):.1f}",
            f"{result['stats']['times-sent']:.1f}")


def print_row(cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)
