//go:build million

package app_test

const previewArticles = 1_000_000
