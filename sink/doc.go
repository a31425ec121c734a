// Package sink is the last stage of a story's way: it keeps each record exactly
// once. Its Stage turns batches from the bus into transactions of the store, its
// Relay announces what has changed to outside programs, and its Reconciler
// publishes again what the ledger holds and no stream does.
//
// It knows neither the bus nor the database: what it needs of them it declares as
// interfaces here.
package sink
