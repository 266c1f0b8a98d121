package format

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// Other recorders than Jepsen write op maps, too, but with other fields:
//
//	{"client": 4, "type": "invoke", "f": "write", "key": "a", "value": 1}
//
// A key beside the value says which object the op is about, which Jepsen says with a tuple
// [key value]; and a client, a thread or a worker is what Jepsen calls a process. A Mapping says what
// else has other names. Such ops are written as Jepsen would, on the lines where they stand,
// and the history is a view of that text.

// errRecord says that the fields of an op have other names than Jepsen's.
var errRecord = errors.New("ops with other fields than Jepsen's")

// A record is what a row has no place for.
type record struct {
	m     *Mapping // nil if the names are those that readers know
	key   edn.Value
	time  []byte // as it is spelled
	extra []extraField

	ignores bool // the reader does not want to know what else is in an op
}

// An extraField is a field that is kept as it is, unless it stands for another.
type extraField struct {
	name  []byte
	value edn.Value
	field fieldName
}

func (r *record) reset() { r.key, r.extra = edn.Value{}, r.extra[:0] }

// field returns which field a name is that of.
func (r *record) field(name []byte) fieldName {
	if r == nil || r.m == nil {
		return fieldNamed(name)
	}
	return r.m.field(name)
}

// named returns what a name of a field's means.
func (r *record) named(f fieldName, name []byte) []byte {
	if r == nil || r.m == nil {
		return name
	}
	if to, ok := r.m.names[f][string(name)]; ok {
		return []byte(to)
	}
	return name
}

func (r *record) unit() timeUnit {
	if r == nil || r.m == nil {
		return 0
	}
	return r.m.unit
}

// other keeps a field whose value the scanner has just skipped, and whose name stands
// from lo to hi.
func (r *record) other(s *edn.Scanner, field fieldName, name []byte) {
	if r.ignores {
		return
	}
	r.extra = append(r.extra, extraField{name, s.Value(), field})
}

// alias returns the field that stands for the process, -1 if there is none.
func (r *record) alias() int {
	return slices.IndexFunc(r.extra, func(x extraField) bool { return x.field == aliasField && !x.value.IsNil() })
}

// readRecords reads the ops of a text whose fields have other names than Jepsen's.
func readRecords(l *opLog) error { return (&recordReader{opLog: l}).all() }

// readKV is readRecords for a log in which every op has a key.
func readKV(l *opLog) error { return (&recordReader{opLog: l, keyed: true}).all() }

// A Gap is a place where ops are missing: before the op at position At, with their
// number, or -1 if it is unknown.
type Gap struct{ At, Ops int }

// Remap reads the ops of a history again, with names by opt.Map and with keys beside
// their values. The history's text must be EDN ops and nothing else.
func Remap(ctx context.Context, h *history.History, opt Options, gaps []Gap) (*history.History, error) {
	src := h.Source()
	opt.Format, opt.Progress = EDN, nil
	if h.Len() == 0 {
		return h, nil
	}
	read := func(l *opLog) error { return (&recordReader{opLog: l, gaps: gaps}).all() }
	return singleOps(read)(job{ctx: ctx, src: src, opt: opt, total: int64(len(src.Text))})
}

// recordReader reads op maps one after another.
type recordReader struct {
	*opLog
	keyed   bool // each op of a client must have a key
	triples bool // a cas is [key old new]
	text    layout
	ops     opReader
	rec     record
	at      int   // how far was read
	line    int   // that at is on
	gaps    []Gap // that were not met yet

	open  map[history.Process]edn.Value // the keys of open operations
	procs map[string]history.Process    // numbers of processes with names, for open
}

// all reads the text twice: what a key means only the whole can tell.
func (r *recordReader) all() error {
	s := survey{bare: -1}
	if err := r.pass(func(int) error { return s.see(r) }); err != nil {
		return err
	}
	wrap, err := s.wraps(r)
	if err != nil {
		return err
	}
	if err := r.pass(func(line int) error { return r.log(line, wrap) }); err != nil {
		return err
	}
	if r.n == 0 {
		return r.src.Errorf(len(r.src.Text), "expected ops, found %s", nothing(r.src.Text))
	}
	return r.meetGaps()
}

// meetGaps reports missing ops to the builder.
func (r *recordReader) meetGaps() error {
	for ; len(r.gaps) > 0 && r.gaps[0].At <= r.n; r.gaps = r.gaps[1:] {
		if err := r.flush(); err != nil {
			return err
		}
		r.b.Gap(r.gaps[0].Ops)
	}
	return nil
}

