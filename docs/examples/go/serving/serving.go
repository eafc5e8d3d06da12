// SPDX-License-Identifier: 0BSD

// Package serving is the contract (proto/target.proto of assay) for an adapter in Go: frames, one operation after another, and which
// of them a target is asked for. It needs the standard library alone. The adapter says what its library does; this need not change.
package serving

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
)

// Target is an implementation under test.
type Target interface {
	Profile() Profile
	// Reset begins anew: no party of before is used again. With the capability "seed" all randomness comes from |seed| from now on;
	// without a seed it is that of ordinary use.
	Reset(seed []byte) error
	Create(self Address, options Options) (Party, error)
	// Reason says for which reason the library refused, or false when |err| is anything else.
	Reason(err error) (Reason, bool)
}

// Party is one user of the library.
type Party interface {
	Publish(withoutOneTimePrekey, rotateSignedPrekey bool) (Bundle, error)
	Start(peer Address, bundle Bundle) error
	Seal(peer Address, plaintext []byte) (Message, error)
	Open(from Address, message Message) ([]byte, error)
	// Close ends a party that is not asked again.
	Close()
}

// What a target and its parties have beside that, where the target claims the capability.
type (
	// Restorer is a target with "snapshot": |state| is what Save of a party gave.
	Restorer interface {
		Restore(state []byte) (Party, error)
	}
	// Saver is a party with "snapshot".
	Saver interface {
		Save() ([]byte, error)
	}
	// Fingerprinter is a party with "fingerprint".
	Fingerprinter interface {
		Fingerprint(peer Address, ownID, peerID string) (Fingerprint, error)
	}
	// Forgetter is a party with "forget-session".
	Forgetter interface {
		Forget(peer Address) error
	}
	// Accepter is a party with "accept-identity".
	Accepter interface {
		Accept(peer Address, key []byte) error
	}
	// Exporter is a party with "export-identity".
	Exporter interface {
		ExportIdentity() ([]byte, error)
	}
	// Member is a party with "sender-keys".
	Member interface {
		Distribute(group string, fresh bool) (Message, error)
		Absorb(group string, from Address, message Message) error
		SealGroup(group string, plaintext []byte) (Message, error)
		OpenGroup(group string, from Address, message Message) ([]byte, error)
	}
)

// Profile says what the target is.
type Profile struct {
	Name, Version, Protocol string
	Capabilities            []string
}

// Address is who somebody is to the protocol.
type Address struct {
	Name   string
	Device uint32
}

// Bundle is what a party publishes, so that others can begin a session with it.
type Bundle struct {
	Kind BundleKind
	Body []byte
}

// Message is what a party sends.
type Message struct {
	Kind MessageKind
	Body []byte
}

// Fingerprint is that of two identity keys.
type Fingerprint struct {
	Displayable string
	Scannable   []byte
}

// Options are what a party is made from, where it is not all fresh.
type Options struct {
	Keys     *Keys  // capability "import-keys"; nil: none
	Identity []byte // capability "export-identity": what ExportIdentity gave; nil: a fresh one
}

// Keys are imported ones. The last signed prekey is the current one; there are no other one-time prekeys than these.
type Keys struct {
	IdentityPrivate, IdentityPublic []byte
	RegistrationID                  uint32
	SignedPrekeys, OneTimePrekeys   []Prekey
}

// Prekey is an imported one; the signature is that of a signed prekey.
type Prekey struct {
	ID                         uint32
	Private, Public, Signature []byte
}

// BundleKind says what the body of a bundle is.
type BundleKind uint32

// The kinds of bundles.
const (
	BundleSignalV3 BundleKind = 1
	BundleSignalV4 BundleKind = 2
	BundleOpaque   BundleKind = 15
)

// MessageKind says what the body of a message is.
type MessageKind uint32

// The kinds of messages.
const (
	MessageSignalPrekey          MessageKind = 1
	MessageSignal                MessageKind = 2
	MessageSenderKey             MessageKind = 3
	MessageSenderKeyDistribution MessageKind = 4
	MessageOpaque                MessageKind = 15
)

// Reason is why the protocol code said no.
type Reason uint32

// The reasons, as proto/target.proto explains them.
const (
	Unspecified Reason = iota
	Malformed
	Version
	Authentication
	Duplicate
	TooFar
	InvalidKey
	PrekeySignature
	UnknownPrekey
	NoSession
	UntrustedIdentity
	Padding
	Policy
)

