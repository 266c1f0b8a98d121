package history

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
)

// An Entry is an op that a program appends to a history.
type Entry struct {
	Type    Type
	Process int64   // of a client, from 0
	Nemesis bool    // not a client's op: Process is not used
	Time    int64   // nanoseconds since the start; NoTime if unknown
	F       string  // the operation's name, such as txn or read
	Value   any     // as edn.Append writes it
	Extra   []Field // further fields, such as error
}

// A Field is a further field of an entry.
type Field struct {
	Name  string
	Value any
}

// Append adds an op. The entry is written as EDN at once, so Append keeps no reference
// to it. An error names the op that broke the history, as when reading a file.
func (b *Builder) Append(e Entry) error {
	if b.err != nil {
		return b.err
	}
	n := b.Len()
	if p := Process(e.Process); !e.Nemesis && !p.IsClient() {
		return b.fail(fmt.Errorf("op %d: expected a process number in range, found %d", n, p))
	}
	r := Row{
		Start: len(b.text), Type: e.Type, Index: int64(n), HasIndex: true,
		Time: e.Time, HasTime: e.Time != NoTime, Process: Process(e.Process), HasProcess: true, F: []byte(e.F),
	}
	if e.Nemesis {
		r.Process, r.ProcessName = NoProcess, []byte("nemesis")
	}
	text, err := AppendEntry(b.text, n, e, func(lo, hi int) { r.ValueLo, r.ValueHi = lo, hi })
	if err != nil {
		return b.fail(fmt.Errorf("op %d: %w", n, err))
	}
	b.text = append(text, '\n')
	b.h.src.Text = b.text
	b.cols.clearOps()
	if err := b.cols.Append(b.h.src, &r); err != nil {
		return b.fail(err)
	}
	return b.Add(&b.cols)
}

// AppendEntry writes an entry as an op map of EDN, as Jepsen writes them. If span is
// not nil, it is called with the position of the value in the result.
func AppendEntry(dst []byte, index int, e Entry, span func(lo, hi int)) ([]byte, error) {
	if e.Type > Info {
		return dst, fmt.Errorf("expected a type of invoke, ok, fail or info, found %d", e.Type)
	}
	if e.F != "" && !isName(e.F) {
		return dst, fmt.Errorf("expected the name of an operation, found %q", e.F)
	}
	dst = strconv.AppendInt(append(dst, "{:index "...), int64(index), 10)
	if e.Time != NoTime {
		dst = strconv.AppendInt(append(dst, ", :time "...), e.Time, 10)
	}
	dst = append(append(dst, ", :type :"...), e.Type.String()...)
	dst = append(dst, ", :process "...)
	if e.Nemesis {
		dst = append(dst, ":nemesis"...)
	} else {
		dst = strconv.AppendInt(dst, e.Process, 10)
	}
	if e.F != "" {
		dst = append(append(dst, ", :f :"...), e.F...)
	}
	dst = append(dst, ", :value "...)
	lo := len(dst)
	dst, err := edn.Append(dst, e.Value)
	if err != nil {
		return dst, err
	}
	if span != nil {
		span(lo, len(dst))
	}
	for _, x := range e.Extra {
		if !isName(x.Name) {
			return dst, fmt.Errorf("expected the name of a field, found %q", x.Name)
		}
		dst = append(append(append(dst, ", :"...), x.Name...), ' ')
		if dst, err = edn.Append(dst, x.Value); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// isName reports whether s can be written as a keyword.
func isName(s string) bool {
	return s != "" && s[0] != ':' && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune("\"\\;,()[]{}^@~`", r)
	})
}
