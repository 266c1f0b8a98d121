package format

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// What the formats of transactions have in common: those of each session, with
// how they ended and what they did, in numbers.

// A txnShape says what a format of transactions can say.
type txnShape struct {
	lists   bool // appends and reads of lists, or else writes and reads of registers
	names   bool // keys that are words
	signed  bool // negative numbers
	aborted bool // transactions that failed, by their writes
	open    bool // transactions that may or may not have happened
	empty   bool // transactions that did nothing
	noNil   bool // there is no version before the first
	zero    bool // 0 is the version before the first, of registers
}

// outTxns are the transactions of a history, as a format has them.
type outTxns struct {
	*export
	shape  txnShape
	txns   []outTxn
	mops   []outMop
	listed []number

	names []string   // what keys stand for, if they are words
	kinds []edn.Kind // of those keys
	ids   map[string]uint64
}

type outTxn struct {
	op      int // the completion, or an invocation that has none
	session int64
	typ     history.Type
	lo, hi  int32 // its micro-ops
}

// An outMop is a read or a write; the value of a list is where in listed its
// length stands, and its elements behind it.
type outMop struct {
	key, value number
	bits       mopBits
}

// load reads the transactions of a history, and refuses one that the format
// cannot say.
func (e *export) load(shape txnShape) (*outTxns, error) {
	x := &outTxns{export: e, shape: shape}
	var open []int
	var idle, silent int
	h := e.h
	for i := range h.Len() {
		if i%opsPerBatch == 0 && e.ctx.Err() != nil {
			return nil, e.ctx.Err()
		}
		switch {
		case h.Unordered() || h.Process(i) == history.NoProcess:
			return nil, e.refuse(i, "an op without a process belongs to no session")
		case !e.isClient(i):
		case h.Type(i) != history.Invoke:
			if err := x.add(i, h.Type(i), &idle, &silent); err != nil {
				return nil, err
			}
		case h.Pair(i) < 0:
			open = append(open, i)
		}
	}
	for _, i := range open {
		if err := x.add(i, history.Info, &idle, &silent); err != nil {
			return nil, err
		}
	}
	if len(x.txns) == 0 {
		return nil, e.some(0)
	}
	if err := e.loseMeta(e.isClient, true); err != nil {
		return nil, err
	}
	x.loseKeys()
	if idle > 0 {
		e.lose("%s that failed, or may have, and wrote nothing", plural(idle, "transaction"))
	}
	if silent > 0 {
		e.lose("%s that did nothing", plural(silent, "transaction"))
	}
	return x, x.checkZeros()
}

// add adds the transaction that op i ends.
func (x *outTxns) add(i int, typ history.Type, idle, silent *int) error {
	t := outTxn{op: i, session: x.h.Process(i).Number(), typ: typ, lo: int32(len(x.mops))}
	v := x.h.Value(i)
	if typ != history.OK && !isVector(v) && x.h.Type(i) != history.Invoke && x.h.Pair(i) >= 0 {
		v = x.h.Value(x.h.Pair(i)) // a completion may have an error for a value, or none
	}
	if typ != history.OK && v.IsNil() {
		*idle++ // its effect is unknown
		return nil
	}
	if !isVector(v) {
		return x.refuse(i, "expected a list of micro-ops, found %s", describe(v))
	}
	mops, err := v.Items(nil)
	if err != nil {
		return err
	}
	writes := false
	for _, m := range mops {
		write, err := x.mop(i, m, typ == history.OK)
		if err != nil {
			return err
		}
		writes = writes || write
	}
	if len(x.mops) > math.MaxInt32 {
		return x.refuse(i, "more than 2^31 micro-ops")
	}
	t.hi = int32(len(x.mops))
	switch {
	case typ != history.OK && !writes:
		if !x.shape.empty || typ == history.Info && !x.shape.open || typ == history.Fail && !x.shape.aborted {
			*idle++
			return nil
		}
	case typ == history.Info && !x.shape.open:
		return x.refuse(i, "the outcome of the transaction is unknown, and it writes")
	case typ == history.Fail && !x.shape.aborted:
		return x.refuse(i, "the transaction failed, and its writes could have been read")
	case t.lo == t.hi && !x.shape.empty:
		*silent++
		return nil
	}
	x.txns = append(x.txns, t)
	return nil
}

