package fressian

import "github.com/seed-c33ae711/jcheck/edn"

// put appends a value and caches it. Its slot is taken before it is read.
func (d *Decoder) put(at int) bool {
	slot, session := len(d.cache), d.session
	if slot >= maxSlots {
		return d.fail(at, "expected at most %d cached values", maxSlots)
	}
	d.cache = append(d.cache, entry{})
	if d.pos < len(d.in) && d.in[d.pos] >= cString && d.in[d.pos] <= cStringEnd {
		raw, ok := d.cachedAs(slot, session)
		return ok && d.quote(at, raw)
	}
	mark, peak := len(d.out), d.peak
	d.peak = d.depth
	if !d.value2(at) {
		return false
	}
	own := d.peak - d.depth
	d.peak = max(peak, d.peak)
	if session != d.session { // the value cleared the caches itself
		return true
	}
	lo := len(d.arena)
	d.arena = append(d.arena, d.out[mark:]...)
	d.cache[slot] = entry{textEntry, d.arena[lo:len(d.arena):len(d.arena)], own}
	return d.fits(at)
}

// cachedAs reads a string into a slot taken in a session, unless the integer that is the
// string's length cleared the caches itself.
func (d *Decoder) cachedAs(slot, session int) ([]byte, bool) {
	raw, ok := d.str()
	if ok && session == d.session {
		d.cache[slot] = stringEntry(raw)
	}
	return raw, ok
}

func stringEntry(raw []byte) entry {
	if isPlainName(raw) {
		return entry{plainEntry, raw, 0}
	}
	return entry{strEntry, raw, 0}
}

func (d *Decoder) cached(at, slot int) (*entry, bool) {
	if slot < 0 || slot >= len(d.cache) {
		return nil, d.fail(at, "expected one of %d cached values, found number %d", len(d.cache), slot)
	}
	e := &d.cache[slot]
	if e.kind == pending {
		return nil, d.fail(at, "expected a cached value that is complete, found number %d, which this is a part of", slot)
	}
	return e, true
}

func (d *Decoder) appendCached(at, slot int) bool {
	e, ok := d.cached(at, slot)
	if !ok {
		return false
	}
	if e.kind != textEntry {
		return d.quote(at, e.raw) && d.fits(at)
	}
	if d.depth+e.depth > edn.MaxDepth {
		return d.fail(at, "expected at most %d levels of nesting", edn.MaxDepth)
	}
	d.peak = max(d.peak, d.depth+e.depth)
	d.out = append(d.out, e.raw...)
	return d.fits(at)
}
