#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A target of the surface server where no gatekeeper speaks: it answers assay soundly, and at its port there is something else.

Usage: speechless.py WHAT    WHAT: closed, silent, hangs-up, http, tls, garbage, endless, elsewhere.
"""
import os
import socket
import struct
import sys
import threading

TLS_ALERT = b"\x15\x03\x03\x00\x02\x02\x46"  # fatal, protocol_version
SAID = {
    "http": b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
    "tls": TLS_ALERT,
    "garbage": b"\0\0\x60" + bytes(range(96)),  # one frame of profile public
    "hangs-up": b"",
}


def varint(n):
    out = b""
    while n > 0x7F:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def number(field, n):
    return varint(field << 3) + varint(n)


def text(field, body):
    return varint(field << 3 | 2) + varint(len(body)) + body


def read_varint(data, at):
    n = shift = 0
    while True:
        n |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return n, at


def fields(data):
    """The numbers of a message's fields, and of those that are numbers what they say."""
    at, found = 0, {}
    while at < len(data):
        key, at = read_varint(data, at)
        value, at = read_varint(data, at)
        found[key >> 3] = value
        at += value if key & 7 == 2 else 0
    return found


def answer_clients(listener, what):
    kept = []
    while True:
        client = listener.accept()[0]
        kept.append(client)
        if what == "endless":
            threading.Thread(target=flood, args=(client,), daemon=True).start()
        elif what != "silent":
            client.recv(1)
            client.sendall(SAID[what])
            client.shutdown(socket.SHUT_RDWR)


def flood(client):
    try:
        while True:
            client.sendall(b"\0\0\x60" + bytes(96))
    except OSError:
        pass


def open_port(what):
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    port = listener.getsockname()[1]
    if what in ("closed", "elsewhere"):
        listener.close()
    else:
        threading.Thread(target=answer_clients, args=(listener, what), daemon=True).start()
    return port


def read_exactly(n):
    data = sys.stdin.buffer.read(n)
    if len(data) < n:
        os._exit(0)
    return data


def main():
    what = sys.argv[1]
    port = open_port(what)
    host = b"192.0.2.1" if what == "elsewhere" else b"127.0.0.1"
    results = {
        10: text(10, number(1, 1) + text(2, b"speechless") + text(3, b"1") + text(4, b"signal-v3") + text(5, b"server")),
        300: text(300, text(1, host) + number(2, port) + text(3, bytes(32))),
    }
    while True:
        request = fields(read_exactly(struct.unpack(">I", read_exactly(4))[0]))
        op = max(request)
        reply = number(1, request[1]) + results.get(op, text(11, b""))
        sys.stdout.buffer.write(struct.pack(">I", len(reply)) + reply)
        sys.stdout.buffer.flush()


main()
