-- Times are microseconds since 1970 in UTC. Ids are lower-case hex. A column named
-- body is JSON that is only carried; what is asked for has a column of its own.

-- Columns of text are ordered by their bytes, whatever the order of the database is.

-- +goose Up

-- The crawler's memory.

CREATE TABLE sources (
    slug   text COLLATE "C" PRIMARY KEY,
    origin text COLLATE "C" NOT NULL CHECK (origin IN ('file', 'embedded', 'user')),
    body   text COLLATE "C" NOT NULL
);

CREATE TABLE polls (
    source  text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    body    text COLLATE "C" NOT NULL,
    PRIMARY KEY (source, address)
);

CREATE TABLE visits (
    id      text COLLATE "C" PRIMARY KEY, -- hash of the address, which may be too long for a key
    source  text COLLATE "C" NOT NULL,
    due     bigint, -- null: not again
    article text COLLATE "C" NOT NULL,
    body    text COLLATE "C" NOT NULL
);
CREATE INDEX visits_due ON visits (source, due, id) WHERE due IS NOT NULL;

-- The ledger: a row for each article version. body is the article until it is
-- stored.

CREATE TABLE ledger (
    article  text COLLATE "C" NOT NULL,
    version  text COLLATE "C" NOT NULL,
    state    text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'stored', 'dead')),
    stage    text COLLATE "C" NOT NULL DEFAULT '',
    reason   text COLLATE "C" NOT NULL DEFAULT '',
    attempts integer NOT NULL DEFAULT 0,
    handed   smallint NOT NULL DEFAULT 0 CHECK (handed IN (0, 1)), -- 1: by a command, to be published at once
    entered  bigint NOT NULL,
    changed  bigint NOT NULL,
    body     text COLLATE "C",
    PRIMARY KEY (article, version),
    CHECK (state = 'stored' OR body IS NOT NULL)
);
CREATE INDEX ledger_state ON ledger (state);
CREATE INDEX ledger_handed ON ledger (entered, article, version) WHERE handed = 1;
CREATE INDEX ledger_unfinished ON ledger (article, version) WHERE state <> 'stored' AND state <> 'dead';

-- What the sink keeps. A text is held once, under the hash of its words.

CREATE TABLE texts (
    version text COLLATE "C" PRIMARY KEY,
    title   text COLLATE "C" NOT NULL,
    summary text COLLATE "C" NOT NULL,
    text    text COLLATE "C" NOT NULL,
    kept    bigint NOT NULL, -- when a record of it was last kept
    expired smallint NOT NULL DEFAULT 0 CHECK (expired IN (0, 1)) -- 1: summary and text were given up by age
);
CREATE INDEX texts_kept ON texts (kept) WHERE expired = 0;

CREATE TABLE records (
    id       text COLLATE "C" PRIMARY KEY,
    article  text COLLATE "C" NOT NULL,
    version  text COLLATE "C" NOT NULL REFERENCES texts (version),
    rules    text COLLATE "C" NOT NULL, -- hash
    position bigint NOT NULL, -- published, or fetched where that is unknown
    kept     bigint NOT NULL,
    body     text COLLATE "C" NOT NULL
);
CREATE INDEX records_article ON records (article);
CREATE INDEX records_version ON records (version);
CREATE INDEX records_kept ON records (kept);

CREATE TABLE tags (
    record       text COLLATE "C" NOT NULL REFERENCES records (id),
    label        text COLLATE "C" NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    country      text COLLATE "C" NOT NULL,
    n            integer NOT NULL, -- its place in the record
    stage        text COLLATE "C" NOT NULL,
    score        double precision NOT NULL CHECK (score > '-Infinity' AND score < 'Infinity'), -- nor NaN, which is above all
    state        text COLLATE "C" NOT NULL CHECK (state IN ('auto', 'review', 'accepted', 'rejected')),
    given_state  text COLLATE "C" NOT NULL, -- by the rules; '' if a verdict brought the tag
    given_stage  text COLLATE "C" NOT NULL,
    position     bigint NOT NULL, -- of the record
    current      smallint NOT NULL CHECK (current IN (0, 1)), -- 1: of the article's current record
    PRIMARY KEY (record, label, jurisdiction)
);
CREATE INDEX tags_label ON tags (label, position, record, country, jurisdiction) WHERE current = 1 AND state <> 'rejected';
CREATE INDEX tags_country ON tags (country, position, record, jurisdiction) WHERE current = 1 AND state <> 'rejected';

