package stories

import (
	"encoding/binary"
	"fmt"

	"edict/news"
)

// encoding is the first byte of encoded features, and another one as soon as a Reader
// makes others of the same record. Features with another byte are not read: whoever
// meets them reads the record again.
const encoding = 2

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

// Encoded makes the features of a record, as they go with it and are stored.
func (r *Reader) Encoded(rec news.Record) []byte {
	f := r.Read(rec)
	return f.Encode()
}

// Carried returns the features that a record came with. known is false if it came with
// none, or with those of another program or another record: then it must be read.
func Carried(rec news.Record) (f Features, known bool) {
	if len(rec.Features) == 0 {
		return f, false
	}
	f, err := Decode(rec.Features)
	return f, err == nil && f.Time == rec.Position().Time.UnixMicro()
}

// Encode returns features as bytes to be stored, some hundred.
func (f *Features) Encode() []byte {
	flags := byte(0)
	for i, on := range []bool{f.Han, f.Follows, f.Serial, f.Lifts, f.Hedged} {
		if on {
			flags |= flagHan << i
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
		if n > 0 {
			*list = make([]Item, n)
		}
		for i := range *list {
			(*list)[i] = Item(binary.BigEndian.Uint32(data[1+4*i:]))
		}
		data = data[1+4*n:]
	}
	if len(data) != 0 {
		return f, wrong
	}
	return f, nil
}
