# SPDX-License-Identifier: GPL-3.0-or-later
"""A small gatekeeper for tests of adapters: stock Noise XX from dissononce, certificates, stanzas.

It shares no code with the harness and none with the adapters. A test scripts it: by itself it
authenticates, takes prekeys, hands them out, and routes messages between those who are connected.
"""
import base64
import hashlib
import os
import socket
import threading
import time
import xml.etree.ElementTree as ET

from dissononce.cipher.aesgcm import AESGCMCipher
from dissononce.dh.x25519.x25519 import X25519DH
from dissononce.dh.x25519.private import PrivateKey
from dissononce.dh.x25519.keypair import KeyPair
from dissononce.hash.sha256 import SHA256Hash
from dissononce.processing.handshakepatterns.interactive.XX import XXHandshakePattern
from dissononce.processing.impl.cipherstate import CipherState
from dissononce.processing.impl.handshakestate import HandshakeState
from dissononce.processing.impl.symmetricstate import SymmetricState

# ---- XEdDSA (Signal, "The XEdDSA and VXEdDSA Signature Schemes"), in plain arithmetic

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE_Y = 4 * pow(5, P - 2, P) % P


def _x_of(y):
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P)
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return x if x % 2 == 0 else P - x


def _add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2
    return ((x1 * y2 + x2 * y1) * pow(1 + k, P - 2, P) % P,
            (y1 * y2 + x1 * x2) * pow(1 - k, P - 2, P) % P)


def _times(n, point):
    out = (0, 1)
    while n:
        if n & 1:
            out = _add(out, point)
        point = _add(point, point)
        n >>= 1
    return out


BASE = (_x_of(BASE_Y), BASE_Y)


