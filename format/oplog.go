package format

import (
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// An opLog is what other checkers record of operations on single objects:
// invocations and completions, in the order in which they happened. An importer
// adds one after the other. Each is written as EDN at once, on the line that it
// comes from, and the history is a view of that text.
type opLog struct {
	job
	b    *history.Builder
	out  *edn.Source // the text of the history
	text []byte
	line int // that text ends on
	n    int // ops so far
	cols history.Columns
	row  history.Row

	lastErr bool // whether the op added last had an error, for readers of lines
}

// A loggedOp is an operation's invocation or completion.
type loggedOp struct {
	line    int // that it begins on in the imported text, not before that of the op before it
	typ     history.Type
	process history.Process
	name    []byte // of a process that is not a client, nil if it is one
	time    int64  // history.NoTime if there is none
	f       []byte // the operation's name, empty if it has none
	value   []byte // EDN
	err     []byte // EDN: the :error, or nil
	extra   []byte // further fields, each as ", :name value"
}

func newOpLog(j job) *opLog {
	out := edn.NewSource(j.src.Name, nil, edn.EDN)
	l := &opLog{job: j, out: out, b: history.NewBuilder(out), line: 1}
	l.b.SetOrder(j.opt.Order)
	return l
}

// step is called before every line or op, with the offset where it stands.
func (l *opLog) step(at int) error {
	if !l.due() {
		return nil
	}
	return l.look(at)
}

func (l *opLog) add(op *loggedOp) error {
	l.goTo(op.line)
	l.row = history.Row{
		Start: len(l.text), Type: op.typ, Process: op.process, ProcessName: op.name, HasProcess: true,
		Index: int64(l.n), HasIndex: true, Time: op.time, HasTime: op.time != history.NoTime, F: op.f,
	}
	l.text = l.appendOp(l.text, op)
	return l.added()
}

// goTo ends the line of the op before, if that is another one.
func (l *opLog) goTo(line int) {
	if l.n > 0 && l.line == line {
		l.text = append(l.text, ' ')
		l.out.LinesOnly = true
	}
	for ; l.line < line; l.line++ {
		l.text = append(l.text, '\n')
	}
}

// added hands on the row whose text was written.
func (l *opLog) added() error {
	l.out.Text = l.text // for the place of an error
	l.n++
	if err := l.cols.Append(l.out, &l.row); err != nil {
		return err
	}
	if l.n%opsPerBatch == 0 {
		return l.flush()
	}
	return nil
}

func (l *opLog) appendOp(dst []byte, op *loggedOp) []byte {
	dst = strconv.AppendInt(append(dst, "{:index "...), l.row.Index, 10)
	if op.time != history.NoTime {
		dst = strconv.AppendInt(append(dst, ", :time "...), op.time, 10)
	}
	dst = append(append(dst, ", :type :"...), op.typ.String()...)
	if dst = append(dst, ", :process "...); op.name != nil {
		dst = appendName(dst, op.name)
	} else {
		dst = strconv.AppendInt(dst, op.process.Number(), 10)
	}
	if len(op.f) > 0 {
		dst = appendName(append(dst, ", :f "...), op.f)
	}
	dst = append(dst, ", :value "...)
	l.row.ValueLo = len(dst)
	dst = append(dst, op.value...)
	l.row.ValueHi = len(dst)
	if op.err != nil {
		dst = append(append(dst, ", :error "...), op.err...)
	}
	return append(append(dst, op.extra...), '}')
}

// flush hands the ops of a batch to the builder.
func (l *opLog) flush() error {
	err := l.b.Add(&l.cols)
	l.cols.Reset()
	return err
}

// history returns the history of the ops that were added.
func (l *opLog) history() (*history.History, error) {
	if err := l.ctx.Err(); err != nil {
		return nil, err
	}
	if len(l.text) > 0 {
		l.text = append(l.text, '\n')
		l.out.Text = l.text
	}
	if err := l.flush(); err != nil {
		return nil, err
	}
	if l.opt.Cut {
		l.b.Gap(-1)
	}
	l.progress(l.total)
	return l.b.History()
}
