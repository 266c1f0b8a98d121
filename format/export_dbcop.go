package format

import (
	"encoding/binary"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// exportDBCop writes bincode. It has a start and an end as text, which nobody
// knows here, and which would make every file another.
func exportDBCop(e *export) ([]OutputFile, error) {
	x, err := e.load(txnShape{aborted: true, empty: true, zero: true})
	if err != nil {
		return nil, err
	}
	x.dropIdle()
	if err := e.some(len(x.txns)); err != nil {
		return nil, err
	}
	sessions := x.sessions()
	x.renumber(sessions)
	le := binary.LittleEndian
	return e.lines(len(sessions), func(dst []byte, s int) ([]byte, error) {
		if s == 0 {
			dst = x.appendDBCopHead(dst, sessions)
		}
		dst = le.AppendUint64(dst, uint64(len(sessions[s])))
		for _, i := range sessions[s] {
			t := &x.txns[i]
			dst = le.AppendUint64(dst, uint64(t.hi-t.lo))
			for _, m := range x.mops[t.lo:t.hi] {
				dst = append(dst, byte(m.bits&isWrite))
				dst = append(le.AppendUint64(le.AppendUint64(dst, m.key.abs), m.value.abs), 1)
			}
			committed := byte(0)
			if t.typ == history.OK {
				committed = 1
			}
			dst = append(dst, committed)
		}
		return dst, nil
	}, ""), nil
}

// appendDBCopHead writes what stands before the sessions.
func (x *outTxns) appendDBCopHead(dst []byte, sessions [][]int) []byte {
	keys := map[number]struct{}{}
	most, events := 0, 0
	for _, txns := range sessions {
		most = max(most, len(txns))
	}
	for _, t := range x.txns {
		events = max(events, int(t.hi-t.lo))
	}
	for _, m := range x.mops {
		keys[m.key] = struct{}{}
	}
	le := binary.LittleEndian
	for _, n := range [...]int{0, len(sessions), len(keys), most, events} {
		dst = le.AppendUint64(dst, uint64(n))
	}
	const someTime = "1970-01-01T00:00:00+00:00"
	for _, text := range [...]string{"written by jcheck", someTime, someTime} {
		dst = append(le.AppendUint64(dst, uint64(len(text))), text...)
	}
	return le.AppendUint64(dst, uint64(len(sessions)))
}

// dropIdle leaves out aborted transactions that wrote nothing, which nobody would
// read.
func (x *outTxns) dropIdle() {
	n := 0
	for _, t := range x.txns {
		if t.typ == history.OK || t.lo < t.hi {
			x.txns[n] = t
			n++
		}
	}
	if n < len(x.txns) {
		x.lose("%s that failed, and wrote nothing", plural(len(x.txns)-n, "transaction"))
	}
	x.txns = x.txns[:n]
}

// exportDBCopJSON writes an array of sessions, a transaction to a line.
func exportDBCopJSON(e *export) ([]OutputFile, error) {
	x, err := e.load(txnShape{aborted: true, empty: true})
	if err != nil {
		return nil, err
	}
	sessions := x.sessions()
	x.renumber(sessions)
	return e.lines(len(sessions), func(dst []byte, s int) ([]byte, error) {
		dst = append(dst, "[["[min(s, 1):]...)
		for k, i := range sessions[s] {
			t := &x.txns[i]
			if k > 0 {
				dst = append(dst, ",\n"...)
			}
			dst = append(dst, `{"events":[`...)
			for k, m := range x.mops[t.lo:t.hi] {
				if k > 0 {
					dst = append(dst, ',')
				}
				name := `{"Read":{"variable":`
				if m.bits&isWrite != 0 {
					name = `{"Write":{"variable":`
				}
				dst = append(appendNumber(append(dst, name...), m.key.abs, false), `,"version":`...)
				if m.bits&isNil != 0 {
					dst = append(dst, "null"...)
				} else {
					dst = appendNumber(dst, m.value.abs, false)
				}
				dst = append(dst, "}}"...)
			}
			dst = append(dst, `],"committed":`...)
			dst = append(strconv.AppendBool(dst, t.typ == history.OK), '}')
		}
		if s == len(sessions)-1 {
			return append(dst, "]]\n"...), nil
		}
		return append(dst, "],\n"...), nil
	}, ""), nil
}

// exportDBCopHist writes transactions in brackets. Keys are names there: numbers
// get a letter before them. A transaction that did nothing is left out: a file of
// nothing else would be an empty list of EDN.
func exportDBCopHist(e *export) ([]OutputFile, error) {
	x, err := e.load(txnShape{names: true, aborted: true})
	if err != nil {
		return nil, err
	}
	if x.renamed(edn.String) {
		e.lose("that keys are numbers or keywords: they become strings, 7 becomes \"k7\"")
	}
	sessions := x.sessions()
	x.renumber(sessions)
	return e.lines(len(sessions), func(dst []byte, s int) ([]byte, error) {
		if s > 0 {
			dst = append(dst, "---\n"...)
		}
		for _, i := range sessions[s] {
			t := &x.txns[i]
			dst = append(dst, '[')
			for k, m := range x.mops[t.lo:t.hi] {
				if k > 0 {
					dst = append(dst, ' ')
				}
				dst = append(dst, x.names[m.key.abs]...)
				switch {
				case m.bits&isNil != 0:
					dst = append(dst, "==?"...)
					continue
				case m.bits&isWrite != 0:
					dst = append(dst, ":="...)
				default:
					dst = append(dst, "=="...)
				}
				dst = appendNumber(dst, m.value.abs, false)
			}
			if dst = append(dst, ']'); t.typ != history.OK {
				dst = append(dst, '!')
			}
			dst = append(dst, '\n')
		}
		return dst, nil
	}, ""), nil
}
