package command

import (
	"fmt"
	"os"

	"github.com/seed-c33ae711/jcheck/edn"
)

// readOrder reads an order of transactions, EDN or JSON: a map from the index of
// a completion to a number, or a vector of indexes, the earliest first.
func readOrder(file string) (map[int64]int64, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	syntax := edn.EDN
	if isJSON(text) {
		syntax = edn.JSON
	}
	src := edn.NewSource(file, text, syntax)
	s := edn.NewScanner(src, 0, len(text))
	ranks := map[int64]int64{}
	open := s.Next()
	if open != edn.Vector && open != edn.List && open != edn.Map {
		return nil, orderError(&s, "a map from the index of a completion to its place, or a vector of indexes in order")
	}
	for place := int64(0); s.Next() != edn.Close; place++ {
		start := s.Start
		index, ok := indexOf(&s)
		if !ok {
			return nil, orderError(&s, "the index of an op")
		}
		if _, twice := ranks[index]; twice {
			return nil, s.Errorf(start, "expected each op once, but op %d comes before itself", index)
		}
		ranks[index] = place
		if open == edn.Map {
			if s.Next() != edn.Int {
				return nil, orderError(&s, "the place of the op, an integer")
			}
			ranks[index] = s.Int
		}
	}
	if s.Next() != edn.EOF {
		return nil, orderError(&s, "the end of the file")
	}
	return ranks, nil
}

// indexOf reads an index: an integer, or as a key of JSON a string of digits.
func indexOf(s *edn.Scanner) (index int64, ok bool) {
	if s.Kind == edn.String {
		_, err := fmt.Sscanf(string(s.Name()), "%d", &index)
		return index, err == nil && fmt.Sprint(index) == string(s.Name())
	}
	return s.Int, s.Kind == edn.Int
}

func orderError(s *edn.Scanner, want string) error {
	if err := s.Err(); err != nil {
		return err
	}
	return s.Errorf(s.Start, "expected %s, found %s", want, s.Kind)
}

// isJSON tells a JSON object from an EDN map: its first key is a string.
func isJSON(text []byte) bool {
	s := edn.NewScanner(edn.NewSource("", text, edn.JSON), 0, len(text))
	for k := s.Next(); k != edn.EOF; k = s.Next() {
		if k == edn.Invalid {
			return false
		}
	}
	return true
}
