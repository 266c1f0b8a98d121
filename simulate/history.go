package simulate

import (
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// History returns the whole history, in memory.
func (c Config) History() (*history.History, error) {
	ops, err := c.Ops()
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
	e := history.Entry{Type: o.Type, Process: o.Process, Nemesis: o.Nemesis, Time: o.Time, F: o.F, Value: value{o.Txn, o.Workload}}
	if o.Error != "" {
		e.Extra = []history.Field{{Name: "error", Value: edn.Kw(o.Error)}}
	}
	return e
}

// value is a transaction that writes itself as EDN.
type value struct {
	txn      []Mop
	workload Workload
}

func (v value) AppendEDN(dst []byte) ([]byte, error) {
	return appendTxn(dst, v.txn, &ednMarks[v.workload]), nil
}
