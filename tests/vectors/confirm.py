# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenSSL's opinion of vectors/published, by python3-cryptography and hashlib: none of our code.

Usage: confirm.py FILE... Each group is judged by its type; a valid test must be taken, an invalid one
refused, an acceptable one may be either; None is no opinion. How many tests were judged is said; a file of
which none is judged is wrong here. Exits with 77 when a package is missing.
"""
import hashlib
import hmac
import json
import sys

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493


def unhex(object_, name):
    return bytes.fromhex(object_[name])


def agree(private, public):
    """X25519; zeros where OpenSSL refuses a key of small order."""
    try:
        return X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public[1:]))
    except ValueError:
        return bytes(32)


def hkdf(secret, info, length, salt=b""):
    return HKDF(SHA256(), length, salt or bytes(32), info).derive(secret)


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


# ---- X3DH

AGREEMENTS = {  # dh1 to dh4: own private, other's public key
    "initiator": [("identityPrivate", "peerSignedPrekeyPublic"), ("basePrivate", "peerIdentityPublic"),
                  ("basePrivate", "peerSignedPrekeyPublic"), ("basePrivate", "peerOneTimePrekeyPublic")],
    "responder": [("signedPrekeyPrivate", "peerIdentityPublic"), ("identityPrivate", "peerBasePublic"),
                  ("signedPrekeyPrivate", "peerBasePublic"), ("oneTimePrekeyPrivate", "peerBasePublic")],
}


def x3dh(group):
    for test in group["tests"]:
        pairs = [(own, their) for own, their in AGREEMENTS[group["role"]] if own in test and their in test]
        secrets = [agree(unhex(test, own), unhex(test, their)) for own, their in pairs]
        given = [unhex(test, f"dh{i}") for i in range(1, 5) if f"dh{i}" in test]
        keys = hkdf(b"\xff" * 32 + b"".join(secrets), b"WhisperText", 64)
        yield secrets == given and keys == unhex(test, "rootKey") + unhex(test, "chainKey")


def x3dh_bundle(group):
    """Keys are 33 bytes that begin with 05, and the signature is the identity's of the signed prekey."""
    for test in group["tests"]:
        keys = [unhex(test, name) for name in ("identityPublic", "signedPrekeyPublic", "oneTimePrekeyPublic")
                if name in test]
        yield all(len(key) == 33 and key[0] == 5 for key in keys) and next(xeddsa({
            "publicKey": test["identityPublic"], "tests": [{"msg": test["signedPrekeyPublic"], "sig": test["signature"]}]}))


# ---- Double Ratchet

def mac(key, data):
    return hmac.digest(key, data, "sha256")


def message_keys(seed, salt=b""):
    keys = hkdf(seed, b"WhisperMessageKeys", 80, salt)
    return keys[:32], keys[32:64], keys[64:]


def root_step(group):
    for test in group["tests"]:
        secret = agree(unhex(test, "ratchetPrivate"), unhex(test, "peerRatchetPublic"))
        keys = hkdf(secret, b"WhisperRatchet", 64, unhex(test, "rootKey"))
        yield secret == unhex(test, "sharedSecret") and keys == unhex(test, "newRootKey") + unhex(test, "chainKey")


def chain_step(group):
    for test in group["tests"]:
        chain = unhex(test, "chainKey")
        seed = mac(chain, b"\x01")
        given = tuple(unhex(test, name) for name in ("cipherKey", "macKey", "iv"))
        yield (seed == unhex(test, "messageSeed") and message_keys(seed) == given
               and mac(chain, b"\x02") == unhex(test, "nextChainKey"))


# ---- conversations

def fields_of(message):
    """The protobuf of a SignalMessage: version byte before, MAC of 8 bytes after it."""
    out, at, data = {}, 1, message[:-8]

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        tag = varint()
        value = varint()
        if tag & 7 == 2:
            value, at = data[at:at + value], at + value
        out[tag >> 3] = value
    return out


def signal_message_of(test):
    message = unhex(test, "message")
    return fields_of(message + bytes(8))[4] if test["kind"] == "prekey" else message


def is_sealed(test, own, peer, salt=b""):
    """The message is what its chain key and ratchet key make of the plaintext."""
    message = signal_message_of(test)
    fields = fields_of(message)
    seed = mac(unhex(test, "chainKey"), b"\x01")
    cipher_key, mac_key, iv = message_keys(seed, salt)
    ratchet = X25519PrivateKey.from_private_bytes(unhex(test, "ratchetPrivate")).public_key()
    ratchet = b"\x05" + ratchet.public_bytes(Encoding.Raw, PublicFormat.Raw)
    identities = unhex(own, "identityPublic") + unhex(peer, "identityPublic")
    decryptor = Cipher(AES(cipher_key), CBC(iv)).decryptor()
    padded = decryptor.update(fields[4]) + decryptor.finalize()
    return ((cipher_key, mac_key, iv) == tuple(unhex(test, name) for name in ("cipherKey", "macKey", "iv"))
            and (fields[1], fields[2]) == (ratchet, test["counter"])
            and message[-8:] == mac(mac_key, identities + message[:-8])[:8]
            and padded == pkcs7(unhex(test, "plaintext")))


def pkcs7(data):
    n = 16 - len(data) % 16
    return data + bytes([n]) * n


def conversation(group):
    """What is sealed; what becomes of it at its receiver is for an implementation of the protocol to say."""
    for test in group["tests"]:
        peer = "bob" if test["by"] == "alice" else "alice"
        yield is_sealed(test, group[test["by"]], group[peer]) if test["act"] == "seal" else None


# ---- sender keys

