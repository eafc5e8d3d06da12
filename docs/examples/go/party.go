// SPDX-License-Identifier: 0BSD

package main

/*
#include <curve.h>
#include <fingerprint.h>
#include <group_cipher.h>
#include <group_session_builder.h>
#include <protocol.h>
#include <session_builder.h>
#include <session_cipher.h>
#include <signal_protocol.h>
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"unsafe"

	"example.org/adapter/serving"
)

// kept is everything that an application would keep on disk. >>> YOURS: what your application keeps, as far as it decides anything; no
// disk is needed.
type kept struct {
	Self                            serving.Address
	RegistrationID                  uint32
	IdentityPublic, IdentityPrivate []byte
	Prekey, SignedPrekey            uint32   // the last ids
	Imported                        bool     // then there are no other one-time prekeys than these
	Waiting                         []uint32 // imported ones that no bundle has carried yet
	Prekeys, SignedPrekeys          map[uint32][]byte
	Sessions, Identities            map[string][]byte // by address
	SenderKeys                      map[string][]byte // by address and group
}

func newKept(self serving.Address) kept {
	return kept{
		Self:          self,
		Prekeys:       map[uint32][]byte{},
		SignedPrekeys: map[uint32][]byte{},
		Sessions:      map[string][]byte{},
		Identities:    map[string][]byte{},
		SenderKeys:    map[string][]byte{},
	}
}

func cloneMap[K comparable](from map[K][]byte) map[K][]byte {
	clone := make(map[K][]byte, len(from))
	for key, record := range from {
		clone[key] = record // records are replaced, never changed
	}
	return clone
}

func (k kept) clone() kept {
	k.Prekeys = cloneMap(k.Prekeys)
	k.SignedPrekeys = cloneMap(k.SignedPrekeys)
	k.Sessions = cloneMap(k.Sessions)
	k.Identities = cloneMap(k.Identities)
	k.SenderKeys = cloneMap(k.SenderKeys)
	return k
}

func keyOf(address serving.Address) string { return fmt.Sprintf("%d %s", address.Device, address.Name) }

// party is one user of the library: an operation of the contract, a method. >>> YOURS: call your implementation in each.
type party struct {
	*library
	kept   kept
	self   unsafe.Pointer // a handle
	stores *C.signal_protocol_store_context
}

// What is claimed above is there.
var _ interface {
	serving.Party
	serving.Saver
	serving.Fingerprinter
	serving.Forgetter
	serving.Accepter
	serving.Exporter
	serving.Member
} = (*party)(nil)

func newParty(l *library, k kept) (*party, error) {
	p := &party{library: l, kept: k}
	p.self = newHandle(p)
	stores, err := l.newStores(p)
	if err != nil {
		freeHandle(p.self)
		return nil, err
	}
	p.stores = stores
	return p, nil
}

func (p *party) Close() {
	C.signal_protocol_store_context_destroy(p.stores)
	freeHandle(p.self)
}

// atOnce does the whole operation, or changes nothing of what is kept: the library saves a sender's identity before it has
// authenticated the message.
func (p *party) atOnce(operation func() error) error {
	before := p.kept.clone()
	err := operation()
	if err != nil {
		p.kept = before
	}
	return err
}

// ---- sessions

// addressOf has a name to be freed.
func addressOf(a serving.Address) C.signal_protocol_address {
	return C.signal_protocol_address{name: C.CString(a.Name), name_len: C.size_t(len(a.Name)), device_id: C.int32_t(a.Device)}
}

// newAddress is |a| as the library may keep it, until freeAddress.
func newAddress(a serving.Address) *C.signal_protocol_address {
	address := (*C.signal_protocol_address)(C.malloc(C.sizeof_signal_protocol_address))
	*address = addressOf(a)
	return address
}

func freeAddress(address *C.signal_protocol_address) {
	C.free(unsafe.Pointer(address.name))
	C.free(unsafe.Pointer(address))
}

func (p *party) Start(peer serving.Address, bundle serving.Bundle) error {
	if bundle.Kind != serving.BundleSignalV3 {
		return serving.Refuse(serving.Malformed, "not a prekey bundle of Signal v3")
	}
	b, err := serving.Parse(bundle.Body)
	if err != nil {
		return serving.Refuse(serving.Malformed, "not a prekey bundle: %w", err)
	}
	if !b.Has(3) || !b.Has(4) || !b.Has(5) || b.Has(7) != b.Has(8) {
		return serving.Refuse(serving.Malformed, "the bundle lacks a key or an id")
	}
	if len(b.Bytes(6)) == 0 { // the library would abort
		return serving.Refuse(serving.PrekeySignature, "a bundle without signature")
	}
	return p.atOnce(func() error { return p.process(peer, b) })
}

func (p *party) process(peer serving.Address, b serving.Fields) error {
	identity, err := p.publicKey(b.Bytes(3))
	if err != nil {
		return err
	}
	defer unref(identity)
	signed, err := p.publicKey(b.Bytes(5))
	if err != nil {
		return err
	}
	defer unref(signed)
	var oneTime *C.ec_public_key
	if b.Has(8) {
		if oneTime, err = p.publicKey(b.Bytes(8)); err != nil {
			return err
		}
		defer unref(oneTime)
	}
	var bundle *C.session_pre_key_bundle
	at, size := pointer(b.Bytes(6))
	err = p.check("session_pre_key_bundle_create", C.session_pre_key_bundle_create(&bundle, C.uint32_t(b.Number(1)),
		C.int(peer.Device), C.uint32_t(b.Number(7)), oneTime, C.uint32_t(b.Number(4)), signed, at, size, identity))
	if err != nil {
		return err
	}
	defer unref(bundle)
	address := newAddress(peer)
	defer freeAddress(address)
	var builder *C.session_builder
	if err := p.check("session_builder_create", C.session_builder_create(&builder, p.stores, address, p.context)); err != nil {
		return err
	}
	defer C.session_builder_free(builder)
	result := C.session_builder_process_pre_key_bundle(builder, bundle)
	err = p.check("session_builder_process_pre_key_bundle", result)
	if result == C.SG_ERR_INVALID_KEY || result == C.SG_ERR_INVAL { // all keys did decode
		return serving.Refuse(serving.PrekeySignature, "the bundle's signature: %w", err)
	}
	return err
}

// withCipher calls |use| with a cipher for the session with |peer|.
func (p *party) withCipher(peer serving.Address, use func(cipher *C.session_cipher) error) error {
	return p.atOnce(func() error {
		address := newAddress(peer)
		defer freeAddress(address)
		var cipher *C.session_cipher
		err := p.check("session_cipher_create", C.session_cipher_create(&cipher, p.stores, address, p.context))
		if err != nil {
			return err
		}
		defer C.session_cipher_free(cipher)
		return use(cipher)
	})
}

func (p *party) Seal(peer serving.Address, plaintext []byte) (serving.Message, error) {
	out := serving.Message{Kind: serving.MessageSignal}
	if _, ok := p.kept.Sessions[keyOf(peer)]; !ok { // the library would make an empty session and fail on it later
		return out, serving.Refuse(serving.NoSession, "no session with this peer")
	}
	err := p.withCipher(peer, func(cipher *C.session_cipher) error {
		var message *C.ciphertext_message
		at, size := pointer(plaintext)
		if err := p.check("session_cipher_encrypt", C.session_cipher_encrypt(cipher, at, size, &message)); err != nil {
			return err
		}
		defer unref(message)
		if C.ciphertext_message_get_type(message) == C.CIPHERTEXT_PREKEY_TYPE {
			out.Kind = serving.MessageSignalPrekey
		}
		out.Body = contents(C.ciphertext_message_get_serialized(message))
		return nil
	})
	return out, err
}

func (p *party) Open(from serving.Address, message serving.Message) ([]byte, error) {
	var plaintext *C.signal_buffer
	at, size := pointer(message.Body)
	err := p.withCipher(from, func(cipher *C.session_cipher) error {
		switch message.Kind {
		case serving.MessageSignalPrekey:
			var m *C.pre_key_signal_message
			err := p.check("pre_key_signal_message_deserialize", C.pre_key_signal_message_deserialize(&m, at, size, p.context))
			if err != nil {
				return err
			}
			defer unref(m)
			return p.check("session_cipher_decrypt_pre_key_signal_message",
				C.session_cipher_decrypt_pre_key_signal_message(cipher, m, nil, &plaintext))
		case serving.MessageSignal:
			var m *C.signal_message
			err := p.check("signal_message_deserialize", C.signal_message_deserialize(&m, at, size, p.context))
			if err != nil {
				return err
			}
			defer unref(m)
			return p.check("session_cipher_decrypt_signal_message",
				C.session_cipher_decrypt_signal_message(cipher, m, nil, &plaintext))
		default:
			return serving.Refuse(serving.Malformed, "not a message that this target opens")
		}
	})
	if err != nil {
		return nil, err
	}
	return take(plaintext), nil
}

func (p *party) Save() ([]byte, error) { return json.Marshal(p.kept) }

func (p *party) Forget(peer serving.Address) error {
	delete(p.kept.Sessions, keyOf(peer))
	return nil
}

// ---- identities

func (p *party) Accept(peer serving.Address, key []byte) error {
	identity, err := p.publicKey(key)
	if err != nil {
		return err
	}
	unref(identity)
	p.kept.Identities[keyOf(peer)] = key
	return nil
}

const (
	fingerprintIterations = 5200
	scannableVersion      = 1
)

func (p *party) Fingerprint(peer serving.Address, ownID, peerID string) (serving.Fingerprint, error) {
	var none serving.Fingerprint
	pinned, ok := p.kept.Identities[keyOf(peer)]
	if !ok {
		return none, serving.Refuse(serving.NoSession, "the peer's identity is not known")
	}
	own, err := p.publicKey(p.kept.IdentityPublic)
	if err != nil {
		return none, err
	}
	defer unref(own)
	theirs, err := p.publicKey(pinned)
	if err != nil {
		return none, err
	}
	defer unref(theirs)
	var generator *C.fingerprint_generator
	err = p.check("fingerprint_generator_create",
		C.fingerprint_generator_create(&generator, fingerprintIterations, scannableVersion, p.context))
	if err != nil {
		return none, err
	}
	defer C.fingerprint_generator_free(generator)
	ownText, peerText := C.CString(ownID), C.CString(peerID)
	defer C.free(unsafe.Pointer(ownText))
	defer C.free(unsafe.Pointer(peerText))
	var both *C.fingerprint
	err = p.check("fingerprint_generator_create_for",
		C.fingerprint_generator_create_for(generator, ownText, own, peerText, theirs, &both))
	if err != nil {
		return none, err
	}
	defer unref(both)
	var scannable *C.signal_buffer
	err = p.check("scannable_fingerprint_serialize", C.scannable_fingerprint_serialize(&scannable, C.fingerprint_get_scannable(both)))
	if err != nil {
		return none, err
	}
	digits := C.GoString(C.displayable_fingerprint_text(C.fingerprint_get_displayable(both)))
	return serving.Fingerprint{Displayable: digits, Scannable: take(scannable)}, nil
}

// ---- groups: sender keys

// newSenderKeyName is the key of |sender| in |group| as the library may keep it, until freeSenderKeyName.
func newSenderKeyName(group string, sender serving.Address) *C.signal_protocol_sender_key_name {
	name := (*C.signal_protocol_sender_key_name)(C.malloc(C.sizeof_signal_protocol_sender_key_name))
	*name = C.signal_protocol_sender_key_name{group_id: C.CString(group), group_id_len: C.size_t(len(group)), sender: addressOf(sender)}
	return name
}

func freeSenderKeyName(name *C.signal_protocol_sender_key_name) {
	C.free(unsafe.Pointer(name.group_id))
	C.free(unsafe.Pointer(name.sender.name))
	C.free(unsafe.Pointer(name))
}

// withGroupBuilder calls |use| with what makes and takes sender keys.
func (p *party) withGroupBuilder(group string, sender serving.Address,
	use func(builder *C.group_session_builder, name *C.signal_protocol_sender_key_name) error) error {
	return p.atOnce(func() error {
		name := newSenderKeyName(group, sender)
		defer freeSenderKeyName(name)
		var builder *C.group_session_builder
		err := p.check("group_session_builder_create", C.group_session_builder_create(&builder, p.stores, p.context))
		if err != nil {
			return err
		}
		defer C.group_session_builder_free(builder)
		return use(builder, name)
	})
}

func (p *party) Distribute(group string, fresh bool) (serving.Message, error) {
	out := serving.Message{Kind: serving.MessageSenderKeyDistribution}
	err := p.withGroupBuilder(group, p.kept.Self,
		func(builder *C.group_session_builder, name *C.signal_protocol_sender_key_name) error {
			if fresh { // the library makes a key only where there is none
				delete(p.kept.SenderKeys, senderKeyKey(name))
			}
			var message *C.sender_key_distribution_message
			err := p.check("group_session_builder_create_session", C.group_session_builder_create_session(builder, &message, name))
			if err != nil {
				return err
			}
			defer unref(message)
			out.Body = contents(C.ciphertext_message_get_serialized((*C.ciphertext_message)(unsafe.Pointer(message))))
			return nil
		})
	return out, err
}

func (p *party) Absorb(group string, from serving.Address, message serving.Message) error {
	at, size := pointer(message.Body)
	return p.withGroupBuilder(group, from,
		func(builder *C.group_session_builder, name *C.signal_protocol_sender_key_name) error {
			var m *C.sender_key_distribution_message
			err := p.check("sender_key_distribution_message_deserialize",
				C.sender_key_distribution_message_deserialize(&m, at, size, p.context))
			if err != nil {
				return err
			}
			defer unref(m)
			return p.check("group_session_builder_process_session", C.group_session_builder_process_session(builder, name, m))
		})
}

// withGroupCipher calls |use| with a cipher for the sender key of |sender|.
func (p *party) withGroupCipher(group string, sender serving.Address, use func(cipher *C.group_cipher) error) error {
	return p.atOnce(func() error {
		name := newSenderKeyName(group, sender)
		defer freeSenderKeyName(name)
		var cipher *C.group_cipher
		err := p.check("group_cipher_create", C.group_cipher_create(&cipher, p.stores, name, p.context))
		if err != nil {
			return err
		}
		defer C.group_cipher_free(cipher)
		return use(cipher)
	})
}

func (p *party) SealGroup(group string, plaintext []byte) (serving.Message, error) {
	out := serving.Message{Kind: serving.MessageSenderKey}
	at, size := pointer(plaintext)
	err := p.withGroupCipher(group, p.kept.Self, func(cipher *C.group_cipher) error {
		var message *C.ciphertext_message
		if err := p.check("group_cipher_encrypt", C.group_cipher_encrypt(cipher, at, size, &message)); err != nil {
			return err
		}
		defer unref(message)
		out.Body = contents(C.ciphertext_message_get_serialized(message))
		return nil
	})
	return out, err
}

func (p *party) OpenGroup(group string, from serving.Address, message serving.Message) ([]byte, error) {
	var plaintext *C.signal_buffer
	at, size := pointer(message.Body)
	err := p.withGroupCipher(group, from, func(cipher *C.group_cipher) error {
		var m *C.sender_key_message
		err := p.check("sender_key_message_deserialize", C.sender_key_message_deserialize(&m, at, size, p.context))
		if err != nil {
			return err
		}
		defer unref(m)
		return p.check("group_cipher_decrypt", C.group_cipher_decrypt(cipher, m, nil, &plaintext))
	})
	if err != nil {
		return nil, err
	}
	return take(plaintext), nil
}
