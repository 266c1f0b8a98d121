package format

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// A log of Viper holds the committed transactions of one session, each a JSON
// object on a line:
//
//	{"value": [["w", 12, 900, 0], ["r", 13, 77, false]]}
//	{"value": [["i", 14, 901], ["d", 12, 902, 900], ["range", 10, 20, [{"id":13,"val":77}], [{"id":12,"val":902}]]]}
//
// An insert is a write. So is a delete: it leaves a tombstone with a value of its own,
// which a read may meet (then its last field is true). A write may name the values that
// it overwrote; they are what the client remembered, and say nothing here. A range
// reads every row that it lists, live or a tombstone. What it does not list shows
// nothing, because the set of rows is unknown. "nil" is the version before any.
//
// One file may say what there was at first: one object with "isInitial": true, of
// writes, or of a range over everything. These are the versions before any, so a
// read of such a value is one of nil. Where that cannot be said, because the
// key is read as nil, or the value is written again, the initial writes stay, as a
// transaction of a session of its own.

// isViper reports whether a text begins with an object that has value first or
// alone, which is not an op and nothing else that is known.
func isViper(text []byte) bool {
	s := edn.NewScanner(edn.NewSource("", text, edn.JSON), skipMark(text), len(text))
	if s.Next() != edn.Map {
		return false
	}
	found := false
	for s.Next() == edn.String {
		switch string(s.Name()) {
		case "value":
			found = true
		case "isInitial":
		default:
			return false
		}
		if k := s.Datum(); k == edn.Close || k == edn.Invalid {
			break
		}
	}
	return found
}

// viperDir is a directory of J<N>.log, perhaps called json.
var viperDir = &logKind{
	format: Viper,
	letter: "J",
	begins: func(head []byte) bool {
		i := skipSpace(head, skipMark(head), true)
		return i < len(head) && head[i] == '{'
	},
	read: func(l *txnLog, logs []sessionLog) error {
		r := viperReader{txnLog: l}
		err := l.eachLog(logs, r.log)
		if err == nil {
			r.settle()
		}
		return err
	},
}

// readViper reads a log alone, as the history of one session.
func readViper(l *txnLog) error {
	r := viperReader{txnLog: l, lines: true}
	err := r.log(l.src, 0)
	if err == nil {
		r.settle()
	}
	return err
}

type viperReader struct {
	*txnLog
	jsonReader
	lines   bool      // whether ops keep their lines
	initial []heldMop // what there was at first
	said    string    // the file that said so
	counted lineCounter
}

// A lineCounter knows the lines of offsets that grow.
type lineCounter struct{ at, line int }

// of returns the line of text[at].
func (c *lineCounter) of(text []byte, at int) int {
	if c.line == 0 {
		c.line = 1
	}
	for ; c.at < at; c.at++ {
		if text[c.at] == '\n' {
			c.line++
		}
	}
	return c.line
}

// log reads the transactions of one log.
func (r *viperReader) log(src *edn.Source, session int64) error {
	src.Syntax = edn.JSON
	r.s = edn.NewScanner(src, skipMark(src.Text), len(src.Text))
	before, n := len(r.txns), 0
	for r.s.Next() != edn.EOF {
		start := r.s.Start
		if r.s.Kind != edn.Map {
			return unexpected(&r.s, "a transaction, an object with a value")
		}
		if err := r.step(start); err != nil {
			return err
		}
		initial, err := r.txn(start)
		if err != nil {
			return err
		}
		n++
		switch {
		case initial && (n > 1 || r.said != ""):
			return r.s.Errorf(start, "expected an initial transaction alone in one file, found another transaction before it")
		case initial:
			if err := r.begins(start); err != nil {
				return err
			}
			r.said = src.Name
			continue
		case n > 1 && r.said == src.Name && len(r.txns) == before:
			return r.s.Errorf(start, "expected an initial transaction alone in its file, found another after it")
		}
		line := 0
		if r.lines {
			line = r.counted.of(src.Text, start)
		}
		r.addHeld(history.OK, session, line)
	}
	return nil
}

// txn reads a transaction, keeps what it does, and reports whether it is the initial
// one.
func (r *viperReader) txn(start int) (initial bool, err error) {
	some := false
	err = r.fields(func(name string) error {
		switch name {
		case "value":
			if r.s.Next() != edn.Vector || some {
				return unexpected(&r.s, "one array of operations as value")
			}
			some = true
			return r.elements(edn.Vector, "an operation, an array", r.mop)
		case "isInitial":
			if r.s.Next() != edn.Bool {
				return unexpected(&r.s, "true or false as isInitial")
			}
			initial = string(r.s.Text()) == "true"
			return nil
		}
		return r.skip()
	})
	if err == nil && !some {
		err = r.s.Errorf(start, "expected a transaction with a value, found one without")
	}
	return initial, err
}

