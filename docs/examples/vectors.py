#!/usr/bin/env python3
# SPDX-License-Identifier: 0BSD
# Runs vectors/published/*.json: vectors.py FILE... Put your own functions into CHECKS. Needs python3-cryptography.
import json, sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

P = 2**255 - 19

def xeddsa(group, test):  # your verify(public key, message, signature)
    u = int.from_bytes(bytes.fromhex(group["publicKey"])[1:], "little") % 2**255
    signature = bytearray.fromhex(test["sig"])
    if len(signature) != 64 or u >= P:
        return False
    edwards = (u - 1) * pow(u + 1, P - 2, P) % P | signature[63] >> 7 << 255
    signature[63] &= 127
    try:
        Ed25519PublicKey.from_public_bytes(edwards.to_bytes(32, "little")).verify(bytes(signature), bytes.fromhex(test["msg"]))
        return True
    except InvalidSignature:
        return False

CHECKS = {"XeddsaVerify": xeddsa}  # type of a group: does the code take a test of it?

wrong = done = skipped = 0
for path in sys.argv[1:]:
    for group in json.load(open(path))["testGroups"]:
        check = CHECKS.get(group["type"])
        for test in group["tests"]:
            if check is None:
                skipped += 1
            elif test["result"] == "acceptable" or check(group, test) == (test["result"] == "valid"):
                done += 1
            else:
                wrong += 1
                print(f"{path}: test {test['tcId']} ({test['comment']}) is {test['result']}: {', '.join(test['flags'])}")
print(f"{done} as expected, {wrong} not, {skipped} of types without a check here")
sys.exit(1 if wrong else 0)
