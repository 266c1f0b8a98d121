package format

import (
	"bytes"
	"context"
	"unicode/utf8"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// The logs of Jepsen have among their lines the operations, with process, type,
// name, value and perhaps an error, which tabs separate. What stands before the
// process changed over the years:
//
//	INFO  jepsen.util - 3	:invoke	:cas	[2 4]                                         etcd
//	INFO [2018-02-02 13:04:30,994] jepsen worker 0 - jepsen.util 0	:ok	:read	3
//	2026-07-22 10:15:03,171{GMT}	INFO	[jepsen worker 1] jepsen.util: 1	:info	:write	[0 2]	:timeout
//	INFO	[jepsen worker 0] jepsen.util: :nemesis	:info	:kill	nil
//
// An operation is where a process, a tab, a type and a tab stand for the first
// time in a line. In the oldest logs it follows a mark, with any blanks for
// tabs, and has a value of :timed-out where it has none. So do operations of newer logs that
// somebody pasted, which may turn tabs into blanks. Other lines are other
// news; but one that begins like an operation and goes on otherwise is an error,
// since an operation that is left out could change the verdict.
//
// A client logs its operation before it begins and after it ended. So the order
// of the lines is an order in which things may have happened.
//
// history.txt, which Jepsen writes beside history.edn, has the same without
// anything before it, and nothing but operations.

// etcdMark stands before an operation of the oldest logs.
var etcdMark = []byte("jepsen.util - ")

// logHead is in how much of a text the first operation is looked for: a test
// may print a lot before it begins.
const logHead = 1 << 24

// isLog looks for the first operation, and reports whether it is one of the oldest
// logs, or one of the others. A text that begins like EDN or JSON is no log: it may
// quote one.
func isLog(oldest bool) func(text []byte) bool {
	return func(text []byte) bool {
		text = text[:min(len(text), logHead)]
		i := skipSpace(text, skipMark(text), true)
		if i == len(text) || bytes.IndexByte([]byte("{[(#^;"), text[i]) >= 0 {
			return false
		}
		for i < len(text) {
			end := i + lineLen(text[i:])
			if etcdOp(text[:end], i) >= 0 {
				return oldest
			}
			if loggedAt(text[:end], i) >= 0 {
				return !oldest
			}
			i = end
		}
		return false
	}
}

// isHistoryTxt reports whether the first line is an operation and nothing else.
func isHistoryTxt(text []byte) bool {
	i := skipMark(text)
	for endOfLine(text, i) > i {
		i = endOfLine(text, i)
	}
	return aloneAt(text[:i+lineLen(text[i:])], i) >= 0
}

// etcdOp returns where an operation's process stands in the line that begins at
// text[i] and ends with text, or -1 if the line has no operation behind the mark
// of the oldest logs.
func etcdOp(text []byte, i int) int {
	mark := bytes.Index(text[i:], etcdMark)
	if mark < 0 {
		return -1
	}
	process := skipBlanks(text, i+mark+len(etcdMark))
	if process < len(text) && text[process] == ':' { // a nemesis
		if tabbedOp(text, process) == process {
			return process
		}
		return -1
	}
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

// tabbedOp is etcdOp for operations with tabs, whatever stands before them.
func tabbedOp(text []byte, i int) int {
	for lo := i; ; {
		tab := bytes.Index(text[i:], []byte("\t:"))
		if tab < 0 {
			return -1
		}
		at := i + tab
		typ, _, more := bytes.Cut(text[at+2:], []byte{'\t'})
		if _, ok := history.TypeNamed(typ); ok && more {
			process := at
			for process > lo && bytes.IndexByte([]byte(" \t\n"), text[process-1]) < 0 {
				process--
			}
			if isProcess(text[process:at]) {
				return process
			}
		}
		i = at + 1
	}
}

// logger is what logs operations.
var logger = []byte("jepsen.util")

// loggedAt is etcdOp for newer logs, with tabs or without.
func loggedAt(text []byte, i int) int {
	if at := tabbedOp(text, i); at >= 0 {
		return at
	}
	mark := bytes.Index(text[i:], logger)
	if mark < 0 {
		return -1
	}
	at := i + mark + len(logger)
	if at < len(text) && text[at] == ':' {
		at++
	}
	return blankOp(text, at)
}

// aloneAt is etcdOp for a line with nothing before the operation.
func aloneAt(text []byte, i int) int {
	if at := skipBlanks(text, i); tabbedOp(text, i) == at {
		return at
	}
	return blankOp(text, i)
}

// blankOp returns where a process follows text[i], if blanks and a type follow it, -1
// if not.
func blankOp(text []byte, i int) int {
	process := skipBlanks(text, i)
	end := process + len(token(text[process:]))
	at := skipBlanks(text, end)
	if !isProcess(text[process:end]) || at == len(text) || text[at] != ':' {
		return -1
	}
	if _, ok := history.TypeNamed(bytes.TrimRight(token(text[at+1:]), "\r\n")); !ok {
		return -1
	}
	return process
}

// isProcess reports whether a token is the number of a process, or a keyword.
func isProcess(b []byte) bool {
	if len(b) > 1 && b[0] == ':' {
		return utf8.Valid(b) && edn.IsKeywordName(b[1:])
	}
	for i := range b {
		if !isDigit(b, i) {
			return false
		}
	}
	return len(b) > 0
}

// readLog reads the operations of a log that at finds. In the oldest logs a value
// may be :timed-out.
func readLog(at func(text []byte, i int) int, oldest bool) func(l *opLog) error {
	return func(l *opLog) error {
		text := l.src.Text
		for i, line := skipMark(text), 1; i < len(text); line++ {
			if err := l.step(i); err != nil {
				return err
			}
			end := i + lineLen(text[i:])
			if op := at(text[:end], i); op >= 0 {
				if err := l.addLine(op, end, line, oldest); err != nil {
					return err
				}
			}
			i = end
		}
		switch {
		case l.n > 0:
			return nil
		case oldest:
			return l.src.Errorf(len(text), "expected lines such as \"jepsen.util - 3 :invoke :read nil\", found none")
		}
		return l.src.Errorf(len(text), "expected lines with a process, :invoke, an operation and a value, separated by tabs, found none")
	}
}

// readHistoryTxt reads operations, one to a line. An error is printed as it is,
// and may take some lines more.
func readHistoryTxt(l *opLog) error {
	text := l.src.Text
	failed := false // whether the operation before had an error
	for i, line := skipMark(text), 1; i < len(text); line++ {
		if err := l.step(i); err != nil {
			return err
		}
		end := i + lineLen(text[i:])
		switch at := aloneAt(text[:end], i); {
		case at >= 0:
			if err := l.addLine(at, end, line, false); err != nil {
				return err
			}
			failed = l.lastErr
		case endOfLine(text, i) > i:
		case !failed || isProcess(token(text[i:end])):
			return l.src.Errorf(i, "expected a process, :invoke, :ok, :fail or :info, an operation and a value, separated by tabs, found %s", found(text, i))
		}
		i = end
	}
	if l.n == 0 {
		return l.src.Errorf(len(text), "expected operations, found none")
	}
	return nil
}

// CountLogged counts the lines of a history.txt that are operations.
func CountLogged(path string) (n int, err error) {
	in, err := openText(context.Background(), path, Options{})
	if err != nil {
		return 0, err
	}
	defer in.close()
	err = par.Guard(func() error {
		for i := skipMark(in.Text); i < len(in.Text); {
			end := i + lineLen(in.Text[i:])
			if aloneAt(in.Text[:end], i) >= 0 {
				n++
			}
			i = end
		}
		return nil
	})
	return n, err
}

// addLine adds the operation from text[at] to the end of its line.
func (l *opLog) addLine(at, end, line int, oldest bool) error {
	text := bytes.TrimRight(l.src.Text[:end], "\r\n")
	r := logReader{src: l.src, text: text, at: at, tabs: oldest || tabbedOp(text, at) == at}
	if err := r.op(oldest); err != nil {
		return err
	}
	r.line, l.lastErr = line, r.err != nil
	return l.add(&r.loggedOp)
}

// logReader reads an operation, from left to right.
type logReader struct {
	loggedOp
	src  *edn.Source
	text []byte // up to the end of the line
	at   int
	tabs bool // an error follows a tab, not behind blanks
}

func (r *logReader) op(oldest bool) error {
	for i := r.at; i < len(r.text); {
		c, size := utf8.DecodeRune(r.text[i:])
		if c == utf8.RuneError && size < 2 {
			return r.src.Errorf(i, "expected UTF-8, found an invalid byte sequence")
		}
		i += size
	}
	r.time = history.NoTime
	if err := r.readProcess(); err != nil {
		return err
	}
	typ, at := r.keyword()
	var ok bool
	if r.typ, ok = history.TypeNamed(typ); !ok {
		return r.src.Errorf(at, "expected :invoke, :ok, :fail or :info, found %s", found(r.src.Text, at))
	}
	if f, at := r.keyword(); f != nil {
		if r.f = f; !edn.IsKeywordName(f) {
			return r.src.Errorf(at, "expected an operation such as :read, found %s", found(r.src.Text, at))
		}
	} else if string(token(r.text[at:])) != "nil" || oldest {
		return r.src.Errorf(at, "expected an operation such as :read, found %s", found(r.src.Text, at))
	} else {
		r.at = at + len("nil")
	}
	return r.readValue(oldest)
}

func (r *logReader) readProcess() error {
	if r.text[r.at] == ':' {
		r.name, _ = r.keyword()
		r.process = history.NoProcess
		return nil
	}
	n, end := scanDigits(r.text, r.at)
	process, ok := clientNumber(number{abs: n})
	if end < r.at || !ok {
		return r.src.Errorf(r.at, "expected a process number in range, found %q", preview(r.text[r.at:]))
	}
	r.process, r.at = history.Process(process), end
	return nil
}

// keyword reads a keyword, and returns its name, nil if there is none, and where
// it begins.
func (r *logReader) keyword() (name []byte, at int) {
	at = skipBlanks(r.text, r.at)
	if at == len(r.text) || r.text[at] != ':' {
		return nil, at
	}
	r.at = at + len(token(r.text[at:]))
	return r.text[at+1 : r.at], at
}

// token returns what stands before the first blank.
func token(text []byte) []byte { return until(text, " \t") }

// readValue reads what is left of the line: a value, and perhaps an error.
func (r *logReader) readValue(oldest bool) (err error) {
	lo := skipBlanks(r.text, r.at)
	if lo == len(r.text) {
		return r.src.Errorf(lo, "expected a value, found %s", found(r.src.Text, lo))
	}
	s := edn.NewScanner(r.src, lo, len(r.text))
	switch s.Datum() {
	case edn.Invalid:
		return s.Err()
	case edn.Close, edn.EOF:
		return r.src.Errorf(lo, "expected a value, found %s", found(r.src.Text, lo))
	}
	value := r.text[s.Start:s.End]
	rest := r.text[s.End:]
	if oldest && string(value) == ":timed-out" {
		r.value, r.err = []byte("nil"), value
	} else if r.value, err = edn.AppendEDN(nil, s.Value()); err != nil {
		return err
	}
	switch blank := len(bytes.TrimLeft(rest, " \t")) == 0; {
	case blank:
		return nil
	case rest[0] != '\t' && (r.tabs || rest[0] != ' ') || r.err != nil:
		at := skipBlanks(r.text, s.End)
		return r.src.Errorf(at, "expected the end of the line, or a tab and an error, found %s", found(r.src.Text, at))
	}
	if !r.tabs {
		rest = bytes.TrimRight(rest[skipBlanks(rest, 0)-1:], " \t")
	}
	r.err = loggedError(rest[1:])
	return nil
}

// loggedError returns an error as EDN. It was printed as it is: so it is EDN, or
// else the content of a string.
func loggedError(text []byte) []byte {
	if v, err := edn.Parse(string(text), edn.EDN); err == nil && v.Kind() != edn.Symbol && len(v.Bytes()) == len(text) {
		return text
	}
	return edn.AppendString(nil, string(text))
}
