#!/usr/bin/env python3
# SPDX-License-Identifier: 0BSD
# An adapter for assay over python-axolotl (Debian: python3-axolotl), which speaks Signal v3. It passes assay doctor as it is. Where your
# implementation comes in is marked ">>> YOURS".
import base64, importlib.metadata, json

from axolotl.duplicatemessagexception import DuplicateMessageException
from axolotl.ecc.curve import Curve
from axolotl.identitykey import IdentityKey
from axolotl.identitykeypair import IdentityKeyPair
from axolotl.invalidkeyexception import InvalidKeyException
from axolotl.invalidkeyidexception import InvalidKeyIdException
from axolotl.invalidmessageexception import InvalidMessageException
from axolotl.invalidversionexception import InvalidVersionException
from axolotl.legacymessageexception import LegacyMessageException
from axolotl.nosessionexception import NoSessionException
from axolotl.protocol.ciphertextmessage import CiphertextMessage
from axolotl.protocol.prekeywhispermessage import PreKeyWhisperMessage
from axolotl.protocol.whispermessage import WhisperMessage
from axolotl.sessionbuilder import SessionBuilder
from axolotl.sessioncipher import SessionCipher
from axolotl.state.prekeybundle import PreKeyBundle
from axolotl.state.prekeyrecord import PreKeyRecord
from axolotl.state.sessionrecord import SessionRecord
from axolotl.state.signedprekeyrecord import SignedPreKeyRecord
from axolotl.untrustedidentityexception import UntrustedIdentityException
from axolotl.util.keyhelper import KeyHelper
from google.protobuf.message import DecodeError

from serving import (BUNDLE_SIGNAL_V3, MESSAGE_PREKEY, MESSAGE_SIGNAL, Bundle, Message, Reason, Refused, field, parse, serve)

# >>> YOURS: what of the contract your implementation has; docs/adapter.md of assay says what each name promises. Not claimed here:
# "without-one-time-prekey" (this library takes a missing one-time prekey for number 0), "fingerprint" (it has none), "sender-keys".
CAPABILITIES = ["rotate-signed-prekey", "snapshot", "forget-session", "accept-identity", "export-identity"]


class Store:
    """The four stores that the library asks for, in memory. >>> YOURS: those of your application, as far as they decide anything; no
    disk is needed."""

    MAPS = ("sessions", "identities", "prekeys", "signed_prekeys")

    def __init__(self, identity, registration_id):
        self.identity = identity
        self.registration_id = registration_id
        self.sessions, self.identities, self.prekeys, self.signed_prekeys = {}, {}, {}, {}

    def getIdentityKeyPair(self):
        return self.identity

    def getLocalRegistrationId(self):
        return self.registration_id

    # Trust on first use: anything goes until the library has asked to save one.
    def isTrustedIdentity(self, name, key):
        return self.identities.get(name) in (None, key.serialize())

    def saveIdentity(self, name, key):
        self.identities[name] = key.serialize()

    def containsSession(self, name, device):
        return f"{device} {name}" in self.sessions

    def loadSession(self, name, device):
        kept = self.sessions.get(f"{device} {name}")
        return SessionRecord(serialized=kept) if kept else SessionRecord()

    def storeSession(self, name, device, record):
        self.sessions[f"{device} {name}"] = record.serialize()

    def loadPreKey(self, number):
        if str(number) not in self.prekeys:
            raise InvalidKeyIdException(f"no one-time prekey {number}")
        return PreKeyRecord(serialized=self.prekeys[str(number)])

    def storePreKey(self, number, record):
        self.prekeys[str(number)] = record.serialize()

    def removePreKey(self, number):
        self.prekeys.pop(str(number), None)

    def loadSignedPreKey(self, number):
        if str(number) not in self.signed_prekeys:
            raise InvalidKeyIdException(f"no signed prekey {number}")
        return SignedPreKeyRecord(serialized=self.signed_prekeys[str(number)])

    def storeSignedPreKey(self, number, record):
        self.signed_prekeys[str(number)] = record.serialize()


def public_key(data):
    return Curve.decodePoint(bytearray(data), 0)


