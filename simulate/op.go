package simulate

import (
	"strconv"

	"github.com/seed-c33ae711/jcheck/history"
)

// An Op is one event of a history. It may be kept, but its transaction and the
// lists in it are shared with other ops and must not be changed.
type Op struct {
	Type    history.Type
	Process int64    // of a client
	Nemesis bool     // the nemesis's op: Process is not used
	Time    int64    // simulated nanoseconds since the start
	F       string   // txn, what is done with an object, or what the nemesis does
	Txn     []Mop    // nil if it is not a transaction
	Log     []LogMop // of an operation on logs, nil if it is none
	Assign  []int64  // the keys that a consumer of logs is assigned
	Value   Value    // of an operation on an object
	Error   string   // why it failed or is indeterminate, empty if neither

	Workload Workload // to which the transaction belongs
}

// A Value is the argument or the result of an operation on a single object.
type Value struct {
	Keyed bool  // it is an independent tuple [Key value], because there are several objects
	Key   int64 // the object

	Form Form
	N    int64   // if it is One, or the first of a Pair
	New  int64   // the second of a Pair
	Set  []int64 // if it is All; in no particular order
	Map  []Entry // if it is Map
}

// A Form is how a value looks.
type Form uint8

const (
	None Form = iota // nil
	One              // an integer
	Pair             // two, [old new]
	All              // a set of them
	Map              // a map to integers
)

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
	dst = o.appendValue(append(dst, ", :value "...), &ednMarks)
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
	dst = o.appendValue(append(dst, `","value":`...), &jsonMarks)
	if o.Error != "" {
		dst = append(append(append(dst, `,"error":"`...), o.Error...), '"')
	}
	return append(dst, '}')
}

// marks are in what the notations of values differ.
type marks struct {
	read, write, null string
	open, close       string // around what was read
	comma             byte
	openSet           string
	closeSet          byte
	send, poll        string // of logs
	quote, colon      string // around a key in a map, and behind it
}

var (
	ednMarks = [2]marks{
		ListAppend: {"[:r ", "[:append ", "nil", "[", "]", ' ', "#{", '}', "[:send ", "[:poll", "", " "},
		RWRegister: {"[:r ", "[:w ", "nil", "", "", ' ', "#{", '}', "[:send ", "[:poll", "", " "},
	}
	jsonMarks = [2]marks{
		ListAppend: {`["r",`, `["append",`, "null", "[", "]", ',', "[", ']', `["send",`, `["poll"`, `"`, ":"},
		RWRegister: {`["r",`, `["w",`, "null", "", "", ',', "[", ']', `["send",`, `["poll"`, `"`, ":"},
	}
)

// appendValue writes a transaction or what stands in its place.
func (o *Op) appendValue(dst []byte, notation *[2]marks) []byte {
	m := &notation[o.Workload]
	if o.Txn != nil {
		return appendTxn(dst, o.Txn, m)
	}
	if o.Log != nil {
		return appendLogMops(dst, o.Log, m)
	}
	if o.Assign != nil {
		return append(appendInts(append(dst, '['), o.Assign, m.comma), ']')
	}
	v := &o.Value
	if v.Keyed {
		dst = append(strconv.AppendInt(append(dst, '['), v.Key, 10), m.comma)
		return append(v.appendEntry(dst, m), ']')
	}
	return v.appendEntry(dst, m)
}

// appendEntry writes a value but for its key.
func (v *Value) appendEntry(dst []byte, m *marks) []byte {
	switch v.Form {
	case One:
		return strconv.AppendInt(dst, v.N, 10)
	case Pair:
		dst = append(strconv.AppendInt(append(dst, '['), v.N, 10), m.comma)
		return append(strconv.AppendInt(dst, v.New, 10), ']')
	case All:
		return append(appendInts(append(dst, m.openSet...), v.Set, m.comma), m.closeSet)
	case Map:
		return appendMap(dst, v.Map, m)
	}
	return append(dst, m.null...)
}

func appendTxn(dst []byte, mops []Mop, m *marks) []byte {
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
	dst = appendInts(append(dst, m.open...), mop.Read, m.comma)
	return append(append(dst, m.close...), ']')
}

func appendInts(dst []byte, list []int64, comma byte) []byte {
	for i, v := range list {
		if i > 0 {
			dst = append(dst, comma)
		}
		dst = strconv.AppendInt(dst, v, 10)
	}
	return dst
}

func appendLogMops(dst []byte, mops []LogMop, m *marks) []byte {
	dst = append(dst, '[')
	for i := range mops {
		if i > 0 {
			dst = append(dst, m.comma)
		}
		dst = mops[i].appendMop(dst, m)
	}
	return append(dst, ']')
}

func (l *LogMop) appendMop(dst []byte, m *marks) []byte {
	if l.Send {
		dst = append(strconv.AppendInt(append(dst, m.send...), l.Key, 10), m.comma)
		if l.Offset < 0 {
			dst = strconv.AppendInt(dst, l.Value, 10)
		} else {
			dst = LogMessage{l.Offset, l.Value}.append(dst, m)
		}
		return append(dst, ']')
	}
	dst = append(dst, m.poll...)
	if l.Known {
		dst = append(dst, m.comma, '{')
		for i, b := range l.Polled {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(strconv.AppendInt(append(dst, m.quote...), b.Key, 10), m.quote...)
			dst = append(append(dst, m.colon...), '[')
			for j, msg := range b.Messages {
				if j > 0 {
					dst = append(dst, m.comma)
				}
				dst = msg.append(dst, m)
			}
			dst = append(dst, ']')
		}
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func (l LogMessage) append(dst []byte, m *marks) []byte {
	dst = append(strconv.AppendInt(append(dst, '['), l.Offset, 10), m.comma)
	return append(strconv.AppendInt(dst, l.Value, 10), ']')
}
