#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Puts what the benchmarks before it measured into docs/performance.md."""

import json
import os
import re
import sys

from bench import SDK, SOURCE, WORK, have, have_sdk, run

PAGE = SOURCE / "docs" / "performance.md"
BEGIN, END = "<!-- figures: written by the benchmarks -->", "<!-- end of the figures -->"
HEAD = ("measure", "target", "these elements", "beside them", "")


def version(*command):
    return re.search(r"[ v](\d+(\.\d+)+)", run(*command)).group(1) if have(command[0]) else None


def machine():
    names = re.findall(r"^model name\s*: (.*)", open("/proc/cpuinfo", encoding="utf-8").read(), re.M)
    parts = [f"{os.cpu_count()} cores of {names[0] if names else os.uname().machine}",
             f"GStreamer {version('gst-launch-1.0', '--version')}"]
    for name in ("curl", "ffmpeg", "node"):
        found = version(name, "-version" if name == "ffmpeg" else "--version")
        parts.append(f"{name} {found}" if found else f"no {name}")
    if have_sdk():
        sdk = json.loads((SDK / "node_modules" / "openai" / "package.json").read_text())
        parts.append(f"the SDK for Node {sdk['version']}")
    return ", ".join(parts)


def table(names):
    lines = ["| " + " | ".join(HEAD) + " |", "|---" * len(HEAD) + "|"]
    for name in names:
        path = WORK / f"{name}.json"
        rows = json.loads(path.read_text()) if path.exists() else [[name, "", "not measured", "", ""]]
        lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def main():
    figures = f"{BEGIN}\n\nMeasured on {machine()}.\n\n{table(sys.argv[1:])}\n\n{END}"
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        print(f"{PAGE} has no place for figures")
        return 1
    PAGE.write_text(before + figures + after)
    print(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
