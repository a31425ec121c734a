-- +goose Up

-- What is sent to subscribers. next, due, created and sent are microseconds; message is
-- '' until the batch of a delivery is sent first.

CREATE TABLE deliveries (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    subscription text COLLATE "C" NOT NULL,
    channel      text COLLATE "C" NOT NULL,
    story        text COLLATE "C" NOT NULL,
    change       bigint NOT NULL,
    batch        text COLLATE "C" NOT NULL,
    message      text COLLATE "C" NOT NULL,
    created      bigint NOT NULL,
    due          bigint NOT NULL,
    next         bigint NOT NULL,
    state        text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'held', 'sent', 'dead')),
    hold         text COLLATE "C" NOT NULL CHECK (hold IN ('', 'paused', 'halted', 'silenced')),
    attempts     bigint NOT NULL,
    answer       text COLLATE "C" NOT NULL,
    sent         bigint
);
CREATE INDEX deliveries_next ON deliveries (next, id) WHERE state = 'waiting';
CREATE INDEX deliveries_thread ON deliveries (subscription, channel, story, change);
CREATE INDEX deliveries_newest ON deliveries (created, id);
CREATE INDEX deliveries_state ON deliveries (state, created, id) WHERE state IN ('held', 'dead');
CREATE INDEX deliveries_message ON deliveries (message);

-- Each attempt to send a message. took is microseconds.
CREATE TABLE tries (
    message text COLLATE "C" NOT NULL,
    number  bigint NOT NULL,
    time    bigint NOT NULL,
    took    bigint NOT NULL,
    outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('sent', 'later', 'unknown', 'refused', 'gone')),
    answer  text COLLATE "C" NOT NULL,
    PRIMARY KEY (message, number)
);

-- What signs the messages of a channel.
CREATE TABLE channel_secrets (
    subscription text COLLATE "C" NOT NULL,
    channel      text COLLATE "C" NOT NULL,
    secret       text COLLATE "C" NOT NULL,
    PRIMARY KEY (subscription, channel)
);
