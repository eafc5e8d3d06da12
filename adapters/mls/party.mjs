// SPDX-License-Identifier: GPL-3.0-or-later
// One MLS client: a signature key, key packages to be used once, and groups of two.
import { defaultCapabilities, defaultLifetime, generateKeyPackageWithKey } from 'ts-mls';
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js';
import { BUNDLE_OPAQUE, MESSAGE_OPAQUE, REASON } from '../serving-node/contract.mjs';
import { Declined } from '../serving-node/results.mjs';
import { addressText, fingerprintOf } from '../serving-node/addresses.mjs';
import { groupId, joinedGroup, makeGroup, opened, refreshed, sealed } from './group.mjs';
import { readSnapshot, writeSnapshot } from './snapshot.mjs';
import { SIGNATURE_KEY_LENGTH, readKeyPackage, readMessage, suite, writeKeyPackage } from './suite.mjs';

export const CAPABILITIES = [
    'snapshot',
    'refresh',
    'export-identity',
    'accept-identity',
    'forget-session',
    'fingerprint',
    'open-own',
    'split-state', // all of its secrets are elliptic
];

// Both sides may have started, more than once; the one last heard from is the one to send in.
const GROUPS_MAX = 4;

const isSame = (a, b) => Buffer.compare(a, b) === 0;
const hex = (bytes) => Buffer.from(bytes).toString('hex');

export class Party {
    #address; // as text, which is the credential's identity
    #identity; // { signKey, publicKey }
    #pins; // signature keys by address, on first use
    #others; // by address, the last one that was refused because another is pinned
    #packages; // published and not yet used, by reference: { publicPackage, privatePackage }
    #groups; // lists by address, the one to send in first

    constructor({ address, identity, pins, others, packages, groups }) {
        this.#address = address;
        this.#identity = identity;
        this.#pins = pins;
        this.#others = others;
        this.#packages = packages;
        this.#groups = groups;
    }

    static async create(self, exported) {
        const identity = exported.length ? identityIn(exported) : await suite.signature.keygen();
        const maps = { pins: new Map(), others: new Map(), packages: new Map(), groups: new Map() };
        return new Party({ address: addressText(self), identity, ...maps });
    }

