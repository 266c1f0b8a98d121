package format

import (
	"context"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// An importer reads a format that only other checkers use.
type importer struct {
	format  Format
	matches func(text []byte) bool // detects the format from its first bytes
	read    func(j job) (*history.History, error)
}

// importers are asked in this order what a text is. A log of Cobra or Viper
// alone is taken for one only if the caller says so: it is a part of a history.
var importers = []importer{
	{Plume, isPlume, txns(readPlume)},
	{AWDIT, isAWDIT, txns(readAWDIT)},
	{DBCop, isDBCop, txns(readDBCop)},
	{DBCopJSON, isDBCopJSON, txns(readDBCopJSON)},
	{DBCopHist, isDBCopHist, txns(readDBCopHist)},
	{Cobra, func([]byte) bool { return false }, txns(readCobra)},
	{Viper, func([]byte) bool { return false }, txns(readViper)},
	{VeriStrong, isVeriStrong, txns(readVeriStrong)},
	{Robustness, isRobustness, singleOps(readRobustness)},
	{KV, func([]byte) bool { return false }, singleOps(readKV)},
	{Knossos, isKnossos, singleOps(readKnossos)},
	{HistoryTxt, isHistoryTxt, singleOps(readHistoryTxt)},
	{Etcd, isLog(true), singleOps(readLog(etcdOp, true))},
	{JepsenLog, isLog(false), singleOps(readLog(loggedAt, false))},
}

// txns reads a log of transactions.
func txns(read func(l *txnLog) error) func(job) (*history.History, error) {
	return func(j job) (*history.History, error) {
		l := &txnLog{job: j}
		if err := read(l); err != nil {
			return nil, err
		}
		if len(l.txns) == 0 {
			return nil, j.src.Errorf(len(j.src.Text), "expected transactions, found none")
		}
		return l.history()
	}
}

// singleOps reads a log of operations on single objects.
func singleOps(read func(l *opLog) error) func(job) (*history.History, error) {
	return func(j job) (*history.History, error) {
		l := newOpLog(j)
		if err := read(l); err != nil {
			return nil, err
		}
		return l.history()
	}
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
	return im.read(job{ctx: ctx, src: src, opt: opt, total: int64(len(src.Text))})
}

// A job is the reading of a text, which may be long: the caller may want progress how
// far it is, or to stop it.
type job struct {
	ctx    context.Context
	src    *edn.Source // the text that is imported, or its name alone
	opt    Options
	steps  int
	before int64 // bytes of input before this text
	total  int64 // bytes of input
}

// stepsPerLook is how many steps there may be between calls of look.
const stepsPerLook = 1 << 14

// due counts a step, and reports whether it is time to look up.
func (j *job) due() bool {
	j.steps++
	return j.steps%stepsPerLook == 0
}

// look stops an importer when it should not go on, and reports its progress.
func (j *job) look(at int) error {
	if err := j.ctx.Err(); err != nil {
		return err
	}
	j.progress(j.before + int64(at))
	return nil
}

func (j *job) progress(done int64) {
	if j.opt.Progress != nil && done > 0 {
		j.opt.Progress(min(done, j.total), j.total)
	}
}
