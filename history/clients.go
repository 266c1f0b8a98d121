package history

import (
	"fmt"
	"slices"
	"strings"
)

// nameClients makes clients of processes that have names instead of numbers. A name is a
// client's if it does what clients do: invoke or complete an operation that those with
// numbers invoke, too; or, if there are none, those names that complete one by ok or fail. So is
// one of several, such as worker-2, if it completes anything so. The nemesis never is one.
func (b *Builder) nameClients() {
	h := b.h
	if !slices.ContainsFunc(h.procs, func(name string) bool { return !isNemesis(name) }) {
		return
	}
	names, shared, last := b.actors()
	first := last + 1
	var number []Process // by name
	for id, a := range names {
		p := NoProcess
		switch name := h.procs[id]; {
		case !a.acts || isNemesis(name):
		case slices.ContainsFunc(a.fs, func(f Symbol) bool { return shared[f] }), a.completes && isOneOfSeveral(name):
			p = first + Process(len(h.clients))
			h.clients = append(h.clients, name)
		default:
			h.warn("named-process", a.n, fmt.Sprintf("the ops of process %q were ignored: it runs none of the clients' operations", name))
		}
		number = append(number, p)
	}
	if h.firstNamed = first; len(h.clients) == 0 {
		return
	}
	for i, p := range h.process {
		if p != NoProcess && !p.IsClient() && number[p-named(0)] != NoProcess {
			h.process[i] = number[p-named(0)]
		}
	}
	if b.seen.process > 0 {
		b.fault = b.pairAll()
	}
}

func isNemesis(name string) bool { return strings.HasPrefix(strings.ToLower(name), "nemesis") }

func isOneOfSeveral(name string) bool { return name[len(name)-1]-'0' <= 9 }

// An actor is what is seen of a process with a name.
type actor struct {
	n         int      // its ops
	acts      bool     // it invokes operations, or completes them by ok or fail
	completes bool     // the latter
	fs        []Symbol // its operations
}

// actors finds what processes with names do, which operations clients have for certain,
// and the largest number of a process.
func (b *Builder) actors() (names []actor, shared []bool, last Process) {
	h := b.h
	names = make([]actor, len(h.procs))
	shared = make([]bool, len(h.fs)+1)
	last = -1
	numbered := false
	for i, p := range h.process {
		switch {
		case p == NoProcess:
		case p.IsClient():
			numbered, last = true, max(last, p)
			shared[h.f[i]] = shared[h.f[i]] || h.typ[i] != Info
		default:
			a := &names[p-named(0)]
			a.n++
			a.acts = a.acts || h.typ[i] != Info
			a.completes = a.completes || h.typ[i] == OK || h.typ[i] == Fail
			if !slices.Contains(a.fs, h.f[i]) {
				a.fs = append(a.fs, h.f[i])
			}
		}
	}
	if !numbered {
		for id, a := range names {
			for _, f := range a.fs {
				shared[f] = shared[f] || a.completes && !isNemesis(h.procs[id])
			}
		}
	}
	return names, shared, last
}
