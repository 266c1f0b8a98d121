package format

import (
	"strconv"

	"github.com/seed-c33ae711/jcheck/history"
)

// exportPlume writes a read or a write to a line. Those of a transaction that was
// aborted are the transaction -1, so which of them belong together is lost.
func exportPlume(e *export) ([]OutputFile, error) {
	x, err := e.load(txnShape{signed: true, aborted: true, zero: true})
	if err != nil {
		return nil, err
	}
	for _, t := range x.txns {
		if t.typ == history.Fail && t.hi-t.lo > 1 {
			e.lose("which writes of aborted transactions belong together")
			break
		}
	}
	return e.lines(len(x.txns), func(dst []byte, i int) ([]byte, error) {
		t := &x.txns[i]
		id := int64(i)
		if t.typ == history.Fail {
			id = -1
		}
		for _, m := range x.mops[t.lo:t.hi] {
			dst = append(dst, m.letter(), '(')
			dst = append(appendNumber(dst, m.key.abs, m.key.neg), ',')
			dst = append(appendNumber(dst, m.value.abs, m.value.neg), ',')
			dst = append(strconv.AppendInt(dst, t.session, 10), ',')
			dst = append(strconv.AppendInt(dst, id, 10), ")\n"...)
		}
		return dst, nil
	}, ""), nil
}

// letter is r or w.
func (m *outMop) letter() byte {
	if m.bits&isWrite != 0 {
		return 'w'
	}
	return 'r'
}

// exportAWDIT writes a read or a write to a line, with lines between transactions
// and sessions.
func exportAWDIT(e *export) ([]OutputFile, error) {
	x, err := e.load(txnShape{noNil: true})
	if err != nil {
		return nil, err
	}
	sessions := x.sessions()
	x.renumber(sessions)
	return e.lines(len(sessions), func(dst []byte, s int) ([]byte, error) {
		if s > 0 {
			dst = append(dst, "=====\n"...)
		}
		for k, i := range sessions[s] {
			if k > 0 {
				dst = append(dst, "-----\n"...)
			}
			t := &x.txns[i]
			for _, m := range x.mops[t.lo:t.hi] {
				dst = append(dst, m.letter(), ' ')
				dst = append(appendNumber(dst, m.key.abs, false), ' ')
				dst = append(appendNumber(dst, m.value.abs, false), '\n')
			}
		}
		return dst, nil
	}, ""), nil
}
