#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""The elements over TLS and HTTP/2: nghttpx with a certificate of a CA of its
own, before the local server (OPENAI_BASE_URL). Prints TAP."""

import os
import re
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from urllib.parse import urlsplit

import nghttpx
from certificates import make_authority, make_certificate
from tap import main, test

WORK = Path(tempfile.mkdtemp(prefix="openai-tls-"))
LIMIT = 180


def proxy_of(name):
    """With the certificate of @name."""
    return nghttpx.Proxy(WORK, name, urlsplit(os.environ["OPENAI_BASE_URL"]).port)


def launch(line, code=0):
    done = subprocess.run(["sh", "-c", f"exec gst-launch-1.0 -m {line}"], cwd=WORK,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT,
                          check=False)
    output = done.stdout.decode(errors="replace")
    assert done.returncode == code, f"{line}: exit code {done.returncode}\n{output[-2000:]}"
    return output


@test
def twenty_uploads_at_a_time():
    with proxy_of("localhost") as proxy:
        output = launch("audiotestsrc wave=pink-noise num-buffers=4000 samplesperbuffer=320 "
                        "! audio/x-raw,rate=16000,channels=1 ! openaistt vad=none "
                        "upload-format=wav max-chunk-duration=4000 max-requests=20 "
                        "model=pocketsphinx " + proxy.settings())
        assert len(re.findall("openaistt/transcript", output)) == 20, output
        assert all(request[1] == "h2" for request in proxy.requests()), proxy.requests()


@test
def uploads_that_grow_side_by_side():
    with proxy_of("localhost") as proxy:
        output = launch(" ".join(
            "audiotestsrc is-live=true wave=pink-noise num-buffers=150 samplesperbuffer=320 "
            "! audio/x-raw,rate=16000,channels=1 ! openaistt vad=none max-chunk-duration=1000 "
            "model=pocketsphinx " + proxy.settings() for _ in range(4)))
        assert len(re.findall("openaistt/transcript", output)) == 12, output
        assert "WARNING" not in output, output


@test
def one_connection_for_one_request_after_the_other():
    with proxy_of("localhost") as proxy:
        launch("audiotestsrc wave=pink-noise num-buffers=1000 samplesperbuffer=320 "
               "! audio/x-raw,rate=16000,channels=1 ! openaistt vad=none max-requests=1 "
               "max-chunk-duration=1000 model=pocketsphinx " + proxy.settings())
        requests = proxy.requests()
        assert len(requests) == 20 and len({request[0] for request in requests}) == 1, requests


@test
def speech_over_http_2():
    with proxy_of("localhost") as proxy:
        output = launch(f'openaitts text="Hello over there" {proxy.settings()} ! fakesink')
        assert "openaitts/speech-end" in output, output
        assert [request[1] for request in proxy.requests()] == ["h2"]


def frame(kind, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, 0, stream) + payload


class Refuser:
    """An HTTP/2 server that resets each stream with @code, without a look at it; None: it
    does not answer."""

    HEADERS, RST_STREAM, SETTINGS = 1, 3, 4

    def __init__(self, code):
        self.code, self.requests = code, 0
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(WORK / "localhost.pem", WORK / "localhost.key")
        self.context.set_alpn_protocols(["h2"])
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            with self.context.wrap_socket(connection, server_side=True) as tls, \
                    tls.makefile("rb") as stream:
                stream.read(len(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
                tls.sendall(frame(self.SETTINGS, 0))
                while head := stream.read(9):
                    kind, _, number = struct.unpack(">BBI", head[3:])
                    stream.read(int.from_bytes(head[:3], "big"))
                    if kind == self.HEADERS:
                        self.requests += 1
                    if kind == self.HEADERS and self.code is not None:
                        tls.sendall(frame(self.RST_STREAM, number, struct.pack(">I", self.code)))
        except OSError:
            pass


@test
def what_http_2_refuses_is_an_error():
    refused_stream, http_1_1_required = 7, 13
    for code in (refused_stream, http_1_1_required):
        for source in ("num-buffers=200", "is-live=true"):
            server = Refuser(code)
            address = f"https://localhost:{server.listener.getsockname()[1]}/v1"
            output = launch(f"audiotestsrc wave=pink-noise {source} ! openaistt vad=none "
                            "max-chunk-duration=1000 max-retries=1 "
                            f"base-url={address} tls-ca-file=ca.pem", code=1)
            assert output.count("ERROR: from element") == 1, output
            assert 1 < server.requests < 30, server.requests


@test
def what_http_2_does_not_answer_ends_with_the_element():
    server = Refuser(None)
    address = f"https://localhost:{server.listener.getsockname()[1]}/v1"
    os.environ["GST_DEBUG"] = "openai-client:4"
    try:
        output = launch('openaitts text="Hello" timeout=1000 max-retries=1 '
                        f"base-url={address} tls-ca-file=ca.pem ! fakesink", code=1)
    finally:
        del os.environ["GST_DEBUG"]
    assert output.count("ERROR: from element") == 1, output
    assert server.requests == 2, server.requests
    assert "sessions with localhost" in output and "have not ended" not in output, output


@test
def wrong_certificates_are_refused():
    for name, authority in (("localhost", None), ("elsewhere.test", "ca.pem"),
                            ("localhost", "other.pem")):
        with proxy_of(name) as proxy:
            for line in ("audiotestsrc num-buffers=60 ! openaistt vad=none ",
                         "openaitts text=Hello "):
                rest = " ! fakesink" if "tts" in line else ""
                output = launch(f"{line}{proxy.settings(authority)}{rest}", code=1)
                assert "certificate" in output, output
            assert not proxy.log.exists() or not proxy.requests()


def make_certificates():
    for authority in ("ca", "other"):
        make_authority(WORK, authority)
    for name in ("localhost", "elsewhere.test"):
        make_certificate(WORK, name)


if __name__ == "__main__":
    make_certificates()
    sys.exit(main())
