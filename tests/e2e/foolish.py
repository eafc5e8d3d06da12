#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A foolish adapter: a sound one behind it answers, and what it says is changed on the way.

Usage: foolish.py [refuses-all] [claims=NAME] [hides=NAME] [protocol=NAME] [surface=NAME] [opens-once=FILE] [dies-once=FILE]
                  [faults-once=FILE] -- ADAPTER ...

opens-once, dies-once and faults-once do so at the first refusal of the second process that is started, behind a standstill of assay that
they cause themselves; FILE, which is not there before, and FILE.done say how far that is.
"""
import os
import signal
import struct
import subprocess
import sys
import time

PROFILE, OPENED, REFUSED, FAULT = 10, 14, 17, 19
STANDSTILL_S = 1.2
CAPABILITY = 7
ADDED = {"protocol": 4, "surface": 5, "claims": CAPABILITY}


def varint(n):
    return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + varint(n >> 7)


def field(number, value):
    return varint(number << 3 | 2) + varint(len(value)) + value


def take_varint(data, at):
    value = shift = 0
    while True:
        byte, at = data[at], at + 1
        value, shift = value | (byte & 127) << shift, shift + 7
        if byte < 128:
            return value, at


def fields(data):
    """Each as (number, value, its bytes); value is None for a number."""
    at = 0
    while at < len(data):
        begin = at
        key, at = take_varint(data, at)
        length, at = take_varint(data, at)
        value = None
        if key & 7 == 2:
            value, at = data[at : at + length], at + length
        yield key >> 3, value, data[begin:at]


def changed(reply, changes):
    out = b""
    for number, value, whole in fields(reply):
        if number == PROFILE:
            hidden = [text.encode() for name, text in changes if name == "hides"]
            value = b"".join(part for n, v, part in fields(value) if n != CAPABILITY or v not in hidden)
            value += b"".join(field(ADDED[name], text.encode()) for name, text in changes if name in ADDED)
            whole = field(PROFILE, value)
        elif number == FAULT and ("refuses-all", "") in changes:
            whole = field(REFUSED, b"\x08\x01")
        out += whole
    return out


def made(path):
    """Is the file |path| a new one?"""
    is_new = not os.path.exists(path)
    open(path, "w", encoding="utf-8").close()
    return is_new


def hides_behind_a_standstill(reply, how, path):
    """A refusal becomes the opposite, a death or a fault, while assay does not run."""
    parts = list(fields(reply))
    if not any(number == REFUSED for number, _, _ in parts):
        return None
    os.kill(os.getppid(), signal.SIGSTOP)
    time.sleep(STANDSTILL_S)
    os.kill(os.getppid(), signal.SIGCONT)
    made(path + ".done")
    if how == "dies-once":
        os._exit(3)
    instead = field(OPENED, field(1, b"forged")) if how == "opens-once" else field(FAULT, b"")
    return b"".join(instead if number == REFUSED else whole for number, _, whole in parts)


def read(stream, size):
    data = stream.read(size)
    if len(data) < size:
        sys.exit(0)
    return data


def frame(stream):
    return read(stream, struct.unpack(">I", read(stream, 4))[0])


def write(stream, data):
    stream.write(struct.pack(">I", len(data)) + data)
    stream.flush()


def main():
    end = sys.argv.index("--")
    changes = [tuple(word.partition("=")[::2]) for word in sys.argv[1:end]]
    adapter = subprocess.Popen(sys.argv[end + 1 :], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    once = [change for change in changes if change[0] in ("opens-once", "dies-once", "faults-once")]
    if once and (made(once[0][1]) or os.path.exists(once[0][1] + ".done")):
        once.clear()
    while True:
        write(adapter.stdin, frame(sys.stdin.buffer))
        reply = changed(frame(adapter.stdout), changes)
        hidden = hides_behind_a_standstill(reply, *once[0]) if once else None
        if hidden:
            once.clear()
        write(sys.stdout.buffer, hidden or reply)


main()
