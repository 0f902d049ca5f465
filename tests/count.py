#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Counts the checks of meson's last test runs (build directories) and of TAP
files, prints what failed with its diagnostics, how long they took, and the closing line."""

import json
import re
import sys
from pathlib import Path

LONGEST = 8


def count(test):
    """(passed, failed) of one program: its own counts where it prints them."""
    output = test.get("stdout", "") + test.get("stderr", "")
    checks = re.findall(r"Checks: (\d+), Failures: (\d+), Errors: (\d+)", output)
    if checks:
        total, failures, errors = (sum(map(int, column)) for column in zip(*checks))
        passed, failed = total - failures - errors, failures + errors
    else:
        passed = len(re.findall(r"^ok ", output, re.MULTILINE))
        failed = len(re.findall(r"^not ok ", output, re.MULTILINE))
        passed = max(passed, 0 if failed else 1) if test["result"] == "OK" else passed
    if test["result"] not in ("OK", "EXPECTEDFAIL", "SKIP"):
        failed = max(failed, 1)
    return (0, 0) if test["result"] == "SKIP" else (passed, failed)


def print_failed(name, output):
    """The failed checks of TAP with the comments around them: meson shows none.
    All comments, since a program may tell before and after its line."""
    lines = [line for line in output.splitlines() if line.startswith(("not ok ", "#"))]
    print(f"== {name}", *(lines or output.splitlines())[-200:], sep="\n")


def print_times(build, tests):
    """How long the run took, and the programs that took longest of it."""
    begun = min(test["starttime"] for test in tests)
    ended = max(test["starttime"] + test["duration"] for test in tests)
    longest = sorted(tests, key=lambda test: -test["duration"])[:LONGEST]
    print(f"{build}: {ended - begun:.0f} s; the longest: " + ", ".join(
        f"{test['name'].split(' / ')[-1]} {test['duration']:.0f} s" for test in longest))


def main():
    passed = failed = 0
    for build in sys.argv[1:]:
        if build.endswith(".tap"):
            if Path(build).exists():
                output = Path(build).read_text()
                passed += len(re.findall(r"^ok (?!.*# SKIP)", output, re.MULTILINE))
                tap_failed = len(re.findall(r"^not ok ", output, re.MULTILINE))
                failed += tap_failed
                if tap_failed:
                    print_failed(Path(build).name, output)
            continue
        # The name has that of a wrapper in it.
        logs = sorted((Path(build) / "meson-logs").glob("testlog*.json"),
                      key=lambda log: log.stat().st_mtime)
        if not logs:
            print(f"{build} ran no test")
            failed += 1
            continue
        tests = [json.loads(line) for line in logs[-1].read_text().splitlines()]
        print_times(build, tests)
        for test in tests:
            test_passed, test_failed = count(test)
            passed += test_passed
            failed += test_failed
            if test_failed:
                print_failed(f"{build}: {test['name']}", test.get("stdout", ""))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
