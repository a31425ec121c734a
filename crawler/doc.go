// Package crawler watches sources: it polls their feeds, sitemaps and listings when
// they are due, fetches the stories that are new, and hands each new version of an
// article on, once.
//
// What it must remember (polls, visits, the ledger of articles) is in a Memory, so a
// crawl that is killed goes on where it stood. What it does to other people's sites
// is decided in one place, manners: whether an address may be fetched now, and if
// not, why not and when.
//
// Requests are made by Colly on a transport of ours; queue, pace, robots.txt,
// redirects, limits, charset and retries are not Colly's. The package does not judge
// what a story is about, and passes no wall: it sets no cookies and claims to be
// nobody else.
package crawler
