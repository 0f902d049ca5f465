#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""Through proxies and to other machines: what goes where, and where no key goes.
Prints TAP."""

import http.server
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from certificates import make_authority, make_certificate
from tap import main, test

WORK = Path(tempfile.mkdtemp(prefix="openai-proxy-"))
KEY = "sk-never-to-be-seen"
LIMIT = 180

STT = "audiotestsrc wave=pink-noise num-buffers=60 ! openaistt vad=none max-retries=0 {} ! fakesink"
TTS = "openaitts text=Hello max-retries=0 {} ! fakesink"
VOICE = ("audiotestsrc num-buffers=30 ! openaivoicesink voice-name=Ada consent=c max-retries=0 {}")


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers every call of the API, as a server or as a proxy before one."""

    protocol_version = "HTTP/1.1"

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        data = b""
        while size := int(self.rfile.readline(), 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def do_POST(self):
        self.server.requests.append((self.path, dict(self.headers), self.body()))
        speech = "/audio/speech" in self.path
        answer = bytes(4800) if speech else b'{"id":"v","text":"a","data":[]}'
        self.send_response(200)
        self.send_header("Content-Type", "audio/pcm" if speech else "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST

    def do_CONNECT(self):
        """A tunnel to wherever the test wants."""
        self.server.tunnels.append((self.path, dict(self.headers)))
        self.close_connection = True
        if not self.server.behind:
            self.send_response(self.server.refusal)
            self.send_header("Proxy-Authenticate", 'Basic realm="here"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        with socket.create_connection(("127.0.0.1", self.server.behind)) as other:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=self.copy, args=(other, self.connection))
            back.start()
            self.copy(self.connection, other)
            back.join()

    @staticmethod
    def copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, behind=None, context=None, refusal=403):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests, self.tunnels, self.behind = [], [], behind
        self.refusal = refusal
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True,
                                              do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


def launch(line, proxy, code=0, **environment):
    at = f"http://127.0.0.1:{proxy.server_port}"
    done = subprocess.run(
        ["sh", "-c", f"exec gst-launch-1.0 -m {line}"], cwd=WORK, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=LIMIT, check=False,
        env={**os.environ, "http_proxy": at, "https_proxy": at, "no_proxy": "",
             "GIO_USE_PROXY_RESOLVER": "libproxy", "OPENAI_API_KEY": KEY, **environment})
    output = done.stdout.decode(errors="replace")
    assert done.returncode == code, f"{line}: exit code {done.returncode}\n{output[-2000:]}"
    assert KEY not in output, output
    return output


def shows(requests):
    return any(KEY in repr(request) for request in requests)


@test
def other_machines_are_asked_through_the_proxy_without_the_key():
    for line in (STT, TTS, VOICE):
        with Server() as proxy:
            output = launch(line.format(
                "base-url=http://example.test/v1 "
                f'extra-query="q,code=(string){KEY},v=(string)1" '
                f'extra-headers="h,x-api-key=(string){KEY}"'), proxy)
            assert proxy.requests and proxy.requests[0][0].startswith("http://example.test/v1/")
            assert proxy.requests[0][0].endswith("?v=1"), proxy.requests
            assert not shows(proxy.requests), proxy.requests
            assert "The API key is not sent" in output, output


@test
def with_it_when_that_is_allowed():
    for line in (STT, TTS, VOICE):
        with Server() as proxy:
            output = launch(line.format("base-url=http://example.test/v1 allow-insecure=true"),
                            proxy)
            assert proxy.requests[0][1]["Authorization"] == f"Bearer {KEY}", proxy.requests
            assert "WARNING" not in output, output


@test
def this_machine_is_asked_directly():
    for line in (STT, TTS, VOICE):
        for host in ("127.0.0.1", "localhost"):
            with Server() as proxy, Server() as server:
                launch(line.format(f"base-url=http://{host}:{server.server_port}/v1"), proxy)
                assert not proxy.requests and not proxy.tunnels
                assert server.requests[0][1]["Authorization"] == f"Bearer {KEY}"


def tls_server():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(WORK / "example.test.pem", WORK / "example.test.key")
    return Server(context=context)


@test
def https_goes_through_a_tunnel_and_the_proxy_sees_nothing():
    make_authority(WORK, "ca")
    make_certificate(WORK, "example.test")
    for line in (STT, TTS, VOICE):
        with tls_server() as server, Server(behind=server.server_port) as proxy:
            launch(line.format("base-url=https://example.test/v1 tls-ca-file=ca.pem"), proxy)
            assert proxy.tunnels[0][0] == "example.test:443", proxy.tunnels
            assert not shows(proxy.tunnels) and not proxy.requests
            assert server.requests[0][1]["Authorization"] == f"Bearer {KEY}"


@test
def the_name_in_the_tunnel_is_checked():
    for line in (STT, TTS, VOICE):
        with tls_server() as server, Server(behind=server.server_port) as proxy:
            output = launch(line.format("base-url=https://other.test/v1 tls-ca-file=ca.pem"),
                            proxy, code=1)
            assert "certificate" in output and not server.requests, output


@test
def a_proxy_that_refuses_is_an_error_that_says_so():
    for refusal in (403, 407):
        with Server(refusal=refusal) as proxy:
            output = launch(TTS.format("base-url=https://example.test/v1"), proxy, code=1,
                            https_proxy=f"http://me:password@127.0.0.1:{proxy.server_port}")
            assert output.count("ERROR: from element") == 1, output
            assert f"The proxy 127.0.0.1:{proxy.server_port} answered {refusal} " in output, output
            assert "password" not in output, output
            assert len(proxy.tunnels) == 1, proxy.tunnels


@test
def a_proxy_that_is_down_is_named():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        at = f"127.0.0.1:{closed.getsockname()[1]}"
        for base in ("http://example.test/v1", "https://example.test/v1"):
            with Server() as proxy:
                output = launch(TTS.format(f"base-url={base}"), proxy, code=1,
                                http_proxy=f"http://me:password@{at}",
                                https_proxy=f"http://me:password@{at}")
                assert f"through the proxy {at}: " in output, output
                assert "is base-url right" not in output and "password" not in output, output


@test
def the_tool_keeps_the_same_rules():
    with Server() as proxy:
        for base, sent in (("http://example.test/v1", False), ("https://example.test/v1", False)):
            process = subprocess.run(
                [os.environ["VOICES_TOOL"], "consents", "list"], stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, timeout=LIMIT, check=False,
                env={**os.environ, "http_proxy": f"http://127.0.0.1:{proxy.server_port}",
                     "https_proxy": f"http://127.0.0.1:{proxy.server_port}",
                     "GIO_USE_PROXY_RESOLVER": "libproxy", "OPENAI_API_KEY": KEY,
                     "OPENAI_BASE_URL": base})
            assert KEY not in process.stdout.decode(), process.stdout
            assert shows(proxy.requests + proxy.tunnels) == sent
        assert proxy.requests and proxy.tunnels


@test
def no_process_list_shows_the_key():
    """It is asked while they wait for an answer that does not come."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        base = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        environment = {**os.environ, "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": base}
        for command in ([os.environ["VOICES_TOOL"], "consents", "list"],
                        ["sh", "-c", "exec gst-launch-1.0 " + TTS.format("")],
                        ["sh", "-c", "exec gst-launch-1.0 " + STT.format("")],
                        ["sh", "-c", "exec gst-launch-1.0 " + VOICE.format("")]):
            process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            try:
                connection, _ = listener.accept()
                assert KEY.encode() in connection.recv(65536)
                tasks = Path(f"/proc/{process.pid}")
                shown = (tasks / "cmdline").read_bytes() + b"".join(
                    comm.read_bytes() for comm in tasks.glob("task/*/comm"))
                assert shown and KEY.encode() not in shown, shown
                connection.close()
            finally:
                process.kill()
                process.wait()


if __name__ == "__main__":
    sys.exit(main())
