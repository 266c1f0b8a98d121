//go:build unix

package control

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// openSSH starts OpenSSH's server on the loopback interface, with a /run of its own, and without
// the .bashrc of root, which may take seconds. It returns the server's process, too.
func openSSH(t *testing.T) (Spec, *SSH, int) {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	sshd, err := exec.LookPath("/usr/sbin/sshd")
	if err != nil {
		t.Skip("sshd is not installed")
	}
	if os.Getuid() != 0 {
		t.Skip("sshd lets somebody log in only if it is root")
	}
	t.Setenv("SSH_AUTH_SOCK", "")
	t.Setenv("HOME", t.TempDir())
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := ln.Addr().(*net.TCPAddr).Port
	_ = ln.Close()
	login, file := newKey(t, dir, "id")
	authorized := filepath.Join(dir, "authorized_keys")
	if err := os.WriteFile(authorized, ssh.MarshalAuthorizedKey(login.PublicKey()), 0o644); err != nil {
		t.Fatal(err)
	}
	host, hostFile := newKey(t, dir, "host_ed25519")
	other := hostKeys(t)["rsa"]
	known := filepath.Join(dir, "known_hosts")
	hashed := knownhosts.HashHostname(fmt.Sprintf("[127.0.0.1]:%d", port))
	if err := os.WriteFile(known, []byte(knownhosts.Line([]string{"example.com"}, other.PublicKey())+"\n"+knownhosts.Line([]string{hashed}, host.PublicKey())+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"-c", `mount -t tmpfs run /run && mount -t tmpfs root /root && mkdir /run/sshd && exec "$@"`, "sh", sshd, "-D", "-e", "-f", "/dev/null"}
	for _, o := range []string{
		"ListenAddress=127.0.0.1", fmt.Sprint("Port=", port), "HostKey=" + hostFile, "AuthorizedKeysFile=" + authorized, "StrictModes=no", "UsePAM=no",
		"PidFile=none", "PermitRootLogin=prohibit-password", "PasswordAuthentication=no",
	} {
		args = append(args, "-o", o)
	}
	var log bytes.Buffer
	cmd := exec.Command("sh", args...)
	cmd.Stderr = &log
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Setpgid: true}
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		t.Skipf("no mount namespace: %v", err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	return Spec{Node: "n1", Host: "127.0.0.1", Port: port}, &SSH{Keys: []string{file}, NoAgent: true, HostKeys: Strict, KnownHosts: []string{known}, Patience: 10 * time.Second}, cmd.Process.Pid
}

func TestOpenSSH(t *testing.T) {
	spec, r, server := openSSH(t)
	sh := NewShell(connect(t, r, spec), "n1", "root").Cd(t.TempDir())
	t.Run("run", func(t *testing.T) { openSSHRun(t, sh) })
	t.Run("many", func(t *testing.T) {
		var all sync.WaitGroup
		for i := range 60 {
			all.Go(func() {
				if got, err := sh.Run(t.Context(), "echo", i); err != nil || got != fmt.Sprint(i) {
					t.Errorf("%q, %v", got, err)
				}
			})
		}
		all.Wait()
	})
	t.Run("cancel", func(t *testing.T) {
		dir := t.TempDir()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := sh.Cd(dir).Script(ctx, `setsid sleep 300 & echo $! >> pids; (sleep 300; :) & echo $! >> pids; echo $$ >> pids; wait`, nil)
		if !errors.As(err, new(*TimeoutError)) {
			t.Error(err)
		}
		allDie(t, filepath.Join(dir, "pids"), 3)
	})
	t.Run("reconnect", func(t *testing.T) {
		children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", server, server))
		if err != nil {
			t.Skip(err)
		}
		_, err = sh.Script(t.Context(), "kill -KILL "+string(children)+"; sleep 2", nil)
		if lost := new(TransportError); !errors.As(err, &lost) || !lost.Started {
			t.Error(err)
		}
		if got, err := sh.Run(t.Context(), "echo", "on"); err != nil || got != "on" {
			t.Errorf("%q, %v", got, err)
		}
	})
	t.Run("refused", func(t *testing.T) {
		_, file := newKey(t, t.TempDir(), "other")
		remote := &SSH{Keys: []string{file}, NoAgent: true, KnownHosts: r.KnownHosts}
		_, err := remote.Connect(t.Context(), spec)
		if failed := new(ConnectError); !errors.As(err, &failed) || failed.Stage != stageAuth || !strings.Contains(failed.Hint, "authorized_keys") {
			t.Error(err)
		}
	})
}

func openSSHRun(t *testing.T, sh Shell) {
	ctx := t.Context()
	res, err := sh.Script(ctx, "cat; echo err >&2; exit 3", strings.NewReader("in"))
	if !errors.As(err, new(*ExitError)) || res.Exit != 3 || string(res.Stdout) != "in" || string(res.Stderr) != "err\n" {
		t.Errorf("%+v, %v", res, err)
	}
	if res, err := sh.Script(ctx, "kill -KILL $$", nil); res.Exit != 137 {
		t.Errorf("%+v, %v", res, err)
	}
	text := bytes.Repeat([]byte("\x00\xff\n'"), 1<<18)
	if err := sh.Put(ctx, bytes.NewReader(text), "it's", 0o640); err != nil {
		t.Error(err)
	}
	if got, err := sh.Get(ctx, "it's"); err != nil || !bytes.Equal(got, text) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if res, err := sh.Script(ctx, "head -c 1", bytes.NewReader(text)); err != nil || len(res.Stdout) != 1 {
		t.Errorf("%+v, %v", res, err)
	}
	if got, err := sh.Run(ctx, append([]any{"printf", "%s,"}, anys(nasty)...)...); err != nil || got != strings.Join(nasty, ",")+"," {
		t.Errorf("%q, %v", got, err)
	}
}

func anys(texts []string) (out []any) {
	for _, s := range texts {
		out = append(out, s)
	}
	return out
}
