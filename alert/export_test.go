package alert

import (
	"time"

	"edict/catalogue"
)

// Hurry lets w ask a store that is away again at once.
func (w *Worker) Hurry() { w.settleWait = time.Millisecond }

// Texts are what messages say, by language.
func Texts() map[string]*catalogue.Catalogue { return texts() }
