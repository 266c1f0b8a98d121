package simulate

import (
	"strconv"

	"github.com/seed-c33ae711/jcheck/history"
)

// An Op is one event of a history. It may be kept, but its transaction and the
// lists in it are shared with other ops and must not be changed.
type Op struct {
	Type    history.Type
	Process int64  // of a client
	Nemesis bool   // the nemesis's op: Process is not used
	Time    int64  // simulated nanoseconds since the start
	F       string // txn, or what the nemesis does
	Txn     []Mop  // nil for the nemesis
	Error   string // why it failed or is indeterminate, empty if neither

	Workload Workload // to which the transaction belongs
}

// A Mop is a micro-op of a transaction: a write of a value to Key, which appends
// to a list and replaces what a register holds, or a read of it.
type Mop struct {
	Write bool
	Key   int64
	Value int64   // what is written
	Read  []int64 // what was read: a list, of a register its value or nothing; nil if that is not known
}

// AppendEDN writes the op to dst as a line of EDN, as Jepsen writes them,
// without the line's end.
func (o *Op) AppendEDN(dst []byte, index int) []byte {
	dst = strconv.AppendInt(append(dst, "{:index "...), int64(index), 10)
	dst = strconv.AppendInt(append(dst, ", :time "...), o.Time, 10)
	dst = append(append(dst, ", :type :"...), o.Type.String()...)
	if dst = append(dst, ", :process "...); o.Nemesis {
		dst = append(dst, ":nemesis"...)
	} else {
		dst = strconv.AppendInt(dst, o.Process, 10)
	}
	dst = append(append(dst, ", :f :"...), o.F...)
	dst = appendTxn(append(dst, ", :value "...), o.Txn, &ednMarks[o.Workload])
	if o.Error != "" {
		dst = append(append(dst, ", :error :"...), o.Error...)
	}
	return append(dst, '}')
}

// AppendJSON writes the op to dst as a JSON object, without the line's end.
func (o *Op) AppendJSON(dst []byte, index int) []byte {
	dst = strconv.AppendInt(append(dst, `{"index":`...), int64(index), 10)
	dst = strconv.AppendInt(append(dst, `,"time":`...), o.Time, 10)
	dst = append(append(dst, `,"type":"`...), o.Type.String()...)
	if dst = append(dst, `","process":`...); o.Nemesis {
		dst = append(dst, `"nemesis"`...)
	} else {
		dst = strconv.AppendInt(dst, o.Process, 10)
	}
	dst = append(append(dst, `,"f":"`...), o.F...)
	dst = appendTxn(append(dst, `","value":`...), o.Txn, &jsonMarks[o.Workload])
	if o.Error != "" {
		dst = append(append(append(dst, `,"error":"`...), o.Error...), '"')
	}
	return append(dst, '}')
}

// marks are in what the notations of a transaction differ.
type marks struct {
	read, write, null string
	open, close       string // around what was read
	comma             byte
}

var (
	ednMarks = [...]marks{
		ListAppend: {"[:r ", "[:append ", "nil", "[", "]", ' '},
		RWRegister: {"[:r ", "[:w ", "nil", "", "", ' '},
	}
	jsonMarks = [...]marks{
		ListAppend: {`["r",`, `["append",`, "null", "[", "]", ','},
		RWRegister: {`["r",`, `["w",`, "null", "", "", ','},
	}
)

func appendTxn(dst []byte, mops []Mop, m *marks) []byte {
	if mops == nil {
		return append(dst, m.null...)
	}
	dst = append(dst, '[')
	for i := range mops {
		if i > 0 {
			dst = append(dst, m.comma)
		}
		dst = appendMop(dst, &mops[i], m)
	}
	return append(dst, ']')
}

func appendMop(dst []byte, mop *Mop, m *marks) []byte {
	if mop.Write {
		dst = strconv.AppendInt(append(dst, m.write...), mop.Key, 10)
		return append(strconv.AppendInt(append(dst, m.comma), mop.Value, 10), ']')
	}
	dst = append(strconv.AppendInt(append(dst, m.read...), mop.Key, 10), m.comma)
	if mop.Read == nil || len(mop.Read) == 0 && m.open == "" {
		return append(append(dst, m.null...), ']')
	}
	dst = append(dst, m.open...)
	for i, v := range mop.Read {
		if i > 0 {
			dst = append(dst, m.comma)
		}
		dst = strconv.AppendInt(dst, v, 10)
	}
	return append(append(dst, m.close...), ']')
}