CREATE TABLE amounts (
    record       text COLLATE "C" NOT NULL REFERENCES records (id),
    n            integer NOT NULL,
    value        double precision NOT NULL CHECK (value > '-Infinity' AND value < 'Infinity'),
    currency     text COLLATE "C" NOT NULL,
    cap          smallint NOT NULL CHECK (cap IN (0, 1)),
    jurisdiction text COLLATE "C" NOT NULL,
    PRIMARY KEY (record, n)
);

CREATE TABLE counts (
    record text COLLATE "C" NOT NULL REFERENCES records (id),
    n      integer NOT NULL,
    value  bigint NOT NULL,
    whole  bigint NOT NULL,
    unit   text COLLATE "C" NOT NULL,
    label  text COLLATE "C" NOT NULL,
    PRIMARY KEY (record, n)
);

-- The evidence of tags, amounts and counts: owner says of which, item is the n of
-- the owner. The slice is bytes start_byte to end_byte of the field.
CREATE TABLE evidence (
    record     text COLLATE "C" NOT NULL REFERENCES records (id),
    owner      text COLLATE "C" NOT NULL CHECK (owner IN ('tag', 'amount', 'count')),
    item       integer NOT NULL,
    n          integer NOT NULL,
    field      text COLLATE "C" NOT NULL,
    start_byte integer NOT NULL,
    end_byte   integer NOT NULL,
    quote      text COLLATE "C" NOT NULL,
    rule       text COLLATE "C" NOT NULL,
    PRIMARY KEY (record, owner, item, n)
);

-- A story's id is the id of the article that it began with. Articles point to their
-- story, so that stories can be merged by pointing elsewhere.
CREATE TABLE stories (
    id       text COLLATE "C" PRIMARY KEY,
    began    bigint NOT NULL,
    earliest bigint NOT NULL, -- of the times of its articles
    latest   bigint NOT NULL,
    articles bigint NOT NULL, -- how many it has
    became   text COLLATE "C" -- the story of which it is a part now; no article points to it any more
);
CREATE INDEX stories_became ON stories (became) WHERE became IS NOT NULL;

-- Stories that an analyst has parted, one < other: the machine does not merge them.
CREATE TABLE apart (
    one   text COLLATE "C" NOT NULL,
    other text COLLATE "C" NOT NULL,
    PRIMARY KEY (one, other)
);
CREATE INDEX apart_other ON apart (other);

-- What of an article is compared, and the keys under which others of its event find
-- it. number is the first half of the article's id.
CREATE TABLE features (
    number  bigint PRIMARY KEY,
    article text COLLATE "C" NOT NULL,
    body    text COLLATE "C" NOT NULL -- base64
);

CREATE TABLE feature_keys (
    key    bigint NOT NULL,
    time   bigint NOT NULL, -- of the article
    number bigint NOT NULL,
    PRIMARY KEY (key, time, number)
);

-- Articles that name another as their original, by the ids of both.
CREATE TABLE originals (
    original text COLLATE "C" NOT NULL,
    article  text COLLATE "C" NOT NULL,
    PRIMARY KEY (original, article)
);

-- The article as it stands: which record is current, and what lists are ordered
-- and filtered by. number is the key of the search index.
CREATE TABLE articles (
    number   bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    id       text COLLATE "C" NOT NULL UNIQUE,
    record   text COLLATE "C" NOT NULL UNIQUE REFERENCES records (id),
    version  text COLLATE "C" NOT NULL,
    story    text COLLATE "C" NOT NULL REFERENCES stories (id),
    source   text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    fetched  bigint NOT NULL,
    tagged   smallint NOT NULL CHECK (tagged IN (0, 1)), -- a tag counts or waits for review
    stored   bigint NOT NULL
);
CREATE INDEX articles_newest ON articles (position, record);
CREATE INDEX articles_source ON articles (source, position, record);
CREATE INDEX articles_tagged ON articles (position, record) WHERE tagged = 1;
CREATE INDEX articles_story ON articles (story);

