// SPDX-License-Identifier: GPL-3.0-or-later
// The adapter as a process: two parties talk through it. Exits with 77 when its packages are missing.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { readContract } from '../serving-node/contract.mjs';
import { ALICE, BOB, Connection, flipped, isRefused, skipUnlessInstalled } from '../serving-node/testing.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
skipUnlessInstalled(folder);
const { default: protobuf } = await import('protobufjs');
const openpgp = await import('openpgp');
const types = readContract(protobuf);
const EVE = { name: 'eve', device: 1 };
const OPAQUE = 15;
const SECOND_MS = 1000;

const opaque = (body) => ({ kind: OPAQUE, body });

let opened = [];

function newConnection() {
    opened.push(Connection.toAdapter(types, folder));
    return opened.at(-1);
}

const check = (name, body) =>
    test(name, async () => {
        try {
            await body(newConnection());
        } finally {
            opened.forEach((connection) => connection.end());
            opened = [];
        }
    });

const bundleOf = async (adapter, party) => (await adapter.call({ getBundle: { party } })).bundleMade.bundle;

async function pair(adapter) {
    await adapter.done({ reset: {} });
    await adapter.done({ createParty: { party: 'a', self: ALICE } });
    await adapter.done({ createParty: { party: 'b', self: BOB } });
}

// a starts; what goes ahead of its first message.
async function started(adapter) {
    await pair(adapter);
    const reply = await adapter.done({ startSession: { party: 'a', peer: BOB, bundle: await bundleOf(adapter, 'b') } });
    assert.equal(reply.outgoing.length, 1);
    assert.equal(reply.outgoing[0].to.name, 'bob');
    return reply.outgoing[0].message;
}

// Both know each other's key.
async function talking(adapter) {
    await adapter.takes('b', ALICE, await started(adapter));
    await adapter.opens('b', ALICE, await adapter.seal('a', BOB, 'first'), 'first');
}

check('a conversation both ways, in any order, of any size', async (adapter) => {
    await talking(adapter);
    for (const text of ['', 'x', 'y'.repeat(1024 * 1024)]) {
        await adapter.opens('b', ALICE, await adapter.seal('a', BOB, text), text);
        await adapter.opens('a', BOB, await adapter.seal('b', ALICE, text), text);
    }
    const messages = [await adapter.seal('a', BOB, 'one'), await adapter.seal('a', BOB, 'two')];
    await adapter.opens('b', ALICE, messages[1], 'two');
    await adapter.opens('b', ALICE, messages[0], 'one');
});

check('a message is OpenPGP that the library alone verifies and decrypts', async (adapter) => {
    await talking(adapter);
    const { state } = (await adapter.call({ exportIdentity: { party: 'b' } })).state;
    const decryptionKeys = await openpgp.readPrivateKey({ binaryKey: Uint8Array.from(state) });
    const verificationKeys = await openpgp.readKey({ binaryKey: (await bundleOf(adapter, 'a')).body });
    const { body } = await adapter.seal('a', BOB, 'plain OpenPGP');
    const message = await openpgp.readMessage({ binaryMessage: Uint8Array.from(body) });
    const { data } = await openpgp.decrypt({ message, decryptionKeys, verificationKeys, expectSigned: true });
    assert.equal(data, 'plain OpenPGP');
    assert.deepEqual([decryptionKeys.keyPacket.version, decryptionKeys.getAlgorithmInfo().algorithm], [4, 'ed25519']);
});

check('the protocol has no replay protection, and none is added', async (adapter) => {
    await talking(adapter);
    const message = await adapter.seal('a', BOB, 'again');
    for (let i = 0; i < 3; i++) await adapter.opens('b', ALICE, message, 'again');
});

