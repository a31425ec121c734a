package stories

import (
	"encoding/binary"
	"fmt"

	"edict/news"
)

// encoding is the first byte of stored features. Others are not read: whoever meets
// them reads the record again.
const encoding = 1

const (
	flagHan byte = 1 << iota
	flagFollows
	flagSerial
	flagLifts
	flagHedged
)

// lists are the lists of features in the order in which they are stored.
func (f *Features) lists() []*[]Item {
	return []*[]Item{&f.Tags, &f.Stages, &f.Places, &f.Numbers, &f.Names, &f.Concepts, &f.Title, &f.Words}
}

// Encode returns features as bytes to be stored, some hundred.
func (f *Features) Encode() []byte {
	flags := byte(0)
	for flag, on := range map[byte]bool{flagHan: f.Han, flagFollows: f.Follows, flagSerial: f.Serial, flagLifts: f.Lifts, flagHedged: f.Hedged} {
		if on {
			flags |= flag
		}
	}
	out := append(make([]byte, 0, 640), encoding, flags)
	out = binary.AppendVarint(out, f.Time)
	out = binary.AppendUvarint(out, uint64(f.Shingles))
	for _, v := range f.Sketch {
		out = binary.BigEndian.AppendUint16(out, v)
	}
	for _, list := range f.lists() {
		out = append(out, byte(len(*list)))
		for _, i := range *list {
			out = binary.BigEndian.AppendUint32(out, uint32(i))
		}
	}
	return out
}

// Decode reads what Encode returned. Anything else is ErrInvalid.
func Decode(data []byte) (Features, error) {
	var f Features
	wrong := fmt.Errorf("features of %d bytes cannot be read: %w", len(data), news.ErrInvalid)
	if len(data) < 2 || data[0] != encoding {
		return f, wrong
	}
	f.Han, f.Follows, f.Serial = data[1]&flagHan != 0, data[1]&flagFollows != 0, data[1]&flagSerial != 0
	f.Lifts, f.Hedged = data[1]&flagLifts != 0, data[1]&flagHedged != 0
	data = data[2:]
	at, n := binary.Varint(data)
	if n <= 0 {
		return f, wrong
	}
	shingles, m := binary.Uvarint(data[n:])
	if m <= 0 || len(data) < n+m+2*bins {
		return f, wrong
	}
	f.Time, f.Shingles, data = at, uint32(shingles), data[n+m:]
	for i := range f.Sketch {
		f.Sketch[i] = binary.BigEndian.Uint16(data[2*i:])
	}
	data = data[2*bins:]
	for _, list := range f.lists() {
		if len(data) == 0 || len(data) < 1+4*int(data[0]) {
			return f, wrong
		}
		n := int(data[0])
		for i := range n {
			*list = append(*list, Item(binary.BigEndian.Uint32(data[1+4*i:])))
		}
		data = data[1+4*n:]
	}
	if len(data) != 0 {
		return f, wrong
	}
	return f, nil
}
