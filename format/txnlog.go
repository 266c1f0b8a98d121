package format

import (
	"math"
	"math/bits"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/huge"
)

// A txnLog is what the formats of other checkers record: transactions on
// registers or lists, a sequence of them for each session, without times. An importer
// fills it in; then it is written as EDN, and the history is a view of that
// text, as if it had been read from an EDN file.
type txnLog struct {
	job
	txns  []loggedTxn
	mops  []loggedMop
	names []string // what the keys stand for; nil if they are numbers

	// zeroIsInitial says that every register begins with 0, written by nobody: a read
	// of 0 is one of nil, unless a committed transaction wrote 0 to that key. (If only
	// an aborted one did, it is unknown which 0 was read.)
	zeroIsInitial bool
	zeros         map[number]struct{} // keys to which a committed transaction wrote 0

	held   []heldMop // of the transaction that is being read
	listed []number  // elements of lists that were read
}

// A loggedTxn is a transaction, or as much of one as has the same outcome.
type loggedTxn struct {
	session     int64
	line        int   // where it begins in the imported text; 0 if that has no lines
	first, last int32 // its micro-ops, -1 if it has none
	typ         history.Type
}

// A loggedMop is a read or a write. The mops of a transaction form a list,
// since lines of different transactions may alternate.
type loggedMop struct {
	key, value uint64
	next       int32 // the next one of the transaction, -1 behind the last
	bits       mopBits
}

type mopBits uint8

const (
	isWrite  mopBits = 1 << iota
	negKey           // the key is -key
	negValue         // the value is -value
	isNil            // the version before any write
	isList           // an append, if it writes, or else a read of a list: value is where in listed its length stands, and they behind it
	isAbsent         // a read of a row that is not there, which not only the version before any can be
)

// A number is an integer of 64 bits, signed or unsigned.
type number struct {
	abs uint64
	neg bool
}

// begin starts a transaction and returns its number. A line, where there is one,
// is not before that of the transaction begun last.
func (l *txnLog) begin(typ history.Type, session int64, line int) int32 {
	l.txns = append(l.txns, loggedTxn{session: session, line: line, first: -1, last: -1, typ: typ})
	return int32(len(l.txns) - 1)
}

func (l *txnLog) write(txn int32, key, value number) {
	if value.abs == 0 && l.zeroIsInitial && l.txns[txn].typ == history.OK {
		if l.zeros == nil {
			l.zeros = map[number]struct{}{}
		}
		l.zeros[key] = struct{}{}
	}
	l.add(txn, key, value, isWrite)
}

func (l *txnLog) read(txn int32, key, value number) { l.add(txn, key, value, 0) }

func (l *txnLog) add(txn int32, key, value number, bits mopBits) {
	if key.neg {
		bits |= negKey
	}
	if value.neg {
		bits |= negValue
	}
	i := int32(len(l.mops))
	l.mops = append(l.mops, loggedMop{key: key.abs, value: value.abs, next: -1, bits: bits})
	if t := &l.txns[txn]; t.last < 0 {
		t.first, t.last = i, i
	} else {
		l.mops[t.last].next, t.last = i, i
	}
}

// addList adds a read of a list, of which length and elements stand in listed
// from lo on.
func (l *txnLog) addList(txn int32, key number, lo int) {
	l.add(txn, key, number{abs: uint64(lo)}, isList)
}

// numbers returns key and value of a micro-op.
func (m *loggedMop) numbers() (key, value number) {
	return number{m.key, m.bits&negKey != 0}, number{m.value, m.bits&negValue != 0}
}

// A heldMop is a micro-op of a transaction whose outcome is not known yet.
type heldMop struct {
	key, value number
	bits       mopBits
}

// hold keeps a micro-op until its transaction has ended.
func (l *txnLog) hold(key, value number, bits mopBits) {
	l.held = append(l.held, heldMop{key, value, bits})
}

// addHeld adds a transaction with the micro-ops that are held. If it was not committed,
// only its writes count: its reads are unreliable.
func (l *txnLog) addHeld(typ history.Type, session int64, line int) {
	txn := l.begin(typ, session, line)
	for _, m := range l.held {
		switch {
		case m.bits&isWrite != 0:
			l.write(txn, m.key, m.value)
		case typ == history.OK:
			l.add(txn, m.key, m.value, m.bits)
		}
	}
	l.held = l.held[:0]
}

// step is called before every micro-op and transaction, with the offset where
// it stands.
func (l *txnLog) step(at int) error {
	if !l.due() {
		return nil
	}
	return l.look(at)
}

// look stops an importer when it should not go on, and reports its progress.
func (l *txnLog) look(at int) error {
	// A step adds at most one of each, so the numbers of none overflow meanwhile.
	if max(len(l.txns), len(l.mops)+len(l.held)) > math.MaxInt32-2*stepsPerLook {
		return &edn.SyntaxError{File: l.src.Name, Msg: "expected less than 2^31 reads and writes, found more"}
	}
	return l.job.look(at)
}

// reserve makes room for n micro-ops.
func (l *txnLog) reserve(n int) {
	l.mops = append(huge.Make[loggedMop](max(n, len(l.mops))), l.mops...)
}

