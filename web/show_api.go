package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"edict/news"
)

// The page of the API is made of its OpenAPI document, by a template as all pages are. A
// ready viewer would need what the Content-Security-Policy of these pages forbids: script
// and style inside the page, images as data, and markup made by script.

// apiDocument is what the page reads of an OpenAPI document.
type apiDocument struct {
	Info struct {
		Title, Version, Description string
	} `json:"info"`
	Paths      map[string]map[string]apiOperation `json:"paths"`
	Webhooks   map[string]map[string]apiOperation `json:"webhooks"`
	Components struct {
		Schemas   map[string]apiSchema   `json:"schemas"`
		Responses map[string]apiAnswered `json:"responses"`
	} `json:"components"`
}

type apiOperation struct {
	ID          string         `json:"operationId"`
	Summary     string         `json:"summary"`
	Description string         `json:"description"`
	Tags        []string       `json:"tags"`
	Parameters  []apiParameter `json:"parameters"`
	RequestBody struct {
		Content map[string]apiMedia `json:"content"`
	} `json:"requestBody"`
	Responses map[string]apiAnswered `json:"responses"`
}

type apiAnswered struct {
	Ref         string              `json:"$ref"`
	Description string              `json:"description"`
	Content     map[string]apiMedia `json:"content"`
}

type apiParameter struct {
	Name        string    `json:"name"`
	In          string    `json:"in"`
	Description string    `json:"description"`
	Required    bool      `json:"required"`
	Schema      apiSchema `json:"schema"`
}

type apiMedia struct {
	Schema apiSchema `json:"schema"`
}

type apiSchema struct {
	Ref         string               `json:"$ref"`
	Type        any                  `json:"type"` // a string, or several
	Format      string               `json:"format"`
	Description string               `json:"description"`
	Enum        []any                `json:"enum"`
	Default     any                  `json:"default"`
	Items       *apiSchema           `json:"items"`
	Properties  map[string]apiSchema `json:"properties"`
	Required    []string             `json:"required"`
	Additional  any                  `json:"additionalProperties"`
}

// apiView is the page of the API.
type apiView struct {
	Description string
	Groups      []apiGroup
	Schemas     []apiShape
}

// An apiGroup are the operations on one kind of thing.
type apiGroup struct {
	Name string
	Ops  []apiOp
}

// An apiOp is one operation, or a webhook.
type apiOp struct {
	ID, Method, Path, Summary, About string
	Fields                           []apiField // parameters
	Body                             apiType
	Answers                          []apiAnswer
}

type apiAnswer struct {
	Status, About string
	Body          apiType
}

// An apiShape is a schema.
type apiShape struct {
	Name, About string
	Fields      []apiField
}

// An apiField is a parameter or a member.
type apiField struct {
	Name, In, About string
	Type            apiType
	Required        bool
}

// An apiType says what a value is: Text, with Link to the schema that it names.
type apiType struct{ Text, Before, Name, Link string }

// apiPage is the page that was made of the document, which stays as it is while the
// program runs.
type apiPage struct {
	mu   sync.Mutex // guards view
	view *apiView
}

// A memo keeps an answer of a handler.
type memo struct {
	head   http.Header
	status int
	body   bytes.Buffer
}

func (m *memo) Header() http.Header             { return m.head }
func (m *memo) WriteHeader(status int)          { m.status = cmp.Or(m.status, status) }
func (m *memo) Write(b []byte) (n int, e error) { return m.body.Write(b) }

func (s *Server) showAPI(r *http.Request) (view, error) {
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	s.api.mu.Lock()
	defer s.api.mu.Unlock()
	if s.api.view == nil {
		ask := r.Clone(r.Context())
		ask.URL.Path, ask.URL.RawQuery = "/api/openapi.json", ""
		m := &memo{head: http.Header{}}
		s.API.ServeHTTP(m, ask)
		var doc apiDocument
		if err := json.Unmarshal(m.body.Bytes(), &doc); err != nil || m.status >= http.StatusBadRequest || len(doc.Paths) == 0 {
			return view{}, fmt.Errorf("the API does not describe itself (status %d): %w", m.status, cmp.Or(err, news.ErrUnavailable))
		}
		v := doc.view()
		s.api.view = &v
	}
	return view{template: "api", title: s.say("api.title"), nav: "api", totals: t, body: *s.api.view}, nil
}

