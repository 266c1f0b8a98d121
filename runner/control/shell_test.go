//go:build unix

package control

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"
)

// local is a shell on a node that is a directory.
func local(t *testing.T) (Shell, string) {
	t.Helper()
	dir := t.TempDir()
	return NewShell(connect(t, Local{Dir: dir}, Spec{Node: "n1"}), "n1", ""), filepath.Join(dir, "n1")
}

// everywhere runs a test on each kind of remote.
func everywhere(t *testing.T, test func(t *testing.T, sh Shell, dir string)) {
	t.Run("local", func(t *testing.T) {
		sh, dir := local(t)
		test(t, sh, dir)
	})
	t.Run("ssh", func(t *testing.T) {
		s, r := simple(t)
		dir := t.TempDir()
		test(t, NewShell(connect(t, r, s.spec()), "n1", "alice").Cd(dir), dir)
	})
}

func TestRun(t *testing.T) {
	everywhere(t, func(t *testing.T, sh Shell, dir string) {
		ctx := t.Context()
		if got, err := sh.Run(ctx, "printf", "%s\n\n", "a  b'c"); err != nil || got != "a  b'c" {
			t.Errorf("%q, %v", got, err)
		}
		if got, err := sh.Run(ctx, "pwd"); err != nil || got != dir {
			t.Errorf("%q, %v, want %q", got, err, dir)
		}
		if got, err := sh.Env("A", "x y").Env("B", "$A'").Run(ctx, "sh", "-c", `echo "$A,$B"`); err != nil || got != "x y,$A'" {
			t.Errorf("%q, %v", got, err)
		}
		res, err := sh.Script(ctx, "cat; echo err >&2; exit 3 # comment", strings.NewReader("in"))
		exit := new(ExitError)
		if !errors.As(err, &exit) || res.Exit != 3 || string(res.Stdout) != "in" || string(res.Stderr) != "err\n" {
			t.Errorf("%+v, %v", res, err)
		}
		if want := "n1: cat; echo err >&2; exit 3 # comment ended with status 3: err"; fmt.Sprint(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
		res, err = sh.Script(ctx, "kill -TERM $$", nil)
		if res.Exit != 143 || !errors.As(err, &exit) {
			t.Errorf("%+v, %v", res, err)
		}
		if _, err := sh.Run(ctx, "no-such-command"); !errors.As(err, &exit) || exit.Result.Exit != 127 {
			t.Error(err)
		}
	})
}

// A directory that is missing runs nothing, whatever the script looks like.
func TestCd(t *testing.T) {
	everywhere(t, func(t *testing.T, sh Shell, dir string) {
		for _, script := range []string{"touch ran", "true\n}; touch ran; {", "true & touch ran", ""} {
			if _, err := sh.Cd("missing").Script(t.Context(), script, nil); !errors.As(err, new(*ExitError)) {
				t.Errorf("%q: %v", script, err)
			}
		}
		if _, err := os.Stat(filepath.Join(dir, "ran")); err == nil {
			t.Error("a script ran elsewhere")
		}
		for _, name := range []string{"-", "-P", "a b", "it's\nhere", "~"} {
			if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
				t.Fatal(err)
			}
			if got, err := sh.Cd(name).Run(t.Context(), "pwd"); err != nil || got != filepath.Join(dir, name) {
				t.Errorf("%q: %q, %v", name, got, err)
			}
		}
		if got, err := sh.Cd("a b").Cd("../~").Env("CDPATH", "/").Run(t.Context(), "pwd"); err != nil || got != filepath.Join(dir, "~") {
			t.Errorf("%q, %v", got, err)
		}
	})
}

