// The library's stores in memory. They do what the library asks and nothing else: what it leaves behind after a
// refusal stays there, because that is what an application built on it would keep.

export class UnknownPrekey extends Error {}

export const addressKey = (address) => `${address.name()}\0${address.deviceId()}`;

// |library| gives the abstract classes; both supported versions have the same ones but for KyberPreKeyStore.
export function makeStores(library, own) {
    const sessions = new Map();
    const identities = new Map();
    const prekeys = new Map();
    const signedPrekeys = new Map();

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
            identities.set(addressKey(address), key.serialize());
            const isReplaced = before !== undefined && !before.equals(key.serialize());
            // 0.23.1 wants a boolean, later versions the enum IdentityChange
            return library.IdentityChange ? Number(isReplaced) : isReplaced;
        }
        // Trust on first use: anything goes until the library has asked to save one.
        async isTrustedIdentity(address, key) {
            const pinned = identities.get(addressKey(address));
            return pinned === undefined || pinned.equals(key.serialize());
        }
        async getIdentity(address) {
            const pinned = identities.get(addressKey(address));
            return pinned ? library.PublicKey.deserialize(pinned) : null;
        }
    }

    function keyOf(map, id, what) {
        const bytes = map.get(id);
        if (!bytes) throw new UnknownPrekey(`no ${what} ${id}`);
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

    // Asked for from 0.28 on; this adapter publishes no Kyber prekeys, so none is ever found.
    const kyber = library.KyberPreKeyStore
        ? new (class extends library.KyberPreKeyStore {
              async saveKyberPreKey() {}
              async getKyberPreKey(id) {
                  throw new UnknownPrekey(`no Kyber prekey ${id}`);
              }
              async markKyberPreKeyUsed() {}
          })()
        : null;

    return {
        maps: { sessions, identities, prekeys, signedPrekeys },
        sessions: new Sessions(),
        identities: new Identities(),
        prekeys: new Prekeys(),
        signedPrekeys: new SignedPrekeys(),
        kyber,
    };
}
