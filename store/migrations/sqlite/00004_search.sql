-- The search index lies in pages that are packed and asked by Edict itself, the same on
-- every database. It is made anew from the changes.

-- +goose Up

DROP TABLE search;
DELETE FROM cursors WHERE name = 'search';

-- A segment holds some articles, the newest one first. newest are the positions of the
-- first article of each chunk, dead those of its articles that another segment has now.
CREATE TABLE search_segments (
    id     INTEGER PRIMARY KEY,
    state  TEXT NOT NULL CHECK (state IN ('building', 'live', 'gone')),
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    docs   INTEGER NOT NULL,
    oldest INTEGER NOT NULL,
    newest BLOB NOT NULL,
    dead   BLOB NOT NULL,
    begun  INTEGER NOT NULL
) STRICT;

-- In which articles of a segment words stand (stream 0), and where there (1). A page
-- begins with word.
CREATE TABLE search_words (
    segment INTEGER NOT NULL,
    stream  INTEGER NOT NULL,
    word    TEXT NOT NULL,
    body    BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX search_words_page ON search_words (segment, stream, word);

CREATE TABLE search_docs (
    segment INTEGER NOT NULL,
    chunk   INTEGER NOT NULL,
    body    BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX search_docs_chunk ON search_docs (segment, chunk);

-- What of an article is in the index, and since which stamp.
CREATE TABLE search_articles (
    number   INTEGER PRIMARY KEY,
    stamp    INTEGER NOT NULL,
    position INTEGER NOT NULL,
    digest   INTEGER NOT NULL
) STRICT;

-- Articles that are to be indexed again although no change says so.
CREATE TABLE search_again (
    article TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
