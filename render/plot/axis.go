package plot

import (
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
)

// An axis maps values to places.
type axis struct {
	lo, hi   float64
	from, to vg.Length
	log      bool
	sym      float64 // if not 0, the axis is logarithmic on both sides of 0, and linear up to about here
}

// at returns the place of a value. One outside, such as 0 on a logarithmic axis, is at an end.
func (a *axis) at(v float64) vg.Length {
	lo, hi := a.lo, a.hi
	if a.log {
		if v <= 0 {
			return a.from
		}
		lo, hi, v = math.Log(lo), math.Log(hi), math.Log(v)
	}
	if a.sym > 0 {
		lo, hi, v = a.symlog(lo), a.symlog(hi), a.symlog(v)
	}
	t := (v - lo) / (hi - lo)
	if !(t > 0) {
		return a.from
	}
	return a.from + vg.Length(min(t, 1))*(a.to-a.from)
}

// linear makes an axis that shows lo to hi with a margin of 2 %.
func linear(lo, hi float64) axis {
	if !(hi > lo) {
		d := math.Max(math.Abs(lo)*0.1, 1e-9)
		lo, hi = lo-d, hi+d
	}
	m := (hi - lo) * 0.02
	return axis{lo: lo - m, hi: hi + m}
}

// broadened is the range of an axis in Jepsen's pictures: to round numbers on both sides, some ten steps apart.
func broadened(lo, hi float64) (float64, float64) {
	if lo == hi {
		return lo - 1, hi + 1
	}
	step := math.Pow(10, math.Round(math.Log10((hi-lo)/10)))
	rest := func(x float64) float64 { return x - step*math.Floor(x/step) }
	from, over := lo-rest(lo), rest(hi)
	if over/step < 0.001 {
		return from, hi
	}
	return from, hi - over + step
}

// logarithmic makes such an axis of positive values.
func logarithmic(lo, hi float64) axis {
	if lo <= 0 || math.IsNaN(lo) {
		lo = 1
	}
	if !(hi > lo) {
		hi = lo
	}
	if hi < lo*4 { // at least a bit more than half a decade
		lo, hi = lo/2, hi*2
	}
	m := math.Pow(hi/lo, 0.02)
	return axis{lo: lo / m, hi: hi * m, log: true}
}

// A tick is a mark of an axis; a small one has no label.
type tick struct {
	v     float64
	label string
}

// nice returns the least of 1, 2 and 5 times a power of ten that is not below x.
func nice(x float64) float64 {
	p := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if m*p >= x*(1-1e-9) {
			return m * p
		}
	}
	return 10 * p
}

// ticks returns about n marks with labels.
func (a *axis) ticks(n int, label func(v, step float64) string) (out []tick) {
	step := nice((a.hi - a.lo) / float64(n))
	if !(step > 0) || math.IsInf(step, 0) {
		return nil
	}
	for k := math.Ceil(a.lo / step); k*step <= a.hi && len(out) < 100; k++ {
		v := k * step
		out = append(out, tick{v, label(v, step)})
	}
	return out
}

// decimal writes a number with as many digits as a step needs.
func decimal(v, step float64) string {
	digits := max(0, int(-math.Floor(math.Log10(step)+1e-9)))
	if v == 0 {
		v, digits = 0, 0 // there is a -0, too
	}
	return strconv.FormatFloat(v, 'f', min(digits, 12), 64)
}

// logTicks returns marks at powers of ten, and at 2 and 5 times those if there are few, and small ones between. Where
// labels would be too close, each third has one: those of times are then 1 µs, 1 ms, 1 s.
func (a *axis) logTicks(label func(v float64) string) (out []tick) {
	decades := math.Log10(a.hi / a.lo)
	room := float64(a.to - a.from)
	every := 1
	for room/decades*float64(every) < 13 && every < 12 {
		every += 3 - every%3
	}
	for k := int(math.Floor(math.Log10(a.lo))); k <= int(math.Ceil(math.Log10(a.hi))); k++ {
		p := math.Pow(10, float64(k))
		for m := 1; m < 10; m++ {
			v := p * float64(m)
			if v < a.lo || v > a.hi {
				continue
			}
			t := tick{v: v}
			if m == 1 && k%every == 0 || decades < 2 && room/decades > 44 && (m == 2 || m == 5) {
				t.label = label(v)
			}
			if m == 1 || every == 1 {
				out = append(out, t)
			}
		}
	}
	return out
}

// units are those of times, in nanoseconds.
var units = []struct {
	name string
	ns   float64
}{{"ns", 1}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 60e9}, {"h", 3600e9}}

// duration writes a time in its unit, with three digits.
func duration(ns float64) string {
	k := 0
	for k+1 < len(units) && math.Abs(ns) >= units[k+1].ns*0.9995 && (units[k+1].name != "min" || math.Abs(ns) >= 600e9) {
		k++
	}
	v := ns / units[k].ns
	if math.Abs(v) >= 100 {
		return fmt.Sprintf("%.0f %s", v, units[k].name)
	}
	return fmt.Sprintf("%s %s", strconv.FormatFloat(v, 'g', 3, 64), units[k].name)
}

// unitOf returns the unit that an axis of times is labeled in.
func unitOf(span float64) (name string, ns float64) {
	switch {
	case span >= 48*3600e9:
		return "h", 3600e9
	case span >= 2*3600e9:
		return "min", 60e9
	case span >= 2e9:
		return "s", 1e9
	case span >= 2e6:
		return "ms", 1e6
	case span >= 2e3:
		return "µs", 1e3
	}
	return "ns", 1
}

// thousands writes a number with spaces between its groups of digits.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
