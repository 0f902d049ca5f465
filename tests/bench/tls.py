# SPDX-License-Identifier: LGPL-2.1-or-later
"""nghttpx with a certificate of its own before one of our servers."""

import socket
import subprocess

from bench import WORK, have, run


def is_possible():
    return have("nghttpx") and have("openssl")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def make_certificate():
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", WORK / "tls.key",
        "-out", WORK / "tls.pem", "-subj", "/CN=localhost", "-addext",
        "subjectAltName=DNS:localhost", "-days", "2")


class Proxy:
    """Speaks @protocol to the front."""

    def __init__(self, behind, protocol):
        WORK.mkdir(exist_ok=True)
        make_certificate()
        self.port = free_port()
        self.log = WORK / "tls.log"
        self.log.unlink(missing_ok=True)
        host, port = behind.split("/")[2].split(":")
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            ["nghttpx", "--conf=/dev/null", f"-f127.0.0.1,{self.port}", f"-b{host},{port}",
             "--no-ocsp", f"--npn-list={protocol}", f"--accesslog-file={self.log}",
             "--accesslog-format=$remote_port $alpn $status", "--workers=1",
             str(WORK / "tls.key"), str(WORK / "tls.pem")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    break

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def settings(self):
        return f"base-url=https://localhost:{self.port}/v1 tls-ca-file={WORK / 'tls.pem'}"

    def connections(self):
        """Requests that were answered, and connections they came on."""
        ports = [port for port, _, status in map(str.split, self.log.read_text().splitlines())
                 if status == "200"]
        return len(ports), len(set(ports))
