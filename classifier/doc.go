// Package classifier makes records of articles: it reads an article once by the
// rules and says which labels hold in which jurisdictions, at which stage, how
// surely, and by which sentences.
//
// It is pure: the same article and the same rules give the same record. What the
// labels mean stands in package rules; where a record goes is its caller's affair.
package classifier