def _encode(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def xeddsa_sign(private, message):
    k = int.from_bytes(private, "little") & ~7 & (2**254 - 1) | 2**254
    point = _times(k, BASE)
    a = (-k if point[0] & 1 else k) % Q
    public = (point[1]).to_bytes(32, "little")
    r = int.from_bytes(hashlib.sha512(
        (2**256 - 2).to_bytes(32, "little") + a.to_bytes(32, "little") + message + os.urandom(64)
    ).digest(), "little") % Q
    big_r = _encode(_times(r, BASE))
    h = int.from_bytes(hashlib.sha512(big_r + public + message).digest(), "little") % Q
    return big_r + ((r + h * a) % Q).to_bytes(32, "little")


def key_pair(private=None):
    key = X25519DH().generate_keypair(PrivateKey(private or os.urandom(32)))
    return key.private.data, key.public.data


# ---- one connection


class Line:
    """Authenticated; |stanzas| is every document that came, in order."""

    def __init__(self, gate, sock):
        self.gate, self.sock = gate, sock
        self.order = threading.Lock()
        self.stanzas = []
        self.address = None
        self.payload = self.token = self.client_static = None
        self.first_bytes = b""
        self.is_over = False

    def _exact(self, n):
        out = b""
        while len(out) < n:
            more = self.sock.recv(n - len(out))
            if not more:
                raise EOFError(len(out))
            out += more
        return out

    def read_frame(self):
        return self._exact(int.from_bytes(self._exact(3), "big"))

    def write_frame(self, payload):
        self.sock.sendall(len(payload).to_bytes(3, "big") + payload)

    def shake_hands(self):
        """Stock Noise XX as the responder, the certificate chain in its message."""
        gate = self.gate
        state = HandshakeState(SymmetricState(CipherState(AESGCMCipher()), SHA256Hash()),
                               X25519DH())
        pair = X25519DH().generate_keypair(PrivateKey(gate.static[0]))
        state.initialize(XXHandshakePattern(), False, b"", s=pair)
        hello = self.read_frame()
        self.first_bytes = hello
        state.read_message(hello, bytearray())
        answer = bytearray()
        state.write_message(gate.chain(), answer)
        self.write_frame(bytes(gate.bend_answer(answer)))
        finish = bytearray()
        self.receive_state, self.send_state = state.read_message(self.read_frame(), finish)
        self.payload = gate.pb.gatekeeper.ClientPayload.FromString(bytes(finish))
        self.token = self.payload.interop_data.token.decode()
        self.client_static = state.rs.data

    def push(self, document):
        if isinstance(document, str):
            document = document.encode()
        with self.order:  # counters cross in the order they are taken
            self.write_frame(self.send_state.encrypt_with_ad(b"", document))

    def run(self):
        try:
            self.shake_hands()
            self.gate.greet(self)
            while True:
                document = self.receive_state.decrypt_with_ad(b"", self.read_frame())
                root = ET.fromstring(document.decode())
                with self.gate.news:
                    self.stanzas.append(root)
                    self.gate.news.notify_all()
                self.gate.answer(self, root)
        except (EOFError, OSError):
            pass
        finally:
            with self.gate.news:
                self.is_over = True
                self.gate.news.notify_all()
            self.sock.close()

    def hang_up(self):
        self.sock.shutdown(socket.SHUT_RDWR)


class Gate:
    """Listens on loopback. |accounts| maps account ids to addresses."""

    SERVER = "gatekeeper.example"
    # the same for all, with their signatures: plain arithmetic is slow
    root, intermediate, static = key_pair(), key_pair(), key_pair()
    began, signatures = int(time.time()), {}

    def __init__(self, pb, accounts):
        self.pb, self.accounts = pb, accounts
        self.news = threading.Condition()
        self.lines, self.published, self.messages = [], {}, []
        self.habits = {"answers-uploads": True, "routes": True, "greets": True}
        self.bend_answer = lambda answer: answer
        self.bend_chain = lambda chain: chain
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen()
        self.port = self.listener.getsockname()[1]
        self.is_open = True
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.is_open = False
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for line in self.lines:
            try:
                line.hang_up()
            except OSError:
                pass

    def _accept(self):
        while self.is_open:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            line = Line(self, sock)
            with self.news:
                self.lines.append(line)
                self.news.notify_all()
            threading.Thread(target=line.run, daemon=True).start()

    def wait(self, condition, seconds=5):
        """Until |condition| says something true, which is returned; None when it did not."""
        deadline = time.monotonic() + seconds
        with self.news:
            while True:
                found = condition()
                if found:
                    return found
                left = deadline - time.monotonic()
                if left <= 0:
                    return None
                self.news.wait(left)

    # ---- certificates

    def certificate(self, signer, **fields):
        details = self.pb.gatekeeper.CertificateDetails(**fields).SerializeToString()
        if (signer, details) not in self.signatures:
            self.signatures[signer, details] = xeddsa_sign(signer[0], details)
        return self.pb.gatekeeper.Certificate(details=details,
                                              signature=self.signatures[signer, details])

    def chain(self):
        now = self.began
        window = {"not_before": now - 60, "not_after": now + 3600}
        fields = {"intermediate": dict(serial=7, issuer_serial=0, key=self.intermediate[1], **window),
                  "leaf": dict(serial=8, issuer_serial=7, key=self.static[1], **window),
                  "leaf signer": self.intermediate, "intermediate signer": self.root}
        self.bend_chain(fields)
        chain = self.pb.gatekeeper.CertificateChain(
            leaf=self.certificate(fields["leaf signer"], **fields["leaf"]),
            intermediate=self.certificate(fields["intermediate signer"], **fields["intermediate"]))
        return chain.SerializeToString()

    # ---- habits

    def greet(self, line):
        line.address = self.accounts.get(line.payload.interop_data.account_id)
        with self.news:
            self.news.notify_all()
        if self.habits["greets"]:
            line.push('<success t="%d"/>' % time.time())

    def line_of(self, address):
        for line in reversed(self.lines):
            if line.address == address and not line.is_over:
                return line
        return None

    def answer(self, line, root):
        tag = root.tag.rpartition("}")[2]
        if tag == "iq" and root.get("type") in ("get", "set"):
            self.answer_iq(line, root)
        elif tag == "message" and self.habits["routes"]:
            line.push('<ack class="message" id="%s" from="%s" t="%d"/>' %
                      (root.get("id"), root.get("to"), time.time()))
            self.route(line, root)
        elif tag == "receipt" and self.habits["routes"]:
            self.route(line, root)

    def route(self, line, root):
        to = self.line_of(root.get("to"))
        with self.news:
            self.messages.append(root)
        if to:
            root.set("from", line.address)
            root.set("t", str(int(time.time())))
            to.push(ET.tostring(root))

    def answer_iq(self, line, root):
        ns = "{encrypt}"
        body = None
        if root.find(ns + "identity") is not None and self.habits["answers-uploads"]:
            self.take_upload(line, root)
            body = ""
        elif root.find(ns + "count") is not None:
            keys = self.published.get(line.address, {}).get("keys", [])
            body = '<count value="%d"/>' % len(keys)
        elif root.find(ns + "key") is not None:
            body = self.bundle(root.find(ns + "key").find(ns + "user").get("jid"))
        if body is not None:
            line.push('<iq id="%s" type="result" xmlns="encrypt" from="%s">%s</iq>' %
                      (root.get("id"), self.SERVER, body))

    def take_upload(self, line, root):
        def strip(e):
            e.tag = e.tag.rpartition("}")[2]
            for child in e:
                strip(child)
            return e
        root = strip(root)
        with self.news:
            keys = self.published.get(line.address, {}).get("keys", [])
            self.published[line.address] = {
                "fixed": [root.find(n) for n in ("registration", "type", "identity")],
                "skey": root.find("skey"), "keys": keys + list(root.find("list"))}
            self.news.notify_all()

    def bundle(self, jid):
        p = self.published.get(jid)
        if not p:
            return '<list><user jid="%s"><error code="404" text="item-not-found"/></user></list>' % jid
        parts = p["fixed"] + p["keys"][:1] + [p["skey"]]
        p["keys"] = p["keys"][1:]
        return '<list><user jid="%s">%s</user></list>' % (
            jid, "".join(ET.tostring(e).decode() for e in parts))


def unbase64(element):
    return base64.b64decode(element.text, validate=True)
