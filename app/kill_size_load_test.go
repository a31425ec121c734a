//go:build load

package app_test

const kills = 20
