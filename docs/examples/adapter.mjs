#!/usr/bin/env node
// SPDX-License-Identifier: 0BSD
// An adapter for assay around a toy protocol that is NOT SECURE: whoever sees a bundle can read everything.
// Node 20 and protobufjs 7 (npm install protobufjs@7), with the contract, target.proto, copied beside this file.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const root = protobuf.loadSync(fileURLToPath(new URL('./target.proto', import.meta.url)));
const Request = root.lookupType('assay.target.v1.Request');
const Reply = root.lookupType('assay.target.v1.Reply');
const { values: reasons } = root.lookupEnum('assay.target.v1.Reason');
const OPAQUE = 15;
const parties = new Map();

class Refused extends Error { // a decision of the protocol code; anything else that goes wrong is a Fault
    constructor(reason, detail) {
        super(detail);
        this.reason = reasons[`REASON_${reason}`];
    }
}

// ---- the toy: a party is a key, a bundle is that key, a message is nonce, ciphertext, tag. The ciphertext begins with the
// sender's key, so that whoever was written to can answer.
const nameOf = (peer) => `${peer.name}.${peer.device}`;
const tagOf = (key, sealed) => createHmac('sha256', key).update(sealed).digest();

function keystream(key, nonce, data) {
    const stream = createHash('shake256', { outputLength: Math.max(data.length, 1) }).update(key).update(nonce).digest();
    return Buffer.from(data.map((byte, at) => byte ^ stream[at]));
}

function party(op) {
    if (!parties.has(op.party)) throw new Error(`no party ${op.party}`);
    return parties.get(op.party);
}

const operations = {
    hello: () => ({ profile: { protocolVersion: 1, name: 'toy', version: '1', protocol: 'toy', surfaces: ['library'], layers: ['cipher'] } }),
    reset: () => (parties.clear(), { done: {} }),
    ping: () => ({ done: {} }),
    createParty: (op) => (parties.set(op.party, { key: randomBytes(32), peers: new Map(), seen: new Set() }), { done: {} }),
    getBundle: (op) => ({ bundleMade: { bundle: { kind: OPAQUE, body: party(op).key } } }),
    startSession(op) {
        if (op.bundle?.body?.length !== 32) throw new Refused('MALFORMED', 'a bundle has 32 bytes');
        party(op).peers.set(nameOf(op.peer), op.bundle.body);
        return { done: {} };
    },
    seal(op) {
        const { key: own, peers } = party(op), key = peers.get(nameOf(op.peer)), nonce = randomBytes(16);
        if (!key) throw new Refused('NO_SESSION', 'no session with this peer');
        const sealed = Buffer.concat([nonce, keystream(key, nonce, Buffer.concat([own, Buffer.from(op.plaintext)]))]);
        return { sealed: { message: { kind: OPAQUE, body: Buffer.concat([sealed, tagOf(key, sealed)]) } } };
    },
    open(op) {
        const { key, peers, seen } = party(op), body = Buffer.from(op.message.body);
        if (body.length < 80) throw new Refused('MALFORMED', 'shorter than nonce, key and tag');
        const sealed = body.subarray(0, -32), nonce = body.subarray(0, 16);
        if (!timingSafeEqual(body.subarray(-32), tagOf(key, sealed))) throw new Refused('AUTHENTICATION', 'the tag is wrong');
        if (seen.has(nonce.toString('hex'))) throw new Refused('DUPLICATE', 'opened before');
        seen.add(nonce.toString('hex'));
        const text = keystream(key, nonce, sealed.subarray(16));
        if (!peers.has(nameOf(op.from))) peers.set(nameOf(op.from), text.subarray(0, 32));
        return { opened: { plaintext: text.subarray(32) } };
    },
};

// ---- frames in, frames out
function answer(request) {
    const operation = operations[request.op]; // the name of the oneof's member; undefined for one we do not know
    if (!operation) return { unsupported: {} };
    try {
        return operation(request[request.op]);
    } catch (error) {
        if (error instanceof Refused) return { refused: { reason: error.reason, detail: error.message } };
        return { fault: { detail: String(error) } };
    }
}

let pending = Buffer.alloc(0);
for await (const chunk of process.stdin) {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE(0)) {
        const end = 4 + pending.readUInt32BE(0);
        const request = Request.decode(pending.subarray(4, end));
        pending = pending.subarray(end);
        const reply = Reply.encode(Reply.fromObject({ seq: request.seq, ...answer(request) })).finish();
        const head = Buffer.alloc(4);
        head.writeUInt32BE(reply.length);
        process.stdout.write(Buffer.concat([head, reply]));
    }
}
