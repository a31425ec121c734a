package places_test

import (
	"strings"
	"testing"

	"edict/classifier/match"
	"edict/classifier/places"
)

// report is a text of about 3.3 KB that names places as news does.
var report = strings.Repeat(`Authorities in Sichuan ordered 26 mines to close on Friday, following similar steps in Inner Mongolia, Qinghai and Xinjiang. `+
	`Beijing wants miners gone by the end of the year, people familiar with the matter said, while local governments say little. `+
	`Some of the machines go to Kazakhstan, Texas or Georgia, where the National Bank of Georgia has no objection. `+
	`The SEC and the Fed did not comment. Power is cheap in the rainy season, and many small plants have no other customers than these. `+
	`四川省发改委与国家能源局要求甘孜州、阿坝州的电力公司停止向挖矿企业供电，央行此前已有表态。`+"\n", 5)

func BenchmarkMentions(b *testing.B) {
	g, m := newGazetteer(b)
	hits := m.Append(nil, report)
	b.SetBytes(int64(len(report)))
	b.ReportAllocs()
	for b.Loop() {
		g.Mentions(report, hits)
	}
}

func BenchmarkScan(b *testing.B) {
	_, m := newGazetteer(b)
	var hits []match.Hit
	b.SetBytes(int64(len(report)))
	for b.Loop() {
		hits = m.Append(hits[:0], report)
	}
}

func BenchmarkDefault(b *testing.B) {
	for b.Loop() {
		if _, err := places.Default(); err != nil {
			b.Fatal(err)
		}
	}
}
