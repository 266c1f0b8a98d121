package format

import (
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// markBefore returns before which op of a history a mark has to say that ops are
// missing: the number of ops if behind the last, -1 if none are missing or the
// history has the mark.
func markBefore(h *history.History) int {
	if _, lost := h.Lost(); !lost {
		return -1
	}
	if i := h.Whole(); i == h.Len() || !h.IsLostMark(i) {
		return i
	}
	return -1
}

// appendMark writes the mark that stands before op i, with an index and a time if
// the other ops have them.
func appendMark(dst []byte, h *history.History, i int, f Format) ([]byte, error) {
	var mark edn.Entries
	prev := max(min(i, h.Len())-1, 0)
	if h.Len() > 0 && !h.Text(prev).IsZero() {
		if v, ok := h.Text(prev).Get("index"); ok && !v.IsNil() {
			index := h.Index(prev) + 1
			if i == 0 {
				index = max(h.Index(0)-1, 0)
			}
			mark = append(mark, [2]any{edn.Kw("index"), index})
		}
	}
	mark = append(mark, [2]any{edn.Kw("type"), edn.Kw("info")}, [2]any{edn.Kw("process"), edn.Kw(history.LostProcess)}, [2]any{edn.Kw("f"), edn.Kw(history.LostF)})
	if n, _ := h.Lost(); n > 0 {
		mark = append(mark, [2]any{edn.Kw("value"), n})
	} else {
		mark = append(mark, [2]any{edn.Kw("value"), nil})
	}
	if h.Len() > 0 && h.Time(prev) != history.NoTime {
		mark = append(mark, [2]any{edn.Kw("time"), h.Time(prev)})
	}
	text, err := edn.Append(nil, mark)
	if err != nil || f == EDN {
		return append(dst, text...), err
	}
	return edn.AppendJSON(dst, edn.NewSource("", text, edn.EDN).Value(0, len(text)))
}

// withMark appends op i with appendOp, between what the mark needs.
func withMark(dst []byte, h *history.History, i, mark int, f Format, between string, appendOp func([]byte, *history.History, int) ([]byte, error)) ([]byte, error) {
	var err error
	if i == mark {
		if dst, err = appendMark(dst, h, i, f); err != nil {
			return dst, err
		}
		dst = append(dst, between...)
	}
	if dst, err = appendOp(dst, h, i); err != nil || mark != h.Len() || i != mark-1 {
		return dst, err
	}
	return appendMark(append(dst, between...), h, mark, f)
}
