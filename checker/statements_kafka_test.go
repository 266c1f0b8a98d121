package checker_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// kafkaSentences are those of the check of logs.
func kafkaSentences() []sentence {
	const met = `key (.+?): (one op|a process) (polled|sent) message (.+?) and then(, in a later op,)? `
	return []sentence{
		says("kafka", `key (.+?): message (.+) was polled, but nobody sent it`, onLogs(garbage)),
		says("kafka", `key (.+?): message (.+) must be in the log at index (\d+), but no successful poll returned it, though polls reached index (\d+)`, onLogs(lostMessage)),
		says("kafka", `key (.+?): message (.+) was polled, but the op that sent it failed`, onLogs(abortedRead)),
		says("kafka", `key (.+?): offset (-?\d+) holds different messages: (.+)`, onLogs(conflicting)),
		says("kafka", `key (.+?): message (.+) appears at several offsets: (.+)`, onLogs(scattered)),
		says("kafka", `key (.+?): a txn polled message (.+), which it sent itself and had not committed yet`, onLogs(precommitted)),
		says("kafka", met+`(.+), but (.+) (?:is|are) between them in the log`, onLogs(skipping)),
		says("kafka", met+`the same message (again)`, onLogs(goingBack)),
		says("kafka", met+`(.+), which is at the (same) offset`, onLogs(goingBack)),
		says("kafka", met+`(.+), which is (\d+) places? before it in the log`, onLogs(goingBack)),
		says("kafka", `key (.+?): no successful poll returned (\d+) acknowledged messages?: (.+?)(?:; nor (\d+) of other keys)?`, onLogs(unseen)),
		says("kafka", `no op depends on another or precedes one, so nothing was tested`, func(c *claim, _ []string) string { return first(c.counts(1), c.shows(0)) }),
		says("kafka", `(\d+) ops depend on each other in a cycle, where each in turn (.+)`, onLogs(cyclic)),
	}
}

// A message is what an op sent or polled. The offset is absent if it is not known.
type message struct{ key, value, offset string }

func (m message) is() message { return message{m.key, m.value, ""} }

// A logOp is an op that sends or polls.
type logOp struct {
	*rawOp
	sends, polls []message
}

// logs are the ops of clients of logs, and what they show of them.
type logs struct {
	*claim
	all    []*logOp                      // in the order of completions
	by     map[int]*logOp                // by position
	polled map[message]bool              // by an ok op
	sent   map[message][]*logOp          // by message
	at     map[string]map[int64][]string // by key and offset: values
	where  map[message][]int             // places that were looked up
}

func onLogs(judge func(l *logs, m []string) string) func(c *claim, m []string) string {
	return func(c *claim, m []string) string { return judge(c.logs(), m) }
}

func keyText(v edn.Value) string { return strings.Trim(v.String(), `"`) }

func (c *claim) logs() *logs {
	l := &logs{claim: c, by: map[int]*logOp{}, polled: map[message]bool{}, sent: map[message][]*logOp{}, at: map[string]map[int64][]string{}, where: map[message][]int{}}
	for i := range c.ops {
		o := &c.ops[i]
		if !o.client || !slices.Contains([]string{"send", "poll", "txn"}, o.f) || o.typ == history.Invoke && o.done >= 0 {
			continue
		}
		op := &logOp{rawOp: o}
		value, invoked := o.v, o.typ == history.Invoke
		if o.v.IsNil() && o.inv != o.at {
			value, invoked = c.ops[o.inv].v, true
		}
		op.read(value, invoked)
		l.all, l.by[o.at] = append(l.all, op), op
		for _, m := range op.sends {
			l.sent[m.is()] = append(l.sent[m.is()], op)
		}
		for _, m := range op.polls {
			l.polled[m.is()] = l.polled[m.is()] || o.ok()
		}
	}
	for _, op := range l.all {
		for _, m := range op.polls {
			l.see(m)
		}
		for _, m := range op.sends {
			if l.committed(op) {
				l.see(m)
			}
		}
	}
	return l
}

func (o *logOp) read(value edn.Value, invoked bool) {
	for _, mop := range items(value) {
		parts := items(mop)
		switch name, _ := parts[0].Name(); {
		case name == "send":
			m := message{keyText(parts[1]), parts[2].String(), ""}
			if pair := items(parts[2]); parts[2].Kind() == edn.Vector {
				m.value, m.offset = pair[1].String(), offsetText(pair[0])
			}
			o.sends = append(o.sends, m)
		case len(parts) > 1 && parts[1].Kind() == edn.Map && !invoked:
			s := parts[1].Scanner()
			for s.Next(); s.Datum() != edn.Close; {
				key := keyText(s.Value())
				s.Datum()
				for _, x := range items(s.Value()) {
					o.polls = append(o.polls, message{key, items(x)[1].String(), offsetText(items(x)[0])})
				}
			}
		}
	}
}

