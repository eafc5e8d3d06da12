// SPDX-License-Identifier: 0BSD
// One Signal party over the library: the operations of proto/target.proto, a method each.
import { createHash, randomInt } from 'node:crypto';
import { addressKey, makeStores } from './stores.mjs';
import { withPostQuantumOf } from './quantum.mjs';
import { readSnapshot, writeSnapshot } from './snapshot.mjs';
import { REASON } from '../serving-node/contract.mjs';
import { Declined } from '../serving-node/results.mjs';
import { readBundle, writeBundle } from './bundle.mjs';

const FINGERPRINT_ITERATIONS = 5200;
const SCANNABLE_VERSION = 2;
const REGISTRATION_ID_MAX = 16380;
const KIND_PREKEY = 1;
const KIND_MESSAGE = 2;
const KIND_SENDER_KEY = 3;
const KIND_DISTRIBUTION = 4;
const LIBRARY_PREKEY = 3; // CiphertextMessageType.PreKey

export const CAPABILITIES = [
    'import-keys',
    'without-one-time-prekey',
    'rotate-signed-prekey',
    'snapshot',
    'fingerprint',
    'forget-session',
    'accept-identity',
    'export-identity',
];

const noMaps = () => ({
    sessions: new Map(),
    identities: new Map(),
    prekeys: new Map(),
    signedPrekeys: new Map(),
    kemPrekeys: new Map(),
    senderKeys: new Map(),
});

