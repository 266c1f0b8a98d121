package linearizable

import "reflect"

// weigh estimates how many bytes a caller's state takes beyond its value itself:
// its texts, slices and maps. What pointers lead to may be shared, and is not
// counted.
func weigh(v reflect.Value) int64 {
	if !v.IsValid() || flat(v.Type()) {
		return 0
	}
	sum := int64(0)
	switch v.Kind() {
	case reflect.String:
		sum = int64(v.Len())
	case reflect.Slice, reflect.Array:
		elem := v.Type().Elem()
		if v.Kind() == reflect.Slice {
			sum = int64(v.Len()) * int64(elem.Size())
		}
		if !flat(elem) {
			for i := range v.Len() {
				sum += weigh(v.Index(i))
			}
		}
	case reflect.Map:
		key, elem := v.Type().Key(), v.Type().Elem()
		sum = int64(v.Len()) * (int64(key.Size()+elem.Size()) + mapEntry/2)
		if !flat(key) || !flat(elem) {
			for it := v.MapRange(); it.Next(); {
				sum += weigh(it.Key()) + weigh(it.Value())
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			sum += weigh(v.Field(i))
		}
	case reflect.Interface:
		if e := v.Elem(); e.IsValid() {
			sum = int64(e.Type().Size()) + weigh(e)
		}
	}
	return sum
}

// weighAny is weigh of an interface that holds a state.
func weighAny(s any) int64 {
	switch s := s.(type) {
	case []int:
		return 24 + 8*int64(len(s))
	case []int64:
		return 24 + 8*int64(len(s))
	case string:
		return 16 + int64(len(s))
	}
	return weighReflected(s)
}

func weighReflected(s any) int64 { return weigh(reflect.ValueOf(&s).Elem()) }

// flat reports that values of a type hold nothing that weigh counts.
func flat(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Slice, reflect.Map, reflect.Interface:
		return false
	case reflect.Array:
		return flat(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !flat(t.Field(i).Type) {
				return false
			}
		}
	}
	return true
}