func TestEnvErrors(t *testing.T) {
	sh, _ := local(t)
	for _, name := range []string{"", "1a", "a b", "A;rm", "A\n"} {
		_, err := sh.Env(name, "secret").Run(t.Context(), "true")
		if want := fmt.Sprintf("n1: expected the name of a variable, found %q", name); fmt.Sprint(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := sh.Env("A", "secret").Run(t.Context(), "false"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

// Shells are values: one made of another does not change it.
func TestShellIsValue(t *testing.T) {
	sh, _ := local(t)
	base := sh.Env("A", "1")
	one, two := base.Env("B", "1"), base.Env("B", "2")
	for want, s := range map[string]Shell{"1": one, "2": two, "": base} {
		if got, err := s.Run(t.Context(), "sh", "-c", `echo "$B"`); err != nil || got != want {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
}

func TestFiles(t *testing.T) {
	all := make([]byte, 256*300)
	for i := range all {
		all[i] = byte(i)
	}
	everywhere(t, func(t *testing.T, sh Shell, dir string) {
		for i, name := range []string{"a", "-n", "-", "it's", "a b\n*", "$x", strings.Repeat("n", 255), filepath.Join(dir, "abs"), "é\xff"} {
			text := all[:len(all)*i/8]
			if err := sh.Put(t.Context(), iotest.OneByteReader(bytes.NewReader(text[:min(len(text), 300)])), name, 0o600); err != nil {
				t.Errorf("%q: %v", name, err)
			}
			if err := sh.Put(t.Context(), bytes.NewReader(text), name, 0o751); err != nil {
				t.Errorf("%q: %v", name, err)
			}
			got, err := sh.Get(t.Context(), name)
			if err != nil || !bytes.Equal(got, text) {
				t.Errorf("%q: %d bytes, %v, want %d", name, len(got), err, len(text))
			}
			if !filepath.IsAbs(name) {
				name = filepath.Join(dir, name)
			}
			if info, err := os.Stat(name); err != nil || info.Mode() != 0o751 {
				t.Errorf("%q: %v, %v", name, info, err)
			}
		}
		if got, err := sh.Get(t.Context(), "missing"); !errors.As(err, new(*ExitError)) || got != nil {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// A file is written as a whole, or stays what it was, and nothing is left beside it.
func TestPutIsAtomic(t *testing.T) {
	everywhere(t, func(t *testing.T, sh Shell, dir string) {
		ctx := t.Context()
		if err := sh.Put(ctx, strings.NewReader("before"), "f", 0o644); err != nil {
			t.Fatal(err)
		}
		broken := iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("after")))
		if err := sh.Put(ctx, broken, "f", 0o644); !errors.Is(err, iotest.ErrTimeout) {
			t.Error(err)
		}
		if err := os.Mkdir(filepath.Join(dir, "d"), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"d", "missing/f", ""} {
			if err := sh.Put(ctx, strings.NewReader("x"), name, 0o644); err == nil || !strings.HasPrefix(err.Error(), "n1: ") {
				t.Errorf("%q: %v", name, err)
			}
		}
		if got, err := sh.Get(ctx, "f"); err != nil || string(got) != "before" {
			t.Errorf("%q, %v", got, err)
		}
		if got, err := sh.Run(ctx, "ls", "-A"); err != nil || got != "d\nf" {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// A command that is cancelled dies with its children.
func TestCancel(t *testing.T) {
	everywhere(t, func(t *testing.T, sh Shell, dir string) {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		began := time.Now()
		_, err := sh.Script(ctx, `sleep 300 & echo $! >> pids; sh -c 'echo $$ >> pids; sleep 300; :' & echo $$ >> pids; wait`, nil)
		late := new(TimeoutError)
		if !errors.As(err, &late) || !late.Started || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		if d := time.Since(began); d > 5*time.Second {
			t.Errorf("it took %v", d)
		}
		allDie(t, filepath.Join(dir, "pids"), 3)
	})
}

// allDie waits for the processes of a file to end.
func allDie(t *testing.T, file string, n int) {
	t.Helper()
	text, err := os.ReadFile(file)
	pids := strings.Fields(string(text))
	if err != nil || len(pids) != n {
		t.Fatalf("%d processes, want %d: %v", len(pids), n, err)
	}
	for _, f := range pids {
		pid, err := strconv.Atoi(f)
		if err != nil {
			t.Fatal(err)
		}
		for try := 0; alive(pid); try++ {
			if try == 300 {
				t.Errorf("process %d lives", pid)
				_ = syscall.Kill(pid, syscall.SIGKILL)
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// alive reports whether a process runs; one that only waits for its parent does not.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(after, "Z")
}

// Sudo runs sudo only for another user. This one stands for it, and cleans the environment.
func TestSudo(t *testing.T) {
	bin := t.TempDir()
	fake := "#!/bin/sh\n[ \"$1 $2\" = '-n -u' ] || exit 9\nu=$3; shift 3; exec env -i PATH=\"$PATH\" AS=\"$u\" \"$@\"\n"
	if err := os.WriteFile(filepath.Join(bin, "sudo"), []byte(fake), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	everywhere(t, func(t *testing.T, sh Shell, dir string) {
		me, err := sh.Run(t.Context(), "id", "-un")
		if err != nil {
			t.Fatal(err)
		}
		got, err := sh.Sudo("bob").Cd(dir).Env("A", "it's").Run(t.Context(), "sh", "-c", `echo "$AS,$A,$(pwd),$1"`, "sh", "x  y")
		if want := "bob,it's," + dir + ",x  y"; err != nil || got != want {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
		if got, err := sh.Sudo(me).Run(t.Context(), "sh", "-c", `echo "as $AS"`); err != nil || got != "as " {
			t.Errorf("%q, %v", got, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		_, err = sh.Sudo("bob").Cd(dir).Script(ctx, `sleep 300 & echo $! >> pids; wait`, nil)
		if !errors.As(err, new(*TimeoutError)) {
			t.Error(err)
		}
		allDie(t, filepath.Join(dir, "pids"), 1)
	})
}

// A daemon that keeps the output open does not hold up the command that started it.
func TestLocalDaemon(t *testing.T) {
	sh, dir := local(t)
	began := time.Now()
	for _, c := range []struct {
		script string
		exit   int
	}{{"setsid sleep 300 & echo $! >> pids; echo up", 0}, {"setsid sleep 300 & echo $! >> pids; echo up; exit 3", 3}} {
		res, err := sh.Script(t.Context(), c.script, nil)
		if string(res.Stdout) != "up\n" || res.Exit != c.exit || (err != nil) != (c.exit != 0) {
			t.Errorf("%+v, %v", res, err)
		}
	}
	if d := time.Since(began); d > 10*time.Second {
		t.Errorf("it took %v", d)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "pids")); err == nil {
		for _, f := range strings.Fields(string(text)) {
			pid, _ := strconv.Atoi(f)
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

func TestLocalErrors(t *testing.T) {
	for _, node := range []string{"", "..", "/n1", "a/../../b"} {
		if _, err := (Local{Dir: t.TempDir()}).Connect(t.Context(), Spec{Node: node}); !errors.As(err, new(*ConnectError)) {
			t.Errorf("%q: %v", node, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	sh, _ := local(t)
	if _, err := sh.Run(ctx, "true"); fmt.Sprint(err) != "n1: true did not start in time: context canceled" {
		t.Error(err)
	}
	_, err := sh.Script(t.Context(), "printf 'a\\033[2Jb' >&2; exit 1", nil)
	if s := fmt.Sprint(err); strings.Contains(s, "\x1b") || !strings.HasSuffix(s, "a�[2Jb") {
		t.Errorf("%q", s)
	}
}
