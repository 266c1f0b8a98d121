//go:build unix

package control

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// A server that says nothing holds up neither the limit of time nor a cancellation.
func TestSSHHang(t *testing.T) {
	s, r := simple(t)
	s.set(func() { s.hang = true })
	r.Timeout, r.Patience = 200*time.Millisecond, 300*time.Millisecond
	began := time.Now()
	_, err := r.Connect(t.Context(), s.spec())
	failed := new(ConnectError)
	if !errors.As(err, &failed) || failed.Stage != stageHandshake || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "is it sshd") {
		t.Errorf("%v", err)
	}
	r.Timeout, r.Patience = time.Hour, time.Hour
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := r.Connect(ctx, s.spec()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
}

func TestSSHNobodyThere(t *testing.T) {
	s, r := simple(t)
	_ = s.ln.Close()
	r.Patience = time.Millisecond
	if _, err := r.Connect(t.Context(), s.spec()); err == nil || !strings.HasSuffix(err.Error(), "connection refused (is sshd running there, on that port?)") {
		t.Error(err)
	}
}

// Connections that are closed at once are tried again.
func TestSSHConnectAgain(t *testing.T) {
	s, r := simple(t)
	s.set(func() { s.drop = 2 })
	connect(t, r, s.spec())
	if n := s.connections(); n != 3 {
		t.Errorf("%d connections", n)
	}
}

// A login that is refused is not tried again, and its error names the keys, but not the secrets.
func TestSSHRefusedLogin(t *testing.T) {
	s, r := simple(t)
	other, file := newKey(t, t.TempDir(), "other")
	r.Keys = []string{file}
	for _, password := range []string{"", "hunter2"} {
		r.Password = password
		before := s.connections()
		_, err := r.Connect(t.Context(), s.spec())
		failed := new(ConnectError)
		if !errors.As(err, &failed) || failed.Stage != stageAuth || failed.Node != "n1" || failed.Hint == "" {
			t.Fatalf("%v", err)
		}
		if n := s.connections() - before; n != 1 {
			t.Errorf("%d connections", n)
		}
		text, _ := os.ReadFile(file)
		secret := strings.Split(string(text), "\n")[2]
		if m := err.Error(); !strings.Contains(m, ssh.FingerprintSHA256(other.PublicKey())) || strings.Contains(m, "hunter2") || strings.Contains(m, secret) {
			t.Error(err)
		}
	}
	r.Keys, r.Password, r.NoAgent = nil, "", true
	if _, err := r.Connect(t.Context(), s.spec()); err == nil || !strings.Contains(err.Error(), "offered no key") {
		t.Error(err)
	}
	for _, text := range []string{"", "no key\nhunter2\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		r.Keys = []string{file}
		if _, err := r.Connect(t.Context(), s.spec()); err == nil || !strings.Contains(err.Error(), file) || strings.Contains(err.Error(), "hunter2") {
			t.Error(err)
		}
	}
}

// Servers ask for a password in two ways.
func TestSSHPassword(t *testing.T) {
	wrong := errors.New("wrong password")
	check := func(password string) (*ssh.Permissions, error) {
		if password != "hunter2" {
			return nil, wrong
		}
		return nil, nil
	}
	for name, config := range map[string]*ssh.ServerConfig{
		"password": {PasswordCallback: func(_ ssh.ConnMetadata, p []byte) (*ssh.Permissions, error) { return check(string(p)) }},
		"keyboard-interactive": {KeyboardInteractiveCallback: func(_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			answers, err := ask("", "", []string{"Name: ", "Password: "}, []bool{true, false})
			if err != nil || len(answers) != 2 || answers[0] != "" {
				return nil, wrong
			}
			return check(answers[1])
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("SSH_AUTH_SOCK", "")
			t.Setenv("HOME", t.TempDir())
			host, _ := newKey(t, t.TempDir(), "host")
			s := newServer(t, config, host)
			connect(t, &SSH{Password: "hunter2", KnownHosts: []string{}}, s.spec())
			_, err := (&SSH{Password: "hunter3", KnownHosts: []string{}}).Connect(t.Context(), s.spec())
			if err == nil || strings.Contains(err.Error(), "hunter") {
				t.Error(err)
			}
		})
	}
}

