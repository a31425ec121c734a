package rules

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"edict/news"
)

// Schema names the form of a rule file.
const Schema = "edict.rules/1"

// ruleFile is a rule file as it is written. Only keys named here may stand in it.
// A file without a label holds sets that the others share.
type ruleFile struct {
	Schema   value               `yaml:"schema"`
	Label    value               `yaml:"label"`
	Version  value               `yaml:"version"`
	About    string              `yaml:"about"`
	Context  []value             `yaml:"context"`
	Without  float64             `yaml:"without"`
	Against  []value             `yaml:"against"`
	Fields   *fieldWeights       `yaml:"fields"`
	Decide   *thresholds         `yaml:"decide"`
	Sets     map[string]setEntry `yaml:"sets"`
	Patterns []patternEntry      `yaml:"patterns"`
	Guards   []guardEntry        `yaml:"guards"`
	Stages   []stageEntry        `yaml:"stages"`
	Tests    []testEntry         `yaml:"tests"`
}

type setEntry struct {
	About string  `yaml:"about"`
	EN    []value `yaml:"en"`
	ZH    []value `yaml:"zh"`
	Use   []value `yaml:"use"`
	// Subject leaves out what stands after a preposition ("with the government"): it
	// is not who acts.
	Subject bool `yaml:"subject"`
	Except  struct {
		EN []value `yaml:"en"`
		ZH []value `yaml:"zh"`
	} `yaml:"except"`
}

type patternEntry struct {
	Name   value    `yaml:"name"`
	About  string   `yaml:"about"`
	Match  []value  `yaml:"match"`
	Order  value    `yaml:"order"`
	Score  *float64 `yaml:"score"`
	Stage  value    `yaml:"stage"`
	Bar    []value  `yaml:"bar"`
	Needs  []value  `yaml:"needs"`
	Title  []value  `yaml:"title"`
	Unless []value  `yaml:"unless"`
	Ignore []value  `yaml:"ignore"`
	Place  value    `yaml:"place"`
	Lacks  value    `yaml:"lacks"`
	Begins *int     `yaml:"begins"`
}

type guardEntry struct {
	Name   value    `yaml:"name"`
	About  string   `yaml:"about"`
	Set    value    `yaml:"set"`
	At     value    `yaml:"at"`
	Words  int      `yaml:"words"`
	Drop   bool     `yaml:"drop"`
	Times  *float64 `yaml:"times"`
	Only   []value  `yaml:"only"`
	In     []value  `yaml:"in"`
	Clause bool     `yaml:"clause"`
	Unless []value  `yaml:"unless"`
}

type stageEntry struct {
	Stage   value   `yaml:"stage"`
	About   string  `yaml:"about"`
	Set     value   `yaml:"set"`
	At      value   `yaml:"at"`
	Words   int     `yaml:"words"`
	Clause  bool    `yaml:"clause"`
	Behind  []value `yaml:"behind"`
	Bar     []value `yaml:"bar"`
	With    []value `yaml:"with"`
	Without []value `yaml:"without"`
	Only    []value `yaml:"only"`
}

// fieldWeights multiply the score of what is found in a field.
type fieldWeights struct {
	Title     float64 `yaml:"title"`
	Summary   float64 `yaml:"summary"`
	Lead      float64 `yaml:"lead"`      // the first three paragraphs
	Paragraph float64 `yaml:"paragraph"` // the beginning of a later paragraph: it is what that paragraph is about
	Body      float64 `yaml:"body"`      // the rest
	Quote     float64 `yaml:"quote"`     // multiplies the field's own, within quotation marks
}

// thresholds say from which score on a label is sure, doubtful, or nearly missed.
type thresholds struct {
	Auto   float64 `yaml:"auto"`
	Review float64 `yaml:"review"`
	Near   float64 `yaml:"near"`
}

type testEntry struct {
	Must         value  `yaml:"must"`
	Not          value  `yaml:"not"`
	Todo         value  `yaml:"todo"`
	Text         value  `yaml:"text"`
	Jurisdiction value  `yaml:"jurisdiction"`
	Stage        value  `yaml:"stage"`
	Why          string `yaml:"why"`
}

// A value is a scalar with the line on which it stands.
type value struct {
	s    string
	line int
}

// UnmarshalYAML reads a scalar of any kind as it is written.
func (v *value) UnmarshalYAML(node ast.Node) error {
	v.line = node.GetToken().Position.Line
	switch n := node.(type) {
	case *ast.StringNode:
		v.s = n.Value
	case *ast.LiteralNode:
		v.s = strings.TrimRight(n.Value.Value, "\n")
	case *ast.NullNode:
		v.s = ""
	case ast.ScalarNode:
		v.s = n.GetToken().Value
	default:
		return &yaml.SyntaxError{Message: "a single value is expected", Token: node.GetToken()}
	}
	return nil
}

// A FileError says what is wrong on which line of which rule file.
type FileError struct {
	File string
	Line int // 0: the whole file
	What string
}

// Error is "file:line: what".
func (e *FileError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.What
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.What)
}

// Unwrap makes every such error news.ErrInvalid.
func (e *FileError) Unwrap() error { return news.ErrInvalid }

// decode reads a rule file strictly.
func decode(name string, content []byte) (*ruleFile, error) {
	if len(bytes.TrimSpace(content)) == 0 {
		return nil, &FileError{name, 0, "the file is empty"}
	}
	f := &ruleFile{}
	if err := yaml.UnmarshalWithOptions(content, f, yaml.Strict()); err != nil {
		var located yaml.Error
		if errors.As(err, &located) && located.GetToken() != nil {
			return nil, &FileError{name, located.GetToken().Position.Line, located.GetMessage()}
		}
		return nil, &FileError{name, 0, err.Error()}
	}
	if f.Schema.s != Schema {
		return nil, &FileError{name, f.Schema.line, fmt.Sprintf("schema %q: this program reads %s", f.Schema.s, Schema)}
	}
	return f, nil
}
