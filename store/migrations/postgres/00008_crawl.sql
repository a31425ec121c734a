-- +goose Up

-- Which visits of a source go first: 0 a story that nobody has read, 1 one that is
-- tried or looked at again, 2 one that alerts nobody.
ALTER TABLE visits ADD COLUMN rank integer NOT NULL DEFAULT 1;
UPDATE visits SET rank = CASE
    WHEN (body::json ->> 'quiet')::boolean THEN 2
    WHEN article = '' AND (body::json ->> 'attempts')::bigint = 0 THEN 0
    ELSE 1 END
WHERE due IS NOT NULL;
DROP INDEX visits_due;
CREATE INDEX visits_due ON visits (source, rank, due, id) WHERE due IS NOT NULL;

-- How often a list was changed, for readers who look whether to read it again.
CREATE TABLE editions (
    name   text COLLATE "C" PRIMARY KEY,
    number bigint NOT NULL
);

-- How the sources fare.
CREATE TABLE health (
    source text COLLATE "C" PRIMARY KEY,
    body   text COLLATE "C" NOT NULL
);
