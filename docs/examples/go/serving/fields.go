// SPDX-License-Identifier: 0BSD

package serving

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Fields are a protobuf message, read: each field by its number, as often as it came.
type Fields map[uint64][]value

type value struct {
	number uint64 // of a varint
	bytes  []byte // of all others
}

var errShort = errors.New("the message ends within a field")

// Parse reads a protobuf message.
func Parse(data []byte) (Fields, error) {
	fields := Fields{}
	for len(data) > 0 {
		key, rest, err := takeVarint(data)
		if err != nil {
			return nil, err
		}
		var v value
		switch key & 7 {
		case 0:
			v.number, data, err = takeVarint(rest)
		case 1:
			v.bytes, data, err = take(rest, 8)
		case 2:
			var size uint64
			if size, rest, err = takeVarint(rest); err == nil {
				v.bytes, data, err = take(rest, size)
			}
		case 5:
			v.bytes, data, err = take(rest, 4)
		default:
			err = fmt.Errorf("a field of unknown form %d", key&7)
		}
		if err != nil {
			return nil, err
		}
		fields[key>>3] = append(fields[key>>3], v)
	}
	return fields, nil
}

func take(data []byte, size uint64) (taken, rest []byte, err error) {
	if size > uint64(len(data)) {
		return nil, nil, errShort
	}
	return data[:size], data[size:], nil
}

func takeVarint(data []byte) (n uint64, rest []byte, err error) {
	n, size := binary.Uvarint(data)
	if size == 0 {
		return 0, nil, errShort
	}
	if size < 0 {
		return 0, nil, errors.New("a number is too long")
	}
	return n, data[size:], nil
}

// last is the one that counts of a field that is there more than once; of one that is not there it is empty.
func (f Fields) last(field uint64) value {
	all := f[field]
	if len(all) == 0 {
		return value{}
	}
	return all[len(all)-1]
}

// Has says whether there is such a field.
func (f Fields) Has(field uint64) bool { return len(f[field]) > 0 }

// IsSet says whether there is one that is not 0, false or empty.
func (f Fields) IsSet(field uint64) bool {
	v := f.last(field)
	return v.number != 0 || len(v.bytes) > 0
}

// Bytes of a field; nil when it is not there.
func (f Fields) Bytes(field uint64) []byte { return f.last(field).bytes }

// Text of a field; empty when it is not there.
func (f Fields) Text(field uint64) string { return string(f.Bytes(field)) }

// Number in a field; 0 when it is not there.
func (f Fields) Number(field uint64) uint64 { return f.last(field).number }

// Flag in a field; false when it is not there.
func (f Fields) Flag(field uint64) bool { return f.Number(field) != 0 }

// AppendNumber writes a field that is a number.
func AppendNumber(out []byte, field, n uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(out, field<<3), n)
}

// AppendBytes writes a field that is bytes, or a message.
func AppendBytes(out []byte, field uint64, data []byte) []byte {
	out = binary.AppendUvarint(out, field<<3|2)
	return append(binary.AppendUvarint(out, uint64(len(data))), data...)
}

// AppendText writes a field that is text.
func AppendText(out []byte, field uint64, text string) []byte {
	return AppendBytes(out, field, []byte(text))
}

// pair is a Bundle or a Message.
func pair(kind uint64, body []byte) []byte { return AppendBytes(AppendNumber(nil, 1, kind), 2, body) }

func addressIn(op Fields, field uint64) (Address, error) {
	inner, err := Parse(op.Bytes(field))
	return Address{inner.Text(1), uint32(inner.Number(2))}, err
}

func keysIn(op Fields, field uint64) (*Keys, error) {
	inner, err := Parse(op.Bytes(field))
	if err != nil {
		return nil, err
	}
	keys := &Keys{IdentityPrivate: inner.Bytes(1), IdentityPublic: inner.Bytes(2), RegistrationID: uint32(inner.Number(3))}
	if keys.SignedPrekeys, err = prekeysIn(inner, 4); err != nil {
		return nil, err
	}
	keys.OneTimePrekeys, err = prekeysIn(inner, 5)
	return keys, err
}

func prekeysIn(keys Fields, field uint64) ([]Prekey, error) {
	var all []Prekey
	for _, v := range keys[field] {
		inner, err := Parse(v.bytes)
		if err != nil {
			return nil, err
		}
		all = append(all, Prekey{uint32(inner.Number(1)), inner.Bytes(2), inner.Bytes(3), inner.Bytes(4)})
	}
	return all, nil
}
