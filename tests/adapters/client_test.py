#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An adapter's client against a gatekeeper that others wrote the difficult parts of: dissononce's stock
Noise, PyJWT's verification, expat's XML. Usage: client_test.py ADAPTER PROTO-DIRECTORY. Exit code 77:
one of them is not installed."""
import base64
import hashlib
import os
import sys
import time
import unittest

try:
    import google.protobuf  # noqa: F401
    import jwt
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import gate as gates
    import target as targets
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

ADAPTER = PB = None
MIRA, OTTO = "mira:1@interop.example", "otto:2@interop.example"


class Scene(unittest.TestCase):
    def setUp(self):
        self.gate = gates.Gate(PB, {1: MIRA, 2: OTTO})
        self.target = targets.Target(PB, [ADAPTER])

    def tearDown(self):
        self.target.close()
        self.gate.close()

    def create(self, party, address):
        self.target.done("create_client", party=party, self=self.target.address(address))

    def connect(self, party, account, **constants):
        t = self.target
        list_of = [PB.target.Constant(name=n.replace("__", "-").replace("_", "."), value=v)
                   for n, v in constants.items()]
        t.done("connect", party=party, host="127.0.0.1", port=self.gate.port, account_id=account,
               user="%s@provider.example" % party, issuer="https://provider.example",
               audience="gatekeeper.example", root_key=self.gate.root[1], constants=list_of)

    def enter(self, party, address, account):
        self.create(party, address)
        self.connect(party, account)
        self.assertIsNotNone(self.target.wait(party, "CONNECTED"), self.target.events(party))
        return self.gate.line_of(address)

    def both(self):
        return self.enter("mira", MIRA, 1), self.enter("otto", OTTO, 2)

    def stanzas(self, line, tag):
        return [s for s in line.stanzas if s.tag == tag]

    def text_of(self, event):
        return PB.content.Content.FromString(event.content).text.body


class Greeting(Scene):
    def test_it_offers_the_client_surface_whole(self):
        p = self.target.profile
        self.assertEqual(list(p.surfaces), ["library", "client", "service"])
        self.assertEqual(set(p.layers), {"cipher", "content", "stanza", "channel"})
        self.assertIn("client/snapshot", p.capabilities)

    def test_it_connects_over_stock_noise(self):
        line = self.enter("mira", MIRA, 1)
        self.assertEqual(line.payload.product, 2)
        self.assertEqual(line.payload.interop_data.account_id, 1)

    def test_the_token_verifies_and_says_what_it_must(self):
        line = self.enter("mira", MIRA, 1)
        jwks = jwt.PyJWKSet.from_json(self.target.ask("key_set").key_set_shown.jwks)
        header = jwt.get_unverified_header(line.token)
        key = [k for k in jwks.keys if k.key_id == header["kid"]][0]
        claims = jwt.decode(line.token, key.key, algorithms=["EdDSA"],
                            audience="gatekeeper.example", issuer="https://provider.example",
                            options={"require": ["exp", "iat", "sub", "jti"]})
        self.assertEqual(claims["sub"], "mira@provider.example")
        self.assertEqual(set(claims), {"iss", "aud", "sub", "iat", "exp", "jti", "cnf"})
        thumb = base64.urlsafe_b64encode(hashlib.sha256(line.client_static).digest())
        self.assertEqual(claims["cnf"], {"x5t#noise": thumb.rstrip(b"=").decode()})
        self.assertLessEqual(claims["exp"] - claims["iat"], 3600)

    def test_the_key_set_has_no_private_member(self):
        import json
        for key in json.loads(self.target.ask("key_set").key_set_shown.jwks)["keys"]:
            self.assertEqual(set(key), {"kty", "crv", "alg", "use", "kid", "x"})

    def test_a_token_is_never_used_twice(self):
        self.enter("mira", MIRA, 1).hang_up()
        self.assertTrue(self.gate.wait(lambda: len(self.gate.lines) > 1 and self.gate.lines[1].token))
        first, second = self.gate.lines[:2]
        self.assertNotEqual(jwt.decode(first.token, options={"verify_signature": False})["jti"],
                            jwt.decode(second.token, options={"verify_signature": False})["jti"])
        self.assertNotEqual(first.first_bytes, second.first_bytes)
        self.assertEqual(first.client_static, second.client_static)

    def test_it_publishes_prekeys_of_the_right_shape(self):
        self.enter("mira", MIRA, 1)
        p = self.gate.published[MIRA]
        registration, kind, identity = [gates.unbase64(e) for e in p["fixed"]]
        self.assertEqual((len(registration), kind, len(identity)), (4, b"\5", 32))
        self.assertEqual(len(p["keys"]), 10)
        ids = [gates.unbase64(k.find("id")) for k in p["keys"]]
        self.assertEqual(len(set(ids)), 10)
        for k in p["keys"]:
            self.assertEqual(len(gates.unbase64(k.find("id"))), 3)
            self.assertEqual(len(gates.unbase64(k.find("value"))), 32)
        self.assertEqual(len(gates.unbase64(p["skey"].find("signature"))), 64)

    def refuses(self, reason):
        self.create("mira", MIRA)
        self.connect("mira", 1)
        closed = self.target.wait("mira", "CLOSED")
        self.assertIsNotNone(closed)
        self.assertTrue(closed.by_self)
        self.assertEqual(PB.target.Reason.Name(closed.reason), reason)
        self.assertIsNone(self.gate.lines[0].payload)

    def test_a_changed_handshake_message_is_refused(self):
        def flip(answer):
            answer[40] ^= 1
            return answer
        self.gate.bend_answer = flip
        self.refuses("REASON_HANDSHAKE")

    def test_a_short_handshake_message_is_refused(self):
        self.gate.bend_answer = lambda answer: answer[:60]
        self.refuses("REASON_HANDSHAKE")

    def bend(self, part, **fields):
        self.gate.bend_chain = lambda f: f[part].update(fields)
        self.refuses("REASON_CERTIFICATE")

    def test_an_expired_leaf_is_refused(self):
        self.bend("leaf", not_after=int(time.time()) - 10)

    def test_a_leaf_not_yet_valid_is_refused(self):
        self.bend("leaf", not_before=int(time.time()) + 1000)

    def test_an_expired_intermediate_is_refused(self):
        self.bend("intermediate", not_after=int(time.time()) - 10)

    def test_a_leaf_for_another_key_is_refused(self):
        self.bend("leaf", key=os.urandom(32))

    def test_a_leaf_of_another_issuer_is_refused(self):
        self.bend("leaf", issuer_serial=9)

    def test_an_intermediate_that_is_not_the_roots_is_refused(self):
        self.bend("intermediate", issuer_serial=1)

    def test_a_root_of_somebody_else_is_refused(self):
        self.gate.bend_chain = lambda f: f.update({"intermediate signer": gates.key_pair()})
        self.refuses("REASON_CERTIFICATE")

    def test_a_leaf_signed_by_the_root_is_refused(self):
        self.gate.bend_chain = lambda f: f.update({"leaf signer": self.gate.root})
        self.refuses("REASON_CERTIFICATE")


class Talking(Scene):
    def test_a_text_arrives_and_is_shown_once(self):
        self.both()
        self.target.done("send_text", party="mira", peer=self.target.address(OTTO), text="Guten Tag")
        shown = self.target.wait("otto", "SHOWN")
        self.assertEqual(self.text_of(shown), "Guten Tag")
        self.assertEqual((shown.peer.name, shown.peer.device), ("mira", 1))
        self.assertIsNotNone(self.target.wait("mira", "SENT"))
        self.assertIsNotNone(self.target.wait("mira", "DELIVERED"))

    def test_both_directions_many_times(self):
        self.both()
        for i in range(20):
            to, by = (OTTO, "mira") if i % 3 else (MIRA, "otto")
            self.target.done("send_text", party=by, peer=self.target.address(to), text="n%d" % i)
        shown = []
        deadline = time.monotonic() + 5
        while len(shown) < 20 and time.monotonic() < deadline:
            shown = [self.text_of(e) for p in ("mira", "otto") for e in self.target.events(p)
                     if e.kind == 4]
        self.assertEqual(sorted(shown), sorted("n%d" % i for i in range(20)))

    def test_the_receipt_goes_before_the_ack(self):
        _, otto = self.both()
        self.target.done("send_text", party="mira", peer=self.target.address(OTTO), text="x")
        self.assertTrue(self.gate.wait(lambda: self.stanzas(otto, "ack")))
        tags = [s.tag for s in otto.stanzas if s.tag in ("receipt", "ack")]
        self.assertEqual(tags, ["receipt", "ack"])
        self.assertEqual(self.stanzas(otto, "ack")[0].get("class"), "message")
        self.assertIsNone(self.stanzas(otto, "ack")[0].get("error"))

    def test_the_same_stanza_again_is_acked_and_not_shown(self):
        import xml.etree.ElementTree as ET
        _, otto = self.both()
        self.target.done("send_text", party="mira", peer=self.target.address(OTTO), text="x")
        self.assertIsNotNone(self.target.wait("otto", "SHOWN"))
        message = [m for m in self.gate.messages if m.tag == "message"][0]
        otto.push(ET.tostring(message))
        self.assertTrue(self.gate.wait(lambda: len(self.stanzas(otto, "ack")) == 2))
        self.assertEqual([a.get("error") for a in self.stanzas(otto, "ack")], [None, None])
        self.assertEqual(len(self.stanzas(otto, "receipt")), 1)
        self.assertEqual(len([e for e in self.target.events("otto") if e.kind == 4]), 1)

    def test_to_nobody_fails(self):
        self.enter("mira", MIRA, 1)
        nobody = PB.target.Address(name="nobody", device=1)
        self.target.done("send_text", party="mira", peer=nobody, text="x")
        failed = self.target.wait("mira", "FAILED")
        self.assertEqual(PB.target.Reason.Name(failed.reason), "REASON_SERVER")

    def test_what_was_said_before_the_connection_goes_out_after_it(self):
        self.enter("otto", OTTO, 2)
        self.create("mira", MIRA)
        self.target.done("send_text", party="mira", peer=self.target.address(OTTO), text="early")
        self.connect("mira", 1)
        self.assertEqual(self.text_of(self.target.wait("otto", "SHOWN")), "early")

    def test_a_restored_client_goes_on(self):
        self.both()
        t = self.target
        t.done("send_text", party="mira", peer=t.address(OTTO), text="one")
        self.assertIsNotNone(t.wait("otto", "SHOWN"))
        state = t.ask("snapshot", party="otto").state.state
        t.done("disconnect", party="otto")
        t.done("restore", party="otto2", state=state)
        self.connect("otto2", 2)
        self.assertIsNotNone(t.wait("otto2", "CONNECTED"))
        t.done("send_text", party="mira", peer=t.address(OTTO), text="two")
        self.assertEqual(self.text_of(t.wait("otto2", "SHOWN")), "two")

    def test_what_the_server_did_not_take_goes_out_again_as_it_was(self):
        mira, _ = self.both()
        t = self.target
        self.gate.habits["routes"] = False
        t.done("send_text", party="mira", peer=t.address(OTTO), text="one")
        self.assertTrue(self.gate.wait(lambda: self.stanzas(mira, "message")))
        self.gate.habits["routes"] = True
        mira.hang_up()
        self.assertEqual(self.text_of(t.wait("otto", "SHOWN")), "one")
        first, again = self.stanzas(mira, "message")[0], self.gate.messages[0]
        self.assertEqual((first.get("id"), first.find("enc").text),
                         (again.get("id"), again.find("enc").text))

    def test_a_request_to_send_again_is_answered_for_the_receiver_only(self):
        mira, _ = self.both()
        t = self.target
        t.done("send_text", party="mira", peer=t.address(OTTO), text="one")
        self.assertIsNotNone(t.wait("mira", "SENT"))
        first = self.gate.messages[0]
        self.gate.habits["routes"] = False
        retry = ('<receipt id="%s" from="%%s" to="%s" type="retry"><retry count="1" id="%s" t="1" v="1"/>'
                 '<registration>AAAAAQ==</registration></receipt>' % (first.get("id"), MIRA, first.get("id")))
        t.done("send_text", party="mira", peer=t.address(OTTO), text="two")
        self.assertTrue(self.gate.wait(lambda: len(self.stanzas(mira, "message")) == 2))
        second = self.stanzas(mira, "message")[1]
        retry = retry.replace(first.get("id"), second.get("id"))
        mira.push(retry % "nobody:1@interop.example")
        self.assertTrue(self.gate.wait(lambda: self.acks_of(mira, second)))
        self.assertEqual(len(self.stanzas(mira, "message")), 2)
        mira.push(retry % OTTO)
        self.assertTrue(self.gate.wait(lambda: len(self.stanzas(mira, "message")) == 3))
        again = self.stanzas(mira, "message")[2]
        self.assertEqual((again.get("id"), again.find("enc").get("count")), (second.get("id"), "1"))
        self.assertNotEqual(again.find("enc").text, second.find("enc").text)

    def acks_of(self, line, message):
        return [a for a in self.stanzas(line, "ack")
                if a.get("id") == message.get("id") and a.get("class") == "receipt"]

    def test_read_receipts_go_out_when_asked(self):
        self.both()
        t = self.target
        t.done("send_text", party="mira", peer=t.address(OTTO), text="one")
        self.assertIsNotNone(t.wait("otto", "SHOWN"))
        t.done("mark_read", party="otto", peer=t.address(MIRA))
        self.assertIsNotNone(t.wait("mira", "READ"))

    def test_a_rotated_prekey_is_published(self):
        self.enter("mira", MIRA, 1)
        before = gates.unbase64(self.gate.published[MIRA]["skey"].find("id"))
        self.target.done("rotate_prekey", party="mira")
        self.assertTrue(self.gate.wait(
            lambda: gates.unbase64(self.gate.published[MIRA]["skey"].find("id")) != before))

    def test_padding_and_ciphertext_are_not_the_text(self):
        self.both()
        self.target.done("send_text", party="mira", peer=self.target.address(OTTO), text="hush")
        self.assertIsNotNone(self.target.wait("otto", "SHOWN"))
        for m in self.gate.messages:
            for e in m.iter("enc"):
                self.assertNotIn(b"hush", gates.unbase64(e))


class Strange(Scene):
    """Stanzas of a gatekeeper that is wrong, or means harm."""

    def setUp(self):
        super().setUp()
        self.line = self.enter("mira", MIRA, 1)

    def nack(self, document, error):
        self.line.push(document)
        self.assertTrue(self.gate.wait(lambda: self.stanzas(self.line, "ack")))
        self.assertEqual(self.stanzas(self.line, "ack")[0].get("error"), error)

    def message(self, inside='<enc v="2" type="msg">AAAA</enc>', **changes):
        a = {"id": "i1", "from": OTTO, "to": MIRA, "t": "1", "type": "text"}
        a.update(changes)
        return "<message %s>%s</message>" % (
            " ".join('%s="%s"' % kv for kv in a.items() if kv[1] is not None), inside)

    def test_no_enc_is_488(self):
        self.nack(self.message(""), "488")

    def test_an_unknown_version_is_488(self):
        self.nack(self.message('<enc v="3" type="msg">AAAA</enc>'), "488")

    def test_an_unknown_type_is_488(self):
        self.nack(self.message('<enc v="2" type="skmsg">AAAA</enc>'), "488")

    def test_two_bodies_are_487(self):
        self.nack(self.message('<enc v="2" type="msg">AAAA</enc>' * 2), "487")

    def test_no_time_is_487(self):
        self.nack(self.message(t=None), "487")

    def test_no_sender_is_487(self):
        self.nack(self.message(**{"from": None}), "487")

    def test_for_somebody_else_is_487(self):
        self.nack(self.message(to=OTTO), "487")

    def test_an_unknown_stanza_is_489(self):
        self.nack('<weather id="w"/>', "489")

    def test_what_does_not_decrypt_is_asked_for_again(self):
        self.line.push(self.message())
        self.assertTrue(self.gate.wait(lambda: self.stanzas(self.line, "ack")))
        receipt = self.stanzas(self.line, "receipt")[0]
        self.assertEqual((receipt.get("type"), receipt.get("id")), ("retry", "i1"))
        self.assertEqual(receipt.find("retry").get("count"), "1")
        self.assertEqual(len(gates.unbase64(receipt.find("registration"))), 4)
        self.assertIsNone(receipt.find("keys"))

    def test_the_second_time_with_keys_and_in_the_end_never(self):
        for _ in range(6):
            self.line.push(self.message())
        self.assertTrue(self.gate.wait(lambda: len(self.stanzas(self.line, "ack")) == 6))
        receipts = self.stanzas(self.line, "receipt")
        self.assertEqual([r.find("retry").get("count") for r in receipts], ["1", "2", "3", "4"])
        self.assertEqual([r.find("keys") is not None for r in receipts], [False, True, True, True])

    def test_a_ping_is_answered(self):
        self.line.push('<iq id="p1" type="get" xmlns="urn:xmpp:ping" from="gatekeeper.example"/>')
        self.assertTrue(self.gate.wait(
            lambda: [s for s in self.line.stanzas if s.get("id") == "p1" and s.get("type") == "result"]))

    def test_few_keys_left_means_more_are_published(self):
        self.line.push('<notification id="n" type="encrypt" from="gatekeeper.example">'
                       '<count value="1"/></notification>')
        self.assertTrue(self.gate.wait(lambda: len(self.gate.published[MIRA]["keys"]) == 20))

    def ends(self, document, reason="REASON_STANZA"):
        self.line.push(document)
        closed = self.target.wait("mira", "CLOSED")
        self.assertIsNotNone(closed)
        self.assertEqual((closed.by_self, PB.target.Reason.Name(closed.reason)), (True, reason))

    def test_not_xml_ends_it(self):
        self.ends("<message")

    def test_two_roots_end_it(self):
        self.ends("<a/><b/>")

    def test_a_doctype_ends_it(self):
        self.ends('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')

    def test_a_comment_ends_it(self):
        self.ends("<a><!-- --></a>")

    def test_an_instruction_ends_it(self):
        self.ends("<a><?b c?></a>")

    def test_a_byte_order_mark_ends_it(self):
        self.ends(b"\xef\xbb\xbf<a/>")

    def test_another_encoding_ends_it(self):
        self.ends('<?xml version="1.0" encoding="ISO-8859-1"?><a/>')

    def test_too_deep_ends_it(self):
        self.ends("<a>" * 33 + "</a>" * 33)

    def test_too_many_attributes_end_it(self):
        self.ends("<a %s/>" % " ".join('b%d=""' % i for i in range(65)))

    def test_too_many_elements_end_it(self):
        self.ends("<a>" + "<b/>" * 4096 + "</a>")

    def test_an_unbound_prefix_ends_it(self):
        self.ends("<a:b/>")

    def test_a_changed_transport_message_ends_it(self):
        self.line.write_frame(bytes(40))
        closed = self.target.wait("mira", "CLOSED")
        self.assertEqual(PB.target.Reason.Name(closed.reason), "REASON_CHANNEL")

    def test_an_empty_frame_ends_it(self):
        self.line.sock.sendall(bytes(3))
        closed = self.target.wait("mira", "CLOSED")
        self.assertEqual(PB.target.Reason.Name(closed.reason), "REASON_FRAME")

    def test_an_end_within_a_frame_is_told(self):
        self.line.sock.sendall(b"\0\0\x20half")
        self.line.hang_up()
        closed = self.target.wait("mira", "CLOSED")
        self.assertEqual((closed.by_self, PB.target.Reason.Name(closed.reason)), (False, "REASON_FRAME"))

    def test_frames_split_at_every_byte_are_taken(self):
        document = self.line.send_state.encrypt_with_ad(
            b"", b'<iq id="p2" type="get" xmlns="urn:xmpp:ping"/>')
        for byte in len(document).to_bytes(3, "big") + document:
            self.line.sock.sendall(bytes([byte]))
            time.sleep(0.001)
        self.assertTrue(self.gate.wait(
            lambda: [s for s in self.line.stanzas if s.get("id") == "p2"]))

    def test_515_means_at_once(self):
        self.line.push('<stream:error code="515" xmlns:stream="http://etherx.jabber.org/streams"/>')
        self.assertTrue(self.gate.wait(lambda: len(self.gate.lines) == 2, 1))

    def test_401_means_never(self):
        self.line.push('<stream:error code="401" xmlns:stream="http://etherx.jabber.org/streams"/>')
        self.assertIsNotNone(self.target.wait("mira", "GAVE_UP"))
        time.sleep(0.3)
        self.assertEqual(len(self.gate.lines), 1)

    def test_a_conflict_means_never(self):
        self.line.push('<stream:error xmlns:stream="http://etherx.jabber.org/streams">'
                       '<conflict type="replaced"/></stream:error>')
        self.assertIsNotNone(self.target.wait("mira", "GAVE_UP"))

    def test_pauses_double(self):
        self.gate.greet = lambda line: line.push('<failure reason="503"/>')
        self.line.push('<stream:error code="503" xmlns:stream="http://etherx.jabber.org/streams"/>')
        began = time.monotonic()
        times = []
        for n in range(2, 6):
            self.assertTrue(self.gate.wait(lambda: len(self.gate.lines) >= n))
            times.append(time.monotonic() - began)
        for n, earliest in enumerate((0.045, 0.145, 0.345, 0.745)):
            self.assertGreater(times[n], earliest)
        self.assertLess(times[3], 3)


if __name__ == "__main__":
    ADAPTER, proto = sys.argv[1:3]
    PB = targets.Contracts(proto)
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
