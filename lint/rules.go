package lint

import "fmt"

// A Severity says what a problem does to verdicts.
type Severity uint8

const (
	Note    Severity = iota // worth knowing
	Warning                 // makes a verdict weaker, or wrong if there is no innocent reason
	Error                   // makes verdicts wrong whatever the database did
)

// String returns note, warning or error.
func (s Severity) String() string { return [...]string{"note", "warning", "error"}[s] }

// A Rule is a kind of problem.
type Rule struct {
	Code     string // stable
	Severity Severity
	Vacuous  bool   // a history that has it proves nothing
	What     string // the problem
	Why      string // why it matters
	Fix      string // what to do
}

// code is the place of a rule in the table.
type code int

const (
	timeoutWasRead code = iota
	duplicateWrites
	clientNotNumbered

	noClients
	noOK
	onlyReads
	onlyWrites
	nothingRead

	timeoutAsFail
	failWasRead
	unwrittenReads
	initialValue
	duplicateElements
	mixedKeys
	completionDiffers
	otherF
	processReused
	clockBackwards
	noFinalRead
	notDrained
	neverOK
	oneProcess
	noOverlap
	idleFaults
	faultsWithoutEffect
	manyInfos
	manyUnfinished
	noProcess
	noInvocations
	indexOrder
	timeOrder

	repeatedValues
	retried
	unreadWrites
	mixedValues
	statusAsValue
	failAfterWait
	clockJitter
	nemesisIdle
	equalTimes
	noTime
	unfinished
	noIndex

	numRules
)

