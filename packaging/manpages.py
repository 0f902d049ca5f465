# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""The manual pages of tools/man as Markdown, of the macros that they use."""

import re
import shlex
from pathlib import Path

MAN = Path(__file__).resolve().parent.parent / "tools/man"
ESCAPES = {"\\-": "-", "\\(aq": "'", "\\(dq": '"', "\\&": "", "\\e": "\\", "\\ ": " "}
IGNORED = (".TH", ".RS", ".RE", '.\\"')


def plain(text):
    for escape, character in ESCAPES.items():
        text = text.replace(escape, character)
    return re.sub(r"\\f[BIRP]", "`", text) if "\\f" in text else text


def inline(line):
    """One line of text or of a macro of fonts."""
    found = re.match(r"\.([BIR]{1,2}) (.*)", line)
    if not found:
        return plain(line)
    words = [plain(word) for word in shlex.split(found[2], posix=True)] \
        if '"' in found[2] else plain(found[2]).split()
    if found[1] == "BR":
        words = [f"`{word}`" if index % 2 == 0 else word for index, word in enumerate(words)]
    text = (" " if len(found[1]) == 1 else "").join(words)
    return f"`{text}`" if found[1] in ("B", "BI") else text


def markdown(path):
    name = path.name.rpartition(".")[0]
    out, term, verbatim = [f"# {name}", ""], False, False
    for line in path.read_text().splitlines():
        if line == ".nf":
            verbatim = True
            out += ["", "```text"]
        elif line == ".fi":
            verbatim = False
            out += ["```", ""]
        elif verbatim:
            out += [] if line.startswith(IGNORED) else [plain(line)]
        elif line.startswith(".SH"):
            out += ["", f"## {line[4:].capitalize()}", ""]
        elif line == ".PP":
            out.append("")
        elif line == ".TP":
            term = True
        elif term:
            out += ["", f"- {inline(line)}  "]
            term = False
        elif not line.startswith(IGNORED):
            out.append(("  " if out[-1].startswith(("- ", "  ")) else "") + inline(line))
    return name, "\n".join(out) + "\n"


def write_all(folder):
    """Their names, in folder/programs."""
    (folder / "programs").mkdir()
    for path in sorted(MAN.iterdir()):
        name, text = markdown(path)
        (folder / "programs" / f"{name}.md").write_text(text)
        yield f"programs/{name}.md"
