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
		"Who wrote what was read is told by the value alone. With two writers, dependencies are drawn to the wrong one or the check refuses the history.",
		"Write every value once per key, for instance by counting. A retry needs a value of its own; see whether the client library retries by itself."},
	clientNotNumbered: {"client-not-numbered", Error, false,
		"a process that looks like a client has no number",
		"Only processes with a number are clients, so the operations of this one are left out of every check.",
		"Record :process as a number, not as a text such as \"0\" or \"client-1\"."},

	noClients: {"no-clients", Warning, true,
		"there is no operation of a client",
		"There is nothing to check.",
		"See whether the clients started, and whether their processes are recorded as numbers."},
	noOK: {"no-ok", Warning, true,
		"no operation of a client succeeded",
		"A database that refuses everything breaks no promise, so every check passes.",
		"Look at the errors of the operations. The database may never have been reachable."},
	onlyReads: {"only-reads", Warning, true,
		"operations only read",
		"Without writes there is nothing that a read could get wrong.",
		"Mix writes into the workload, and see whether they were recorded."},
	onlyWrites: {"only-writes", Warning, true,
		"nothing was read",
		"What became of a write is seen by reads alone.",
		"Mix reads into the workload, and read everything once more at the end."},
	nothingRead: {"nothing-read", Warning, true,
		"no read returned anything that was written",
		"Reads and writes do not meet, so that no relation between them can be wrong. They may use different keys, or another representation of the values.",
		"Let reads and writes use the same keys, and record values as they were written."},

	timeoutAsFail: {"timeout-as-fail", Warning, false,
		"an operation that may write was recorded as :fail, with an error that leaves its outcome open",
		"A checker takes :fail for certain: it did not happen, and never will. After a timeout or a lost connection it may have happened; if it is read later, that looks like an aborted read.",
		"Record :info unless the error proves that nothing happened, as a refused connection or a conflict does."},
	failWasRead: {"fail-was-read", Warning, false,
		"the value of a write that failed was read",
		"Either the database let an aborted write be seen (G1a), or the client recorded :fail where the outcome was not known.",
		"Look at the error of the write. If it does not prove that nothing happened, record :info."},
	unwrittenReads: {"unwritten-reads", Warning, false,
		"a value was read that nobody wrote",
		"It is garbage, or state from before the test, or what a retry or an unrecorded client wrote. Checkers report it, or believe it, depending on the property.",
		"Start from an empty database, record every write, and compare how values are written down by writes and by reads."},
	initialValue: {"initial-value", Warning, false,
		"keys seem to begin with a value that nobody wrote",
		"Checkers assume nil as the initial value. Another one is a read from nowhere: a false alarm for registers, or lost dependencies for transactions.",
		"Tell the checker the initial value, let reads of it be recorded as nil, or write it in the history."},
	duplicateElements: {"duplicate-elements", Warning, false,
		"an element was added more than once",
		"When one of the two is lost or taken twice, nobody can tell which.",
		"Use every element once."},
	mixedKeys: {"mixed-keys", Warning, false,
		"a key occurs in several spellings, such as 1 and \"1\"",
		"They are different keys to a checker. If they are one to the database, reads seem not to see writes.",
		"Write keys down in one way, in particular after a detour through JSON."},
	completionDiffers: {"completion-differs", Warning, false,
		"an operation completed with another value than it was invoked with: other micro-ops, another key, or another value to write",
		"A client changes nothing but what its reads return. If it does, a checker has to choose which of the two to believe, and its verdict hangs on that.",
		"Copy the invocation's value and fill in what reads returned. Record a server's reply in a field of its own."},
	otherF: {"other-f", Warning, false,
		"an operation completed under another :f than it was invoked with",
		"Checkers look at one of the two, or refuse the history.",
		"Copy the invocation, and change its type and value only."},
	processReused: {"process-reused", Warning, false,
		"a process went on after one of its operations crashed",
		"The crashed operation may still take effect, so the process runs two at a time. Checks that order operations by process assume an order that is not there; Knossos refuses such a history.",
		"Give the client a new process number after :info, as Jepsen does."},
	clockBackwards: {"clock-backwards", Warning, false,
		"times run backwards",
		"Verdicts use the order of events, not times. If events were sorted, or merged from several machines, by such a clock, their order and so realtime order is wrong.",
		"Record events in one place, in the order in which they happen, with a monotonic clock."},
	noFinalRead: {"no-final-read", Warning, false,
		"elements were added after the last read of a set had begun",
		"Nobody could notice if these got lost.",
		"Read the set once more at the end, when the faults are over and the last add is done."},
	notDrained: {"not-drained", Warning, false,
		"elements were put in, not taken out, and the queue was never found empty afterwards",
		"An element that was not taken may be lost, or may still be there.",
		"Drain the queue at the end: take until it is empty."},
	neverOK: {"never-ok", Warning, false,
		"an operation never succeeded under some :f",
		"What it would have shown was not tested. Jepsen's stats calls such a history unknown.",
		"Look at its errors; it may be unsupported, or always too late."},
	oneProcess: {"one-process", Warning, false,
		"there is a single client",
		"One client at a time sees hardly any of the anomalies that checks look for.",
		"Run several clients at once."},
	noOverlap: {"no-overlap", Warning, false,
		"no two operations ran at the same time",
		"Faults of concurrency cannot show, and strict models say no more than weak ones.",
		"Run clients concurrently, and record an invocation before the operation begins, not after it ended."},
	idleFaults: {"idle-faults", Warning, false,
		"no client did anything while a fault lasted",
		"The fault was not tested.",
		"Let faults last longer than operations take, and keep clients running while they do."},
	faultsWithoutEffect: {"faults-without-effect", Warning, false,
		"the nemesis was active, but every operation that met a fault succeeded",
		"Perhaps the database is that good. Perhaps the faults did not reach the nodes that clients talk to.",
		"See whether the nemesis does what it says, and whether clients talk to the nodes that it harms."},
	manyInfos: {"many-infos", Warning, false,
		"a large share of operations has an unknown outcome",
		"Each may have happened or not, at any later time: searches become slow, and little can be refuted.",
		"Use longer timeouts or shorter faults, and record :fail where the error proves that nothing happened."},
	manyUnfinished: {"many-unfinished", Warning, false,
		"many operations have no completion",
		"They count as crashed. So many suggest that completions were not recorded, or that the history was cut off.",
		"Record how every operation ended, as :info if nothing is known."},
	noProcess: {"no-process", Warning, false,
		"ops do not name their process",
		"It is not known which completion belongs to which invocation, and process and realtime order are lost.",
		"Record :process."},
	noInvocations: {"no-invocations", Warning, false,
		"invocations are not recorded",
		"When operations began is not known, so realtime order is not used: stale reads and lost updates may go unnoticed.",
		"Record an :invoke before each operation begins."},
	indexOrder: {"index-order", Warning, false,
		"the :index of ops does not rise",
		"The order of the file is taken as the order of events. If the index is right, that is wrong.",
		"Write ops in the order of events."},
	timeOrder: {"time-order", Warning, false,
		"the order of the ops contradicts their :time",
		"The order of the ops is taken as the order of events. If the times are right, operations that ran at the same time seem to have run one after another, and checks demand too much.",
		"Write ops as they happen, or sort them by :time (--order time)."},

	repeatedValues: {"repeated-values", Note, false,
		"a value was written to the same register more than once",
		"This is legitimate, but a read then does not tell which write it saw: the search is slower and some faults go unnoticed.",
		"Write every value once if checks are slow."},
	retried: {"retried", Note, false,
		"a value was written again after the write of it had failed",
		"It counts as the later write's. If the first one took effect after all, nobody can tell.",
		"Give each attempt a value of its own."},
	unreadWrites: {"unread-writes", Note, false,
		"acknowledged writes were made after the last read of their key was over",
		"Nobody could have seen them, so nobody could notice if they got lost.",
		"Read every key once more at the end."},
	mixedValues: {"mixed-values", Note, false,
		"values are of several kinds, such as 1 and \"1\"",
		"They are different values to a checker. If they are one to the database, reads seem to be of what nobody wrote.",
		"Write values down in one way, in particular after a detour through JSON."},
	statusAsValue: {"status-as-value", Note, false,
		"an operation that did not succeed has its error as :value",
		"The value of the invocation counts.",
		"Record errors under :error."},
	failAfterWait: {"fail-after-wait", Note, false,
		"operations that may write failed after exactly the time that clients like to wait",
		"These may be timeouts, whose outcome is not known.",
		"See why they failed; record timeouts as :info."},
	clockJitter: {"clock-jitter", Note, false,
		"times run backwards by a few milliseconds",
		"Jepsen writes so where an invocation has the time that it was scheduled for. Verdicts use the order of events, not times.",
		"Nothing, if events are recorded in the order in which they happen."},
	nemesisIdle: {"nemesis-idle", Note, false,
		"there is a nemesis, but it never began a fault",
		"What is tested is a healthy system.",
		"See whether the nemesis ran to its first fault."},
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
