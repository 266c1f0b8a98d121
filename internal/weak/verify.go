package weak

import (
	"errors"
	"fmt"
	"slices"
)

// Verify shows from the history alone, and without what Check computes, that a
// witness breaks the level.
func Verify(h *History, level Level, sessions bool, w *Witness) error {
	if w == nil || len(w.Steps) < 2 {
		return errors.New("a witness has at least two steps")
	}
	v := verifier{h: h.of(level), level: level, sessions: level.sessions(sessions), tip: w.Tip}
	for i, s := range w.Lemmas {
		if s.Rel != Visible || s.To < 0 || !level.views() {
			return fmt.Errorf("lemma %d is no order of two versions", i)
		}
		if err := v.visible(s); err != nil {
			return fmt.Errorf("lemma %d, from %d to %d: %w", i, s.From, s.To, err)
		}
		v.lemmas = append(v.lemmas, s)
	}
	onlyBase := true
	for i, s := range w.Steps {
		if next := w.Steps[(i+1)%len(w.Steps)]; s.To != next.From {
			return fmt.Errorf("step %d leads to %d, the next one from %d", i, s.To, next.From)
		}
		if err := v.step(s); err != nil {
			return fmt.Errorf("step %d, %s from %d to %d: %w", i, s.Rel, s.From, s.To, err)
		}
		onlyBase = onlyBase && (s.Rel == Session || s.Rel == WR)
	}
	if level.global() || level.needsBase() && onlyBase || level.views() {
		return nil
	}
	for i, s := range w.Steps {
		if s.Rel == Session || s.Rel == WR || s.Key != w.Steps[0].Key {
			return fmt.Errorf("step %d is not about the order of versions of key %d", i, w.Steps[0].Key)
		}
	}
	if level == WeakCausal {
		return v.weak(w)
	}
	return nil
}

type verifier struct {
	h        *History
	level    Level
	sessions bool
	tip      int32  // of causal and PRAM
	lemmas   []Step // that were shown
}

// own reports whether a transaction is of the session whose view this is about.
func (v verifier) own(t int32) bool { return t == v.tip || v.so(t, v.tip) }

// weak checks that a version that was visible hides the one that was read.
func (v verifier) weak(w *Witness) error {
	seen, path := w.Steps[0].Rel, w.Steps[1].Rel
	initial := w.Steps[0].To == Initial && path == Order
	if len(w.Steps) != 2 || seen != Visible || !(initial || path == Direct) {
		return errors.New("expected a visible version and a path to it")
	}
	return nil
}

func (v verifier) step(s Step) error {
	if !v.known(s.From) || !v.known(s.To) || s.From == s.To {
		return errors.New("not between two transactions")
	}
	switch s.Rel {
	case Session:
		return v.check(v.so(s.From, s.To), "not in session order")
	case WR:
		return v.check(v.read(s.To, s.Key, s.From) >= 0 && (v.level != PRAM || v.own(s.To)), "not read")
	case Order:
		return v.check(v.ordered(s), "not a known order")
	case Visible:
		return v.visible(s)
	case Direct:
		return v.direct(s)
	}
	return fmt.Errorf("relation %d is unknown", s.Rel)
}

func (v verifier) check(ok bool, complaint string) error {
	if !ok {
		return errors.New(complaint)
	}
	return nil
}

func (v verifier) known(t int32) bool { return t >= Initial && int(t) < len(v.h.Off)-1 }

func (v verifier) ordered(s Step) bool {
	if s.From == Initial {
		return v.writes(s.To, s.Key) >= 0
	}
	for _, e := range v.h.Order {
		if e == (Before{s.Key, s.From, s.To}) {
			return true
		}
	}
	return false
}

// visible checks a step from a version that was visible to the one that was
// read instead.
func (v verifier) visible(s Step) error {
	h := v.h
	if s.From == Initial || s.Reader < 0 || !v.known(s.Reader) || s.From == s.Reader || s.To == s.Reader {
		return errors.New("expected a writer, a reader and another version")
	}
	if v.writes(s.From, s.Key) < 0 {
		return fmt.Errorf("%d does not write key %d", s.From, s.Key)
	}
	if v.level.views() && !v.own(s.Reader) {
		return fmt.Errorf("%d is of another session", s.Reader)
	}
	last := int32(-1) // the reader's last read of the version
	for o := h.Off[s.Reader]; o < h.Off[s.Reader+1]; o++ {
		if h.Key[o] == s.Key && h.From[o] == s.To && v.external(s.Reader, o) {
			last = o
		}
	}
	if last < 0 {
		return fmt.Errorf("%d does not read %d's version of key %d", s.Reader, s.To, s.Key)
	}
	if err := v.path(s.Path, s.From, s.Reader); err != nil {
		return err
	}
	return v.check(v.shows(s, last), "the path makes nothing visible at this level")
}