// Refusal is a decision of the protocol code that the library leaves to its user.
type Refusal struct {
	Reason Reason
	Cause  error
}

func (r *Refusal) Error() string { return r.Cause.Error() }

func (r *Refusal) Unwrap() error { return r.Cause }

// Refuse makes a Refusal of a text as fmt.Errorf has it.
func Refuse(reason Reason, format string, args ...any) error {
	return &Refusal{reason, fmt.Errorf(format, args...)}
}

const (
	frameMax  = 2 * 1024 * 1024
	detailMax = 1024
)

// Fields of Reply: the results.
const (
	profileResult     = 10
	doneResult        = 11
	bundleResult      = 12
	sealedResult      = 13
	openedResult      = 14
	stateResult       = 15
	fingerprintResult = 16
	refusedResult     = 17
	unsupportedResult = 18
	faultResult       = 19
)

// An operation gives the number of its result in Reply, and the result's fields. What the target does not claim, it is not asked.
type operation struct {
	run        func(c *connection, op Fields) (uint64, []byte, error)
	capability string            // "": everybody's
	fields     map[uint64]string // those that have a capability of their own
}

// By their numbers in Request.
var operations = map[uint64]operation{
	10: {run: (*connection).hello},
	11: {run: (*connection).reset},
	12: {run: (*connection).ping},
	13: {run: (*connection).createParty, fields: map[uint64]string{3: "import-keys", 4: "export-identity", 5: "versions"}},
	14: {run: (*connection).getBundle, fields: map[uint64]string{2: "without-one-time-prekey", 3: "rotate-signed-prekey"}},
	15: {run: (*connection).startSession},
	16: {run: (*connection).seal, fields: map[uint64]string{3: "sender-keys"}},
	17: {run: (*connection).open, fields: map[uint64]string{3: "sender-keys", 5: "open-own"}},
	18: {run: (*connection).snapshot, capability: "snapshot"},
	19: {run: (*connection).restore, capability: "snapshot", fields: map[uint64]string{3: "split-state"}},
	20: {run: (*connection).fingerprint, capability: "fingerprint"},
	21: {run: (*connection).forgetSession, capability: "forget-session"},
	22: {run: (*connection).acceptIdentity, capability: "accept-identity"},
	23: {run: (*connection).distributeSenderKey, capability: "sender-keys"},
	24: {run: (*connection).exportIdentity, capability: "export-identity"},
}

type connection struct {
	target  Target
	parties map[string]Party
}

var (
	errNoParty  = errors.New("no party has this handle")
	errHasParty = errors.New("a party has this handle already")
)

func (c *connection) party(op Fields) (Party, error) {
	if p, ok := c.parties[op.Text(1)]; ok {
		return p, nil
	}
	return nil, errNoParty
}

func (c *connection) keep(op Fields, create func() (Party, error)) (uint64, []byte, error) {
	if _, ok := c.parties[op.Text(1)]; ok {
		return 0, nil, errHasParty
	}
	p, err := create()
	if err == nil {
		c.parties[op.Text(1)] = p
	}
	return doneResult, nil, err
}

// able is the party of |op| as one that can do more.
func able[T any](c *connection, op Fields) (T, error) {
	var none T
	p, err := c.party(op)
	if err != nil {
		return none, err
	}
	if can, ok := p.(T); ok {
		return can, nil
	}
	return none, fmt.Errorf("the capability is claimed, but %T has not its methods", p)
}

func (c *connection) hello(Fields) (uint64, []byte, error) {
	profile := c.target.Profile()
	out := AppendNumber(nil, 1, 1)
	out = AppendText(out, 2, profile.Name)
	out = AppendText(out, 3, profile.Version)
	out = AppendText(out, 4, profile.Protocol)
	out = AppendText(out, 5, "library")
	out = AppendText(out, 6, "cipher")
	for _, name := range profile.Capabilities {
		out = AppendText(out, 7, name)
	}
	return profileResult, AppendText(out, 9, "1"), nil
}

func (c *connection) reset(op Fields) (uint64, []byte, error) {
	c.closeParties()
	return doneResult, nil, c.target.Reset(op.Bytes(1))
}

func (c *connection) closeParties() {
	for handle, p := range c.parties {
		p.Close()
		delete(c.parties, handle)
	}
}

