-- +goose Up

-- Who may sign in. A removed account keeps its row, so that its name is not given again.
CREATE TABLE users (
    name     text COLLATE "C" PRIMARY KEY,
    id       text COLLATE "C" NOT NULL,
    role     text COLLATE "C" NOT NULL,
    state    text COLLATE "C" NOT NULL,
    password text COLLATE "C" NOT NULL,
    feeds    text COLLATE "C" NOT NULL,
    created  bigint NOT NULL,
    changed  bigint NOT NULL,
    seen     bigint
);
CREATE UNIQUE INDEX users_id ON users (id);

-- Browsers that signed in, by the hash of the token in their cookie.
CREATE TABLE sessions (
    hash    text COLLATE "C" PRIMARY KEY,
    account text COLLATE "C" NOT NULL,
    created bigint NOT NULL,
    seen    bigint NOT NULL,
    expires bigint NOT NULL,
    address text COLLATE "C" NOT NULL,
    agent   text COLLATE "C" NOT NULL
);
CREATE INDEX sessions_account ON sessions (account, seen);

-- What programs sign in with, by its hash.
CREATE TABLE tokens (
    id      text COLLATE "C" PRIMARY KEY,
    account text COLLATE "C" NOT NULL,
    name    text COLLATE "C" NOT NULL,
    hash    text COLLATE "C" NOT NULL,
    scopes  text COLLATE "C" NOT NULL,
    created bigint NOT NULL,
    expires bigint,
    used    bigint
);
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);
CREATE INDEX tokens_account ON tokens (account, created);

-- What administrators did. It is only appended to.
CREATE TABLE audit (
    number bigint PRIMARY KEY,
    time   bigint NOT NULL,
    who    text COLLATE "C" NOT NULL,
    via    text COLLATE "C" NOT NULL,
    what   text COLLATE "C" NOT NULL,
    target text COLLATE "C" NOT NULL,
    detail text COLLATE "C" NOT NULL
);
-- +goose StatementBegin
CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit is only appended to';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_not_altered BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept();
