package places_test

import (
	"fmt"
	"strings"
	"testing"

	"edict/classifier/match"
	"edict/classifier/places"
	"edict/news"
)

func newGazetteer(t testing.TB) (*places.Gazetteer, *match.Matcher) {
	t.Helper()
	g, err := places.Default()
	if err != nil {
		t.Fatal(err)
	}
	m, err := match.Compile(g.Phrases())
	if err != nil {
		t.Fatal(err)
	}
	return g, m
}

// named lists mentions as "code kind name".
func named(g *places.Gazetteer, m *match.Matcher, text string) string {
	var out []string
	for _, x := range g.Mentions(text, m.Append(nil, text)) {
		out = append(out, fmt.Sprintf("%s %s %s", x.Code, x.Kind, x.Name))
	}
	return strings.Join(out, " | ")
}

func TestMentions(t *testing.T) {
	g, m := newGazetteer(t)
	for _, c := range []struct{ text, want string }{
		{"New Mexico is not Mexico", "US-NM division New Mexico | MX country Mexico"},
		{"Inner Mongolia, not Mongolia; 内蒙古叫停挖矿", "CN-NM division Inner Mongolia | MN country Mongolia | CN-NM division 内蒙古"},
		{"四川省和新疆、香港", "CN-SC division 四川省 | CN-XJ division 新疆 | HK division 香港"},
		{"Guinea-Bissau and South Korea", "GW country Guinea-Bissau | KR country South Korea"},
		{"let us go, US; turkey", "US country US"},
	} {
		if got := named(g, m, c.text); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestCodes(t *testing.T) {
	g, _ := newGazetteer(t)
	if n := len(g.Divisions("CN")); n != 34 {
		t.Errorf("China has %d divisions, want 34", n)
	}
	if !g.Known("CN-JX") || g.Known("CN-QQ") || !g.Known("XK") || g.Known("ZZ") {
		t.Error("Known is wrong")
	}
	for code, want := range map[news.Jurisdiction]news.Jurisdiction{"CN-JX": "CN", "CN": "", "HK": "", "US-NY": "US"} {
		if got := g.Parent(code); got != want {
			t.Errorf("Parent(%s) = %q, want %q", code, got, want)
		}
	}
	if got := g.Name("QQ-QQ", "en"); got != "QQ-QQ" {
		t.Errorf("Name of an unknown code = %q", got)
	}
}