// pass reads the text from its beginning.
func (r *recordReader) pass(visit func(line int) error) error {
	r.text = layout{src: r.src, end: len(r.src.Text)}
	r.rec = record{m: r.opt.Map}
	r.ops = opReader{rec: &r.rec}
	want := r.opt.Format
	if want == KV {
		want = Auto
	}
	start, err := detect(r.src, want)
	if err != nil {
		return err
	}
	r.at, r.line, r.open, r.procs = 0, 1, map[history.Process]edn.Value{}, map[string]history.Process{}
	at, err := r.text.open(start)
	for err == nil && at < r.text.end {
		if err = r.step(at); err == nil {
			at, err = r.op(at, visit)
		}
	}
	if bad := r.text.checkUTF8(r.at, at); bad != nil {
		return bad
	}
	return err
}

var lineBreak = []byte{'\n'}

// op reads the op map that begins at offset at, and returns where the next one
// begins.
func (r *recordReader) op(at int, visit func(line int) error) (next int, err error) {
	r.rec.reset()
	end, err := r.ops.read(r.src, at)
	if bad := r.text.checkUTF8(r.at, end); bad != nil {
		err = bad
	}
	if err == nil {
		err = r.findProcess()
	}
	if err != nil {
		return end, err
	}
	r.findKey()
	begins := r.line + bytes.Count(r.src.Text[r.at:at], lineBreak)
	if err := visit(begins); err != nil {
		return end, err
	}
	r.at, r.line = end, begins+bytes.Count(r.src.Text[at:end], lineBreak)
	return r.text.next(end, false)
}

// findProcess takes another field for the process if there is none.
func (r *recordReader) findProcess() error {
	if r.ops.row.HasProcess {
		return nil
	}
	i := r.rec.alias()
	if i < 0 {
		return nil
	}
	s := r.rec.extra[i].value.Scanner()
	r.rec.extra[i].field = processField
	return readProcess(&s, &r.ops.row, &r.rec)
}

// isClient reports whether the op may be a client's.
func (r *recordReader) isClient() bool {
	name := r.ops.row.ProcessName
	return len(name) == 0 || !bytes.HasPrefix(bytes.ToLower(name), []byte("nemesis"))
}

// findKey gives a completion the key of its invocation if it has none.
func (r *recordReader) findKey() {
	row := &r.ops.row
	p := row.Process
	if name := row.ProcessName; len(name) > 0 {
		id, ok := r.procs[string(name)]
		if !ok {
			id = -1 - history.Process(len(r.procs))
			r.procs[string(name)] = id
		}
		p = id
	}
	if row.Type == history.Invoke {
		r.open[p] = r.rec.key
	} else if r.rec.key.IsNil() {
		r.rec.key = r.open[p]
	}
}

// A survey finds out what the keys of ops mean.
type survey struct {
	keys   int // ops of clients that have one
	txns   int // those of them whose value is a transaction
	tuples int // those of them whose value is a tuple with this key
	empty  int // those of them that have no value
	bare   int // where an op of a client has none, -1 if each has one
	alias  int // ops whose process has another name
	keyish []byte
}

func (s *survey) see(r *recordReader) error {
	row, rec := &r.ops.row, &r.rec
	for _, x := range rec.extra {
		switch {
		case x.field == processField:
			s.alias++
		case x.field == keyishField && s.keyish == nil:
			s.keyish = bytes.Clone(x.name)
		}
	}
	switch {
	case !r.isClient():
		return nil
	case rec.key.IsNil():
		if s.bare < 0 && row.Type != history.Info {
			s.bare = row.Start
		}
		return nil
	}
	s.keys++
	value := r.value()
	parts, err := value.Items(nil)
	switch {
	case value.IsNil():
		s.empty++
	case err == nil && isMops(parts):
		s.txns++
	case err == nil && value.Kind() == edn.Vector && len(parts) == 2 && edn.Equal(parts[0], rec.key):
		s.tuples++
	}
	return nil
}

// isMops reports whether a value's parts are micro-ops: sequences that begin with a name.
func isMops(parts []edn.Value) bool {
	for _, p := range parts {
		s := p.Scanner()
		if k := s.Next(); k != edn.Vector && k != edn.List {
			return false
		}
		if k := s.Next(); k != edn.Keyword && k != edn.String {
			return false
		}
	}
	return len(parts) > 0
}