class Party:
    """One user of the library: an operation of the contract, a method. >>> YOURS: call your implementation in each."""

    def __init__(self, device, store, next_prekey=1, signed_prekey=0):
        self.device = device
        self.store = store
        self.next_prekey = next_prekey
        self.signed_prekey = signed_prekey
        if not signed_prekey:
            self.rotate()

    def rotate(self):
        self.signed_prekey += 1
        self.store.storeSignedPreKey(self.signed_prekey, KeyHelper.generateSignedPreKey(self.store.identity, self.signed_prekey))

    def publish(self, without_one_time_prekey, rotate_signed_prekey):
        if rotate_signed_prekey:
            self.rotate()
        signed = self.store.loadSignedPreKey(self.signed_prekey)
        body = (field(1, self.store.registration_id) + field(2, self.device) + field(3, self.store.identity.getPublicKey().serialize()) +
                field(4, signed.getId()) + field(5, signed.getKeyPair().getPublicKey().serialize()) + field(6, signed.getSignature()))
        if not without_one_time_prekey:
            prekey = KeyHelper.generatePreKeys(self.next_prekey, 1)[0]
            self.next_prekey += 1
            self.store.storePreKey(prekey.getId(), prekey)
            body += field(7, prekey.getId()) + field(8, prekey.getKeyPair().getPublicKey().serialize())
        return Bundle(BUNDLE_SIGNAL_V3, body)

    def start(self, peer, bundle):
        if bundle.kind != BUNDLE_SIGNAL_V3:
            raise Refused(Reason.MALFORMED, "not a prekey bundle of Signal v3")
        try:
            b = parse(bundle.body)
        except ValueError as error:
            raise Refused(Reason.MALFORMED, str(error))
        if not all(b.get(number) for number in (3, 4, 5)) or (7 in b) != (8 in b):
            raise Refused(Reason.MALFORMED, "a bundle lacks a key or an id")
        if not b.get(6):
            raise Refused(Reason.PREKEY_SIGNATURE, "a bundle without signature")
        one_time = public_key(b[8]) if 8 in b else None
        SessionBuilder(*[self.store] * 4, peer.name, peer.device).processPreKeyBundle(
            PreKeyBundle(b.get(1, 0), peer.device, b.get(7), one_time, b[4], public_key(b[5]), b[6], IdentityKey(public_key(b[3]))))

    def seal(self, peer, plaintext):
        # the library would seal under a session of zeros
        if not self.store.containsSession(peer.name, peer.device):
            raise Refused(Reason.NO_SESSION, "no session with this peer")
        message = SessionCipher(*[self.store] * 4, peer.name, peer.device).encrypt(plaintext)
        is_first = message.getType() == CiphertextMessage.PREKEY_TYPE
        return Message(MESSAGE_PREKEY if is_first else MESSAGE_SIGNAL, message.serialize())

    def open(self, peer, message):
        # the library takes no bytes for a wish to make a message
        if not message.body or message.kind not in (MESSAGE_PREKEY, MESSAGE_SIGNAL):
            raise Refused(Reason.MALFORMED, "not a message that this target opens")
        cipher = SessionCipher(*[self.store] * 4, peer.name, peer.device)
        if message.kind == MESSAGE_PREKEY:
            return cipher.decryptPkmsg(PreKeyWhisperMessage(serialized=message.body))
        return cipher.decryptMsg(WhisperMessage(serialized=message.body))

    def forget(self, peer):
        self.store.sessions.pop(f"{peer.device} {peer.name}", None)

    def accept(self, peer, key):
        self.store.saveIdentity(peer.name, IdentityKey(public_key(key)))

    def export_identity(self):
        return self.store.identity.serialize()

    # Everything that an application would keep on disk.
    def save(self):
        text = {name: {key: base64.b64encode(value).decode() for key, value in getattr(self.store, name).items()} for name in Store.MAPS}
        identity = base64.b64encode(self.store.identity.serialize()).decode()
        return json.dumps([self.device, self.next_prekey, self.signed_prekey, self.store.registration_id, identity, text]).encode()

    @staticmethod
    def restore(state):
        device, next_prekey, signed_prekey, registration_id, identity, text = json.loads(state)
        store = Store(IdentityKeyPair(serialized=base64.b64decode(identity)), registration_id)
        for name in Store.MAPS:
            setattr(store, name, {key: base64.b64decode(value) for key, value in text[name].items()})
        return Party(device, store, next_prekey, signed_prekey)


# >>> YOURS: the errors by which your implementation refuses, one by one. All others are faults: a catch-all here would take a bug for
# a refusal, and the report would be worth nothing (docs/adapter.md, "Three ways to say no").
BY_CLASS = {
    DuplicateMessageException: Reason.DUPLICATE,
    NoSessionException: Reason.NO_SESSION,
    UntrustedIdentityException: Reason.UNTRUSTED_IDENTITY,
    InvalidKeyIdException: Reason.UNKNOWN_PREKEY,
    InvalidKeyException: Reason.INVALID_KEY,
    InvalidVersionException: Reason.VERSION,
    LegacyMessageException: Reason.VERSION,
    InvalidMessageException: Reason.MALFORMED,
    DecodeError: Reason.MALFORMED,
}
# One class of the library's stands for several reasons; its words say which.
BY_WORDS = {
    "signature": Reason.PREKEY_SIGNATURE,
    "Bad Mac": Reason.AUTHENTICATION,
    "into the future": Reason.TOO_FAR,
    "version": Reason.VERSION,
}


class Target:
    name = "python-axolotl"
    version = importlib.metadata.version("python-axolotl")
    protocol = "signal-v3"
    capabilities = CAPABILITIES

    @staticmethod
    def create(address, identity):
        pair = IdentityKeyPair(serialized=identity) if identity else KeyHelper.generateIdentityKeyPair()
        return Party(address.device, Store(pair, KeyHelper.generateRegistrationId()))

    restore = staticmethod(Party.restore)

    @staticmethod
    def decision(error):
        reason = next((reason for kind, reason in BY_CLASS.items() if isinstance(error, kind)), None)
        if reason is None:
            return None
        return next((better for words, better in BY_WORDS.items() if words in str(error)), reason)


if __name__ == "__main__":
    serve(Target())
