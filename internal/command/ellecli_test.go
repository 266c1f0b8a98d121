package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The histories that elle-cli is tested with get its verdicts, but for one: a counter
// that nobody read is unknown here.
func TestElleCLI(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "elle-cli")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no corpus: %v", err)
	}
	for _, c := range []struct{ args, files, want string }{
		{"-m rw-register", "elle/rw-register.edn elle/rw-register.json", "true"},
		{"-m list-append", "elle/paper-example.edn elle/paper-example.json", "false"},
		{"-m list-append -c serializable", "elle/list-append-gh-30.edn", "false"},
		{"-m counter", "jepsen/counter.edn jepsen/counter.json", "unknown"},
		{"-m set-full", "jepsen/set_full.edn jepsen/set_full.json", "false"},
		{"-m set", "jepsen/set.edn", "true"},
		{"-m bank", "jepsen/bank.edn jepsen/bank.json", "true"},
		{"-m bank", "jepsen/bank-tidb.edn jepsen/bank-negative-balances.json", "false"},
		{"-m bank -n", "jepsen/bank-negative-balances.json", "true"},
		{"-m long-fork -g 3", "jepsen/long-fork.edn", "false"},
		{"-m long-fork -g 2", "jepsen/long-fork.edn", "unknown"},
	} {
		for _, file := range strings.Fields(c.files) {
			got := runWith(t.Context(), nil, append(append([]string{"elle-cli"}, strings.Fields(c.args)...), filepath.Join(dir, file))...)
			if !strings.HasSuffix(got.out, file+" \t "+c.want+"\n") {
				t.Errorf("%s %s: %q, %q, want %s", c.args, file, got.out, got.err, c.want)
			}
		}
	}
}
