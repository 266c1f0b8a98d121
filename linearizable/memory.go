package linearizable

// A memory remembers a number for each key, for less than a map takes.
type memory struct {
	table []known // open addressing
	n     int
}

type known struct {
	key  uint64
	id   int32
	used bool
}

func (m *memory) get(key uint64) (int32, bool) {
	if m.n == 0 {
		return 0, false
	}
	k := m.place(key)
	return k.id, k.used
}

func (m *memory) set(key uint64, id int32) {
	if 2*m.n >= len(m.table) {
		old := m.table
		m.table = make([]known, max(64, 2*len(old)))
		for _, k := range old {
			if k.used {
				*m.place(k.key) = k
			}
		}
	}
	k := m.place(key)
	if !k.used {
		m.n++
	}
	*k = known{key, id, true}
}

// place returns where a key is, or belongs.
func (m *memory) place(key uint64) *known {
	mask := uint64(len(m.table) - 1)
	for at := mix(0, key) >> 24 & mask; ; at = (at + 1) & mask {
		if k := &m.table[at]; !k.used || k.key == key {
			return k
		}
	}
}

func (m *memory) bytes() int64 { return int64(16 * len(m.table)) }

// stepKey is a step as a key.
func stepKey(state, t int32) uint64 { return uint64(uint32(state))<<32 | uint64(uint32(t)) }
