// Package app connects the stages into the program, and is the only place that
// does: crawler -> ARTICLES -> classifier -> RECORDS -> sink -> store -> changes.
// It opens the bus and the store, and carries what the commands do. It reads no
// flags, no signals and no terminal, so that tests run the whole program in their
// own process on a directory of their own.
package app
