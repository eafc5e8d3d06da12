// SPDX-License-Identifier: 0BSD
// The library's stores in memory. They do what the library asks and nothing else: what it leaves behind after a
// refusal stays there, because that is what an application built on it would keep (README.md says why).
import { REASON } from '../serving-node/contract.mjs';
import { Declined } from '../serving-node/results.mjs';
import { StoreFailed } from './reasons.mjs';

export const addressKey = (address) => `${address.name()}\0${address.deviceId()}`;

function methodsOf(store) {
    const names = new Set();
    for (let level = store; level !== Object.prototype; level = Object.getPrototypeOf(level))
        for (const name of Object.getOwnPropertyNames(level))
            if (name !== 'constructor' && typeof store[name] === 'function') names.add(name);
    return names;
}

// Remembers in |thrown.first| what a method of |store| throws. The library gives it back as an error of its own, in
// words, and a mistake made here would pass for its decision.
function watched(store, thrown) {
    for (const name of methodsOf(store)) {
        const method = store[name];
        store[name] = async (...args) => {
            try {
                return await method.apply(store, args);
            } catch (error) {
                thrown.first ??= error instanceof Declined ? error : new StoreFailed(error);
                throw error;
            }
        };
    }
    return store;
}

// |library| gives the abstract classes; all supported versions have the same ones but for KyberPreKeyStore.
// |own| is { identityPrivate, registrationId }, the former of the library's PrivateKey. |ids| says which KEM prekeys are
// last resorts, and what these served already. The maps are the records so far.
export function makeStores(library, own, ids, { sessions, identities, prekeys, signedPrekeys, kemPrekeys, senderKeys }) {
    const thrown = { first: null };

    class Sessions extends library.SessionStore {
        async saveSession(address, record) {
            sessions.set(addressKey(address), record.serialize());
        }
        async getSession(address) {
            const bytes = sessions.get(addressKey(address));
            return bytes ? library.SessionRecord.deserialize(bytes) : null;
        }
        async getExistingSessions(addresses) {
            return Promise.all(addresses.map((address) => this.getSession(address)));
        }
    }

    class Identities extends library.IdentityKeyStore {
        async getIdentityKey() {
            return own.identityPrivate;
        }
        async getLocalRegistrationId() {
            return own.registrationId;
        }
        async saveIdentity(address, key) {
            const before = identities.get(addressKey(address));
            const bytes = Buffer.from(key.serialize());
            identities.set(addressKey(address), bytes);
            const isReplaced = before !== undefined && !before.equals(bytes);
            // 0.23.1 wants a boolean, later versions the enum IdentityChange
            return library.IdentityChange ? Number(isReplaced) : isReplaced;
        }
        // Trust on first use: anything goes until the library has asked to save one.
        async isTrustedIdentity(address, key) {
            const pinned = identities.get(addressKey(address));
            return pinned === undefined || pinned.equals(Buffer.from(key.serialize()));
        }
        async getIdentity(address) {
            const pinned = identities.get(addressKey(address));
            return pinned ? library.PublicKey.deserialize(pinned) : null;
        }
    }

    function keyOf(map, id, what) {
        const bytes = map.get(id);
        if (!bytes) throw new Declined(REASON.unknownPrekey, `no ${what} ${id}`);
        return bytes;
    }

    class Prekeys extends library.PreKeyStore {
        async savePreKey(id, record) {
            prekeys.set(id, record.serialize());
        }
        async getPreKey(id) {
            return library.PreKeyRecord.deserialize(keyOf(prekeys, id, 'one-time prekey'));
        }
        async removePreKey(id) {
            prekeys.delete(id);
        }
    }

    class SignedPrekeys extends library.SignedPreKeyStore {
        async saveSignedPreKey(id, record) {
            signedPrekeys.set(id, record.serialize());
        }
        async getSignedPreKey(id) {
            return library.SignedPreKeyRecord.deserialize(keyOf(signedPrekeys, id, 'signed prekey'));
        }
    }

    // Asked for from 0.28 on; under v3 this adapter publishes no Kyber prekeys, so none is ever found. A one-time one is
    // gone after use; a last resort serves a base key once (PQXDH 3.4 and 4.2), which the library leaves to its user.
    const kyber = library.KyberPreKeyStore
        ? new (class extends library.KyberPreKeyStore {
              async saveKyberPreKey(id, record) {
                  kemPrekeys.set(id, record.serialize());
              }
              async getKyberPreKey(id) {
                  return library.KyberPreKeyRecord.deserialize(keyOf(kemPrekeys, id, 'KEM prekey'));
              }
              async markKyberPreKeyUsed(id, signedPrekeyId, baseKey) {
                  if (!ids.lastResorts.includes(id)) {
                      kemPrekeys.delete(id);
                      return;
                  }
                  if (!baseKey) return; // 0.75.1 does not tell it, and `spends-kem-prekeys` is not claimed
                  const use = [id, signedPrekeyId, Buffer.from(baseKey.serialize()).toString('base64')].join(' ');
                  if (ids.kemUses.includes(use))
                      throw new Declined(REASON.duplicate, 'this KEM prekey served this base key before');
                  ids.kemUses.push(use);
              }
          })()
        : null;

    const senderKeyOf = (sender, distributionId) => `${addressKey(sender)}\0${distributionId}`;

    class SenderKeys extends library.SenderKeyStore {
        async saveSenderKey(sender, distributionId, record) {
            senderKeys.set(senderKeyOf(sender, distributionId), record.serialize());
        }
        async getSenderKey(sender, distributionId) {
            const bytes = senderKeys.get(senderKeyOf(sender, distributionId));
            return bytes ? library.SenderKeyRecord.deserialize(bytes) : null;
        }
        forget(sender, distributionId) {
            senderKeys.delete(senderKeyOf(sender, distributionId));
        }
    }

    return {
        thrown,
        senderKeys: watched(new SenderKeys(), thrown),
        sessions: watched(new Sessions(), thrown),
        identities: watched(new Identities(), thrown),
        prekeys: watched(new Prekeys(), thrown),
        signedPrekeys: watched(new SignedPrekeys(), thrown),
        kyber: kyber && watched(kyber, thrown),
    };
}
