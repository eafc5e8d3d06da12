// SPDX-License-Identifier: GPL-3.0-or-later
// The adapter as a process: two parties talk through it, for each library. Exits with 77 when the libraries are
// missing.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import * as contract from '../serving-node/contract.mjs';
import * as testing from '../serving-node/testing.mjs';

const { ALICE, BOB, flipped } = testing;
const folder = fileURLToPath(new URL('.', import.meta.url));
testing.skipUnlessInstalled(folder);
const { types } = await import('./bundle.mjs');
const { decisionOf } = await import('./reasons.mjs');
const BundleBody = types.root.lookupType('assay.signal.v1.PreKeyBundle');
const REASON = types.root.lookupEnum('assay.target.v1.Reason').values;
const run = (args, stdio) => testing.run(folder, args, stdio);

class Connection extends testing.Connection {
    async pair(withOneTimePrekey = true) {
        await this.call({ reset: { seed: Buffer.alloc(32) } });
        await this.call({ createParty: { party: 'a', self: ALICE } });
        await this.call({ createParty: { party: 'b', self: BOB } });
        const made = await this.call({ getBundle: { party: 'b', withoutOneTimePrekey: !withOneTimePrekey } });
        return made.bundleMade.bundle;
    }

    // a and b with a session: both have sent and opened.
    async talking() {
        const bundle = await this.pair();
        await this.call({ startSession: { party: 'a', peer: BOB, bundle } });
        await this.opens('b', ALICE, await this.seal('a', BOB, 'first'), 'first');
        await this.opens('a', BOB, await this.seal('b', ALICE, 'reply'), 'reply');
    }
}

const adapterOf = (library) => Connection.toAdapter(types, folder, ['--library', library]);

const FIRST_BYTE = { '0.23.1': 0x33, '0.72.1': 0x34, '0.75.1': 0x44, '0.83.0': 0x44, '0.94.1': 0x44, '0.103.0': 0x44 };
const BINDS_ADDRESSES = new Set(['0.94.1', '0.103.0']);

