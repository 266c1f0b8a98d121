package checker

import "github.com/seed-c33ae711/jcheck/result"

// Composed is a result in the form in which Jepsen's tests compose and store theirs:
// counts and exceptions under :stats and :exceptions, and the check of a property under
// :workload. If there are several such checks, each is under its name there.
func Composed(r result.Result) result.Result {
	g, ok := r.(*result.Group)
	if !ok {
		return r
	}
	all := &result.Group{Common: g.Common}
	work := &result.Group{}
	for _, m := range g.Members {
		switch m.Name {
		case "stats":
			all.Members = append(all.Members, m)
		case "unhandled-exceptions":
			all.Members = append(all.Members, result.Member{Name: "exceptions", Result: m.Result})
		default:
			work.Members = append(work.Members, m)
		}
	}
	switch len(work.Members) {
	case 0:
	case 1:
		all.Members = append(all.Members, result.Member{Name: "workload", Result: work.Members[0].Result})
	default:
		all.Members = append(all.Members, result.Member{Name: "workload", Result: work})
	}
	return all
}
