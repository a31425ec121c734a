package alert

import (
	"fmt"

	"edict/classifier/match"
	"edict/news"
)

// SilenceOf returns the first of the silences that hold now which fits a delivery, or
// nil. record is asked for what the delivery tells of, and only where a silence names a
// source or a phrase.
func SilenceOf(list []news.Silence, d news.Delivery, record func() (news.Record, error)) (*news.Silence, error) {
	var r *news.Record
	for i, s := range list {
		if s.Subscription != "" && s.Subscription != d.Subscription || s.Story != "" && s.Story != d.Story {
			continue
		}
		if s.Source == "" && s.Phrase == "" {
			return &list[i], nil
		}
		if r == nil {
			got, err := record()
			if err != nil {
				return nil, err
			}
			r = &got
		}
		if s.Source != "" && s.Source != r.Source {
			continue
		}
		holds, err := holdsPhrase(*r, s.Phrase)
		if err != nil {
			return nil, fmt.Errorf("silence %s: %w", s.ID, err)
		}
		if holds {
			return &list[i], nil
		}
	}
	return nil, nil
}

// holdsPhrase looks for a phrase as subscriptions do: in any script, whatever its case.
// "" is in every record.
func holdsPhrase(r news.Record, phrase string) (bool, error) {
	if phrase == "" {
		return true, nil
	}
	m, err := match.Compile([]match.Phrase{{Text: phrase}})
	if err != nil {
		return false, fmt.Errorf("phrase %q: %w: %w", phrase, err, news.ErrInvalid)
	}
	for _, text := range []string{r.Title, r.Summary, r.Text} {
		if len(m.Append(nil, text)) > 0 {
			return true, nil
		}
	}
	return false, nil
}
