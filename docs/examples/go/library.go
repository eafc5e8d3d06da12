// SPDX-License-Identifier: 0BSD

// What stands between Go and libsignal-protocol-c: its randomness, its other primitives, its log, and its stores.

package main

/*
#cgo pkg-config: libsignal-protocol-c
#include <signal_protocol.h>

// The functions below that Go exports, for their addresses.
int randomFill(uint8_t *, size_t, void *);
int hmacInit(void **, uint8_t *, size_t, void *);
int hashUpdate(void *, uint8_t *, size_t, void *);
int hashFinal(void *, signal_buffer **, void *);
void hashCleanup(void *, void *);
int sha512Init(void **, void *);
int aesEncrypt(signal_buffer **, int, uint8_t *, size_t, uint8_t *, size_t, uint8_t *, size_t, void *);
int aesDecrypt(signal_buffer **, int, uint8_t *, size_t, uint8_t *, size_t, uint8_t *, size_t, void *);
void logLine(int, char *, size_t, void *);
int sessionLoad(signal_buffer **, signal_buffer **, signal_protocol_address *, void *);
int sessionStore(signal_protocol_address *, uint8_t *, size_t, uint8_t *, size_t, void *);
int sessionContains(signal_protocol_address *, void *);
int sessionDelete(signal_protocol_address *, void *);
int prekeyLoad(signal_buffer **, uint32_t, void *);
int prekeyStore(uint32_t, uint8_t *, size_t, void *);
int prekeyContains(uint32_t, void *);
int prekeyRemove(uint32_t, void *);
int signedPrekeyLoad(signal_buffer **, uint32_t, void *);
int signedPrekeyStore(uint32_t, uint8_t *, size_t, void *);
int signedPrekeyContains(uint32_t, void *);
int signedPrekeyRemove(uint32_t, void *);
int identityOwn(signal_buffer **, signal_buffer **, void *);
int identityRegistration(void *, uint32_t *);
int identitySave(signal_protocol_address *, uint8_t *, size_t, void *);
int identityIsTrusted(signal_protocol_address *, uint8_t *, size_t, void *);
int senderKeyStore(signal_protocol_sender_key_name *, uint8_t *, size_t, uint8_t *, size_t, void *);
int senderKeyLoad(signal_buffer **, signal_buffer **, signal_protocol_sender_key_name *, void *);
*/
import "C"

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"runtime/cgo"
	"strings"
	"unsafe"

	"example.org/adapter/serving"
)

// badPadding is what aesDecrypt returns for it; the library passes on whatever a callback returns.
const badPadding = -2000

const (
	found   = 1
	missing = 0
)

// library is what all parties share.
type library struct {
	context *C.signal_context
	self    unsafe.Pointer // a handle
	random  io.Reader
	log     []string // since the last check
}

// libraryError is what a function of the library returned, with what it wrote to its log: the code alone often does not say why.
type libraryError struct {
	function string
	code     int
	log      []string
}

func (e *libraryError) Error() string {
	text := fmt.Sprintf("%s: error %d", e.function, e.code)
	if len(e.log) > 0 {
		text += ": " + strings.Join(e.log, "; ")
	}
	return text
}

// check makes an error of what |function| returned, if it is one.
func (l *library) check(function string, result C.int) error {
	lines := l.log
	l.log = nil
	if result >= 0 {
		return nil
	}
	return &libraryError{function, int(result), lines}
}

