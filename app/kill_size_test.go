//go:build !load

package app_test

// kills is how often TestKill kills the program; with the build tag load it is twice
// as often.
const kills = 10