def sender_key(group):
    """What is sealed; what becomes of it at its receiver is for an implementation of the protocol to say."""
    ciphertext = 4 if "distributionId" in group else 3
    for test in group["tests"]:
        if "chainKey" not in test:
            yield None
            continue
        message = unhex(test, "message")
        fields = fields_of(message[:-64] + bytes(8))
        keys = hkdf(mac(unhex(test, "chainKey"), b"\x01"), b"WhisperGroup", 48)
        public = X25519PrivateKey.from_private_bytes(unhex(test, "signingPrivate")).public_key()
        public = "05" + public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
        is_signed = next(xeddsa({"publicKey": public, "tests": [{"msg": message[:-64].hex(), "sig": message[-64:].hex()}]}))
        decryptor = Cipher(AES(keys[16:]), CBC(keys[:16])).decryptor()
        padded = decryptor.update(fields[ciphertext]) + decryptor.finalize()
        yield (is_signed and keys == unhex(test, "iv") + unhex(test, "cipherKey")
               and (fields[ciphertext - 2], fields[ciphertext - 1]) == (test["keyId"], test["iteration"])
               and padded == pkcs7(unhex(test, "plaintext"))
               and fields.get(1) == (unhex(group, "distributionId") if ciphertext == 4 else test["keyId"]))


# ---- Signal v4

def spqr_key(pq_key, index):
    """Number |index| of the initiator's direction in SPQR's epoch 0."""
    key = hkdf(pq_key, b"Signal PQ Ratchet V1 Chain  Start", 96)[32:64]
    for counter in range(1, index + 1):
        both = hkdf(key, counter.to_bytes(4, "big") + b"Signal PQ Ratchet V1 Chain Next", 64)
        key, message_key = both[:32], both[32:]
    return message_key


def pqxdh(sender, receiver):
    """The keys that the agreements and the KEM's secret give; None: they are not these."""
    pairs = [(sender["identityPrivate"], receiver["signedPrekey"]["public"]),
             (sender["basePrivate"], receiver["identityPublic"]),
             (sender["basePrivate"], receiver["signedPrekey"]["public"]),
             (sender["basePrivate"], receiver["oneTimePrekey"]["public"])]
    given = [unhex(sender, f"dh{i}") for i in range(1, 5) if f"dh{i}" in sender]
    secrets = [agree(bytes.fromhex(own), bytes.fromhex(their)) for own, their in pairs[:len(given)]]
    keys = hkdf(b"\xff" * 32 + b"".join(secrets) + unhex(sender, "kemSecret"),
                b"WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024", 96)
    is_so = secrets == given and keys == b"".join(unhex(sender, name) for name in ("rootKey", "chainKey", "pqKey"))
    return keys if is_so else None


def triple_ratchet(group):
    """From the agreement to the MAC; whether it opens at its receiver is for an implementation to say."""
    sender, receiver = group["sender"], group["receiver"]
    keys = pqxdh(sender, receiver)
    for test in group["tests"]:
        if "chainKey" not in test:
            yield None
            continue
        secret = agree(unhex(test, "ratchetPrivate"), unhex(receiver["signedPrekey"], "public"))
        chain = hkdf(secret, b"WhisperRatchet", 64, keys[:32])[32:] if keys else b""
        for _ in range(test["counter"]):
            chain = mac(chain, b"\x02")
        outer = fields_of(unhex(test, "message") + bytes(8))
        yield (keys is not None and chain == unhex(test, "chainKey")
               and spqr_key(keys[64:], test["counter"] + 1) == unhex(test, "spqrKey")
               and outer[8] == unhex(sender, "kemCiphertext")
               and is_sealed({**test, "kind": "prekey"}, sender, receiver, unhex(test, "spqrKey")))


# ---- fingerprints

def fingerprint_half(key, identifier, iterations):
    digest = b"\0\0" + key + identifier
    for _ in range(iterations):
        digest = hashlib.sha512(digest + key).digest()
    return "".join(f"{int.from_bytes(digest[i:i + 5], 'big') % 100000:05}" for i in range(0, 30, 5))


def fingerprint(group):
    for test in group["tests"]:
        halves = [fingerprint_half(unhex(test, f"{side}Key"), test[f"{side}Id"].encode(), group["iterations"])
                  for side in ("own", "peer")]
        yield test["displayable"] == "".join(sorted(halves))


JUDGES = {"XeddsaVerify": xeddsa, "X3dhAgreement": x3dh, "X3dhBundle": x3dh_bundle, "RootStep": root_step,
          "ChainStep": chain_step, "Conversation": conversation, "SenderKey": sender_key,
          "TripleRatchet": triple_ratchet, "Fingerprint": fingerprint}
COMPUTED = {"X3dhAgreement", "RootStep"}  # where an acceptable test, too, is computed as it says, or refused


def confirm(path):
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    wrong = n = judged = 0
    for group in vectors["testGroups"]:
        for test, taken in zip(group["tests"], JUDGES[group["type"]](group), strict=True):
            n += 1
            wanted = test["result"] == "valid" or test["result"] == "acceptable" and group["type"] in COMPUTED
            if taken is None or test["result"] == "acceptable" and not wanted:
                continue
            judged += 1
            if taken != wanted:
                wrong += 1
                print(f"{path}: {test['tcId']} ({test['comment']}) is {test['result']}, and "
                      f"{'taken' if taken else 'refused'} here")
    if n != vectors["numberOfTests"]:
        wrong += 1
        print(f"{path}: {n} tests, not {vectors['numberOfTests']}")
    print(f"{path}: {judged} of {n} tests judged")
    return wrong + (judged == 0)


sys.exit(1 if sum(confirm(path) for path in sys.argv[1:]) else 0)
