package match_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"edict/classifier/match"
)

func TestSentences(t *testing.T) {
	for _, in := range []string{
		"One.| Two!| Three?| Four",
		"The U.S. Senate voted.| It passed in the U.S.| The bill goes on.",
		"Mr. Smith met Sen. Lummis and Dr. J. P. Morgan on No. 5 street.| No.| They left.",
		"Prices rose 3.5 percent to $1.2 million.| Inc. magazine said so.",
		"Riot Blockchain Inc. said so.| Bitmain Technologies Ltd.| The firm left.",
		`"We ban it."| He left, "too," he said.| "Yes," said he.`,
		"“We ban it.”| He left.| (All of them.)| Then more.",
		"It ended at 5 p.m. Monday.| It ended at 5 p.m.| The rest followed.",
		"George W. Bush and plan B.| However, it held.",
		"See crypto.com for more.| Done",
		"Why?! he asked.| Because... they could.| Wait…| Then go.",
		"关停矿场。|四川断电！|谁在挖矿？|不得新增；|有序退出……|完",
		"他说：“不得挖矿。”|随后离开。",
		"“不得挖矿。”国家发改委发言人表示。|完",
		"「關停礦場。」官員說。|「好。」|完",
		"MASSENA, N.Y. — The plant is idle.| It was closed.",
		"《谁动了我的奶酪？》是一本书。|对",
		"价格为3.5万元。|见No.5。",
		"禁止挖矿!|他说.|完",
		"First line.\n|Second line without end\n|\n|Third.",
		"On Jan. 5 the ban began, i.e. in winter.| Art. 12 applies.",
	} {
		parts := strings.Split(in, "|")
		text := strings.Join(parts, "")
		var want, got []string
		for _, p := range parts {
			if p = strings.TrimSpace(p); p != "" {
				want = append(want, p)
			}
		}
		for _, s := range match.Sentences(text) {
			got = append(got, text[s.Start:s.End])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestParagraphs(t *testing.T) {
	text := "\n  One. Two.  \n\n\t\n三。\nlast"
	var got []string
	for _, s := range match.Paragraphs(text) {
		got = append(got, text[s.Start:s.End])
	}
	if want := []string{"One. Two.", "三。", "last"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSentencesOfAnyText(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		checkSentences(t, drawText(40).Draw(rt, "text"))
	})
}

func BenchmarkSentences(b *testing.B) {
	c := newCorpus(16, 10)
	i := 0
	for b.Loop() {
		match.Sentences(c.texts[i%len(c.texts)])
		i++
	}
}