func offsetText(v edn.Value) string {
	if v.IsNil() {
		return ""
	}
	return v.String()
}

// committed reports whether an op must have taken effect.
func (l *logs) committed(o *logOp) bool {
	return o.ok() || o.typ != history.Fail && slices.ContainsFunc(o.sends, func(m message) bool { return l.polled[m.is()] })
}

func (l *logs) see(m message) {
	if m.offset == "" {
		return
	}
	if l.at[m.key] == nil {
		l.at[m.key] = map[int64][]string{}
	}
	if at := l.at[m.key]; !slices.Contains(at[number(m.offset)], m.value) {
		at[number(m.offset)] = append(at[number(m.offset)], m.value)
	}
}

// log is a key's log: the values at each of its offsets.
func (l *logs) log(key string) (values [][]string, offsets []int64) {
	for at := range l.at[key] {
		offsets = append(offsets, at)
	}
	slices.Sort(offsets)
	for _, at := range offsets {
		values = append(values, l.at[key][at])
	}
	return values, offsets
}

// places are where in its log a message is.
func (l *logs) places(m message) (at []int) {
	if at, known := l.where[m]; known {
		return at
	}
	defer func() { l.where[m] = at }()
	values, _ := l.log(m.key)
	for i, vs := range values {
		if slices.Contains(vs, m.value) {
			at = append(at, i)
		}
	}
	return at
}

// follows reports whether b stands right behind a place of a, at its last place.
func (l *logs) follows(a, b message) bool {
	at := l.places(b)
	return slices.Contains(l.places(a), at[len(at)-1]-1)
}

func (l *logs) messages() map[message]bool {
	all := map[message]bool{}
	for _, o := range l.all {
		for _, m := range slices.Concat(o.sends, o.polls) {
			all[m.is()] = true
		}
	}
	return all
}

func (l *logs) number(is func(m message) bool) (n int) {
	for m := range l.messages() {
		if is(m) {
			n++
		}
	}
	return n
}

func holds(list []message, m message) bool {
	return slices.ContainsFunc(list, func(x message) bool { return x.is() == m })
}

func (l *logs) polls(at int, m message) bool { return l.by[at] != nil && holds(l.by[at].polls, m) }
func (l *logs) sends(at int, m message) bool { return l.by[at] != nil && holds(l.by[at].sends, m) }

func garbage(l *logs, m []string) string {
	it := message{strings.Trim(m[1], `"`), m[2], ""}
	n := l.number(func(m message) bool {
		return l.sent[m] == nil && slices.ContainsFunc(l.all, func(o *logOp) bool { return holds(o.polls, m) })
	})
	return first(l.counts(n), l.shows(1), unless(l.sent[it] == nil, "it was sent"), unless(l.polls(l.Ops[0], it), "the op does not poll it"))
}

// reach is the last index that ok polls reached in a log.
func (l *logs) reach(key string) int {
	reached := -1
	for m, is := range l.polled {
		if at := l.places(m); is && m.key == key && len(at) > 0 {
			reached = max(reached, at[0])
		}
	}
	return reached
}

func lostMessage(l *logs, m []string) string {
	it := message{strings.Trim(m[1], `"`), m[2], ""}
	lost := func(m message) bool {
		at := l.places(m)
		return !l.polled[m] && len(at) > 0 && at[len(at)-1] <= l.reach(m.key) && slices.ContainsFunc(l.sent[m], l.committed)
	}
	wrong := first(l.counts(l.number(lost)), unless(lost(it), "it is not lost"))
	if wrong != "" {
		return wrong
	}
	reached, far := l.reach(it.key), len(l.Ops) == 1
	for _, x := range l.by[l.Ops[len(l.Ops)-1]].polls {
		far = far || x.key == it.key && slices.Contains(l.places(x), reached)
	}
	return first(unless(l.places(it)[0] == int(number(m[3])) && reached == int(number(m[4])), "it is at %v, and polls reached %d", l.places(it), reached),
		unless(l.sends(l.Ops[0], it) && l.committed(l.by[l.Ops[0]]), "the first op did not send it"), unless(far, "the last op does not poll that far"))
}