func newLibrary() (*library, error) {
	l := &library{random: rand.Reader}
	l.self = newHandle(l)
	if err := l.check("signal_context_create", C.signal_context_create(&l.context, l.self)); err != nil {
		return nil, err
	}
	provider := C.signal_crypto_provider{
		random_func:                (*[0]byte)(C.randomFill),
		hmac_sha256_init_func:      (*[0]byte)(C.hmacInit),
		hmac_sha256_update_func:    (*[0]byte)(C.hashUpdate),
		hmac_sha256_final_func:     (*[0]byte)(C.hashFinal),
		hmac_sha256_cleanup_func:   (*[0]byte)(C.hashCleanup),
		sha512_digest_init_func:    (*[0]byte)(C.sha512Init),
		sha512_digest_update_func:  (*[0]byte)(C.hashUpdate),
		sha512_digest_final_func:   (*[0]byte)(C.hashFinal),
		sha512_digest_cleanup_func: (*[0]byte)(C.hashCleanup),
		encrypt_func:               (*[0]byte)(C.aesEncrypt),
		decrypt_func:               (*[0]byte)(C.aesDecrypt),
		user_data:                  l.self,
	}
	if err := l.check("signal_context_set_crypto_provider", C.signal_context_set_crypto_provider(l.context, &provider)); err != nil {
		return nil, err
	}
	return l, l.check("signal_context_set_log_function", C.signal_context_set_log_function(l.context, (*[0]byte)(C.logLine)))
}

// newStores binds the library's stores to what |p| keeps.
func (l *library) newStores(p *party) (*C.signal_protocol_store_context, error) {
	var stores *C.signal_protocol_store_context
	if err := l.check("signal_protocol_store_context_create", C.signal_protocol_store_context_create(&stores, l.context)); err != nil {
		return nil, err
	}
	sessions := C.signal_protocol_session_store{
		load_session_func:     (*[0]byte)(C.sessionLoad),
		store_session_func:    (*[0]byte)(C.sessionStore),
		contains_session_func: (*[0]byte)(C.sessionContains),
		delete_session_func:   (*[0]byte)(C.sessionDelete),
		user_data:             p.self,
	}
	prekeys := C.signal_protocol_pre_key_store{
		load_pre_key:     (*[0]byte)(C.prekeyLoad),
		store_pre_key:    (*[0]byte)(C.prekeyStore),
		contains_pre_key: (*[0]byte)(C.prekeyContains),
		remove_pre_key:   (*[0]byte)(C.prekeyRemove),
		user_data:        p.self,
	}
	signedPrekeys := C.signal_protocol_signed_pre_key_store{
		load_signed_pre_key:     (*[0]byte)(C.signedPrekeyLoad),
		store_signed_pre_key:    (*[0]byte)(C.signedPrekeyStore),
		contains_signed_pre_key: (*[0]byte)(C.signedPrekeyContains),
		remove_signed_pre_key:   (*[0]byte)(C.signedPrekeyRemove),
		user_data:               p.self,
	}
	identities := C.signal_protocol_identity_key_store{
		get_identity_key_pair:     (*[0]byte)(C.identityOwn),
		get_local_registration_id: (*[0]byte)(C.identityRegistration),
		save_identity:             (*[0]byte)(C.identitySave),
		is_trusted_identity:       (*[0]byte)(C.identityIsTrusted),
		user_data:                 p.self,
	}
	senderKeys := C.signal_protocol_sender_key_store{
		store_sender_key: (*[0]byte)(C.senderKeyStore),
		load_sender_key:  (*[0]byte)(C.senderKeyLoad),
		user_data:        p.self,
	}
	for _, result := range []C.int{
		C.signal_protocol_store_context_set_session_store(stores, &sessions),
		C.signal_protocol_store_context_set_pre_key_store(stores, &prekeys),
		C.signal_protocol_store_context_set_signed_pre_key_store(stores, &signedPrekeys),
		C.signal_protocol_store_context_set_identity_key_store(stores, &identities),
		C.signal_protocol_store_context_set_sender_key_store(stores, &senderKeys),
	} {
		if err := l.check("signal_protocol_store_context_set", result); err != nil {
			C.signal_protocol_store_context_destroy(stores)
			return nil, err
		}
	}
	return stores, nil
}

// ---- memory

// newHandle is |v| as C may keep it, until freeHandle.
func newHandle(v any) unsafe.Pointer {
	at := C.malloc(C.size_t(unsafe.Sizeof(cgo.Handle(0))))
	*(*cgo.Handle)(at) = cgo.NewHandle(v)
	return at
}