check('changed bytes are refused anywhere, cut ones too, and the genuine message still opens', async (adapter) => {
    await talking(adapter);
    const message = await adapter.seal('a', BOB, 'genuine');
    for (let at = 0; at < message.body.length; at++) await adapter.refuses('b', ALICE, flipped(message, at));
    for (let end = 0; end < message.body.length; end += 7)
        await adapter.refuses('b', ALICE, opaque(message.body.subarray(0, end)));
    await adapter.refuses('b', ALICE, flipped(message, -1), 'authentication');
    await adapter.refuses('b', ALICE, { kind: 2, body: message.body }, 'malformed');
    await adapter.opens('b', ALICE, message, 'genuine');
});

check('a message is from whom it says, or refused', async (adapter) => {
    await talking(adapter);
    await adapter.done({ createParty: { party: 'e', self: EVE } });
    const bundle = await bundleOf(adapter, 'b');
    const { outgoing } = await adapter.done({ startSession: { party: 'e', peer: BOB, bundle } });
    const message = await adapter.seal('e', BOB, 'from eve');
    await adapter.refuses('b', ALICE, message, 'authentication');
    await adapter.refuses('b', EVE, message, 'noSession');
    await adapter.refuses('b', ALICE, outgoing[0].message, 'policy'); // a key that says eve is not alice's
    await adapter.takes('b', EVE, outgoing[0].message);
    await adapter.opens('b', EVE, message, 'from eve');
    isRefused(await adapter.call({ seal: { party: 'a', peer: EVE } }), 'noSession');
});

check('another key for a known address is refused until a person accepts it', async (adapter) => {
    await talking(adapter);
    await adapter.done({ createParty: { party: 'b2', self: BOB } });
    const bundle = await bundleOf(adapter, 'b2');
    const reply = await adapter.call({ startSession: { party: 'a', peer: BOB, bundle } });
    isRefused(reply, 'untrustedIdentity');
    assert.equal(reply.warned, true);
    await adapter.opens('b', ALICE, await adapter.seal('a', BOB, 'to the known one'), 'to the known one');
    isRefused(await adapter.call({ acceptIdentity: { party: 'b', peer: ALICE } }), 'invalidKey'); // of none warned
    await adapter.done({ acceptIdentity: { party: 'a', peer: BOB } });
    await adapter.done({ acceptIdentity: { party: 'a', peer: BOB, identityKey: bundle.body } });
    const { outgoing } = await adapter.done({ startSession: { party: 'a', peer: BOB, bundle } });
    await adapter.takes('b2', ALICE, outgoing[0].message);
    await adapter.opens('b2', ALICE, await adapter.seal('a', BOB, 'to the new one'), 'to the new one');
});

check('a bundle with a changed byte is refused, and nothing is pinned', async (adapter) => {
    await pair(adapter);
    const bundle = await bundleOf(adapter, 'b');
    const start = (body) => adapter.call({ startSession: { party: 'a', peer: BOB, bundle: opaque(body) } });
    let taken = 0;
    for (let at = 0; at < bundle.body.length; at += 5) {
        const reply = await start(flipped(bundle, at).body);
        if (reply.result === 'done') taken++; // in what no signature covers; the same key
        else isRefused(reply);
    }
    assert.ok(taken < 4, `${taken} taken`);
    assert.equal((await start(bundle.body)).result, 'done');
    isRefused(await start(Buffer.alloc(0)), 'malformed');
    isRefused(await start(Buffer.alloc(20000, 0x99)), 'policy');
});

check('a message of very many packets is answered in time', async (adapter) => {
    await talking(adapter);
    const message = await adapter.seal('a', BOB, 'many');
    const sessionKey = message.body.subarray(0, 2 + message.body[1]);
    const marker = Buffer.from('ca03504750', 'hex');
    const timed = async (packet) => {
        const body = Buffer.concat([...Array(Math.floor(2000000 / packet.length)).fill(packet), message.body]);
        const before = adapter.workedMs();
        const reply = await adapter.open('b', ALICE, opaque(body));
        const spent = adapter.workedMs() - before;
        assert.ok(spent < 10 * SECOND_MS, `${spent} ms`);
        return reply;
    };
    isRefused(await timed(sessionKey), 'policy');
    assert.equal((await timed(marker)).result, 'opened'); // to be ignored, RFC 9580 section 5.8
});

