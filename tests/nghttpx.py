# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""nghttpx before one of our servers: TLS and HTTP/2."""

import os
import socket
import subprocess


class Proxy:
    """With the certificate of @name in @folder, before the port @behind; speaks @protocols
    to the front."""

    def __init__(self, folder, name, behind, protocols="h2,http/1.1"):
        self.folder = folder
        # nghttpx inherits a socket that listens already: no other process can take the
        # port, and nobody has to wait until it is open.
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
            self.log = self.folder / f"{self.port}.log"
            self.log.unlink(missing_ok=True)
            self.process = subprocess.Popen(  # pylint: disable=consider-using-with
                ["nghttpx", "--conf=/dev/null", f"-f127.0.0.1,{self.port}",
                 f"-b127.0.0.1,{behind}", "--no-ocsp", f"--npn-list={protocols}",
                 f"--accesslog-file={self.log}",
                 "--accesslog-format=$remote_port $alpn $request $status",
                 f"{name}.key", f"{name}.pem"],
                cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                pass_fds=[listener.fileno()],
                env={**os.environ, "NGHTTPX_ACCEPT_1": f"tcp,{listener.fileno()}"})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def settings(self, authority="ca.pem"):
        return f"base-url=https://localhost:{self.port}/v1" + (
            f" tls-ca-file={self.folder / authority}" if authority else "")

    def requests(self):
        """Of each: the client's port, its protocol, the request line and the status."""
        return [line.split() for line in self.log.read_text().splitlines() if "POST" in line]
