-- +goose Up

-- Rules that somebody brought to be looked at before they are used. The last ones are
-- kept. content is all their files as JSON, by name; result is what a preview said.
CREATE TABLE rule_drafts (
    number  bigint PRIMARY KEY,
    time    bigint NOT NULL,
    who     text COLLATE "C" NOT NULL,
    hash    text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    body    text COLLATE "C" NOT NULL,
    result  text COLLATE "C"
);
