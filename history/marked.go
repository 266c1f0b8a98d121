package history

import (
	"bytes"
	"sync"
)

// Marked returns a function that reports whether op i, or the invocation that it
// completes, has the named field and the field is true. It returns nil if the text has
// no such field at all, which it determines once for all parts of the history.
func (h *History) Marked(field string) func(i int) bool {
	if !h.words.in(h.src.Text, field) {
		return nil
	}
	has := func(i int) bool {
		v, ok := h.Text(i).Get(field)
		return ok && v.String() == "true"
	}
	return func(i int) bool { return has(i) || h.pair[i] >= 0 && h.pair[i] < int32(i) && has(int(h.pair[i])) }
}

// words remembers which words a text contains.
type words struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (w *words) in(text []byte, word string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	found, known := w.seen[word]
	if !known {
		found = bytes.Contains(text, []byte(word))
		if w.seen == nil {
			w.seen = map[string]bool{}
		}
		w.seen[word] = found
	}
	return found
}
