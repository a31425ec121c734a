// Package account says who may do what: users and their passwords, roles, sessions of
// the pages, tokens of programs, keys of feed addresses, and the book of what
// administrators did.
//
//   - A User has a name, a Role and a password. A name is given once: what its owner
//     wrote stays his, also when the account is gone.
//   - A Role is what a person is trusted with: a reader reads and subscribes, an analyst
//     decides too, an admin administers too.
//   - A Scope is what one request needs, and what a token is limited to. A role has scopes.
//   - An Identity is who sends a request, and which scopes he has in it.
//   - A Session is a browser that signed in. Its token is in a cookie; the store knows
//     only its hash.
//   - A Token lets a program in. It is shown once, and the store knows only its hash.
//   - An Act is a line in the book of administration, which is only appended to.
//
// While there is no account and the listener is loopback, whoever uses this machine has
// all rights, without a login: local mode. The package decides nothing about which page
// needs what; package web has that table.
package account
