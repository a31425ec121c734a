-- The search index lies in pages that are packed and asked by Edict itself, the same on
-- every database. It is made anew from the changes.

-- +goose Up

DROP TABLE search;
DELETE FROM cursors WHERE name = 'search';

-- A segment holds some articles, the newest one first. newest are the positions of the
-- first article of each chunk, dead those of its articles that another segment has now.
CREATE TABLE search_segments (
    id     bigint PRIMARY KEY,
    state  text COLLATE "C" NOT NULL CHECK (state IN ('building', 'live', 'gone')),
    first  bigint NOT NULL,
    last   bigint NOT NULL,
    docs   bigint NOT NULL,
    oldest bigint NOT NULL,
    newest bytea NOT NULL,
    dead   bytea NOT NULL,
    begun  bigint NOT NULL
);

-- In which articles of a segment words stand (stream 0), and where there (1). A page
-- begins with word. What is packed already is not to be compressed again.
CREATE TABLE search_words (
    segment bigint NOT NULL,
    stream  bigint NOT NULL,
    word    text COLLATE "C" NOT NULL,
    body    bytea NOT NULL
);
ALTER TABLE search_words ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX search_words_page ON search_words (segment, stream, word);

CREATE TABLE search_docs (
    segment bigint NOT NULL,
    chunk   bigint NOT NULL,
    body    bytea NOT NULL
);
ALTER TABLE search_docs ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX search_docs_chunk ON search_docs (segment, chunk);

-- What of an article is in the index, and since which stamp.
CREATE TABLE search_articles (
    number   bigint PRIMARY KEY,
    stamp    bigint NOT NULL,
    position bigint NOT NULL,
    digest   bigint NOT NULL
);

-- Articles that are to be indexed again although no change says so.
CREATE TABLE search_again (
    article text COLLATE "C" PRIMARY KEY
);
