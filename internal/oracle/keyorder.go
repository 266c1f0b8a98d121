package oracle

import (
	"maps"
	"math"
	"slices"
)

// A Version of a register is what a transaction left in it, or Nil. It is the
// value, unless several left that: see [Value].
type Version = int

// Nil is the version of a register that was never written. It is less than any
// that is.
const Nil Version = math.MinInt

// A Relation says of versions of one register that From is older than To. It is
// transitively closed.
type Relation map[Pair]bool

// A Pair is two versions of a register.
type Pair struct{ From, To Version }

// A Source is a reason to believe that one version of a register is older than
// another, as Elle calls it.
type Source string

// The sources, in the order in which they are tried.
const (
	InitialState     Source = "initial-state"          // nil is older than any other version
	TransactionOrder Source = "transaction-order-keys" // the caller gave the order of the transactions
	WFRKeys          Source = "wfr-keys"               // what a transaction read is older than what it wrote
	SequentialKeys   Source = "sequential-keys"        // no version is older than those which its process saw before
	LinearizableKeys Source = "linearizable-keys"      // nor than those which anyone saw before
)

// KeyOptions are what may be assumed of each key. The zero KeyOptions is that
// registers are nil at first, and no more.
type KeyOptions struct {
	WFR          bool
	Sequential   bool
	Linearizable bool

	// TransactionOrder gives transactions, by their index in Txns, their place in
	// some order. Of two with the same place neither comes first, and of one that
	// is not named nothing is known. (Elle puts those before all others.)
	TransactionOrder map[int]int
}

// A CyclicVersions is a set of versions of a key of which each would be older
// than each other if the source were believed.
type CyclicVersions struct {
	Key      int
	Source   Source
	Versions []Version // ascending
}

// KeyOrders returns for each register that is touched the order of its versions.
// A source under which versions of a key precede themselves, together with the
// sources before it, is reported, and is not believed of this key.
func KeyOrders(ts Txns, o KeyOptions) (map[int]Relation, []CyclicVersions) {
	orders := map[int]Relation{}
	var cyclic []CyclicVersions
	for _, key := range ts.keys() {
		known := Relation{}
		for _, s := range o.sources() {
			all := maps.Clone(known)
			for _, p := range s.pairs(ts, key) {
				if p.From != p.To {
					all[p] = true
				}
			}
			all.close()
			if cycles := all.cycles(); len(cycles) > 0 {
				for _, versions := range cycles {
					cyclic = append(cyclic, CyclicVersions{key, s.Source, versions})
				}
				continue
			}
			known = all
		}
		orders[key] = known
	}
	return orders, cyclic
}

// source is a Source with the pairs of versions that it gives.
type source struct {
	Source
	pairs func(ts Txns, key int) []Pair
}

func (o *KeyOptions) sources() []source {
	list := []source{{InitialState, Txns.nilFirst}}
	if o.TransactionOrder != nil {
		list = append(list, source{TransactionOrder, func(ts Txns, key int) []Pair { return ts.ranked(key, o.TransactionOrder) }})
	}
	if o.WFR {
		list = append(list, source{WFRKeys, Txns.readThenWritten})
	}
	if o.Sequential {
		list = append(list, source{SequentialKeys, func(ts Txns, key int) []Pair { return ts.ordered(key, (*Txn).sameSession) }})
	}
	if o.Linearizable {
		list = append(list, source{LinearizableKeys, func(ts Txns, key int) []Pair { return ts.ordered(key, (*Txn).before) }})
	}
	return list
}

func (ts Txns) nilFirst(key int) (pairs []Pair) {
	for i := range ts {
		for _, v := range ts.touched(i, key) {
			pairs = append(pairs, Pair{Nil, v})
		}
	}
	return pairs
}

func (ts Txns) ranked(key int, rank map[int]int) (pairs []Pair) {
	for i := range ts {
		for j := range ts {
			before, ok := rank[i]
			after, ok2 := rank[j]
			if !ok || !ok2 || before >= after {
				continue
			}
			v, ok := ts.Written(i, key)
			w, ok2 := ts.Written(j, key)
			if ok && ok2 {
				pairs = append(pairs, Pair{v, w})
			}
		}
	}
	return pairs
}

func (ts Txns) readThenWritten(key int) (pairs []Pair) {
	for i := range ts {
		for _, v := range ts.seen(i, key) {
			if w, ok := ts.Written(i, key); ok {
				pairs = append(pairs, Pair{v, w})
			}
		}
	}
	return pairs
}

// ordered says that what a transaction touched is no newer than what it touches
// next, or what one touches that comes after it. Elle compares the last version of
// the one with the first of the other, from which the rest follows.
func (ts Txns) ordered(key int, before func(t, u *Txn) bool) (pairs []Pair) {
	for i := range ts {
		touched := ts.touched(i, key)
		for at := 1; at < len(touched); at++ {
			pairs = append(pairs, Pair{touched[at-1], touched[at]})
		}
		for j := range ts {
			if !before(&ts[i], &ts[j]) {
				continue
			}
			for _, v := range ts.touched(i, key) {
				for _, w := range ts.touched(j, key) {
					pairs = append(pairs, Pair{v, w})
				}
			}
		}
	}
	return pairs
}

// close adds what follows from transitivity (Warshall 1962).
func (r Relation) close() {
	all := r.versions()
	for _, via := range all {
		for _, from := range all {
			for _, to := range all {
				if r[Pair{from, via}] && r[Pair{via, to}] {
					r[Pair{from, to}] = true
				}
			}
		}
	}
}

// cycles returns the largest sets of versions that all precede each other in a
// closed relation.
func (r Relation) cycles() (all [][]Version) {
	seen := map[Version]bool{}
	for _, v := range r.versions() {
		if seen[v] || !r[Pair{v, v}] {
			continue
		}
		var cycle []Version
		for _, w := range r.versions() {
			if r[Pair{v, w}] && r[Pair{w, v}] {
				cycle = append(cycle, w)
				seen[w] = true
			}
		}
		all = append(all, cycle)
	}
	return all
}

func (r Relation) versions() []Version {
	set := map[Version]bool{}
	for p := range r {
		set[p.From], set[p.To] = true, true
	}
	return slices.Sorted(maps.Keys(set))
}
