package render

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-c33ae711/jcheck/elle"
)

func TestModels(t *testing.T) {
	dot, err := ModelDOT(elle.Models())
	if err != nil {
		t.Fatal(err)
	}
	for path, got := range map[string]string{
		"testdata/models.txt": ModelTable(elle.Models()),
		"testdata/models.dot": string(dot) + "\n",
	} {
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s differs; run with -update to bless it:\n%s", path, diff)
		}
	}
}
