package extract

import (
	"net/url"
	"testing"
)

// TestSubheadsOfOneKind: a sub-head that the vote let go is kept where the others of
// its kind are; one of another kind, of links, or cut for a reason is not.
func TestSubheadsOfOneKind(t *testing.T) {
	root, err := parse(`<div><p>First.</p><h2 class="part">Nought</h2><p>z.</p><h2 class="part">One</h2><p>a.</p><h2 class="part">Two</h2><p>b.</p><h2 class="part">Three</h2><p>c.</p>` +
		`<h2 class="part"><a href="/">Four</a></h2><h3 class="other">Five</h3><h2 class="part">Six</h2><p>d.</p></div><h2 class="part">Behind</h2>`)
	if err != nil {
		t.Fatal(err)
	}
	s := newSurvey(root, &url.URL{})
	fs, vs := make([]features, len(s.blocks)), make([]verdict, len(s.blocks))
	for i := range s.blocks {
		b := &s.blocks[i]
		fs[i][fHeading], fs[i][fLinked] = is(b.marks&inHeading != 0), b.linked()
		switch b.text {
		case "Three", "Four", "Five", "Behind":
		case "Six":
			vs[i].why = "stands twice"
		default:
			vs[i].kept = true
		}
	}
	kin(s, fs, vs)
	want := map[string]bool{"Three": true, "Four": false, "Five": false, "Six": false, "Behind": false}
	for i := range s.blocks {
		if kept, named := want[s.blocks[i].text]; named && vs[i].kept != kept {
			t.Errorf("%q is kept: %t", s.blocks[i].text, vs[i].kept)
		}
	}
}

// TestPlacesAreNoLinks: a heading that links lead to is no link itself.
func TestPlacesAreNoLinks(t *testing.T) {
	root, err := parse(`<h3><a name="part">What the order says</a></h3><h3><a href="/more">More</a></h3>`)
	if err != nil {
		t.Fatal(err)
	}
	for _, blocks := range [][]block{newSurvey(root, &url.URL{}).blocks, blocksOf(root)} {
		if len(blocks) != 2 || blocks[0].linked() != 0 || blocks[0].marks&inLink != 0 || blocks[1].linked() != 1 {
			t.Errorf("%+v", blocks)
		}
	}
}
