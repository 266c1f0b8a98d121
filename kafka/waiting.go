package kafka

import (
	"context"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// A Change says that, after an op, so many messages of a key were acknowledged but not polled yet.
type Change struct {
	Op      int // position of the completion
	Key     int // in the keys that Waiting returns
	Waiting int
}

// Waiting follows how many messages of each key are acknowledged and not polled yet, as Jepsen's plot unseen does. The keys are in
// the order in which they first occur. It fails as Check does.
func Waiting(ctx context.Context, h *history.History) (keys []edn.Value, changes []Change, err error) {
	x, err := decode(ctx, h)
	if err != nil {
		return nil, nil, err
	}
	const acknowledged, polled = 1, 2
	state := make([]uint8, len(x.key)) // of messages
	count := make([]int, len(x.keys.first))
	told := make([]int, len(count))
	var touched []int32
	for t := range x.len() {
		if x.status[t] != committed || !x.kind[t].moves() {
			continue
		}
		touched = touched[:0]
		see := func(m int32, what uint8) {
			was := state[m]
			state[m] |= what
			switch {
			case was == 0 && what == acknowledged:
				count[x.key[m]]++
			case was == acknowledged && what == polled:
				count[x.key[m]]--
			}
			touched = append(touched, x.key[m])
		}
		for _, m := range x.sends.of(int32(t)) {
			see(m, acknowledged)
		}
		for _, m := range x.reads.of(int32(t)) {
			see(m, polled)
		}
		for _, key := range touched {
			if count[key] != told[key] {
				told[key] = count[key]
				changes = append(changes, Change{int(x.op[t]), int(key), count[key]})
			}
		}
	}
	return x.keys.first, changes, nil
}