// The distribution id of a group is a UUID of version 8 from its name: proto/target.proto, DistributeSenderKey.
function distributionIdOf(group) {
    const bytes = createHash('sha256').update(group).digest().subarray(0, 16);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export class Party {
    #library;
    #how; // which cipher, and how the library's calls are: see adapter.mjs
    #self; // { name, device }
    #own; // { identityPrivate, registrationId }
    // { prekey, signedPrekey, kemPrekey: the highest used; current: the signed prekey published; lastResorts: KEM prekeys,
    // the last one published; kemUses: see stores.mjs; waiting: see publish }
    #ids;
    #maps;
    #stores;

    constructor(library, how, { self, own, ids, maps }) {
        this.#library = library;
        this.#how = how;
        this.#self = self;
        this.#own = own;
        this.#ids = ids;
        this.#maps = maps;
        this.#stores = makeStores(library, own, ids, maps);
    }

    // |identity| is what exportIdentity gave: with it, the party has that long-term key and all else fresh.
    static create(library, how, self, keys, identity) {
        const party = new Party(library, how, {
            self: { name: self?.name ?? '', device: self?.device ?? 0 },
            own: keys ? importedIdentity(library, keys) : freshIdentity(library, identity),
            ids: {
                prekey: 0,
                signedPrekey: 0,
                current: 0,
                kemPrekey: 0,
                lastResorts: [],
                kemUses: [],
                waiting: keys ? [] : null,
            },
            maps: noMaps(),
        });
        for (const key of keys?.signedPrekeys ?? []) party.#importSigned(key);
        for (const key of keys?.oneTimePrekeys ?? []) party.#importPrekey(key);
        if (party.#maps.signedPrekeys.size === 0) party.#makeSignedPrekey();
        return party;
    }

    #importSigned(key) {
        const { publicKey, privateKey } = importedPair(this.#library, key.publicKey, key.privateKey);
        const signature = Buffer.from(key.signature);
        this.#keepSigned(this.#library.SignedPreKeyRecord.new(key.id, 0, publicKey, privateKey, signature));
    }

    #importPrekey(key) {
        const { publicKey, privateKey } = importedPair(this.#library, key.publicKey, key.privateKey);
        this.#keepPrekey(this.#library.PreKeyRecord.new(key.id, publicKey, privateKey));
        this.#ids.waiting.push(key.id);
    }

    #makeSignedPrekey() {
        const secret = this.#library.PrivateKey.generate();
        const signature = this.#own.identityPrivate.sign(secret.getPublicKey().serialize());
        const id = this.#ids.signedPrekey + 1;
        this.#keepSigned(this.#library.SignedPreKeyRecord.new(id, 0, secret.getPublicKey(), secret, signature));
        if (this.#how.cipher.hasKem) this.#ids.lastResorts.push(this.#makeKemPrekey());
    }

    #makeKemPrekey() {
        const pair = this.#library.KEMKeyPair.generate();
        const signature = this.#own.identityPrivate.sign(pair.getPublicKey().serialize());
        const id = ++this.#ids.kemPrekey;
        this.#maps.kemPrekeys.set(id, this.#library.KyberPreKeyRecord.new(id, 0, pair, signature).serialize());
        return id;
    }

    #makePrekey() {
        const secret = this.#library.PrivateKey.generate();
        const id = this.#ids.prekey + 1;
        this.#keepPrekey(this.#library.PreKeyRecord.new(id, secret.getPublicKey(), secret));
        return id;
    }

    #keepSigned(record) {
        this.#maps.signedPrekeys.set(record.id(), record.serialize());
        this.#ids.signedPrekey = Math.max(this.#ids.signedPrekey, record.id());
        this.#ids.current = record.id();
    }

    #keepPrekey(record) {
        this.#maps.prekeys.set(record.id(), record.serialize());
        this.#ids.prekey = Math.max(this.#ids.prekey, record.id());
    }

    #address(address) {
        return this.#library.ProtocolAddress.new(address?.name ?? '', address?.device ?? 0);
    }

    // Who the library's calls are about: the peer, and for those that ask the own party.
    #between(peer) {
        return [this.#address(peer), ...(this.#how.takesLocalAddress ? [this.#address(this.#self)] : [])];
    }

    // 0.75 to 0.79 ask whether a session shall have SPQR; later ones do not ask.
    #withSpqr() {
        return this.#library.UsePQRatchet ? [this.#library.UsePQRatchet.Yes] : [];
    }

    // Runs |call|, which uses the stores. What a store threw says more than what the library makes of it.
    async #withStores(call) {
        this.#stores.thrown.first = null;
        try {
            return await call(this.#stores);
        } catch (error) {
            throw this.#stores.thrown.first ?? error;
        }
    }

    // A bundle; imported one-time prekeys are |waiting| and may run out: then it carries none (X3DH section 3.2).
    publish({ withoutOneTimePrekey, rotateSignedPrekey }) {
        if (rotateSignedPrekey) this.#makeSignedPrekey();
        const signed = this.#library.SignedPreKeyRecord.deserialize(this.#maps.signedPrekeys.get(this.#ids.current));
        const bundle = {
            registrationId: this.#own.registrationId,
            device: this.#self.device,
            identityKey: this.#own.identityPrivate.getPublicKey().serialize(),
            signedPrekeyId: signed.id(),
            signedPrekey: signed.publicKey().serialize(),
            signedPrekeySignature: signed.signature(),
        };
        const id = withoutOneTimePrekey ? undefined : this.#nextPrekey();
        if (id !== undefined) {
            bundle.oneTimePrekeyId = id;
            bundle.oneTimePrekey = this.#library.PreKeyRecord.deserialize(this.#maps.prekeys.get(id))
                .publicKey()
                .serialize();
        }
        if (this.#how.cipher.hasKem) this.#addKem(bundle, id === undefined);
        return writeBundle(this.#how.cipher.bundleKind, bundle);
    }

    // A KEM prekey of its own beside a one-time prekey, else the last resort.
    #addKem(bundle, isLastResort) {
        const id = isLastResort ? this.#ids.lastResorts.at(-1) : this.#makeKemPrekey();
        const record = this.#library.KyberPreKeyRecord.deserialize(this.#maps.kemPrekeys.get(id));
        bundle.kemPrekeyId = id;
        bundle.kemPrekey = record.publicKey().serialize();
        bundle.kemPrekeySignature = record.signature();
    }

    #nextPrekey() {
        return this.#ids.waiting ? this.#ids.waiting.shift() : this.#makePrekey();
    }

    // Half a one-time prekey goes to the library as it is: refusing it is the library's decision.
    async start(peer, published) {
        const bundle = readBundle(this.#how.cipher.bundleKind, published);
        const has = (name) => Object.hasOwn(bundle, name);
        if (!has('identityKey') || !has('signedPrekey') || !has('signedPrekeyId'))
            throw new Declined(REASON.malformed, 'not a prekey bundle');
        const key = (bytes) => this.#library.PublicKey.deserialize(Buffer.from(bytes));
        const processed = this.#library.PreKeyBundle.new(
            bundle.registrationId,
            peer?.device ?? 0,
            has('oneTimePrekeyId') ? bundle.oneTimePrekeyId : null,
            has('oneTimePrekey') ? key(bundle.oneTimePrekey) : null,
            bundle.signedPrekeyId,
            key(bundle.signedPrekey),
            Buffer.from(bundle.signedPrekeySignature),
            key(bundle.identityKey),
            ...this.#kemOf(bundle),
        );
        await this.#withStores(({ sessions, identities }) =>
            this.#library.processPreKeyBundle(processed, ...this.#between(peer), sessions, identities, ...this.#withSpqr()),
        );
    }

    // The library's call for v4 has no way to say that there is no KEM prekey.
    #kemOf(bundle) {
        if (!this.#how.cipher.hasKem) return [null, null, null];
        if (!Object.hasOwn(bundle, 'kemPrekey') || !Object.hasOwn(bundle, 'kemPrekeyId'))
            throw new Declined(REASON.malformed, 'a bundle without KEM prekey');
        const key = this.#library.KEMPublicKey.deserialize(Buffer.from(bundle.kemPrekey));
        return [bundle.kemPrekeyId, key, Buffer.from(bundle.kemPrekeySignature)];
    }

    async seal(peer, plaintext, group) {
        if (group) return this.#sealGroup(group, plaintext);
        const message = await this.#withStores(({ sessions, identities }) =>
            this.#library.signalEncrypt(Buffer.from(plaintext), ...this.#between(peer), sessions, identities),
        );
        const kind = message.type() === LIBRARY_PREKEY ? KIND_PREKEY : KIND_MESSAGE;
        return { kind, body: message.serialize() };
    }

    async open(from, message, own, group) {
        if (message?.kind === KIND_DISTRIBUTION) return this.#absorb(from, group, message.body);
        if (message?.kind === KIND_SENDER_KEY) return { plaintext: await this.#openGroup(from, group, message.body) };
        return { plaintext: await this.#decrypt(from, message?.kind, message?.body) };
    }

    // The library makes a sender key when there is none.
    async distribute(group, fresh) {
        const self = this.#address(this.#self);
        const id = distributionIdOf(group);
        if (fresh) this.#stores.senderKeys.forget(self, id);
        const message = await this.#withStores(({ senderKeys }) =>
            this.#library.SenderKeyDistributionMessage.create(self, id, senderKeys),
        );
        return { kind: KIND_DISTRIBUTION, body: message.serialize() };
    }

    async #sealGroup(group, plaintext) {
        const message = await this.#withStores(({ senderKeys }) =>
            this.#library.groupEncrypt(
                this.#address(this.#self),
                distributionIdOf(group),
                senderKeys,
                Buffer.from(plaintext),
            ),
        );
        return { kind: KIND_SENDER_KEY, body: message.serialize() };
    }

    // Which group a message is of the library leaves to its user, who knows where it came in.
    #isOf(group, message) {
        if (message.distributionId() !== distributionIdOf(group ?? ''))
            throw new Declined(REASON.noSession, 'a message of another group');
        return message;
    }

    async #absorb(from, group, body) {
        const message = this.#library.SenderKeyDistributionMessage.deserialize(Buffer.from(body ?? []));
        this.#isOf(group, message);
        await this.#withStores(({ senderKeys }) =>
            this.#library.processSenderKeyDistributionMessage(this.#address(from), message, senderKeys),
        );
        return { withoutPlaintext: true };
    }

    async #openGroup(from, group, body) {
        const bytes = Buffer.from(body ?? []);
        this.#isOf(group, this.#library.SenderKeyMessage.deserialize(bytes));
        return this.#withStores(({ senderKeys }) =>
            this.#library.groupDecrypt(this.#address(from), senderKeys, bytes),
        );
    }

    async #decrypt(from, kind, body) {
        const bytes = Buffer.from(body ?? []);
        const between = this.#between(from);
        if (kind === KIND_MESSAGE) {
            const message = this.#library.SignalMessage.deserialize(bytes);
            return this.#withStores(({ sessions, identities }) =>
                this.#library.signalDecrypt(message, ...between, sessions, identities),
            );
        }
        if (kind !== KIND_PREKEY) throw new Declined(REASON.malformed, 'not a kind of message this target opens');
        const message = this.#library.PreKeySignalMessage.deserialize(bytes);
        return this.#withStores(({ sessions, identities, prekeys, signedPrekeys, kyber }) => {
            const stores = [sessions, identities, prekeys, signedPrekeys, ...(kyber ? [kyber] : [])];
            return this.#library.signalDecryptPreKey(message, ...between, ...stores, ...this.#withSpqr());
        });
    }

    fingerprint(peer, ownId, peerId) {
        const pinned = this.#maps.identities.get(addressKey(this.#address(peer)));
        if (!pinned) throw new Declined(REASON.noSession, 'no identity is known for this peer');
        const both = this.#library.Fingerprint.new(
            FINGERPRINT_ITERATIONS,
            SCANNABLE_VERSION,
            Buffer.from(ownId),
            this.#own.identityPrivate.getPublicKey(),
            Buffer.from(peerId),
            this.#library.PublicKey.deserialize(pinned),
        );
        return {
            displayable: both.displayableFingerprint().toString(),
            scannable: both.scannableFingerprint().toBuffer(),
        };
    }

    forget(peer) {
        this.#maps.sessions.delete(addressKey(this.#address(peer)));
    }

    accept(peer, key) {
        const identity = this.#library.PublicKey.deserialize(Buffer.from(key));
        this.#maps.identities.set(addressKey(this.#address(peer)), Buffer.from(identity.serialize()));
    }

    exportIdentity() {
        return this.#own.identityPrivate.serialize();
    }

    save() {
        const own = { ...this.#own, identityPrivate: this.#own.identityPrivate.serialize() };
        return writeSnapshot({ self: this.#self, own, ids: this.#ids, maps: this.#maps });
    }

    // |postQuantumOf|: another snapshot, whose post-quantum secrets this party has; empty for its own. A party of v3 goes
    // on under v4: what it lacks then is a KEM prekey.
    static restore(library, how, bytes, postQuantumOf) {
        const own = readSnapshot(bytes);
        const kept = postQuantumOf?.length ? withPostQuantumOf(own, readSnapshot(postQuantumOf)) : own;
        const identityPrivate = library.PrivateKey.deserialize(kept.own.identityPrivate);
        const party = new Party(library, how, { ...kept, own: { ...kept.own, identityPrivate } });
        if (how.cipher.hasKem && party.#ids.lastResorts.length === 0)
            party.#ids.lastResorts.push(party.#makeKemPrekey());
        return party;
    }
}

function freshIdentity(library, stolen) {
    return {
        identityPrivate: stolen?.length
            ? library.PrivateKey.deserialize(Buffer.from(stolen))
            : library.PrivateKey.generate(),
        registrationId: randomInt(1, REGISTRATION_ID_MAX + 1),
    };
}

function importedIdentity(library, keys) {
    const { publicKey, privateKey } = importedPair(library, keys.identityPublic, keys.identityPrivate);
    // the library derives the public key wherever it uses this one, so another one would not be used
    if (!Buffer.from(privateKey.getPublicKey().serialize()).equals(Buffer.from(publicKey.serialize())))
        throw new Declined(REASON.invalidKey, "the imported identity's two keys are no pair");
    return { identityPrivate: privateKey, registrationId: keys.registrationId };
}

function importedPair(library, publicKey, privateKey) {
    return {
        publicKey: library.PublicKey.deserialize(Buffer.from(publicKey)),
        privateKey: library.PrivateKey.deserialize(Buffer.from(privateKey)),
    };
}
