package plot

import (
	"math"
	"slices"
	"strconv"
)

// symmetric makes a linear axis of values, or a logarithmic one on both sides of 0 if a linear one would not show most of them:
// if the greatest is more than two decades beyond the median.
func symmetric(lo, hi float64, values []float64) axis {
	a := linear(lo, hi)
	var sizes []float64
	for _, v := range values {
		if v != 0 && !math.IsNaN(v) && !math.IsInf(v, 0) {
			sizes = append(sizes, math.Abs(v))
		}
	}
	if len(sizes) == 0 || math.IsInf(hi-lo, 0) {
		return a
	}
	slices.Sort(sizes)
	median, most := sizes[len(sizes)/2], sizes[len(sizes)-1]
	if most <= 100*median {
		return a
	}
	from := max(sizes[len(sizes)/10], most/1e6) // six decades are enough
	a = axis{lo: lo, hi: hi, sym: math.Pow(10, math.Floor(math.Log10(from)))}
	margin := (a.symlog(hi) - a.symlog(lo)) * 0.02
	a.lo, a.hi = a.unsymlog(a.symlog(lo)-margin), a.unsymlog(a.symlog(hi)+margin)
	return a
}

func (a *axis) symlog(v float64) float64 { return math.Copysign(math.Log1p(math.Abs(v)/a.sym), v) }

func (a *axis) unsymlog(t float64) float64 { return math.Copysign(math.Expm1(math.Abs(t))*a.sym, t) }

// symTicks returns marks at 0 and at powers of ten on both sides.
func (a *axis) symTicks() (out []tick) {
	for p := math.Pow(10, math.Ceil(math.Log10(-min(a.lo, -a.sym)))); p > a.sym/2; p /= 10 {
		if -p >= a.lo {
			out = append(out, tick{-p, strconv.FormatFloat(-p, 'g', 6, 64)})
		}
	}
	out = append(out, tick{0, "0"})
	for p := a.sym; p <= a.hi; p *= 10 {
		out = append(out, tick{p, strconv.FormatFloat(p, 'g', 6, 64)})
	}
	return out
}
