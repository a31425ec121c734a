// Package storetest holds every promise of package store as one suite of tests, so
// that a second database can pass the very same. It is not for tests of what uses
// a store, beyond the samples.
package storetest