func isVector(v edn.Value) bool { return v.Kind() == edn.Vector || v.Kind() == edn.List }

func describe(v edn.Value) string {
	if v.IsZero() {
		return "nothing"
	}
	return v.Kind().String()
}

// mop adds a micro-op, unless it reads in a transaction that did not commit.
func (x *outTxns) mop(i int, m edn.Value, committed bool) (write bool, err error) {
	var room [4]edn.Value
	parts, err := m.Items(room[:0])
	if err != nil {
		return false, err
	}
	if !isVector(m) || len(parts) != 3 {
		return false, x.refuse(i, "expected a micro-op of a name, a key and a value, found %s", preview(m.Bytes()))
	}
	writes := "w"
	if x.shape.lists {
		writes = "append"
	}
	name, _ := parts[0].Name()
	switch name {
	case writes:
		write = true
	case "r":
		if !committed {
			return false, nil
		}
	default:
		return false, x.refuse(i, "expected micro-ops [:%s k v] and [:r k v], found one that is %s", writes, preview(parts[0].Bytes()))
	}
	out := outMop{}
	if out.key, err = x.key(i, parts[1]); err != nil {
		return false, err
	}
	switch {
	case write:
		out.bits = isWrite
		out.value, err = x.number(i, parts[2], "the value of a write")
	case x.shape.lists:
		out.bits = isList
		out.value, err = x.list(i, parts[2])
	case parts[2].IsNil():
		if out.bits = isNil; x.shape.noNil {
			return false, x.refuse(i, "it reads nil of key %s, and every read needs a write; write the first versions in a session of their own", parts[1])
		}
	default:
		out.value, err = x.number(i, parts[2], "the value of a read")
	}
	x.mops = append(x.mops, out)
	return write, err
}

// key returns a key, which is that of its name if it is a word.
func (x *outTxns) key(i int, v edn.Value) (number, error) {
	switch {
	case x.shape.names:
	case x.opt.NumberKeys:
		return x.numberKey(v)
	default:
		return x.number(i, v, "a key")
	}
	name, ok := v.Name()
	if n, isInt := v.Int(); isInt { // 7N is the key 7
		if name, ok = strconv.FormatInt(n, 10), true; x.format != TiPocket {
			name = "k" + name
		}
	} else if x.format == TiPocket && !isSymbol(name) {
		ok = false
	}
	if !ok || skipIdentifier([]byte(name), 0) != len(name) || name == "" {
		return number{}, x.refuse(i, "expected a key that is a word of letters, digits and underscores, or an integer of at least 0, found %s", v)
	}
	id, known := x.ids[name]
	switch {
	case !known:
		if x.ids == nil {
			x.ids = map[string]uint64{}
		}
		id = uint64(len(x.names))
		x.ids[name] = id
		x.names, x.kinds = append(x.names, name), append(x.kinds, v.Kind())
	case x.kinds[id] != v.Kind():
		return number{}, x.refuse(i, "the keys %s and %s of another kind would be spelled the same", v, name)
	}
	return number{abs: id}, nil
}

// isSymbol reports whether a word is read as a name, and not as a number or nil.
func isSymbol(word string) bool {
	v, err := edn.Parse(word, edn.EDN)
	return err == nil && v.Kind() == edn.Symbol
}

// numberKey returns the number that a key gets.
func (x *outTxns) numberKey(v edn.Value) (number, error) {
	spelled, err := edn.AppendCanonical(nil, v)
	if err != nil {
		return number{}, err
	}
	id, known := x.ids[string(spelled)]
	if !known {
		if x.ids == nil {
			x.ids = map[string]uint64{}
		}
		id = uint64(len(x.ids))
		x.ids[string(spelled)] = id
		x.names = append(x.names, v.String())
	}
	return number{abs: id}, nil
}

// loseKeys reports which numbers the first keys got.
func (x *outTxns) loseKeys() {
	const few = 5
	if !x.opt.NumberKeys || x.shape.names {
		return
	}
	text := ""
	for i, name := range x.names[:min(few, len(x.names))] {
		text += fmt.Sprintf(", %s is %d", name, i)
	}
	if len(x.names) > few {
		text += ", ..."
	}
	x.lose("what keys are called%s", text)
}

