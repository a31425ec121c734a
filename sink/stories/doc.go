// Package stories tells which articles report the same event, in whatever words and
// languages. It reads a record into Features, gives the Keys under which others of
// the same event are found, compares two articles, and says which story an article
// belongs to. A story is a group of articles that are tied by such comparisons, so
// the order in which they come makes no difference.
//
// It is pure: where features are kept, and how candidates are looked up, is its
// caller's affair. What an analyst has decided is not known here either.
package stories