// shows checks whether a path of hops that hold makes the write visible to op
// last of the reader.
func (v verifier) shows(s Step, last int32) bool {
	p, shape := s.Path, v.shape(s.Path)
	end := p[len(p)-1]
	early := func(hop Hop) bool { // the reader read so before
		o := v.read(s.Reader, hop.Key, hop.From)
		return o >= 0 && o < last
	}
	switch v.level {
	case MonotonicAtomicView:
		return shape == "r" && v.readEarly(end, last)
	case ReadAtomic:
		return len(p) == 1
	case CausalConvergence, CausalPlus, Causal, WeakCausal, PRAM:
		return true
	case PRAMPlus:
		return shape == "s" || shape == "r" || shape == "sr" || shape == "rs" || shape == "srs"
	case MonotonicReads:
		return p[0].Rel == WR && p[0].Key == s.Key && (shape == "rs" || shape == "r" && early(end))
	case MonotonicWrites:
		return shape == "sr" && early(end)
	case ReadYourWrites:
		return shape == "s"
	case WritesFollowReads:
		if p[0].Rel != WR || p[0].Key != s.Key || end.Rel != WR || !early(end) {
			return false
		}
		return shape == "rsr" || shape == "rr" && v.wroteAfter(p[0])
	}
	return false
}

// readEarly reports whether the hop's reader read any key from the hop's writer
// before op end.
func (v verifier) readEarly(hop Hop, end int32) bool {
	o := v.read(hop.To, hop.Key, hop.From)
	return o >= 0 && o < end
}

// wroteAfter reports whether the hop's reader wrote something after that read.
func (v verifier) wroteAfter(hop Hop) bool {
	for o := v.read(hop.To, hop.Key, hop.From); o < v.h.Off[hop.To+1]; o++ {
		if v.h.From[o] == Write {
			return true
		}
	}
	return false
}

// direct checks a step between two writers of which one comes before the other.
func (v verifier) direct(s Step) error {
	if s.From == Initial || s.To == Initial || v.writes(s.From, s.Key) < 0 || v.writes(s.To, s.Key) < 0 {
		return fmt.Errorf("expected two writers of key %d", s.Key)
	}
	if err := v.path(s.Path, s.From, s.To); err != nil {
		return err
	}
	shape, ok := v.shape(s.Path), false
	switch v.level {
	case CausalPlus, WeakCausal:
		ok = true
	case PRAMPlus, MonotonicWrites:
		ok = shape == "s"
	case WritesFollowReads:
		ok = (shape == "r" || shape == "rs") && s.Path[0].Key == s.Key
	}
	return v.check(ok, "the path orders no versions at this level")
}

// path checks that hops lead from one transaction to another.
func (v verifier) path(path []Hop, from, to int32) error {
	at := from
	for i, hop := range path {
		switch {
		case hop.From != at || !v.known(hop.To) || hop.From < 0 || hop.To < 0:
			return fmt.Errorf("hop %d does not begin where the one before ended", i)
		case hop.Rel == Session && v.so(hop.From, hop.To):
		case hop.Rel == WR && v.read(hop.To, hop.Key, hop.From) >= 0 && (v.level != PRAM || v.own(hop.To)):
		case v.level.views() && hop.Rel == Order && slices.Contains(v.h.Order, Before{hop.Key, hop.From, hop.To}):
		case v.level.views() && hop.Rel == Visible && v.shown(hop):
		default:
			return fmt.Errorf("hop %d does not hold", i)
		}
		at = hop.To
	}
	return v.check(len(path) > 0 && at == to, "the path does not lead where it should")
}

// shown reports whether a hop is a lemma that was shown.
func (v verifier) shown(hop Hop) bool {
	return slices.ContainsFunc(v.lemmas, func(s Step) bool { return s.Key == hop.Key && s.From == hop.From && s.To == hop.To })
}

// shape spells a path: s is session order, r a read.
func (v verifier) shape(path []Hop) string {
	b := make([]byte, len(path))
	for i, hop := range path {
		b[i] = 'r'
		if hop.Rel == Session {
			b[i] = 's'
		}
	}
	return string(b)
}

func (v verifier) so(a, b int32) bool {
	h := v.h
	return v.sessions && a < b && a >= 0 && h.Session[a] >= 0 && h.Session[a] == h.Session[b] && (h.Last == nil || !h.Last[a])
}

// writes returns the first op by which t writes the key, or -1.
func (v verifier) writes(t, key int32) int32 {
	for o := v.h.Off[t]; o < v.h.Off[t+1]; o++ {
		if v.h.Key[o] == key && v.h.From[o] == Write {
			return o
		}
	}
	return -1
}

// read returns the first op by which t reads u's version of the key, or -1.
func (v verifier) read(t, key, u int32) int32 {
	if t < 0 || u < 0 {
		return -1
	}
	for o := v.h.Off[t]; o < v.h.Off[t+1]; o++ {
		if v.h.Key[o] == key && v.h.From[o] == u && u != t && v.external(t, o) {
			return o
		}
	}
	return -1
}

// external reports whether no write of the key comes before op o in t.
func (v verifier) external(t, o int32) bool {
	for p := v.h.Off[t]; p < o; p++ {
		if v.h.Key[p] == v.h.Key[o] && v.h.From[p] == Write {
			return false
		}
	}
	return true
}
