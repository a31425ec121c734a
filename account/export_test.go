package account

// OnHash lets done know of each password that a gate hashes to compare it.
func OnHash(g *Gate, done func()) { g.hasher.done = done }

// SetMemory lets a hash of a gate cost so many KiB.
func SetMemory(g *Gate, kib uint32) { g.hasher.memory = kib }
