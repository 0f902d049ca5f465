#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Lines with no model set on the days after OpenAI's models have ended. What answers as
api.openai.com is the local server (OPENAI_BASE_URL) behind a tunnel, which has these
models no more; PRELOAD makes the day. Prints TAP."""

import os
import re
import socket
import ssl
import sys
import threading
from urllib.parse import urlsplit

import run
from certificates import make_authority, make_certificate
from proxy import Handler, Server
from run import WORK, error_rate, main, seconds, talk

run.TESTS.clear()
test = run.test

HOST = "api.openai.com"
GONE = (b'HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: %d\r\n'
        b'Connection: close\r\n\r\n%s')
BODY = b'{"error":{"code":"model_not_found","message":"The model has been shut down."}}'


class OpenAI:
    """Answers as OpenAI would: TLS before the local server."""

    def __init__(self):
        make_authority(WORK, "ca")
        make_certificate(WORK, HOST)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(WORK / f"{HOST}.pem", WORK / f"{HOST}.key")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.asked = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            threading.Thread(target=self.serve, args=(self.listener.accept()[0],),
                             daemon=True).start()

    def serve(self, connection):
        with self.context.wrap_socket(connection, server_side=True) as client:
            head = b""
            while b"\r\n\r\n" not in head and (data := client.recv(65536)):
                head += data
            self.asked.append(head.split(b"\r\n")[0].decode())
            if b"POST /v1/audio/speech" in head:
                client.sendall(GONE % (len(BODY), BODY))
                while client.recv(65536):  # what it sends until it has seen that
                    pass
                return
            local = urlsplit(os.environ["OPENAI_BASE_URL"])
            with socket.create_connection((local.hostname, local.port)) as server:
                server.sendall(head)
                back = threading.Thread(target=Handler.copy,
                                        args=(server, client), daemon=True)
                back.start()
                Handler.copy(client, server)
                back.join()


OPENAI = OpenAI()


def launch(line, today, code=0):
    """On that day, with nothing set that says where."""
    with Server(behind=OPENAI.port) as proxy:
        OPENAI.asked.clear()
        at = f"http://127.0.0.1:{proxy.server_port}"
        return run.launch(
            line, options="-m", code=code, TODAY=today, LD_PRELOAD=os.environ["PRELOAD"],
            http_proxy=at, https_proxy=at, no_proxy="", OPENAI_BASE_URL="",
            GIO_USE_PROXY_RESOLVER="libproxy", OPENAI_API_KEY="sk-no-key")


def warnings(output):
    return re.findall(r"(Model \S+ (?:has ended|ends) on [-\d]+: set \S+)", output)


@test
def speech_goes_on_after_the_last_model_of_requests():
    """The line of the documentation, on the day after."""
    output = launch("openaitts text='Hello from the day after.' tls-ca-file=ca.pem "
                    "! audioconvert ! audioresample ! wavenc ! filesink location=after.wav",
                    "2027-01-07")
    assert 0.5 < seconds("after.wav") < 5, output
    assert "model=(string)gpt-realtime-2.1-mini" in output, output
    assert not warnings(output) and "WARNING" not in output, output
    assert OPENAI.asked[0].startswith("GET /v1/realtime?model=gpt-realtime-2.1-mini "), OPENAI.asked
    assert not any("/audio/speech" in line for line in OPENAI.asked), OPENAI.asked


@test
def a_speech_model_that_has_ended_is_named_with_what_to_use():
    output = launch("openaitts model=tts-1 text=Hello tls-ca-file=ca.pem max-retries=0 "
                    "! fakesink", "2027-01-07", code=1)
    assert warnings(output) == ["Model tts-1 has ended on 2027-01-06: set "
                                "model=gpt-realtime-2.1-mini"], output
    assert "has been shut down" in output, output


@test
def a_speech_model_is_named_in_its_last_sixty_days_only():
    for today, told in (("2026-11-06", []), ("2026-11-07", ["Model tts-1 ends on 2027-01-06: "
                                                            "set model=gpt-realtime-2.1-mini"])):
        output = launch("openaitts model=tts-1 text=Hello tls-ca-file=ca.pem max-retries=0 "
                        "! fakesink", today, code=1)
        assert warnings(output) == told, output


@test
def captions_go_on_after_the_last_whisper():
    output = launch(f"filesrc location={talk()} ! decodebin ! openaistt tls-ca-file=ca.pem "
                    "! srtenc ! filesink location=after.srt", "2027-02-27")
    assert error_rate((WORK / "after.srt").read_text()) < 35, output
    assert not warnings(output) and "WARNING" not in output, output
    assert "model=(string)gpt-transcribe" in output, output
    output = launch("audiotestsrc num-buffers=100 ! openaistt vad=none model=whisper-1 "
                    "tls-ca-file=ca.pem ! fakesink", "2027-02-27")
    assert warnings(output) == ["Model whisper-1 has ended on 2027-02-26: set "
                                "model=gpt-transcribe"], output


if __name__ == "__main__":
    sys.exit(main())
