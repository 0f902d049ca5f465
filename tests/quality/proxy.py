# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Stands between the element and the server: counts what is asked, keeps the
answers by what was asked, so that the same question is answered the same, and
at once, and holds answers back to be an overloaded server."""

import hashlib
import http.server
import json
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "examples" / "whisperserver"))
import server as whisper  # noqa: E402


class Handler(whisper.Handler):
    """Reads requests as the server does, and passes them on."""

    def log_message(self, format, *args):
        pass

    def get(self, path):
        if path == "/v1/pending":
            self.send(200, "text/plain", str(self.server.pending))
            return
        with open_url(self.server.upstream + path[len("/v1"):]) as answer:
            self.send(200, "application/json", answer.read().decode())

    def post(self, path):
        body = self.read_body()
        with self.server.lock:
            self.server.pending += 1
        try:
            self.pass_on(path, body)
        finally:
            with self.server.lock:
                self.server.pending -= 1

    def pass_on(self, path, body):
        form = whisper.Form(self.headers.get("Content-Type", ""), body)
        key = make_key(path, self.server.identity, form)
        status, kind, text, cached = self.server.ask(
            key, path, self.headers["Content-Type"], body)
        self.server.count(form, status, text, cached)
        time.sleep(self.server.hold())
        self.send(status, kind, text)


def make_key(path, identity, form):
    """The same for the same question to the same engine."""
    key = hashlib.sha256(json.dumps([path, identity, sorted(form.fields.items())]).encode())
    key.update(form.file or b"")
    return key.hexdigest()


def open_url(url, data=None, headers={}):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(urllib.request.Request(url, data, headers), timeout=1800)


class Proxy(http.server.ThreadingHTTPServer):
    """@cache: a folder, or None. The requests are in .requests, in order."""

    daemon_threads = True
    request_queue_size = 64

    class args:
        max_megabytes = 500
        verbose = False

    def __init__(self, upstream, cache):
        super().__init__(("127.0.0.1", 0), Handler)
        self.upstream, self.cache = upstream, cache
        self.requests, self.lock = [], threading.Lock()
        self.pending = 0
        self.hold = lambda: 0
        with open_url(upstream + "/models") as answer:
            models = json.load(answer)["data"]
        self.identity = [sorted(model["id"] for model in models)]
        try:
            with open_url(upstream[:-len("/v1")] + "/health") as answer:
                self.identity.append(json.load(answer))
        except (urllib.error.URLError, ValueError):
            pass  # another server: its models tell it
        self.base_url = f"http://127.0.0.1:{self.server_port}/v1"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def ask(self, key, path, content_type, body):
        """Returns the status, type and text of an answer, and whether it was kept."""
        kept = self.cache and self.cache / f"{key}.json"
        if kept and kept.exists():
            return (*json.loads(kept.read_text()), True)
        try:
            with open_url(self.upstream + path[len("/v1"):], body,
                          {"Content-Type": content_type}) as answer:
                found = (answer.status, answer.headers["Content-Type"],
                         answer.read().decode())
        except urllib.error.HTTPError as error:
            return (error.code, error.headers["Content-Type"], error.read().decode(), False)
        if kept:
            part = kept.with_suffix(f".{threading.get_ident()}")
            part.write_text(json.dumps(found))
            part.rename(kept)
        return (*found, False)

    def count(self, form, status, text, cached):
        try:
            answer = json.loads(text)
        except ValueError:
            answer = {}
        with self.lock:
            self.requests.append({
                "status": status, "cached": cached, "prompt": form.get("prompt"),
                "language": form.get("language"), "bytes": len(form.file or b""),
                "seconds": answer.get("usage", {}).get("seconds", 0), "answer": answer})

    def take(self):
        """The requests since the last time."""
        with self.lock:
            requests, self.requests = self.requests, []
        return requests
