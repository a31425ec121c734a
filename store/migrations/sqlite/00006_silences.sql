-- +goose Up

-- What readers want nothing of for a while. ended is when what it held was let go, or
-- when it was taken back; until and ended are microseconds.
CREATE TABLE silences (
    id    TEXT NOT NULL PRIMARY KEY,
    until INTEGER NOT NULL,
    ended INTEGER,
    body  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX silences_until ON silences (until, id) WHERE ended IS NULL;

-- Alerts that a reader says are wrong.
CREATE TABLE flags (
    number       INTEGER PRIMARY KEY,
    subscription TEXT NOT NULL,
    story        TEXT NOT NULL,
    record       TEXT NOT NULL,
    time         INTEGER NOT NULL,
    body         TEXT NOT NULL,
    UNIQUE (subscription, record)
) STRICT;
CREATE INDEX flags_story ON flags (story, number);

-- What signs the links in messages; the last one signs, the ones before are still read.
CREATE TABLE link_keys (
    number  INTEGER PRIMARY KEY,
    created INTEGER NOT NULL,
    secret  TEXT NOT NULL
) STRICT;

-- Messages to a subscriber that tell of no story: heartbeats and warnings.
CREATE TABLE notices (
    id           TEXT NOT NULL PRIMARY KEY,
    subscription TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('heartbeat', 'warning')),
    time         INTEGER NOT NULL,
    body         TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_newest ON notices (subscription, kind, time);
