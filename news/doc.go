// Package news holds the nouns of Edict: what a crawler read, what a classifier
// concluded from it, and what the store keeps. It imports only the standard
// library, so that every other package may import it, and it does no work of its
// own beyond making ids, checking values and marshalling itself.
//
// The glossary. Code, pages and documentation use these words and no others.
//
//	Source        a site that is watched, by feed, news sitemap or listing. It has a
//	              slug, made once from its name and kept, and a kind.
//	Poll          one reading of one address of a source, and what it needs for the
//	              next reading: validators, the time it is due, failures in a row.
//	Page          what was fetched, as bytes, so that everything after it can be
//	              derived again.
//	Visit         what the crawler remembers of one address of a story: when to come
//	              again, how often it failed, and the article that it led to.
//	Article       the text at one address: title, summary, authors, times, language,
//	              paragraphs. A change of text is a new Version of the same article.
//	Label         what a story is about, such as mining_crackdown.
//	Jurisdiction  an ISO 3166 code, the finest that the text supports.
//	Stage         proposed, enacted, enforced or lifted.
//	Evidence      a span of the stored text, and the rule that matched it.
//	Tag           one label in one jurisdiction: stage, score, evidence, state.
//	Record        an article version with its tags, amounts and counts, and the
//	              version and hash of the rules that made them.
//	Story         the articles that report one event.
//	Change        a row that says what a reader may rely on has altered.
//	Ledger        one row per article version: waiting until the sink's transaction
//	              marks it stored, or dead with a reason. Nothing fetched is lost
//	              while it holds: ledger = stored + dead + waiting.
//
// Offsets are bytes into the named field, and a quote equals that slice exactly.
// Times are UTC. Texts are valid UTF-8 without control characters but line feed
// and tab; one line of Text is one paragraph.
package news
