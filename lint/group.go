package lint

import (
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/huge"
	"github.com/seed-c33ae711/jcheck/internal/intern"
)

// keyed are touches sorted by key, and those of a key in the order of ops. Keys
// are numbered as they first appear.
type keyed struct {
	touches []touch
	off     []int
	keys    []span
	others  int
	bare    int
	unclear int
	concat  bool
	differs sample
	status  sample
}

// group gives the keys of all chunks common numbers, and sorts by them.
func group(src *edn.Source, chunks []chunk) (*keyed, error) {
	k := &keyed{}
	var ids intern.Table
	var s edn.Scanner
	var buf []byte
	n := 0
	numbers := make([][]int32, len(chunks))
	for c := range chunks {
		k.others += chunks[c].others
		k.bare += chunks[c].bare
		k.unclear += chunks[c].unclear
		k.concat = k.concat || chunks[c].concat
		k.differs.merge(&chunks[c].differs)
		k.status.merge(&chunks[c].status)
		n += len(chunks[c].touches)
		for _, key := range chunks[c].keys {
			id, fresh, err := intText(&ids, &s, &buf, src, key)
			if err != nil {
				return nil, err
			}
			if fresh {
				k.keys = append(k.keys, key)
			}
			numbers[c] = append(numbers[c], id)
		}
	}
	k.off = make([]int, len(k.keys)+2)
	for c := range chunks {
		for i := range chunks[c].touches {
			t := &chunks[c].touches[i]
			t.key = numbers[c][t.key]
			k.off[t.key+2]++
		}
	}
	for i := 2; i < len(k.off); i++ {
		k.off[i] += k.off[i-1]
	}
	k.touches = huge.Make[touch](n)[:n]
	for c := range chunks {
		for _, t := range chunks[c].touches {
			k.touches[k.off[t.key+1]] = t
			k.off[t.key+1]++
		}
		chunks[c].touches = nil
	}
	k.off = k.off[:len(k.keys)+1]
	return k, nil
}

// intText gives a value an id, by its content.
func intText(ids *intern.Table, s *edn.Scanner, buf *[]byte, src *edn.Source, v span) (id int32, fresh bool, err error) {
	text := src.Text[v.lo : v.lo+int(v.len)]
	if n, ok := digits(text); ok {
		id, fresh = ids.Int(n)
		return id, fresh, nil
	}
	if len(text) == 0 {
		id, fresh = ids.Text(noKey)
		return id, fresh, nil
	}
	s.Reset(src, v.lo, v.lo+len(text))
	if s.Datum() == edn.Int {
		id, fresh = ids.Int(s.Int)
		return id, fresh, nil
	}
	if *buf, err = edn.AppendCanonical((*buf)[:0], src.Value(v.lo, v.lo+len(text))); err != nil {
		return 0, false, err
	}
	id, fresh = ids.Text(*buf)
	return id, fresh, nil
}

// digits returns the number that a text of 1 to 18 plain digits is.
func digits(text []byte) (n int64, ok bool) {
	if len(text) == 0 || len(text) > 18 || text[0] == '0' && len(text) > 1 {
		return 0, false
	}
	for _, c := range text {
		if c-'0' > 9 {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}
