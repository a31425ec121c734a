# What a builder types. The README's two commands need none of it.
.PHONY: demo test race lint fuzz bench

demo:
	go run ./cmd/edict run --demo

test:
	go test ./...

race:
	go test -race ./...

lint:
	cd tools && go build -o ../dist/ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	dist/golangci-lint run

# Every fuzz target for FUZZTIME.
FUZZTIME ?= 30s
fuzz:
	@for pkg in $$(go list ./...); do \
	  for f in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; \
	done

# Figures that compare within one run; benchstat reads them.
bench:
	go test -run '^$$' -bench . -count 6 ./...

# The pictures in docs/img, of every page of the running demonstration. Needs Chromium.
.PHONY: screenshots
screenshots:
	go test -tags screenshots -count 1 -run TestScreenshots -v ./app
