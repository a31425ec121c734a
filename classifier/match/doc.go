// Package match finds many phrases in a text in one pass, in any script, and says
// where they stand in the text as it was given.
//
// A text is read as tokens. Two texts are alike when their tokens are:
//
//   - A word is a run of letters and digits. Case, accents of Latin, Greek and
//     Cyrillic letters, and full-width forms make no difference. A word matches
//     only as a whole.
//   - Han, kana, Hangul, Thai, Lao, Khmer and Burmese are not written in words
//     apart, so there each character is a token, and a phrase matches anywhere.
//     Traditional characters are read as simplified ones.
//   - Letters with full stops between them are one word: U.S. is US.
//   - A possessive 's is a token of its own: "China's" holds "China".
//   - Spaces, hyphens inside a compound, quotation marks and invisible characters
//     are no tokens: "proof-of-work" is "proof of work", and 虚拟货币“挖矿” is
//     虚拟货币挖矿.
//   - Any other sign is a token, so that a phrase does not reach across a comma or
//     the end of a sentence. No phrase reaches across a line feed.
//
// The package also cuts a text into paragraphs and sentences. It does not know
// what phrases mean, weighs nothing, and resolves no ambiguity: that is for its
// callers.
package match