-- What analysts decide. Decisions are only appended; verdicts are what of them
-- stands, a row for each tag that was decided on.

CREATE TABLE decisions (
    number       bigint PRIMARY KEY,
    time         bigint NOT NULL,
    who          text COLLATE "C" NOT NULL,
    act          text COLLATE "C" NOT NULL CHECK (act IN ('accept', 'reject', 'edit', 'merge', 'split', 'undo')),
    story        text COLLATE "C" NOT NULL,
    article      text COLLATE "C" NOT NULL,
    label        text COLLATE "C" NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    undoes       bigint NOT NULL, -- 0: none
    before       text COLLATE "C",
    after        text COLLATE "C",
    rules        text COLLATE "C" NOT NULL,
    reason       text COLLATE "C" NOT NULL
);
CREATE INDEX decisions_article ON decisions (article, number);
CREATE INDEX decisions_who ON decisions (who, number);
CREATE INDEX decisions_undoes ON decisions (undoes) WHERE undoes > 0;

CREATE TABLE verdicts (
    article      text COLLATE "C" NOT NULL,
    label        text COLLATE "C" NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    decision     bigint NOT NULL,
    dispute      text COLLATE "C" NOT NULL CHECK (dispute IN ('', 'rules', 'evidence')),
    body         text COLLATE "C" NOT NULL,
    PRIMARY KEY (article, label, jurisdiction)
);
CREATE INDEX verdicts_dispute ON verdicts (article) WHERE dispute <> '';

-- The rules. content is their files, by name, as JSON. The last use is in force.

CREATE TABLE rule_sets (
    hash    text COLLATE "C" PRIMARY KEY,
    version text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL
);

CREATE TABLE rule_uses (
    number   bigint PRIMARY KEY,
    hash     text COLLATE "C" NOT NULL REFERENCES rule_sets (hash),
    who      text COLLATE "C" NOT NULL,
    time     bigint NOT NULL,
    change   bigint NOT NULL, -- the last one before
    applied  smallint NOT NULL CHECK (applied IN (0, 1)),
    at       bigint NOT NULL, -- the number of the article that applying has come to
    written  bigint NOT NULL,
    finished bigint
);

-- Who is to be told of what, and what he was told. version grows with each change of
-- any subscription; one that was removed stays, without its body.

CREATE TABLE subscriptions (
    id text COLLATE "C" NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    body text COLLATE "C" NOT NULL
);
CREATE INDEX subscriptions_version ON subscriptions (version);

CREATE TABLE alerts (
    subscription text COLLATE "C" NOT NULL,
    story text COLLATE "C" NOT NULL,
    change bigint NOT NULL,
    body text COLLATE "C" NOT NULL,
    PRIMARY KEY (subscription, story, change)
);
CREATE INDEX alerts_story ON alerts (story, subscription, change);
CREATE INDEX alerts_newest ON alerts (subscription, change);

-- What readers follow.

CREATE TABLE changes (
    sequence bigint PRIMARY KEY,
    time     bigint NOT NULL,
    kind     text COLLATE "C" NOT NULL,
    story    text COLLATE "C" NOT NULL,
    article  text COLLATE "C" NOT NULL,
    record   text COLLATE "C" NOT NULL,
    before   text COLLATE "C",
    after    text COLLATE "C",
    quiet    smallint NOT NULL CHECK (quiet IN (0, 1)),
    was      text COLLATE "C" NOT NULL -- the story that the article was in before a merge or a split
);

CREATE INDEX changes_article ON changes (article, sequence);

CREATE TABLE cursors (
    name     text COLLATE "C" PRIMARY KEY,
    sequence bigint NOT NULL
);

-- The words of each article's current text, made in Go (Han as pairs of
-- characters), without their places. line is what they were made of: letters
-- folded, words and runs of Han with a space between, in which a phrase is a part.
-- Both are kept aside even when they are short, so that the rows that the index finds
-- lie in few pages.
CREATE TABLE search (
    number bigint PRIMARY KEY REFERENCES articles (number),
    words  tsvector NOT NULL,
    line   text COLLATE "C" NOT NULL
) WITH (toast_tuple_target = 128);
CREATE INDEX search_words ON search USING gin (words);
