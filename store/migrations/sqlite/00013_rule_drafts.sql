-- +goose Up

-- Rules that somebody brought to be looked at before they are used. The last ones are
-- kept. content is all their files as JSON, by name; result is what a preview said.
CREATE TABLE rule_drafts (
    number  INTEGER PRIMARY KEY,
    time    INTEGER NOT NULL,
    who     TEXT NOT NULL,
    hash    TEXT NOT NULL,
    content TEXT NOT NULL,
    body    TEXT NOT NULL,
    result  TEXT
) STRICT;
