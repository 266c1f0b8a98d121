package format

import (
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
)

// cobraDir is a directory of T<N>.log. Some have other names, and other files
// with the same ending beside them.
var cobraDir = &logKind{
	format: Cobra,
	letter: "T",
	others: true,
	begins: func(head []byte) bool {
		return len(head) >= 9 && head[0] == 'S' && (len(head) == 9 || strings.IndexByte("SWRCA\x00", head[9]) >= 0)
	},
	read: func(l *txnLog, logs []sessionLog) error {
		return withAndWithoutTimes(l, func(l *txnLog, stamp int) error {
			return l.eachLog(logs, func(src *edn.Source, session int64) error {
				return readCobraLog(l, src, session, stamp)
			})
		})
	},
}