for (const library of Object.keys(FIRST_BYTE)) {
    const isV4 = FIRST_BYTE[library] === 0x44;
    const check = (name, body) =>
        test(`${library}: ${name}`, async () => {
            const adapter = adapterOf(library);
            try {
                await body(adapter);
            } finally {
                adapter.end();
            }
        });

    for (const withOneTimePrekey of [true, false])
        check(`a conversation ${withOneTimePrekey ? 'with' : 'without'} one-time prekey`, async (adapter) => {
            const bundle = await adapter.pair(withOneTimePrekey);
            const started = await adapter.call({ startSession: { party: 'a', peer: BOB, bundle } });
            assert.equal(started.result, 'done');
            for (const text of ['first', '', 'x'.repeat(1024 * 1024)]) {
                await adapter.opens('b', ALICE, await adapter.seal('a', BOB, text), text);
                await adapter.opens('a', BOB, await adapter.seal('b', ALICE, text), text);
            }
        });

    check('a forged message is refused, the genuine one opens, its replay is a duplicate', async (adapter) => {
        await adapter.talking();
        const message = await adapter.seal('b', ALICE, 'genuine');
        await adapter.refuses('a', BOB, flipped(message, -1), 'authentication');
        await adapter.opens('a', BOB, message, 'genuine');
        await adapter.refuses('a', BOB, message, 'duplicate');
    });

    check('first messages carry the version byte this library is here for', async (adapter) => {
        const bundle = await adapter.pair();
        await adapter.call({ startSession: { party: 'a', peer: BOB, bundle } });
        const { kind, body } = await adapter.seal('a', BOB, 'first');
        assert.deepEqual([kind, body[0]], [1, FIRST_BYTE[library]]);
    });

    check('messages open in any order', async (adapter) => {
        await adapter.talking();
        const texts = ['one', 'two', 'three', 'four'];
        const messages = [];
        for (const text of texts) messages.push(await adapter.seal('a', BOB, text));
        for (const i of [2, 0, 3, 1]) await adapter.opens('b', ALICE, messages[i], texts[i]);
        await adapter.refuses('b', ALICE, messages[0], 'duplicate');
    });

    check('a bad signature is a refusal, and so is a bundle that does not parse', async (adapter) => {
        const bundle = await adapter.pair();
        const body = BundleBody.decode(Buffer.from(bundle.body)); // a copy: decoded bytes are views
        body.signedPrekeySignature[3] ^= 1;
        const forged = { kind: bundle.kind, body: BundleBody.encode(body).finish() };
        const start = (wrong) => adapter.call({ startSession: { party: 'a', peer: BOB, bundle: wrong } });
        assert.equal((await start(forged)).refused.reason, REASON.REASON_PREKEY_SIGNATURE);
        const garbage = { kind: bundle.kind, body: Buffer.from('0aff', 'hex') };
        assert.equal((await start(garbage)).refused.reason, REASON.REASON_MALFORMED);
        assert.equal((await start({ kind: 15, body: bundle.body })).refused.reason, REASON.REASON_MALFORMED);
        delete body.oneTimePrekey;
        const half = { kind: bundle.kind, body: BundleBody.encode(body).finish() };
        assert.equal((await start(half)).refused.reason, REASON.REASON_MALFORMED);
        const sealed = await adapter.call({ seal: { party: 'a', peer: BOB } });
        assert.equal(sealed.refused.reason, REASON.REASON_NO_SESSION);
    });

    check('an unknown prekey is a refusal with its reason', async (adapter) => {
        const bundle = await adapter.pair();
        await adapter.call({ startSession: { party: 'a', peer: BOB, bundle } });
        const message = await adapter.seal('a', BOB, 'first');
        await adapter.call({ createParty: { party: 'c', self: BOB } });
        await adapter.refuses('c', ALICE, message, 'unknownPrekey');
        await adapter.opens('b', ALICE, message, 'first');
        await adapter.call({ forgetSession: { party: 'b', peer: ALICE } });
        await adapter.refuses('b', ALICE, message, 'unknownPrekey'); // its one-time prekey is used
    });

    check('a new identity is refused until a person accepts it', async (adapter) => {
        await adapter.talking();
        await adapter.call({ createParty: { party: 'a2', self: ALICE } });
        const own = (await adapter.call({ getBundle: { party: 'a2' } })).bundleMade.bundle;
        const { bundle } = (await adapter.call({ getBundle: { party: 'b' } })).bundleMade;
        await adapter.call({ startSession: { party: 'a2', peer: BOB, bundle } });
        const message = await adapter.seal('a2', BOB, 'new phone');
        await adapter.refuses('b', ALICE, message, 'untrustedIdentity');
        assert.equal((await adapter.open('b', ALICE, message)).warned, true);
        const { identityKey } = BundleBody.decode(Buffer.from(own.body));
        await adapter.call({ acceptIdentity: { party: 'b', peer: ALICE, identityKey } });
        await adapter.opens('b', ALICE, message, 'new phone');
    });

    check('both sides show the same fingerprint', async (adapter) => {
        await adapter.talking();
        const shown = async (party, peer, ownId, peerId) =>
            (await adapter.call({ fingerprint: { party, peer, ownId, peerId } })).fingerprintShown.displayable;
        const there = await shown('a', BOB, '+1', '+2');
        assert.match(there, /^[0-9]{60}$/);
        assert.equal(await shown('b', ALICE, '+2', '+1'), there);
    });

    const checkV3 = isV4 ? () => {} : check; // the contract has no KEM keys to import

    checkV3('imported keys are published as they are, and only they', async (adapter) => {
        const made = await adapter.pair(); // keys of a party, to import: the snapshot has the private ones
        const { state } = await adapter.call({ snapshot: { party: 'b' } });
        const saved = JSON.parse(Buffer.from(state.state));
        const loaded = await import(`libsignal-${library}`);
        const signal = loaded.default ?? loaded;
        const bytes = (text) => Buffer.from(text, 'base64');
        const signed = signal.SignedPreKeyRecord.deserialize(bytes(saved.maps.signedPrekeys[0][1]));
        const oneTime = signal.PreKeyRecord.deserialize(bytes(saved.maps.prekeys[0][1]));
        const { identityKey } = BundleBody.decode(Buffer.from(made.body));
        const pairOf = (record, id) => ({
            id,
            privateKey: record.privateKey().serialize(),
            publicKey: record.publicKey().serialize(),
        });
        const keys = {
            identityPrivate: bytes(saved.own.identityPrivate),
            identityPublic: identityKey,
            registrationId: 4711,
            signedPrekeys: [{ ...pairOf(signed, 77), signature: signed.signature() }],
            oneTimePrekeys: [pairOf(oneTime, 1234)],
        };
        assert.equal((await adapter.call({ createParty: { party: 'i', self: BOB, keys } })).result, 'done');
        const published = async () =>
            BundleBody.decode(Buffer.from((await adapter.call({ getBundle: { party: 'i' } })).bundleMade.bundle.body));
        const first = await published();
        assert.deepEqual([first.registrationId, first.signedPrekeyId, first.oneTimePrekeyId], [4711, 77, 1234]);
        assert.deepEqual(Buffer.from(first.signedPrekeySignature), Buffer.from(signed.signature()));
        assert.equal(Object.hasOwn(await published(), 'oneTimePrekeyId'), false);
        const other = { ...keys, identityPublic: oneTime.publicKey().serialize() };
        const refused = await adapter.call({ createParty: { party: 'j', self: BOB, keys: other } });
        assert.equal(refused.refused.reason, REASON.REASON_INVALID_KEY);
    });

    check('what breaks in a store is a fault, not a refusal', async (adapter) => {
        await adapter.talking();
        const { state } = await adapter.call({ snapshot: { party: 'a' } });
        const saved = JSON.parse(Buffer.from(state.state));
        saved.maps.sessions[0][1] = Buffer.alloc(40, 0xff).toString('base64');
        const broken = Buffer.from(JSON.stringify(saved));
        assert.equal((await adapter.call({ restore: { party: 'x', state: broken } })).result, 'done');
        assert.equal((await adapter.call({ seal: { party: 'x', peer: BOB } })).result, 'fault');
        const message = await adapter.seal('b', ALICE, 'for the whole one');
        assert.equal((await adapter.open('x', BOB, message)).result, 'fault');
        await adapter.opens('a', BOB, message, 'for the whole one');
    });

    check('a handle in use is no refusal, and neither is one that nobody has', async (adapter) => {
        await adapter.talking();
        const { state } = await adapter.call({ snapshot: { party: 'a' } });
        assert.equal((await adapter.call({ restore: { party: 'b', state: state.state } })).result, 'fault');
        assert.equal((await adapter.call({ createParty: { party: 'b', self: BOB } })).result, 'fault');
        assert.equal((await adapter.call({ seal: { party: 'nobody', peer: BOB } })).result, 'fault');
    });

    check('first messages say who writes to whom, between service ids and where this library does', async (adapter) => {
        const serviceId = (digit) => ({ name: `${digit.repeat(8)}-0000-4000-8000-000000000000`, device: 1 });
        const [alice, bob, eve] = ['a', 'b', 'e'].map(serviceId);
        await adapter.call({ createParty: { party: 'a', self: alice } });
        await adapter.call({ createParty: { party: 'b', self: bob } });
        const { bundle } = (await adapter.call({ getBundle: { party: 'b' } })).bundleMade;
        await adapter.call({ startSession: { party: 'a', peer: bob, bundle } });
        const message = await adapter.seal('a', bob, 'first');
        assert.equal((await adapter.open('b', eve, message)).result, BINDS_ADDRESSES.has(library) ? 'refused' : 'opened');
    });

    if (!isV4)
        check('groups are not offered', async (adapter) => {
            await adapter.talking();
            assert.equal((await adapter.call({ seal: { party: 'a', group: 'g' } })).result, 'unsupported');
            assert.equal((await adapter.call({ open: { party: 'a', from: BOB, group: 'g' } })).result, 'unsupported');
            const distributed = await adapter.call({ distributeSenderKey: { party: 'a', group: 'g' } });
            assert.equal(distributed.result, 'unsupported');
        });

    if (isV4)
        check('a group message opens with its sender key, once, and in its own group alone', async (adapter) => {
            await adapter.talking();
            const none = await adapter.call({ seal: { party: 'a', group: 'g' } });
            testing.isRefused(none, 'noSession');
            const key = await adapter.call({ distributeSenderKey: { party: 'a', group: 'g' } });
            assert.equal(key.result, 'sealed', JSON.stringify(key));
            const plaintext = Buffer.from('to all');
            const sealed = await adapter.call({ seal: { party: 'a', group: 'g', plaintext } });
            assert.equal(sealed.result, 'sealed', JSON.stringify(sealed));
            const open = (message, group) => adapter.call({ open: { party: 'b', from: ALICE, group, message } });
            testing.isRefused(await open(sealed.sealed.message, 'g'), 'noSession');
            assert.equal((await open(key.sealed.message, 'g')).opened.withoutPlaintext, true);
            testing.isRefused(await open(sealed.sealed.message, 'h'), 'noSession');
            assert.equal(Buffer.from((await open(sealed.sealed.message, 'g')).opened.plaintext).toString(), 'to all');
            testing.isRefused(await open(sealed.sealed.message, 'g'), 'duplicate');
        });

    check('the profile says which library it is, and that v4 alone has groups', async (adapter) => {
        const { profile } = await adapter.call({ hello: {} });
        assert.equal(profile.version, library);
        assert.equal(profile.connections, 64);
        assert.equal(profile.capabilities.includes('sender-keys'), isV4);
    });

    check('it spends KEM prekeys where the library says what they served', async (adapter) => {
        const { profile } = await adapter.call({ hello: {} });
        assert.equal(profile.capabilities.includes('spends-kem-prekeys'), isV4 && library !== '0.75.1');
    });

    check('state restored in a new process goes on', async (adapter) => {
        await adapter.talking();
        const { state } = await adapter.call({ snapshot: { party: 'b' } });
        const other = adapterOf(library);
        await other.call({ restore: { party: 'b', state: state.state } });
        const back = await other.seal('b', ALICE, 'from the new process');
        await adapter.opens('a', BOB, back, 'from the new process');
        other.end();
    });

    if (isV4)
        check("with a stranger's post-quantum secrets a state opens nothing", async (adapter) => {
            await adapter.talking();
            await adapter.call({ createParty: { party: 'd', self: { name: 'dave', device: 1 } } });
            const own = await adapter.snapshot('b');
            const restored = (party, postQuantumOf) =>
                adapter.call({ restore: { party, state: own, postQuantumOf } });
            assert.equal((await restored('without', await adapter.snapshot('d'))).result, 'done');
            assert.equal((await restored('with', own)).result, 'done');
            const message = await adapter.seal('a', BOB, 'secret');
            assert.equal((await adapter.open('without', ALICE, message)).result, 'refused');
            await adapter.opens('with', ALICE, message, 'secret');
            await adapter.opens('b', ALICE, message, 'secret');
        });

    check('an unknown operation is unsupported, and its seq comes back whole', async (adapter) => {
        // the highest seq there is, and a field 99 that no version knows
        const reply = await adapter.raw(Buffer.from('08ffffffffffffffffff019a0600', 'hex'));
        assert.equal(reply.result, 'unsupported');
        assert.equal(String(reply.seq), '18446744073709551615');
    });
}

