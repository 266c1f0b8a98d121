package elle

import (
	"context"
	"math/bits"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// forceMost is how many transactions a history may have for the order of
// versions and that of transactions to be iterated to a fixpoint: what each
// transaction reaches is a row of bits. Tests change it.
var forceMost = int32(1 << 13)

// A forcer infers orders of versions from the order of transactions. If a writer
// of a key reaches a reader of another version, it can only have written an
// older one, or there would be an anti-dependency from the reader to it, and so
// a cycle. And if one writer reaches another, its version is older. New orders
// are new dependencies, until there is nothing new.
//
// What is reached without anti-dependencies forces an order on pain of a cycle
// with at most one rw; what is reached with them, on pain of some cycle.
type forcer struct {
	r       *registers
	ops     int32
	nodes   int32
	edges   []graph.Edge
	g       *graph.Graph
	keys    []forcedKey
	reasons map[forcedStep]forcedReason

	known map[step]string // what the caller said

	words int
	at    []int32 // per transaction that read the key being looked at: where its first reading stands
	comp  []int32
	rows  []uint64 // per component, which transactions it reaches
}

// forcedKey is what matters of a key: versions that were written by transactions
// that took effect.
type forcedKey struct {
	key     int32
	writer  []int32   // per version
	readers [][]int32 // per version
	reads   []reading // ascending by transaction
	mask    []uint64  // all readers
	updates []update
}

// A reading is a transaction and a version that it read.
type reading struct{ txn, version int32 }

// An update is a transaction that read a version, noVersion for the initial one,
// and wrote another: whatever is later than the one is later than the other, or
// there would be an anti-dependency to what came between, and back.
type update struct {
	txn      int32
	from, to int32 // versions
}

const noVersion = -1

type forcedStep struct {
	from, to int32
	rel      graph.Rel
}

type forcedKind uint8

const (
	reachesReader forcedKind = iota // From wrote a key and reaches via, which read To's version of it
	readEarlier                     // From read the version of via, which reaches To
	updatedFirst                    // From overwrote the version of via, which reaches To; via is -1 for the initial version
)

// A forcedReason says what forced a step.
type forcedReason struct {
	key   int32
	kind  forcedKind
	via   int32
	place int       // among all reasons: only what was forced earlier is used to reach it
	mask  graph.Rel // by which relations it is reached
}

// force adds to what was inferred the steps that are forced, given an order in
// time. With many, those count that are forced on pain of any cycle. Of large
// histories, what reads and the order of processes force is left to the check of
// causal convergence.
func (r *registers) force(ctx context.Context, in *inferred, o *ordering, many bool, known map[step]string) error {
	if int32(r.x.len()) > forceMost {
		r.info.Skipped = true
		return nil
	}
	f := &forcer{r: r, ops: int32(r.x.len()), reasons: map[forcedStep]forcedReason{}, known: known}
	f.words = (int(f.ops) + 63) / 64
	f.at = make([]int32, f.ops)
	f.findKeys()
	if len(f.keys) == 0 {
		return nil
	}
	f.edges, f.nodes = in.graph()
	f.nodes = o.add(0, f.ops, f.nodes, func(e graph.Edge) { f.edges = append(f.edges, e) })
	r.forced = f
	before := len(f.edges)
	type stage struct{ mask, ww, rw graph.Rel }
	single := reads | graph.ForcedWW
	stages := []stage{{single, graph.ForcedWW, graph.ForcedRW}}
	if o.rel != 0 {
		stages = append(stages, stage{single | graph.TimedWW | o.rel, graph.TimedWW, graph.TimedRW})
	}
	if many {
		all := single | antis | graph.ForcedRW | graph.Forced
		stages = append(stages, stage{all, graph.Forced, graph.Forced})
		if o.rel != 0 {
			stages = append(stages, stage{all | timed | o.rel, graph.Timed, graph.Timed})
		}
	}
	for _, st := range stages {
		if err := f.iterate(ctx, st.mask, st.ww, st.rw); err != nil {
			return err
		}
	}
	f.g = graph.New(int(f.ops), int(f.nodes), f.edges)
	f.rows, f.at = nil, nil
	var extra []edge
	for _, e := range f.edges[before:] {
		extra = append(extra, packEdge(e.From, e.To, packOf(e.Rel)))
	}
	r.info.Forced = len(extra)
	in.edges = append(in.edges, extra)
	return nil
}

func packOf(rel graph.Rel) int { return slices.Index(packedRel[:], rel) }

// findKeys gathers the keys with several versions.
func (f *forcer) findKeys() {
	r := f.r
	o := &registerOrder{r: r}
	for k := range int32(len(r.keys)) {
		o.loadTouches(k)
		fk := forcedKey{key: k}
		number := map[int32]int32{}
		for v := int32(1); v < o.n; v++ {
			if w := r.wrote(k, v); w >= 0 {
				number[v] = int32(len(fk.writer))
				fk.writer = append(fk.writer, w)
			}
		}
		if len(fk.writer) < 2 {
			continue
		}
		fk.readers, fk.mask = make([][]int32, len(fk.writer)), make([]uint64, f.words)
		for i, t := range o.touches {
			if v, ok := number[t.read]; ok && fk.writer[v] != t.txn {
				fk.readers[v] = append(fk.readers[v], t.txn)
				fk.reads = append(fk.reads, reading{t.txn, v})
				fk.mask[t.txn/64] |= 1 << (t.txn % 64)
			}
			to, ok := number[t.write]
			for j := i; ok && j >= 0 && o.touches[j].txn == t.txn; j-- {
				if from, ok := number[o.touches[j].read]; ok {
					fk.updates = append(fk.updates, update{t.txn, from, to})
				} else if o.touches[j].read == 0 {
					fk.updates = append(fk.updates, update{t.txn, noVersion, to})
				}
			}
		}
		f.keys = append(f.keys, fk)
	}
}

// iterate adds what is forced by being reached through some relations, until
// there is nothing new. It stops at a cycle, which needs no more to be found.
func (f *forcer) iterate(ctx context.Context, mask, ww, rw graph.Rel) error {
	feedsBack := mask&rw != 0
	for before := -1; len(f.edges) != before; {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if cyclic := f.close(mask); cyclic {
			return nil
		}
		before = len(f.edges)
		for i := range f.keys {
			f.older(&f.keys[i], mask, ww)
			f.updated(&f.keys[i], mask, ww)
			if feedsBack {
				f.newer(&f.keys[i], mask, rw)
			}
		}
	}
	for i := range f.keys {
		if !feedsBack {
			f.newer(&f.keys[i], mask, rw)
		}
	}
	return nil
}

// close finds what every transaction reaches, and whether one reaches itself.
func (f *forcer) close(mask graph.Rel) (cyclic bool) {
	f.g = graph.New(int(f.ops), int(f.nodes), f.edges)
	comp, size := f.g.Components(mask)
	f.comp = comp
	if need := len(size) * f.words; cap(f.rows) < need {
		f.rows = make([]uint64, need)
	} else {
		f.rows = f.rows[:need]
		clear(f.rows)
	}
	ops := make([]bool, len(size))
	for v := range f.ops {
		if ops[comp[v]] {
			return true
		}
		ops[comp[v]] = true
	}
	order := make([]int32, f.nodes)
	for v := range order {
		order[v] = int32(v)
	}
	slices.SortFunc(order, func(a, b int32) int { return int(comp[a] - comp[b]) })
	for _, u := range order {
		row := f.row(u)
		dst, rel := f.g.Out(u)
		for i, v := range dst {
			if rel[i]&mask == 0 && rel[i] != graph.Via {
				continue
			}
			if v < f.ops {
				row[v/64] |= 1 << (v % 64)
			}
			if comp[v] != comp[u] {
				for w, b := range f.row(v) {
					row[w] |= b
				}
			}
		}
	}
	return false
}

func (f *forcer) row(v int32) []uint64 {
	at := int(f.comp[v]) * f.words
	return f.rows[at : at+f.words]
}

func (f *forcer) reaches(a, b int32) bool { return f.row(a)[b/64]&(1<<(b%64)) != 0 }

// older finds writers that reach a reader of another version.
func (f *forcer) older(k *forcedKey, mask, ww graph.Rel) {
	for i := len(k.reads) - 1; i >= 0; i-- {
		f.at[k.reads[i].txn] = int32(i)
	}
	for v, w := range k.writer {
		row := f.row(w)
		for i, b := range row {
			for b &= k.mask[i]; b != 0; b &= b - 1 {
				reader := int32(64*i + bits.TrailingZeros64(b))
				for at := int(f.at[reader]); at < len(k.reads) && k.reads[at].txn == reader; at++ {
					seen := k.reads[at].version
					to := k.writer[seen]
					if int(seen) == v || to == w || f.reaches(w, to) {
						continue
					}
					row[to/64] |= 1 << (to % 64)
					f.add(graph.Edge{From: w, To: to, Rel: ww}, forcedReason{k.key, reachesReader, reader, len(f.reasons), mask})
				}
			}
		}
	}
}

// updated finds what came after a version that was overwritten by a transaction
// that read it, and so after what that wrote.
func (f *forcer) updated(k *forcedKey, mask, ww graph.Rel) {
	for _, u := range k.updates {
		row := f.row(u.txn)
		before := int32(-1)
		if u.from != noVersion {
			before = k.writer[u.from]
		}
		for v, to := range k.writer {
			if int32(v) == u.to || int32(v) == u.from || to == u.txn || before >= 0 && !f.reaches(before, to) || f.reaches(u.txn, to) {
				continue
			}
			row[to/64] |= 1 << (to % 64)
			f.add(graph.Edge{From: u.txn, To: to, Rel: ww}, forcedReason{k.key, updatedFirst, before, len(f.reasons), mask})
		}
	}
}

// newer adds the anti-dependencies of readers on those who wrote after the
// writer of what they read: on the first of them, as far as they are ordered.
func (f *forcer) newer(k *forcedKey, mask, rw graph.Rel) {
	order := slices.Clone(k.writer) // a writer that reaches another comes before it
	slices.SortFunc(order, func(a, b int32) int { return int(f.comp[b] - f.comp[a]) })
	covered := make([]uint64, f.words)
	for v, w := range k.writer {
		if len(k.readers[v]) == 0 {
			continue
		}
		clear(covered)
		for _, to := range order {
			if to == w || !f.reaches(w, to) || covered[to/64]&(1<<(to%64)) != 0 {
				continue
			}
			for i, b := range f.row(to) {
				covered[i] |= b
			}
			for _, reader := range k.readers[v] {
				if rel, _ := f.g.Rel(reader, to); reader != to && rel&(mask|antis|rw) == 0 {
					f.add(graph.Edge{From: reader, To: to, Rel: rw}, forcedReason{k.key, readEarlier, w, len(f.reasons), mask})
				}
			}
		}
	}
}

func (f *forcer) add(e graph.Edge, why forcedReason) {
	step := forcedStep{e.From, e.To, e.Rel}
	if _, ok := f.reasons[step]; !ok {
		f.reasons[step] = why
		f.edges = append(f.edges, e)
	}
}
