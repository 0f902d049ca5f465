# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""A WebSocket client that knows as much as the tests need: text messages."""

import base64
import json
import os
import socket
import struct
from urllib.parse import urlsplit

LIMIT = 180


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


class Closed(Exception):
    def __init__(self, code, reason):
        super().__init__(f"closed: {code} {reason}")
        self.code, self.reason = code, reason


class WebSocket:
    def __init__(self, url, path, **headers):
        address = urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port), LIMIT)
        self.input = self.socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {address.netloc}", "Upgrade: websocket",
                 "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        status = int(self.input.readline().split()[1])
        fields = {}
        while (line := self.input.readline().strip()):
            name, _, value = line.decode().partition(":")
            fields[name.lower()] = value.strip()
        if status != 101:
            raise Refused(status, self.input.read(int(fields.get("content-length", 0))).decode())

    def send_text(self, text):
        data, mask = text.encode(), os.urandom(4)
        if len(data) < 126:
            head = struct.pack("!BB", 0x81, 0x80 + len(data)) + mask
        elif len(data) < 1 << 16:
            head = struct.pack("!BBH", 0x81, 0xfe, len(data)) + mask
        else:
            head = struct.pack("!BBQ", 0x81, 0xff, len(data)) + mask
        keys = (mask * (len(data) // 4 + 1))[:len(data)]
        masked = int.from_bytes(data, "big") ^ int.from_bytes(keys, "big")
        self.socket.sendall(head + masked.to_bytes(len(data), "big"))

    def send(self, kind, **fields):
        self.send_text(json.dumps({"type": kind, **fields}))

    def receive(self):
        """The next event."""
        while True:
            first, length = self.input.read(2)
            if length >= 126:
                length = int.from_bytes(self.input.read(2 if length == 126 else 8), "big")
            data = self.input.read(length)
            if first & 0xf == 8:
                raise Closed(int.from_bytes(data[:2], "big"), data[2:].decode())
            if first & 0xf == 1:
                return json.loads(data)

    def receive_until(self, *kinds):
        """All events up to one of these kinds, which is the last."""
        events = [self.receive()]
        while events[-1]["type"] not in kinds:
            events.append(self.receive())
        return events

    def close(self):
        self.input.close()
        self.socket.close()
