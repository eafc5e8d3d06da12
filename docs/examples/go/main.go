// SPDX-License-Identifier: 0BSD

// An adapter for assay: the contract (proto/target.proto) with as much protobuf as it takes, one operation after another.
// toy.go says what the implementation does; this file need not change.
package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

const frameMax = 2 * 1024 * 1024

// Numbers of Request and Reply.
const (
	opHello           = 10
	opReset           = 11
	opPing            = 12
	opCreateParty     = 13
	opGetBundle       = 14
	opStartSession    = 15
	opSeal            = 16
	opOpen            = 17
	resultProfile     = 10
	resultDone        = 11
	resultBundleMade  = 12
	resultSealed      = 13
	resultOpened      = 14
	resultRefused     = 17
	resultUnsupported = 18
	resultFault       = 19
)

// Why the protocol code said no.
const (
	Malformed         = 1
	Version           = 2
	Authentication    = 3
	Duplicate         = 4
	TooFar            = 5
	InvalidKey        = 6
	PrekeySignature   = 7
	UnknownPrekey     = 8
	NoSession         = 9
	UntrustedIdentity = 10
	Padding           = 11
	Policy            = 12
)

// Kinds of bundles and messages.
const (
	BundleSignalV3 = 1
	BundleSignalV4 = 2
	MessagePrekey  = 1
	MessageSignal  = 2
	Opaque         = 15
)

// Refused is a decision of the protocol code. Any other error, and a panic, is a fault.
type Refused struct {
	Reason int
	Detail string
}

func (r Refused) Error() string { return r.Detail }

// Address is who somebody is to the protocol.
type Address struct {
	Name   string
	Device uint64
}

// Typed is a bundle or a message: a kind and bytes.
type Typed struct {
	Kind uint64
	Body []byte
}

// Party is one user of the implementation.
type Party interface {
	Publish(withoutOneTimePrekey, rotateSignedPrekey bool) (Typed, error)
	Start(peer Address, bundle Typed) error
	Seal(peer Address, plaintext []byte) (Typed, error)
	Open(from Address, message Typed) ([]byte, error)
}

// ---- protobuf

// A field that is not there is empty; of a repeated one the last is kept.
type value struct {
	number uint64
	bytes  []byte
}

type fields map[uint64]value

func parse(data []byte) (fields, error) {
	found := fields{}
	for len(data) > 0 {
		key, n := binary.Uvarint(data)
		if n <= 0 {
			return nil, errors.New("not a message of the contract")
		}
		data = data[n:]
		var v value
		size := uint64(0)
		switch key & 7 {
		case 0, 2:
			if v.number, n = binary.Uvarint(data); n <= 0 {
				return nil, errors.New("a number does not end")
			}
			data = data[n:]
			if key&7 == 2 {
				size = v.number
			}
		case 1:
			size = 8
		case 5:
			size = 4
		default:
			return nil, errors.New("a field of unknown form")
		}
		if size > uint64(len(data)) {
			return nil, errors.New("the message ends within a field")
		}
		v.bytes, data = data[:size], data[size:]
		found[key>>3] = v
	}
	return found, nil
}

func number(field int, n uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, uint64(field)<<3), n)
}

func bytesOf(field int, data []byte) []byte {
	out := binary.AppendUvarint(binary.AppendUvarint(nil, uint64(field)<<3|2), uint64(len(data)))
	return append(out, data...)
}

func text(field int, s string) []byte { return bytesOf(field, []byte(s)) }

func joined(parts ...[]byte) []byte {
	var out []byte
	for _, part := range parts {
		out = append(out, part...)
	}
	return out
}

func (f fields) address(number uint64) Address {
	inner, _ := parse(f[number].bytes)
	return Address{string(inner[1].bytes), inner[2].number}
}

func (f fields) typed(number uint64) Typed {
	inner, _ := parse(f[number].bytes)
	return Typed{inner[1].number, inner[2].bytes}
}

func (t Typed) encoded() []byte { return joined(number(1, t.Kind), bytesOf(2, t.Body)) }

// ---- operations

type connection struct {
	parties map[string]Party
}

func hello() []byte {
	out := joined(number(1, 1), text(2, implementation.name), text(3, implementation.version), text(4, implementation.protocol),
		text(5, "library"), text(6, "cipher"))
	for _, name := range implementation.capabilities {
		out = append(out, text(7, name)...)
	}
	return out
}

// The result's number and its bytes.
func (c *connection) do(operation uint64, op fields) (int, []byte, error) {
	handle := string(op[1].bytes)
	party := c.parties[handle]
	switch operation {
	case opHello:
		return resultProfile, hello(), nil
	case opReset:
		c.parties = map[string]Party{}
		return resultDone, nil, nil
	case opPing:
		return resultDone, nil, nil
	case opCreateParty:
		if party != nil {
			return 0, nil, errors.New("a party has this handle already")
		}
		made, err := NewParty(op.address(2))
		if err == nil {
			c.parties[handle] = made
		}
		return resultDone, nil, err
	}
	if party == nil {
		return 0, nil, errors.New("no party has this handle")
	}
	switch operation {
	case opGetBundle:
		bundle, err := party.Publish(op[2].number != 0, op[3].number != 0)
		return resultBundleMade, bytesOf(1, bundle.encoded()), err
	case opStartSession:
		return resultDone, nil, party.Start(op.address(2), op.typed(3))
	case opSeal:
		message, err := party.Seal(op.address(2), op[4].bytes)
		return resultSealed, bytesOf(1, message.encoded()), err
	default: // opOpen
		plaintext, err := party.Open(op.address(2), op.typed(4))
		return resultOpened, bytesOf(1, plaintext), err
	}
}

// Reply without its seq.
func (c *connection) answer(request fields) (reply []byte) {
	defer func() {
		if broken := recover(); broken != nil {
			reply = bytesOf(resultFault, text(1, fmt.Sprint(broken)))
		}
	}()
	for operation := uint64(opHello); operation <= opOpen; operation++ {
		v, isThere := request[operation]
		if !isThere {
			continue
		}
		op, err := parse(v.bytes)
		var result int
		var body []byte
		if err == nil {
			result, body, err = c.do(operation, op)
		}
		var refused Refused
		if errors.As(err, &refused) {
			return bytesOf(resultRefused, joined(number(1, uint64(refused.Reason)), text(2, refused.Detail)))
		}
		if err != nil {
			return bytesOf(resultFault, text(1, err.Error()))
		}
		return bytesOf(result, body)
	}
	return bytesOf(resultUnsupported, nil)
}

// ---- frames in, frames out

func serve(in io.Reader, out io.Writer) error {
	here := connection{parties: map[string]Party{}}
	for {
		var head [4]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return nil // the harness has gone
		}
		size := binary.BigEndian.Uint32(head[:])
		if size > frameMax {
			return errors.New("a frame is longer than 2 MiB")
		}
		frame := make([]byte, size)
		if _, err := io.ReadFull(in, frame); err != nil {
			return err
		}
		request, err := parse(frame)
		if err != nil {
			return err
		}
		reply := joined(number(1, request[1].number), here.answer(request))
		binary.BigEndian.PutUint32(head[:], uint32(len(reply)))
		if _, err := out.Write(append(head[:], reply...)); err != nil {
			return err
		}
	}
}

func main() {
	if err := serve(bufio.NewReader(os.Stdin), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "adapter:", err)
		os.Exit(1)
	}
}
