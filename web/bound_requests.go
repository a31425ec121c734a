package web

import (
	"log"
	"net/http"
	"time"
)

// What one client may take of a server.
const (
	headerTime  = 10 * time.Second // to send the head of a request
	requestTime = time.Minute      // to send all of it
	answerTime  = 5 * time.Minute  // to take the answer; a live page sets its own for each batch
	idleTime    = 2 * time.Minute  // between two requests
	maxHeader   = 64 << 10         // bytes
)

// NewHTTPServer returns a server of h that no client can keep waiting.
func NewHTTPServer(h http.Handler, errors *log.Logger) *http.Server {
	return &http.Server{
		Handler: h, ErrorLog: errors, ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: answerTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
	}
}

// OnLoopback lets requests through that came under a name of this machine, and that no
// proxy handed on.
func OnLoopback(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopbackHost(r.Host) || handedOn(r) {
			http.Error(w, "This answers only to 127.0.0.1, [::1] and localhost; ops.listen gives it an address of its own.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// handedOn reports whether a proxy says that it handed a request on.
func handedOn(r *http.Request) bool {
	return r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" || r.Header.Get("X-Real-Ip") != ""
}
