-- +goose Up

-- What is sent to subscribers. next, due, created and sent are microseconds; message is
-- '' until the batch of a delivery is sent first.

CREATE TABLE deliveries (
    id           TEXT NOT NULL PRIMARY KEY,
    subscription TEXT NOT NULL,
    channel      TEXT NOT NULL,
    story        TEXT NOT NULL,
    change       INTEGER NOT NULL,
    batch        TEXT NOT NULL,
    message      TEXT NOT NULL,
    created      INTEGER NOT NULL,
    due          INTEGER NOT NULL,
    next         INTEGER NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'held', 'sent', 'dead')),
    hold         TEXT NOT NULL CHECK (hold IN ('', 'paused', 'halted', 'silenced')),
    attempts     INTEGER NOT NULL,
    answer       TEXT NOT NULL,
    sent         INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_next ON deliveries (next, id) WHERE state = 'waiting';
CREATE INDEX deliveries_thread ON deliveries (subscription, channel, story, change);
CREATE INDEX deliveries_newest ON deliveries (created, id);
CREATE INDEX deliveries_state ON deliveries (state, created, id) WHERE state IN ('held', 'dead');
CREATE INDEX deliveries_message ON deliveries (message);

-- Each attempt to send a message. took is microseconds.
CREATE TABLE tries (
    message TEXT NOT NULL,
    number  INTEGER NOT NULL,
    time    INTEGER NOT NULL,
    took    INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'later', 'unknown', 'refused', 'gone')),
    answer  TEXT NOT NULL,
    PRIMARY KEY (message, number)
) STRICT, WITHOUT ROWID;

-- What signs the messages of a channel.
CREATE TABLE channel_secrets (
    subscription TEXT NOT NULL,
    channel      TEXT NOT NULL,
    secret       TEXT NOT NULL,
    PRIMARY KEY (subscription, channel)
) STRICT, WITHOUT ROWID;
