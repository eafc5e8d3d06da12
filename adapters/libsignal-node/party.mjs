// One Signal party over the library: the operations of proto/target.proto, a method each.
import { randomInt } from 'node:crypto';
import { addressKey, makeStores } from './stores.mjs';
import { Malformed } from './reasons.mjs';

const FINGERPRINT_ITERATIONS = 5200;
const SCANNABLE_VERSION = 2;
const REGISTRATION_ID_MAX = 16380;
const KIND_PREKEY = 1;
const KIND_MESSAGE = 2;
const LIBRARY_PREKEY = 3; // CiphertextMessageType.PreKey

export const CAPABILITIES = [
    'import-keys',
    'without-one-time-prekey',
    'rotate-signed-prekey',
    'snapshot',
    'fingerprint',
    'forget-session',
    'accept-identity',
];

export class Party {
    #library;
    #self;
    #own;
    #stores;
    #counters;

    constructor(library, self, own, counters) {
        this.#library = library;
        this.#self = self;
        this.#own = own;
        this.#stores = makeStores(library, own);
        this.#counters = counters;
    }

    static create(library, self, keys) {
        const identityPrivate = keys
            ? library.PrivateKey.deserialize(Buffer.from(keys.identityPrivate))
            : library.PrivateKey.generate();
        const registrationId = keys ? keys.registrationId : randomInt(1, REGISTRATION_ID_MAX + 1);
        const party = new Party(
            library,
            { name: self?.name ?? '', device: self?.device ?? 0 },
            { identityPrivate, registrationId },
            { prekey: 0, signedPrekey: 0 },
        );
        for (const key of keys?.signedPrekeys ?? []) party.#importSigned(key);
        for (const key of keys?.oneTimePrekeys ?? []) party.#importPrekey(key);
        if (party.#counters.signedPrekey === 0) party.#makeSignedPrekey();
        return party;
    }

    #importSigned(key) {
        const record = this.#library.SignedPreKeyRecord.new(
            key.id,
            0,
            this.#library.PublicKey.deserialize(Buffer.from(key.publicKey)),
            this.#library.PrivateKey.deserialize(Buffer.from(key.privateKey)),
            Buffer.from(key.signature),
        );
        this.#stores.maps.signedPrekeys.set(key.id, record.serialize());
        this.#counters.signedPrekey = key.id;
    }

    #importPrekey(key) {
        const record = this.#library.PreKeyRecord.new(
            key.id,
            this.#library.PublicKey.deserialize(Buffer.from(key.publicKey)),
            this.#library.PrivateKey.deserialize(Buffer.from(key.privateKey)),
        );
        this.#stores.maps.prekeys.set(key.id, record.serialize());
        this.#counters.prekey = Math.max(this.#counters.prekey, key.id);
    }

    #makeSignedPrekey() {
        const id = ++this.#counters.signedPrekey;
        const secret = this.#library.PrivateKey.generate();
        const signature = this.#own.identityPrivate.sign(secret.getPublicKey().serialize());
        const record = this.#library.SignedPreKeyRecord.new(id, 0, secret.getPublicKey(), secret, signature);
        this.#stores.maps.signedPrekeys.set(id, record.serialize());
    }

    #makePrekey() {
        const id = ++this.#counters.prekey;
        const secret = this.#library.PrivateKey.generate();
        const record = this.#library.PreKeyRecord.new(id, secret.getPublicKey(), secret);
        this.#stores.maps.prekeys.set(id, record.serialize());
        return record;
    }

    #address(address) {
        return this.#library.ProtocolAddress.new(address?.name ?? '', address?.device ?? 0);
    }

    publish(withOneTimePrekey, rotates) {
        if (rotates) this.#makeSignedPrekey();
        const signed = this.#library.SignedPreKeyRecord.deserialize(
            this.#stores.maps.signedPrekeys.get(this.#counters.signedPrekey),
        );
        const bundle = {
            registrationId: this.#own.registrationId,
            device: this.#self.device,
            identityKey: this.#own.identityPrivate.getPublicKey().serialize(),
            signedPrekeyId: signed.id(),
            signedPrekey: signed.publicKey().serialize(),
            signedPrekeySignature: signed.signature(),
        };
        if (withOneTimePrekey) {
            const prekey = this.#makePrekey();
            bundle.oneTimePrekeyId = prekey.id();
            bundle.oneTimePrekey = prekey.publicKey().serialize();
        }
        return bundle;
    }

    async start(peer, bundle) {
        const has = (name) => Object.hasOwn(bundle, name);
        if (!has('identityKey') || !has('signedPrekey') || !has('signedPrekeyId'))
            throw new Malformed('not a prekey bundle');
        const key = (bytes) => this.#library.PublicKey.deserialize(Buffer.from(bytes));
        const hasOneTime = has('oneTimePrekey') && has('oneTimePrekeyId');
        const processed = this.#library.PreKeyBundle.new(
            bundle.registrationId,
            peer?.device ?? 0,
            hasOneTime ? bundle.oneTimePrekeyId : null,
            hasOneTime ? key(bundle.oneTimePrekey) : null,
            bundle.signedPrekeyId,
            key(bundle.signedPrekey),
            Buffer.from(bundle.signedPrekeySignature),
            key(bundle.identityKey),
            null,
            null,
            null,
        );
        await this.#library.processPreKeyBundle(
            processed,
            this.#address(peer),
            this.#stores.sessions,
            this.#stores.identities,
        );
    }

    async seal(peer, plaintext) {
        const message = await this.#library.signalEncrypt(
            Buffer.from(plaintext),
            this.#address(peer),
            this.#stores.sessions,
            this.#stores.identities,
        );
        const kind = message.type() === LIBRARY_PREKEY ? KIND_PREKEY : KIND_MESSAGE;
        return { kind, body: message.serialize() };
    }

    async open(from, kind, body) {
        const bytes = Buffer.from(body ?? []);
        const address = this.#address(from);
        const { sessions, identities, prekeys, signedPrekeys, kyber } = this.#stores;
        if (kind === KIND_MESSAGE) {
            const message = this.#library.SignalMessage.deserialize(bytes);
            return this.#library.signalDecrypt(message, address, sessions, identities);
        }
        if (kind !== KIND_PREKEY) throw new Malformed('not a kind of message this target opens');
        const message = this.#library.PreKeySignalMessage.deserialize(bytes);
        const stores = [sessions, identities, prekeys, signedPrekeys];
        return this.#library.signalDecryptPreKey(message, address, ...stores, ...(kyber ? [kyber] : []));
    }

    fingerprint(peer, ownId, peerId) {
        const pinned = this.#stores.maps.identities.get(addressKey(this.#address(peer)));
        if (!pinned) throw new Malformed('no identity is known for this peer');
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
        this.#stores.maps.sessions.delete(addressKey(this.#address(peer)));
    }

    accept(peer, key) {
        const identity = this.#library.PublicKey.deserialize(Buffer.from(key));
        this.#stores.maps.identities.set(addressKey(this.#address(peer)), identity.serialize());
    }

    // Everything it keeps, as JSON with the records in base64.
    save() {
        const maps = Object.fromEntries(
            Object.entries(this.#stores.maps).map(([name, map]) => [
                name,
                [...map].map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64')]),
            ]),
        );
        const own = {
            identityPrivate: this.#own.identityPrivate.serialize().toString('base64'),
            registrationId: this.#own.registrationId,
        };
        return Buffer.from(JSON.stringify({ self: this.#self, own, counters: this.#counters, maps }));
    }

    static restore(library, bytes) {
        const saved = JSON.parse(Buffer.from(bytes).toString('utf8'));
        const own = {
            identityPrivate: library.PrivateKey.deserialize(Buffer.from(saved.own.identityPrivate, 'base64')),
            registrationId: saved.own.registrationId,
        };
        const party = new Party(library, saved.self, own, saved.counters);
        for (const [name, entries] of Object.entries(saved.maps))
            for (const [key, value] of entries) party.#stores.maps[name].set(key, Buffer.from(value, 'base64'));
        return party;
    }
}