func freeHandle(at unsafe.Pointer) {
	(*(*cgo.Handle)(at)).Delete()
	C.free(at)
}

func valueOf[T any](at unsafe.Pointer) T { return (*(*cgo.Handle)(at)).Value().(T) }

// bytesAt are C's own, only to be looked at.
func bytesAt(at *C.uint8_t, size C.size_t) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(at)), int(size))
}

func copyAt(at *C.uint8_t, size C.size_t) []byte { return append([]byte{}, bytesAt(at, size)...) }

// pointer to the bytes of |data|, for a function that does not keep it.
func pointer(data []byte) (*C.uint8_t, C.size_t) {
	if len(data) == 0 {
		return (*C.uint8_t)(unsafe.Pointer(&[1]byte{})), 0
	}
	return (*C.uint8_t)(unsafe.Pointer(&data[0])), C.size_t(len(data))
}

func newBuffer(data []byte) *C.signal_buffer { return C.signal_buffer_create(pointer(data)) }

// give |data| to the library in a buffer.
func give(data []byte, out **C.signal_buffer) C.int {
	if *out = newBuffer(data); *out == nil {
		return C.SG_ERR_NOMEM
	}
	return 0
}

// contents of a buffer that stays the library's.
func contents(buffer *C.signal_buffer) []byte {
	return copyAt(C.signal_buffer_data(buffer), C.signal_buffer_len(buffer))
}

// take the contents of a buffer, and end it.
func take(buffer *C.signal_buffer) []byte {
	defer C.signal_buffer_bzero_free(buffer)
	return contents(buffer)
}

// unref ends what the library counts references of; nil is nothing.
func unref[T any](instance *T) {
	C.signal_type_unref((*C.signal_type_base)(unsafe.Pointer(instance)))
}

// ---- randomness

// stream is HMAC-SHA-256(seed, counter), the counter a 64-bit big-endian number from 0: so that a run can be repeated.
type stream struct {
	seed    []byte
	counter uint64
}

func (s *stream) Read(out []byte) (int, error) {
	mac := hmac.New(sha256.New, s.seed)
	mac.Write(binary.BigEndian.AppendUint64(nil, s.counter))
	s.counter++
	return copy(out, mac.Sum(nil)), nil
}

//export randomFill
func randomFill(data *C.uint8_t, size C.size_t, user unsafe.Pointer) C.int {
	if _, err := io.ReadFull(valueOf[*library](user).random, bytesAt(data, size)); err != nil {
		return C.SG_ERR_UNKNOWN
	}
	return 0
}

// ---- HMAC-SHA-256 and SHA-512

//export hmacInit
func hmacInit(context *unsafe.Pointer, key *C.uint8_t, size C.size_t, _ unsafe.Pointer) C.int {
	*context = newHandle(hmac.New(sha256.New, copyAt(key, size)))
	return 0
}

//export sha512Init
func sha512Init(context *unsafe.Pointer, _ unsafe.Pointer) C.int {
	*context = newHandle(sha512.New())
	return 0
}

//export hashUpdate
func hashUpdate(context unsafe.Pointer, data *C.uint8_t, size C.size_t, _ unsafe.Pointer) C.int {
	valueOf[hash.Hash](context).Write(bytesAt(data, size))
	return 0
}

// hashFinal leaves the context as it was at first: the library uses it once more.
//
//export hashFinal
func hashFinal(context unsafe.Pointer, out **C.signal_buffer, _ unsafe.Pointer) C.int {
	h := valueOf[hash.Hash](context)
	defer h.Reset()
	return give(h.Sum(nil), out)
}

//export hashCleanup
func hashCleanup(context, _ unsafe.Pointer) { freeHandle(context) }

// ---- AES

