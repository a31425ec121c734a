// Package dateparser has the names of go-dateparser that go-htmldate calls, and finds
// no date. See the README of the folder above.
package dateparser

import (
	"errors"
	"time"
)

// A ParserType names a way to read dates.
type ParserType uint8

// The ways that go-htmldate asks for.
const (
	CustomFormat ParserType = iota
	AbsoluteTime
)

// A PreferredDateSource says in which direction an unclear date is completed.
type PreferredDateSource uint8

// Past is the one that go-htmldate asks for.
const Past PreferredDateSource = 1

// Configuration is what may be set.
type Configuration struct {
	PreferredDateSource PreferredDateSource
	StrictParsing       bool
	CurrentTime         time.Time
}

// A Parser reads no date.
type Parser struct {
	ParserTypes []ParserType
}

// A Date is what a parser found.
type Date struct {
	Time time.Time
}

var errNone = errors.New("dates in words are not read")

// Parse finds no date.
func (*Parser) Parse(*Configuration, string, ...string) (Date, error) { return Date{}, errNone }
