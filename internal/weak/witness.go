package weak

// A Witness shows that a history breaks a level: a cycle among what precedes
// what. Steps[i].To is Steps[i+1].From, and the last step leads back to the
// first. The cycle of a read of the initial version although a write was visible
// goes through Initial, as if that were a transaction.
//
// Of causal and PRAM, it is about what the session that ends with Tip must have seen,
// and rests on Lemmas: Visible steps, each of whose paths may have those before in them.
type Witness struct {
	Steps  []Step
	Lemmas []Step
	Tip    int32
}

// A Rel is why one transaction, or its version of a key, precedes another.
type Rel uint8

const (
	Session Rel = iota // session order
	WR                 // To read From's version of Key
	Order              // From's version of Key is known to precede To's, by History.Order or because From is Initial
	Visible            // Reader read To's version of Key, and From, which wrote Key too, was visible to it by Path
	Direct             // From and To wrote Key, and From comes before To by Path
)

var relNames = [...]string{"session", "wr", "order", "visible", "direct"}

func (r Rel) String() string { return relNames[r] }

// A Step of a cycle. Session steps have no Key, and only forced ones a Reader;
// those that do not have one have -1.
type Step struct {
	Rel      Rel
	From, To int32
	Key      int32
	Reader   int32
	Path     []Hop // of forced steps from From to Reader, of direct ones from From to To
}

// A Hop is a step of session order, or of a read of Key, by which something
// became visible; of causal and PRAM also a known order of versions of Key, or, as
// Visible, a lemma.
type Hop struct {
	Rel      Rel
	From, To int32
	Key      int32 // -1 for session order
}

// initialWitness is the cycle of a read of the initial version of a key, of
// which another was visible.
func (c *checker) initialWitness(e Forced) *Witness {
	return &Witness{Steps: []Step{
		c.forcedStep(e),
		{Rel: Order, From: Initial, To: e.From, Key: e.Key, Reader: -1},
	}}
}

func (c *checker) forcedStep(e Forced) Step {
	s := Step{Rel: Visible, From: e.From, To: e.To, Key: e.Key, Reader: e.Reader, Path: c.path(e)}
	if e.Reader == e.To {
		s.Rel, s.Reader = Direct, -1
	}
	return s
}

// witness names the steps of a cycle.
func (c *checker) witness(m *component, cycle []link, edges []Forced) *Witness {
	w := &Witness{}
	for _, l := range cycle {
		from, to := m.txns[l.from], m.txns[l.to]
		switch {
		case l.rel&relSession != 0:
			w.Steps = append(w.Steps, Step{Rel: Session, From: from, To: to, Key: -1, Reader: -1})
		case l.rel&relWR != 0:
			key, _ := c.readsFrom(to, from)
			w.Steps = append(w.Steps, Step{Rel: WR, From: from, To: to, Key: key, Reader: -1})
		default:
			e := reason(edges, from, to, m.key, l.rel&relOrder != 0)
			if e.Reader == unread {
				w.Steps = append(w.Steps, Step{Rel: Order, From: from, To: to, Key: e.Key, Reader: -1})
			} else {
				w.Steps = append(w.Steps, c.forcedStep(e))
			}
		}
	}
	return w
}

// reason returns the first edge between two transactions, by key and then by
// reader: a known order or a forced one. Any key will do if key is -1.
func reason(edges []Forced, from, to, key int32, known bool) (first Forced) {
	found := false
	for _, e := range edges {
		if e.From != from || e.To != to || key >= 0 && e.Key != key || known != (e.Reader == unread) {
			continue
		}
		if !found || compareForced(e, first) < 0 {
			first, found = e, true
		}
	}
	return first
}

// readsFrom returns the key of the first op of t that reads from u, and whether
// there is one.
func (x *index) readsFrom(t, u int32) (key int32, ok bool) {
	for o := x.h.Off[t]; o < x.h.Off[t+1]; o++ {
		if x.from[o] == u {
			return x.h.Key[o], true
		}
	}
	return -1, false
}
