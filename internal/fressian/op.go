package fressian

import "strconv"

// A Span is a range of bytes.
type Span struct{ Lo, Hi int }

// An Op is where the fields of an op stand in the text that it was written to.
type Op struct {
	Plain       bool // it is an op, and the fields below say all; else the text has to be read
	Start       int  // where its map begins
	Index, Time int64
	Process     int64
	HasIndex    bool
	HasTime     bool
	HasProcess  bool
	IsName      bool // ProcessName says what the process is
	ProcessName Span
	Type        Span // the name, without a colon; so with F, which is empty for none
	F           Span
	Value       Span
}

// topOp appends a value, which may be an op.
func (d *Decoder) topOp(op *Op) bool {
	if d.pos < len(d.in) {
		if c := d.in[d.pos]; c >= cStruct && c < cLongs && int(c-cStruct) < len(d.defs) && d.defs[c-cStruct].kind == opKind {
			at := d.pos
			d.pos++
			return d.op(at, op)
		}
	}
	if d.pos+1 < len(d.in) && d.in[d.pos] == cDefine {
		at := d.pos
		d.pos++
		kind, ok := d.definition(at)
		if !ok {
			return false
		}
		if kind == opKind {
			return d.op(at, op)
		}
		return d.structAt(at, len(d.defs)-1)
	}
	return d.value()
}

// op appends the seven components of an op as a map. A nil o is for ops inside
// other values.
func (d *Decoder) op(at int, o *Op) bool {
	if !d.fits(at) || !d.down(at) {
		return false
	}
	var none Op
	if o == nil {
		o = &none
	}
	o.Plain = true
	d.out = append(d.out, '{')
	n, isInt, ok := d.field(":index ")
	if !ok {
		return false
	}
	if isInt && n == -1 { // unknown
		d.out = d.out[:len(d.out)-len(":index -1")]
	} else {
		o.Index, o.HasIndex = n, isInt
		o.Plain = isInt
		d.out = append(d.out, ", "...)
	}
	n, isInt, ok = d.field(":time ")
	if !ok {
		return false
	}
	o.Time, o.HasTime = n, isInt
	o.Plain = o.Plain && isInt
	if o.Type, ok = d.named(", :type ", o); !ok {
		return false
	}
	lo := len(d.out) + len(", :process ")
	n, isInt, ok = d.field(", :process ")
	if !ok {
		return false
	}
	switch {
	case isInt:
		o.Process, o.HasProcess = n, true
	case string(d.out[lo:]) == "nil":
	default:
		o.HasProcess, o.IsName = true, true
		o.ProcessName = d.nameSpan(lo, o)
	}
	if o.F, ok = d.named(", :f ", o); !ok {
		return false
	}
	d.out = append(d.out, ", :value "...)
	o.Value.Lo = len(d.out)
	if !d.value() {
		return false
	}
	o.Value.Hi = len(d.out)
	if !d.others(at) {
		return false
	}
	d.out = append(d.out, '}')
	o.Plain = o.Plain && !d.oddKey
	d.depth--
	return true
}

// field appends a field that should be an integer.
func (d *Decoder) field(label string) (n int64, isInt, ok bool) {
	d.out = append(d.out, label...)
	if d.pos < len(d.in) {
		if c := d.in[d.pos]; c < cCached || c == cMinusOne || c == cInt64 {
			n, ok = d.int()
			d.out = strconv.AppendInt(d.out, n, 10)
			return n, true, ok
		}
	}
	return 0, false, d.value()
}

// named appends a field that should be a keyword, and returns its name.
func (d *Decoder) named(label string, o *Op) (Span, bool) {
	d.out = append(d.out, label...)
	lo := len(d.out)
	if !d.value() {
		return Span{}, false
	}
	if string(d.out[lo:]) == "nil" {
		return Span{}, true
	}
	return d.nameSpan(lo, o), true
}

func (d *Decoder) nameSpan(lo int, o *Op) Span {
	o.Plain = o.Plain && d.out[lo] == ':'
	return Span{lo + 1, len(d.out)}
}

// others appends the further fields: a map, or null for none.
func (d *Decoder) others(at int) bool {
	if d.pos >= len(d.in) {
		return d.short()
	}
	switch d.in[d.pos] {
	case cNull:
		d.pos++
		return true
	case cMap:
		d.pos++
		return d.mapValue(at, false)
	}
	return d.fail(d.pos, "expected a map of further fields of an op, or null, found code %#02x", d.in[d.pos])
}

// isFurther reports whether a key names a field that has no place of its own in
// an op's struct.
func isFurther(key []byte) bool {
	return key[0] == ':' && fieldNamed(key[1:]) < 0
}
