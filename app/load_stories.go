//go:build ignore

// Stories writes made-up stories for a load of the whole program, one JSON line
// each: {"site","path","title","text","published"}. They are of about 3 KB, no two
// alike, and a few are about what Edict watches. The same numbers give the same
// stories.
//
//	go run app/load_stories.go -stories 20000 -sites 20 >load.jsonl
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"strings"
	"time"
)

type line struct {
	Site      string `json:"site"`
	Path      string `json:"path"`
	Title     string `json:"title"`
	Text      string `json:"text"`
	Language  string `json:"language"`
	Published string `json:"published"`
}

var (
	who   = strings.Fields("council ministry farmers teachers engineers nurses dockers bakers pilots students villagers traders rangers miners tenants archivists")
	does  = strings.Fields("opened closed delayed praised measured repaired refused welcomed counted painted inspected rebuilt funded visited debated moved")
	what  = strings.Fields("bridge harbour school library orchard tunnel market clinic theatre reservoir station mill garden archive ferry bakery")
	how   = strings.Fields("quietly early twice slowly together again briefly openly gladly barely fully rarely jointly firmly calmly later")
	where = strings.Fields("Aldmere Brunholt Castrow Dunvik Eskerby Farlund Gressing Hollin Istrad Jorvale Kelmund Lorring Marwick Norhaven Oxtead Pellow")
)

func main() {
	stories := flag.Int("stories", 20_000, "how many")
	sites := flag.Int("sites", 20, "on how many sites")
	size := flag.Int("size", 3000, "bytes of text, about")
	seed := flag.Uint64("seed", 1, "another seed gives other stories")
	flag.Parse()
	r := rand.New(rand.NewPCG(*seed, 0))
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	sentence := func() string {
		return fmt.Sprintf("In %s the %s %s %s the %s number %d, and the %s of %s %s it %s.",
			pick(where), pick(who), pick(how), pick(does), pick(what), r.IntN(10_000), pick(who), pick(where), pick(does), pick(how))
	}
	out := bufio.NewWriter(os.Stdout)
	enc := json.NewEncoder(out)
	for i := range *stories {
		title := fmt.Sprintf("The %s of %s %s the %s, report %d", pick(who), pick(where), pick(does), pick(what), i)
		var text strings.Builder
		switch r.IntN(100) { // the share of real news that is on the subject
		case 0:
			title = fmt.Sprintf("Sichuan orders %d bitcoin mines to close", 2+r.IntN(90))
			text.WriteString("Authorities in Sichuan have ordered bitcoin mining farms to shut down, a notice says.\n")
		case 1:
			title = fmt.Sprintf("Kazakhstan backs %d blockchain projects", 2+r.IntN(90))
			text.WriteString("The government of Kazakhstan will fund blockchain projects, the ministry announced.\n")
		}
		for n := 0; text.Len() < *size; n++ {
			text.WriteString(sentence())
			if n%4 == 3 {
				text.WriteByte('\n')
			} else {
				text.WriteByte(' ')
			}
		}
		err := enc.Encode(line{
			Site: fmt.Sprintf("load-%d", i%*sites), Path: fmt.Sprintf("/news/%d", i), Title: title, Text: strings.TrimSpace(text.String()),
			Language: "en", Published: time.Now().Add(-time.Duration(i) * time.Second).UTC().Format(time.RFC3339),
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}