// The session is carried over: both libraries read its record.
test('a conversation that 0.72.1 began goes on under 0.103.0, as one of v3, until one of v4 begins', async () => {
    const before = adapterOf('0.72.1');
    const after = adapterOf('0.103.0');
    try {
        await before.talking();
        await after.call({ restore: { party: 'b', state: await before.snapshot('b') } });
        for (let turn = 0; turn < 3; turn++) {
            await after.opens('b', ALICE, await before.seal('a', BOB, 'there'), 'there');
            const back = await after.seal('b', ALICE, 'and back');
            assert.deepEqual([back.kind, back.body[0]], [2, 0x34]);
            await before.opens('a', BOB, back, 'and back');
        }
        const late = await before.seal('a', BOB, 'late');
        await after.call({ restore: { party: 'a', state: await before.snapshot('a') } });
        const { bundle } = (await after.call({ getBundle: { party: 'b' } })).bundleMade;
        assert.equal((await after.call({ startSession: { party: 'a', peer: BOB, bundle } })).result, 'done');
        const first = await after.seal('a', BOB, 'first of v4');
        assert.deepEqual([first.kind, first.body[0]], [1, 0x44]);
        await after.opens('b', ALICE, first, 'first of v4');
        const reply = await after.seal('b', ALICE, 'reply');
        assert.equal(reply.body[0], 0x44);
        await after.opens('a', BOB, reply, 'reply');
        await after.opens('b', ALICE, late, 'late');
    } finally {
        before.end();
        after.end();
    }
});

