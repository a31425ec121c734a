package web

import (
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/text/language"

	"edict/account"
	"edict/catalogue"
	"edict/news"
)

// texts are what pages say, a file for each language. static/*.js takes its words from
// the same files: those whose keys begin with "live." and "time.".
//
//go:embed texts
var textFiles embed.FS

// A speaker is how one reader is spoken to. Every request has a Server of its own, a copy
// with the speaker of that request.
type speaker struct {
	words *catalogue.Catalogue
	zone  *time.Location
	// chosen: the zone is what the reader said. Otherwise it is UTC, and the script puts
	// the browser's in its place.
	chosen bool
}

// say is a text in the reader's language.
func (p speaker) say(key string, args ...any) string { return p.words.Say(key, args...) }

// language is what the reader reads.
func (p speaker) language() string { return p.words.Language() }

const (
	languageCookie = "edict_language"
	zoneCookie     = "edict_zone"
	settingsPath   = "/settings"
)

// tongues are the languages as Accept-Language is matched with them: zh-TW and zh-HK are
// traditional, zh and zh-CN simplified.
var tongues = language.NewMatcher([]language.Tag{language.English, language.SimplifiedChinese, language.TraditionalChinese})

// as is the server as the reader of a request sees it: in the language of his account,
// else the one that he chose in this browser, else the one that it asks for, else English;
// and by the clock of his account, else the one that he chose, else UTC.
func (s *Server) as(r *http.Request) *Server {
	mine := *s
	code, clock := account.From(r.Context()).Spoken()
	if s.speech[code] == nil {
		code = ""
	}
	if c, err := r.Cookie(languageCookie); err == nil && code == "" && s.speech[c.Value] != nil {
		code = c.Value
	}
	if _, at := language.MatchStrings(tongues, r.Header.Get("Accept-Language")); code == "" && at < len(catalogue.Languages) {
		code = catalogue.Languages[at]
	}
	mine.speaker = speaker{words: s.speech[code], zone: time.UTC}
	if c, err := r.Cookie(zoneCookie); err == nil && clock == "" {
		clock = c.Value
	}
	if zone, err := zoneNamed(clock); err == nil {
		mine.zone, mine.chosen = zone, true
	}
	mine.names.language = code
	return &mine
}

// in is the server in a language; one that there is not changes nothing.
func (s *Server) in(language string) *Server {
	mine := *s
	if words := s.speech[language]; words != nil {
		mine.words, mine.names.language = words, language
	}
	return &mine
}

// zoneNamed reads the name of a zone, such as Asia/Shanghai.
func zoneNamed(name string) (*time.Location, error) {
	name = strings.TrimSpace(name)
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" || len(name) > 60 {
		return nil, fault{"fault.zone", []any{"zone", cut(name, 60)}, news.ErrInvalid}
	}
	return zone, nil
}

// serveSettings keeps the language and the zone that a reader chooses: in his account, so
// that every browser of his speaks as he wants, else in this browser. Nothing chosen leaves
// it to the browser again.
func (s *Server) serveSettings(mux *router) {
	mux.Handle("POST "+settingsPath, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 4096)
		if err := r.ParseForm(); err != nil {
			s.fail(w, r, fault{"fault.form", nil, news.ErrInvalid})
			return
		}
		var code, zone *string
		if given := r.PostForm.Get("language"); r.PostForm.Has("language") && (given == "" || s.speech[given] != nil) {
			code = &given
		}
		if r.PostForm.Has("zone") {
			name := strings.TrimSpace(r.PostForm.Get("zone"))
			if _, err := zoneNamed(name); name != "" && err != nil {
				s.fail(w, r, err)
				return
			}
			zone = &name
		}
		i, inBrowser := account.From(r.Context()), func(name string, value *string) {
			if value != nil {
				http.SetCookie(w, preference(name, *value))
			}
		}
		if i.Session != "" {
			if err := s.Accounts.Speak(r.Context(), i.Name, code, zone); err != nil {
				s.fail(w, r, err)
				return
			}
			// What this browser kept from before would come back when nothing is chosen.
			inBrowser = func(name string, value *string) {
				if _, err := r.Cookie(name); err == nil && value != nil {
					http.SetCookie(w, preference(name, ""))
				}
			}
		}
		inBrowser(languageCookie, code)
		inBrowser(zoneCookie, zone)
		http.Redirect(w, r, ownAddress(r.PostForm.Get("back")), http.StatusSeeOther)
	}))
}