// Commands at the same time use one connection to each node, and no more channels than allowed.
func TestSSHManyCommands(t *testing.T) {
	const nodes, commands = 5, 20
	var all sync.WaitGroup
	s, r := simple(t)
	servers := []*server{s}
	for range nodes - 1 {
		host, _ := newKey(t, t.TempDir(), "host")
		servers = append(servers, newServer(t, &ssh.ServerConfig{PublicKeyCallback: s.config.PublicKeyCallback}, host))
	}
	for _, s := range servers {
		c := connect(t, r, s.spec())
		for i := range commands {
			all.Go(func() {
				if got, err := NewShell(c, "n1", "alice").Run(t.Context(), "echo", i); err != nil || got != fmt.Sprint(i) {
					t.Errorf("%q, %v", got, err)
				}
			})
		}
	}
	all.Wait()
	for _, s := range servers {
		if n := s.connections(); n != 1 || s.mostRunning > 6 {
			t.Errorf("%d connections, %d commands at a time", n, s.mostRunning)
		}
	}
}

// A connection that broke is opened again once, for all commands.
func TestSSHReconnect(t *testing.T) {
	s, r := simple(t)
	sh := NewShell(connect(t, r, s.spec()), "n1", "alice")
	for want := 2; want < 5; want++ {
		s.cut()
		s.set(func() { s.drop = 0 })
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := sh.Idempotent().Run(t.Context(), "true"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := s.connections(); n != want {
			t.Errorf("%d connections, want %d", n, want)
		}
	}
}

// A command that may have run is not run again, unless that does no harm.
func TestSSHDropWhileRunning(t *testing.T) {
	s, r := simple(t)
	sh := NewShell(connect(t, r, s.spec()), "n1", "alice").Cd(t.TempDir())
	for _, idempotent := range []bool{false, true} {
		file := filepath.Join(t.TempDir(), "runs")
		run := sh
		if idempotent {
			run = sh.Idempotent()
		}
		cut := make(chan struct{})
		go func() { // as soon as it runs, for the first time
			defer close(cut)
			for try := 0; try < 500; try++ {
				if _, err := os.Stat(file); err == nil {
					s.cut()
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
		}()
		_, err := run.Run(t.Context(), "sh", "-c", `echo run >> "$1"; [ "$(wc -l < "$1")" -gt 1 ] || sleep 2`, "sh", file)
		<-cut
		text, _ := os.ReadFile(file)
		lost := new(TransportError)
		switch runs := strings.Count(string(text), "run"); {
		case idempotent && (err != nil || runs != 2):
			t.Errorf("ran %d times, %v", runs, err)
		case !idempotent && (runs != 1 || !errors.As(err, &lost) || !lost.Started || !strings.Contains(err.Error(), "n1: sh -c")):
			t.Errorf("ran %d times, %v", runs, err)
		}
	}
}

// A channel that is refused is asked for again, and costs others nothing.
func TestSSHRefusedChannels(t *testing.T) {
	s, r := simple(t)
	sh := NewShell(connect(t, r, s.spec()), "n1", "alice")
	s.set(func() { s.refuse = 3 })
	if got, err := sh.Run(t.Context(), "echo", "a"); err != nil || got != "a" {
		t.Errorf("%q, %v", got, err)
	}
	s.set(func() { s.refuse = 1000 })
	_, err := sh.Run(t.Context(), "echo", "a")
	if lost := new(TransportError); !errors.As(err, &lost) || lost.Started || !strings.HasPrefix(err.Error(), "n1: echo a could not be started: ") {
		t.Error(err)
	}
	s.set(func() { s.refuse, s.refuseExec = 0, true })
	_, err = sh.Env("PASSWORD", "hunter2").Run(t.Context(), "echo", "a")
	if want := "n1: echo a could not be started: the server refuses to run commands"; fmt.Sprint(err) != want {
		t.Error(err)
	}
	if n := s.connections(); n != 1 {
		t.Errorf("%d connections", n)
	}
}

// A node that gives no sign of life loses its connection, and the commands on it.
func TestSSHKeepalive(t *testing.T) {
	s, r := simple(t)
	r.Alive = 50 * time.Millisecond
	sh := NewShell(connect(t, r, s.spec()), "n1", "alice")
	if _, err := sh.Run(t.Context(), "sleep", "0.5"); err != nil { // alive, if slow
		t.Error(err)
	}
	s.set(func() { s.deaf = true })
	began := time.Now()
	_, err := sh.Run(t.Context(), "sleep", "4")
	if lost := new(TransportError); !errors.As(err, &lost) || !lost.Started || time.Since(began) > 3*time.Second {
		t.Error(err)
	}
}

// A command need not read its input, and may be closed in the middle of it.
func TestSSHUnreadInput(t *testing.T) {
	s, r := simple(t)
	sh := NewShell(connect(t, r, s.spec()), "n1", "alice")
	if res, err := sh.Script(t.Context(), "head -c 1", strings.NewReader(strings.Repeat("x", 10<<20))); err != nil || string(res.Stdout) != "x" {
		t.Errorf("%q, %v", res.Stdout, err)
	}
}

// Cancelling kills what left the process group, too, whether the server passes on signals or not.
func TestSSHCancel(t *testing.T) {
	for _, signals := range []bool{false, true} {
		s, r := simple(t)
		s.signals = signals
		sh := NewShell(connect(t, r, s.spec()), "n1", "alice")
		dir := t.TempDir()
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		_, err := sh.Cd(dir).Script(ctx, `setsid sleep 300 & echo $! >> pids; (sleep 300; :) & echo $! >> pids; echo $$ >> pids; wait`, nil)
		if !errors.As(err, new(*TimeoutError)) {
			t.Error(err)
		}
		allDie(t, filepath.Join(dir, "pids"), 3)
		if got, err := sh.Run(t.Context(), "echo", "on"); err != nil || got != "on" {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// Commands that wait for a connection can be cancelled, and closing ends the attempts.
func TestSSHClose(t *testing.T) {
	s, r := simple(t)
	r.Patience = time.Hour
	c := connect(t, r, s.spec())
	s.set(func() { s.hang = true })
	s.cut()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := c.Exec(ctx, Cmd{Shell: "true"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	waiting := make(chan error)
	go func() {
		_, err := c.Exec(t.Context(), Cmd{Shell: "true"})
		waiting <- err
	}()
	time.Sleep(50 * time.Millisecond)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := <-waiting; err == nil {
		t.Error("a command ran on a connection that is closed")
	}
	if _, err := c.Exec(t.Context(), Cmd{Shell: "true"}); fmt.Sprint(err) != "n1: a command could not be started: the connection is closed" {
		t.Error(err)
	}
}

// The keys of an agent serve as well; one that is gone is named if nothing else helps.
func TestSSHAgent(t *testing.T) {
	_, r := simple(t)
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	login, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	host, _ := newKey(t, t.TempDir(), "host")
	s := newServer(t, &ssh.ServerConfig{PublicKeyCallback: only(login.PublicKey())}, host)
	ring := agent.NewKeyring()
	if err := ring.Add(agent.AddedKey{PrivateKey: private}); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(t.TempDir(), "agent")
	ln, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			_ = agent.ServeAgent(ring, conn)
		}
	}()
	t.Setenv("SSH_AUTH_SOCK", socket)
	connect(t, &SSH{KnownHosts: []string{}}, s.spec())
	connect(t, &SSH{Keys: r.Keys, KnownHosts: []string{}}, s.spec())
	_ = ln.Close()
	if _, err := (&SSH{KnownHosts: []string{}}).Connect(t.Context(), s.spec()); err == nil || !strings.Contains(err.Error(), "not the agent's: ") {
		t.Error(err)
	}
}
