-- Pairs of common words that stand in a row, so that phrases of them are found without
-- reading where each of their words stands. They are made in the background.

-- +goose Up

-- Words that stand in at least so many articles of a segment have their pairs in the
-- index; 0: none have yet. Those that an earlier program packed are -1: they are made
-- anew, and asked as they are until then.
ALTER TABLE search_segments ADD COLUMN pairs bigint NOT NULL DEFAULT 0;
UPDATE search_segments SET pairs = -1;
