//go:build unix

package control

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// A server is an SSH server on this machine whose commands are run by sh. Its fields say how it
// misbehaves; they may be changed while it runs, under mu.
type server struct {
	t      *testing.T
	ln     net.Listener
	port   int
	config *ssh.ServerConfig
	work   sync.WaitGroup

	mu          sync.Mutex
	hang        bool // says nothing to new connections
	drop        int  // closes so many new connections at once
	refuse      int  // refuses so many channels
	refuseExec  bool
	deaf        bool // answers no global requests
	signals     bool // passes signals on, as OpenSSH does for ordinary users
	conns       []net.Conn
	running     int
	mostRunning int
}

// newServer starts a server with host keys and ways to log in.
func newServer(t *testing.T, config *ssh.ServerConfig, hostKeys ...ssh.Signer) *server {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range hostKeys {
		config.AddHostKey(k)
	}
	s := &server{t: t, ln: ln, port: ln.Addr().(*net.TCPAddr).Port, config: config}
	s.work.Go(s.accept)
	t.Cleanup(func() {
		_ = ln.Close()
		s.cut()
		s.work.Wait()
	})
	return s
}

func (s *server) spec() Spec { return Spec{Node: "n1", Host: "127.0.0.1", Port: s.port, User: "alice"} }

func (s *server) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// cut closes all connections.
func (s *server) cut() {
	s.set(func() {
		for _, c := range s.conns {
			_ = c.Close()
		}
	})
}

func (s *server) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

func (s *server) accept() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns = append(s.conns, conn)
		hang, drop := s.hang, s.drop > 0
		s.drop--
		s.mu.Unlock()
		switch {
		case drop:
			_ = conn.Close()
		case !hang:
			s.work.Go(func() { s.serve(conn) })
		}
	}
}

func (s *server) serve(conn net.Conn) {
	defer conn.Close()
	_, channels, requests, err := ssh.NewServerConn(conn, s.config)
	if err != nil {
		return
	}
	s.work.Go(func() {
		for r := range requests {
			s.mu.Lock()
			deaf := s.deaf
			s.mu.Unlock()
			if r.WantReply && !deaf {
				_ = r.Reply(false, nil)
			}
		}
	})
	for c := range channels {
		s.mu.Lock()
		refuse := s.refuse > 0
		s.refuse--
		s.mu.Unlock()
		if refuse {
			_ = c.Reject(ssh.ConnectionFailed, "open failed")
			continue
		}
		channel, requests, err := c.Accept()
		if err != nil {
			return
		}
		s.work.Go(func() { s.session(channel, requests) })
	}
}

// session runs the command of a channel.
func (s *server) session(ch ssh.Channel, requests <-chan *ssh.Request) {
	defer ch.Close()
	var cmd *exec.Cmd
	for r := range requests {
		switch {
		case r.Type == "exec" && !s.refuseExec:
			var text struct{ Command string }
			_ = ssh.Unmarshal(r.Payload, &text)
			cmd = exec.Command("sh", "-c", text.Command)
			cmd.Stdout, cmd.Stderr = ch, ch.Stderr()
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			cmd.WaitDelay = time.Minute
			stdin, err := cmd.StdinPipe()
			if err == nil {
				err = cmd.Start()
			}
			if err != nil {
				s.t.Error(err)
				return
			}
			_ = r.Reply(true, nil)
			s.work.Go(func() {
				_, _ = io.Copy(stdin, ch)
				_ = stdin.Close()
			})
			s.set(func() { s.running++; s.mostRunning = max(s.running, s.mostRunning) })
			s.work.Go(func() { s.wait(cmd, ch) })
		case r.Type == "signal" && s.signals && cmd != nil:
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		case r.WantReply:
			_ = r.Reply(false, nil)
		}
	}
}

// wait sends how a command ended.
func (s *server) wait(cmd *exec.Cmd, ch ssh.Channel) {
	err := cmd.Wait()
	s.set(func() { s.running-- })
	exit := new(exec.ExitError)
	switch {
	case err == nil || !errors.As(err, &exit):
		_, _ = ch.SendRequest("exit-status", false, ssh.Marshal(struct{ N uint32 }{0}))
	case exit.ExitCode() >= 0:
		_, _ = ch.SendRequest("exit-status", false, ssh.Marshal(struct{ N uint32 }{uint32(exit.ExitCode())}))
	default:
		name := signalName(exit.Sys().(syscall.WaitStatus).Signal())
		_, _ = ch.SendRequest("exit-signal", false, ssh.Marshal(struct {
			Name       string
			Core       bool
			Text, Lang string
		}{name, false, "", ""}))
	}
	_ = ch.Close()
}

// newKey makes a private key, and writes it to a file.
func newKey(t *testing.T, dir, name string) (ssh.Signer, string) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return writeKey(t, private, filepath.Join(dir, name))
}

func writeKey(t *testing.T, private any, file string) (ssh.Signer, string) {
	t.Helper()
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	text, err := openSSHKey(private)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return signer, file
}

// only accepts one key.
func only(key ssh.PublicKey) func(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) {
	return func(_ ssh.ConnMetadata, k ssh.PublicKey) (*ssh.Permissions, error) {
		if string(k.Marshal()) != string(key.Marshal()) {
			return nil, fmt.Errorf("unknown key")
		}
		return nil, nil
	}
}

// simple is a server with one host key that takes one key, and a remote that has both.
func simple(t *testing.T) (*server, *SSH) {
	t.Helper()
	t.Setenv("SSH_AUTH_SOCK", "")
	t.Setenv("HOME", t.TempDir())
	dir := t.TempDir()
	host, _ := newKey(t, dir, "host")
	login, file := newKey(t, dir, "id")
	s := newServer(t, &ssh.ServerConfig{PublicKeyCallback: only(login.PublicKey())}, host)
	return s, &SSH{Keys: []string{file}, KnownHosts: []string{}, Learned: filepath.Join(dir, "known_hosts"), Timeout: 5 * time.Second, Patience: 5 * time.Second}
}

// connect is a connection that is closed at the end of the test.
func connect(t *testing.T, r Remote, s Spec) Conn {
	t.Helper()
	c, err := r.Connect(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}