const connected = (where) =>
    new Promise((resolve, reject) => {
        const socket = net.createConnection(where);
        socket.once('connect', () => resolve(socket));
        socket.once('error', reject);
    });

test('listening, each connection has a state of its own', async () => {
    const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'assay-libsignal-'));
    const address = path.join(scratch, 'socket');
    const child = run(['--listen', `unix:${address}`], ['ignore', 'pipe', 'inherit']);
    try {
        const line = await new Promise((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk))));
        assert.equal(line, `listening unix:${address}\n`);
        const sockets = [await connected(address), await connected(address)];
        const [one, other] = sockets.map((socket) => new Connection(types, socket, socket));
        await one.talking();
        assert.equal((await other.call({ getBundle: { party: 'a' } })).result, 'fault');
        await other.talking();
        assert.equal((await one.call({ reset: {} })).result, 'done');
        await other.opens('b', ALICE, await other.seal('a', BOB, 'still here'), 'still here');
        sockets.forEach((socket) => socket.end());
    } finally {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await gone;
        assert.equal(fs.existsSync(address), false);
        fs.rmSync(scratch, { recursive: true });
    }
});

test('a frame over the limit ends the connection unread', async () => {
    const child = run([], ['pipe', 'pipe', 'ignore']);
    child.stdin.write(Buffer.from('ffffffff', 'hex'));
    assert.equal(await new Promise((resolve) => child.once('exit', resolve)), 1);
});

