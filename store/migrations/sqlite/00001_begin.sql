-- Times are microseconds since 1970 in UTC. Ids are lower-case hex. A column named
-- body is JSON that is only carried; what is asked for has a column of its own.

-- +goose Up

-- The crawler's memory.

CREATE TABLE sources (
    slug   TEXT PRIMARY KEY,
    origin TEXT NOT NULL CHECK (origin IN ('file', 'embedded', 'user')),
    body   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE polls (
    source  TEXT NOT NULL,
    address TEXT NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (source, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE visits (
    id      TEXT PRIMARY KEY, -- hash of the address, which may be too long for a key
    source  TEXT NOT NULL,
    due     INTEGER, -- null: not again
    article TEXT NOT NULL,
    body    TEXT NOT NULL
) STRICT;
CREATE INDEX visits_due ON visits (source, due, id) WHERE due IS NOT NULL;

-- The ledger: a row for each article version. body is the article until it is
-- stored.

CREATE TABLE ledger (
    article  TEXT NOT NULL,
    version  TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('waiting', 'stored', 'dead')),
    stage    TEXT NOT NULL DEFAULT '',
    reason   TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    handed   INTEGER NOT NULL DEFAULT 0 CHECK (handed IN (0, 1)), -- 1: by a command, to be published at once
    entered  INTEGER NOT NULL,
    changed  INTEGER NOT NULL,
    body     TEXT,
    PRIMARY KEY (article, version),
    CHECK (state = 'stored' OR body IS NOT NULL)
) STRICT;
CREATE INDEX ledger_state ON ledger (state);
CREATE INDEX ledger_handed ON ledger (entered, article, version) WHERE handed = 1;
CREATE INDEX ledger_unfinished ON ledger (article, version) WHERE state <> 'stored' AND state <> 'dead';

-- What the sink keeps. A text is held once, under the hash of its words.

CREATE TABLE texts (
    version TEXT PRIMARY KEY,
    title   TEXT NOT NULL,
    summary TEXT NOT NULL,
    text    TEXT NOT NULL,
    kept    INTEGER NOT NULL, -- when a record of it was last kept
    expired INTEGER NOT NULL DEFAULT 0 CHECK (expired IN (0, 1)) -- 1: summary and text were given up by age
) STRICT;
CREATE INDEX texts_kept ON texts (kept) WHERE expired = 0;

CREATE TABLE records (
    id       TEXT PRIMARY KEY,
    article  TEXT NOT NULL,
    version  TEXT NOT NULL REFERENCES texts (version),
    rules    TEXT NOT NULL, -- hash
    position INTEGER NOT NULL, -- published, or fetched where that is unknown
    kept     INTEGER NOT NULL,
    body     TEXT NOT NULL
) STRICT;
CREATE INDEX records_article ON records (article);
CREATE INDEX records_version ON records (version);
CREATE INDEX records_kept ON records (kept);

CREATE TABLE tags (
    record       TEXT NOT NULL REFERENCES records (id),
    label        TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    country      TEXT NOT NULL,
    n            INTEGER NOT NULL, -- its place in the record
    stage        TEXT NOT NULL,
    score        REAL NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('auto', 'review', 'accepted', 'rejected')),
    given_state  TEXT NOT NULL, -- by the rules; '' if a verdict brought the tag
    given_stage  TEXT NOT NULL,
    position     INTEGER NOT NULL, -- of the record
    current      INTEGER NOT NULL CHECK (current IN (0, 1)), -- 1: of the article's current record
    PRIMARY KEY (record, label, jurisdiction)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_label ON tags (label, position, record, country, jurisdiction) WHERE current = 1 AND state <> 'rejected';
CREATE INDEX tags_country ON tags (country, position, record, jurisdiction) WHERE current = 1 AND state <> 'rejected';

CREATE TABLE amounts (
    record       TEXT NOT NULL REFERENCES records (id),
    n            INTEGER NOT NULL,
    value        REAL NOT NULL,
    currency     TEXT NOT NULL,
    cap          INTEGER NOT NULL CHECK (cap IN (0, 1)),
    jurisdiction TEXT NOT NULL,
    PRIMARY KEY (record, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE counts (
    record TEXT NOT NULL REFERENCES records (id),
    n      INTEGER NOT NULL,
    value  INTEGER NOT NULL,
    whole  INTEGER NOT NULL,
    unit   TEXT NOT NULL,
    label  TEXT NOT NULL,
    PRIMARY KEY (record, n)
) STRICT, WITHOUT ROWID;

-- The evidence of tags, amounts and counts: owner says of which, item is the n of
-- the owner. The slice is bytes start_byte to end_byte of the field.
CREATE TABLE evidence (
    record     TEXT NOT NULL REFERENCES records (id),
    owner      TEXT NOT NULL CHECK (owner IN ('tag', 'amount', 'count')),
    item       INTEGER NOT NULL,
    n          INTEGER NOT NULL,
    field      TEXT NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL,
    quote      TEXT NOT NULL,
    rule       TEXT NOT NULL,
    PRIMARY KEY (record, owner, item, n)
) STRICT, WITHOUT ROWID;

-- A story's id is the id of the article that it began with. Articles point to their
-- story, so that stories can be merged by pointing elsewhere.
CREATE TABLE stories (
    id       TEXT PRIMARY KEY,
    began    INTEGER NOT NULL,
    earliest INTEGER NOT NULL, -- of the times of its articles
    latest   INTEGER NOT NULL,
    articles INTEGER NOT NULL, -- how many it has
    became   TEXT -- the story of which it is a part now; no article points to it any more
) STRICT, WITHOUT ROWID;
CREATE INDEX stories_became ON stories (became) WHERE became IS NOT NULL;

-- Stories that an analyst has parted, one < other: the machine does not merge them.
CREATE TABLE apart (
    one   TEXT NOT NULL,
    other TEXT NOT NULL,
    PRIMARY KEY (one, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX apart_other ON apart (other);

-- What of an article is compared, and the keys under which others of its event find
-- it. number is the first half of the article's id.
CREATE TABLE features (
    number  INTEGER PRIMARY KEY,
    article TEXT NOT NULL,
    body    TEXT NOT NULL -- base64
) STRICT;

CREATE TABLE feature_keys (
    key    INTEGER NOT NULL,
    time   INTEGER NOT NULL, -- of the article
    number INTEGER NOT NULL,
    PRIMARY KEY (key, time, number)
) STRICT, WITHOUT ROWID;

-- Articles that name another as their original, by the ids of both.
CREATE TABLE originals (
    original TEXT NOT NULL,
    article  TEXT NOT NULL,
    PRIMARY KEY (original, article)
) STRICT, WITHOUT ROWID;

-- The article as it stands: which record is current, and what lists are ordered
-- and filtered by. number is the key of the search index.
CREATE TABLE articles (
    number   INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    record   TEXT NOT NULL UNIQUE REFERENCES records (id),
    version  TEXT NOT NULL,
    story    TEXT NOT NULL REFERENCES stories (id),
    source   TEXT NOT NULL,
    language TEXT NOT NULL,
    position INTEGER NOT NULL,
    fetched  INTEGER NOT NULL,
    tagged   INTEGER NOT NULL CHECK (tagged IN (0, 1)), -- a tag counts or waits for review
    stored   INTEGER NOT NULL
) STRICT;
CREATE INDEX articles_newest ON articles (position, record);
CREATE INDEX articles_source ON articles (source, position, record);
CREATE INDEX articles_tagged ON articles (position, record) WHERE tagged = 1;
CREATE INDEX articles_story ON articles (story);

-- What analysts decide. Decisions are only appended; verdicts are what of them
-- stands, a row for each tag that was decided on.

CREATE TABLE decisions (
    number       INTEGER PRIMARY KEY,
    time         INTEGER NOT NULL,
    who          TEXT NOT NULL,
    act          TEXT NOT NULL CHECK (act IN ('accept', 'reject', 'edit', 'merge', 'split', 'undo')),
    story        TEXT NOT NULL,
    article      TEXT NOT NULL,
    label        TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    undoes       INTEGER NOT NULL, -- 0: none
    before       TEXT,
    after        TEXT,
    rules        TEXT NOT NULL,
    reason       TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_article ON decisions (article, number);
CREATE INDEX decisions_who ON decisions (who, number);
CREATE INDEX decisions_undoes ON decisions (undoes) WHERE undoes > 0;

CREATE TABLE verdicts (
    article      TEXT NOT NULL,
    label        TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    decision     INTEGER NOT NULL,
    dispute      TEXT NOT NULL CHECK (dispute IN ('', 'rules', 'evidence')),
    body         TEXT NOT NULL,
    PRIMARY KEY (article, label, jurisdiction)
) STRICT, WITHOUT ROWID;
CREATE INDEX verdicts_dispute ON verdicts (article) WHERE dispute <> '';

-- The rules. content is their files, by name, as JSON. The last use is in force.

CREATE TABLE rule_sets (
    hash    TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    content TEXT NOT NULL
) STRICT;

CREATE TABLE rule_uses (
    number   INTEGER PRIMARY KEY,
    hash     TEXT NOT NULL REFERENCES rule_sets (hash),
    who      TEXT NOT NULL,
    time     INTEGER NOT NULL,
    change   INTEGER NOT NULL, -- the last one before
    applied  INTEGER NOT NULL CHECK (applied IN (0, 1)),
    at       INTEGER NOT NULL, -- the number of the article that applying has come to
    written  INTEGER NOT NULL,
    finished INTEGER
) STRICT;

-- Who is to be told of what, and what he was told. version grows with each change of
-- any subscription; one that was removed stays, without its body.

CREATE TABLE subscriptions (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriptions_version ON subscriptions (version);

CREATE TABLE alerts (
    subscription TEXT NOT NULL,
    story TEXT NOT NULL,
    change INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (subscription, story, change)
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_story ON alerts (story, subscription, change);
CREATE INDEX alerts_newest ON alerts (subscription, change);

-- What readers follow.

CREATE TABLE changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    time     INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    story    TEXT NOT NULL,
    article  TEXT NOT NULL,
    record   TEXT NOT NULL,
    before   TEXT,
    after    TEXT,
    quiet    INTEGER NOT NULL CHECK (quiet IN (0, 1)),
    was      TEXT NOT NULL -- the story that the article was in before a merge or a split
) STRICT;

CREATE INDEX changes_article ON changes (article, sequence);

CREATE TABLE cursors (
    name     TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The words of each article's current text, made in Go (Han as pairs of
-- characters). The texts themselves are not kept twice. The tokenizer only cuts at
-- spaces: letters come folded.
CREATE VIRTUAL TABLE search USING fts5 (
    title, text, content = '', contentless_delete = 1, tokenize = 'ascii'
);
