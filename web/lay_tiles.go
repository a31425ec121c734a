package web

import "edict/news"

// A seat is where a tile stands in the grid of China's 34 divisions: neighbours stand
// near each other as far as a grid of 8 by 8 lets them. It is no map of borders.
type seat struct {
	code     news.Jurisdiction
	col, row int // from 1
}

// seats are in the order of reading, which is that of the Tab key.
var seats = []seat{
	{"CN-HL", 8, 1},
	{"CN-NM", 5, 2},
	{"CN-JL", 8, 2},
	{"CN-XJ", 1, 3},
	{"CN-GS", 3, 3},
	{"CN-NX", 4, 3},
	{"CN-SX", 5, 3},
	{"CN-BJ", 6, 3},
	{"CN-TJ", 7, 3},
	{"CN-LN", 8, 3},
	{"CN-QH", 2, 4},
	{"CN-SN", 4, 4},
	{"CN-HA", 5, 4},
	{"CN-HE", 6, 4},
	{"CN-SD", 7, 4},
	{"CN-XZ", 1, 5},
	{"CN-SC", 3, 5},
	{"CN-CQ", 4, 5},
	{"CN-HB", 5, 5},
	{"CN-AH", 6, 5},
	{"CN-JS", 7, 5},
	{"CN-SH", 8, 5},
	{"CN-GZ", 4, 6},
	{"CN-HN", 5, 6},
	{"CN-JX", 6, 6},
	{"CN-ZJ", 7, 6},
	{"CN-YN", 3, 7},
	{"CN-GX", 4, 7},
	{"CN-GD", 5, 7},
	{"CN-FJ", 6, 7},
	{"TW", 8, 7},
	{"CN-HI", 4, 8},
	{"MO", 5, 8},
	{"HK", 6, 8},
}

// isSeated reports whether j is one of the 34 divisions.
func isSeated(j news.Jurisdiction) bool {
	for _, s := range seats {
		if s.code == j {
			return true
		}
	}
	return false
}
