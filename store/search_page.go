package store

import "encoding/binary"

// A pagePacker makes pages of entries that come sorted by their keys.
type pagePacker struct {
	segment int64
	stream  stream
	limit   int // how large a page grows
	emit    func(row []any) error

	first, last string
	body        []byte
}

func (p *pagePacker) add(key string, body []byte) error {
	if len(p.body) > 0 && len(p.body)+len(body) > p.limit {
		if err := p.flush(); err != nil {
			return err
		}
	}
	if len(p.body) == 0 {
		p.first, p.last = key, ""
	}
	shared := 0
	for shared < len(key) && shared < len(p.last) && key[shared] == p.last[shared] {
		shared++
	}
	p.body = binary.AppendUvarint(p.body, uint64(shared)) //nolint:gosec // a length
	p.body = binary.AppendUvarint(p.body, uint64(len(key)-shared))
	p.body = append(p.body, key[shared:]...)
	p.body = binary.AppendUvarint(p.body, uint64(len(body)))
	p.body = append(p.body, body...)
	p.last = key
	return nil
}

func (p *pagePacker) flush() error {
	if len(p.body) == 0 {
		return nil
	}
	row := []any{p.segment, int64(p.stream), p.first, p.body}
	p.body = nil
	return p.emit(row)
}

// eachEntry calls f for the entries of a page until it says stop. key is only good
// until f returns.
func eachEntry(page []byte, f func(key, body []byte) (stop bool)) error {
	var key []byte
	for len(page) > 0 {
		shared, rest, ok := number(page)
		if !ok || shared > uint64(len(key)) {
			return errPacked
		}
		tail, rest, ok := lengthed(rest)
		if !ok {
			return errPacked
		}
		body, rest, ok := lengthed(rest)
		if !ok {
			return errPacked
		}
		key = append(key[:shared], tail...)
		if f(key, body) {
			return nil
		}
		page = rest
	}
	return nil
}

// appendLengthed packs bytes with their length before them.
func appendLengthed(out, b []byte) []byte {
	return append(binary.AppendUvarint(out, uint64(len(b))), b...)
}

// lengthed cuts bytes with their length before them from the front of b.
func lengthed(b []byte) (body, rest []byte, ok bool) {
	n, rest, ok := number(b)
	if !ok || n > uint64(len(rest)) {
		return nil, nil, false
	}
	return rest[:n], rest[n:], true
}

// entry returns what a page says under key, nil if nothing.
func entry(page []byte, key string) (found []byte, err error) {
	err = eachEntry(page, func(k, body []byte) bool {
		if string(k) == key {
			found = body
		}
		return string(k) >= key
	})
	return found, err
}

// A doc is an article as a segment knows it.
type doc struct {
	number   int64
	position int64
	lead     uint32 // where its summary, or its first paragraph, ends
}

// packChunk packs what is known of some articles of a segment, newest first.
func packChunk(docs []doc) []byte {
	var out []byte
	var position, number int64
	for i, d := range docs {
		if i == 0 {
			out = binary.AppendVarint(out, d.position)
		} else {
			out = binary.AppendUvarint(out, uint64(position-d.position)) //nolint:gosec // they descend
		}
		out = binary.AppendVarint(out, d.number-number)
		out = binary.AppendUvarint(out, uint64(d.lead))
		position, number = d.position, d.number
	}
	return out
}

func unpackChunk(b []byte) ([]doc, error) {
	out := make([]doc, 0, chunkDocs)
	var d doc
	for len(b) > 0 {
		if len(out) == 0 {
			n, size := binary.Varint(b)
			if size <= 0 {
				return nil, errPacked
			}
			d.position, b = n, b[size:]
		} else {
			n, rest, ok := number(b)
			if !ok {
				return nil, errPacked
			}
			d.position, b = d.position-int64(n), rest //nolint:gosec // as packed
		}
		n, size := binary.Varint(b)
		if size <= 0 {
			return nil, errPacked
		}
		d.number += n
		lead, rest, ok := number(b[size:])
		if !ok {
			return nil, errPacked
		}
		d.lead, b = uint32(lead), rest //nolint:gosec // as packed
		out = append(out, d)
	}
	return out, nil
}
