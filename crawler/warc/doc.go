// Package warc keeps the pages that were fetched as WARC files (WARC/1.1, ISO 28500:
// one gzip member a record), so that articles can be derived from them again, and
// reads such files, its own and other programs'.
//
// What is kept is the page after decompression with the header fields that are known
// of it, as a response record. Fields of ours begin with "Edict-"; other tools pass
// them over. A writer never goes on with a file that another has begun, so what a
// crash tore stands at the end of a file and is passed over by readers. Files begin
// anew after a day or 256 MiB, and are deleted whole by age.
//
// It does not fetch, does not extract, and knows no store: the place of a page, its
// file's name and an offset, is for the caller to remember.
package warc
