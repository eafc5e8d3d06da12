// SPDX-License-Identifier: 0BSD
// One connection: frames in, one operation after another, frames out (proto/target.proto).
//
// A target is what an adapter brings: { name, version, protocol, capabilities, create, restore, decision }.
// |create| takes a CreateParty and gives a party, |restore| takes a snapshot's bytes and, of another one, those whose
// post-quantum secrets it is to have (empty: its own); |decision|: see results.mjs.
// A party has a method for each operation: publish, start, seal, open, and those its target's capabilities name. All
// may be asynchronous. |start| and |refresh| may give messages to deliver besides.
//
// A target that is a provider's service, too, has |service|: an object with a method for each operation of that surface,
// called like it, that takes the operation's fields and gives the fields of its result; and |reset|. An error is Refused or
// Fault as |decision| says, as in the library.
import { Inbox, framed } from './frames.mjs';
import { WrongHandle, resultOfError } from './results.mjs';

const CONNECTIONS = 64;

// The capability an operation belongs to; those that are not here are everybody's.
const CAPABILITY = {
    snapshot: 'snapshot',
    restore: 'snapshot',
    fingerprint: 'fingerprint',
    forgetSession: 'forget-session',
    acceptIdentity: 'accept-identity',
    exportIdentity: 'export-identity',
    refresh: 'refresh',
    distributeSenderKey: 'sender-keys',
    expireMedia: 'service/expire',
    rotateKeys: 'service/rotate-keys',
    enlist: 'service/enlist',
    withdraw: 'service/enlist',
    pushes: 'service/push',
};

// The result that an operation of the service surface is answered with.
const SERVICE_RESULTS = {
    service: 'serviceShown',
    hostMedia: 'mediaHosted',
    takeMedia: 'mediaTaken',
    expireMedia: 'done',
    mintToken: 'tokenMinted',
    rotateKeys: 'done',
    enlist: 'done',
    withdraw: 'done',
    pushes: 'pushList',
};

// And those of an operation's fields.
const FIELD_CAPABILITIES = {
    createParty: { keys: 'import-keys', identity: 'export-identity', version: 'versions' },
    getBundle: { withoutOneTimePrekey: 'without-one-time-prekey', rotateSignedPrekey: 'rotate-signed-prekey' },
    seal: { group: 'sender-keys' },
    open: { group: 'sender-keys', own: 'open-own' },
    restore: { postQuantumOf: 'split-state' },
};

const isGiven = (value) => Boolean(value) && value.length !== 0;

function isOffered({ capabilities, service }, name, op) {
    if (SERVICE_RESULTS[name] && !service) return false;
    const needed = Object.entries(FIELD_CAPABILITIES[name] ?? {})
        .filter(([field]) => isGiven(op[field]))
        .map(([, capability]) => capability);
    if (CAPABILITY[name]) needed.push(CAPABILITY[name]);
    return needed.every((capability) => capabilities.includes(capability));
}

const done = (outgoing) => ({ outgoing: outgoing ?? [], done: {} });

// What each operation answers. |here| is the connection's: its target and its parties.
const operations = {
    hello: ({ target }) => ({
        profile: {
            protocolVersion: 1,
            name: target.name,
            version: target.version,
            adapterVersion: '1',
            protocol: target.protocol,
            surfaces: target.service ? ['library', 'service'] : ['library'],
            layers: ['cipher'],
            capabilities: target.capabilities,
            connections: CONNECTIONS,
        },
    }),
    reset: async ({ target, parties }, op) => {
        parties.clear();
        await target.service?.reset(op);
        return done();
    },
    ping: () => done(),
    createParty: (here, op) => keep(here, op.party, () => here.target.create(op)),
    getBundle: async (here, op) => ({ bundleMade: { bundle: await party(here, op).publish(op) } }),
    startSession: async (here, op) => done(await party(here, op).start(op.peer, op.bundle)),
    seal: async (here, op) => ({ sealed: { message: await party(here, op).seal(op.peer, op.plaintext, op.group) } }),
    open: async (here, op) => ({ opened: await party(here, op).open(op.from, op.message, op.own, op.group) }),
    snapshot: async (here, op) => ({ state: { state: await party(here, op).save() } }),
    restore: (here, op) => keep(here, op.party, () => here.target.restore(op.state, op.postQuantumOf)),
    fingerprint: async (here, op) => ({
        fingerprintShown: await party(here, op).fingerprint(op.peer, op.ownId, op.peerId),
    }),
    forgetSession: async (here, op) => {
        await party(here, op).forget(op.peer);
        return done();
    },
    acceptIdentity: async (here, op) => {
        await party(here, op).accept(op.peer, op.identityKey);
        return done();
    },
    exportIdentity: async (here, op) => ({ state: { state: await party(here, op).exportIdentity() } }),
    distributeSenderKey: async (here, op) => ({
        sealed: { message: await party(here, op).distribute(op.group, op.fresh) },
    }),
    refresh: async (here, op) => done(await party(here, op).refresh(op.peer)),
    ...Object.fromEntries(
        Object.entries(SERVICE_RESULTS).map(([name, result]) => [
            name,
            async ({ target }, op) => ({ [result]: (await target.service[name](op)) ?? {} }),
        ]),
    ),
};

function party({ parties }, op) {
    const found = parties.get(op.party);
    if (!found) throw new WrongHandle('no party has this handle');
    return found;
}

async function keep({ parties }, handle, make) {
    if (parties.has(handle)) throw new WrongHandle('a party has this handle already');
    parties.set(handle, await make());
    return done();
}

async function resultOf(here, request) {
    const operation = operations[request.op];
    const op = request[request.op];
    if (!operation || !isOffered(here.target, request.op, op)) return { unsupported: {} };
    try {
        return await operation(here, op);
    } catch (error) {
        return resultOfError(here.target.decision, error);
    }
}

// Serve until |input| ends; |end| is called with 0, or with 1 after a sentence on standard error.
export async function connection({ Request, Reply }, target, input, output, end) {
    const here = { target, parties: new Map() };
    const inbox = new Inbox();
    try {
        for await (const chunk of input) {
            inbox.push(chunk);
            for (let frame = inbox.take(); frame; frame = inbox.take()) {
                const request = Request.decode(frame);
                const reply = { seq: request.seq, ...(await resultOf(here, request)) };
                output.write(framed(Reply.encode(Reply.create(reply)).finish()));
            }
        }
        end(0);
    } catch (error) {
        process.stderr.write(`adapter.mjs: ${error.message}\n`);
        end(1);
    }
}
