#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The elements over TLS and HTTP/2: nghttpx with a certificate of a CA of its
own, before the local server (OPENAI_BASE_URL). Prints TAP."""

import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from tap import main, test

WORK = Path(tempfile.mkdtemp(prefix="openai-tls-"))
LIMIT = 180


def run(*command):
    subprocess.run(command, cwd=WORK, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def make_authority():
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key",
        "-out", "ca.pem", "-subj", "/CN=An authority of its own", "-days", "2")


def make_certificate(name):
    (WORK / "names").write_text(f"subjectAltName=DNS:{name}\n")
    run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key",
        "-out", f"{name}.csr", "-subj", f"/CN={name}")
    run("openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
        "-CAcreateserial", "-out", f"{name}.pem", "-days", "2", "-extfile", "names")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Proxy:
    """nghttpx with the certificate of @name."""

    def __init__(self, name):
        # Somebody else may take the port in between.
        assert any(self.start(name) for _ in range(5)), "nghttpx does not start"

    def start(self, name):
        self.port = free_port()
        self.log = WORK / f"{self.port}.log"
        behind = urlsplit(os.environ["OPENAI_BASE_URL"]).port
        self.process = subprocess.Popen(
            ["nghttpx", "--conf=/dev/null", f"-f127.0.0.1,{self.port}", f"-b127.0.0.1,{behind}",
             "--no-ocsp", f"--accesslog-file={self.log}",
             "--accesslog-format=$remote_port $alpn $request $status", "--backend-read-timeout=60",
             f"{name}.key", f"{name}.pem"],
            cwd=WORK, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return True
        return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def settings(self, authority="ca.pem"):
        return f"base-url=https://localhost:{self.port}/v1" + (
            f" tls-ca-file={WORK / authority}" if authority else "")

    def requests(self):
        return [line.split() for line in self.log.read_text().splitlines() if "POST" in line]


def launch(line, code=0):
    done = subprocess.run(["sh", "-c", f"exec gst-launch-1.0 -m {line}"], cwd=WORK,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT,
                          check=False)
    output = done.stdout.decode(errors="replace")
    assert done.returncode == code, f"{line}: exit code {done.returncode}\n{output[-2000:]}"
    return output


@test
def twenty_uploads_at_a_time():
    with Proxy("localhost") as proxy:
        output = launch("audiotestsrc wave=pink-noise num-buffers=4000 samplesperbuffer=320 "
                        "! audio/x-raw,rate=16000,channels=1 ! openaistt vad=none "
                        "upload-format=wav max-chunk-duration=4000 max-requests=20 "
                        "model=pocketsphinx " + proxy.settings())
        assert len(re.findall("openaistt/transcript", output)) == 20, output
        assert all(request[1] == "h2" for request in proxy.requests()), proxy.requests()


@test
def uploads_that_grow_side_by_side():
    with Proxy("localhost") as proxy:
        output = launch(" ".join(
            "audiotestsrc is-live=true wave=pink-noise num-buffers=150 samplesperbuffer=320 "
            "! audio/x-raw,rate=16000,channels=1 ! openaistt vad=none max-chunk-duration=1000 "
            "model=pocketsphinx " + proxy.settings() for _ in range(4)))
        assert len(re.findall("openaistt/transcript", output)) == 12, output
        assert "WARNING" not in output, output


@test
def one_connection_for_one_request_after_the_other():
    with Proxy("localhost") as proxy:
        launch("audiotestsrc wave=pink-noise num-buffers=1000 samplesperbuffer=320 "
               "! audio/x-raw,rate=16000,channels=1 ! openaistt vad=none max-requests=1 "
               "max-chunk-duration=1000 model=pocketsphinx " + proxy.settings())
        requests = proxy.requests()
        assert len(requests) == 20 and len({request[0] for request in requests}) == 1, requests


@test
def speech_over_http_2():
    with Proxy("localhost") as proxy:
        output = launch(f'openaitts text="Hello over there" {proxy.settings()} ! fakesink')
        assert "openaitts/speech-end" in output, output
        assert [request[1] for request in proxy.requests()] == ["h2"]


@test
def wrong_certificates_are_refused():
    for name, authority in (("localhost", None), ("elsewhere.test", "ca.pem"),
                            ("localhost", "other.pem")):
        with Proxy(name) as proxy:
            for line in ("audiotestsrc num-buffers=60 ! openaistt vad=none ",
                         "openaitts text=Hello "):
                rest = " ! fakesink" if "tts" in line else ""
                output = launch(f"{line}{proxy.settings(authority)}{rest}", code=1)
                assert "certificate" in output, output
            assert not proxy.log.exists() or not proxy.requests()


def make_certificates():
    make_authority()
    for name in ("localhost", "elsewhere.test"):
        make_certificate(name)
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "other.key",
        "-out", "other.pem", "-subj", "/CN=Another authority", "-days", "2")


if __name__ == "__main__":
    make_certificates()
    sys.exit(main())