// renamed reports whether some key is of another kind than the one that its name
// is read as.
func (x *outTxns) renamed(kept ...edn.Kind) bool {
	return slices.ContainsFunc(x.kinds, func(k edn.Kind) bool { return !slices.Contains(kept, k) })
}

// number returns an integer that the format has room for.
func (x *outTxns) number(i int, v edn.Value, what string) (number, error) {
	n, ok := numberOf(v)
	switch {
	case !ok:
		return n, x.refuse(i, "expected an integer of 64 bits as %s, found %s", what, v)
	case n.neg && !x.shape.signed:
		return n, x.refuse(i, "expected an integer of at least 0 as %s, found %s", what, v)
	case n.neg && n.abs > 1<<63:
		return n, x.refuse(i, "expected an integer of 64 bits as %s, found %s", what, v)
	}
	return n, nil
}

func numberOf(v edn.Value) (number, bool) {
	if n, ok := v.Int(); ok {
		if n < 0 {
			return number{abs: -uint64(n), neg: true}, true
		}
		return number{abs: uint64(n)}, true
	}
	text := v.Bytes()
	if v.Kind() != edn.BigInt {
		return number{}, false
	}
	if len(text) > 0 && text[len(text)-1] == 'N' {
		text = text[:len(text)-1]
	}
	n, end := scanNumber(text, 0)
	return n, end == len(text)
}

// list adds the elements of a list that was read, and returns where.
func (x *outTxns) list(i int, v edn.Value) (number, error) {
	at := number{abs: uint64(len(x.listed))}
	if v.IsNil() {
		x.listed = append(x.listed, number{})
		return at, nil
	}
	if !isVector(v) {
		return at, x.refuse(i, "expected a list as the value of a read, found %s", describe(v))
	}
	items, err := v.Items(nil)
	if err != nil {
		return at, err
	}
	x.listed = append(x.listed, number{abs: uint64(len(items))})
	for _, item := range items {
		n, err := x.number(i, item, "an element")
		if err != nil {
			return at, err
		}
		x.listed = append(x.listed, n)
	}
	return at, nil
}

// checkZeros refuses a history in which nil and 0 are not the same, for a format
// in which they are.
func (x *outTxns) checkZeros() error {
	if !x.shape.zero {
		return nil
	}
	written := map[number]int{}
	for _, t := range x.txns {
		for _, m := range x.mops[t.lo:t.hi] {
			if t.typ == history.OK && m.bits&isWrite != 0 && m.value.abs == 0 {
				written[m.key] = t.op
			}
		}
	}
	for _, t := range x.txns {
		for _, m := range x.mops[t.lo:t.hi] {
			if m.bits&isWrite != 0 || m.bits&isNil == 0 && m.value.abs != 0 {
				continue
			}
			at, ok := written[m.key]
			switch {
			case ok && m.bits&isNil != 0:
				return x.refuse(t.op, "it reads nil of key %s, which is spelled 0, and that was written (line %d)", m.key, x.h.Line(at))
			case !ok && m.bits&isNil == 0:
				return x.refuse(t.op, "it reads 0 of key %s, which stands for nil since no transaction that committed wrote it", m.key)
			}
		}
	}
	return nil
}

// sessions lists the transactions of each session, in the order in which those
// begin.
func (x *outTxns) sessions() (sessions [][]int) {
	at := map[int64]int{}
	for i, t := range x.txns {
		k, ok := at[t.session]
		if !ok {
			k = len(sessions)
			at[t.session] = k
			sessions = append(sessions, nil)
		}
		sessions[k] = append(sessions[k], i)
	}
	return sessions
}

// renumber notes that sessions lose their numbers, unless these are 0, 1, 2, ...
func (x *outTxns) renumber(sessions [][]int) {
	for k, txns := range sessions {
		if x.txns[txns[0]].session != int64(k) {
			x.lose("the numbers of processes: they become 0, 1, 2, ... in the order in which they begin")
			return
		}
	}
}