// mop reads an operation. What may follow its fields is skipped, but for reads and
// ranges, where it would be something new.
func (r *viperReader) mop() error {
	if err := r.step(r.s.Start); err != nil {
		return err
	}
	if r.s.Next() != edn.String {
		return unexpected(&r.s, "r, w, i, d or range")
	}
	switch name := string(r.s.Name()); name {
	case "r":
		return r.readMop()
	case "w", "i", "d":
		return r.writeMop()
	case "range":
		return r.rangeMop()
	default:
		return r.s.Errorf(r.s.Start, "expected r, w, i, d or range, found %q", preview([]byte(name)))
	}
}

func (r *viperReader) readMop() error {
	key, err := r.number(r.s.Next(), "an integer as key")
	if err != nil {
		return err
	}
	r.s.Next()
	value, bits, at := number{}, isNil, r.s.Start
	if !r.isNil() {
		bits = 0
		if value, err = r.number(r.s.Kind, `an integer or "nil" as value`); err != nil {
			return err
		}
	}
	switch r.s.Next() {
	case edn.Bool:
		if string(r.s.Text()) == "true" && bits == isNil {
			return r.s.Errorf(at, `expected the value of a tombstone, found "nil"`)
		}
		r.s.Next()
	case edn.Close:
	default:
		return unexpected(&r.s, "whether a tombstone was read")
	}
	if r.s.Kind != edn.Close {
		return unexpected(&r.s, "the end of a read")
	}
	r.hold(key, value, bits)
	return nil
}

func (r *viperReader) writeMop() error {
	key, err := r.number(r.s.Next(), "an integer as key")
	if err != nil {
		return err
	}
	value, err := r.number(r.s.Next(), "an integer as value")
	if err != nil {
		return err
	}
	for r.s.Datum() != edn.Close {
		if r.s.Kind == edn.Invalid || r.s.Kind == edn.EOF {
			return unexpected(&r.s, "the end of a write")
		}
	}
	r.hold(key, value, isWrite)
	return nil
}

func (r *viperReader) rangeMop() error {
	for _, what := range [...]string{"the lowest key", "the highest key"} {
		if r.s.Next(); !r.isNil() {
			if _, err := r.number(r.s.Kind, `an integer or "nil" as `+what); err != nil {
				return err
			}
		}
	}
	for _, what := range [...]string{"an array of rows", "an array of tombstones"} {
		if r.s.Next() != edn.Vector {
			return unexpected(&r.s, what)
		}
		if err := r.elements(edn.Map, "a row, an object with id and val", r.row); err != nil {
			return err
		}
	}
	if r.s.Next() != edn.Close {
		return unexpected(&r.s, "the end of a range")
	}
	return nil
}

// row reads a row that a range found.
func (r *viperReader) row() error {
	start := r.s.Start
	if err := r.step(start); err != nil {
		return err
	}
	var key, value number
	var hasKey, hasValue bool
	err := r.fields(func(name string) (err error) {
		switch name {
		case "id":
			hasKey = true
			key, err = r.number(r.s.Next(), "an integer as id")
		case "val":
			hasValue = true
			value, err = r.number(r.s.Next(), "an integer as val")
		default:
			err = r.skip()
		}
		return err
	})
	if err == nil && !(hasKey && hasValue) {
		err = r.s.Errorf(start, "expected a row with id and val, found one without")
	}
	r.hold(key, value, 0)
	return err
}

// isNil reports whether the current token stands for nothing.
func (r *viperReader) isNil() bool {
	return r.s.Kind == edn.Nil || r.s.Kind == edn.String && string(r.s.Name()) == "nil"
}

// begins takes what is held for what there was at first.
func (r *viperReader) begins(start int) error {
	seen := map[number]bool{}
	for _, m := range r.held {
		if m.bits&isNil != 0 || seen[m.key] {
			return r.s.Errorf(start, "expected one initial value of key %s, found none or another", m.key)
		}
		seen[m.key] = true
	}
	r.initial, r.held = slices.Clone(r.held), r.held[:0]
	return nil
}

// settle makes reads of initial values reads of nil, where that says the same.
func (r *viperReader) settle() {
	if len(r.initial) == 0 {
		return
	}
	values := make(map[number]number, len(r.initial))
	for _, m := range r.initial {
		values[m.key] = m.value
	}
	stays := map[number]bool{} // keys of which the initial write is needed
	for i := range r.mops {
		m := &r.mops[i]
		key, value := m.numbers()
		if v, ok := values[key]; ok && (m.bits&isNil != 0 || m.bits&isWrite != 0 && v == value) {
			stays[key] = true
		}
	}
	for i := range r.mops {
		m := &r.mops[i]
		key, value := m.numbers()
		if v, ok := values[key]; ok && !stays[key] && m.bits&(isWrite|isNil) == 0 && v == value {
			m.bits |= isNil
		}
	}
	if len(stays) == 0 {
		return
	}
	session, line := int64(0), 0
	for _, t := range r.txns {
		session = max(session, t.session+1)
	}
	if r.lines {
		line = 1
	}
	r.txns = slices.Insert(r.txns, 0, loggedTxn{session: session, line: line, first: -1, last: -1, typ: history.OK})
	for _, m := range r.initial {
		if stays[m.key] {
			r.write(0, m.key, m.value)
		}
	}
}
