-- +goose Up

-- What was sent to one subscription, or on one channel, the last first.
CREATE INDEX deliveries_subscription ON deliveries (subscription, created, id);
CREATE INDEX deliveries_channel ON deliveries (channel, created, id);
