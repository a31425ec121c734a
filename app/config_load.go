package app

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"edict/news"
)

// Load reads the configuration: the defaults, then the file if one is named, then
// the environment (NAME=value pairs as os.Environ gives them), where EDICT_DATA is
// data and EDICT_CRAWLER_PER_HOST_DELAY is crawler.per_host_delay. A key that does
// not exist is an error with its line, and so is a variable of a section that names
// no key of it. All errors are news.ErrInvalid.
func Load(file string, environ []string) (Config, error) {
	c := DefaultConfig()
	if file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return c, fmt.Errorf("configuration: %w: %w", err, news.ErrInvalid)
		}
		if err := decode(data, &c); err != nil {
			return c, fmt.Errorf("%s: %w", file, err)
		}
	}
	if err := overlay(&c, environ); err != nil {
		return c, err
	}
	return c, c.Validate()
}

func decode(data []byte, c *Config) error {
	defaults := *c
	err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(c)
	if err == nil || errors.Is(err, io.EOF) {
		return keepWhatIsNull(data, c, defaults)
	}
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		return fmt.Errorf("line %d: %s: %w", at.GetToken().Position.Line, at.GetMessage(), news.ErrInvalid)
	}
	return fmt.Errorf("%w: %w", err, news.ErrInvalid)
}

// keepWhatIsNull gives the defaults back to a file without content and to a section
// whose keys are all commented out, which the YAML library sets to zero.
func keepWhatIsNull(data []byte, c *Config, defaults Config) error {
	var keys map[string]any
	if err := yaml.Unmarshal(data, &keys); err != nil {
		return fmt.Errorf("%w: %w", err, news.ErrInvalid)
	}
	if keys == nil {
		*c = defaults
	}
	v, d := reflect.ValueOf(c).Elem(), reflect.ValueOf(defaults)
	for i := range v.NumField() {
		if value, given := keys[v.Type().Field(i).Tag.Get("yaml")]; given && value == nil {
			v.Field(i).Set(d.Field(i))
		}
	}
	return nil
}

// overlay sets what the environment names. Lists are set in the file alone.
func overlay(c *Config, environ []string) error {
	known := map[string]reflect.Value{}
	var sections []string
	var gather func(prefix string, v reflect.Value)
	gather = func(prefix string, v reflect.Value) {
		for i := range v.NumField() {
			name := prefix + strings.ToUpper(v.Type().Field(i).Tag.Get("yaml"))
			switch f := v.Field(i); f.Kind() {
			case reflect.Struct:
				sections = append(sections, name+"_")
				gather(name+"_", f)
			case reflect.Slice:
				sections = append(sections, name+"_")
			default:
				known[name] = f
			}
		}
	}
	gather("EDICT_", reflect.ValueOf(c).Elem())
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		field, ok := known[name]
		if !ok {
			if slices.ContainsFunc(sections, func(s string) bool { return strings.HasPrefix(name, s) }) {
				return fmt.Errorf("environment: %s sets no key: %w", name, news.ErrInvalid)
			}
			continue
		}
		if err := set(field, value); err != nil {
			return fmt.Errorf("environment: %s: %w: %w", name, err, news.ErrInvalid)
		}
	}
	return nil
}

func set(field reflect.Value, value string) error {
	if u, ok := reflect.TypeAssert[encoding.TextUnmarshaler](field.Addr()); ok {
		return u.UnmarshalText([]byte(value))
	}
	switch field.Kind() {
	case reflect.String:
		field.SetString(value)
	case reflect.Bool:
		b, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("%q is not true or false", value)
		}
		field.SetBool(b)
	case reflect.Int:
		n, err := strconv.Atoi(value)
		if err != nil {
			return fmt.Errorf("%q is not a number", value)
		}
		field.SetInt(int64(n))
	default:
		return fmt.Errorf("this key cannot be set from the environment")
	}
	return nil
}
