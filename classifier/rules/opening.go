package rules

// titled reports whether the title holds what p asks of it.
func (s *Set) titled(d *document, p *pattern) bool {
	for i := range d.sentences {
		if d.sentences[i].zone != titleZone {
			return false
		}
		s.build(d, &d.sentences[i])
		if d.sentences[i].hasAny(p.title) {
			return true
		}
	}
	return false
}

// opens reports whether set stands where the story begins, and in what words.
func (s *Set) opens(d *document, set symbol) (string, bool) {
	for i := range d.sentences {
		sen := &d.sentences[i]
		if sen.zone > leadZone {
			break
		}
		if d.row(s, i)[set]>>(i%64)&1 == 0 && set != questionSymbol && set != stopSymbol {
			continue // the sieve knows all but signs
		}
		s.build(d, sen)
		if at := sen.first[set]; at > 0 {
			return sen.text[sen.found[at-1].start:sen.found[at-1].end], true
		}
	}
	return "", false
}