//export aesEncrypt
func aesEncrypt(out **C.signal_buffer, mode C.int, key *C.uint8_t, keySize C.size_t, iv *C.uint8_t, ivSize C.size_t,
	data *C.uint8_t, size C.size_t, _ unsafe.Pointer) C.int {
	block, err := aes.NewCipher(bytesAt(key, keySize))
	if err != nil || ivSize != aes.BlockSize {
		return C.SG_ERR_INVAL
	}
	text := copyAt(data, size)
	if mode == C.SG_CIPHER_AES_CTR_NOPADDING {
		cipher.NewCTR(block, bytesAt(iv, ivSize)).XORKeyStream(text, text)
		return give(text, out)
	}
	padding := aes.BlockSize - len(text)%aes.BlockSize
	text = append(text, bytes.Repeat([]byte{byte(padding)}, padding)...)
	cipher.NewCBCEncrypter(block, bytesAt(iv, ivSize)).CryptBlocks(text, text)
	return give(text, out)
}

//export aesDecrypt
func aesDecrypt(out **C.signal_buffer, mode C.int, key *C.uint8_t, keySize C.size_t, iv *C.uint8_t, ivSize C.size_t,
	data *C.uint8_t, size C.size_t, user unsafe.Pointer) C.int {
	if mode == C.SG_CIPHER_AES_CTR_NOPADDING {
		return aesEncrypt(out, mode, key, keySize, iv, ivSize, data, size, user)
	}
	block, err := aes.NewCipher(bytesAt(key, keySize))
	if err != nil || ivSize != aes.BlockSize {
		return C.SG_ERR_INVAL
	}
	text := copyAt(data, size)
	if len(text) == 0 || len(text)%aes.BlockSize != 0 {
		return badPadding
	}
	cipher.NewCBCDecrypter(block, bytesAt(iv, ivSize)).CryptBlocks(text, text)
	padding := int(text[len(text)-1])
	if padding == 0 || padding > aes.BlockSize ||
		!bytes.HasSuffix(text, bytes.Repeat([]byte{byte(padding)}, padding)) {
		return badPadding
	}
	return give(text[:len(text)-padding], out)
}

// ---- the log

//export logLine
func logLine(_ C.int, line *C.char, size C.size_t, user unsafe.Pointer) {
	l := valueOf[*library](user)
	l.log = append(l.log, C.GoStringN(line, C.int(size)))
}

// ---- stores: each in a map of what a party keeps

func load[K comparable](from map[K][]byte, key K, out **C.signal_buffer) C.int {
	record, ok := from[key]
	if !ok {
		return missing
	}
	if result := give(record, out); result < 0 {
		return result
	}
	return found
}

// loadPrekey says otherwise what is missing.
func loadPrekey(from map[uint32][]byte, id C.uint32_t, out **C.signal_buffer) C.int {
	switch result := load(from, uint32(id), out); result {
	case missing:
		return C.SG_ERR_INVALID_KEY_ID
	case found:
		return 0
	default:
		return result
	}
}

func contains[K comparable](in map[K][]byte, key K) C.int {
	if _, ok := in[key]; ok {
		return found
	}
	return missing
}

func addressKey(a *C.signal_protocol_address) string {
	return keyOf(serving.Address{Name: C.GoStringN(a.name, C.int(a.name_len)), Device: uint32(a.device_id)})
}

func senderKeyKey(name *C.signal_protocol_sender_key_name) string {
	return fmt.Sprintf("%q %s", C.GoStringN(name.group_id, C.int(name.group_id_len)), addressKey(&name.sender))
}

func keptBy(user unsafe.Pointer) *kept { return &valueOf[*party](user).kept }

//export sessionLoad
func sessionLoad(record, userRecord **C.signal_buffer, peer *C.signal_protocol_address, user unsafe.Pointer) C.int {
	*userRecord = nil
	return load(keptBy(user).Sessions, addressKey(peer), record)
}

//export sessionStore
func sessionStore(peer *C.signal_protocol_address, record *C.uint8_t, size C.size_t, _ *C.uint8_t, userSize C.size_t,
	user unsafe.Pointer) C.int {
	keptBy(user).Sessions[addressKey(peer)] = copyAt(record, size)
	return 0
}

