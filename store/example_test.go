package store_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/store"
)

// A run is recorded while it happens, and found again by its name.
func Example() {
	root, err := os.MkdirTemp("", "store")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(root)

	r, err := store.Record(root, edn.MustParse(`{:name "register", :start-time "20210102T030405.006Z"}`), store.WriterOptions{})
	if err != nil {
		log.Fatal(err)
	}
	for _, op := range []string{
		"{:index 0, :time 17, :type :invoke, :process 0, :f :write, :value 3}",
		"{:index 1, :time 29, :type :ok, :process 0, :f :write, :value 3}",
	} {
		if err := r.Add(edn.MustParse(op)); err != nil {
			log.Fatal(err)
		}
	}
	if err := r.EndHistory(); err != nil {
		log.Fatal(err)
	}
	if err := r.SaveResults(edn.MustParse("{:valid? true}")); err != nil {
		log.Fatal(err)
	}
	if err := r.Close(); err != nil {
		log.Fatal(err)
	}

	dir, err := store.Find(root, "register")
	if err != nil {
		log.Fatal(err)
	}
	run, err := store.OpenRun(dir)
	if err != nil {
		log.Fatal(err)
	}
	defer run.Close()
	h, err := run.History(context.Background(), store.Options{})
	if err != nil {
		log.Fatal(err)
	}
	v, _, err := run.Verdict()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(filepath.Base(dir), h.Len(), "ops", v)
	// Output: 20210102T030405.006Z 2 ops true
}

// The results of another analysis stand beside a run that cannot take them, too.
func ExampleSaveResults() {
	dir, err := os.MkdirTemp("", "run")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "history.edn"), []byte("{:type :ok, :process 0, :f :read, :value 1}\n"), 0o666); err != nil {
		log.Fatal(err)
	}

	err = store.SaveResults(dir, edn.MustParse("{:valid? :unknown}"))
	if _, beside := err.(*store.AppendError); err != nil && !beside {
		log.Fatal(err)
	}
	run, err := store.OpenRun(dir)
	if err != nil {
		log.Fatal(err)
	}
	defer run.Close()
	results, err := run.Results()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(results)
	// Output: {:valid? :unknown}
}

// A run is judged, and what was found stored with it as jcheck analyze does.
func ExampleSaveAnalysis() {
	ctx := context.Background()
	root, err := os.MkdirTemp("", "store")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(root)
	r, err := store.Record(root, edn.MustParse(`{:name "ids", :start-time #clj-time/date-time "2021-01-02T03:04:05.000Z"}`), store.WriterOptions{})
	if err != nil {
		log.Fatal(err)
	}
	for _, op := range []string{
		"{:index 0, :time 0, :type :invoke, :process 0, :f :generate, :value nil}",
		"{:index 1, :time 9, :type :ok, :process 0, :f :generate, :value 7}",
	} {
		if err := r.Add(edn.MustParse(op)); err != nil {
			log.Fatal(err)
		}
	}
	if err := errors.Join(r.EndHistory(), r.Close()); err != nil {
		log.Fatal(err)
	}

	run, err := store.OpenRun(r.Dir)
	if err != nil {
		log.Fatal(err)
	}
	defer run.Close()
	h, err := run.History(ctx, store.Options{})
	if err != nil {
		log.Fatal(err)
	}
	res, err := checker.RunFitting(ctx, h.History, checker.Options{Keyed: h.Tuples})
	if err != nil {
		log.Fatal(err)
	}
	text, err := render.EDN(nil, checker.Composed(res))
	if err != nil {
		log.Fatal(err)
	}
	err = store.SaveAnalysis(ctx, r.Dir, store.Analysis{Results: edn.MustParse(string(text))})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(text))
	// Output: {:valid? true, :stats {:valid? true, :count 1, :ok-count 1, :fail-count 0, :info-count 0, :by-f {:generate {:valid? true, :count 1, :ok-count 1, :fail-count 0, :info-count 0}}}, :exceptions {:valid? true}, :workload {:valid? true, :attempted-count 1, :acknowledged-count 1, :duplicated-count 0, :duplicated {}, :range [7 7]}}
}
