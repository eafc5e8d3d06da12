// One connection: frames in, one operation after another, frames out (proto/target.proto).
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { Party, CAPABILITIES } from './party.mjs';
import { Declined, NotOffered, REASON, resultOfError } from './reasons.mjs';

const FRAME_MAX = 2 * 1024 * 1024;
const CONNECTIONS = 64;
const BUNDLE_SIGNAL_V3 = 1;

const root = new protobuf.Root();
root.loadSync(
    ['target', 'signal'].map((name) => fileURLToPath(new URL(`../../proto/${name}.proto`, import.meta.url))),
);
const Request = root.lookupType('assay.target.v1.Request');
const Reply = root.lookupType('assay.target.v1.Reply');
const BundleBody = root.lookupType('assay.signal.v1.PreKeyBundle');

// The harness named a party that is not there, or is there already: neither is the library's decision.
class WrongHandle extends Error {}

// What each operation answers. |state| is the connection's: its library and its parties.
const operations = {
    hello: (state) => ({
        profile: {
            protocolVersion: 1,
            name: '@signalapp/libsignal-client',
            version: state.version,
            adapterVersion: '1',
            protocol: 'signal-v3',
            surfaces: ['library'],
            layers: ['cipher'],
            capabilities: CAPABILITIES,
            connections: CONNECTIONS,
        },
    }),
    reset: (state) => {
        state.parties.clear();
        return { done: {} };
    },
    ping: () => ({ done: {} }),
    createParty: (state, op) => {
        keep(state, op.party, () => Party.create(state.library, op.self, op.keys));
        return { done: {} };
    },
    getBundle: (state, op) => {
        const bundle = party(state, op).publish(!op.withoutOneTimePrekey, op.rotateSignedPrekey);
        return { bundleMade: { bundle: { kind: BUNDLE_SIGNAL_V3, body: BundleBody.encode(bundle).finish() } } };
    },
    startSession: async (state, op) => {
        await party(state, op).start(op.peer, bundleBody(op.bundle));
        return { done: {} };
    },
    seal: async (state, op) => {
        pairwiseOnly(op);
        return { sealed: { message: await party(state, op).seal(op.peer, op.plaintext) } };
    },
    open: async (state, op) => {
        pairwiseOnly(op);
        return { opened: { plaintext: await party(state, op).open(op.from, op.message?.kind, op.message?.body) } };
    },
    snapshot: (state, op) => ({ state: { state: party(state, op).save() } }),
    restore: (state, op) => {
        keep(state, op.party, () => Party.restore(state.library, op.state));
        return { done: {} };
    },
    fingerprint: (state, op) => ({ fingerprintShown: party(state, op).fingerprint(op.peer, op.ownId, op.peerId) }),
    forgetSession: (state, op) => {
        party(state, op).forget(op.peer);
        return { done: {} };
    },
    acceptIdentity: (state, op) => {
        party(state, op).accept(op.peer, op.identityKey);
        return { done: {} };
    },
};

function party(state, op) {
    const found = state.parties.get(op.party);
    if (!found) throw new WrongHandle('no party has this handle');
    return found;
}

function keep(state, handle, make) {
    if (state.parties.has(handle)) throw new WrongHandle('a party has this handle already');
    state.parties.set(handle, make());
}

// Groups belong to "sender-keys", which is not claimed.
function pairwiseOnly(op) {
    if (op.group) throw new NotOffered('no groups here');
}

function bundleBody(bundle) {
    if (bundle?.kind !== BUNDLE_SIGNAL_V3) throw new Declined(REASON.malformed, 'not a Signal prekey bundle');
    try {
        return BundleBody.decode(bundle.body);
    } catch (error) {
        throw new Declined(REASON.malformed, `not a prekey bundle: ${error.message}`);
    }
}

async function answer(state, frame) {
    const request = Request.decode(frame);
    const operation = operations[request.op];
    if (!operation) return { seq: request.seq, unsupported: {} };
    try {
        return { seq: request.seq, ...(await operation(state, request[request.op])) };
    } catch (error) {
        return { seq: request.seq, ...resultOfError(state.library, error) };
    }
}

function framed(reply) {
    const body = Reply.encode(Reply.create(reply)).finish();
    const frame = Buffer.alloc(4 + body.length);
    frame.writeUInt32BE(body.length, 0);
    frame.set(body, 4);
    return frame;
}

// Frames are cut out of the chunks as they come; each is answered before the next is looked at.
class Inbox {
    #chunks = [];
    #length = 0;

    push(chunk) {
        this.#chunks.push(chunk);
        this.#length += chunk.length;
    }

    // The next whole frame's payload, or null. Throws on a frame over the limit.
    take() {
        if (this.#length < 4) return null;
        const all = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
        this.#chunks = [all];
        const length = all.readUInt32BE(0);
        if (length > FRAME_MAX) throw new Error(`a frame of ${length} bytes is over the limit`);
        if (all.length < 4 + length) return null;
        this.#chunks = [all.subarray(4 + length)];
        this.#length = all.length - 4 - length;
        return all.subarray(4, 4 + length);
    }
}

// Serve until |input| ends; |end| is called with 0, or with 1 after a sentence on standard error.
export async function connection(library, version, input, output, end) {
    const state = { library, version, parties: new Map() };
    const inbox = new Inbox();
    try {
        for await (const chunk of input) {
            inbox.push(chunk);
            for (let frame = inbox.take(); frame; frame = inbox.take())
                output.write(framed(await answer(state, frame)));
        }
        end(0);
    } catch (error) {
        process.stderr.write(`adapter.mjs: ${error.message}\n`);
        end(1);
    }
}
