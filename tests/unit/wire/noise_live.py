# SPDX-License-Identifier: GPL-3.0-or-later
"""Our Noise against dissononce, live: both roles, message by message.

Usage: noise_live.py NOISE-SAY. Exits with 77 when dissononce is missing.

Each handshake has keys, payloads and a prologue of its own. The observed form (the empty payload of
the first message is not hashed) is checked against the same library with that one step left out.
"""
import os
import subprocess
import sys

try:
    from cryptography.exceptions import InvalidTag
    from dissononce.cipher.aesgcm import AESGCMCipher
    from dissononce.dh.x25519.x25519 import X25519DH
    from dissononce.exceptions.decrypt import DecryptFailedException
    from dissononce.hash.sha256 import SHA256Hash
    from dissononce.processing.handshakepatterns.interactive.IK import IKHandshakePattern
    from dissononce.processing.handshakepatterns.interactive.NK import NKHandshakePattern
    from dissononce.processing.handshakepatterns.interactive.NN import NNHandshakePattern
    from dissononce.processing.handshakepatterns.interactive.XX import XXHandshakePattern
    from dissononce.processing.impl.cipherstate import CipherState
    from dissononce.processing.impl.handshakestate import HandshakeState
    from dissononce.processing.impl.symmetricstate import SymmetricState
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

TOOL = sys.argv[1]
PATTERNS = {"NN": NNHandshakePattern, "NK": NKHandshakePattern, "XX": XXHandshakePattern,
            "IK": IKHandshakePattern}
MESSAGES = {"NN": 2, "NK": 2, "XX": 3, "IK": 2}
HAS_STATIC = {"NN": "", "NK": "r", "XX": "ir", "IK": "ir"}
FIRST_SEALED = {"NN": 1, "NK": 0, "XX": 1, "IK": 0}
KNOWS_RESPONDER = ("NK", "IK")
REFUSALS = (DecryptFailedException, InvalidTag)
failures = 0


def expect(sentence, is_so):
    global failures
    print(("ok      " if is_so else "FAILED  ") + sentence)
    failures += not is_so


class SkipsEmpty(SymmetricState):
    """The observed form: what is empty and not encrypted is not mixed into the hash."""

    def encrypt_and_hash(self, plaintext):
        if not plaintext and not self._cipherstate.has_key():
            return plaintext
        return super().encrypt_and_hash(plaintext)

    def decrypt_and_hash(self, ciphertext):
        if not ciphertext and not self._cipherstate.has_key():
            return ciphertext
        return super().decrypt_and_hash(ciphertext)


