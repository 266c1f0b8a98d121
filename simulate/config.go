package simulate

import (
	"fmt"
	"iter"
)

// A Config describes a history to make. The zero Config is 1000 list-append
// transactions of five clients against a serial database.
type Config struct {
	Workload Workload

	DB      string // name of a row of Databases; empty means serial
	Txns    int    // how many transactions to invoke; 0 means 1000, negative none
	Clients int    // how many clients run at once; 0 means 5
	Seed    uint64

	Keys            int     // size of the pool of active keys; 0 means 10
	KeyDist         string  // exponential (each slot twice as likely as the one before it, the default) or uniform
	MinOps          int     // least number of micro-ops of a transaction; 0 means 1
	MaxOps          int     // greatest number of them; 0 means 4, or MinOps if that is more
	MaxWritesPerKey int     // a key is retired after this many writes, and a fresh one takes its slot; 0 means 32
	ReadRatio       float64 // share of micro-ops that are reads; 0 means 0.5, negative none

	FailRate     float64 // share of transactions that the database refuses for no reason
	CrashRate    float64 // share whose outcome the client never learns: info, at once or at the end
	NemesisEvery int     // the nemesis starts or stops a fault after this many transactions; 0 means never
	FinalReads   bool    // read each key once it is retired, and the remaining keys at the end
}

// withDefaults fills in the zero fields, or answers what is wrong with c.
func (c Config) withDefaults() (Config, error) {
	if c.KeyDist == "" {
		c.KeyDist = "exponential"
	}
	if c.ReadRatio == 0 {
		c.ReadRatio = 0.5
	}
	c.Txns = or(c.Txns, 1000)
	c.Clients = or(c.Clients, 5)
	c.Keys = or(c.Keys, 10)
	c.MinOps = or(c.MinOps, 1)
	c.MaxOps = or(c.MaxOps, max(4, c.MinOps))
	c.MaxWritesPerKey = or(c.MaxWritesPerKey, 32)
	switch {
	case c.Workload >= Workload(len(workloadNames)):
		return c, fmt.Errorf("unknown workload %d", c.Workload)
	case c.KeyDist != "exponential" && c.KeyDist != "uniform":
		return c, fmt.Errorf("unknown key distribution %q: expected exponential or uniform", c.KeyDist)
	case c.Clients < 0 || c.Keys < 0 || c.MinOps < 0 || c.MaxWritesPerKey < 0 || c.NemesisEvery < 0:
		return c, fmt.Errorf("expected clients, keys, micro-ops, writes per key and nemesis interval not to be negative")
	case c.MaxOps < c.MinOps:
		return c, fmt.Errorf("expected at least %d micro-ops a transaction and at most %d", c.MinOps, c.MaxOps)
	case !(c.FailRate >= 0 && c.FailRate <= 1 && c.CrashRate >= 0 && c.CrashRate <= 1 && c.ReadRatio <= 1):
		return c, fmt.Errorf("expected rates between 0 and 1, found fail %g, crash %g, read %g", c.FailRate, c.CrashRate, c.ReadRatio)
	}
	return c, nil
}

func or(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// Ops returns the ops of the history, in order, as they happen. Memory is
// bounded by the number of clients and of active keys, however long the history
// is. Ranging over it again makes the same history again.
func (c Config) Ops() (iter.Seq[Op], error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	d, err := find(c.DB)
	if err != nil {
		return nil, err
	}
	return func(yield func(Op) bool) {
		s := sim{Config: c, world: newWorld(c.Seed, yield), db: d}
		s.run()
	}, nil
}