func abortedRead(l *logs, m []string) string {
	it := message{strings.Trim(m[1], `"`), m[2], ""}
	aborted := func(m message) bool {
		return len(l.sent[m]) > 0 && !slices.ContainsFunc(l.sent[m], func(o *logOp) bool { return o.typ != history.Fail })
	}
	n := 0
	for _, o := range l.all {
		for _, m := range o.polls {
			if o.ok() && aborted(m.is()) {
				n++
			}
		}
	}
	return first(l.counts(n), l.shows(2), unless(aborted(it) && l.sends(l.Ops[0], it) && l.op(0).typ == history.Fail, "the first op did not send it and fail"),
		unless(l.polls(l.Ops[1], it) && l.op(1).ok(), "the second op did not poll it"))
}

// shown reports whether an op shows a message at an offset.
func (l *logs) shown(op int, key, value, offset string) bool {
	return slices.Contains(slices.Concat(l.by[op].sends, l.by[op].polls), message{key, value, offset})
}

func conflicting(l *logs, m []string) string {
	n := 0
	for _, at := range l.at {
		for _, values := range at {
			if len(values) > 1 {
				n++
			}
		}
	}
	key, listing := strings.Trim(m[1], `"`), split(m[3])
	here := l.at[key][number(m[2])]
	bad := ""
	for _, op := range l.Ops {
		bad = first(bad, unless(slices.ContainsFunc(listing[:2], func(v string) bool { return l.shown(op, key, v, m[2]) }), "op %d does not show one of the first", op))
	}
	return first(l.counts(n), listed(m[3], here), bad, unless(len(here) > 1 && len(l.Ops) > 0, "there is one message"))
}

func scattered(l *logs, m []string) string {
	key, values := strings.Trim(m[1], `"`), []string{}
	n := l.number(func(m message) bool { return len(l.places(m)) > 1 })
	_, offsets := l.log(key)
	for _, at := range l.places(message{key, m[2], ""}) {
		values = append(values, fmt.Sprint(offsets[at]))
	}
	bad := ""
	for _, op := range l.Ops {
		bad = first(bad, unless(slices.ContainsFunc(values[:2], func(at string) bool { return l.shown(op, key, m[2], at) }), "op %d does not show it there", op))
	}
	return first(l.counts(n), listed(m[3], values), bad)
}

func precommitted(l *logs, m []string) string {
	n := 0
	for _, o := range l.all {
		if o.f == "txn" && slices.ContainsFunc(o.sends, func(m message) bool { return holds(o.polls, m.is()) }) {
			n++
		}
	}
	it := message{strings.Trim(m[1], `"`), m[2], ""}
	return first(l.counts(n), l.shows(1), unless(l.op(0).f == "txn" && l.sends(l.Ops[0], it) && l.polls(l.Ops[0], it), "it did not"))
}

// A met is two messages of a key that somebody met one after the other, and their distance.
type met struct {
	from, to message
	ops      []int
	delta    int
}

func (l *logs) meeting(from, to message, ops ...int) met {
	m := met{from.is(), to.is(), ops, 1}
	if a, b := l.places(m.from), l.places(m.to); len(a) > 0 && len(b) > 0 {
		m.delta = b[len(b)-1] - a[len(a)-1]
	}
	return m
}

// meetings are what single ops met, or else processes from op to op.
func (l *logs) meetings(within, polled bool) (out []met) {
	of := func(o *logOp) []message {
		if polled {
			return o.polls
		}
		return o.sends
	}
	if within {
		for _, o := range l.all {
			last := map[string]message{}
			for _, m := range of(o) {
				if from, met := last[m.key]; met {
					out = append(out, l.meeting(from, m, o.at))
				}
				last[m.key] = m
			}
		}
		return out
	}
	type place struct {
		m  message
		op int
	}
	at := map[history.Process]map[string]place{}
	for i := range l.ops {
		r := &l.ops[i]
		if r.client && (r.f == "assign" || r.f == "subscribe") && r.typ != history.Invoke && r.typ != history.Fail {
			kept, before := map[string]place{}, at[r.process]
			for _, k := range items(r.v) {
				if p, has := before[keyText(k)]; has {
					kept[keyText(k)] = p
				}
			}
			at[r.process] = kept
		}
		o := l.by[i]
		if o == nil || !polled && o.typ == history.Fail {
			continue
		}
		seen := map[string]bool{}
		for _, m := range of(o) {
			if p, has := at[o.process][m.key]; has && !seen[m.key] {
				out = append(out, l.meeting(p.m, m, p.op, i))
			}
			seen[m.key] = true
		}
		for _, m := range of(o) {
			if at[o.process] == nil {
				at[o.process] = map[string]place{}
			}
			if o.ok() || !polled {
				at[o.process][m.key] = place{m, i}
			}
		}
	}
	return out
}

