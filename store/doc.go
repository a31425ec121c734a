// Package store keeps what Edict knows in one database: the crawler's memory, the
// ledger of article versions, records with their tags and evidence, changes with
// their readers' cursors, and the search index. It is the record of the system:
// NATS only carries.
//
// Any number of processes may open the same store at once. Every method that
// writes does so in one transaction that is on the disk when it returns nil; every
// method may be called from any goroutine.
//
// Errors wrap those of package news: ErrInvalid for a value that no retry helps,
// ErrNotFound, ErrConflict, and ErrUnavailable when the database is locked, full
// or away. An error that wraps none of them and is not the context's is a fault of
// the program.
//
// It is not the place for decisions about what to fetch, publish or alert: callers
// declare the few methods that they need as interfaces of their own.
package store
