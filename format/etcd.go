package format

import (
	"bytes"
	"unicode/utf8"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// The console log of Jepsen's tests of etcd has among its lines the operations on
// one register, with process, type, name and value:
//
//	INFO  jepsen.util - 3	:invoke	:cas	[2 4]
//	INFO  jepsen.util - 3	:info	:cas	:timed-out
//
// The register is absent at first, which reads as nil. A value of :timed-out
// stands for none. Lines that are not like these are other news; but one that
// begins like these and goes on otherwise is an error, since an operation that is
// left out could change the verdict.

// etcdMark stands before an operation. What may precede it is a level or a time.
var etcdMark = []byte("jepsen.util - ")

// etcdHead is in how much of a text the first operation is looked for.
const etcdHead = 1 << 16

// isEtcd looks for an operation. A text that begins like EDN or JSON is none: it
// may quote a log.
func isEtcd(text []byte) bool {
	text = text[:min(len(text), etcdHead)]
	i := skipSpace(text, skipMark(text), true)
	if i == len(text) || bytes.IndexByte([]byte("{[(#^;"), text[i]) >= 0 {
		return false
	}
	for i < len(text) {
		end := i + lineLen(text[i:])
		if etcdOp(text[:end], i) >= 0 {
			return true
		}
		i = end
	}
	return false
}

// etcdOp returns where an operation's process stands in the line that begins at
// text[i] and ends with text, or -1 if the line has no operation.
func etcdOp(text []byte, i int) int {
	mark := bytes.Index(text[i:], etcdMark)
	if mark < 0 {
		return -1
	}
	process := skipBlanks(text, i+mark+len(etcdMark))
	end := process
	for isDigit(text, end) {
		end++
	}
	typ := skipBlanks(text, end)
	if end == process || typ == end || typ == len(text) || text[typ] != ':' {
		return -1
	}
	return process
}

func readEtcd(l *opLog) error {
	text := l.src.Text
	for i, line := skipMark(text), 1; i < len(text); line++ {
		if err := l.step(i); err != nil {
			return err
		}
		end := i + lineLen(text[i:])
		if at := etcdOp(text[:end], i); at >= 0 {
			r := etcdReader{src: l.src, text: bytes.TrimRight(text[:end], "\r\n"), at: at}
			if err := r.op(); err != nil {
				return err
			}
			r.loggedOp.line = line
			if err := l.add(&r.loggedOp); err != nil {
				return err
			}
		}
		i = end
	}
	if l.n == 0 {
		return l.src.Errorf(len(text), "expected lines such as \"jepsen.util - 3 :invoke :read nil\", found none")
	}
	return nil
}

// etcdReader reads an operation, from left to right.
type etcdReader struct {
	loggedOp
	src  *edn.Source
	text []byte // up to the end of the line
	at   int
}

func (r *etcdReader) op() error {
	n, end := scanDigits(r.text, r.at)
	process, ok := clientNumber(number{abs: n})
	if end < r.at || !ok {
		return r.src.Errorf(r.at, "expected a process number nearer to 0, found %q", preview(r.text[r.at:]))
	}
	r.process, r.time, r.at = history.Process(process), history.NoTime, end
	typ, at := r.keyword()
	if r.typ, ok = history.TypeNamed(typ); !ok {
		return r.src.Errorf(at, "expected :invoke, :ok, :fail or :info, found %s", found(r.src.Text, at))
	}
	if r.f, at = r.keyword(); !isName(r.f) || !utf8.Valid(r.f) {
		return r.src.Errorf(at, "expected an operation such as :read, found %s", found(r.src.Text, at))
	}
	return r.readValue()
}

// keyword reads a keyword, and returns its name, nil if there is none, and where
// it begins.
func (r *etcdReader) keyword() (name []byte, at int) {
	at = skipBlanks(r.text, r.at)
	if at == len(r.text) || r.text[at] != ':' {
		return nil, at
	}
	r.at = at + len(token(r.text[at:]))
	return r.text[at+1 : r.at], at
}

// token returns what stands before the first blank.
func token(text []byte) []byte {
	if n := bytes.IndexAny(text, " \t"); n >= 0 {
		return text[:n]
	}
	return text
}

// readValue reads what is left of the line: nil, an integer, two in brackets, or
// :timed-out.
func (r *etcdReader) readValue() error {
	lo := skipBlanks(r.text, r.at)
	text := bytes.TrimRight(r.text[lo:], " \t")
	ok := true
	switch {
	case string(text) == ":timed-out":
		r.value, r.err = append(r.value, "nil"...), text
	case string(text) == "nil":
		r.value = append(r.value, text...)
	default:
		inside, isPair := bytes.CutPrefix(text, []byte("["))
		if isPair {
			inside, ok = bytes.CutSuffix(inside, []byte("]"))
		}
		ok = ok && r.integers(bytes.Fields(inside), isPair)
	}
	if !ok {
		return r.src.Errorf(lo, "expected nil, an integer, [old new] or :timed-out, found %s", found(r.src.Text, lo))
	}
	return nil
}

// integers writes one integer, or a pair of them in brackets.
func (r *etcdReader) integers(fields [][]byte, pair bool) bool {
	if len(fields) != 1 && !pair || len(fields) != 2 && pair {
		return false
	}
	for i, field := range fields {
		n, end := scanNumber(field, 0)
		if end != len(field) {
			return false
		}
		if pair {
			r.value = append(r.value, "[ "[i])
		}
		r.value = appendNumber(r.value, n.abs, n.neg)
	}
	if pair {
		r.value = append(r.value, ']')
	}
	return true
}
