package monitor

import "github.com/seed-c33ae711/jcheck/internal/huge"

// A zone says when a cluster of ops, which in any linearization stand together
// with none of another cluster in between, has to be: first is the least Ret
// of its ops, last the greatest Inv. So one cluster must come before another if
// its first is less than the other's last. Gibbons & Korach (1997) draw the
// stretch from the one to the other, forward if first < last.
type zone struct{ first, last int32 }

// arrange finds an order of zones in which each that must come before another
// does, as keys whose ids are indices, or two that must both come before each
// other.
//
// A longer cycle of zones has such a pair in it: of the zone with the least first,
// and the one before it on the cycle. And the pair has a forward zone C, which
// begins before the other zone D and ends after the first of D. Forward zones are
// disjoint up to there, or they would have been such a pair, so C is the
// latest of those that began before D.
func arrange(zones []zone) (order []uint64, c, d int32) {
	keys := huge.Make[uint64](len(zones))
	for i, z := range zones {
		keys = append(keys, key(min(z.first, z.last), int32(i)))
	}
	keys = sorted(keys)
	c = none
	for _, k := range keys {
		d := id(k)
		z := zones[d]
		if c != none && z.first < zones[c].last {
			return nil, c, d
		}
		if z.first < z.last {
			c = d
		}
	}
	return keys, none, none
}