//export sessionContains
func sessionContains(peer *C.signal_protocol_address, user unsafe.Pointer) C.int {
	return contains(keptBy(user).Sessions, addressKey(peer))
}

//export sessionDelete
func sessionDelete(peer *C.signal_protocol_address, user unsafe.Pointer) C.int {
	delete(keptBy(user).Sessions, addressKey(peer))
	return found
}

//export prekeyLoad
func prekeyLoad(record **C.signal_buffer, id C.uint32_t, user unsafe.Pointer) C.int {
	return loadPrekey(keptBy(user).Prekeys, id, record)
}

//export prekeyStore
func prekeyStore(id C.uint32_t, record *C.uint8_t, size C.size_t, user unsafe.Pointer) C.int {
	keptBy(user).Prekeys[uint32(id)] = copyAt(record, size)
	return 0
}

//export prekeyContains
func prekeyContains(id C.uint32_t, user unsafe.Pointer) C.int {
	return contains(keptBy(user).Prekeys, uint32(id))
}

//export prekeyRemove
func prekeyRemove(id C.uint32_t, user unsafe.Pointer) C.int {
	delete(keptBy(user).Prekeys, uint32(id))
	return 0
}

//export signedPrekeyLoad
func signedPrekeyLoad(record **C.signal_buffer, id C.uint32_t, user unsafe.Pointer) C.int {
	return loadPrekey(keptBy(user).SignedPrekeys, id, record)
}

//export signedPrekeyStore
func signedPrekeyStore(id C.uint32_t, record *C.uint8_t, size C.size_t, user unsafe.Pointer) C.int {
	keptBy(user).SignedPrekeys[uint32(id)] = copyAt(record, size)
	return 0
}

//export signedPrekeyContains
func signedPrekeyContains(id C.uint32_t, user unsafe.Pointer) C.int {
	return contains(keptBy(user).SignedPrekeys, uint32(id))
}

//export signedPrekeyRemove
func signedPrekeyRemove(id C.uint32_t, user unsafe.Pointer) C.int {
	delete(keptBy(user).SignedPrekeys, uint32(id))
	return 0
}

//export identityOwn
func identityOwn(public, private **C.signal_buffer, user unsafe.Pointer) C.int {
	k := keptBy(user)
	if result := give(k.IdentityPublic, public); result < 0 {
		return result
	}
	return give(k.IdentityPrivate, private)
}

//export identityRegistration
func identityRegistration(user unsafe.Pointer, out *C.uint32_t) C.int {
	*out = C.uint32_t(keptBy(user).RegistrationID)
	return 0
}

// identitySave without a key deletes.
//
//export identitySave
func identitySave(peer *C.signal_protocol_address, key *C.uint8_t, size C.size_t, user unsafe.Pointer) C.int {
	if key == nil {
		delete(keptBy(user).Identities, addressKey(peer))
	} else {
		keptBy(user).Identities[addressKey(peer)] = copyAt(key, size)
	}
	return 0
}

// identityIsTrusted trusts on first use: anything goes until the library has asked to save one.
//
//export identityIsTrusted
func identityIsTrusted(peer *C.signal_protocol_address, key *C.uint8_t, size C.size_t, user unsafe.Pointer) C.int {
	pinned, ok := keptBy(user).Identities[addressKey(peer)]
	if ok && !bytes.Equal(pinned, bytesAt(key, size)) {
		return 0
	}
	return 1
}

//export senderKeyStore
func senderKeyStore(name *C.signal_protocol_sender_key_name, record *C.uint8_t, size C.size_t, _ *C.uint8_t, userSize C.size_t,
	user unsafe.Pointer) C.int {
	keptBy(user).SenderKeys[senderKeyKey(name)] = copyAt(record, size)
	return 0
}

//export senderKeyLoad
func senderKeyLoad(record, userRecord **C.signal_buffer, name *C.signal_protocol_sender_key_name, user unsafe.Pointer) C.int {
	*userRecord = nil
	return load(keptBy(user).SenderKeys, senderKeyKey(name), record)
}
