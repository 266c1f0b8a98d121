package states

import (
	"context"
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/perf"
	"github.com/seed-c33ae711/jcheck/set"
)

// maxLives is how many elements have a line.
const maxLives = 200

// setLives draws a line for each element of a set, in the order in which they were added: from its add until it was known, and then as
// long as reads had it. Of one that is lost or stale, also until the last read that lacked it.
func setLives(ctx context.Context, h *history.History, _ perf.Options) (*perf.Chart, error) {
	switch firstRead(h).Elements().Kind() {
	case edn.Set, edn.Vector, edn.List:
	default:
		return nil, nil
	}
	if !has(h, "add") {
		return nil, nil
	}
	lives, all, err := set.Lives(ctx, h, maxLives)
	if err != nil || len(lives) == 0 {
		return nil, ctx.Err() // it is not a set
	}
	adding := perf.Series{Name: "not known yet", Kind: perf.Spans}
	seen := perf.Series{Name: "seen", Kind: perf.Spans}
	stale := perf.Series{Name: "stale", Kind: perf.Spans}
	lost := perf.Series{Name: "lost", Kind: perf.Spans, Wrong: true}
	for row, l := range lives {
		span := func(s *perf.Series, from, to int) {
			if from < 0 || to < 0 || h.Time(from) == history.NoTime || h.Time(to) == history.NoTime {
				return
			}
			s.Add(perf.Point{Time: h.Time(from), To: max(h.Time(from), h.Time(to)), Low: float64(row), High: float64(row), Op: from})
		}
		known := l.Known
		if known < 0 {
			known = h.Len() - 1 // nobody ever saw it
		}
		span(&adding, l.Added, known)
		if l.Known < 0 {
			continue
		}
		since := l.Known // when it was last seen, or known
		switch {
		case l.Stale:
			span(&stale, l.Known, l.LastAbsent)
			span(&seen, max(l.Known, l.LastAbsent), l.LastPresent)
		case l.LastPresent > l.Known:
			span(&seen, l.Known, l.LastPresent)
			since = l.LastPresent
		}
		if l.Lost {
			span(&lost, since, l.LastAbsent)
		}
	}
	title := "life of each element"
	if all > len(lives) {
		title = fmt.Sprintf("life of %d of %d elements, the lost and stale first", len(lives), all)
	}
	return &perf.Chart{Name: "set-elements", Title: title, Y: "element, as added", Series: []perf.Series{seen, stale, adding, lost}}, nil
}
