-- +goose Up

-- In which language and by which clock somebody is spoken to; "": as his browser asks.
ALTER TABLE users ADD COLUMN language text NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN zone text NOT NULL DEFAULT '';
