package elle_test

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
)

// wrong says which statement about a case the ops do not bear out, if there is one.
func (s *statements) wrong(c *elle.Case) string {
	h := s.res.History
	for i := range c.Steps {
		if what := s.wrongStep(&c.Steps[i], c.Steps[(i+1)%len(c.Steps)].From); what != "" {
			return fmt.Sprintf("step %d: %s", i+1, what)
		}
	}
	switch c.Type {
	case elle.G1a:
		switch {
		case h.Type(c.Writer) != history.Fail:
			return "the writer did not fail"
		case h.Type(c.Op) == history.Fail || h.Type(c.Op) == history.Invoke:
			return "the reader did not commit"
		case !s.writes(c.Writer, c.Key, c.Element) || !s.sees(c.Op, c.Mop, c.Key, c.Element):
			return "the element was not written and read"
		}
	case elle.G1b:
		last := s.lastWrite(c.Writer, c.Key)
		if !s.writes(c.Writer, c.Key, c.Element) || edn.Equal(last, c.Element) || !s.endsWith(c.Op, c.Mop, c.Key, c.Element) {
			return "it is not a read of what was not the last write"
		}
	case elle.FutureRead:
		if !s.sees(c.Op, c.Mop, c.Key, c.Element) || !s.writesAfter(c.Op, c.Mop, c.Key, c.Element) {
			return "it did not write the element later"
		}
	case elle.GarbageRead:
		if !s.sees(c.Op, c.Mop, c.Key, c.Element) || len(s.wrote[c.Key.String()+"/"+c.Element.String()]) > 0 {
			return "somebody wrote it, or it was not read"
		}
	case elle.Internal:
		if m := s.mops(c.Op)[c.Mop]; m.key != c.Key.String() || m.writes() || edn.Equal(m.value, c.Expected) {
			return "it read what it should have"
		}
	case elle.DuplicateElements:
		return s.wrongDuplicates(c)
	case elle.IncompatibleOrder:
		return s.wrongOrders(c)
	case elle.DirtyUpdate:
		if h.Type(c.Ops[0]) != history.Fail || h.Type(c.Ops[1]) == history.Fail ||
			!s.writes(c.Ops[0], c.Key, c.Values[0]) || !s.writes(c.Ops[1], c.Key, c.Values[len(c.Values)-1]) {
			return "no committed write was built on a failed one"
		}
	case elle.LostUpdate:
		for _, op := range c.Ops {
			if !s.updates(op, c.Key, c.Value) {
				return fmt.Sprintf("op %d did not read the version and then write", op)
			}
		}
	}
	return ""
}

// wrongStep says what is wrong with a step that leads to an op.
func (s *statements) wrongStep(step *elle.Step, next int) string {
	h := s.res.History
	if step.To != next {
		return "it does not lead to the next"
	}
	switch step.Rel {
	case "realtime":
		if inv := h.Pair(step.To); inv < 0 || step.From >= min(inv, step.To) {
			return "it had not completed before the other was invoked"
		}
	case "process":
		if h.Process(step.From) != h.Process(step.To) || step.From >= step.To {
			return "the process did not run it before"
		}
	case "wr":
		if !s.writes(step.From, step.Key, step.Value) || !s.sees(step.To, step.ToMop, step.Key, step.Value) {
			return "it was not written and read"
		}
	case "ww", "rw":
		return s.wrongOverwrite(step)
	}
	return ""
}

