-- +goose Up

-- In which language and by which clock somebody is spoken to; "": as his browser asks.
ALTER TABLE users ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN zone TEXT NOT NULL DEFAULT '';
