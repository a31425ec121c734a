//go:build !million

package app_test

// previewArticles is the size of the archive in BenchmarkPreview; with the build tag
// million it is fifty times as large.
const previewArticles = 20_000