// wraps reports whether keys and values become tuples, and says what was assumed.
func (s *survey) wraps(r *recordReader) (bool, error) {
	if s.alias > 0 {
		r.b.Warn("process-field", s.alias, "ops have no :process, so the field that names their client, thread or session was used instead")
	}
	if r.triples {
		r.b.Warn("cas-triples", 0, "the values of :cas have the form [key old new] and all others [key value], so they were read as [key [old new]]")
		r.b.Keyed()
		return false, nil
	}
	switch {
	case s.bare >= 0 && (r.keyed || s.keys > 0 && s.txns == 0):
		return false, r.src.Errorf(s.bare, "expected a :key in every op, as others have one, found an op without; --map key= ignores the keys")
	case s.keys == 0 && s.keyish != nil:
		r.b.Warn("field-unused", 0, fmt.Sprintf("ops have a field %s, which was not used; --map key=%s uses it as the key of the object", s.keyish, s.keyish))
	case s.txns > 0:
		r.b.Warn("field-unused", s.keys, "ops have a field key, which was not used, since their values are transactions")
	case s.keys > 0 && s.tuples+s.empty < s.keys || s.keys > 0 && s.tuples == 0:
		r.b.Keyed()
		return true, nil
	case s.tuples > 0:
		r.b.Keyed()
	}
	return false, nil
}

// value returns the value of the op, absent if it has none.
func (r *recordReader) value() edn.Value {
	if row := &r.ops.row; row.ValueLo < row.ValueHi {
		return r.src.Value(row.ValueLo, row.ValueHi)
	}
	return edn.Value{}
}

// log adds the op that was read, which begins on the given line.
func (r *recordReader) log(line int, wrap bool) (err error) {
	l := r.opLog
	if err := r.meetGaps(); err != nil {
		return err
	}
	l.goTo(line)
	l.row = r.ops.row
	l.row.Start = len(l.text)
	if l.text, err = r.appendOp(l.text, wrap && r.isClient() && !r.rec.key.IsNil()); err != nil {
		return err
	}
	return l.added()
}

// appendOp writes the op as Jepsen would.
func (r *recordReader) appendOp(dst []byte, wrap bool) (_ []byte, err error) {
	row := &r.opLog.row
	dst = append(append(dst, "{:type :"...), row.Type.String()...)
	if row.HasIndex {
		dst = strconv.AppendInt(append(dst, ", :index "...), row.Index, 10)
	}
	if row.HasTime {
		dst = append(append(dst, ", :time "...), r.time()...)
	}
	if len(row.ProcessName) > 0 {
		dst = appendName(append(dst, ", :process "...), row.ProcessName)
	} else if row.Process != history.NoProcess {
		dst = strconv.AppendInt(append(dst, ", :process "...), row.Process.Number(), 10)
	}
	if len(row.F) > 0 {
		dst = appendName(append(dst, ", :f "...), row.F)
	}
	if v := r.value(); wrap || !v.IsZero() {
		dst = append(dst, ", :value "...)
		row.ValueLo = len(dst)
		if wrap {
			if dst, err = edn.AppendEDN(append(dst, '['), r.rec.key); err != nil {
				return dst, err
			}
			dst = append(dst, ' ')
		}
		if r.triples && string(row.F) == "cas" && isVectorOf(v, 3) && r.isClient() {
			dst, err = appendTriple(dst, v)
		} else {
			dst, err = edn.AppendTxn(dst, v)
		}
		if err != nil {
			return dst, err
		}
		if wrap {
			dst = append(dst, ']')
		}
		row.ValueHi = len(dst)
	}
	for _, x := range r.rec.extra {
		if x.field == processField || fieldNamed(x.name) <= keyField { // it stands for the process, or means something else
			continue
		}
		if dst, err = edn.AppendEDN(append(appendName(append(dst, ", "...), x.name), ' '), x.value); err != nil {
			return dst, err
		}
	}
	if !wrap && !r.rec.key.IsZero() {
		if dst, err = edn.AppendEDN(append(dst, ", :key "...), r.rec.key); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// time is how the time of the op is spelled. A unit or a name from a mapping is lost.
func (r *recordReader) time() []byte {
	row := &r.opLog.row
	if r.rec.unit() == 0 && (row.InSeconds || row.IsDate) {
		return r.rec.time
	}
	return strconv.AppendInt(nil, row.Time, 10)
}

// appendName writes a name as a keyword, or else as a string.
func appendName(dst, name []byte) []byte {
	if edn.IsKeywordName(name) {
		return append(append(dst, ':'), name...)
	}
	return edn.AppendString(dst, string(name))
}