func (c *connection) ping(Fields) (uint64, []byte, error) { return doneResult, nil, nil }

func (c *connection) createParty(op Fields) (uint64, []byte, error) {
	self, err := addressIn(op, 2)
	if err != nil {
		return 0, nil, err
	}
	options := Options{Identity: op.Bytes(4)}
	if op.Has(3) {
		if options.Keys, err = keysIn(op, 3); err != nil {
			return 0, nil, err
		}
	}
	return c.keep(op, func() (Party, error) { return c.target.Create(self, options) })
}

func (c *connection) getBundle(op Fields) (uint64, []byte, error) {
	p, err := c.party(op)
	if err != nil {
		return 0, nil, err
	}
	bundle, err := p.Publish(op.Flag(2), op.Flag(3))
	return bundleResult, AppendBytes(nil, 1, pair(uint64(bundle.Kind), bundle.Body)), err
}

func (c *connection) startSession(op Fields) (uint64, []byte, error) {
	p, err := c.party(op)
	if err != nil {
		return 0, nil, err
	}
	peer, err := addressIn(op, 2)
	if err != nil {
		return 0, nil, err
	}
	bundle, err := Parse(op.Bytes(3))
	if err != nil {
		return 0, nil, err
	}
	return doneResult, nil, p.Start(peer, Bundle{BundleKind(bundle.Number(1)), bundle.Bytes(2)})
}

func sealed(message Message, err error) (uint64, []byte, error) {
	return sealedResult, AppendBytes(nil, 1, pair(uint64(message.Kind), message.Body)), err
}

func (c *connection) seal(op Fields) (uint64, []byte, error) {
	if group := op.Text(3); group != "" {
		member, err := able[Member](c, op)
		if err != nil {
			return 0, nil, err
		}
		return sealed(member.SealGroup(group, op.Bytes(4)))
	}
	p, err := c.party(op)
	if err != nil {
		return 0, nil, err
	}
	peer, err := addressIn(op, 2)
	if err != nil {
		return 0, nil, err
	}
	return sealed(p.Seal(peer, op.Bytes(4)))
}

func opened(plaintext []byte, err error) (uint64, []byte, error) {
	return openedResult, AppendBytes(nil, 1, plaintext), err
}

func (c *connection) open(op Fields) (uint64, []byte, error) {
	from, err := addressIn(op, 2)
	if err != nil {
		return 0, nil, err
	}
	inner, err := Parse(op.Bytes(4))
	if err != nil {
		return 0, nil, err
	}
	message := Message{MessageKind(inner.Number(1)), inner.Bytes(2)}
	group := op.Text(3)
	if group == "" {
		p, err := c.party(op)
		if err != nil {
			return 0, nil, err
		}
		return opened(p.Open(from, message))
	}
	member, err := able[Member](c, op)
	if err != nil {
		return 0, nil, err
	}
	if message.Kind == MessageSenderKeyDistribution {
		return openedResult, AppendNumber(nil, 2, 1), member.Absorb(group, from, message)
	}
	return opened(member.OpenGroup(group, from, message))
}

func (c *connection) snapshot(op Fields) (uint64, []byte, error) {
	saver, err := able[Saver](c, op)
	if err != nil {
		return 0, nil, err
	}
	state, err := saver.Save()
	return stateResult, AppendBytes(nil, 1, state), err
}

func (c *connection) restore(op Fields) (uint64, []byte, error) {
	restorer, ok := c.target.(Restorer)
	if !ok {
		return 0, nil, fmt.Errorf("the capability is claimed, but %T has no Restore", c.target)
	}
	return c.keep(op, func() (Party, error) { return restorer.Restore(op.Bytes(2)) })
}

func (c *connection) fingerprint(op Fields) (uint64, []byte, error) {
	shows, err := able[Fingerprinter](c, op)
	if err != nil {
		return 0, nil, err
	}
	peer, err := addressIn(op, 2)
	if err != nil {
		return 0, nil, err
	}
	shown, err := shows.Fingerprint(peer, op.Text(3), op.Text(4))
	return fingerprintResult, AppendBytes(AppendText(nil, 1, shown.Displayable), 2, shown.Scannable), err
}

