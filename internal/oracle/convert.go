package oracle

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// FromHistory returns the transactions of a list-append history, EDN or JSON,
// in the order of their invocations. Keys are numbered in order of appearance.
// Elements that are not integers are numbered from 1<<40; two are the same if
// their texts are.
func FromHistory(h *history.History) (Txns, error) { return fromHistory(h, false) }

// FromRegisterHistory is FromHistory for rw-register.
func FromRegisterHistory(h *history.History) (Txns, error) { return fromHistory(h, true) }

func fromHistory(h *history.History, registers bool) (Txns, error) {
	d := decoder{h: h, registers: registers, keys: map[string]int{}, elems: map[string]int{}}
	var ts Txns
	for i := range h.Len() {
		if !h.Process(i).IsClient() || h.Type(i) != history.Invoke && h.Pair(i) >= 0 {
			continue
		}
		t := Txn{Invoke: i, Complete: h.Pair(i), Process: int(h.Process(i)), Status: Info}
		if h.Type(i) != history.Invoke {
			t.Invoke, t.Complete = -1, i
		}
		if h.Unordered() {
			t.Invoke = -1
		}
		if err := d.txn(&t, i); err != nil {
			return nil, err
		}
		ts = append(ts, t)
	}
	return ts, nil
}

type decoder struct {
	h           *history.History
	registers   bool
	keys, elems map[string]int
}

// txn fills in the micro-ops of t, which begins at op i. The invocation tells
// them if the completion does not.
func (d *decoder) txn(t *Txn, i int) error {
	v := d.h.Value(i)
	if t.Complete >= 0 {
		t.Status = map[history.Type]Status{history.OK: OK, history.Fail: Fail, history.Info: Info}[d.h.Type(t.Complete)]
		if last := d.h.Value(t.Complete); t.Status == OK || !last.IsNil() {
			v = last
		}
	}
	if v.IsNil() {
		return nil
	}
	mops, err := v.Items(nil)
	if err != nil {
		return err
	}
	for _, v := range mops {
		m, err := d.mop(v, i)
		if err != nil {
			return err
		}
		t.Ops = append(t.Ops, m)
	}
	return nil
}

func (d *decoder) mop(v edn.Value, i int) (Mop, error) {
	parts, err := v.Items(nil)
	if err != nil {
		return Mop{}, err
	}
	f := ""
	if len(parts) >= 2 {
		f, _ = parts[0].Name()
	}
	switch {
	case f == d.appendName() && len(parts) == 3:
		return Mop{Register: d.registers, Append: true, Key: d.key(parts[1]), Elem: d.elem(parts[2])}, nil
	case f == "r" && (len(parts) == 2 || parts[2].IsNil()):
		return Mop{Register: d.registers, Key: d.key(parts[1])}, nil
	case f == "r" && len(parts) == 3 && d.registers:
		return Mop{Register: true, Key: d.key(parts[1]), List: []int{d.elem(parts[2])}}, nil
	case f == "r" && len(parts) == 3:
		elems, err := parts[2].Items(nil)
		if err != nil {
			return Mop{}, err
		}
		list := make([]int, len(elems))
		for j, e := range elems {
			list[j] = d.elem(e)
		}
		return Mop{Key: d.key(parts[1]), List: list}, nil
	}
	return Mop{}, d.h.Errorf(i, "expected [:%s key value] or [:r key result], found %s", d.appendName(), v)
}

func (d *decoder) appendName() string {
	if d.registers {
		return "w"
	}
	return "append"
}

func (d *decoder) key(v edn.Value) int {
	k, ok := d.keys[v.String()]
	if !ok {
		k = len(d.keys)
		d.keys[v.String()] = k
	}
	return k
}

func (d *decoder) elem(v edn.Value) int {
	if n, ok := v.Int(); ok {
		return int(n)
	}
	e, ok := d.elems[v.String()]
	if !ok {
		e = 1<<40 + len(d.elems)
		d.elems[v.String()] = e
	}
	return e
}

// History returns the transactions as a history. Keys are the keywords that
// String prints.
func (ts Txns) History() (*history.History, error) {
	type event struct {
		at   int
		txn  *Txn
		typ  history.Type
		done bool
	}
	var events []event
	for i := range ts {
		t := &ts[i]
		if t.Invoke >= 0 {
			events = append(events, event{at: t.Invoke, txn: t, typ: history.Invoke})
		}
		if t.Complete >= 0 {
			typ := []history.Type{OK: history.OK, Fail: history.Fail, Info: history.Info}[t.Status]
			events = append(events, event{at: t.Complete, txn: t, typ: typ, done: true})
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	b := history.NewBuilder(nil)
	for i, e := range events {
		err := b.Append(history.Entry{
			Type: e.typ, Process: int64(e.txn.Process), Time: int64(i) * 1000, F: "txn",
			Value: edn.Raw(e.txn.edn(e.done)),
		})
		if err != nil {
			return nil, err
		}
	}
	return b.History()
}

// edn writes the transaction as a value, without results if it is not done.
func (t *Txn) edn(done bool) string {
	s := []byte{'['}
	for i := range t.Ops {
		if i > 0 {
			s = append(s, ' ')
		}
		s = t.Ops[i].appendEDN(s, done)
	}
	return string(append(s, ']'))
}

func (m *Mop) appendEDN(s []byte, done bool) []byte {
	name := "[:r :"
	switch {
	case m.Append && m.Register:
		name = "[:w :"
	case m.Append:
		name = "[:append :"
	}
	s = append(append(append(s, name...), keyName(m.Key)...), ' ')
	switch {
	case m.Append:
		s = strconv.AppendInt(s, int64(m.Elem), 10)
	case !done || m.List == nil || m.Register && len(m.List) == 0:
		s = append(s, "nil"...)
	case m.Register:
		s = strconv.AppendInt(s, int64(m.List[0]), 10)
	default:
		s = appendList(s, m.List)
	}
	return append(s, ']')
}

func appendList(s []byte, list []int) []byte {
	s = append(s, '[')
	for i, e := range list {
		if i > 0 {
			s = append(s, ' ')
		}
		s = strconv.AppendInt(s, int64(e), 10)
	}
	return append(s, ']')
}
