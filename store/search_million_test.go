//go:build million

package store_test

const benchArticles = 1_000_000