func (c *connection) forgetSession(op Fields) (uint64, []byte, error) {
	forgets, err := able[Forgetter](c, op)
	if err != nil {
		return 0, nil, err
	}
	peer, err := addressIn(op, 2)
	if err != nil {
		return 0, nil, err
	}
	return doneResult, nil, forgets.Forget(peer)
}

func (c *connection) acceptIdentity(op Fields) (uint64, []byte, error) {
	accepts, err := able[Accepter](c, op)
	if err != nil {
		return 0, nil, err
	}
	peer, err := addressIn(op, 2)
	if err != nil {
		return 0, nil, err
	}
	return doneResult, nil, accepts.Accept(peer, op.Bytes(3))
}

func (c *connection) distributeSenderKey(op Fields) (uint64, []byte, error) {
	member, err := able[Member](c, op)
	if err != nil {
		return 0, nil, err
	}
	return sealed(member.Distribute(op.Text(2), op.Flag(3)))
}

func (c *connection) exportIdentity(op Fields) (uint64, []byte, error) {
	exports, err := able[Exporter](c, op)
	if err != nil {
		return 0, nil, err
	}
	identity, err := exports.ExportIdentity()
	return stateResult, AppendBytes(nil, 1, identity), err
}

func (c *connection) offers(o operation, op Fields) bool {
	claimed := map[string]bool{"": true}
	for _, name := range c.target.Profile().Capabilities {
		claimed[name] = true
	}
	for number, name := range o.fields {
		if op.IsSet(number) && !claimed[name] {
			return false
		}
	}
	return claimed[o.capability]
}

// run is one operation. A panic is a fault like any other: the harness hears of it, and asks on.
func (c *connection) run(o operation, body []byte) (number uint64, result []byte, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			fmt.Fprintf(os.Stderr, "panic: %v\n%s", cause, debug.Stack())
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	op, err := Parse(body)
	if err != nil {
		return 0, nil, err
	}
	if !c.offers(o, op) {
		return unsupportedResult, nil, nil
	}
	return o.run(c, op)
}

// answer gives the fields of Reply beside seq.
func (c *connection) answer(request Fields) []byte {
	for number := range request {
		o, ok := operations[number]
		if !ok {
			continue
		}
		result, body, err := c.run(o, request.Bytes(number))
		if err != nil {
			return c.failed(err)
		}
		return AppendBytes(nil, result, body)
	}
	return AppendBytes(nil, unsupportedResult, nil)
}

func (c *connection) failed(err error) []byte {
	detail := err.Error()
	if len(detail) > detailMax {
		detail = detail[:detailMax]
	}
	detail = strings.ToValidUTF8(detail, "?")
	var refusal *Refusal
	reason, isRefused := Unspecified, errors.As(err, &refusal)
	if isRefused {
		reason = refusal.Reason
	} else if reason, isRefused = c.target.Reason(err); !isRefused {
		return AppendBytes(nil, faultResult, AppendText(nil, 1, detail))
	}
	var out []byte
	if reason == UntrustedIdentity { // the person was told of the new key
		out = AppendNumber(out, 3, 1)
	}
	return AppendBytes(out, refusedResult, AppendText(AppendNumber(nil, 1, uint64(reason)), 2, detail))
}

// Serve is one connection, until the input ends.
func Serve(target Target, in io.Reader, out io.Writer) error {
	c := &connection{target, map[string]Party{}}
	defer c.closeParties()
	for {
		request, err := readFrame(in)
		if errors.Is(err, io.EOF) {
			return nil // the harness has gone
		}
		if err != nil {
			return fmt.Errorf("read a request: %w", err)
		}
		reply := append(AppendNumber(nil, 1, request.Number(1)), c.answer(request)...)
		frame := append(binary.BigEndian.AppendUint32(nil, uint32(len(reply))), reply...)
		if _, err := out.Write(frame); err != nil {
			return fmt.Errorf("write a reply: %w", err)
		}
	}
}

func readFrame(in io.Reader) (Fields, error) {
	var size [4]byte
	if _, err := io.ReadFull(in, size[:]); err != nil {
		return nil, err
	}
	length := binary.BigEndian.Uint32(size[:])
	if length > frameMax {
		return nil, fmt.Errorf("a frame of %d bytes is longer than 2 MiB", length)
	}
	frame := make([]byte, length)
	if _, err := io.ReadFull(in, frame); err != nil {
		return nil, err
	}
	return Parse(frame)
}
