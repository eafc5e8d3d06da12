"""OpenSSL's opinion of vectors/published, by python3-cryptography and hashlib: none of our code.

Usage: confirm.py FILE... Each group is judged by its type; a valid test must be taken, an invalid one
refused, an acceptable one may be either. Exits with 77 when a package is missing.
"""
import hashlib
import json
import sys

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493


def unhex(object_, name):
    return bytes.fromhex(object_[name])


# ---- XEdDSA

def edwards(u, sign):
    """The Ed25519 key of a Montgomery coordinate, as XEdDSA converts it; reduced, as deployed."""
    u = (int.from_bytes(u, "little") & (2**255 - 1)) % P
    y = (u - 1) * pow(u + 1, P - 2, P) % P
    return (y | sign << 255).to_bytes(32, "little")


def scalar_is_prescribed(private, random, message, public, signature):
    """S = r + H(R || A || M) a, with r = H(FE FF... || a || M || random): what the signer had to do."""
    nonce = hashlib.sha512(b"\xfe" + b"\xff" * 31 + private + message + random).digest()
    challenge = hashlib.sha512(signature[:32] + public + message).digest()
    r, h, a = (int.from_bytes(n, "little") for n in (nonce, challenge, private))
    s = int.from_bytes(signature[32:], "little") & (2**255 - 1)
    return s == (r + h * a) % ORDER


def xeddsa(group):
    for test in group["tests"]:
        message, signature = unhex(test, "msg"), unhex(test, "sig")
        if len(signature) != 64:
            yield False
            continue
        public = edwards(unhex(group, "publicKey")[1:], signature[63] >> 7)
        bare = signature[:63] + bytes([signature[63] & 127])
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(bare, message)
            taken = True
        except InvalidSignature:
            taken = False
        if taken and "random" in test:
            taken = scalar_is_prescribed(unhex(group, "privateKey"), unhex(test, "random"), message, public, bare)
        yield taken


JUDGES = {"XeddsaVerify": xeddsa}


def confirm(path):
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    wrong = n = 0
    for group in vectors["testGroups"]:
        for test, taken in zip(group["tests"], JUDGES[group["type"]](group), strict=True):
            n += 1
            if test["result"] != "acceptable" and taken != (test["result"] == "valid"):
                wrong += 1
                print(f"{path}: {test['tcId']} ({test['comment']}) is {test['result']}, and "
                      f"{'taken' if taken else 'refused'} here")
    if n != vectors["numberOfTests"]:
        wrong += 1
        print(f"{path}: {n} tests, not {vectors['numberOfTests']}")
    return wrong


sys.exit(1 if sum(confirm(path) for path in sys.argv[1:]) else 0)
