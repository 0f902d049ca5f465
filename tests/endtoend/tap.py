# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Functions that are tests, and a report of them as TAP."""

import time
import traceback

TESTS = []


def test(function):
    TESTS.append(function)
    return function


def main():
    print(f"1..{len(TESTS)}")
    failed = 0
    for number, function in enumerate(TESTS, 1):
        begun = time.monotonic()
        try:
            function()
            result = "ok"
        except Exception:  # each test is reported, whatever it raised
            result = "not ok"
            failed += 1
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
        name = function.__name__.replace("_", " ")
        print(f"{result} {number} - {name} # {time.monotonic() - begun:.1f} s", flush=True)
    return 1 if failed else 0
