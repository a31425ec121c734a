package bus_test

// runChild: no test on Windows needs another process.
func runChild() bool { return false }
