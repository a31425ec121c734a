// Package alert tells subscribers what they asked to be told: it matches the changed
// stories of the archive with subscriptions, and says each event once.
//
// It imports no database and no network. Where subscriptions, alerts and deliveries
// are kept, and how a message leaves the program, is handed to it.
package alert
