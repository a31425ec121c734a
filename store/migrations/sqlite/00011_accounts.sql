-- +goose Up

-- Who may sign in. A removed account keeps its row, so that its name is not given again.
CREATE TABLE users (
    name     TEXT PRIMARY KEY,
    id       TEXT NOT NULL,
    role     TEXT NOT NULL,
    state    TEXT NOT NULL,
    password TEXT NOT NULL,
    feeds    TEXT NOT NULL,
    created  INTEGER NOT NULL,
    changed  INTEGER NOT NULL,
    seen     INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_id ON users (id);

-- Browsers that signed in, by the hash of the token in their cookie.
CREATE TABLE sessions (
    hash    TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    created INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    address TEXT NOT NULL,
    agent   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_account ON sessions (account, seen);

-- What programs sign in with, by its hash.
CREATE TABLE tokens (
    id      TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    name    TEXT NOT NULL,
    hash    TEXT NOT NULL,
    scopes  TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER,
    used    INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);
CREATE INDEX tokens_account ON tokens (account, created);

-- What administrators did. It is only appended to.
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    time   INTEGER NOT NULL,
    who    TEXT NOT NULL,
    via    TEXT NOT NULL,
    what   TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER audit_not_altered BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'audit is only appended to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_not_removed BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'audit is only appended to');
END;
-- +goose StatementEnd
