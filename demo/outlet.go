package demo

import (
	"strings"
	"time"

	"edict/news"
)

// An outlet is one publisher on the site. All outlets share the listener, each
// under a folder of its own.
type outlet struct {
	slug     string
	name     string
	kind     news.Kind
	language string
	zone     *time.Location
	prefix   string // of the address of a story
	suffix   string
	feed     string // address of a feed, by its name: rss.xml, atom.xml, feed.json
	sitemap  string
	listing  string
	links    string // selects the links to stories in the listing
	gb       bool   // pages are GB18030, and no header says so
	late     bool   // the charset stands only in a late meta element
}

// Zones are fixed, so that the program needs no time zone database. Summer time is
// of no matter to a demonstration.
func zone(name string, hours int) *time.Location { return time.FixedZone(name, hours*3600) }

// outlets returns the publishers. They differ in markup (see templates), in what
// they offer a crawler, and in language, as publishers do.
func outlets() []outlet {
	return []outlet{
		{
			slug: "ledger", name: "The Ledger Post (demonstration)", kind: news.Press, language: "en",
			zone: zone("EST", -5), prefix: "/ledger/", suffix: "/", feed: "/ledger/rss.xml",
		},
		{
			slug: "herald", name: "Harbour Herald (demonstration)", kind: news.Press, language: "en",
			zone: zone("EAT", 3), prefix: "/herald/", feed: "/herald/atom.xml",
		},
		{
			slug: "gazette", name: "The Power Gazette (demonstration)", kind: news.Press, language: "en",
			zone: time.UTC, prefix: "/gazette/", suffix: ".html", sitemap: "/gazette/news-sitemap.xml",
		},
		{
			slug: "wire", name: "Plainwire (demonstration)", kind: news.Press, language: "en",
			zone: zone("CET", 1), prefix: "/wire/story/", feed: "/wire/feed.json", late: true,
		},
		{
			slug: "blockline", name: "Blockline (demonstration)", kind: news.Press, language: "en",
			zone: time.UTC, prefix: "/blockline/amp/", feed: "/blockline/rss.xml", sitemap: "/blockline/news-sitemap.xml",
		},
		{
			slug: "roundup", name: "Chain Roundup (demonstration)", kind: news.Aggregator, language: "en",
			zone: time.UTC, prefix: "/roundup/", feed: "/roundup/rss.xml",
		},
		{
			slug: "wyoming", name: "Board of Digital Ledgers, Wyoming (demonstration)", kind: news.Official, language: "en",
			zone: zone("MST", -7), prefix: "/wyoming/", listing: "/wyoming/", links: "table.notices a",
		},
		{
			slug: "portal", name: "云岫网（演示）", kind: news.Press, language: "zh-Hans",
			zone: zone("CST", 8), prefix: "/portal/", suffix: ".shtml", listing: "/portal/", gb: true,
		},
		{
			slug: "lianjian", name: "链见（演示）", kind: news.Press, language: "zh-Hans",
			zone: zone("CST", 8), prefix: "/lianjian/", feed: "/lianjian/rss.xml",
		},
		{
			slug: "dongxiang", name: "鏈動日報（示範）", kind: news.Press, language: "zh-Hant",
			zone: zone("CST", 8), prefix: "/dongxiang/", feed: "/dongxiang/atom.xml",
		},
	}
}

func findOutlet(slug string) (outlet, bool) {
	for _, o := range outlets() {
		if o.slug == slug {
			return o, true
		}
	}
	return outlet{}, false
}

// source describes the outlet to a crawler that finds the site at base.
func (o outlet) source(base string) news.Source {
	at := func(path string) string {
		if path == "" {
			return ""
		}
		return base + path
	}
	return news.Source{
		Slug: o.slug, Name: o.name, Kind: o.kind,
		Feed: at(o.feed), Sitemap: at(o.sitemap), Listing: at(o.listing),
		Every:  Every,
		Select: news.Selectors{Links: o.links},
		Origin: news.FromEmbedded,
	}
}

// home is the address of the outlet's front page.
func (o outlet) home() string { return "/" + o.slug + "/" }

func (o outlet) chinese() bool { return strings.HasPrefix(o.language, "zh") }

// disclaimer stands at the foot of every page.
func (o outlet) disclaimer() string {
	switch o.language {
	case "zh-Hans":
		return "这是一篇演示稿件，由 Edict 的作者撰写。文中的事件、人物和公司均为虚构。"
	case "zh-Hant":
		return "這是一篇示範稿件，由 Edict 的作者撰寫。文中的事件、人物和公司均屬虛構。"
	}
	return "This is a demonstration story, written by the makers of Edict. Its events, people and companies are invented."
}

// days replaces {day} and {yesterday} by the names of the days that a reader of the
// outlet has at time t.
func (o outlet) days(t time.Time) *strings.Replacer {
	day, before := t.In(o.zone).Weekday(), t.In(o.zone).AddDate(0, 0, -1).Weekday()
	if o.chinese() {
		names := [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}
		return strings.NewReplacer("{day}", names[day], "{yesterday}", names[before])
	}
	return strings.NewReplacer("{day}", day.String(), "{yesterday}", before.String())
}
