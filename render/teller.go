package render

import (
	"github.com/seed-c33ae711/jcheck/result"
)

// A teller tells results of one kind. A checker whose result is a result.Report needs no
// teller of its own.
type teller interface {
	gist() string                             // in a few words what was found, or why that is not known
	summary() string                          // what was looked at
	broken() string                           // which promise was broken, such as "not serializable"; empty if that is the check's own
	first(p *reportProse, name string) string // the verdict, as the first line of prose
	line(p *reportProse, name string) string  // the verdict where there is no more than a line
	body(p *reportProse, name string)         // what the first line does not tell
	asked() bool                              // there is more to tell than the verdict, whatever it is
	edn() fields                              // Jepsen's result map
	json() fields                             // what programs are told
	about(p *reportProse, op int) int         // what an op plays a part in, at most a few; how many these are
	cases(c Case) []Case                      // for systems of continuous integration
	files(dir string) ([]File, error)         // explanations, for the directory dir
}

// tellers make the teller of a result, each of one kind: nil of others.
var tellers = []func(result.Result) teller{
	of(newGroupTeller), of(newKeyedTeller), of(newElleTeller), of(newLinTeller), of(newReportTeller),
}

// of makes a function for any result of one for one kind.
func of[R result.Result](make func(R) teller) func(result.Result) teller {
	return func(r result.Result) teller {
		if x, ok := r.(R); ok {
			return make(x)
		}
		return nil
	}
}

// tell returns the teller of a result.
func tell(r result.Result) teller {
	for _, of := range tellers {
		if t := of(r); t != nil {
			return t
		}
	}
	return plainTeller{r}
}

// Scope says in half a line what was looked at.
func Scope(r result.Result) string { return tell(r).summary() }

// Broken says which promise an invalid result breaks, such as "not serializable". It is empty if a
// check is for no promise but its own.
func Broken(r result.Result) string { return tell(r).broken() }

// plainTeller tells what all results have in common.
type plainTeller struct{ r result.Result }

func (t plainTeller) gist() string { return t.r.About().Reason }

func (t plainTeller) summary() string { return t.r.About().Summary }

func (t plainTeller) broken() string { return "" }

func (t plainTeller) first(p *reportProse, name string) string { return p.headline(name, t.r) }

func (t plainTeller) line(p *reportProse, name string) string { return p.headline(name, t.r) }

func (t plainTeller) body(p *reportProse, _ string) { p.warned(t.r.About().Warnings) }

func (t plainTeller) asked() bool { return false }

func (t plainTeller) edn() fields { return fields{{"valid?", validity(t.r.Verdict())}} }

func (t plainTeller) json() fields { return append(t.edn(), t.warnings()) }

func (t plainTeller) warnings() field { return field{"warnings", warnings(t.r.About().Warnings)} }

func (t plainTeller) about(*reportProse, int) int { return 0 }

func (t plainTeller) cases(c Case) []Case { return []Case{c} }

func (t plainTeller) files(string) ([]File, error) { return nil, nil }
