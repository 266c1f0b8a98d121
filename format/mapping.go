package format

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
)

// A Mapping has a recorder's names for the parts of ops, where they differ from
// Jepsen's.
type Mapping struct {
	fields map[string]fieldName          // by the recorder's names
	ours   [fieldNames]bool              // which fields have another name, or are to be left out
	names  [fieldNames]map[string]string // of types, operations and processes
	unit   timeUnit
}

// roles are the fields that may have other names.
var roles = map[string]fieldName{
	"index": indexField, "time": timeField, "type": typeField, "process": processField, "f": fField, "value": valueField, "key": keyField,
}

func roleNames() string {
	var names []string
	for name := range roles {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// ParseMapping reads a mapping of items separated by commas. Each is about a field, one
// of f, index, key, process, time, type and value:
//
//	process=client       says that ops have it under the name client
//	key=                 says that ops have none, whatever is under this name
//	f=broadcast:add      says that what is called broadcast there means add; also of type and process
//	time=ts:ms           says that it is under the name ts, in s, ms, us or ns
func ParseMapping(text string) (*Mapping, error) {
	m := &Mapping{fields: map[string]fieldName{}}
	for item := range strings.SplitSeq(text, ",") {
		role, value, ok := strings.Cut(strings.TrimSpace(item), "=")
		if !ok {
			return nil, fmt.Errorf("expected a mapping such as process=client or f=broadcast:add, found %q", item)
		}
		from, to, named := strings.Cut(value, ":")
		var err error
		if named {
			err = m.rename(role, from, to)
		} else {
			err = m.call(role, from)
		}
		if err != nil {
			return nil, err
		}
	}
	return m, nil
}

// ReadMapping reads a mapping from a map of EDN or JSON, whose keys are fields. A value
// is the name of the field, a map of names of its values, or both in a vector:
//
//	{"f": {"broadcast": "add"}, "process": "client", "type": ["event", {"call": "invoke", "return": "ok"}], "time": ["ts", "ms"]}
func ReadMapping(name string, text []byte) (*Mapping, error) {
	src := edn.NewSource(name, text, edn.EDN)
	if looksLikeJSON(text, skipSpace(text, skipMark(text), false)) {
		src.Syntax = edn.JSON
	}
	whole, err := edn.Parse(string(text[skipMark(text):]), src.Syntax)
	if err == nil && whole.Kind() != edn.Map {
		err = src.Errorf(0, "expected a map of fields, found %s", whole.Kind())
	}
	m := &Mapping{fields: map[string]fieldName{}}
	if err == nil {
		err = fields(whole, func(key edn.Value, role []byte, v edn.Value) error {
			parts := []edn.Value{v}
			if v.Kind() == edn.Vector {
				parts, _ = v.Items(nil)
			}
			for i, p := range parts {
				if err := m.take(string(role), i, p); err != nil {
					lo, _ := key.Span()
					return src.Errorf(lo+skipMark(text), "%v", err)
				}
			}
			return nil
		})
	}
	if e, ok := err.(*edn.SyntaxError); ok {
		e.File = name
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// take takes part i of what a file says of a field.
func (m *Mapping) take(role string, i int, v edn.Value) (err error) {
	if v.Kind() != edn.Map {
		name, ok := v.Name()
		switch {
		case !ok && !v.IsNil():
			return fmt.Errorf("expected a name, or a map of names, found %s", v.Kind())
		case i > 0 && role == "time":
			return m.rename(role, "", name)
		}
		return m.call(role, name)
	}
	return fields(v, func(_ edn.Value, from []byte, to edn.Value) error {
		name, ok := to.Name()
		if !ok {
			return fmt.Errorf("expected a name for %q, found %s", from, to.Kind())
		}
		return m.rename(role, string(from), name)
	})
}

// call notes what a field is called, empty if it is to be left out.
func (m *Mapping) call(role, name string) error {
	field, ok := roles[role]
	switch {
	case !ok:
		return fmt.Errorf("expected a mapping of one of %s, found one of %q", roleNames(), role)
	case name == "" && field == typeField:
		return fmt.Errorf("expected a name for type, which every op has")
	}
	if name != "" {
		if _, twice := m.fields[name]; twice {
			return fmt.Errorf("expected each name once, found %q twice", name)
		}
		m.fields[name] = field
	}
	m.ours[field] = true
	return nil
}

// rename notes what a type, an operation or a process is called, or the unit of times.
func (m *Mapping) rename(role, from, to string) error {
	field := roles[role]
	switch role {
	case "time":
		unit, ok := timeUnits[to]
		if !ok && to != "ns" {
			return fmt.Errorf("expected s, ms, us or ns as the unit of times, found %q", to)
		}
		if m.unit = unit; from == "" {
			return nil
		}
		return m.call(role, from)
	case "f", "type", "process":
		if m.names[field] == nil {
			m.names[field] = map[string]string{}
		}
		m.names[field][from] = to
		return nil
	}
	return fmt.Errorf("expected names of f, type or process, found one of %q", role)
}

// field returns which field a name is that of.
func (m *Mapping) field(name []byte) fieldName {
	if f, ok := m.fields[string(name)]; ok {
		return f
	}
	f := fieldNamed(name)
	if m.ours[f] || f == aliasField && m.ours[processField] {
		return otherField
	}
	return f
}