// methods are in the order in which a page tells them.
var methods = []string{"get", "post", "put", "patch", "delete"}

func (d apiDocument) view() apiView {
	v := apiView{Description: d.Info.Description}
	groups := map[string]*apiGroup{}
	var names []string
	add := func(group string, op apiOp) {
		if groups[group] == nil {
			groups[group] = &apiGroup{Name: group}
			names = append(names, group)
		}
		groups[group].Ops = append(groups[group].Ops, op)
	}
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range methods {
			if o, is := d.Paths[path][method]; is {
				add(cmp.Or(strings.Join(o.Tags, ", "), "other"), d.op(o, method, path))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Webhooks)) {
		for _, method := range methods {
			if o, is := d.Webhooks[name][method]; is {
				add("webhooks", d.op(o, method, name))
			}
		}
	}
	for _, name := range names {
		v.Groups = append(v.Groups, *groups[name])
	}
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		schema := d.Components.Schemas[name]
		v.Schemas = append(v.Schemas, apiShape{name, schema.Description, schema.fields()})
	}
	return v
}

func (d apiDocument) op(o apiOperation, method, path string) apiOp {
	op := apiOp{ID: o.ID, Method: strings.ToUpper(method), Path: path, Summary: o.Summary, About: o.Description, Body: typeIn(o.RequestBody.Content)}
	for _, p := range o.Parameters {
		op.Fields = append(op.Fields, apiField{p.Name, p.In, cmp.Or(p.Description, p.Schema.Description), p.Schema.inWords(), p.Required})
	}
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		a := o.Responses[status]
		if name, is := strings.CutPrefix(a.Ref, "#/components/responses/"); is {
			a = d.Components.Responses[name]
		}
		op.Answers = append(op.Answers, apiAnswer{status, a.Description, typeIn(a.Content)})
	}
	return op
}

func typeIn(content map[string]apiMedia) apiType {
	for _, kind := range slices.Sorted(maps.Keys(content)) {
		return content[kind].Schema.inWords()
	}
	return apiType{}
}

// fields are the members of an object, those that must be there first.
func (s apiSchema) fields() (list []apiField) {
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		list = append(list, apiField{Name: name, About: p.Description, Type: p.inWords(), Required: slices.Contains(s.Required, name)})
	}
	slices.SortStableFunc(list, func(a, b apiField) int { return bit(b.Required) - bit(a.Required) })
	return list
}

// inWords says what a value is in words, with the schema that it names.
func (s apiSchema) inWords() (t apiType) {
	if name, is := strings.CutPrefix(s.Ref, "#/components/schemas/"); is {
		return apiType{Name: name, Link: "#schema-" + name}
	}
	kinds := []string{}
	switch k := s.Type.(type) {
	case string:
		kinds = append(kinds, k)
	case []any:
		for _, one := range k {
			kinds = append(kinds, fmt.Sprint(one))
		}
	}
	if slices.Contains(kinds, "array") && s.Items != nil {
		t = s.Items.inWords()
		t.Before = "list of " + t.Before
		return t
	}
	t.Text = strings.Join(slices.DeleteFunc(kinds, func(k string) bool { return k == "null" }), " or ")
	if slices.Contains(kinds, "null") {
		t.Text += " or null"
	}
	if s.Format != "" {
		t.Text += ", " + s.Format
	}
	if len(s.Enum) > 0 {
		var words []string
		for _, e := range s.Enum {
			words = append(words, fmt.Sprint(e))
		}
		t.Text = "one of " + strings.Join(words, ", ")
	}
	if s.Default != nil {
		t.Text += fmt.Sprintf("; %v unless given", s.Default)
	}
	if t.Text == "" {
		t.Text = "anything"
	}
	return t
}
