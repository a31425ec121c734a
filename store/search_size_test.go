//go:build !million

package store_test

// benchArticles is the size of the archive in BenchmarkSearch; with the build tag
// million it is ten times as large.
const benchArticles = 100_000
