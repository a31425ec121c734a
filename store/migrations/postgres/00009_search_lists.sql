-- The pages of the search index are packed another way, in which relevance and phrases
-- cost less. It is made anew from the changes.

-- +goose Up

DELETE FROM cursors WHERE name = 'search';
DROP TABLE search_docs;
DROP TABLE search_words;
DELETE FROM search_segments;
DELETE FROM search_articles;
DELETE FROM search_again;

-- In which articles of a segment words stand (stream 0), and where there (1); what is
-- known of its articles (2), and how long their beginnings are (3). A page begins with
-- word. What is packed already is not to be compressed again.
CREATE TABLE search_words (
    segment bigint NOT NULL,
    stream  bigint NOT NULL,
    word    text COLLATE "C" NOT NULL,
    body    bytea NOT NULL
);
ALTER TABLE search_words ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX search_words_page ON search_words (segment, stream, word);
