package format

import (
	"bytes"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// DBCop's histories of 2026 are JSON: an array of sessions, or an object that has
// it as its "data". A session is an array of transactions:
//
//	{"events": [{"Write": {"variable": 3, "version": 9}},
//	            {"Read": {"variable": 4, "version": null}}],
//	 "committed": true}
//
// The version null is that of a variable which nobody wrote.

// isDBCopJSON looks for "events" in the first transaction, or for "data" in the
// object.
func isDBCopJSON(text []byte) bool {
	i := skipSpace(text, skipMark(text), true)
	depth := 0
	for ; i < len(text) && bytes.IndexByte([]byte("[], \t\r\n"), text[i]) >= 0; i++ {
		if text[i] == '[' {
			depth++
		}
	}
	s := edn.NewScanner(edn.NewSource("", text, edn.JSON), i, len(text))
	if s.Next() != edn.Map || depth == 1 {
		return false
	}
	for s.Next() == edn.String {
		switch name := string(s.Name()); {
		case depth > 0:
			return name == "events" || name == "committed"
		case name == "data":
			return s.Next() == edn.Vector
		case name == "type" || name == "process" || name == "value":
			return false // an op
		}
		if k := s.Datum(); k == edn.Close || k == edn.Invalid {
			return false
		}
	}
	return false
}

func readDBCopJSON(l *txnLog) error {
	l.src.Syntax = edn.JSON
	r := dbcopJSONReader{txnLog: l, jsonReader: jsonReader{edn.NewScanner(l.src, skipMark(l.src.Text), len(l.src.Text))}, line: 1}
	var err error
	switch r.s.Next() {
	case edn.Vector:
		err = r.sessions()
	case edn.Map:
		err = r.envelope()
	default:
		err = unexpected(&r.s, "an array of sessions, or an object with one")
	}
	if err == nil && r.s.Next() != edn.EOF {
		err = unexpected(&r.s, "nothing after the history")
	}
	return err
}

// dbcopJSONReader has a method for each construct, which reads what stands
// behind its opening bracket, and the closing one.
type dbcopJSONReader struct {
	*txnLog
	jsonReader
	session int64 // that is read
	line    int   // of the text at counted
	counted int
}

func (r *dbcopJSONReader) envelope() error {
	start, found := r.s.Start, false
	err := r.fields(func(name string) error {
		if name != "data" || found {
			return r.skip()
		}
		found = true
		if r.s.Next() != edn.Vector {
			return unexpected(&r.s, "an array of sessions as data")
		}
		return r.sessions()
	})
	if err == nil && !found {
		err = r.src.Errorf(start, "expected sessions as data, found none")
	}
	return err
}

func (r *dbcopJSONReader) sessions() error {
	return r.elements(edn.Vector, "a session, an array of transactions", func() error {
		err := r.elements(edn.Map, "a transaction, an object with events", r.txn)
		r.session++
		return err
	})
}

func (r *dbcopJSONReader) txn() error {
	start := r.s.Start
	r.line += bytes.Count(r.src.Text[r.counted:start], []byte{'\n'})
	r.counted = start
	if err := r.step(start); err != nil {
		return err
	}
	var events, ended, committed bool
	err := r.fields(func(name string) error {
		switch name {
		case "events":
			if r.s.Next() != edn.Vector || events {
				return unexpected(&r.s, "one array of events")
			}
			events = true
			return r.elements(edn.Map, "an event, an object", r.event)
		case "committed":
			if r.s.Next() != edn.Bool {
				return unexpected(&r.s, "true or false as committed")
			}
			ended, committed = true, string(r.s.Text()) == "true"
			return nil
		}
		return r.skip()
	})
	switch {
	case err != nil:
		return err
	case !events || !ended:
		return r.src.Errorf(start, "expected a transaction with events and committed, found one without")
	}
	typ := history.Fail
	if committed {
		typ = history.OK
	}
	r.addHeld(typ, r.session, r.line)
	return nil
}

func (r *dbcopJSONReader) event() error {
	if err := r.step(r.s.Start); err != nil {
		return err
	}
	var write bool
	if r.s.Next() != edn.String {
		return unexpected(&r.s, "Read or Write")
	}
	switch name := string(r.s.Name()); name {
	case "Read":
	case "Write":
		write = true
	default:
		return r.s.Errorf(r.s.Start, "expected Read or Write, found %q", preview([]byte(name)))
	}
	if r.s.Next() != edn.Map {
		return unexpected(&r.s, "an object with variable and version")
	}
	if err := r.access(write); err != nil {
		return err
	}
	if r.s.Next() != edn.Close {
		return unexpected(&r.s, "the end of an event")
	}
	return nil
}

// access reads the variable and the version of an event.
func (r *dbcopJSONReader) access(write bool) error {
	start := r.s.Start
	var key, version number
	var hasKey, hasVersion bool
	bits := mopBits(0)
	if write {
		bits = isWrite
	}
	err := r.fields(func(name string) (err error) {
		switch name {
		case "variable":
			hasKey = true
			key, err = r.number(r.s.Next(), "an integer as variable")
		case "version":
			hasVersion = true
			if r.s.Next() == edn.Nil && !write {
				bits = isNil
				return nil
			}
			version, err = r.number(r.s.Kind, "an integer as version")
		default:
			err = r.skip()
		}
		return err
	})
	if err == nil && !(hasKey && hasVersion) {
		err = r.src.Errorf(start, "expected an object with variable and version, found one without")
	}
	r.hold(key, version, bits)
	return err
}