check('compressed messages open up to a size; beyond it they are refused, not unpacked', async (adapter) => {
    await talking(adapter);
    const { state } = (await adapter.call({ exportIdentity: { party: 'a' } })).state;
    const signingKeys = await openpgp.readPrivateKey({ binaryKey: Uint8Array.from(state) });
    const { body } = await bundleOf(adapter, 'b');
    const encryptionKeys = await openpgp.readKey({ binaryKey: Uint8Array.from(body) });
    const compressed = async (size) => {
        const message = await openpgp.createMessage({ binary: new Uint8Array(size) });
        const signed = await message.sign([signingKeys]);
        const packed = signed.compress(openpgp.enums.compression.zlib);
        return opaque(await openpgp.encrypt({ message: packed, encryptionKeys, format: 'binary' }));
    };
    const message = await compressed(1000);
    assert.ok(message.body.length < 1000);
    await adapter.opens('b', ALICE, message, '\0'.repeat(1000));
    await adapter.refuses('b', ALICE, await compressed(64 * 1024 * 1024), 'authentication');
});

check('whoever sent a message cannot open it: it is encrypted to its recipient alone', async (adapter) => {
    await talking(adapter);
    const message = await adapter.seal('a', BOB, 'mine');
    isRefused(await adapter.call({ open: { party: 'a', from: BOB, message, own: true } }), 'authentication');
});

check('state restored in a new process goes on, both ways', async (adapter) => {
    await talking(adapter);
    const other = newConnection();
    for (const party of ['a', 'b']) await other.done({ restore: { party, state: await adapter.snapshot(party) } });
    await adapter.opens('a', BOB, await other.seal('b', ALICE, 'from there'), 'from there');
    await other.opens('b', ALICE, await adapter.seal('a', BOB, 'to there'), 'to there');
    await other.opens('b', ALICE, await other.seal('a', BOB, 'all there'), 'all there');
});

check('an exported identity is the whole key: who has it reads, and signs', async (adapter) => {
    await talking(adapter);
    const { state } = (await adapter.call({ exportIdentity: { party: 'b' } })).state;
    await adapter.done({ createParty: { party: 'adversary', self: BOB, identity: state } });
    const bundle = await bundleOf(adapter, 'a');
    await adapter.done({ startSession: { party: 'adversary', peer: ALICE, bundle } });
    await adapter.opens('adversary', ALICE, await adapter.seal('a', BOB, 'secret'), 'secret');
    await adapter.opens('a', BOB, await adapter.seal('adversary', ALICE, 'forged'), 'forged');
});

check('both sides show the same fingerprint, and another key changes it', async (adapter) => {
    await talking(adapter);
    const shown = async (party, peer, ownId, peerId) =>
        (await adapter.call({ fingerprint: { party, peer, ownId, peerId } })).fingerprintShown.displayable;
    const there = await shown('a', BOB, '+1', '+2');
    assert.equal(await shown('b', ALICE, '+2', '+1'), there);
    assert.notEqual(await shown('a', BOB, '+1', '+3'), there);
    await talking(adapter);
    assert.notEqual(await shown('a', BOB, '+1', '+2'), there);
});

check('what is not claimed is unsupported; a broken snapshot and a wrong handle are faults', async (adapter) => {
    await talking(adapter);
    for (const op of [{ refresh: { party: 'a', peer: BOB } }, { forge: { party: 'a', from: BOB } }])
        assert.equal((await adapter.call(op)).result, 'unsupported');
    assert.equal((await adapter.call({ getBundle: { party: 'b', rotateSignedPrekey: true } })).result, 'unsupported');
    assert.equal((await adapter.call({ restore: { party: 'c', state: Buffer.from('{}') } })).result, 'fault');
    assert.equal((await adapter.call({ seal: { party: 'nobody', peer: BOB } })).result, 'fault');
    await adapter.done({ forgetSession: { party: 'a', peer: BOB } });
    assert.equal((await adapter.call({ hello: {} })).profile.protocol, 'openpgp');
});
