package elle

// itemVersions are the versions of one item.
type itemVersions struct {
	placed []version // of committed transactions, in the order that is assumed
	loose  []version // of indeterminate ones: it is unknown when they were installed
	born   bool      // an :init before everything else made it: placed[0] is its first state, and not unborn
}

// A version is a value and who installed it.
type version struct{ val, txn int32 }

type itemValue struct{ key, val int32 }

// origins are where a value of an item may have come from: transactions, or
// nobody.
type origins struct {
	final  int32 // installed it, or may have
	pos    int32 // where among the placed versions, nobody if it is loose
	failed int32 // wrote it, but failed
	inter  int32 // wrote it and then something else
}

const nobody = -1

// findVersions lists the versions of every item.
func (p *predicates) findVersions() error {
	p.versions = make([]itemVersions, len(p.keys))
	p.wrote = map[itemValue]origins{}
	first := p.firstInits()
	for t := range int32(p.x.len()) {
		for i, m := range p.txn(t) {
			if m.kind != itemWrite {
				continue
			}
			if err := p.addVersion(t, i, &m, first[t]); err != nil {
				return err
			}
		}
	}
	return nil
}

// firstInits returns the inits that completed before any transaction was invoked.
func (p *predicates) firstInits() []bool {
	x := p.x
	first := make([]bool, x.len())
	earliest := int32(x.len()) // the fewest transactions that had completed when one was invoked
	ordered := !x.h.CompletionsOnly() && !x.h.Unordered()
	for t := range int32(x.len()) {
		if !p.init[t] && x.status[t].possible() {
			before := t
			if ordered {
				before = x.before[t]
			}
			earliest = min(earliest, before)
		}
	}
	for t := range earliest {
		first[t] = p.init[t] && x.status[t] == committed
	}
	return first
}

func (p *predicates) addVersion(t int32, i int, m *predicateMop, first bool) error {
	at := itemValue{m.key, m.val}
	o, ok := p.wrote[at]
	if !ok {
		o = origins{nobody, nobody, nobody, nobody}
	}
	vs := &p.versions[m.key]
	switch st := p.x.status[t]; {
	case !m.last:
		o.inter = t
		if st == aborted {
			o.failed = t
		}
	case st == aborted:
		o.failed = t
	case o.final >= 0:
		return p.writtenTwice(t, i, m, o.final)
	case st == committed:
		o.final, o.pos = t, int32(len(vs.placed))
		vs.born = vs.born || first && len(vs.placed) == 0
		vs.placed = append(vs.placed, version{m.val, t})
	default:
		o.final = t
		vs.loose = append(vs.loose, version{m.val, t})
	}
	p.wrote[at] = o
	return nil
}

// writtenTwice refuses a version that two transactions installed: nobody could
// tell whose was read.
func (p *predicates) writtenTwice(t int32, i int, m *predicateMop, other int32) error {
	h := p.x.h
	at, _ := h.ValueSpan(int(p.x.op[t]))
	if v := p.mopValue(t, i); !p.init[t] && !v.IsZero() {
		at, _ = v.Span()
	}
	what := "write " + p.value(m.val).String() + " to"
	if m.val == valueDead {
		what = "delete"
	}
	a, b := int(p.x.op[other]), int(p.x.op[t])
	return p.src.Errorf(at, "expected every value to be written to a key once, and a key to be deleted once, but op %d (line %d) and op %d both %s key %s",
		h.Index(a), h.Line(a), h.Index(b), what, p.keyValue(m.key))
}

// from returns where a value of an item may have come from.
func (p *predicates) from(key, val int32) origins {
	if o, ok := p.wrote[itemValue{key, val}]; ok {
		return o
	}
	return origins{nobody, nobody, nobody, nobody}
}

// tookEffect reports whether a transaction is known to have taken effect.
func (p *predicates) tookEffect(t int32) bool {
	return p.x.status[t] == committed || p.observed[t]
}

// observe finds the indeterminate transactions of which something was read.
func (p *predicates) observe() {
	p.observed = make([]bool, p.x.len())
	for t := range int32(p.x.len()) {
		for _, s := range p.itemsSeen(t) {
			if s.kind == ofVersion && p.x.status[s.txn] == indeterminate {
				p.observed[s.txn] = true
			}
		}
	}
}
