// Package rules is the rule language of Edict: the files that say what a label
// means, their loader, the engine that reads a text by them, and the embedded
// rules of the two labels.
//
// A rule file names sets of phrases, patterns of sets within a sentence (an
// authority, then an act, then the thing acted on), and guards that take back what
// a pattern found (a denial, an opinion, background). docs/rules.md describes it
// for users.
//
// The package reads texts and says what was found, where, and how sure it is. It
// does not know articles' quality, analysts or records: package classifier makes
// records of what is found here.
package rules
