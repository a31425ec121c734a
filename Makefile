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

# The pictures in docs/img, from the running demonstration. Needs Chromium.
SHOT = chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1180,860
.PHONY: pictures
pictures:
	go build -o dist/edict ./cmd/edict
	EDICT_DATA=dist/demo EDICT_WEB_LISTEN=127.0.0.1:18099 timeout -s INT 110 dist/edict run --demo & \
	sleep 70; \
	$(SHOT) --screenshot=docs/img/map-light.png http://127.0.0.1:18099/; \
	$(SHOT) --blink-settings=preferredColorScheme=0 --screenshot=docs/img/place-dark.png http://127.0.0.1:18099/places/CN; \
	$(SHOT) --screenshot=docs/img/stream-light.png http://127.0.0.1:18099/stream; \
	$(SHOT) --blink-settings=preferredColorScheme=0 --screenshot=docs/img/stream-dark.png 'http://127.0.0.1:18099/stream?jurisdiction=CN'; \
	$(SHOT) --screenshot=docs/img/sources.png http://127.0.0.1:18099/sources; \
	wait
