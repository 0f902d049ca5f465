# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""What mkdocs.yml has mkdocs do to the site: publish pages and what they show, not
the tools that lie beside them in docs/; add the manual pages of the programs; and label the cells of tables, so that
docs/site.css can put each row of a table in a block of its own on a phone."""

import re
import sys
import tempfile
from pathlib import Path

from mkdocs.structure.files import File

sys.path.insert(0, str(Path(__file__).resolve().parent))
import manpages  # noqa: E402

GENERATED = tempfile.TemporaryDirectory(prefix="openai-site-")
PUBLISHED = (".md", ".png", ".svg", ".css", ".json")
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)


def on_files(files, config):
    for file in list(files):
        if file.src_path.endswith(PUBLISHED) or not file.abs_src_path.startswith(
                config["docs_dir"]):
            continue
        files.remove(file)
    folder = tempfile.mkdtemp(dir=GENERATED.name)
    for name in manpages.write_all(Path(folder)):
        files.append(File(name, folder, config["site_dir"], config["use_directory_urls"]))
    return files


def label_row(row, heads):
    names = iter(heads)
    return re.sub(r"<td\b", lambda _: f'<td data-label="{next(names, "")}"', row)


def label_table(match):
    heads = [re.sub(r"<[^>]*>", "", head).replace('"', "&quot;").strip()
             for head in re.findall(r"<th\b[^>]*>(.*?)</th>", match[0], re.DOTALL)]
    return ROW.sub(lambda row: label_row(row[0], heads), match[0])


def on_page_content(html, **_):
    return TABLE.sub(label_table, html)
