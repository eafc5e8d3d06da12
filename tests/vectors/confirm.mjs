// SPDX-License-Identifier: GPL-3.0-or-later
// The official library's opinion of vectors/published: libsignal-client, none of our code.
//
// Usage: confirm.mjs FOLDER-OF-THE-LIBRARY FILE... Each group is judged by its type; a valid test must be taken, an
// invalid one refused, an acceptable one may be either; null is no opinion. How many tests were judged is said; a file
// of which none is judged is wrong here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, ...paths] = process.argv.slice(2);
const imported = await import(join(folder, JSON.parse(readFileSync(join(folder, 'package.json'))).main ?? 'dist/index.js'));
const library = imported.default ?? imported;

const unhex = (text) => Buffer.from(text, 'hex');

// Does it neither throw nor say no?
async function isTaken(act) {
    try {
        return (await act()) !== false;
    } catch {
        return false;
    }
}

const xeddsa = ({ publicKey, tests }) =>
    Promise.all(
        tests.map(({ msg, sig }) => isTaken(() => library.PublicKey.deserialize(unhex(publicKey)).verify(unhex(msg), unhex(sig)))),
    );

// ---- sender keys, in the form of today

const alice = library.ProtocolAddress.new('alice', 1);
const uuidOf = (hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

class SenderKeys extends library.SenderKeyStore {
    #records = new Map();
    async saveSenderKey(sender, id, record) {
        this.#records.set(`${sender.name()} ${sender.deviceId()} ${id}`, record);
    }
    async getSenderKey(sender, id) {
        return this.#records.get(`${sender.name()} ${sender.deviceId()} ${id}`) ?? null;
    }
}

async function senderKey({ distributionId, tests }) {
    if (!distributionId) return null;
    const store = new SenderKeys();
    const taken = [];
    for (const { act, message, plaintext } of tests) {
        taken.push(
            await isTaken(async () => {
                if (act === 'open') {
                    const opened = await library.groupDecrypt(alice, store, unhex(message));
                    return plaintext === undefined || Buffer.from(opened).toString('hex') === plaintext;
                }
                const distribution = library.SenderKeyDistributionMessage.deserialize(unhex(message));
                if (distribution.distributionId() !== uuidOf(distributionId)) return false;
                await library.processSenderKeyDistributionMessage(alice, distribution, store);
            }),
        );
    }
    return taken;
}

// ---- Signal v4: the library as the receiver, with the keys of the group

const tagged = (number, bytes) => Buffer.concat([Buffer.from([(number << 3) | 2]), lengthOf(bytes.length), bytes]);
const lengthOf = (n) => (n < 128 ? Buffer.from([n]) : Buffer.concat([Buffer.from([(n & 127) | 128]), lengthOf(n >> 7)]));
// The library has no other way to take a KEM key than a stored record: id 1, public 2, private 3, signature 4.
const kemRecord = ({ id, public: open, private: secret, signature }) =>
    library.KyberPreKeyRecord.deserialize(
        Buffer.concat([
            Buffer.from([8, id]),
            tagged(2, unhex(open)),
            tagged(3, Buffer.concat([Buffer.from([8]), unhex(secret)])),
            tagged(4, unhex(signature)),
        ]),
    );
const pairOf = ({ public: open, private: secret }) => [
    library.PublicKey.deserialize(unhex(open)),
    library.PrivateKey.deserialize(unhex(secret)),
];

// The library's stores for one session and one key of each kind; nothing is ever refused for lack of trust.
function storesOf({ registrationId, identityPrivate, signedPrekey, oneTimePrekey, kemPrekey }) {
    let session = null;
    let identity = null;
    let isOneTimeUsed = false;
    const found = (id, wanted, record) => {
        if (id !== wanted) throw new Error('no such prekey');
        return record;
    };
    const signed = library.SignedPreKeyRecord.new(signedPrekey.id, 0, ...pairOf(signedPrekey), unhex(signedPrekey.signature));
    const store = (base, methods) => Object.assign(new (class extends base {})(), methods);
    return [
        store(library.SessionStore, {
            saveSession: async (_, record) => void (session = record.serialize()),
            getSession: async () => session && library.SessionRecord.deserialize(session),
        }),
        store(library.IdentityKeyStore, {
            getIdentityKey: async () => library.PrivateKey.deserialize(unhex(identityPrivate)),
            getLocalRegistrationId: async () => registrationId,
            saveIdentity: async (_, key) => ((identity = key), 0),
            isTrustedIdentity: async () => true,
            getIdentity: async () => identity,
        }),
        store(library.PreKeyStore, {
            getPreKey: async (id) =>
                found(id, isOneTimeUsed ? null : oneTimePrekey.id, library.PreKeyRecord.new(id, ...pairOf(oneTimePrekey))),
            removePreKey: async () => void (isOneTimeUsed = true),
        }),
        store(library.SignedPreKeyStore, { getSignedPreKey: async (id) => found(id, signedPrekey.id, signed) }),
        store(library.KyberPreKeyStore, {
            getKyberPreKey: async (id) => found(id, kemPrekey.id, kemRecord(kemPrekey)),
            markKyberPreKeyUsed: async () => {},
        }),
    ];
}

async function tripleRatchet({ receiver, tests }) {
    const stores = storesOf(receiver);
    const bob = library.ProtocolAddress.new('bob', 1);
    const taken = [];
    for (const { message, plaintext } of tests) {
        taken.push(
            await isTaken(async () => {
                const first = library.PreKeySignalMessage.deserialize(unhex(message));
                const opened = await library.signalDecryptPreKey(first, alice, bob, ...stores);
                return plaintext === undefined || Buffer.from(opened).toString('hex') === plaintext;
            }),
        );
    }
    return taken;
}

// ---- fingerprints

const fingerprint = ({ iterations, tests }) =>
    Promise.all(
        tests.map(({ ownId, ownKey, peerId, peerKey, displayable }) =>
            isTaken(
                () =>
                    library.Fingerprint.new(
                        iterations,
                        1,
                        Buffer.from(ownId),
                        library.PublicKey.deserialize(unhex(ownKey)),
                        Buffer.from(peerId),
                        library.PublicKey.deserialize(unhex(peerKey)),
                    )
                        .displayableFingerprint()
                        .toString() === displayable,
            ),
        ),
    );

const judges = { XeddsaVerify: xeddsa, SenderKey: senderKey, TripleRatchet: tripleRatchet, Fingerprint: fingerprint };

async function confirm(path) {
    const { testGroups, numberOfTests } = JSON.parse(readFileSync(path));
    let wrong = 0;
    let n = 0;
    let judged = 0;
    for (const group of testGroups) {
        const taken = await judges[group.type](group);
        group.tests.forEach(({ tcId, comment, result }, i) => {
            n++;
            if (!taken || result === 'acceptable') return;
            judged++;
            if (taken[i] === (result === 'valid')) return;
            wrong++;
            console.log(`${path}: ${tcId} (${comment}) is ${result}, and ${taken[i] ? 'taken' : 'refused'} here`);
        });
    }
    if (n !== numberOfTests) console.log(`${path}: ${n} tests, not ${numberOfTests}`, wrong++);
    console.log(`${path}: ${judged} of ${n} tests judged`);
    return wrong + (judged === 0);
}

let wrong = 0;
for (const path of paths) wrong += await confirm(path);
process.exit(wrong ? 1 : 0);