// rules is the table, the worst first. Whatever reads it goes in its order.
var rules = [numRules]Rule{
	timeoutWasRead: {"timeout-was-read", Error, false,
		"a write that timed out was recorded as :fail, and its value was read",
		"A timeout says nothing about the outcome. The write took effect, so checkers see a read of a write that never happened, and report an anomaly of the client, not of the database.",
		"Let the client record :info for every error after which the operation may still have happened."},
	duplicateWrites: {"duplicate-writes", Error, false,
		"a value was written to the same key more than once, in a workload that needs unique values",
		"Only the value identifies the write that a read saw. With two writers, the check picks the wrong one or refuses the history.",
		"Write every value once per key, for example by counting. A retry needs a new value; check whether the client library retries by itself."},
	clientNotNumbered: {"client-not-numbered", Error, false,
		"a process that looks like a client has no number",
		"Only processes with a number are clients, so the operations of this one are left out of every check.",
		"Record :process as a number, not as a text such as \"0\" or \"client-1\"."},

	noClients: {"no-clients", Warning, true,
		"there are no client operations",
		"There is nothing to check.",
		"Check whether the clients started, and whether their processes are recorded as numbers."},
	noOK: {"no-ok", Warning, true,
		"no operation of a client succeeded",
		"A database that refuses everything breaks no promise, so every check passes.",
		"Look at the errors of the operations. The database may never have been reachable."},
	onlyReads: {"only-reads", Warning, true,
		"operations only read",
		"Without writes, no read can be wrong.",
		"Mix writes into the workload, and check whether they are recorded."},
	onlyWrites: {"only-writes", Warning, true,
		"nothing was read",
		"Only reads show what became of a write.",
		"Mix reads into the workload, and read everything once more at the end."},
	nothingRead: {"nothing-read", Warning, true,
		"no read returned anything that was written",
		"Reads and writes never meet, so nothing between them can be wrong. They may use different keys, or write the values differently.",
		"Let reads and writes use the same keys, and record values as they were written."},

	timeoutAsFail: {"timeout-as-fail", Warning, false,
		"an operation that may write was recorded as :fail, with an error that leaves its outcome open",
		"A checker believes :fail: the operation did not happen and never will. After a timeout or a lost connection it may have happened. If its value is read later, that looks like an aborted read.",
		"Record :info unless the error proves that nothing happened, as a refused connection or a conflict does."},
	failWasRead: {"fail-was-read", Warning, false,
		"the value of a write that failed was read",
		"Either the database exposed an aborted write (G1a), or the client recorded :fail although the outcome was unknown.",
		"Look at the error of the write. If it does not prove that nothing happened, record :info."},
	unwrittenReads: {"unwritten-reads", Warning, false,
		"a value was read that nobody wrote",
		"It is garbage, state from before the test, or the write of a retry or of a client that was not recorded. Some checkers report it, others believe it.",
		"Start from an empty database, record every write, and make sure that writes and reads record values in the same form."},
	initialValue: {"initial-value", Warning, false,
		"keys seem to start with a value that nobody wrote",
		"Checkers assume that the initial value is nil. A read of any other one seems to come from nowhere: a false alarm for registers, lost dependencies for transactions.",
		"Pass the initial value with --init, record reads of it as nil, or write it in the history."},
	duplicateElements: {"duplicate-elements", Warning, false,
		"an element was added more than once",
		"If one of the two is lost or taken twice, no check can tell which.",
		"Use every element once."},
	mixedKeys: {"mixed-keys", Warning, false,
		"a key occurs in several spellings, such as 1 and \"1\"",
		"To a checker these are different keys. If they are one key in the database, reads seem to miss writes.",
		"Record keys in one form, in particular after a conversion to JSON."},
	completionDiffers: {"completion-differs", Warning, false,
		"an operation completed with another value than it was invoked with: other micro-ops, another key, or another value to write",
		"A completion should change only what reads returned. Otherwise a checker must choose which of the two values to believe, and its verdict depends on the choice.",
		"Copy the invocation's value and fill in what reads returned. Record a server's reply in another field."},
	otherF: {"other-f", Warning, false,
		"an operation completed under another :f than it was invoked with",
		"Checkers look at one of the two, or refuse the history.",
		"Copy the invocation, and change only its type and value."},
	processReused: {"process-reused", Warning, false,
		"a process went on after one of its operations crashed",
		"The crashed operation may still take effect, so the process runs two operations at once. Checks that order operations by process then assume a false order; Knossos refuses such a history.",
		"Give the client a new process number after :info, as Jepsen does."},
	clockBackwards: {"clock-backwards", Warning, false,
		"times run backwards",
		"Verdicts use the order of events, not times. If events were sorted or merged by such a clock, their order is wrong, and so is realtime order.",
		"Record events in one place, in the order in which they happen, with a monotonic clock."},
	noFinalRead: {"no-final-read", Warning, false,
		"elements were added after the last read of a set had begun",
		"No read could notice their loss.",
		"Read the set once more at the end, after the faults and the last add."},
	notDrained: {"not-drained", Warning, false,
		"elements were put in, not taken out, and the queue was never found empty afterwards",
		"An element that was not taken may be lost, or may still be there.",
		"Drain the queue at the end: take until it is empty."},
	neverOK: {"never-ok", Warning, false,
		"an operation never succeeded under some :f",
		"Whatever it tests was not tested. Jepsen's stats checker calls such a history unknown.",
		"Look at its errors; it may be unsupported, or always too late."},
	oneProcess: {"one-process", Warning, false,
		"there is a single client",
		"A single client hardly ever sees the anomalies that checks look for.",
		"Run several clients at once."},
	noOverlap: {"no-overlap", Warning, false,
		"no two operations ran at the same time",
		"Concurrency bugs cannot show, and strict models say no more than weak ones.",
		"Run clients concurrently, and record an invocation before the operation begins, not after it ended."},
	idleFaults: {"idle-faults", Warning, false,
		"no client did anything while a fault lasted",
		"The fault was not tested.",
		"Let faults last longer than operations take, and keep clients running while they do."},
	faultsWithoutEffect: {"faults-without-effect", Warning, false,
		"the nemesis was active, but every operation that met a fault succeeded",
		"Perhaps the database is that good. Perhaps the faults did not reach the nodes that clients use.",
		"Check that the nemesis does what it says, and that clients use the nodes that it harms."},
	manyInfos: {"many-infos", Warning, false,
		"a large share of operations has an unknown outcome",
		"Each may have happened or not, at any later time. Searches become slow and can refute little.",
		"Use longer timeouts or shorter faults, and record :fail where the error proves that nothing happened."},
	manyUnfinished: {"many-unfinished", Warning, false,
		"many operations have no completion",
		"They count as crashed. So many suggest that completions were not recorded or that the history was cut off.",
		"Record how every operation ended, as :info if nothing is known."},
	noProcess: {"no-process", Warning, false,
		"ops do not name their process",
		"Nothing says which completion belongs to which invocation. Process order and realtime order are lost.",
		"Record :process."},
	noInvocations: {"no-invocations", Warning, false,
		"invocations are not recorded",
		"Nothing says when operations began, so realtime order is not used. Stale reads and lost updates may go unnoticed.",
		"Record an :invoke before each operation begins."},
	indexOrder: {"index-order", Warning, false,
		"the :index of ops does not increase",
		"jcheck takes the order of the file as the order of events. If the index is right, that order is wrong.",
		"Write ops in the order of events."},
	timeOrder: {"time-order", Warning, false,
		"the order of the ops contradicts their :time",
		"jcheck takes the order of the ops as the order of events. If the times are right, concurrent operations seem to have run one after another, and checks demand too much.",
		"Write ops as they happen, or sort them by :time (--order time)."},

	repeatedValues: {"repeated-values", Note, false,
		"a value was written to the same register more than once",
		"This is legitimate, but a read does not show which write it saw. The search is slower, and some faults go unnoticed.",
		"Write every value once if checks are slow."},
	retried: {"retried", Note, false,
		"a value was written again after the write of it had failed",
		"A read of it counts as a read of the later write. If the first one took effect after all, no check can tell.",
		"Give each attempt a value of its own."},
	unreadWrites: {"unread-writes", Note, false,
		"acknowledged writes were made after the last read of their key was over",
		"No read could have seen them, so no check could notice their loss.",
		"Read every key once more at the end."},
	mixedValues: {"mixed-values", Note, false,
		"values are of several kinds, such as 1 and \"1\"",
		"To a checker these are different values. If they are one value in the database, reads seem to return what nobody wrote.",
		"Record values in one form, in particular after a conversion to JSON."},
	statusAsValue: {"status-as-value", Note, false,
		"an operation that did not succeed has its error as :value",
		"The value of the invocation counts.",
		"Record errors under :error."},
	failAfterWait: {"fail-after-wait", Note, false,
		"operations that may write failed after exactly a typical client timeout",
		"These may be timeouts, whose outcome is unknown.",
		"See why they failed; record timeouts as :info."},
	clockJitter: {"clock-jitter", Note, false,
		"times run backwards by a few milliseconds",
		"Jepsen does this if an invocation has its scheduled time. Verdicts use the order of events, not times.",
		"Nothing, if events are recorded in the order in which they happen."},
	nemesisIdle: {"nemesis-idle", Note, false,
		"there is a nemesis, but it never began a fault",
		"The test exercised a healthy system.",
		"Check whether the nemesis reached its first fault."},
	equalTimes: {"equal-times", Note, false,
		"all ops have the same time",
		"Verdicts do not need times, but latencies and plots do.",
		"Record nanoseconds of a monotonic clock since the start."},
	noTime: {"no-time", Note, false,
		"ops have no time",
		"Verdicts do not need times, but latencies and plots do.",
		"Record :time in nanoseconds since the start."},
	unfinished: {"unfinished", Note, false,
		"operations never completed",
		"They count as crashed: each may have happened or not.",
		"Let clients finish before the test ends."},
	noIndex: {"no-index", Note, false,
		"ops have no :index",
		"They were numbered in the order of the file.",
		"Nothing, if that is the order of events."},
}

// Rules returns all rules, the worst first.
func Rules() []Rule { return append([]Rule(nil), rules[:]...) }

// A Problem is a rule that a history breaks.
type Problem struct {
	Code     string
	Severity Severity
	Count    int    // how many ops, values, keys or whatever Msg counts; 0 if it concerns the whole history
	Ops      []int  // ops that show it, by position, a few at most
	Msg      string // what is wrong, in a sentence
	Why      string // why it matters
	Fix      string // what to do
}

// problems collects problems, by rule.
type problems [numRules]*Problem

func (p *problems) add(c code, count int, ops []int, format string, args ...any) {
	r := &rules[c]
	p[c] = &Problem{Code: r.Code, Severity: r.Severity, Count: count, Ops: ops, Msg: fmt.Sprintf(format, args...), Why: r.Why, Fix: r.Fix}
}

// list returns the problems in the order of the table.
func (p *problems) list() []Problem {
	var out []Problem
	for _, x := range p {
		if x != nil {
			out = append(out, *x)
		}
	}
	return out
}

// named returns the rule with a code.
func named(name string) (code, bool) {
	for c := range rules {
		if rules[c].Code == name {
			return code(c), true
		}
	}
	return 0, false
}
