package api

import (
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// asked are the schemas of what is asked. They may hold nothing that is not known, and a
// list may be null in them.
var asked = []string{"SubscriptionBody", "TrialAskedBody", "SilenceBody", "Query", "Schedule", "QuietHours"}

// describeAnswers says of answers what holds of them alone: they may gain members, which a
// program that reads them must not mind, and a list of theirs is never null.
func describeAnswers(schemas map[string]*huma.Schema) {
	for name, schema := range schemas {
		if slices.Contains(asked, name) {
			continue
		}
		schema.AdditionalProperties = nil
		for _, member := range schema.Properties {
			for ; member != nil; member = member.Items {
				member.Nullable = member.Nullable && member.Type != huma.TypeArray
			}
		}
		if name == "Record" {
			delete(schema.Properties, "features") // between classifier and sink: none that is stored has them
		}
	}
}

// writeLists makes lists that nothing was put into empty ones, so that an answer has no
// null where it has a list.
func writeLists(_ huma.Context, _ string, v any) (any, error) {
	given := reflect.ValueOf(v)
	if given.Kind() != reflect.Struct {
		return v, nil // a problem, which has lists that are left out
	}
	answer := reflect.New(given.Type()).Elem()
	answer.Set(given)
	fillLists(answer)
	return answer.Interface(), nil
}

func fillLists(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fillLists(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Field(i)
			left := f.Kind() == reflect.Slice && f.IsNil() && strings.Contains(v.Type().Field(i).Tag.Get("json"), ",omit")
			if f.CanSet() && !left {
				fillLists(f)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 { // text in a form of its own
			return
		}
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			fillLists(v.Index(i))
		}
	}
}
