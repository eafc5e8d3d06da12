// SPDX-License-Identifier: GPL-3.0-or-later
// One OpenPGP user: a key, and the keys of others.
import { BUNDLE_OPAQUE, MESSAGE_OPAQUE, REASON } from '../serving-node/contract.mjs';
import { Declined } from '../serving-node/results.mjs';
import { addressText, fingerprintOf } from '../serving-node/addresses.mjs';
import { makeKey, readKnownKey, readOwnKey, readPeerKey } from './keys.mjs';
import * as messages from './messages.mjs';

export const CAPABILITIES = [
    'snapshot',
    'export-identity',
    'accept-identity',
    'forget-session',
    'fingerprint',
    'open-own',
    'split-state', // all of its secrets are elliptic
];

const fingerprintBytes = (key) => Buffer.from(key.getFingerprint(), 'hex');
const base64 = (bytes) => Buffer.from(bytes).toString('base64');

export class Party {
    #address; // as text
    #key; // private
    #known; // public keys by address: pinned on first use
    #others; // by address, the last one that was refused because another is known

    constructor(address, key, known = new Map(), others = new Map()) {
        this.#address = address;
        this.#key = key;
        this.#known = known;
        this.#others = others;
    }

    static async create(self, identity) {
        const address = addressText(self);
        const key = identity.length ? await readOwnKey(identity) : await makeKey(address);
        return new Party(address, key);
    }

    #publicKey() {
        return this.#key.toPublic().write();
    }

    publish() {
        return { kind: BUNDLE_OPAQUE, body: this.#publicKey() };
    }

    // Another key for a known address stays out until a person accepts it; the same key may come with newer subkeys.
    async #pin(address, bytes) {
        const key = await readPeerKey(bytes, address);
        const known = this.#known.get(address);
        if (known && known.getFingerprint() !== key.getFingerprint()) {
            this.#others.set(address, key);
            throw new Declined(REASON.untrustedIdentity, `another key is known for ${address}`);
        }
        this.#known.set(address, key);
    }

    #peerKey(peer) {
        const key = this.#known.get(addressText(peer));
        if (!key) throw new Declined(REASON.noSession, `no key is known for ${addressText(peer)}`);
        return key;
    }

    // The peer needs this party's key to verify anything, so it goes ahead of the first message.
    async start(peer, bundle) {
        if (bundle?.kind !== BUNDLE_OPAQUE) throw new Declined(REASON.malformed, 'not a bundle of this protocol');
        await this.#pin(addressText(peer), bundle.body);
        return [{ to: peer, message: { kind: MESSAGE_OPAQUE, body: this.#publicKey() } }];
    }

    async seal(peer, plaintext) {
        const body = await messages.seal(this.#key, this.#peerKey(peer), plaintext);
        return { kind: MESSAGE_OPAQUE, body };
    }

    async open(from, message, isOwn) {
        if (message?.kind !== MESSAGE_OPAQUE) throw new Declined(REASON.malformed, 'not a message of this protocol');
        if (messages.isKey(message.body) && !isOwn) {
            await this.#pin(addressText(from), message.body);
            return { withoutPlaintext: true };
        }
        const signer = isOwn ? this.#key.toPublic() : this.#peerKey(from);
        return { plaintext: await messages.open(this.#key, signer, message.body) };
    }

    fingerprint(peer, ownId, peerId) {
        const own = { id: ownId, key: fingerprintBytes(this.#key) };
        return fingerprintOf(own, { id: peerId, key: fingerprintBytes(this.#peerKey(peer)) });
    }

    // OpenPGP has no sessions: there is nothing to forget but keys, and those stay.
    forget() {}

    // A public key as in a bundle, or nothing: then the one last warned of.
    async accept(peer, bytes) {
        const address = addressText(peer);
        const key = bytes.length ? await readPeerKey(bytes, address) : this.#others.get(address);
        if (!key) throw new Declined(REASON.invalidKey, 'no key, and none was warned of');
        this.#known.set(address, key);
        this.#others.delete(address);
    }

    exportIdentity() {
        return this.#key.write();
    }

    save() {
        const listed = (keys) => [...keys].map(([address, key]) => [address, base64(key.write())]);
        return Buffer.from(
            JSON.stringify({
                address: this.#address,
                key: base64(this.#key.write()),
                known: listed(this.#known),
                others: listed(this.#others),
            }),
        );
    }

    // Throws on bytes that no save() made.
    static async restore(bytes) {
        const { address, key, known, others } = JSON.parse(Buffer.from(bytes).toString('utf8'));
        const own = await readOwnKey(Buffer.from(key, 'base64'));
        return new Party(address, own, await readKeys(known), await readKeys(others));
    }
}

async function readKeys(listed) {
    const keys = new Map();
    for (const [address, text] of listed) keys.set(address, await readKnownKey(Buffer.from(text, 'base64')));
    return keys;
}
