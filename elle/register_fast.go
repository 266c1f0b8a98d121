package elle

// fastTxn decodes a transaction that is written as almost all are, [[:w 5 1]
// [:r 6 nil]] or [["w",5,1],["r",6,null]], with plain integers and no white
// space that need not be there. It reports whether it is; if not, it leaves no
// micro-op, and the scanner decodes the transaction.
func (r *registerReader) fastTxn(lo, hi int) bool {
	text := r.src.Text[:hi]
	n := r.n
	i := lo + 1
	if hi-lo < 2 || text[lo] != '[' {
		return false
	}
	for text[i] == '[' {
		m, end := fastRegister(text, i, r.sep)
		if end == 0 {
			break
		}
		id, fresh := r.keys.Int(smallInt(text[m.key.lo : m.key.lo+int(m.key.len)]))
		if fresh { // stands even if the transaction turns out not to be plain, see decoder.fastTxn
			r.c.keys = append(r.c.keys, m.key)
		}
		if !m.write && !r.read {
			m.code = codeUnknown
		}
		r.add(id, m.write, m.code)
		if i = end; text[i] == r.sep {
			i++
		} else {
			break // the end, or micro-ops that touch, which JSON does not allow
		}
	}
	if text[i] == ']' && i+1 == hi && (i == lo+1 || text[i-1] == ']') {
		return true
	}
	r.n = n
	return false
}

// A plainMop is what fastRegister decodes.
type plainMop struct {
	key   span
	code  int64
	write bool
}

// fastRegister decodes the micro-op at i, and returns where it ends, 0 if it is
// not plain.
func fastRegister(text []byte, i int, sep byte) (m plainMop, end int) {
	switch {
	case sep == ' ' && hasPrefixAt(text, i, "[:r "), sep == ' ' && hasPrefixAt(text, i, "[:w "):
		m.write = text[i+2] == 'w'
		i += len("[:r ")
	case sep == ',' && hasPrefixAt(text, i, `["r",`), sep == ',' && hasPrefixAt(text, i, `["w",`):
		m.write = text[i+2] == 'w'
		i += len(`["r",`)
	default:
		return m, 0
	}
	from := i
	i = digitsEnd(text, i)
	if !plainDigits(text, from, i) || i+1 >= len(text) || text[i] != sep {
		return m, 0
	}
	m.key = span{from, uint32(i - from)}
	i++
	switch {
	case !m.write && sep == ' ' && hasPrefixAt(text, i, "nil"):
		i, m.code = i+len("nil"), codeNil
	case !m.write && sep == ',' && hasPrefixAt(text, i, "null"):
		i, m.code = i+len("null"), codeNil
	default:
		from = i
		i = digitsEnd(text, i)
		if !plainDigits(text, from, i) {
			return m, 0
		}
		m.code = smallInt(text[from:i])
	}
	if i >= len(text)-1 || text[i] != ']' {
		return m, 0
	}
	return m, i + 1
}
