package simulate

import (
	"iter"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// History returns the whole history, in memory.
func (c Config) History() (*history.History, error) { return inMemory(c.Ops()) }

// History returns the whole history, in memory.
func (o Object) History() (*history.History, error) { return inMemory(o.Ops()) }

func inMemory(ops iter.Seq[Op], err error) (*history.History, error) {
	if err != nil {
		return nil, err
	}
	b := history.NewBuilder(nil)
	for op := range ops {
		if err := b.Append(op.entry()); err != nil {
			return nil, err
		}
	}
	return b.History()
}

func (o *Op) entry() history.Entry {
	e := history.Entry{Type: o.Type, Process: o.Process, Nemesis: o.Nemesis, Time: o.Time, F: o.F, Value: ednValue{o}}
	if o.Error != "" {
		e.Extra = []history.Field{{Name: "error", Value: edn.Kw(o.Error)}}
	}
	return e
}

// ednValue is the value of an op, which writes itself as EDN.
type ednValue struct{ op *Op }

func (v ednValue) AppendEDN(dst []byte) ([]byte, error) {
	return v.op.appendValue(dst, &ednMarks), nil
}
