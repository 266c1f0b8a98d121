package format

import (
	"context"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// An importer reads a format that only other checkers use.
type importer struct {
	format  Format
	matches func(text []byte) bool // tells the format from its first bytes
	read    func(l *txnLog) error  // reads the text of l.src into l
}

// importers are asked in this order what a text is. A Cobra log alone is taken
// for one only if the caller says so: it is a part of a history.
var importers = []importer{
	{Plume, isPlume, readPlume},
	{AWDIT, isAWDIT, readAWDIT},
	{DBCop, isDBCop, readDBCop},
	{DBCopJSON, isDBCopJSON, readDBCopJSON},
	{DBCopHist, isDBCopHist, readDBCopHist},
	{Cobra, func([]byte) bool { return false }, readCobra},
}

// importerOf returns the importer for a text, or nil if it is EDN or JSON, or
// nothing known.
func importerOf(text []byte, want Format) *importer {
	for i := range importers {
		im := &importers[i]
		if im.format == want || want == Auto && im.matches(text) {
			return im
		}
	}
	return nil
}

// history imports the text of src. The history does not refer to that text.
func (im *importer) history(ctx context.Context, src *edn.Source, opt Options) (*history.History, error) {
	if len(src.Text) == 0 {
		return nil, src.Errorf(0, "expected ops, found %s", nothing(src.Text))
	}
	l := &txnLog{ctx: ctx, src: src, opt: opt, total: int64(len(src.Text))}
	if err := im.read(l); err != nil {
		return nil, err
	}
	return l.history()
}
