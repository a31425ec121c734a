// Package whatlanggo has the names of whatlanggo that go-trafilatura calls, and tells
// no language. See the README of the folder above.
package whatlanggo

// A Lang is a language.
type Lang int

// DetectLang returns the unknown language.
func DetectLang(string) Lang { return 0 }

// Iso6391 is the code of a language: none.
func (Lang) Iso6391() string { return "" }