// preference is a cookie that lasts a year; without a value it takes the old one away.
func preference(name, value string) *http.Cookie {
	c := &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: 365 * 86400, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}

// ownAddress is raw if it is an address of these pages, else the first page.
func ownAddress(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(u.Path, "//") || strings.ContainsAny(raw, "\\\r\n") {
		return "/"
	}
	return u.String()
}

// A tongue is a language to choose.
type tongue struct {
	Code, Name string
	Current    bool
}

// choices of languages, each by its own name.
func (p speaker) tongues() (out []tongue) {
	names := map[string]string{catalogue.English: "English", catalogue.Simplified: "简体中文", catalogue.Traditional: "繁體中文"}
	for _, code := range catalogue.Languages {
		out = append(out, tongue{code, names[code], code == p.language()})
	}
	return out
}

// speech are the functions by which templates speak a language: t is a text, m one with
// markup of our own, and stage and label are names of what codes stand for.
func speech(c *catalogue.Catalogue) template.FuncMap {
	return template.FuncMap{"t": c.Say, "m": func(key string, args ...any) template.HTML { return markUp(c, key, args...) }}
}

// markUp is a text in which `words` are code and [words](name) is a link to the address
// that is given under that name. What is put into it is escaped, and an address leads to
// these pages.
func markUp(c *catalogue.Catalogue, key string, args ...any) template.HTML {
	safe := make([]any, len(args))
	copy(safe, args)
	links := map[string]string{}
	for i := 0; i+1 < len(args); i += 2 {
		if s, is := args[i+1].(string); is {
			links[fmt.Sprint(args[i])] = cmp.Or(ownAddressOrPart(s), "/")
			safe[i+1] = neutral.Replace(s)
		}
	}
	var b strings.Builder
	for i, piece := range strings.Split(c.Say(key, safe...), "`") {
		if i%2 == 1 {
			b.WriteString("<code>" + neutralised(piece) + "</code>")
			continue
		}
		for {
			before, rest, found := strings.Cut(piece, "[")
			words, after, closed := strings.Cut(rest, "](")
			name, next, ended := strings.Cut(after, ")")
			address, known := links[name]
			if !found || !closed || !ended || !known {
				b.WriteString(neutralised(piece))
				break
			}
			b.WriteString(neutralised(before) + `<a href="` + template.HTMLEscapeString(address) + `">` + neutralised(words) + "</a>")
			piece = next
		}
	}
	return template.HTML(b.String()) //nolint:gosec // every part of it was escaped above
}

// neutral hides what would be markup of ours in a value; neutralised brings it back,
// escaped.
var (
	neutral = strings.NewReplacer("`", "\ue000", "[", "\ue001")
	plain   = strings.NewReplacer("\ue000", "`", "\ue001", "[")
)

func neutralised(s string) string { return template.HTMLEscapeString(plain.Replace(s)) }

// ownAddressOrPart is an address of these pages, or of a part of this one, or "".
func ownAddressOrPart(raw string) string {
	if strings.HasPrefix(raw, "#") {
		return raw
	}
	if own := ownAddress(raw); own != "/" {
		return own
	}
	return ""
}

// told reports whether a reader has said in which language he reads, in his account or in
// this browser.
func (s *Server) told(r *http.Request) bool {
	if code, _ := account.From(r.Context()).Spoken(); s.speech[code] != nil {
		return true
	}
	c, err := r.Cookie(languageCookie)
	return err == nil && s.speech[c.Value] != nil
}
