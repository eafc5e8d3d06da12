// SPDX-License-Identifier: 0BSD

// Command adapter stands between assay and libsignal-protocol-c, which speaks Signal v3. It passes assay doctor as it is. Where your
// implementation comes in is marked ">>> YOURS".
package main

// #include <signal_protocol.h>
import "C"

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"log"
	"os"
	"strings"

	"example.org/adapter/serving"
)

// >>> YOURS: the name and version of your implementation, and what of the contract it has; docs/adapter.md of assay says what each
// name promises. The methods of a capability that is not claimed need not be there.
var profile = serving.Profile{
	Name:     "libsignal-protocol-c",
	Version:  "2.3.3",
	Protocol: "signal-v3",
	Capabilities: []string{"seed", "import-keys", "without-one-time-prekey", "rotate-signed-prekey", "snapshot", "fingerprint",
		"forget-session", "accept-identity", "sender-keys", "export-identity"},
}

// >>> YOURS: the codes by which your implementation refuses, one by one. All others are faults: a catch-all here would take a bug for
// a refusal, and the report would be worth nothing (docs/adapter.md, "Three ways to say no").
var reasons = map[int]serving.Reason{
	C.SG_ERR_INVAL:              serving.Malformed,
	C.SG_ERR_INVALID_PROTO_BUF:  serving.Malformed,
	C.SG_ERR_DUPLICATE_MESSAGE:  serving.Duplicate,
	C.SG_ERR_INVALID_KEY:        serving.InvalidKey,
	C.SG_ERR_INVALID_KEY_ID:     serving.UnknownPrekey,
	C.SG_ERR_INVALID_MAC:        serving.Authentication,
	C.SG_ERR_INVALID_MESSAGE:    serving.Unspecified,
	C.SG_ERR_INVALID_VERSION:    serving.Version,
	C.SG_ERR_LEGACY_MESSAGE:     serving.Version,
	C.SG_ERR_NO_SESSION:         serving.NoSession,
	C.SG_ERR_UNTRUSTED_IDENTITY: serving.UntrustedIdentity,
	badPadding:                  serving.Padding,
}

// SG_ERR_INVALID_MESSAGE stands for several reasons; the first known line of the library's log says which: of several sessions tried,
// that is the current one's.
var reasonsByLog = []struct {
	begins string
	reason serving.Reason
}{
	{"Incomplete message", serving.Malformed},
	{"Unknown version", serving.Version},
	{"Message version", serving.Version},
	{"Bad MAC", serving.Authentication},
	{"MAC length mismatch", serving.Authentication},
	{"Invalid signature!", serving.Authentication},
	{"Signature failed!", serving.Authentication},
	{"No keys for", serving.NoSession},
	{"Over 2000 messages into the future", serving.TooFar},
}

type target struct{ library *library }

func (t *target) Profile() serving.Profile { return profile }

func (t *target) Reset(seed []byte) error {
	if len(seed) > 0 {
		t.library.random = &stream{seed: seed}
	} else {
		t.library.random = rand.Reader
	}
	return nil
}

func (t *target) Create(self serving.Address, options serving.Options) (serving.Party, error) {
	p, err := newParty(t.library, newKept(self))
	if err != nil {
		return nil, err
	}
	if err := p.atOnce(func() error { return p.makeKeys(options) }); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

func (t *target) Restore(state []byte) (serving.Party, error) {
	k := newKept(serving.Address{})
	if err := json.Unmarshal(state, &k); err != nil {
		return nil, serving.Refuse(serving.Malformed, "not a state this adapter saved: %w", err)
	}
	if k.Self.Name == "" {
		return nil, serving.Refuse(serving.Malformed, "a state of nobody")
	}
	return newParty(t.library, k)
}

func (t *target) Reason(err error) (serving.Reason, bool) {
	var failed *libraryError
	if !errors.As(err, &failed) {
		return serving.Unspecified, false
	}
	if failed.code == C.SG_ERR_INVALID_MESSAGE {
		for _, line := range failed.log {
			for _, known := range reasonsByLog {
				if strings.HasPrefix(line, known.begins) {
					return known.reason, true
				}
			}
		}
	}
	reason, ok := reasons[failed.code]
	return reason, ok
}

func main() {
	frames := os.Stdout
	os.Stdout = os.Stderr // what an implementation prints is no frame
	shared, err := newLibrary()
	if err != nil {
		log.Fatalf("libsignal-protocol-c: %v", err)
	}
	if err := serving.Serve(&target{shared}, os.Stdin, frames); err != nil {
		log.Fatal(err)
	}
}
