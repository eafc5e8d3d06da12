// SPDX-License-Identifier: 0BSD
// The stream: frames cut out of chunks as they come, and replies as frames.

const FRAME_MAX = 2 * 1024 * 1024;

export function framed(body) {
    const frame = Buffer.alloc(4 + body.length);
    frame.writeUInt32BE(body.length, 0);
    frame.set(body, 4);
    return frame;
}

export class Inbox {
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
