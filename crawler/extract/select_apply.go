package extract

import (
	"fmt"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"edict/news"
)

// removeSelected cuts what the source's own selectors name from the tree.
func removeSelected(root *html.Node, remove []string) error {
	for _, r := range remove {
		sel, err := cascadia.ParseGroup(r)
		if err != nil {
			return fmt.Errorf("selector %q: %w: %w", r, err, news.ErrInvalid)
		}
		for _, n := range cascadia.QueryAll(root, sel) {
			if n.Parent != nil {
				n.Parent.RemoveChild(n)
			}
		}
	}
	return nil
}

// bySelector takes the text from what the source's own selector names, and reports
// whether there is any. Lines of noise are cut all the same.
func (r *reading) bySelector(e *Explanation, s *survey) (bool, error) {
	if r.options.Select.Text == "" {
		return false, nil
	}
	sel, err := cascadia.ParseGroup(r.options.Select.Text)
	if err != nil {
		return false, fmt.Errorf("selector %q: %w: %w", r.options.Select.Text, err, news.ErrInvalid)
	}
	var kept []string
	taken := map[*html.Node]bool{}
	title := letters(e.Article.Title)
	for _, n := range cascadia.QueryAll(s.root, sel) {
		if insideAny(n, taken) {
			continue
		}
		taken[n] = true
		for _, b := range blocksOf(n) {
			why := noiseWhy(b.text)
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
