package news

// A Search asks for the records that a filter with words selects, and where the
// words stand in them.
type Search struct {
	Filter
	Order Order
	Skip  int // by relevance: leave out so many of the best; After is for newest first
}

// An Order is how what a search finds is put in order.
type Order string

// The orders.
const (
	Newest    Order = ""          // newest first, by Position
	Relevance Order = "relevance" // best first, among the newest MaxRanked matches
)

// MaxRanked is how many matches, the newest ones, an order by relevance looks at.
const MaxRanked = 10_000

// Found is what a search finds.
type Found struct {
	Hits   []Hit
	More   bool // there are more behind these
	Ranked int  // by relevance: how many matches were put in order, all of them or the newest MaxRanked
	Older  bool // by relevance: there are older matches, which were not looked at
	// Indexed is how many hundredths of the changes the index follows, below 100 while it
	// is being made: what it has not come to is not found.
	Indexed int
}

// A Hit is a record that a search found. A record whose title holds none of the
// words has no spans there; one that holds them in the title alone, or whose texts
// were given up, has a fragment without a mark.
type Hit struct {
	Record   Record
	Title    []Span // of the title
	Fragment Fragment
}

// A Span is bytes Start to End of a field. Both are boundaries of characters.
type Span struct{ Start, End int }

// A Fragment is a part of a field, cut at words or sentences, with the words of a
// search in it. The zero value is none.
type Fragment struct {
	Field Field
	Span
	Marks []Span // within Span, in order, none overlapping
}
