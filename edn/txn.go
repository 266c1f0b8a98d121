package edn

// AppendTxn writes the value of an op as EDN. In a JSON array of arrays the
// first element of each is the name of a micro-op, which becomes a keyword.
func AppendTxn(dst []byte, v Value) ([]byte, error) {
	if v.Syntax() != JSON || !isTxn(v) {
		return AppendEDN(dst, v)
	}
	mops, err := v.Items(nil)
	dst = append(dst, '[')
	for i, m := range mops {
		if i > 0 {
			dst = append(dst, ' ')
		}
		if err == nil {
			dst, err = AppendMop(dst, m)
		}
	}
	return append(dst, ']'), err
}

// AppendMop writes a micro-op as EDN: its name as a keyword, and for a read by
// predicate also the name of the predicate.
func AppendMop(dst []byte, m Value) ([]byte, error) {
	parts, err := m.Items(nil)
	if err != nil {
		return AppendEDN(dst, m)
	}
	dst = append(dst, '[')
	for i, p := range parts {
		if i > 0 {
			dst = append(dst, ' ')
		}
		if name, _ := parts[0].Name(); i == 0 || i == 1 && name == "rp" {
			dst, err = AppendNamed(dst, p)
		} else {
			dst, err = AppendEDN(dst, p)
		}
		if err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

// AppendNamed writes a value as EDN that is a name or, like the predicate [:= 1],
// begins with one.
func AppendNamed(dst []byte, v Value) ([]byte, error) {
	if v.Kind() == Vector || v.Kind() == List {
		return AppendMop(dst, v)
	}
	return AppendKeyword(dst, v)
}

// isTxn reports whether v is a sequence of sequences of which the first begins
// with a string.
func isTxn(v Value) bool {
	s := v.Scanner()
	outer, inner := s.Next(), s.Next()
	return outer == Vector && inner == Vector && s.Next() == String
}

// AppendKeyword writes a value that names something, a string as a keyword if
// it can be one.
func AppendKeyword(dst []byte, v Value) ([]byte, error) {
	s := v.Scanner()
	if s.Next() == String {
		if name := s.Name(); IsKeywordName(name) {
			return append(append(dst, ':'), name...), nil
		}
	}
	return AppendEDN(dst, v)
}

// IsKeywordName reports whether b can be written as a keyword.
func IsKeywordName(b []byte) bool {
	v, err := Parse(":"+string(b), EDN)
	return err == nil && v.Kind() == Keyword && len(v.Bytes()) == len(b)+1
}
