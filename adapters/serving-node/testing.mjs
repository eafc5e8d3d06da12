// SPDX-License-Identifier: 0BSD
// What the adapters' tests share: an adapter as a process, and the harness's side of the contract.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { framed, Inbox } from './frames.mjs';
import { REASON } from './contract.mjs';

const EXIT_SKIPPED = 77;

export const ALICE = { name: 'alice', device: 1 };
export const BOB = { name: 'bob', device: 1 };

export function skipUnlessInstalled(folder) {
    if (fs.existsSync(path.join(folder, 'node_modules'))) return;
    console.log(`skipped: run npm ci in adapters/${path.basename(folder)} first, or build the target of that name`);
    process.exit(EXIT_SKIPPED);
}

export const run = (folder, args, stdio) =>
    spawn(process.execPath, [path.join(folder, 'adapter.mjs'), ...args], { stdio });

// One connection; call() sends a request and gives the reply.
export class Connection {
    #types;
    #output;
    #waiting = [];
    #inbox = new Inbox();
    #seq = 0;

    constructor(types, input, output) {
        this.#types = types;
        this.#output = output;
        input.on('data', (chunk) => {
            this.#inbox.push(chunk);
            for (let frame = this.#inbox.take(); frame; frame = this.#inbox.take())
                this.#waiting.shift()(this.#types.Reply.decode(frame));
        });
    }

    // An adapter of its own, on its standard input and output.
    static toAdapter(types, folder, args = []) {
        const child = run(folder, args, ['pipe', 'pipe', 'inherit']);
        const connection = new this(types, child.stdout, child.stdin);
        connection.pid = child.pid;
        return connection;
    }

    // The processor time that the adapter took so far: unlike the time that passed, it is no longer on a busy machine.
    workedMs() {
        const ticks = fs.readFileSync(`/proc/${this.pid}/stat`, 'latin1').split(') ').at(-1).split(' ');
        return (Number(ticks[11]) + Number(ticks[12])) * 10;
    }

    raw(body) {
        return new Promise((resolve) => {
            this.#waiting.push(resolve);
            this.#output.write(framed(body));
        });
    }

    async call(op) {
        this.#seq += 1;
        const { Request } = this.#types;
        const reply = await this.raw(Request.encode(Request.create({ seq: this.#seq, ...op })).finish());
        assert.equal(Number(reply.seq), this.#seq);
        return reply;
    }

    async done(op) {
        const reply = await this.call(op);
        assert.equal(reply.result, 'done', JSON.stringify(reply));
        return reply;
    }

    async seal(party, peer, plaintext) {
        const reply = await this.call({ seal: { party, peer, plaintext: Buffer.from(plaintext) } });
        assert.equal(reply.result, 'sealed', JSON.stringify(reply));
        return reply.sealed.message;
    }

    open(party, from, message) {
        return this.call({ open: { party, from, message } });
    }

    async opens(party, from, message, text) {
        const reply = await this.open(party, from, message);
        assert.equal(reply.result, 'opened', JSON.stringify(reply));
        assert.equal(Buffer.from(reply.opened.plaintext).toString(), text);
    }

    // Taken, and not for a person.
    async takes(party, from, message) {
        const reply = await this.open(party, from, message);
        assert.equal(reply.result, 'opened', JSON.stringify(reply));
        assert.equal(reply.opened.withoutPlaintext, true);
    }

    async refuses(party, from, message, reason) {
        isRefused(await this.open(party, from, message), reason);
    }

    async snapshot(party) {
        return (await this.call({ snapshot: { party } })).state.state;
    }

    end() {
        this.#output.end();
    }
}

// |reason| is a name in REASON, or nothing for any.
export function isRefused(reply, reason) {
    assert.equal(reply.result, 'refused', JSON.stringify(reply));
    if (reason) assert.equal(reply.refused.reason, REASON[reason], reply.refused.detail);
}

export function flipped(message, at) {
    const body = Buffer.from(message.body);
    body[(at + body.length) % body.length] ^= 1;
    return { kind: message.kind, body };
}
