package history

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Processes with names are clients if they act like some.
func TestNamedClients(t *testing.T) {
	for _, tt := range []struct {
		name, ops string
		clients   string // of which process each op is a client's, - for none
		warnings  string
		err       string
	}{
		{"all names", "ic0 ic1 oc0 fc1", "c0 c1 c0 c1", "", ""},
		{"with a nemesis", "ic0 nnemesis/kill oc0 nnemesis/kill inemesis/stop", "c0 - c0 - -", "", ""},
		{"all have timed out", "ic0/r oc0/r ic1/r nc1/r ic2/w nc2/w", "c0 c0 c1 c1 - -", "named-process=2", ""},
		{"none has completed", "ic0/r nc0/r", "- -", "named-process=2", ""},
		{"among numbers", "i0/r o0/r iadmin/r oadmin/r", "0 0 admin admin", "", ""},
		{"of other operations", "i0/r o0/r iadmin/add oadmin/add nlog/r", "0 0 - - -", "named-process=2", ""},
		{"one of several", "i0/r o0/r iw1/w ow1/w iw2/x nw2/x", "0 0 w1 w1 - -", "named-process=2", ""},
		{"completions only", "oc0 oc1 nc1", "c0 c1 c1", "no-invocations=3", ""},
		{"invoked twice", "ic0 ic0 oc0", "", "", "h:2:1: process c0 invoked twice: expected a completion of its op 0 (line 1) before op 1"},
		{"completes nothing", "ic0 oc0 oc1", "", "", "h:3:1: op 2 completes nothing: expected an invocation of process c1 before it"},
		{"unfinished", "ic0 oc0 ic1", "c0 c0 c1", "unfinished=1", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, err := ordered(AutoOrder, noted(tt.ops))
			if err != nil || tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Fatalf("got %v, want %s", err, tt.err)
				}
				return
			}
			var clients []string
			for i := range h.Len() {
				name := "-"
				if p := h.Process(i); p.IsClient() {
					name = h.ProcessName(p)
				}
				clients = append(clients, name)
			}
			got := strings.ReplaceAll(strings.ReplaceAll(warnings(h), fmt.Sprintf("no-index=%d", h.Len()), ""), fmt.Sprintf("no-time=%d", h.Len()), "")
			if got = strings.Join(strings.Fields(got), " "); got != tt.warnings || strings.Join(clients, " ") != tt.clients {
				t.Errorf("clients %s, warnings %s; want %s, %s", clients, got, tt.clients, tt.warnings)
			}
		})
	}
}

// Clients with names pair as they would with numbers, if one completes something.
func TestNamedPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numbers, names := []Row{}, []Row{}
		completes, acts := false, map[int64]bool{}
		for _, e := range genEntries(t) {
			r := Row{Type: e.Type, Process: Process(e.Process), HasProcess: true}
			if e.Nemesis {
				r.Process, r.ProcessName = NoProcess, []byte("nemesis")
			} else {
				acts[e.Process] = acts[e.Process] || e.Type != Info
				completes = completes || e.Type == OK || e.Type == Fail
			}
			numbers = append(numbers, r)
			if !e.Nemesis {
				r.Process, r.ProcessName = NoProcess, fmt.Appendf(nil, "c%d", e.Process)
			}
			names = append(names, r)
		}
		if slices.Contains(slices.Collect(maps.Values(acts)), false) || !completes {
			return
		}
		want, wantErr := ordered(AutoOrder, numbers)
		got, err := ordered(AutoOrder, names)
		if (err == nil) != (wantErr == nil) || err != nil && strings.ReplaceAll(err.Error(), "process c", "process ") != wantErr.Error() {
			t.Fatalf("got %v, want %v", err, wantErr)
		}
		if err == nil && (!slices.Equal(pairs(got), pairs(want)) || warnings(got) != warnings(want)) {
			t.Fatalf("got %v %s, want %v %s", pairs(got), warnings(got), pairs(want), warnings(want))
		}
	})
}

// Infos that complete nothing are left out.
func TestLoneInfos(t *testing.T) {
	for _, tt := range []struct {
		name, ops string
		pairs     []int
		warnings  string
	}{
		{"of nobody", "n1/log i0/w o0/w n1/log n0/log", []int{-1, 2, 1, -1, -1}, "lone-info=3"},
		{"inside of an operation", "i0/w n0/log n0/log o0/w", []int{3, -1, -1, 0}, "lone-info=2"},
		{"instead of a completion", "i0/w n0/timeout i0/w o0/w", []int{1, 0, 3, 2}, ""},
		{"the second is one", "i0/w n0/log n0/timeout i0/w o0/w", []int{2, -1, 0, 4, 3}, "lone-info=1"},
		{"perhaps an end", "i0/w o0/w n1/w", []int{1, 0, -1}, "info-without-invocation=1"},
		{"both", "i0/w o0/w n1/w n1/log", []int{1, 0, -1, -1}, "info-without-invocation=1 lone-info=1"},
		{"at the end", "i0/w n0/log", []int{-1, -1}, "lone-info=1 unfinished=1"},
	} {
		rows := noted(tt.ops)
		for i := range rows {
			rows[i].Index, rows[i].HasIndex, rows[i].Time, rows[i].HasTime = int64(i), true, int64(i), true
		}
		h, err := ordered(AutoOrder, rows)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if !slices.Equal(pairs(h), tt.pairs) || warnings(h) != tt.warnings {
			t.Errorf("%s: got %v %s, want %v %s", tt.name, pairs(h), warnings(h), tt.pairs, tt.warnings)
		}
	}
}
