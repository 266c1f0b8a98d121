package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/result"
)

// A tree is a result on its way to EDN or JSON, made of: nil, bool, int, int64,
// string, keyword, either, edn.Value, list, set and fields, and of what reports
// are made of, which package result lists.
type tree any

// keyword is a name: a keyword in EDN, a string in JSON.
type keyword string

type (
	list   []tree
	set    []tree  // a set in EDN, an array in JSON
	fields []field // a map whose keys are keywords, in this order
)

// A field of a map. A question mark at the end of its name is for EDN only.
type field struct {
	name  string
	value tree
}

// either is a value that is written down already, differently in EDN and JSON.
type either struct {
	edn, json func(dst []byte) ([]byte, error)
}

func appendEDN(dst []byte, t tree) ([]byte, error) {
	var err error
	switch t := t.(type) {
	case keyword:
		return appendKeyword(dst, string(t)), nil
	case edn.Value:
		return edn.AppendEDN(dst, t)
	case either:
		return t.edn(dst)
	case result.Op:
		return format.AppendOpEDN(dst, t.History, t.Pos)
	case result.Result:
		return appendEDN(dst, tell(t).edn())
	case result.Fields:
		return appendEntries(dst, t, ", ", entryEDN)
	case edn.Entries:
		return appendEntries(dst, t, ", ", func(dst []byte, key, value any) ([]byte, error) {
			if dst, err = appendEDN(dst, key); err != nil {
				return dst, err
			}
			return appendEDN(append(dst, ' '), value)
		})
	case edn.Tagged:
		return appendEDN(append(append(append(dst, '#'), t.Tag...), ' '), t.Value)
	case []any:
		return appendAll(append(dst, '['), t, " ", ']', appendEDN)
	case edn.Bag:
		return appendAll(append(dst, "#{"...), t, " ", '}', appendEDN)
	case list:
		return appendAll(append(dst, '['), t, " ", ']', appendEDN)
	case set:
		return appendAll(append(dst, "#{"...), t, " ", '}', appendEDN)
	case fields:
		dst = append(dst, '{')
		for i, f := range t {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = append(appendKeyword(dst, f.name), ' ')
			if dst, err = appendEDN(dst, f.value); err != nil {
				return dst, err
			}
		}
		return append(dst, '}'), nil
	}
	return edn.Append(dst, t)
}

// appendKeyword writes a name as a keyword, or as a string if no keyword has it: that of an operation may be anything.
func appendKeyword(dst []byte, name string) []byte {
	if out, err := edn.Append(dst, edn.Kw(name)); err == nil {
		return out
	}
	return edn.AppendString(dst, name)
}

func appendJSON(dst []byte, t tree) ([]byte, error) {
	switch t := t.(type) {
	case keyword:
		return appendJSONString(dst, string(t))
	case string:
		return appendJSONString(dst, t)
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, t), nil
	case int:
		return strconv.AppendInt(dst, int64(t), 10), nil
	case int64:
		return strconv.AppendInt(dst, t, 10), nil
	case edn.Value:
		return edn.AppendJSON(dst, t)
	case either:
		return t.json(dst)
	case float64:
		if math.IsInf(t, 0) || math.IsNaN(t) {
			return append(dst, "null"...), nil
		}
		return strconv.AppendFloat(dst, t, 'g', -1, 64), nil
	case edn.Kw:
		return appendJSONString(dst, string(t))
	case result.Op:
		return appendOpJSON(dst, t)
	case result.Result:
		return appendJSON(dst, tell(t).json())
	case result.Fields:
		return appendEntries(dst, t, ",", entryJSON)
	case edn.Entries:
		return appendEntries(dst, t, ",", entryJSON)
	case edn.Tagged:
		return appendJSON(dst, t.Value)
	case []any:
		return appendAll(append(dst, '['), t, ",", ']', appendJSON)
	case edn.Bag:
		return appendAll(append(dst, '['), t, ",", ']', appendJSON)
	case list:
		return appendAll(append(dst, '['), t, ",", ']', appendJSON)
	case set:
		return appendAll(append(dst, '['), t, ",", ']', appendJSON)
	case fields:
		return appendFieldsJSON(dst, t)
	}
	panic(fmt.Sprintf("render: a tree of type %T", t))
}

func appendFieldsJSON(dst []byte, t fields) ([]byte, error) {
	var err error
	dst = append(dst, '{')
	for i, f := range t {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = appendJSONString(dst, strings.TrimSuffix(f.name, "?")); err != nil {
			return dst, err
		}
		if dst, err = appendJSON(append(dst, ':'), f.value); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// appendOpJSON writes an op as it was recorded, and the line that it stands on, unless it
// has a field of that name.
func appendOpJSON(dst []byte, op result.Op) ([]byte, error) {
	from := len(dst)
	dst, err := format.AppendOpJSON(dst, op.History, op.Pos)
	if err != nil || !bytes.HasSuffix(dst, []byte("}")) || bytes.Contains(dst[from:], []byte(`"line":`)) {
		return dst, err
	}
	dst = append(dst[:len(dst)-1], `,"line":`...)
	return append(strconv.AppendInt(dst, int64(op.History.Line(op.Pos)), 10), '}'), nil
}

func appendEntries[E ~[][2]any](dst []byte, entries E, sep string, write func(dst []byte, key, value any) ([]byte, error)) (_ []byte, err error) {
	dst = append(dst, '{')
	for i, e := range entries {
		if i > 0 {
			dst = append(dst, sep...)
		}
		if dst, err = write(dst, e[0], e[1]); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// entryEDN writes an entry of a report's map, where a string is a keyword.
func entryEDN(dst []byte, key, value any) (_ []byte, err error) {
	if name, ok := key.(string); ok {
		key = keyword(name)
	}
	if dst, err = appendEDN(dst, key); err != nil {
		return dst, err
	}
	return appendEDN(append(dst, ' '), value)
}

// entryJSON names a key by what it is called, and if it has no name by its EDN.
func entryJSON(dst []byte, key, value any) (_ []byte, err error) {
	name := ""
	switch key := key.(type) {
	case string:
		name = strings.TrimSuffix(key, "?")
	case edn.Kw:
		name = string(key)
	case edn.Value:
		var ok bool
		if name, ok = key.Name(); !ok {
			var text []byte
			if text, err = edn.AppendEDN(nil, key); err != nil {
				return dst, err
			}
			name = string(text)
		}
	default:
		text, err := appendEDN(nil, key)
		if err != nil {
			return dst, err
		}
		name = string(text)
	}
	if dst, err = appendJSONString(dst, name); err != nil {
		return dst, err
	}
	return appendJSON(append(dst, ':'), value)
}

func appendAll[T any](dst []byte, items []T, sep string, end byte, write func([]byte, tree) ([]byte, error)) ([]byte, error) {
	var err error
	for i, x := range items {
		if i > 0 {
			dst = append(dst, sep...)
		}
		if dst, err = write(dst, x); err != nil {
			return dst, err
		}
	}
	return append(dst, end), nil
}

func appendJSONString(dst []byte, s string) ([]byte, error) {
	b, err := json.Marshal(s)
	return append(dst, b...), err
}

func keywords[T ~string](names []T) (out []tree) {
	for _, n := range names {
		out = append(out, keyword(n))
	}
	return out
}