class Ours:
    def __init__(self, pattern, role, form, prologue, static, remote):
        arguments = [TOOL, pattern, role, form, prologue.hex() or "-", os.urandom(32).hex(),
                     static.private.data.hex() if static else "-",
                     remote.data.hex() if remote else "-"]
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def say(self, what, argument=b""):
        """The bytes of the answer, or None where ours refuses."""
        self.process.stdin.write(f"{what} {argument.hex() or '-'}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline().strip()
        if not line:
            raise RuntimeError("noise-say ended")
        return None if line == "refused" else bytes.fromhex("" if line == "-" else line)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait()


class Theirs:
    def __init__(self, pattern, is_initiator, prologue, static, remote, symmetric=SymmetricState):
        self.state = HandshakeState(symmetric(CipherState(AESGCMCipher()), SHA256Hash()),
                                    X25519DH())
        self.state.initialize(PATTERNS[pattern](), is_initiator, prologue, s=static, rs=remote)
        self.ciphers = None

    def write(self, payload):
        message = bytearray()
        self.ciphers = self.state.write_message(payload, message) or self.ciphers
        return bytes(message)

    def read(self, message):
        """The payload, or None where theirs refuses."""
        payload = bytearray()
        try:
            self.ciphers = self.state.read_message(message, payload) or self.ciphers
        except REFUSALS:
            return None
        return bytes(payload)

    def hash(self):
        return self.state.symmetricstate.get_handshake_hash()


class Pair:
    """Ours in one role and theirs in the other."""

    def __init__(self, pattern, we_start, prologue=b"", their_prologue=None, form="hashed",
                 symmetric=SymmetricState, mistaken=False):
        keys = {side: X25519DH().generate_keypair() if side in HAS_STATIC[pattern] else None
                for side in "ir"}
        mine, other = ("i", "r") if we_start else ("r", "i")
        known = keys["r"].public if pattern in KNOWS_RESPONDER else None
        if mistaken:
            known = X25519DH().generate_keypair().public
        self.their_static = keys[other]
        self.we_start, self.n_messages = we_start, MESSAGES[pattern]
        self.ours = Ours(pattern, "initiator" if we_start else "responder", form, prologue,
                         keys[mine], known if we_start else None)
        self.theirs = Theirs(pattern, not we_start,
                             prologue if their_prologue is None else their_prologue, keys[other],
                             None if we_start else known, symmetric)

    def pass_on(self, number, payload, bend=lambda message: message):
        """One message; what its reader gets, None for a refusal."""
        if (number % 2 == 0) == self.we_start:
            return self.theirs.read(bend(self.ours.say("write", payload)))
        return self.ours.say("read", bend(self.theirs.write(payload)))

    def exchange(self, payloads):
        """True when every payload arrived."""
        return all(self.pass_on(number, payloads[number % len(payloads)])
                   == payloads[number % len(payloads)] for number in range(self.n_messages))

    def ciphers(self):
        """Theirs: to send, to receive."""
        first, second = self.theirs.ciphers
        return (second, first) if self.we_start else (first, second)


def role(we_start):
    return "we begin" if we_start else "they begin"


def hands_shaken(pattern, we_start):
    for prologue in (b"", b"assay, live"):
        for payloads in ((b"",), (b"one", b"two" * 500, b"three")):
            pair = Pair(pattern, we_start, prologue)
            said = f"{pattern}, {role(we_start)}, prologue of {len(prologue)}, " \
                   f"payloads of {[len(p) for p in payloads]}"
            expect(f"{said}: every payload arrives", pair.exchange(payloads))
            expect(f"{said}: one hash", pair.ours.say("hash") == pair.theirs.hash())
            if pair.their_static and (pattern != "NK" or we_start):
                expect(f"{said}: their static key is known",
                       pair.ours.say("remote") == pair.their_static.public.data)
            expect(f"{said}: our side ends well", pair.ours.close() == 0)


def opened_by(cipher, message):
    try:
        return cipher.decrypt_with_ad(b"", message)
    except REFUSALS:
        return None


def transported(pattern, we_start):
    pair = Pair(pattern, we_start)
    pair.exchange((b"",))
    send, receive = pair.ciphers()
    said = f"{pattern}, {role(we_start)}"
    texts = [b"", b"x", os.urandom(65519)] + [os.urandom(n) for n in range(2, 60)]
    expect(f"{said}: {len(texts)} of our messages open",
           all(opened_by(receive, pair.ours.say("seal", t)) == t for t in texts))
    expect(f"{said}: {len(texts)} of theirs open",
           all(pair.ours.say("open", send.encrypt_with_ad(b"", t)) == t for t in texts))
    early, late = send.encrypt_with_ad(b"", b"early"), send.encrypt_with_ad(b"", b"late")
    expect(f"{said}: we refuse a message before its turn", pair.ours.say("open", late) is None)
    expect(f"{said}: we refuse a changed one", pair.ours.say("open", changed(early)) is None)
    expect(f"{said}: and take it as it was", pair.ours.say("open", early) == b"early")
    expect(f"{said}: we refuse it again", pair.ours.say("open", early) is None)
    early, late = pair.ours.say("seal", b"early"), pair.ours.say("seal", b"late")
    expect(f"{said}: they refuse a message of ours before its turn",
           opened_by(receive, late) is None)
    expect(f"{said}: and take both in order",
           opened_by(receive, early) == b"early" and opened_by(receive, late) == b"late")
    pair.ours.close()


def reader(we_start, number):
    return "they refuse" if (number % 2 == 0) == we_start else "we refuse"


def changed(message):
    return message[:-1] + bytes([message[-1] ^ 1])


def refused(pattern, we_start):
    said, last = f"{pattern}, {role(we_start)}", MESSAGES[pattern] - 1
    for number in range(FIRST_SEALED[pattern], last + 1):
        pair = Pair(pattern, we_start)
        for before in range(number):
            pair.pass_on(before, b"")
        expect(f"{said}: {reader(we_start, number)} a changed message {number + 1}",
               pair.pass_on(number, b"payload", changed) is None)
        pair.ours.close()
    pair = Pair(pattern, we_start, b"one", their_prologue=b"other")
    for before in range(FIRST_SEALED[pattern]):
        pair.pass_on(before, b"")
    expect(f"{said}: {reader(we_start, FIRST_SEALED[pattern])} another prologue",
           pair.pass_on(FIRST_SEALED[pattern], b"") is None)
    pair.ours.close()


def mistaken(we_start):
    pair = Pair("IK", we_start, mistaken=True)
    expect(f"IK, {role(we_start)}: {reader(we_start, 0)} a first message for another static key",
           pair.pass_on(0, b"") is None)
    pair.ours.close()


def observed(we_start):
    said = f"the observed form of XX, {role(we_start)}"
    prologue = bytes.fromhex("57410603")
    pair = Pair("XX", we_start, prologue, form="skipped", symmetric=SkipsEmpty)
    expect(f"{said}: agrees with theirs when theirs skips the empty payload, too",
           pair.exchange((b"", b"chain", b"token")))
    expect(f"{said}: one hash", pair.ours.say("hash") == pair.theirs.hash())
    pair.ours.close()
    pair = Pair("XX", we_start, prologue, form="skipped")
    pair.pass_on(0, b"")
    expect(f"{said}: is not stock Noise: {reader(we_start, 1)} the second message",
           pair.pass_on(1, b"") is None)
    pair.ours.close()


def main():
    for we_start in (True, False):
        for pattern in PATTERNS:
            hands_shaken(pattern, we_start)
            transported(pattern, we_start)
            refused(pattern, we_start)
        mistaken(we_start)
        observed(we_start)
    print(f"{failures} failed" if failures else "all agree")
    return 1 if failures else 0


sys.exit(main())
