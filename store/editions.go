package store

import (
	"context"
	"database/sql"
	"errors"
)

// sourcesEdition is the name under which changes of the sources are counted.
const sourcesEdition = "sources"

// SourcesEdition returns a number that is another one whenever any source has
// changed, come or gone.
func (s *Store) SourcesEdition(ctx context.Context) (number int64, err error) {
	err = s.readers().row(ctx, "SELECT number FROM editions WHERE name = ?", sourcesEdition).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return number, s.fault("look whether sources have changed", err)
}

func nextEdition(ctx context.Context, tx session, name string) error {
	_, err := tx.exec(ctx, "INSERT INTO editions (name, number) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET number = editions.number + 1", name)
	return err
}
