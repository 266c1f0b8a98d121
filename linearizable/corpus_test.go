package linearizable_test

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// corpusDir holds histories with known verdicts. It is not part of the project,
// so a clone alone does without.
const corpusDir = "../../shared/corpus"

func judge(t *testing.T, file, model string) *linearizable.Result {
	t.Helper()
	h, err := format.ReadFile(context.Background(), file, format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	init := ""
	if model == "multi-register" {
		init = "{:x 0, :y 0}"
	}
	m, err := linearizable.ByName(model, init)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	res, err := linearizable.Check(ctx, h, m, linearizable.Options{Knossos: true, Witness: true})
	if err != nil {
		t.Errorf("%s: %v", file, err)
		return nil
	}
	if d := time.Since(began); d > time.Second {
		t.Logf("%s took %v", file, d)
	}
	return res
}

// TestPublicHistories: the data sets of Knossos and Porcupine.
func TestPublicHistories(t *testing.T) {
	f, err := os.Open(filepath.Join(corpusDir, "linearizable/verdicts.tsv"))
	if err != nil {
		t.Skip("the corpus is not here")
	}
	defer f.Close()
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		cells := strings.Split(lines.Text(), "\t")
		if len(cells) != 3 || cells[0] == "file" {
			continue
		}
		want, err := strconv.ParseBool(cells[2])
		if err != nil {
			continue
		}
		model := cells[1]
		if strings.HasPrefix(cells[0], "etcd/") {
			model = "etcd"
		}
		if strings.HasPrefix(cells[0], "kv/") {
			model = "kv"
		}
		res := judge(t, filepath.Join(corpusDir, "linearizable", cells[0]), model)
		if res == nil {
			continue
		}
		n++
		if vacuous(res) && want {
			continue // any object would do, so that we do not judge
		}
		if res.Valid == verdict.Unknown || (res.Valid == verdict.Valid) != want {
			t.Errorf("%s: %v %s, want %v", cells[0], res.Valid, res.Reason, want)
		}
	}
	t.Log(n)
}

// vacuous reports whether nothing was judged for any object.
func vacuous(res *linearizable.Result) bool {
	return !slices.ContainsFunc(res.Parts, func(p linearizable.Part) bool { return !p.Vacuous })
}

// knossosModels are the models by the names that the recorded verdicts have.
var knossosModels = map[string]string{
	"register": "register", "cas-register": "cas-register", "mutex": "mutex",
	"lin-fifo-queue": "fifo-queue", "lin-queue": "unordered-queue",
}

// TestKnossos: what Knossos said.
func TestKnossos(t *testing.T) {
	type row struct {
		File, Checker, Opts string
		Valid               any
		Result              string
	}
	n := 0
	for _, row := range histtest.Index[row](t, "..") {
		model, ok := knossosModels[row.Checker]
		if !ok {
			continue
		}
		res := judge(t, filepath.Join(corpusDir, "oracle", row.File), model)
		if res == nil {
			continue
		}
		n++
		if vacuous(res) && row.Valid == true {
			continue
		}
		if res.Valid == verdict.Unknown {
			t.Errorf("%s: unknown: %s", row.File, res.Reason)
		}
		want, known := row.Valid.(bool)
		if !known {
			confirm(t, row.File, model, res)
		} else if (res.Valid == verdict.Valid) != want {
			t.Errorf("%s %s: %v, Knossos says %v", row.File, row.Checker, res.Valid, want)
		}
	}
	t.Log(n)
}

// confirm compares with Porcupine what Knossos did not know.
func confirm(t *testing.T, file, model string, res *linearizable.Result) {
	t.Helper()
	m, err := linearizable.ByName(model, "")
	if err != nil {
		t.Fatal(err)
	}
	theirs, ops, err := linearizable.ToPorcupine(res.History, m, linearizable.Options{Knossos: true})
	if err != nil {
		t.Fatal(err)
	}
	if res.Valid != verdict.Valid {
		// The whole would take Porcupine long; a part of it that is as bad does not.
		part := slices.IndexFunc(res.Parts, func(p linearizable.Part) bool { return p.Valid == verdict.Invalid })
		kept, _, err := linearizable.Shrink(context.Background(), res, m, &res.Parts[part], linearizable.Options{})
		if err != nil {
			t.Fatal(err)
		}
		ops = slices.DeleteFunc(ops, func(op porcupine.Operation) bool { return !slices.Contains(kept, op.Metadata.(int)) })
		if len(ops) == 0 || porcupine.CheckOperations(theirs, ops) {
			t.Errorf("%s: we say %v, but Porcupine finds nothing wrong with %d operations of it", file, res.Valid, len(ops))
		}
		return
	}
	for _, part := range theirs.Partition(ops) {
		replay(t, file, theirs, part, res)
	}
}

// replay checks with Porcupine's model that what we show is a linearization of the
// operations of a part.
func replay(t *testing.T, file string, m porcupine.Model, ops []porcupine.Operation, res *linearizable.Result) {
	t.Helper()
	byOp := map[int]porcupine.Operation{}
	for _, op := range ops {
		byOp[op.Metadata.(int)] = op
	}
	state, latest := m.Init(), int64(-1)
	for _, p := range res.Parts {
		for _, op := range p.Witness {
			o, ok := byOp[op]
			if !ok {
				continue // of another part
			}
			delete(byOp, op)
			if ok, state = m.Step(state, o.Input, o.Output); !ok {
				t.Fatalf("%s: op %d is impossible where our linearization has it", file, op)
			}
			if latest = max(latest, o.Call); o.Return < latest {
				t.Fatalf("%s: op %d takes effect after its return", file, op)
			}
		}
	}
	for op := range byOp {
		if h := res.History; h.Type(op) == history.OK && h.F(op) != "read" {
			t.Errorf("%s: op %d is not in our linearization", file, op)
		}
	}
}

// TestCulprits: the op at which Knossos fails, and the one that completed before.
func TestCulprits(t *testing.T) {
	for _, c := range []struct {
		file, model    string
		op, previousOK int
	}{
		{"cas-register/bad/bad-analysis", "cas-register", 14, 11},
		{"cas-register/bad/cas-failure", "cas-register", 491, 478},
		{"cas-register/bad/immediate-failure", "cas-register", 3, -1},
		{"cas-register/bad/mongodb-v0-ack-rollback-6", "cas-register", 811, 531},
		{"cas-register/bad/rethink-fail-minimal", "cas-register", 4, 1},
		{"cas-register/bad/rethink-fail", "cas-register", 217, -2},
		{"cas-register/bad/rethink-fail-smaller", "cas-register", 217, -2},
		{"mutex/bad/etcd", "mutex", 1119, 1110},
	} {
		file := filepath.Join(corpusDir, "linearizable/knossos", c.file+".edn")
		if _, err := os.Stat(file); err != nil {
			t.Skip("the corpus is not here: ", err)
		}
		res := judge(t, file, c.model)
		p := &res.Parts[0]
		if p.Culprit != c.op || c.previousOK > -2 && p.PreviousOK != c.previousOK {
			t.Errorf("%s: fails at op %d after %d, Knossos at %d after %d", c.file, p.Culprit, p.PreviousOK, c.op, c.previousOK)
		}
	}
}
