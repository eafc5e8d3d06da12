// SPDX-License-Identifier: 0BSD

package main

/*
#include <curve.h>
#include <key_helper.h>
#include <ratchet.h>
#include <session_pre_key.h>
#include <signal_protocol.h>
*/
import "C"

import "example.org/adapter/serving"

// ---- a party's own keys: made, or imported

func (p *party) makeKeys(options serving.Options) error {
	keys := options.Keys
	switch {
	case len(options.Identity) > 0:
		if err := p.takeIdentity(options.Identity); err != nil {
			return err
		}
	case keys != nil:
		if err := p.importKeys(keys); err != nil {
			return err
		}
	default:
		if err := p.makeIdentity(); err != nil {
			return err
		}
	}
	if keys == nil || len(keys.SignedPrekeys) == 0 {
		return p.rotate()
	}
	return nil
}

func (p *party) makeIdentity() error {
	var pair *C.ratchet_identity_key_pair
	err := p.check("generate_identity_key_pair", C.signal_protocol_key_helper_generate_identity_key_pair(&pair, p.context))
	if err != nil {
		return err
	}
	defer unref(pair)
	if p.kept.IdentityPublic, err = p.publicBytes(C.ratchet_identity_key_pair_get_public(pair)); err != nil {
		return err
	}
	var private *C.signal_buffer
	err = p.check("ec_private_key_serialize", C.ec_private_key_serialize(&private, C.ratchet_identity_key_pair_get_private(pair)))
	if err != nil {
		return err
	}
	p.kept.IdentityPrivate = take(private)
	return p.makeRegistrationID()
}

func (p *party) makeRegistrationID() error {
	var id C.uint32_t
	err := p.check("generate_registration_id", C.signal_protocol_key_helper_generate_registration_id(&id, 0, p.context))
	p.kept.RegistrationID = uint32(id)
	return err
}

// rotate makes a new signed prekey, which is the current one from now on.
func (p *party) rotate() error {
	var identity *C.ratchet_identity_key_pair
	err := p.check("identity_get_key_pair", C.signal_protocol_identity_get_key_pair(p.stores, &identity))
	if err != nil {
		return err
	}
	defer unref(identity)
	var prekey *C.session_signed_pre_key
	id := p.kept.SignedPrekey + 1
	err = p.check("generate_signed_pre_key",
		C.signal_protocol_key_helper_generate_signed_pre_key(&prekey, identity, C.uint32_t(id), 0, p.context))
	if err != nil {
		return err
	}
	defer unref(prekey)
	p.kept.SignedPrekey = id
	return p.check("signed_pre_key_store_key", C.signal_protocol_signed_pre_key_store_key(p.stores, prekey))
}

func (p *party) publicKey(data []byte) (*C.ec_public_key, error) {
	var key *C.ec_public_key
	at, size := pointer(data)
	err := p.check("curve_decode_point", C.curve_decode_point(&key, at, size, p.context))
	return key, err
}

func (p *party) publicBytes(key *C.ec_public_key) ([]byte, error) {
	var buffer *C.signal_buffer
	if err := p.check("ec_public_key_serialize", C.ec_public_key_serialize(&buffer, key)); err != nil {
		return nil, err
	}
	return take(buffer), nil
}

// importPair makes a pair of keys that come from outside.
func (p *party) importPair(public, private []byte) (*C.ec_key_pair, error) {
	publicKey, err := p.publicKey(public)
	if err != nil {
		return nil, serving.Refuse(serving.InvalidKey, "an imported public key: %w", err)
	}
	defer unref(publicKey)
	var privateKey *C.ec_private_key
	at, size := pointer(private)
	if err := p.check("curve_decode_private_point", C.curve_decode_private_point(&privateKey, at, size, p.context)); err != nil {
		return nil, serving.Refuse(serving.InvalidKey, "an imported private key: %w", err)
	}
	defer unref(privateKey)
	var pair *C.ec_key_pair
	err = p.check("ec_key_pair_create", C.ec_key_pair_create(&pair, publicKey, privateKey))
	return pair, err
}

func (p *party) importIdentity(public, private []byte) error {
	pair, err := p.importPair(public, private)
	if err != nil {
		return err
	}
	unref(pair)
	p.kept.IdentityPublic, p.kept.IdentityPrivate = public, private
	return nil
}

func (p *party) importKeys(keys *serving.Keys) error {
	if err := p.importIdentity(keys.IdentityPublic, keys.IdentityPrivate); err != nil {
		return err
	}
	p.kept.RegistrationID = keys.RegistrationID
	for _, key := range keys.SignedPrekeys {
		if err := p.importSignedPrekey(key); err != nil {
			return err
		}
	}
	p.kept.Imported = true
	for _, key := range keys.OneTimePrekeys {
		pair, err := p.importPair(key.Public, key.Private)
		if err != nil {
			return err
		}
		err = p.keepPrekey(key.ID, pair)
		unref(pair)
		if err != nil {
			return err
		}
		p.kept.Waiting = append(p.kept.Waiting, key.ID)
	}
	return nil
}

