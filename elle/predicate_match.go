package elle

import (
	"math/big"

	"github.com/seed-c33ae711/jcheck/edn"
)

// A predicate is what a read by predicate asks of values. No predicate matches
// what is unborn or dead.
type predicate struct {
	kind matchKind
	a, b int64
}

type matchKind uint8

const (
	matchAll   matchKind = iota // :true
	matchEqual                  // [:= c]: the value whose number is a
	matchMod                    // [:mod m t]: integers that leave the remainder b by a, which has a's sign or is 0
)

// predicate returns the number of the predicate that comes next.
func (r *predicateReader) predicate() (int32, error) {
	s := &r.s
	var q predicate
	switch s.Next() {
	case edn.Vector, edn.List:
		var err error
		if q, err = r.comparison(); err != nil {
			return 0, err
		}
	case edn.Keyword, edn.String, edn.Symbol, edn.Bool:
		if text := string(s.Text()); text != "true" && string(s.Name()) != "true" {
			return 0, s.Errorf(s.Start, "expected a predicate, one of :true, [:= c], [:mod m t], found %s", text)
		}
	default:
		return 0, unexpected(s, "a predicate, one of :true, [:= c], [:mod m t]")
	}
	id, ok := r.preds[q]
	if !ok {
		id = int32(len(r.preds))
		r.preds[q] = id
		r.p.preds = append(r.p.preds, q)
	}
	return id, nil
}

// comparison decodes what follows the opening bracket of [:= c] or [:mod m t].
func (r *predicateReader) comparison() (q predicate, err error) {
	s := &r.s
	if k := s.Next(); k != edn.Keyword && k != edn.String && k != edn.Symbol {
		return q, unexpected(s, "a predicate that begins with := or :mod")
	}
	switch name := string(s.Name()); name {
	case "=":
		s.Datum()
		val, err := r.value("a value to compare with")
		if err != nil {
			return q, err
		}
		q = predicate{matchEqual, int64(val), 0}
	case "mod":
		q.kind = matchMod
		if s.Next() != edn.Int || s.Int == 0 {
			return q, unexpected(s, "a modulus, an integer other than 0")
		}
		q.a = s.Int
		if s.Next() != edn.Int {
			return q, unexpected(s, "a remainder, an integer")
		}
		q.b = s.Int
	default:
		return q, s.Errorf(s.Start, "expected := or :mod, found %s", s.Text())
	}
	if s.Next() != edn.Close {
		return q, unexpected(s, "the end of the predicate")
	}
	return q, nil
}

// addBig keeps the integer that value v is, which is too large for ints.
func (p *predicates) addBig(v int32, text edn.Value) {
	n, err := edn.Decode(text)
	if b, ok := n.(*big.Int); ok && err == nil {
		if p.bigs == nil {
			p.bigs = map[int32]*big.Int{}
		}
		p.bigs[v] = b
	}
}

// matches reports whether value v matches predicate q.
func (p *predicates) matches(q, v int32) bool {
	if v <= valueDead {
		return false
	}
	switch q := p.preds[q]; q.kind {
	case matchEqual:
		return int64(v) == q.a
	case matchMod:
		return p.remainder(v, q.a) == q.b && (p.isInt[v] || p.bigs[v] != nil)
	}
	return true
}

// remainder returns what the integer v leaves by m, as Clojure's mod does.
func (p *predicates) remainder(v int32, m int64) int64 {
	rest := int64(0)
	if b := p.bigs[v]; b != nil {
		rest = new(big.Int).Rem(b, big.NewInt(m)).Int64()
	} else {
		rest = p.ints[v] % m
	}
	if rest != 0 && (rest < 0) != (m < 0) {
		rest += m
	}
	return rest
}
