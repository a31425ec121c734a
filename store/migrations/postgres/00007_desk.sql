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
    article      text COLLATE "C" NOT NULL,
    label        text COLLATE "C" NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    owner        text COLLATE "C" NOT NULL,
    since        bigint NOT NULL,
    until        bigint NOT NULL,
    PRIMARY KEY (article, label, jurisdiction)
);

-- Which tags do not ask to be decided on before when.
CREATE TABLE snoozes (
    article      text COLLATE "C" NOT NULL,
    label        text COLLATE "C" NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    who          text COLLATE "C" NOT NULL,
    until        bigint NOT NULL,
    PRIMARY KEY (article, label, jurisdiction)
);

-- What analysts write beside an article. Rows are only appended.
CREATE TABLE notes (
    number  bigint PRIMARY KEY,
    time    bigint NOT NULL,
    who     text COLLATE "C" NOT NULL,
    story   text COLLATE "C" NOT NULL, -- that the article was in
    article text COLLATE "C" NOT NULL,
    text    text COLLATE "C" NOT NULL
);
CREATE INDEX notes_article ON notes (article, number);

-- How long a decision took, in milliseconds, where that is known.
CREATE TABLE efforts (
    decision bigint PRIMARY KEY,
    spent    bigint NOT NULL
);