test('the reasons have the numbers of the contract', () => {
    for (const [name, number] of Object.entries(contract.REASON)) {
        const spelt = `REASON_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
        assert.equal(number, REASON[spelt], spelt);
    }
});

test('reasons are told by whole words', () => {
    class LibSignalErrorBase extends Error {}
    const reasons = [
        ['unknown prekey identifier', 'unknownPrekey'],
        ['invalid PreKey message: incoming base key is invalid', 'invalidKey'],
        ['invalid PreKey message: Both or neither kyber pre_key_id and kyber_ciphertext can be', 'malformed'],
        ['invalid PreKey message: X3DH no longer supported', 'version'],
        ['bad KEM ciphertext length <1570> for key with type <Kyber1024 key>', 'invalidKey'],
        ['invalid signature detected', 'prekeySignature'],
    ];
    for (const [words, reason] of reasons)
        assert.equal(decisionOf({ LibSignalErrorBase }, new LibSignalErrorBase(words)), contract.REASON[reason], words);
    assert.equal(decisionOf({ LibSignalErrorBase }, new Error('prekey id')), null);
});

test('a wrong option says so and exits with 64', async () => {
    const child = run(['--library', '0.0.1'], ['ignore', 'ignore', 'ignore']);
    assert.equal(await new Promise((resolve) => child.once('exit', resolve)), 64);
});
