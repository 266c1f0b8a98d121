package render

import (
	"maps"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/result"
)

// impacts say what somebody sees who uses a database that shows an anomaly.
var impacts = map[string]string{
	"G0":                      "Updates of several rows that belong together end up mixed: one row from one client, another row from the other.",
	"G1a":                     "A client can see data of a transaction that was rolled back, and act upon what never happened.",
	"G1b":                     "A client can see a half-finished transaction: a value that its writer replaced before it committed.",
	"G1c":                     "Two transactions can each have seen the other's effects, so there is no order in which they could have happened.",
	"G-single":                "A client can see one part of another's transaction without the rest of it: inconsistent data.",
	"G-nonadjacent":           "Two clients can see two updates in opposite orders, and so disagree about what happened first.",
	"G2-item":                 "Two clients can each check a condition and then write, and together break what each had made sure of.",
	"G2":                      "Two clients can each check a condition and then write, and together break what each had made sure of.",
	"lost-update":             "A client's update was acknowledged and then silently overwritten by a client that had not seen it: it is lost.",
	"dirty-update":            "A committed update was made from data that was rolled back, and so keeps it alive.",
	"garbage-read":            "A client can read data that nobody wrote.",
	"internal":                "A transaction can read something else than it has just written itself.",
	"duplicate-elements":      "A write can take effect twice.",
	"incompatible-order":      "Two clients can see the same list with different contents at the same place: data was replaced or lost.",
	"future-read":             "A transaction can read what it writes only later.",
	"fractured-read":          "A client can see one part of another's transaction without the rest of it.",
	"not-linearizable":        "A client can be given an answer that no order of the operations explains.",
	"wrong-total":             "Money appeared or disappeared: the accounts did not add up at the moment of a read.",
	"negative-value":          "An account went below zero, which the database was to prevent.",
	"lost":                    "Data that was acknowledged is gone.",
	"lost-write":              "A message that was acknowledged is gone.",
	"stale":                   "A read did not show data that had been acknowledged before it began.",
	"duplicate":               "The same message stands in the log several times.",
	"duplicated":              "Something that was written once is there more than once.",
	"unexpected":              "A client read something that nobody wrote.",
	"recovered":               "Data whose write was not acknowledged turned up.",
	"unseen":                  "A message that was acknowledged had not been polled by the end of the test.",
	"poll-skip":               "A consumer skipped messages: they were in the log, and it never saw them.",
	"int-poll-skip":           "A consumer skipped messages within one poll.",
	"nonmonotonic-poll":       "A consumer was given messages again, or in another order.",
	"int-nonmonotonic-poll":   "A consumer was given messages again, or in another order, within one poll.",
	"nonmonotonic-send":       "A producer's messages stand in the log in another order than it sent them.",
	"int-nonmonotonic-send":   "A producer's messages stand in the log in another order than it sent them, within one transaction.",
	"inconsistent-offsets":    "Two clients saw different messages at the same place of the log.",
	"out-of-bounds":           "A client can read a count without additions that were acknowledged, or with some that were never made.",
	"impossible-sum":          "A client can read a count that no choice of the additions gives.",
	"bad-dequeue":             "A client was given an element that nobody had put there, that another had taken, or out of turn.",
	"not-causal":              "A client can read an effect before its cause, or miss what it has itself seen or written before.",
	"reversed":                "A client can see a later write without an earlier one that had been acknowledged before it began.",
	"out-of-order":            "A client can see a later write of another client without that client's earlier one.",
	"wrong-echo":              "A client was answered with something else than it had sent.",
	"unexpected-key":          "A client can read an account that does not exist.",
	"nil-balance":             "A client can read an account that has no balance.",
	"empty-transaction-graph": "No transaction depends on another, so the order of transactions was not tested.",
	"fork":                    "Two clients can see two updates in opposite orders, and so disagree about what happened first.",
	"precommitted-read":       "A consumer was given a message of a transaction that had not committed.",
}

// shapes say the same of what is not linearizable.
var shapes = map[string]string{
	"a value that nobody had written":                   "A client can read a value that nobody had written by then.",
	"a stale value":                                     "A client can read an old value after a newer one was acknowledged.",
	"an acquire of a lock that was held":                "Two clients can hold the lock at the same time.",
	"a release of a lock that was free":                 "A client can release a lock that it does not hold.",
	"an element taken more often than it was put there": "Two clients can take the same element.",
	"an element that overtook another":                  "A client can take an element before an older one: the queue does not keep its order.",
	"an element from below the top":                     "A client can take an element from below the top of the stack.",
	"an element that was not the smallest":              "A client can take an element though a smaller one is there.",
	"an empty answer while there was an element":        "A client can find nothing though an element is there.",
	"a read without an element that was there":          "A client can read without seeing what was acknowledged before.",
	"a count out of bounds":                             "A client can read a count that no order of the additions gives.",
	"an unexplained acquire":                            "A client can acquire what others hold.",
	"an unexplained release":                            "A client can release what it does not hold.",
	"an unexplained read":                               "A client can read something that no order of the operations explains.",
}

// Impact says what somebody sees of a type of fault that a check found: empty if nothing is known.
func Impact(check, typ string) string {
	if check == "unique-ids" && typ == "duplicated" {
		return "Two clients can be given the same id: an id was given out more than once."
	}
	return impactOf(typ)
}

// ImpactOfObjects is Impact of objects that are not linearizable: of the first that breaks a rule
// which is known.
func ImpactOfObjects(of []result.Occurrence) string {
	for i := range of {
		if said := shapes[of[i].Shape]; said != "" {
			return said
		}
	}
	return impacts["not-linearizable"]
}

// impactOf finds what is said of a type, or of the one that it is but for orders in time and
// predicates.
func impactOf(typ string) string {
	base := strings.TrimSuffix(strings.TrimSuffix(typ, "-realtime"), "-process")
	s := impacts[base]
	if s == "" {
		s = impacts[strings.TrimSuffix(strings.TrimSuffix(base, "-item"), "-predicate")]
	}
	if base == "G-single" || base == "G-single-item" {
		switch {
		case strings.HasSuffix(typ, "-realtime"):
			return "A client can miss what was acknowledged before it asked: a stale read."
		case strings.HasSuffix(typ, "-process"):
			return "A client can miss what it has itself seen or written before."
		}
	}
	return s
}

// FaultNames are the types of faults that checks other than those of transactions find, as far as
// AboutFault knows them. Sorted.
func FaultNames() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(impacts)), func(name string) bool {
		_, anomaly := AnomalyAbout(name)
		return anomaly
	})
}

// AboutFault says what a type of fault means that is no anomaly of transactions. It returns "" if
// it knows of no such type.
func AboutFault(name string) string {
	if !slices.Contains(FaultNames(), name) {
		return ""
	}
	return name + "  a fault\n\n" + folded(impacts[name])
}
