package render

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/history"
)

// place names an op and where it stands: op 12, history.edn:13.
func place(h *history.History, op int) string {
	return fmt.Sprintf("op %d, %s:%d", h.Index(op), h.Source().Name, h.Line(op))
}
