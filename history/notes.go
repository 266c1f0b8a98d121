package history

import (
	"fmt"
	"strconv"
)

// note records what was assumed.
func (b *Builder) note() {
	h, n := b.h, b.h.Len()
	b.noteGaps()
	b.noteTimes()
	if n == 0 {
		return
	}
	if b.seen.index == 0 {
		h.warn("no-index", n, "no op has an :index; they were numbered from 0 in the order of the file")
	}
	if missing := n - b.seen.time; missing > 0 {
		h.warn("no-time", missing, fmt.Sprintf("%s no :time; times are for display only", count(missing, n, "has", "have")))
	}
	switch missing := n - b.seen.process; {
	case missing == n:
		h.warn("no-process", n, "no op has a :process; the order of operations is unknown, so process and realtime order were not used")
	case missing > 0:
		h.warn("no-process", missing, fmt.Sprintf("%s no :process and were left out", count(missing, n, "has", "have")))
	}
	if h.completionsOnly {
		h.warn("no-invocations", n, "no op is an invocation; realtime order is unknown and was not used")
	}
	unfinished := 0
	for i, t := range h.typ {
		if t == Invoke && h.pair[i] < 0 && h.process[i].IsClient() {
			unfinished++
		}
	}
	if unfinished > 0 {
		h.warn("unfinished", unfinished, count(unfinished, n, "never completed and counts as info: it may or may not have happened", "never completed and count as info: they may or may not have happened"))
	}
}

// noteGaps says first what is missing.
func (b *Builder) noteGaps() {
	if len(b.gaps) == 0 {
		return
	}
	n, msg := max(b.lost, 0), "an unknown number of ops is missing from the history; they may change the verdict"
	if b.lost >= 0 {
		msg = fmt.Sprintf("%d ops are missing from the history; they may change the verdict", b.lost)
	}
	if b.astray > 0 {
		msg += fmt.Sprintf("; %d completions whose invocation is missing were left out", b.astray)
	}
	b.h.warn(LostOps, n, msg)
}

// Codes of warnings that the history may not be what happened, so no verdict on it can
// be trusted.
const (
	LostOps      = "lost-ops"                // ops are missing
	NoInvocation = "info-without-invocation" // invocations seem to be missing
	OddOrder     = "index-order"             // the indices give another order than the file, and it is unknown which is right
	Concatenated = "concatenated"            // the logs of clients are concatenated, and the order of their events is unknown
)

// Untrusted reports whether a warning of that code makes every verdict unknown.
func Untrusted(code string) bool {
	switch code {
	case LostOps, NoInvocation, OddOrder, Concatenated:
		return true
	}
	return false
}

func count(k, n int, one, many string) string {
	if k == 1 {
		return "1 of " + strconv.Itoa(n) + " ops " + one
	}
	return strconv.Itoa(k) + " of " + strconv.Itoa(n) + " ops " + many
}
