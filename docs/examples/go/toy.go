// SPDX-License-Identifier: 0BSD

package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
)

// >>> YOURS: the name and version of your implementation; for Signal "signal-v3" or "signal-v4", and what of the contract it has:
// docs/adapter.md of assay says what each name promises. An operation beyond the eight wants a line in main.go, too.
var implementation = struct {
	name, version, protocol string
	capabilities            []string
}{"toy", "1", "toy", nil}

// A toy that is NOT SECURE: a party is a key, a bundle is that key, a message is nonce, ciphertext, tag. The ciphertext begins with
// the sender's key, so that whoever was written to can answer.
//
// >>> YOURS: what one user of your implementation keeps.
type toy struct {
	key   [32]byte
	peers map[Address][]byte
	seen  map[string]bool
}

// NewParty makes a user with fresh keys. >>> YOURS
func NewParty(self Address) (Party, error) {
	t := &toy{peers: map[Address][]byte{}, seen: map[string]bool{}}
	_, err := rand.Read(t.key[:])
	return t, err
}

func tagOf(key, sealed []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(sealed)
	return mac.Sum(nil)
}

func crypt(key, nonce, data []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, len(data))
	cipher.NewCTR(block, nonce).XORKeyStream(out, data)
	return out, nil
}

// Publish gives what others need to write first. >>> YOURS: for Signal a Typed{BundleSignalV3, ...}, an encoded assay.signal.v1.PreKeyBundle.
func (t *toy) Publish(withoutOneTimePrekey, rotateSignedPrekey bool) (Typed, error) {
	return Typed{Opaque, t.key[:]}, nil
}

// Start processes a peer's bundle. >>> YOURS: a wrong signature is Refused{PrekeySignature, ...}.
func (t *toy) Start(peer Address, bundle Typed) error {
	if len(bundle.Body) != len(t.key) {
		return Refused{Malformed, "a bundle has 32 bytes"}
	}
	t.peers[peer] = bundle.Body
	return nil
}

// Seal encrypts. >>> YOURS: for Signal a MessagePrekey until the peer has answered, a MessageSignal after.
func (t *toy) Seal(peer Address, plaintext []byte) (Typed, error) {
	key := t.peers[peer]
	if key == nil {
		return Typed{}, Refused{NoSession, "no session with this peer"}
	}
	nonce := make([]byte, aes.BlockSize)
	if _, err := rand.Read(nonce); err != nil {
		return Typed{}, err
	}
	ciphertext, err := crypt(key, nonce, joined(t.key[:], plaintext))
	if err != nil {
		return Typed{}, err
	}
	sealed := joined(nonce, ciphertext)
	return Typed{Opaque, joined(sealed, tagOf(key, sealed))}, nil
}

// Open decrypts. >>> YOURS: map the errors by which your implementation refuses to Refused, one by one, and leave all others alone. A
// catch-all would take a bug for a refusal, and the report would be worth nothing.
func (t *toy) Open(from Address, message Typed) ([]byte, error) {
	end := len(message.Body) - sha256.Size
	if end < aes.BlockSize+len(t.key) {
		return nil, Refused{Malformed, "shorter than nonce, key and tag"}
	}
	sealed, nonce := message.Body[:end], message.Body[:aes.BlockSize]
	if !hmac.Equal(message.Body[end:], tagOf(t.key[:], sealed)) {
		return nil, Refused{Authentication, "the tag is wrong"}
	}
	if t.seen[string(nonce)] {
		return nil, Refused{Duplicate, "opened before"}
	}
	plain, err := crypt(t.key[:], nonce, sealed[aes.BlockSize:])
	if err != nil {
		return nil, err
	}
	t.seen[string(nonce)] = true
	if t.peers[from] == nil {
		t.peers[from] = plain[:len(t.key)]
	}
	return plain[len(t.key):], nil
}