    #makePackage() {
        const credential = { credentialType: 'basic', identity: Buffer.from(this.#address) };
        return generateKeyPackageWithKey(credential, defaultCapabilities(), defaultLifetime, [], this.#identity, suite);
    }

    async publish() {
        const made = await this.#makePackage();
        this.#packages.set(hex(await makeKeyPackageRef(made.publicPackage, suite.hash)), made);
        return { kind: BUNDLE_OPAQUE, body: writeKeyPackage(made.publicPackage) };
    }

    // The library asks of every leaf it sees. A member is this party or |peer|, each under its one key. |seen| has
    // the peer's key, to be pinned when all went well.
    #trustFor(peer) {
        const seen = { key: null };
        const validateCredential = async ({ credentialType, identity }, key) => {
            if (credentialType !== 'basic') throw new Declined(REASON.policy, `a credential of type ${credentialType}`);
            if (isSame(identity, Buffer.from(this.#address))) return isSame(key, this.#identity.publicKey);
            if (!isSame(identity, Buffer.from(peer)))
                throw new Declined(REASON.policy, `the credential is not ${peer}'s`);
            const pinned = this.#pins.get(peer);
            if (pinned && !isSame(key, pinned)) {
                this.#others.set(peer, Uint8Array.from(key));
                throw new Declined(REASON.untrustedIdentity, `another signature key is known for ${peer}`);
            }
            seen.key = Uint8Array.from(key);
            return true;
        };
        return { authService: { validateCredential }, seen };
    }

    // |group| comes to the front, in place of an older state of itself.
    #keep(peer, group, seen) {
        if (seen?.key) this.#pins.set(peer, seen.key);
        const others = this.#groupsOf(peer).filter((other) => groupId(other) !== groupId(group));
        this.#groups.set(peer, [group, ...others].slice(0, GROUPS_MAX));
    }

    #groupsOf(peer) {
        return this.#groups.get(peer) ?? [];
    }

    #current(peer) {
        const [group] = this.#groupsOf(peer);
        if (!group) throw new Declined(REASON.noSession, `no group with ${peer}`);
        return group;
    }

    async start(to, bundle) {
        if (bundle?.kind !== BUNDLE_OPAQUE) throw new Declined(REASON.malformed, 'not a bundle of this protocol');
        const peer = addressText(to);
        const keyPackage = await readKeyPackage(Uint8Array.from(bundle.body));
        const { authService, seen } = this.#trustFor(peer);
        this.#keep(peer, await makeGroup(await this.#makePackage(), keyPackage, authService), seen);
    }

    async seal(to, plaintext) {
        const peer = addressText(to);
        const { group, body } = await sealed(this.#current(peer), plaintext);
        this.#keep(peer, group);
        return { kind: MESSAGE_OPAQUE, body };
    }

    async refresh(to) {
        const peer = addressText(to);
        const { group, body } = await refreshed(this.#current(peer));
        this.#keep(peer, group);
        return [{ to, message: { kind: MESSAGE_OPAQUE, body } }];
    }

    // The group that |welcome| invites to, and the reference of the key package it is made for.
    async #join(welcome, authService) {
        if (welcome.secrets.length !== 1) throw new Declined(REASON.policy, 'a Welcome for more than one');
        const ref = hex(welcome.secrets[0].newMember);
        const own = this.#packages.get(ref);
        if (!own) throw new Declined(REASON.unknownPrekey, 'no such key package, or it was used');
        return { ref, group: await joinedGroup(welcome, own, authService) };
    }

    // Nothing is kept unless all parts are good. A Welcome to a group that is known is a repetition.
    async open(from, message, isOwn) {
        if (message?.kind !== MESSAGE_OPAQUE) throw new Declined(REASON.malformed, 'not a message of this protocol');
        const peer = addressText(from);
        const { welcome, sealed: inner } = await readMessage(Uint8Array.from(message.body));
        const { authService, seen } = this.#trustFor(peer);
        let group = this.#groupsOf(peer).find((known) => groupId(known) === hex(inner.groupId));
        const joined = !group && welcome && !isOwn ? await this.#join(welcome.content, authService) : null;
        group ??= joined?.group;
        if (!group) throw new Declined(REASON.noSession, `no such group with ${peer}`);
        const { group: after, plaintext } = await opened(group, inner, isOwn, authService);
        if (joined) this.#packages.delete(joined.ref);
        this.#keep(peer, after, seen);
        return plaintext === undefined ? { withoutPlaintext: true } : { plaintext };
    }

    fingerprint(to, ownId, peerId) {
        const key = this.#pins.get(addressText(to));
        if (!key) throw new Declined(REASON.noSession, 'no signature key is known for this peer');
        return fingerprintOf({ id: ownId, key: this.#identity.publicKey }, { id: peerId, key });
    }

    forget(to) {
        this.#groups.delete(addressText(to));
    }

    // Groups with the old key's owner end here.
    async accept(to, bytes) {
        const peer = addressText(to);
        const key = bytes.length ? await signatureKeyIn(bytes) : this.#others.get(peer);
        if (!key) throw new Declined(REASON.invalidKey, 'no key, and none was warned of');
        const pinned = this.#pins.get(peer);
        if (pinned && !isSame(key, pinned)) this.#groups.delete(peer);
        this.#pins.set(peer, Uint8Array.from(key));
        this.#others.delete(peer);
    }

    exportIdentity() {
        return identityOut(this.#identity);
    }

    save() {
        return writeSnapshot({
            address: this.#address,
            identity: this.#identity,
            pins: this.#pins,
            others: this.#others,
            packages: this.#packages,
            groups: this.#groups,
        });
    }

    static async restore(state) {
        return new Party(await readSnapshot(state));
    }
}

// A signature key as it is, or in a key package.
async function signatureKeyIn(bytes) {
    if (bytes.length === SIGNATURE_KEY_LENGTH) return bytes;
    return (await readKeyPackage(Uint8Array.from(bytes))).leafNode.signaturePublicKey;
}

function identityOut({ signKey, publicKey }) {
    return Buffer.concat([publicKey, signKey]);
}

function identityIn(bytes) {
    return {
        publicKey: Uint8Array.from(bytes.subarray(0, SIGNATURE_KEY_LENGTH)),
        signKey: Uint8Array.from(bytes.subarray(SIGNATURE_KEY_LENGTH)),
    };
}
