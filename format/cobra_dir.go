package format

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// A cobraLog is a file of a directory of logs.
type cobraLog struct {
	path    string
	session int64
	size    int64
}

// cobraLogs lists the logs in a directory in the order of their sessions. The
// list is empty if path is no directory, or one of something else. A log T<N>.log
// is that of session N. Another *.log counts if it begins like one; then the logs
// are numbered from 0 in the order of their names.
func cobraLogs(path string, want Format) []cobraLog {
	if want != Auto && want != Cobra {
		return nil
	}
	entries, err := os.ReadDir(path) // in the order of names
	if err != nil {
		return nil
	}
	var logs []cobraLog
	numbered, some := true, want == Cobra
	for _, e := range entries {
		info, err := e.Info()
		if filepath.Ext(e.Name()) != ".log" || err != nil || !info.Mode().IsRegular() {
			continue
		}
		n, ok := cobraSession(e.Name())
		log := cobraLog{filepath.Join(path, e.Name()), n, info.Size()}
		begins := log.begins()
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
	slices.SortFunc(logs, func(a, b cobraLog) int { return cmp.Compare(a.session, b.session) })
	return logs
}

// cobraSession returns N of T<N>.log, and whether the name is like that.
func cobraSession(name string) (int64, bool) {
	digits, ok := strings.CutPrefix(strings.TrimSuffix(name, ".log"), "T")
	n, err := strconv.ParseUint(digits, 10, 31)
	return int64(n), ok && err == nil && strconv.FormatUint(n, 10) == digits
}

// begins reports whether a file begins as a log does.
func (log cobraLog) begins() bool {
	f, err := os.Open(log.path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 10)
	n, _ := f.ReadAt(head, 0)
	return n >= 9 && head[0] == 'S' && (n == 9 || strings.IndexByte("SWRCA\x00", head[9]) >= 0)
}

// readCobraDir reads the history that the logs of a directory make together.
func readCobraDir(ctx context.Context, path string, logs []cobraLog, opt Options) (h *history.History, err error) {
	l := &txnLog{job: job{ctx: ctx, src: edn.NewSource(path, nil, edn.EDN), opt: opt}}
	for _, log := range logs {
		l.total += log.size
	}
	err = withAndWithoutTimes(l, func(l *txnLog, stamp int) error {
		for _, log := range logs {
			if err := log.read(l, stamp); err != nil {
				return err
			}
			l.before += log.size
		}
		return nil
	})
	if err == nil && len(l.txns) == 0 {
		err = &edn.SyntaxError{File: path, Msg: fmt.Sprintf("expected transactions, found none in %d logs", len(logs))}
	}
	if err != nil {
		return nil, err
	}
	return l.history()
}

// read adds the transactions of a log.
func (log cobraLog) read(l *txnLog, stamp int) error {
	in, err := openText(l.ctx, log.path, l.opt)
	if err != nil {
		return err
	}
	defer in.close()
	return located(log.path, par.Guard(func() error {
		return readCobraLog(l, edn.NewSource(log.path, in.Text, edn.EDN), log.session, stamp)
	}))
}