// jump finds the jump that a sentence is about, and counts those like it.
func (l *logs) jump(m []string, to string, like func(delta int) bool) (shown met, complaint string) {
	all := l.meetings(m[2] == "one op", m[3] == "polled")
	n, found := 0, false
	for _, x := range all {
		if !like(x.delta) {
			continue
		}
		n++
		if x.from == (message{strings.Trim(m[1], `"`), m[4], ""}) && x.to == (message{strings.Trim(m[1], `"`), to, ""}) && slices.Equal(x.ops, l.Ops) {
			shown, found = x, true
		}
	}
	return shown, first(unless(l.forgiven() || l.counts(n) == "", "there are %d cases", n), unless(found, "nobody did that"), unless((m[5] == "") == (len(l.Ops) == 1), "there are %d ops", len(l.Ops)))
}

// forgiven reports whether some jumps do not count since keys were given anew.
func (l *logs) forgiven() bool {
	return slices.ContainsFunc(l.ops, func(o rawOp) bool { return field(l.claim, o.at, "rebalance-log") != "nil" })
}

func skipping(l *logs, m []string) string {
	x, wrong := l.jump(m, m[6], func(delta int) bool { return delta > 1 })
	if wrong != "" {
		return wrong
	}
	log, _ := l.log(x.from.key)
	from := l.places(x.from)
	between := log[from[len(from)-1]+1:][:x.delta-1]
	var least []string
	for _, values := range between {
		slices.SortFunc(values, func(a, b string) int { return edn.Compare(edn.MustParse(a), edn.MustParse(b)) })
		least = append(least, values[0])
	}
	return listed(m[7], least)
}

func goingBack(l *logs, m []string) string {
	to, by := m[6], 0
	switch {
	case m[6] == "again":
		to = m[4]
	case m[7] != "same":
		by = int(number(m[7]))
	}
	x, wrong := l.jump(m, to, func(delta int) bool { return delta < 1 })
	return first(wrong, unless(-x.delta == by, "it is %d places behind", x.delta))
}

func unseen(l *logs, m []string) string {
	key := strings.Trim(m[1], `"`)
	missing := func(m message) bool {
		return !l.polled[m] && slices.ContainsFunc(l.sent[m], func(o *logOp) bool { return o.ok() })
	}
	var here []string
	for m := range l.messages() {
		if m.key == key && missing(m) {
			here = append(here, m.value)
		}
	}
	n, last := l.number(missing), -1
	for _, o := range l.all {
		if o.ok() {
			last = o.at
		}
	}
	return first(l.counts(n), listed(m[3], here), unless(len(here) == int(number(m[2])) && n-len(here) == int(number(m[4])), "there are %d, and %d of others", len(here), n-len(here)),
		unless(l.sends(l.Ops[0], message{key, split(m[3])[0], ""}), "the first op did not send the first"), unless(l.Ops[len(l.Ops)-1] == last, "the last ok op is %d", last))
}

var cycleSteps = regexp.MustCompile(`^(?:sent message (.+) of key (.+), right before message (.+) of the next in the log|sent message (.+) of key (.+), which the next polled|completed before the next was invoked)$`)

func cyclic(l *logs, m []string) string {
	steps := strings.Split(m[2], "; ")
	if len(steps) != len(l.Ops) || number(m[1]) != int64(len(steps)) {
		return fmt.Sprintf("there are %d steps", len(steps))
	}
	for i, step := range steps {
		from, to := l.Ops[i], l.Ops[(i+1)%len(steps)]
		s := cycleSteps.FindStringSubmatch(step)
		wrong := ""
		switch {
		case s == nil:
			return "no expression knows: " + step
		case s[1] != "":
			a, b := message{strings.Trim(s[2], `"`), s[1], ""}, message{strings.Trim(s[2], `"`), s[3], ""}
			wrong = unless(l.sends(from, a) && l.sends(to, b) && l.follows(a, b), "they did not follow each other")
		case s[4] != "":
			it := message{strings.Trim(s[5], `"`), s[4], ""}
			wrong = unless(l.sends(from, it) && l.polls(to, it), "it was not polled")
		default:
			wrong = unless(l.ops[from].ok() && from < l.ops[to].inv, "it did not complete before")
		}
		if wrong != "" {
			return step + ": " + wrong
		}
	}
	return unless(l.Count > 0, "there is none")
}
