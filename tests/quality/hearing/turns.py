#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""How soon after the end of an utterance a live stream is cut, and how often inside of
one: with a pause of 500 ms, and with one that adapts to the speaker."""

import subprocess
import sys

import numpy
from hearing import BUILD, recordings

MODES = {"500 ms": 0, "400 to 500 ms": 400}


def find_turns(samples, least):
    """Ends of speech, when they are known, starts and ends of chunks."""
    done = subprocess.run([BUILD / "tests/bench/bench-pure", "turns", str(least)],
                          input=samples.tobytes(), stdout=subprocess.PIPE, check=True)
    return [tuple(map(float, line.split())) for line in done.stdout.splitlines()]


def measure(turns, utterances):
    """Cuts inside of utterances, and the delays of those at their ends."""
    cuts, delays = 0, []
    for end, known, _, _ in turns:
        if any(u.start + 0.1 < end < u.end - 0.2 for u in utterances):
            cuts += 1
            continue
        delays += [known - u.end for u in utterances if abs(u.end - end) < 0.4][:1]
    return cuts, delays


def main():
    corpora = {f"prompts-{language}": recordings.make_prompts(language, 300)
               for language in recordings.SPEAKERS}
    corpora |= {"mixed": recordings.make_mixed(), "noise-10dB": recordings.make_noisy(10)}
    worse = False
    print(f"{'':14}" + "".join(f"{mode:>24}" for mode in MODES) + "   (cuts inside, median delay)")
    for name, recording in corpora.items():
        found = [measure(find_turns(recording.samples, least), recording.utterances)
                 for least in MODES.values()]
        print(f"{name:14}" + "".join(
            f"{cuts:12} {len(delays):3} {numpy.median(delays):7.3f}" for cuts, delays in found))
        worse |= found[1][0] > found[0][0]
        worse |= numpy.median(found[1][1]) > numpy.median(found[0][1]) + 0.001
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