// wrongOverwrite says what is wrong with a step to who wrote a later version.
func (s *statements) wrongOverwrite(step *elle.Step) string {
	if !s.writes(step.To, step.Key, step.Next) {
		return "it did not write the later version"
	}
	switch initial := step.Value.IsZero(); {
	case step.Rel == "ww" && step.From >= 0 && !initial && !s.writes(step.From, step.Key, step.Value):
		return "it did not write the earlier version"
	case step.Rel == "rw" && s.lists && !initial && !s.endsWith(step.From, step.FromMop, step.Key, step.Value):
		return "it did not read the earlier version"
	case step.Rel == "rw" && s.lists && initial && len(s.mopAt(step.From, step.FromMop).list()) > 0:
		return "it did not read an empty list"
	}
	if !s.lists {
		return ""
	}
	followed, read := step.Value.IsZero(), false
	for _, list := range s.reads[step.Key.String()] {
		read = read || has(list, step.Next)
		for i := range list {
			if i+1 < len(list) && edn.Equal(list[i], step.Value) && edn.Equal(list[i+1], step.Next) {
				followed = true
			}
		}
	}
	switch {
	case step.Unread && !step.Disputed && read:
		return "somebody read the later version"
	case !step.Unread && !followed:
		return "nobody read the one right after the other"
	}
	return ""
}

func (s *statements) mopAt(op, i int) *mop {
	mops := s.mops(op)
	if i < 0 || i >= len(mops) {
		return &mop{}
	}
	return &mops[i]
}

func (s *statements) writes(op int, key, element edn.Value) bool {
	for _, m := range s.mops(op) {
		if m.writes() && m.key == key.String() && edn.Equal(m.value, element) {
			return true
		}
	}
	return false
}

func (s *statements) writesAfter(op, mop int, key, element edn.Value) bool {
	mops := s.mops(op)
	for i := mop + 1; i < len(mops); i++ {
		if mops[i].writes() && mops[i].key == key.String() && edn.Equal(mops[i].value, element) {
			return true
		}
	}
	return false
}

func (s *statements) lastWrite(op int, key edn.Value) (last edn.Value) {
	for _, m := range s.mops(op) {
		if m.writes() && m.key == key.String() {
			last = m.value
		}
	}
	return last
}

// sees reports whether a micro-op read an element or value.
func (s *statements) sees(op, mop int, key, element edn.Value) bool {
	m := s.mopAt(op, mop)
	if m.writes() || m.key != key.String() {
		return false
	}
	return !s.lists && edn.Equal(m.value, element) || s.lists && has(m.list(), element)
}

// endsWith reports whether a micro-op read a list that ends with an element, or a value.
func (s *statements) endsWith(op, mop int, key, element edn.Value) bool {
	m := s.mopAt(op, mop)
	if !s.lists {
		return s.sees(op, mop, key, element)
	}
	list := m.list()
	return !m.writes() && m.key == key.String() && len(list) > 0 && edn.Equal(list[len(list)-1], element)
}

// updates reports whether an op read a version of a key, and wrote the key later on.
func (s *statements) updates(op int, key, version edn.Value) bool {
	read := false
	for _, m := range s.mops(op) {
		switch {
		case m.key != key.String():
		case m.writes() && read:
			return true
		case !m.writes():
			empty := s.lists && len(m.list()) == 0 && (version.IsNil() || version.IsZero() || version.String() == "[]")
			read = read || edn.Equal(m.value, version) || empty || m.value.IsNil() && (version.IsNil() || version.IsZero())
		}
	}
	return false
}

func (s *statements) wrongDuplicates(c *elle.Case) string {
	list := s.mopAt(c.Op, c.Mop).list()
	for _, d := range c.Duplicates {
		n := 0
		for _, v := range list {
			if edn.Equal(v, d.Element) {
				n++
			}
		}
		if n != d.Times || n < 2 {
			return fmt.Sprintf("%s is %d times in the list, not %d", d.Element, n, d.Times)
		}
	}
	return ""
}

func (s *statements) wrongOrders(c *elle.Case) string {
	for i, v := range c.Values {
		read := false
		for _, m := range s.mops(c.Ops[i]) {
			read = read || !m.writes() && m.key == c.Key.String() && edn.Equal(m.value, v)
		}
		if !read {
			return fmt.Sprintf("op %d did not read %s", c.Ops[i], v)
		}
	}
	a, _ := c.Values[0].Items(nil)
	b, _ := c.Values[1].Items(nil)
	if n := elle.CommonPrefix(c); n >= len(a) || n >= len(b) {
		return "one continues the other"
	}
	return ""
}