// opsPerBatch is how many ops are handed to the builder at a time.
const opsPerBatch = 1 << 12

// history writes the log as EDN and returns the history of that text.
func (l *txnLog) history() (*history.History, error) {
	src := edn.NewSource(l.src.Name, nil, edn.EDN)
	b := history.NewBuilder(src)
	b.Grow(len(l.txns))
	w := logWriter{txnLog: l, line: 1, text: huge.Make[byte](l.textBytes())}
	for from := 0; from < len(l.txns); from += opsPerBatch {
		if err := l.ctx.Err(); err != nil {
			return nil, err
		}
		w.cols.Reset()
		for i := from; i < min(from+opsPerBatch, len(l.txns)); i++ {
			if err := w.op(i); err != nil {
				return nil, err
			}
		}
		src.Text = w.text
		if err := b.Add(&w.cols); err != nil {
			return nil, err
		}
	}
	if len(w.text) > 0 {
		w.text = append(w.text, '\n')
	}
	src.Text = w.text
	l.progress(l.total)
	return b.History()
}

// logWriter writes a log as EDN, an op to a line.
type logWriter struct {
	*txnLog
	text []byte
	line int // that text ends on
	cols history.Columns
	row  history.Row
}

var txnName = []byte("txn")

// op writes op i, and notes where.
func (w *logWriter) op(i int) error {
	t := &w.txns[i]
	w.newLine(i, t.line)
	w.row = history.Row{
		Start: len(w.text), Type: t.typ, Process: history.Process(t.session), HasProcess: true,
		Index: int64(i), HasIndex: true, F: txnName,
	}
	text := strconv.AppendInt(append(w.text, "{:index "...), int64(i), 10)
	text = append(append(text, ", :type :"...), t.typ.String()...)
	text = strconv.AppendInt(append(text, ", :process "...), t.session, 10)
	text = append(text, ", :f :txn, :value "...)
	w.row.ValueLo = len(text)
	text = w.appendMops(append(text, '['), t)
	w.row.ValueHi = len(text) + 1
	w.text = append(text, "]}"...)
	return w.cols.Append(w.src, &w.row)
}

// newLine goes to the line of the imported text that op i comes from; without
// such lines every op has its own.
func (w *logWriter) newLine(i, line int) {
	switch {
	case line == 0 && i > 0:
		w.text = append(w.text, '\n')
	case line == w.line && i > 0:
		w.text = append(w.text, ' ')
	}
	for ; w.line < line; w.line++ {
		w.text = append(w.text, '\n')
	}
}

func (w *logWriter) appendMops(dst []byte, t *loggedTxn) []byte {
	for i := t.first; i >= 0; {
		m := &w.mops[i]
		if i != t.first {
			dst = append(dst, ' ')
		}
		switch m.bits & (isWrite | isList) {
		case isWrite:
			dst = append(dst, "[:w "...)
		case isWrite | isList:
			dst = append(dst, "[:append "...)
		default:
			dst = append(dst, "[:r "...)
		}
		dst = append(w.appendKey(dst, m), ' ')
		switch {
		case m.bits&(isWrite|isList) == isList:
			dst = w.appendList(dst, m.value)
		case w.readsNil(m):
			dst = append(dst, "nil"...)
		default:
			dst = appendNumber(dst, m.value, m.bits&negValue != 0)
		}
		dst = append(dst, ']')
		i = m.next
	}
	return dst
}

// appendList writes the elements of the list that stands at listed[lo].
func (w *logWriter) appendList(dst []byte, lo uint64) []byte {
	list := w.listed[lo+1:][:w.listed[lo].abs]
	dst = append(dst, '[')
	for i, e := range list {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = appendNumber(dst, e.abs, e.neg)
	}
	return append(dst, ']')
}

func (w *logWriter) appendKey(dst []byte, m *loggedMop) []byte {
	if w.names != nil {
		return edn.AppendString(dst, w.names[m.key])
	}
	return appendNumber(dst, m.key, m.bits&negKey != 0)
}

func (w *logWriter) readsNil(m *loggedMop) bool {
	if m.value != 0 || !w.zeroIsInitial || m.bits&isWrite != 0 {
		return m.bits&isNil != 0
	}
	_, written := w.zeros[number{m.key, m.bits&negKey != 0}]
	return !written
}

func appendNumber(dst []byte, abs uint64, neg bool) []byte {
	if neg {
		dst = append(dst, '-')
	}
	return strconv.AppendUint(dst, abs, 10)
}

// textBytes is about how long the text will be, mostly a little less than this:
// room for all of it saves growing, which took a quarter of the time.
func (l *txnLog) textBytes() int {
	n := 0
	if len(l.txns) > 0 {
		n = l.txns[len(l.txns)-1].line + len(l.txns)*len("{:index 1000000, :type :fail, :process 100, :f :txn, :value []} ")
	}
	for i := range l.mops {
		m := &l.mops[i]
		n += len("[:w  nil] ") + digits(m.key) + digits(m.value)
	}
	for _, e := range l.listed {
		n += len(" ") + digits(e.abs)
	}
	return n
}

// digits is how many digits a number has, or one more than that.
func digits(n uint64) int { return bits.Len64(n)*1233>>12 + 1 }
