package linearizable

import (
	"hash/maphash"
	"math"
	"reflect"
)

// A hasher hashes states of a caller's by what they hold, for models without a hash
// of their own. Values that are alike in all their parts have the same.
type hasher struct{ seed maphash.Seed }

// hashDepth is how deep a hasher looks: what is below does not count.
const hashDepth = 8

func (h hasher) hash(s any) uint64 {
	switch s := s.(type) {
	case string:
		return maphash.String(h.seed, s)
	case []byte:
		return maphash.Bytes(h.seed, s)
	case []int:
		return hashNumbers(s)
	case []int64:
		return hashNumbers(s)
	case []int32:
		return hashNumbers(s)
	case map[string]string:
		sum := uint64(len(s))
		for k, v := range s {
			sum += mix(maphash.String(h.seed, k), maphash.String(h.seed, v))
		}
		return sum
	}
	return h.value(reflect.ValueOf(s), hashDepth)
}

func hashNumbers[N ~int | ~int32 | ~int64](s []N) uint64 {
	sum := uint64(len(s))
	for _, n := range s {
		sum = mix(sum, uint64(n))
	}
	return sum
}

func (h hasher) value(v reflect.Value, depth int) uint64 {
	if depth == 0 || !v.IsValid() {
		return 1
	}
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return 2
		}
		return 3
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return mix(4, uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return mix(4, v.Uint())
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); f != 0 && f == f { // zeros of both signs are equal
			return mix(5, math.Float64bits(f))
		}
		return 5
	case reflect.String:
		return maphash.String(h.seed, v.String())
	case reflect.Interface, reflect.Pointer:
		return h.value(v.Elem(), depth-1)
	case reflect.Slice, reflect.Array:
		sum := uint64(v.Len())
		for i := range v.Len() {
			sum = mix(sum, h.value(v.Index(i), depth-1))
		}
		return sum
	case reflect.Struct:
		sum := uint64(v.NumField())
		for i := range v.NumField() {
			sum = mix(sum, h.value(v.Field(i), depth-1))
		}
		return sum
	case reflect.Map:
		sum := uint64(v.Len())
		for it := v.MapRange(); it.Next(); { // in any order
			sum += mix(h.value(it.Key(), depth-1), h.value(it.Value(), depth-1))
		}
		return sum
	}
	return 6
}