func (p *party) importSignedPrekey(key serving.Prekey) error {
	if len(key.Signature) == 0 { // the library would abort
		return serving.Refuse(serving.InvalidKey, "the imported signed prekey %d has no signature", key.ID)
	}
	pair, err := p.importPair(key.Public, key.Private)
	if err != nil {
		return err
	}
	defer unref(pair)
	var prekey *C.session_signed_pre_key
	at, size := pointer(key.Signature)
	err = p.check("session_signed_pre_key_create",
		C.session_signed_pre_key_create(&prekey, C.uint32_t(key.ID), 0, pair, at, size))
	if err != nil {
		return err
	}
	defer unref(prekey)
	p.kept.SignedPrekey = key.ID
	return p.check("signed_pre_key_store_key", C.signal_protocol_signed_pre_key_store_key(p.stores, prekey))
}

func (p *party) keepPrekey(id uint32, pair *C.ec_key_pair) error {
	var prekey *C.session_pre_key
	if err := p.check("session_pre_key_create", C.session_pre_key_create(&prekey, C.uint32_t(id), pair)); err != nil {
		return err
	}
	defer unref(prekey)
	return p.check("pre_key_store_key", C.signal_protocol_pre_key_store_key(p.stores, prekey))
}

// The long-term key pair as it is exported: 33 bytes public, 32 private.
const publicSize, identitySize = 33, 65

func (p *party) ExportIdentity() ([]byte, error) {
	return append(append([]byte{}, p.kept.IdentityPublic...), p.kept.IdentityPrivate...), nil
}

func (p *party) takeIdentity(identity []byte) error {
	if len(identity) != identitySize {
		return serving.Refuse(serving.InvalidKey, "an identity of %d bytes", len(identity))
	}
	if err := p.importIdentity(identity[:publicSize], identity[publicSize:]); err != nil {
		return err
	}
	return p.makeRegistrationID()
}

// ---- publishing: an assay.signal.v1.PreKeyBundle (proto/signal.proto)

func (p *party) Publish(withoutOneTimePrekey, rotateSignedPrekey bool) (serving.Bundle, error) {
	var body []byte
	err := p.atOnce(func() (err error) {
		if rotateSignedPrekey {
			if err := p.rotate(); err != nil {
				return err
			}
		}
		if body, err = p.signedPart(); err == nil && !withoutOneTimePrekey {
			body, err = p.appendOneTimePrekey(body)
		}
		return err
	})
	return serving.Bundle{Kind: serving.BundleSignalV3, Body: body}, err
}

func (p *party) signedPart() ([]byte, error) {
	var prekey *C.session_signed_pre_key
	err := p.check("signed_pre_key_load_key",
		C.signal_protocol_signed_pre_key_load_key(p.stores, &prekey, C.uint32_t(p.kept.SignedPrekey)))
	if err != nil {
		return nil, err
	}
	defer unref(prekey)
	public, err := p.publicBytes(C.ec_key_pair_get_public(C.session_signed_pre_key_get_key_pair(prekey)))
	if err != nil {
		return nil, err
	}
	signature := copyAt(C.session_signed_pre_key_get_signature(prekey), C.session_signed_pre_key_get_signature_len(prekey))
	body := serving.AppendNumber(nil, 1, uint64(p.kept.RegistrationID))
	body = serving.AppendNumber(body, 2, uint64(p.kept.Self.Device))
	body = serving.AppendBytes(body, 3, p.kept.IdentityPublic)
	body = serving.AppendNumber(body, 4, uint64(p.kept.SignedPrekey))
	body = serving.AppendBytes(body, 5, public)
	return serving.AppendBytes(body, 6, signature), nil
}

// appendOneTimePrekey adds a new one, or the next imported one. Those may run out; then the bundle has none (X3DH 3.2).
func (p *party) appendOneTimePrekey(body []byte) ([]byte, error) {
	id := p.kept.Prekey + 1
	if p.kept.Imported {
		if len(p.kept.Waiting) == 0 {
			return body, nil
		}
		id, p.kept.Waiting = p.kept.Waiting[0], p.kept.Waiting[1:]
	} else if err := p.makePrekey(id); err != nil {
		return nil, err
	}
	var prekey *C.session_pre_key
	err := p.check("pre_key_load_key", C.signal_protocol_pre_key_load_key(p.stores, &prekey, C.uint32_t(id)))
	if err != nil {
		return nil, err
	}
	defer unref(prekey)
	public, err := p.publicBytes(C.ec_key_pair_get_public(C.session_pre_key_get_key_pair(prekey)))
	return serving.AppendBytes(serving.AppendNumber(body, 7, uint64(id)), 8, public), err
}

func (p *party) makePrekey(id uint32) error {
	var pair *C.ec_key_pair
	if err := p.check("curve_generate_key_pair", C.curve_generate_key_pair(p.context, &pair)); err != nil {
		return err
	}
	defer unref(pair)
	p.kept.Prekey = id
	return p.keepPrekey(id, pair)
}
