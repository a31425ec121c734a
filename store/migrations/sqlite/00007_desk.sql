-- +goose Up

-- What the map is made of, without reading a tag itself.
CREATE INDEX tags_map ON tags (label, jurisdiction, stage, position, state, current) WHERE current = 1 AND state IN ('auto', 'accepted');

-- The changes of articles that ever had a tag: any earlier map is made of these.
CREATE INDEX changes_tags ON changes (article, sequence, time)
    WHERE kind IN ('stored', 'version', 'tag', 'decision', 'merge', 'split') AND (after <> '[]' OR before <> '[]');

-- What waits for an analyst, and what one has decided.
CREATE INDEX tags_review ON tags (position, record) WHERE current = 1 AND state = 'review';
CREATE INDEX tags_decided ON tags (record) WHERE current = 1 AND state IN ('accepted', 'rejected');

-- Who has taken a tag to decide on, until when.
CREATE TABLE leases (
    article      TEXT NOT NULL,
    label        TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    owner        TEXT NOT NULL,
    since        INTEGER NOT NULL,
    until        INTEGER NOT NULL,
    PRIMARY KEY (article, label, jurisdiction)
) STRICT, WITHOUT ROWID;

-- Which tags do not ask to be decided on before when.
CREATE TABLE snoozes (
    article      TEXT NOT NULL,
    label        TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    who          TEXT NOT NULL,
    until        INTEGER NOT NULL,
    PRIMARY KEY (article, label, jurisdiction)
) STRICT, WITHOUT ROWID;

-- What analysts write beside an article. Rows are only appended.
CREATE TABLE notes (
    number  INTEGER PRIMARY KEY,
    time    INTEGER NOT NULL,
    who     TEXT NOT NULL,
    story   TEXT NOT NULL, -- that the article was in
    article TEXT NOT NULL,
    text    TEXT NOT NULL
) STRICT;
CREATE INDEX notes_article ON notes (article, number);

-- How long a decision took, in milliseconds, where that is known.
CREATE TABLE efforts (
    decision INTEGER PRIMARY KEY,
    spent    INTEGER NOT NULL
) STRICT;
