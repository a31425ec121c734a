package extract

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A verdict is what was decided of a block.
type verdict struct {
	kept  bool
	stand bool   // it is a standfirst
	why   string // why it was cut; "" when it was only voted down
}

// kin looks at blocks that belong together once each was judged by itself: the
// sub-heads of one kind, the items of one list, and a heading with what it heads.
// What was cut for a reason of its own stays cut.
func kin(s *survey, fs []features, vs []verdict) {
	first, last := -1, -1
	for i := range vs {
		if vs[i].kept {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return
	}
	subHeads(s.blocks, fs, vs, first, last)
	wholeLists(s.blocks, fs, vs, first, last)
	emptyBoxes(s.blocks, vs, first)
}

// subHeads keeps the headings inside the text that are of the same kind as most of
// those that were kept.
func subHeads(blocks []block, fs []features, vs []verdict, first, last int) {
	kept, all := map[kindOf]int{}, map[kindOf]int{}
	for i := first; i <= last; i++ {
		if fs[i][fHeading] == 1 {
			k := kind(blocks[i].node)
			all[k]++
			if vs[i].kept {
				kept[k]++
			}
		}
	}
	for i := first; i <= last; i++ {
		if vs[i].kept || vs[i].stand || vs[i].why != "" || fs[i][fHeading] == 0 || !plain(&blocks[i], &fs[i]) {
			continue
		}
		if k := kind(blocks[i].node); kept[k] > 1 && kept[k]*2 >= all[k] {
			vs[i].kept = true
		}
	}
}

// wholeLists keeps the items of a list inside the text of which a good part was
// kept: a reader would miss the others.
func wholeLists(blocks []block, fs []features, vs []verdict, first, last int) {
	type list struct{ kept, all int }
	lists := map[*html.Node]*list{}
	of := func(i int) *html.Node {
		n := blocks[i].node
		if n.DataAtom != atom.Li || n.Parent == nil {
			return nil
		}
		return n.Parent
	}
	for i := first; i <= last; i++ {
		if n := of(i); n != nil {
			if lists[n] == nil {
				lists[n] = &list{}
			}
			sz := blocks[i].size()
			lists[n].all += sz
			if vs[i].kept {
				lists[n].kept += sz
			}
		}
	}
	for i := first; i <= last; i++ {
		n := of(i)
		if n == nil || vs[i].kept || vs[i].stand || vs[i].why != "" || !plain(&blocks[i], &fs[i]) {
			continue
		}
		if l := lists[n]; l.kept*listPart >= l.all {
			vs[i].kept = true
		}
	}
}

// listPart is the part of a list, as one in so many, that must have been kept for
// the rest to be.
const listPart = 3

// plain reports whether nothing but the vote speaks against a block.
func plain(b *block, f *features) bool {
	return b.key != "" && f[fLinked] < 0.5 && f[fNoise]+f[fBad]+f[fChrome]+f[fFigure]+f[fCaption]+f[fByline]+f[fEmbed]+f[fAuthor]+f[fTitle]+f[fHidden] == 0 && !onlyDate(b.text)
}

// emptyBoxes cuts the heading of a box of which nothing else was kept, behind the
// first paragraph: before it, headings are standfirsts.
func emptyBoxes(blocks []block, vs []verdict, first int) {
	begun := false
	for i := first; i < len(blocks); i++ {
		if !vs[i].kept || blocks[i].marks&inHeading == 0 {
			begun = begun || vs[i].kept
			continue
		}
		if !begun {
			continue
		}
		box, lost, kept := blocks[i].node.Parent, 0, 0
		for j := i + 1; j < len(blocks) && insideOf(blocks[j].node, box); j++ {
			if blocks[j].marks&inHeading != 0 {
				break
			}
			if vs[j].kept {
				kept++
				break
			}
			lost += size(blocks[j].text)
		}
		if kept == 0 && lost > lostBox {
			vs[i] = verdict{why: "heads what was cut"}
		}
	}
}

// lostBox is how much of what a heading heads must have been cut for the heading to
// go too.
const lostBox = 100

func insideOf(n, box *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == box {
			return true
		}
	}
	return false
}
