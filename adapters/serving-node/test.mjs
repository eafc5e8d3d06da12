// SPDX-License-Identifier: 0BSD
// The service surface as serve.mjs answers it: what a target's |service| gives is the result, its errors are Refused or Fault, and
// without a service, or without the capability, the operation is unsupported. Exits with 77 without protobufjs.
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { readContract, REASON } from './contract.mjs';
import { Declined } from './results.mjs';
import { connection } from './serve.mjs';
import { Connection, isRefused, skipUnlessInstalled } from './testing.mjs';

const lender = fileURLToPath(new URL('../mls', import.meta.url)); // of protobufjs: this folder has no packages
skipUnlessInstalled(lender);
const { default: protobuf } = await import('../mls/node_modules/protobufjs/index.js');
const types = readContract(protobuf);

const told = [];
const service = {
    reset: () => told.push('reset'),
    service: () => ({ media: 'https://127.0.0.1:1/media/', keys: 'https://127.0.0.1:1/keys', roots: 'PEM' }),
    hostMedia: async ({ length, pattern }) => ({ content: Buffer.from(`${pattern} x ${length}`) }),
    takeMedia: () => {
        throw new Declined(REASON.authentication, 'the MAC is wrong');
    },
    expireMedia: () => {
        throw new Error('the disk is full');
    },
    mintToken: ({ user }) => ({ token: `for ${user}` }),
    rotateKeys: ({ retire }) => void told.push(retire),
};

function connectionTo(target) {
    const there = new PassThrough(), back = new PassThrough();
    const all = { name: 'n', version: '1', protocol: 'p', decision: () => null, capabilities: [], ...target };
    connection(types, all, there, back, () => {});
    return new Connection(types, back, there);
}

const sound = () => connectionTo({ service, capabilities: ['service/expire', 'service/rotate-keys'] });

test('a target with a service offers the surface', async () => {
    const { profile } = await sound().call({ hello: { protocolVersion: 1 } });
    assert.deepEqual(profile.surfaces, ['library', 'service']);
});

test('what its methods give is the result', async () => {
    const it = sound();
    assert.equal((await it.call({ service: {} })).serviceShown.media, 'https://127.0.0.1:1/media/');
    const { mediaHosted } = await it.call({ hostMedia: { kind: 1, pattern: Buffer.from('ab'), length: 3 } });
    assert.equal(Buffer.from(mediaHosted.content).toString(), 'ab x 3');
    assert.equal((await it.call({ mintToken: { user: 'alice' } })).tokenMinted.token, 'for alice');
});

test('one that gives nothing is done, and a reset reaches it', async () => {
    const it = sound();
    await it.done({ reset: {} });
    await it.done({ rotateKeys: { retire: true } });
    assert.deepEqual(told, ['reset', true]);
});

test('what it declines is refused, anything else is a fault', async () => {
    const it = sound();
    isRefused(await it.call({ takeMedia: {} }), 'authentication');
    assert.equal((await it.call({ expireMedia: {} })).result, 'fault');
});

test('what is not claimed is unsupported', async () => {
    assert.equal((await sound().call({ pushes: { user: 'alice' } })).result, 'unsupported');
    assert.equal((await sound().call({ enlist: { user: 'alice' } })).result, 'unsupported');
});

test('without a service all of it is', async () => {
    const library = connectionTo({ capabilities: ['service/expire'] });
    for (const op of ['service', 'hostMedia', 'mintToken', 'expireMedia'])
        assert.equal((await library.call({ [op]: {} })).result, 'unsupported', op);
});
