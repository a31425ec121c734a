package alert

import "time"

// Hurry lets w ask a store that is away again at once.
func (w *Worker) Hurry() { w.settleWait = time.Millisecond }
