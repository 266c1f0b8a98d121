package format

import "github.com/seed-c33ae711/jcheck/edn"

// A jsonReader reads JSON construct by construct. What reads one reads what
// follows its opening bracket, and the closing one.
type jsonReader struct {
	s edn.Scanner
}

// number returns the current token, of kind k, as a number.
func (r *jsonReader) number(k edn.Kind, what string) (number, error) {
	if k == edn.Int || k == edn.BigInt {
		text := r.s.Text()
		if n, end := scanNumber(text, 0); end == len(text) {
			return n, nil
		}
	}
	return number{}, unexpected(&r.s, what+" of at most 64 bits")
}

// elements reads the elements of an array, which begin with a token of one kind.
func (r *jsonReader) elements(kind edn.Kind, what string, read func() error) error {
	for r.s.Next() != edn.Close {
		if r.s.Kind != kind {
			return unexpected(&r.s, what)
		}
		if err := read(); err != nil {
			return err
		}
	}
	return nil
}

// fields reads the fields of an object; read is called behind each name.
func (r *jsonReader) fields(read func(name string) error) error {
	for r.s.Next() != edn.Close {
		if r.s.Kind != edn.String {
			return unexpected(&r.s, "the name of a field")
		}
		if err := read(string(r.s.Name())); err != nil {
			return err
		}
	}
	return nil
}

// skip passes over the value of a field.
func (r *jsonReader) skip() error {
	if k := r.s.Datum(); k == edn.Close || k == edn.Invalid {
		return unexpected(&r.s, "a value for every field")
	}
	return nil
}
