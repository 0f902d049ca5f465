#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""The site of docs/ as mkdocs builds it: every page has its headings and blocks of
code, nothing else is published, and in Chromium nothing of it is wider than a desktop's
or a phone's screen. PICTURES names a folder for pictures of all pages. Prints TAP."""

import html
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import browser
import tap
from tap import test

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(tempfile.mkdtemp(prefix="openai-site-"))
PAGES = sorted((ROOT / "docs").glob("*.md"))
MANUALS = sorted((ROOT / "tools/man").iterdir())
PICTURES = os.environ.get("PICTURES")
# What is shown is no wider than the window, and all of a table can be seen.
TOO_WIDE = """
const room = arguments[0];
return [...document.querySelectorAll('.md-content *')]
  .filter(e => e.getBoundingClientRect().right > room + 1 && !e.closest('pre'))
  .map(e => e.tagName + ' ' + e.textContent.trim().slice(0, 40))
  .concat(document.documentElement.scrollWidth > room ? ['the page'] : [])
  .concat([...document.querySelectorAll('.md-content table, .md-typeset__scrollwrap')]
    .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => 'a table: ' + e.textContent.trim().slice(0, 40)));
"""


def plain(text):
    """Markdown or HTML as it is read, without spaces."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[\s`*_\\¶]", "", html.unescape(re.sub(r"<[^>]*>", "", text)))


def built(page):
    return (SITE / f"{page.stem}.html").read_text()


def blocks(page):
    return re.findall(r"^```\w*\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


@test
def it_is_built_without_a_warning():
    done = subprocess.run(["mkdocs", "build", "--strict", "--quiet", "--site-dir", SITE], cwd=ROOT,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0 and not done.stdout, done.stdout


@test
def no_page_shows_the_marks_of_code():
    for page in PAGES:
        text = html.unescape(built(page))
        assert "```" not in text, f"{page.name}: {text[text.index('```') - 200:][:400]}"
        assert "&lt;!-- test" not in built(page) and "&lt;!-- not" not in built(page), page.name


@test
def every_heading_is_one():
    for page in PAGES:
        text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
        wanted = [plain(line) for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)]
        shown = [plain(inner) for inner in re.findall(
            r"<h[1-6] [^>]*>(.*?)</h[1-6]>", built(page), re.DOTALL)]
        assert wanted and not set(wanted) - set(shown), (page.name, set(wanted) - set(shown))


@test
def every_block_of_code_is_one():
    for page in PAGES:
        shown = [plain(inner) for inner in re.findall(r"<pre\b[^>]*>(.*?)</pre>", built(page),
                                                      re.DOTALL)]
        for block in blocks(page):
            assert re.sub(r"[\s`*_\\¶]", "", block) in [
                re.sub(r"[\s`*_\\¶]", "", inner) for inner in shown], (page.name, block)
        assert len(shown) == len(blocks(page)), page.name


@test
def every_manual_page_is_one():
    for manual in MANUALS:
        text = manual.read_text().replace("\\-", "-")
        page = html.unescape((SITE / f"programs/{manual.stem}.html").read_text())
        options = re.findall(r'^\.BI? "?(--?\w[^"\s]*)', text, re.MULTILINE)
        for words in options + [line.capitalize() for line in re.findall(r"^\.SH (.*)", text, re.M)]:
            assert words in page, (manual.name, words)
        assert options and not re.search(r"^\.[A-Z]{1,2} ", page, re.MULTILINE), manual.name


@test
def only_pages_and_what_they_show_are_published():
    kinds = {path.suffix for path in SITE.rglob("*") if path.is_file()}
    assert not kinds - {".html", ".png", ".svg", ".css", ".js", ".json", ".xml", ".gz", ".map"}, kinds
    assert not (SITE / "update").exists() and not (SITE / "meson.build").exists()


@test
def every_page_is_in_the_menu():
    menu = (ROOT / "mkdocs.yml").read_text().split("\nnav:\n")[1]
    for page in PAGES:
        assert f": {page.name}\n" in menu + "\n", page.name


@test
def nothing_is_wider_than_the_screen():
    if browser.missing():
        print(f"# {browser.missing()} is not installed: not tested")
        return
    for width, height in ((1280, 900), (390, 844)):
        with browser.Browser(width, height) as window:
            # Chromium has no window as narrow as a phone.
            window.resize(width, height)
            for page in [page.stem for page in PAGES] + [f"programs/{page.stem}" for page in MANUALS]:
                window.go(f"file://{SITE}/{page}.html")
                if PICTURES:
                    window.picture(Path(PICTURES) / f"{Path(page).name}-{width}.png", whole=True)
                wide = window.run(TOO_WIDE, width)
                assert not wide, (page, width, wide[:5])


if __name__ == "__main__":
    sys.exit(tap.main())
