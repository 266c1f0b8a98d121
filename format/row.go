package format

import (
	"bytes"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// readOp reads the op map at the scanner's position into row, and its shape into
// sh, and leaves the scanner behind it. If its fields have other names than Jepsen's, it
// needs rec, which keeps what a row has no place for: without one it answers errRecord.
func readOp(s *edn.Scanner, row *history.Row, sh *shape, rec *record) error {
	*row = history.Row{Process: history.NoProcess}
	var seen [fieldNames]bool
	k := s.Next()
	row.Start = s.Start
	for k == edn.Tag { // #jepsen.history.Op{...}
		if bytes.HasPrefix(s.Text(), []byte("#:")) { // its :type would be another's
			return s.Errorf(s.Start, "expected an op map, found a map of the namespace %s", s.Text()[2:])
		}
		k = s.Next()
	}
	if k != edn.Map {
		return unexpected(s, "an op map")
	}
	from := row.Start // where the value before ended
	for {
		k := s.Next()
		switch k {
		case edn.Close:
			sh.tail = stretch{from, s.End}
			if !seen[typeField] {
				return s.Errorf(row.Start, "expected an op with a :type of invoke, ok, fail or info, found one without")
			}
			if rec == nil && (seen[aliasField] && !row.HasProcess || seen[keyishField]) {
				return errRecord
			}
			return nil
		case edn.Keyword, edn.String:
		default:
			return unexpected(s, "a keyword or a string as the name of a field")
		}
		name := s.Name()
		field := rec.field(name)
		if seen[field] && field < aliasField {
			return s.Errorf(s.Start, "expected each field of an op once, found a second %s", s.Text())
		}
		seen[field] = true
		err := readField(s, row, rec, field)
		if err != nil {
			return err
		}
		if rec != nil && field >= aliasField {
			rec.other(s, field, bytes.Clone(name))
		}
		sh.add(field, stretch{from, s.Start})
		from = s.End
	}
}

// readField reads the value of a field.
func readField(s *edn.Scanner, row *history.Row, rec *record, field fieldName) (err error) {
	switch field {
	case indexField:
		row.Index, row.HasIndex, err = readInt(s, ":index")
	case timeField:
		err = readTime(s, row, rec.unit())
		if rec != nil {
			rec.time = s.Text()
		}
	case typeField:
		row.Type, err = readType(s, rec)
	case processField:
		err = readProcess(s, row, rec)
	case fField:
		row.F, err = readName(s, ":f")
		row.F = rec.named(fField, row.F)
	case valueField, keyField:
		if k := s.Datum(); k == edn.Close || k == edn.Invalid {
			return unexpected(s, "a value for every field of an op")
		}
		switch {
		case field == valueField:
			row.ValueLo, row.ValueHi = s.Start, s.End
		case rec != nil:
			rec.key = s.Value()
		case s.Kind != edn.Nil:
			return errRecord
		}
	default:
		if k := s.Datum(); k == edn.Close || k == edn.Invalid {
			return unexpected(s, "a value for every field of an op")
		}
	}
	return err
}

func fieldNamed(name []byte) fieldName {
	switch string(name) {
	case "index":
		return indexField
	case "time":
		return timeField
	case "type":
		return typeField
	case "process":
		return processField
	case "f":
		return fField
	case "value":
		return valueField
	case "key":
		return keyField
	case "k", "Key":
		return keyishField
	}
	switch string(trimID(name)) {
	case "object", "obj", "register", "item", "Object":
		return keyishField
	case "client", "thread", "worker", "session", "proc", "process":
		return aliasField
	}
	return otherField
}

// trimID returns the name of a field without an id at its end: client of client-id, client_id
// and clientId.
func trimID(name []byte) []byte {
	for _, end := range []string{"id", "Id", "ID"} {
		if short, ok := bytes.CutSuffix(name, []byte(end)); ok {
			return bytes.TrimRight(short, "-_")
		}
	}
	return name
}

// unexpected reports the current token where something else should be. The
// scanner's own error goes first.
func unexpected(s *edn.Scanner, want string) error {
	if err := s.Err(); err != nil {
		return err
	}
	return s.Errorf(s.Start, "expected %s, found %s", want, s.Kind)
}

// readInt reads an integer, or nil for none.
func readInt(s *edn.Scanner, field string) (n int64, ok bool, err error) {
	switch s.Next() {
	case edn.Int:
		return s.Int, true, nil
	case edn.Nil:
		return 0, false, nil
	}
	return 0, false, unexpected(s, "an integer "+field)
}

func readType(s *edn.Scanner, rec *record) (history.Type, error) {
	switch s.Next() {
	case edn.Keyword, edn.String, edn.Symbol:
		if t, ok := history.TypeNamed(rec.named(typeField, s.Name())); ok {
			return t, nil
		}
		return 0, s.Errorf(s.Start, "expected a :type of invoke, ok, fail or info, found %s", s.Text())
	}
	return 0, unexpected(s, "a :type of invoke, ok, fail or info")
}

// readProcess reads a number or a name. Of other numbers than integers nobody
// can know whether they were meant as clients.
func readProcess(s *edn.Scanner, row *history.Row, rec *record) (err error) {
	row.Process, row.ProcessName, row.HasProcess = history.NoProcess, nil, true
	switch s.Datum() {
	case edn.Nil:
		row.HasProcess = false
	case edn.Int:
		row.Process = history.Process(s.Int)
		if !row.Process.IsClient() {
			return s.Errorf(s.Start, "expected a :process number in range, found %d", s.Int)
		}
	case edn.BigInt, edn.Ratio, edn.Float, edn.Decimal:
		return unexpected(s, "an integer or a name as :process")
	case edn.Close, edn.Invalid:
		return unexpected(s, "a :process")
	default:
		row.ProcessName, err = datumName(s)
		row.ProcessName = rec.named(processField, row.ProcessName)
		row.HasProcess = len(row.ProcessName) > 0
		if n, end := int64(0), 0; s.Kind == edn.String { // some write numbers so
			if end = plainInt(row.ProcessName, 0, &n); end > 0 && end == len(row.ProcessName) {
				row.Process, row.ProcessName = history.Process(n), nil
			}
		}
	}
	return err
}

func readName(s *edn.Scanner, field string) ([]byte, error) {
	switch s.Datum() {
	case edn.Nil:
		return nil, nil
	case edn.Close, edn.Invalid:
		return nil, unexpected(s, "a "+field)
	}
	return datumName(s)
}

// datumName returns the name that the current datum stands for: its text, if it
// is none.
func datumName(s *edn.Scanner) ([]byte, error) {
	switch s.Kind {
	case edn.Keyword, edn.String, edn.Symbol:
		return s.Name(), nil
	}
	return edn.AppendEDN(nil, s.Value())
}
