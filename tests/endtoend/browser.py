# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""A headless Chromium, driven over WebDriver."""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PATIENCE = 60


def missing():
    """What is not installed, or nothing."""
    return " and ".join(name for name in ("chromium", "chromedriver") if not shutil.which(name))


class Browser:
    def __init__(self, width=960, height=600):
        self.profile = tempfile.TemporaryDirectory(prefix="openai-browser-")
        self.log = Path(self.profile.name) / "driver.log"
        with self.log.open("wb") as log:
            self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=log,
                                           stderr=subprocess.DEVNULL)
        self.port = self.until(self.driver_port)
        self.session = ""
        arguments = ["--headless=new", "--disable-gpu", f"--user-data-dir={self.profile.name}",
                     f"--window-size={width},{height}", "--no-first-run",
                     "--no-proxy-server", "--disable-dev-shm-usage"]
        if os.getuid() == 0:
            arguments.append("--no-sandbox")
        answer = self.until(lambda: self.call("POST", "/session", {"capabilities": {
            "alwaysMatch": {"goog:chromeOptions": {"binary": shutil.which("chromium"),
                                                   "args": arguments}}}}))
        self.session = f"/session/{answer['sessionId']}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.profile.cleanup()

    def driver_port(self):
        """Once it listens, on a port that it has chosen itself."""
        found = re.search(r"on port (\d+)\.", self.log.read_text())
        return found and int(found[1])

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{self.session}{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from error

    def until(self, ask):
        """Asks until there is an answer that is not empty."""
        begun = time.monotonic()
        while True:
            try:
                answer = ask()
                if answer:
                    return answer
            except (urllib.error.URLError, ConnectionError) as error:
                answer = error
            assert self.driver.poll() is None, f"chromedriver has ended: {answer!r}"
            assert time.monotonic() - begun < PATIENCE, f"Nothing came: {answer!r}"
            time.sleep(0.02)

    def go(self, address):
        self.call("POST", "/url", {"url": address})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": arguments})

    def click(self, selector):
        element = self.call("POST", "/element", {"using": "css selector", "value": selector})
        self.call("POST", f"/element/{element[ELEMENT]}/click", {})

    def press(self, key):
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": [
            {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]}]})

    def role(self, selector):
        """Role and name, as a screen reader is told."""
        element = self.call("POST", "/element", {"using": "css selector", "value": selector})
        path = f"/element/{element[ELEMENT]}/computed"
        return self.call("GET", path + "role"), self.call("GET", path + "label")

    def resize(self, width, height):
        """What the page sees, narrower than a window can be if need be."""
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height,
                     deviceScaleFactor=1, mobile=width < 500)

    def command(self, name, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def picture(self, path, whole=False):
        """Of the window, or of the whole page."""
        answer = self.command("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(answer["data"]))
