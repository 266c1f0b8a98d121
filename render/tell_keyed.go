package render

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// keyedTeller tells the results of one check on each key.
type keyedTeller struct {
	plainTeller
	r *result.Keyed
}

func newKeyedTeller(r *result.Keyed) teller { return keyedTeller{plainTeller{r}, r} }

// gist says how many keys fail.
func (t keyedTeller) gist() string {
	k := t.r
	switch k.Verdict() {
	case verdict.Invalid:
		return fmt.Sprintf("%d of %s", len(k.Failures()), plural(len(k.Keys), "key"))
	case verdict.Unknown:
		if k.Reason != "" {
			return k.Reason
		}
		n := 0
		for _, key := range k.Keys {
			if key.Result.Verdict() == verdict.Unknown {
				n++
			}
		}
		return fmt.Sprintf("%d of %s could not be judged", n, plural(len(k.Keys), "key"))
	}
	return plural(len(k.Keys), "key")
}

// summary is said by gist.
func (t keyedTeller) summary() string { return "" }

// body tells of the first keys that fail.
func (t keyedTeller) body(p *reportProse, name string) {
	k := t.r
	failing := k.Failures()
	for i, key := range failing {
		if i == max(p.opt.Limit, 1) {
			p.f("\n  and %s: --limit shows more\n", failingKeys(len(failing)-i))
			break
		}
		p.f("\nkey %s: %s\n", valueText(key.Key), p.headline(name, key.Result))
		tell(key.Result).body(p, name)
	}
	p.warned(k.Warnings)
}

func (t keyedTeller) edn() fields {
	results, failures := edn.Entries{}, []any{}
	for _, k := range t.r.Keys {
		results = append(results, [2]any{k.Key, k.Result})
	}
	for _, k := range t.r.Failures() {
		failures = append(failures, k.Key)
	}
	out := append(t.plainTeller.edn(), fields{{"results", results}, {"failures", failures}}...)
	if t.r.Reason != "" {
		out = append(out, field{"error", t.r.Reason})
	}
	return out
}

func (t keyedTeller) json() fields { return append(t.edn(), t.warnings()) }

// cases are the keys that are not valid, or all together if every one is.
func (t keyedTeller) cases(c Case) (out []Case) {
	for _, k := range t.r.Keys {
		if k.Result.Verdict() != verdict.Valid {
			out = append(out, Cases(c.File, c.Name+" key "+valueText(k.Key), k.Result)...)
		}
	}
	if len(out) > 0 {
		return out
	}
	return []Case{c}
}

func (t keyedTeller) files(dir string) (files []File, err error) {
	for _, k := range t.r.Failures() {
		more, err := tell(k.Result).files(dir + "independent/" + FileName(k.Key.String()) + "/")
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	return files, nil
}
