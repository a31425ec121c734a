package account

// A Fault is what was asked for and cannot be, which who asked may mend. It wraps the kind
// of error that it is, and says in English what is wrong.
type Fault struct {
	Code string // what it is, for words in other languages; it stays as it is
	Args []any  // for them: names and values
	text string
	kind error
}

// NewFault returns a fault.
func NewFault(kind error, code, text string, args ...any) error {
	return &Fault{code, args, text, kind}
}

func (f *Fault) Error() string { return f.text + ": " + f.kind.Error() }

// Unwrap returns the kind of error that it is.
func (f *Fault) Unwrap() error { return f.kind }
