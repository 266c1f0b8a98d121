package format

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// A logKind is a format that has a directory of logs, one for each session.
type logKind struct {
	format Format
	letter string                 // the log of session N is letter + N + .log
	begins func(head []byte) bool // whether a file begins as a log does
	others bool                   // whether a *.log of another name that begins like one is one
	read   func(l *txnLog, logs []sessionLog) error
}

// A sessionLog is a file of a directory of logs.
type sessionLog struct {
	path    string
	session int64
	size    int64
}

// logs lists the logs in a directory in the order of their sessions. The list is
// empty if path is not a directory, or one of something else. If the names of some
// logs have no number, all are numbered from 0 in the order of their names.
func (kind *logKind) logs(path string, want Format) []sessionLog {
	if want != Auto && want != kind.format {
		return nil
	}
	entries, err := os.ReadDir(path) // in the order of names
	if err != nil {
		return nil
	}
	var logs []sessionLog
	numbered, some := true, want == kind.format
	for _, e := range entries {
		name := unpackedName(e.Name())
		if filepath.Ext(name) != ".log" {
			continue
		}
		n, ok := kind.session(name)
		log := sessionLog{path: filepath.Join(path, e.Name()), session: n}
		switch info, err := os.Stat(log.path); {
		case err == nil && info.Mode().IsRegular():
			log.size = info.Size()
		case err != nil && ok: // a link to nothing is a session that is missing: reading will say so
		default:
			continue
		}
		begins := (kind.others || strings.HasPrefix(name, kind.letter)) && kind.begins(log.head())
		if some = some || begins; ok || begins {
			logs = append(logs, log)
			numbered = numbered && ok
		}
	}
	if !some {
		return nil
	}
	if !numbered {
		for i := range logs {
			logs[i].session = int64(i)
		}
	}
	slices.SortFunc(logs, func(a, b sessionLog) int { return cmp.Compare(a.session, b.session) })
	return logs
}

// session returns N of T<N>.log, and whether the name is like that.
func (kind *logKind) session(name string) (int64, bool) {
	digits, ok := strings.CutPrefix(strings.TrimSuffix(name, ".log"), kind.letter)
	n, err := strconv.ParseUint(digits, 10, 31)
	return int64(n), ok && err == nil && strconv.FormatUint(n, 10) == digits
}

// head returns the first bytes of a log's text.
func (log sessionLog) head() []byte {
	f, err := os.Open(log.path)
	if err != nil {
		return nil
	}
	defer f.Close()
	r := bufio.NewReader(f)
	magic, _ := r.Peek(magicLen)
	text, err := decompressor(method(magic), r)
	if err != nil {
		return nil
	}
	defer text.Close()
	head := make([]byte, 64)
	n, _ := io.ReadFull(text, head)
	return head[:n]
}

// twice refuses two logs of one name, of which one is compressed: they may be the same.
func twice(path string, logs []sessionLog) error {
	seen := map[string]string{}
	for _, log := range logs {
		file := filepath.Base(log.path)
		if other, ok := seen[unpackedName(file)]; ok {
			return &edn.SyntaxError{File: path, Msg: fmt.Sprintf("expected one log of a session, found %s and %s", other, file)}
		}
		seen[unpackedName(file)] = file
	}
	return nil
}

// readLogs reads the history that the logs of a directory make together.
func (kind *logKind) readLogs(ctx context.Context, path string, logs []sessionLog, opt Options) (*history.History, error) {
	l := &txnLog{job: job{ctx: ctx, src: edn.NewSource(path, nil, edn.EDN), opt: opt}}
	for _, log := range logs {
		l.total += log.size
	}
	err := twice(path, logs)
	if err == nil {
		err = kind.read(l, logs)
	}
	if err == nil && len(l.txns) == 0 {
		err = &edn.SyntaxError{File: path, Msg: fmt.Sprintf("expected transactions, found none in %d logs", len(logs))}
	}
	if err != nil {
		return nil, err
	}
	return l.history()
}

// eachLog calls read for each log, with its text.
func (l *txnLog) eachLog(logs []sessionLog, read func(src *edn.Source, session int64) error) error {
	for _, log := range logs {
		in, err := openText(l.ctx, log.path, l.opt)
		if err != nil {
			return err
		}
		err = par.Guard(func() error { return read(edn.NewSource(log.path, in.Text, edn.EDN), log.session) })
		in.close()
		if err != nil {
			return located(log.path, err)
		}
		l.before += log.size
	}
	return nil
}
