// The adapter as a process: two parties talk through it, for each library.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import protobuf from 'protobufjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const root = new protobuf.Root();
root.loadSync([here('../../proto/target.proto'), here('../../proto/signal.proto')]);
const Request = root.lookupType('assay.target.v1.Request');
const Reply = root.lookupType('assay.target.v1.Reply');
const BundleBody = root.lookupType('assay.signal.v1.PreKeyBundle');

const ALICE = { name: 'alice', device: 1 };
const BOB = { name: 'bob', device: 1 };

// One adapter process; call() sends a request and gives the reply.
class Adapter {
    #process;
    #waiting = [];
    #received = Buffer.alloc(0);
    #seq = 0;

    constructor(library) {
        this.#process = spawn(process.execPath, [here('adapter.mjs'), '--library', library], {
            stdio: ['pipe', 'pipe', 'inherit'],
        });
        this.#process.stdout.on('data', (chunk) => {
            this.#received = Buffer.concat([this.#received, chunk]);
            while (this.#received.length >= 4 && this.#received.length >= 4 + this.#received.readUInt32BE(0)) {
                const end = 4 + this.#received.readUInt32BE(0);
                this.#waiting.shift()(Reply.decode(this.#received.subarray(4, end)));
                this.#received = this.#received.subarray(end);
            }
        });
    }

    raw(body) {
        const frame = Buffer.alloc(4 + body.length);
        frame.writeUInt32BE(body.length, 0);
        frame.set(body, 4);
        return new Promise((resolve) => {
            this.#waiting.push(resolve);
            this.#process.stdin.write(frame);
        });
    }

    async call(op) {
        this.#seq += 1;
        const reply = await this.raw(Request.encode(Request.create({ seq: this.#seq, ...op })).finish());
        assert.equal(Number(reply.seq), this.#seq);
        return reply;
    }

    async pair(withOneTimePrekey = true) {
        await this.call({ reset: { seed: Buffer.alloc(32) } });
        await this.call({ createParty: { party: 'a', self: ALICE } });
        await this.call({ createParty: { party: 'b', self: BOB } });
        const made = await this.call({ getBundle: { party: 'b', withoutOneTimePrekey: !withOneTimePrekey } });
        return made.bundleMade.bundle;
    }

    async seal(party, peer, plaintext) {
        return (await this.call({ seal: { party, peer, plaintext: Buffer.from(plaintext) } })).sealed.message;
    }

    open(party, from, message) {
        return this.call({ open: { party, from, message } });
    }

    end() {
        this.#process.stdin.end();
    }
}

const flipped = (message, at) => {
    const body = Buffer.from(message.body);
    body[(at + body.length) % body.length] ^= 1;
    return { kind: message.kind, body };
};

for (const library of ['0.23.1', '0.72.1']) {
    const check = (name, body) =>
        test(`${library}: ${name}`, async () => {
            const adapter = new Adapter(library);
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
                const there = await adapter.seal('a', BOB, text);
                assert.equal(Buffer.from((await adapter.open('b', ALICE, there)).opened.plaintext).toString(), text);
                const back = await adapter.seal('b', ALICE, text);
                assert.equal(Buffer.from((await adapter.open('a', BOB, back)).opened.plaintext).toString(), text);
            }
        });

    check('a forged message is refused, the genuine one opens, its replay is a duplicate', async (adapter) => {
        const bundle = await adapter.pair();
        await adapter.call({ startSession: { party: 'a', peer: BOB, bundle } });
        const first = await adapter.seal('a', BOB, 'first');
        assert.equal((await adapter.open('b', ALICE, first)).result, 'opened');
        const message = await adapter.seal('b', ALICE, 'genuine');
        assert.equal((await adapter.open('a', BOB, flipped(message, -1))).result, 'refused');
        assert.equal((await adapter.open('a', BOB, message)).result, 'opened');
        assert.equal((await adapter.open('a', BOB, message)).refused.reason, 4);
    });

    check('a bad signature and an unknown prekey are refusals, not faults', async (adapter) => {
        const bundle = await adapter.pair();
        const body = BundleBody.decode(Buffer.from(bundle.body)); // a copy: decoded bytes are views
        body.signedPrekeySignature[3] ^= 1;
        const forged = { kind: bundle.kind, body: BundleBody.encode(body).finish() };
        const started = await adapter.call({ startSession: { party: 'a', peer: BOB, bundle: forged } });
        assert.equal(started.refused.reason, 7);
        await adapter.call({ startSession: { party: 'a', peer: BOB, bundle } });
        const message = await adapter.seal('a', BOB, 'first');
        await adapter.call({ createParty: { party: 'c', self: BOB } });
        assert.equal((await adapter.open('c', ALICE, message)).result, 'refused');
    });

    check('state restored in a new process goes on', async (adapter) => {
        const bundle = await adapter.pair();
        await adapter.call({ startSession: { party: 'a', peer: BOB, bundle } });
        await adapter.open('b', ALICE, await adapter.seal('a', BOB, 'first'));
        const { state } = await adapter.call({ snapshot: { party: 'b' } });
        const other = new Adapter(library);
        await other.call({ restore: { party: 'b', state: state.state } });
        const back = await other.seal('b', ALICE, 'from the new process');
        assert.equal((await adapter.open('a', BOB, back)).result, 'opened');
        other.end();
    });

    check('an unknown operation is unsupported', async (adapter) => {
        // seq 1, and a field 99 that no version knows
        assert.equal((await adapter.raw(Buffer.from([0x08, 0x01, 0x9a, 0x06, 0x00]))).result, 'unsupported');
    });
}
