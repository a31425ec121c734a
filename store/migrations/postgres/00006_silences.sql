-- +goose Up

-- What readers want nothing of for a while. ended is when what it held was let go, or
-- when it was taken back; until and ended are microseconds.
CREATE TABLE silences (
    id    text COLLATE "C" NOT NULL PRIMARY KEY,
    until bigint NOT NULL,
    ended bigint,
    body  text COLLATE "C" NOT NULL
);
CREATE INDEX silences_until ON silences (until, id) WHERE ended IS NULL;

-- Alerts that a reader says are wrong.
CREATE TABLE flags (
    number       bigint PRIMARY KEY,
    subscription text COLLATE "C" NOT NULL,
    story        text COLLATE "C" NOT NULL,
    record       text COLLATE "C" NOT NULL,
    time         bigint NOT NULL,
    body         text COLLATE "C" NOT NULL,
    UNIQUE (subscription, record)
);
CREATE INDEX flags_story ON flags (story, number);

-- What signs the links in messages; the last one signs, the ones before are still read.
CREATE TABLE link_keys (
    number  bigint PRIMARY KEY,
    created bigint NOT NULL,
    secret  text COLLATE "C" NOT NULL
);

-- Messages to a subscriber that tell of no story: heartbeats and warnings.
CREATE TABLE notices (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    subscription text COLLATE "C" NOT NULL,
    kind         text COLLATE "C" NOT NULL CHECK (kind IN ('heartbeat', 'warning')),
    time         bigint NOT NULL,
    body         text COLLATE "C" NOT NULL
);
CREATE INDEX notices_newest ON notices (subscription, kind, time);
