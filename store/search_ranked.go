package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"math"
	"slices"
)

const (
	// firstDocs is in segments with how many articles a search looks first.
	firstDocs = 8192
	// rankedDocs is that by relevance: a word that stands in every third is found there
	// as often as matches are put in order.
	rankedDocs = 32_768
)

// newest returns the newest n articles that are found, and whether there are older ones.
func (w *walk) newest(ctx context.Context, n int) (list []portion, older bool, err error) {
	var open []*asked
	for {
		// Older than this nothing is sure.
		next, unread := int64(math.MinInt64), int64(math.MinInt64)
		list = list[:0]
		for _, s := range open {
			list = append(list, portion{s, s.left})
			if len(s.maybe) > 0 {
				unread = max(unread, s.newest[s.maybe[0]/chunkDocs])
			}
		}
		if len(w.unasked) > 0 {
			next = w.unasked[0].newest[0]
		}
		sure := 0
		for _, g := range groups(list) {
			if g.until >= max(next, unread) {
				sure += g.size
			}
		}
		switch {
		case sure > n || next == math.MinInt64 && unread == math.MinInt64:
			total := 0
			for _, p := range list {
				total += len(p.docs)
			}
			list, err = w.newestOf(ctx, list, n)
			return list, total > n, err
		case unread >= next:
			err = w.moreRows(ctx, open)
		default:
			var some []*asked
			some, err = w.askMore(ctx, taggedMark)
			open = append(open, some...)
		}
		if err != nil {
			return nil, false, err
		}
	}
}

// A presence is where a term stands in an article.
type presence struct {
	body    uint32 // how often behind the title
	lead    bool   // in the summary, or the first paragraph where there is none
	inTitle bool
	title   []uint32 // where in the title; only told where there are several terms
}

// candidates tells of articles where the words of the query stand in them.
func (w *walk) candidates(ctx context.Context, list []portion) ([]candidate, error) {
	terms := wanted(w.terms)
	total := 0
	for _, p := range list {
		total += len(p.docs)
	}
	out, stands := make([]candidate, total), make([]presence, total*len(terms))
	leads, err := w.leads(ctx, list)
	if err != nil {
		return nil, err
	}
	from := 0
	for n, p := range list {
		here := out[from : from+len(p.docs)]
		for i, d := range p.docs {
			here[i] = candidate{in: n, doc: d, stands: stands[:len(terms):len(terms)]}
			stands = stands[len(terms):]
		}
		for _, d := range both(p.docs, p.words[taggedMark].docs) {
			i, _ := slices.BinarySearch(p.docs, d)
			here[i].tagged = true
		}
		n := 0
		for i, t := range w.terms {
			l := p.list(t)
			switch {
			case t.not:
				continue
			case l == nil:
				if p.runs[i] != nil {
					p.runs[i].stand(p.docs, leads[p.asked], func(i int, s presence) { here[i].stands[n] = s })
				}
			default:
				err = l.eachHead(p.docs, func(i int, h head) (err error) {
					s := presence{body: h.body, lead: h.lead, inTitle: h.title != nil}
					if len(terms) > 1 {
						s.title, err = h.titles()
					}
					here[i].stands[n] = s
					return err
				})
			}
			if err != nil {
				return nil, err
			}
			n++
		}
		from += len(p.docs)
	}
	return out, nil
}

// stand calls f with where the phrase stands in each of docs, of which leads tells how
// many words their beginnings have.
func (r *runs) stand(docs []uint32, leads []byte, f func(i int, s presence)) {
	n := 0
	for i, d := range docs {
		for n < len(r.docs) && r.docs[n] < d {
			n++
		}
		if n == len(r.docs) || r.docs[n] != d {
			continue
		}
		starts := r.of(n)
		titles, _ := slices.BinarySearch(starts, bodyAt)
		s := presence{body: uint32(len(starts) - titles), inTitle: titles > 0, title: starts[:titles]} //nolint:gosec // a text has fewer
		if titles < len(starts) {
			s.lead = starts[titles]-bodyAt < uint32(binary.LittleEndian.Uint16(leads[2*d:]))
		}
		f(i, s)
	}
}

// leads reads how many words the beginnings of articles have, where phrases need it.
func (w *walk) leads(ctx context.Context, list []portion) (map[*asked][]byte, error) {
	out := map[*asked][]byte{}
	var asks []pageAsk
	var of []*asked
	for _, p := range list {
		if len(p.docs) > 0 && len(p.runs) > 0 {
			asks, of = append(asks, pageAsk{p.id, ""}), append(of, p.asked)
		}
	}
	if len(asks) == 0 {
		return out, nil
	}
	err := w.tx.dialect.nearPages(ctx, w.tx, leadStream, asks, func(n int, page []byte) error {
		out[of[n]] = slices.Clone(page)
		return nil
	})
	for _, s := range of {
		if err == nil && len(out[s]) != 2*s.segment.docs {
			err = errPacked
		}
	}
	return out, err
}

// top returns the first n of scored articles, which are those of list, in order.
func (w *walk) top(ctx context.Context, list []portion, scored []candidate, n int) ([]hit, error) {
	keys := make([]int, len(scored))
	for i, c := range scored {
		keys[i] = c.key()
	}
	slices.Sort(keys)
	least := keys[max(0, len(keys)-n):][:min(1, len(keys))]
	// Of those that are equal to the last one the newest are taken.
	better, equal := make([]portion, len(list)), make([]portion, len(list))
	byDoc := make([]map[uint32]int, len(list))
	missing := n
	for i, p := range list {
		better[i].asked, equal[i].asked, byDoc[i] = p.asked, p.asked, map[uint32]int{}
	}
	for _, c := range scored {
		switch {
		case c.key() > least[0]:
			better[c.in].docs = append(better[c.in].docs, c.doc)
			missing--
		case c.key() == least[0]:
			equal[c.in].docs = append(equal[c.in].docs, c.doc)
		default:
			continue
		}
		byDoc[c.in][c.doc] = c.key()
	}
	equal, err := w.newestOf(ctx, equal, missing)
	if err != nil {
		return nil, err
	}
	all := append(better, equal...)
	if err := w.describe(ctx, all); err != nil {
		return nil, err
	}
	type keyed struct {
		hit
		key int
	}
	var out []keyed
	for i, p := range all {
		for _, d := range p.docs {
			out = append(out, keyed{hit{p.doc(d), p.asked, d}, byDoc[i%len(list)][d]})
		}
	}
	slices.SortFunc(out, func(a, b keyed) int { return cmp.Or(cmp.Compare(b.key, a.key), byNewest(a.doc, b.doc)) })
	hits := make([]hit, len(out))
	for i, k := range out {
		hits[i] = k.hit
	}
	return hits, nil
}
