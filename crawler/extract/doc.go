// Package extract makes an article out of a page: its text as paragraphs without
// what stands around it, its title, authors, times, language and addresses, and
// how sure of the text it is. English and Chinese come first; other languages are
// read by the same rules.
//
// It is pure: it reads no clock, no file and no network, and the same page always
// gives the same article. It does not fetch, does not judge what a story is about,
// and does not know which source a page came from.
package extract
