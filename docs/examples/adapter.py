#!/usr/bin/env python3
# SPDX-License-Identifier: 0BSD
# An adapter for assay around a toy protocol that is NOT SECURE: whoever sees a bundle can read everything. Python 3, nothing else.
import hashlib, hmac, os, struct, sys

PROFILE, DONE, BUNDLE_MADE, SEALED, OPENED, REFUSED, UNSUPPORTED, FAULT = 10, 11, 12, 13, 14, 17, 18, 19
MALFORMED, AUTHENTICATION, DUPLICATE, NO_SESSION, OPAQUE = 1, 3, 4, 9, 15
parties = {}

class Refused(Exception):  # a decision of the protocol code; anything else that goes wrong is a Fault
    pass

# ---- as much protobuf as it takes
def varint(n):
    return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + varint(n >> 7)

def field(number, value):
    return varint(number << 3) + varint(value) if isinstance(value, int) else varint(number << 3 | 2) + varint(len(value)) + value

def parse(data):  # {field number: its last value}
    found, at = {}, 0
    def take_varint():
        nonlocal at
        value, shift, byte = 0, 0, 128
        while byte & 128:
            byte, at = data[at], at + 1
            value, shift = value | (byte & 127) << shift, shift + 7
        return value
    while at < len(data):
        key = take_varint()
        size = {0: 0, 1: 8, 2: 0, 5: 4}[key & 7]
        value = take_varint() if key & 7 in (0, 2) else 0
        if key & 7 == 2:
            value, size = data[at:at + value], value
        found[key >> 3], at = value, at + size
    return found

# ---- the toy: a party is a key, a bundle is that key, a message is nonce, ciphertext, tag. The ciphertext begins with the
# sender's key, so that whoever was written to can answer.
def address(data):
    inner = parse(data)
    return inner.get(1, b""), inner.get(2, 0)

def keystream(key, nonce, data):
    return bytes(a ^ b for a, b in zip(data, hashlib.shake_256(key + nonce).digest(len(data))))

def reset(op):
    parties.clear()
    return DONE, b""

def create_party(op):
    parties[op[1]] = {"key": os.urandom(32), "peers": {}, "seen": set()}
    return DONE, b""

def start_session(op):
    key = parse(op[3]).get(2, b"")
    if len(key) != 32:
        raise Refused(MALFORMED, "a bundle has 32 bytes")
    parties[op[1]]["peers"][address(op[2])] = key
    return DONE, b""

def seal(op):
    party, nonce = parties[op[1]], os.urandom(16)
    key = party["peers"].get(address(op[2]))
    if key is None:
        raise Refused(NO_SESSION, "no session with this peer")
    sealed = nonce + keystream(key, nonce, party["key"] + op.get(4, b""))
    return SEALED, field(1, field(1, OPAQUE) + field(2, sealed + hmac.digest(key, sealed, "sha256")))

def open_message(op):
    party, body = parties[op[1]], parse(op[4]).get(2, b"")
    sealed, tag, nonce = body[:-32], body[-32:], body[:16]
    if len(sealed) < 48:
        raise Refused(MALFORMED, "shorter than nonce, key and tag")
    if not hmac.compare_digest(tag, hmac.digest(party["key"], sealed, "sha256")):
        raise Refused(AUTHENTICATION, "the tag is wrong")
    if nonce in party["seen"]:
        raise Refused(DUPLICATE, "opened before")
    party["seen"].add(nonce)
    text = keystream(party["key"], nonce, sealed[16:])
    party["peers"].setdefault(address(op[2]), text[:32])
    return OPENED, field(1, text[32:])

operations = {  # by their field numbers in Request
    10: lambda op: (PROFILE, field(1, 1) + field(2, b"toy") + field(3, b"1") + field(4, b"toy") + field(5, b"library") + field(6, b"cipher")),
    11: reset,
    12: lambda op: (DONE, b""),
    13: create_party,
    14: lambda op: (BUNDLE_MADE, field(1, field(1, OPAQUE) + field(2, parties[op[1]]["key"]))),
    15: start_session,
    16: seal,
    17: open_message,
}

# ---- frames in, frames out
def read(size):
    data = sys.stdin.buffer.read(size)
    if len(data) < size:
        sys.exit(0)  # the harness has gone
    return data

def answer(request):
    number = next((n for n in request if n in operations), None)
    if number is None:
        return UNSUPPORTED, b""
    try:
        return operations[number](parse(request[number]))
    except Refused as no:
        return REFUSED, field(1, no.args[0]) + field(2, no.args[1].encode())
    except Exception as broken:
        return FAULT, field(1, repr(broken).encode())

while True:
    request = parse(read(struct.unpack(">I", read(4))[0]))
    reply = field(1, request[1]) + field(*answer(request))
    sys.stdout.buffer.write(struct.pack(">I", len(reply)) + reply)
    sys.stdout.buffer.flush()
