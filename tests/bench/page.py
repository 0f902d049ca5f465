#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Puts what the benchmarks before it measured into docs/performance.md."""

import json
import os
import re
import sys

from bench import SDK, SOURCE, WORK, have, have_sdk, run

PAGE = SOURCE / "docs" / "performance.md"
BEGIN, END = "<!-- {}: written by the benchmarks -->", "<!-- end of the {} -->"
FIGURES = ("measure", "target", "these elements", "beside them", "")
PROFILE = ("", "million instructions a second of audio", "share")


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


def table(head, names):
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for name in names:
        path = WORK / f"{name}.json"
        rows = json.loads(path.read_text()) if path.exists() else \
            [[name, "not measured"] + [""] * (len(head) - 2)]
        lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def put(what, content):
    text = PAGE.read_text()
    begin, end = BEGIN.format(what), END.format(what)
    before, _, rest = text.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{PAGE} has no place for the {what}")
    PAGE.write_text(f"{before}{begin}\n\n{content}\n\n{end}{after}")
    print(content)


def main():
    names = [name for name in sys.argv[1:] if name != "profile"]
    put("figures", f"Measured on {machine()}.\n\n{table(FIGURES, names)}")
    put("profile", table(PROFILE, ["profile"]))


if __name__ == "__main__":
    main()
