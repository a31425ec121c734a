package extract

import (
	"fmt"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"edict/news"
)

// CheckSelectors says which of a source's own selectors cannot be read. The error is
// news.ErrInvalid.
func CheckSelectors(s news.Selectors) error {
	for _, key := range []struct{ name, selector string }{{"select.text", s.Text}, {"select.links", s.Links}} {
		if key.selector != "" {
			if _, err := selector(key.name, key.selector); err != nil {
				return err
			}
		}
	}
	for _, r := range s.Remove {
		if _, err := selector("select.remove", r); err != nil {
			return err
		}
	}
	return nil
}

func selector(key, text string) (cascadia.SelectorGroup, error) {
	group, err := cascadia.ParseGroup(text)
	if err != nil {
		return nil, fmt.Errorf("%s %q is no CSS selector (%w); write it as in a style sheet, such as \"div.article > p\": %w", key, text, err, news.ErrInvalid)
	}
	return group, nil
}

// removeSelected cuts what the source's own selectors name from the tree.
func removeSelected(e *Explanation, root *html.Node, remove []string) error {
	for _, r := range remove {
		sel, err := selector("select.remove", r)
		if err != nil {
			return err
		}
		did := Selected{Key: "select.remove", Selector: r}
		for _, n := range cascadia.QueryAll(root, sel) {
			if n.Parent != nil {
				did.Elements++
				did.Bytes += len(squeeze(textOf(n)))
				n.Parent.RemoveChild(n)
			}
		}
		e.Selected = append(e.Selected, did)
	}
	return nil
}

// bySelector takes the text from what the source's own selector names, and reports
// whether there is any. Lines of noise are cut all the same.
func (r *reading) bySelector(e *Explanation, s *survey) (bool, error) {
	if r.options.Select.Text == "" {
		return false, nil
	}
	sel, err := selector("select.text", r.options.Select.Text)
	if err != nil {
		return false, err
	}
	did := Selected{Key: "select.text", Selector: r.options.Select.Text}
	defer func() { e.Selected = append(e.Selected, did) }()
	var kept []string
	taken := map[*html.Node]bool{}
	title := letters(e.Article.Title)
	for _, n := range cascadia.QueryAll(s.root, sel) {
		if insideAny(n, taken) {
			continue
		}
		taken[n] = true
		did.Elements++
		for _, b := range blocksOf(n) {
			why := b.noiseWhy()
			switch b.key {
			case "":
				why = "no letters"
			case title:
				why = "the title"
			}
			if why != "" {
				e.cut(b.text, why)
				continue
			}
			kept = append(kept, b.text)
		}
	}
	if len(kept) == 0 {
		e.Fields["text"] = "the source's selector found nothing"
		return false, nil
	}
	e.Winner = "selector"
	did.Bytes = len(strings.Join(kept, "\n"))
	r.setText(e, strings.Join(kept, "\n"), nil)
	e.Article.Quality = 1 // a person has said so
	return true, nil
}

// insideAny reports whether n is inside an element that was taken whole.
func insideAny(n *html.Node, taken map[*html.Node]bool) bool {
	for ; n != nil; n = n.Parent {
		if taken[n] {
			return true
		}
	}
	return false
}
