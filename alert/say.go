package alert

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"edict/catalogue"
	"edict/news"
)

// texts are what messages say, a file for each language.
//
//go:embed texts
var textFiles embed.FS

// texts reads them once. They are a part of the program: that they can be read is tested.
var texts = sync.OnceValue(func() map[string]*catalogue.Catalogue {
	folder, err := fs.Sub(textFiles, "texts")
	if err != nil {
		panic(err)
	}
	all, err := catalogue.Read(folder)
	if err != nil {
		panic(err)
	}
	return all
})

// wordsIn is what is said in a language, English where there is no such.
func wordsIn(language string) *catalogue.Catalogue {
	return cmp.Or(texts()[language], texts()[catalogue.English])
}

// say returns words in a language.
func say(language, key string, args ...any) string { return wordsIn(language).Say(key, args...) }

func labelName(l news.Label, language string) string {
	if key := "label." + string(l); wordsIn(language).Has(key) {
		return say(language, key)
	}
	return strings.ReplaceAll(string(l), "_", " ")
}

func stageName(s news.Stage, language string) string {
	if key := "stage." + string(s); wordsIn(language).Has(key) {
		return say(language, key)
	}
	return string(s)
}

// clock writes a time so that nobody wonders which zone it is in.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }

// span writes how long something took, in the two units that matter.
func span(d time.Duration, language string) string {
	two := func(large string, n time.Duration, small string, rest time.Duration) string {
		return say(language, large, "n", int64(n)) + " " + say(language, small, "n", int64(rest))
	}
	d = max(d, 0)
	switch {
	case d < time.Minute:
		return say(language, "span.seconds", "n", fmt.Sprintf("%.1f", d.Seconds()))
	case d < time.Hour:
		return two("span.minutes", d/time.Minute, "span.seconds", d%time.Minute/time.Second)
	case d < 24*time.Hour:
		return two("span.hours", d/time.Hour, "span.minutes", d%time.Hour/time.Minute)
	}
	return two("span.days", d/(24*time.Hour), "span.hours", d%(24*time.Hour)/time.Hour)
}
