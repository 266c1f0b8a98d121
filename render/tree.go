package render

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
)

// A tree is a result on its way to EDN or JSON, made of: nil, bool, int, int64,
// string, keyword, rawEDN and rawJSON pairs, edn.Value, list, set and fields.
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
		return append(append(dst, ':'), t...), nil
	case edn.Value:
		return edn.AppendEDN(dst, t)
	case either:
		return t.edn(dst)
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
			dst = append(append(append(dst, ':'), f.name...), ' ')
			if dst, err = appendEDN(dst, f.value); err != nil {
				return dst, err
			}
		}
		return append(dst, '}'), nil
	}
	return edn.Append(dst, t)
}

func appendJSON(dst []byte, t tree) ([]byte, error) {
	var err error
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
	case list:
		return appendAll(append(dst, '['), t, ",", ']', appendJSON)
	case set:
		return appendAll(append(dst, '['), t, ",", ']', appendJSON)
	case fields:
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
	panic("render: a tree of an unknown type")
}

func appendAll(dst []byte, items []tree, sep string, end byte, write func([]byte, tree) ([]byte, error)) ([]byte, error) {
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
