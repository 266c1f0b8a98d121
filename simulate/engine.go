package simulate

import "slices"

// advance runs one step of a transaction that is not over.
func (s *sim) advance(t *txn) {
	switch t.stage {
	case waiting:
		s.begin(t)
		if s.db.atomic {
			s.readAll(t)
			s.decide(t)
		}
	case reading:
		if s.db.live && t.next < len(t.keys) {
			s.read(t, t.next)
			t.next++
			return
		}
		// When a snapshot is read makes no difference.
		if !s.db.live {
			s.readAll(t)
		}
		s.decide(t)
	case installing:
		s.installNext(t)
	}
}

// begin takes the snapshot.
func (s *sim) begin(t *txn) {
	t.stage = reading
	t.result = slices.Clone(t.invoked)
	t.snap = s.commits
	if s.db.behind != nil && s.db.behind(t) {
		t.snap = max(0, t.snap-s.rng.Int64N(maxLag+1))
	}
}

func (s *sim) readAll(t *txn) {
	for i := range t.keys {
		s.read(t, i)
	}
}

// read runs micro-op i; a write needs nothing until the commit.
func (s *sim) read(t *txn, i int) {
	if t.invoked[i].Write {
		return
	}
	at := t.snap
	if s.db.live {
		at = newest
	}
	v := t.keys[i].at(at)
	t.saw[i] = v.commit
	t.result[i].Read = v.content
	if t.wroteBefore(i) {
		t.result[i].Read = t.withOwn(slices.Clip(v.content), t.keys[i], i)
	}
}

// decide commits a transaction or refuses it.
func (s *sim) decide(t *txn) {
	switch {
	case t.unlucky && !t.crash:
		t.refused, t.reason = true, "aborted"
	case s.db.refuse != nil && s.db.refuse(t):
		t.refused, t.reason = true, "conflict"
	}
	t.stage = over
	if t.refused && !s.db.leak || t.readOnly() {
		return
	}
	if !s.db.piecemeal {
		s.commits++
		for i := range t.keys {
			if t.firstWrite(i) {
				s.install(t, t.keys[i])
			}
		}
		return
	}
	t.stage, t.next = installing, 0
	for i := range t.keys {
		if t.firstWrite(i) {
			t.keys[i].owner = t
		}
	}
	s.installNext(t)
}

// installNext makes the next key of a commit visible.
func (s *sim) installNext(t *txn) {
	for ; t.next < len(t.keys); t.next++ {
		if k := t.keys[t.next]; k.owner == t {
			s.commits++
			s.install(t, k)
			k.owner = nil
			break
		}
	}
	if !slices.ContainsFunc(t.keys, func(k *key) bool { return k.owner == t }) {
		t.stage = over
	}
}

// install gives k the version that t leaves of it.
func (s *sim) install(t *txn, k *key) {
	base := k.at(newest).content
	if s.db.overwrite {
		base = slices.Clip(k.at(t.snap).content)
	}
	k.versions = append(k.versions, version{s.commits, t.withOwn(base, k, len(t.keys))})
}
