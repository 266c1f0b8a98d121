package format

import (
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// exportVeriStrong writes an append or a read to a line.
func exportVeriStrong(e *export) ([]OutputFile, error) {
	x, err := e.load(txnShape{lists: true, signed: true})
	if err != nil {
		return nil, err
	}
	n := 0
	for _, t := range x.txns {
		n += int(t.hi - t.lo)
	}
	return e.lines(len(x.txns), func(dst []byte, i int) ([]byte, error) {
		if i == 0 {
			dst = append(strconv.AppendInt(dst, int64(n), 10), '\n')
		}
		t := &x.txns[i]
		for _, m := range x.mops[t.lo:t.hi] {
			dst = append(strconv.AppendInt(dst, t.session, 10), ' ')
			dst = append(strconv.AppendInt(dst, int64(i), 10), " R "...)
			if m.bits&isWrite != 0 {
				dst[len(dst)-2] = 'A'
			}
			dst = append(appendNumber(dst, m.key.abs, m.key.neg), ' ')
			if m.bits&isWrite != 0 {
				dst = append(appendNumber(dst, m.value.abs, m.value.neg), '\n')
				continue
			}
			for k, v := range x.elements(m) {
				if k > 0 {
					dst = append(dst, ' ')
				}
				dst = appendNumber(dst, v.abs, v.neg)
			}
			dst = append(dst, '\n')
		}
		return dst, nil
	}, ""), nil
}

// elements returns the length of a list that was read, and its elements.
func (x *outTxns) elements(m outMop) []number {
	at := x.listed[m.value.abs:]
	return at[:1+at[0].abs]
}

// exportTiPocket writes op maps of EDN, with one space between what stands in a
// micro-op, and keys that are words.
func exportTiPocket(e *export) ([]OutputFile, error) {
	h := e.h
	x := &outTxns{export: e, shape: txnShape{lists: true, names: true, signed: true}}
	ops, err := e.clients()
	if err != nil {
		return nil, err
	}
	for _, i := range ops {
		if err := x.addTiPocket(i); err != nil {
			return nil, err
		}
	}
	if err := e.loseMeta(e.isClient, false, "time", "index"); err != nil {
		return nil, err
	}
	if x.renamed(edn.Int, edn.Symbol) {
		e.lose("that keys are strings or keywords: they become words")
	}
	return e.lines(len(ops), func(dst []byte, k int) ([]byte, error) {
		t := &x.txns[k]
		i := t.op
		dst = append(append(dst, "{:type :"...), h.Type(i).String()...)
		dst = append(dst, ", :f :txn, :value ["...)
		for k, m := range x.mops[t.lo:t.hi] {
			if k > 0 {
				dst = append(dst, ' ')
			}
			dst = x.appendTiPocket(dst, m, h.Type(i))
		}
		dst = strconv.AppendInt(append(dst, "], :process "...), h.Process(i).Number(), 10)
		if h.Time(i) >= 0 {
			dst = strconv.AppendInt(append(dst, ", :time "...), h.Time(i), 10)
		}
		dst = strconv.AppendInt(append(dst, ", :index "...), h.Index(i), 10)
		return append(dst, "}\n"...), nil
	}, ""), nil
}

// addTiPocket takes in the transaction of op i. One that did not succeed has the
// micro-ops of its invocation if it has none of its own.
func (x *outTxns) addTiPocket(i int) error {
	h := x.h
	v := h.Value(i)
	if h.Type(i) != history.OK && !isVector(v) && h.Pair(i) >= 0 {
		v = h.Value(h.Pair(i))
	}
	if !isVector(v) {
		return x.refuse(i, "expected a list of micro-ops, found %s", describe(v))
	}
	mops, err := v.Items(nil)
	if err != nil {
		return err
	}
	t := outTxn{op: i, lo: int32(len(x.mops))}
	for _, m := range mops {
		if _, err := x.mop(i, m, true); err != nil {
			return err
		}
	}
	t.hi = int32(len(x.mops))
	x.txns = append(x.txns, t)
	return nil
}

// appendTiPocket writes a micro-op of an op of a type.
func (x *outTxns) appendTiPocket(dst []byte, m outMop, typ history.Type) []byte {
	if m.bits&isWrite != 0 {
		dst = append(append(append(dst, "[:append "...), x.names[m.key.abs]...), ' ')
		return append(appendNumber(dst, m.value.abs, m.value.neg), ']')
	}
	dst = append(append(append(dst, "[:r "...), x.names[m.key.abs]...), ' ')
	list := x.elements(m)
	if typ != history.OK && len(list) == 1 {
		return append(dst, "nil]"...)
	}
	dst = append(dst, '[')
	for k, v := range list[1:] {
		if k > 0 {
			dst = append(dst, ' ')
		}
		dst = appendNumber(dst, v.abs, v.neg)
	}
	return append(dst, "]]"...)
}
