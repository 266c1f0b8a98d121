//go:build unix

package control

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// hostKeys are keys of three kinds.
func hostKeys(t *testing.T) map[string]ssh.Signer {
	t.Helper()
	dir := t.TempDir()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]ssh.Signer{}
	keys["rsa"], _ = writeKey(t, rsaKey, filepath.Join(dir, "rsa"))
	keys["ecdsa"], _ = writeKey(t, ecKey, filepath.Join(dir, "ecdsa"))
	keys["ed25519"], _ = newKey(t, dir, "ed25519")
	return keys
}

// A host with keys of several kinds proves to be the one that is known, whichever of them is.
func TestSSHHostKeys(t *testing.T) {
	s, r := simple(t)
	keys := hostKeys(t)
	other, _ := newKey(t, t.TempDir(), "other")
	s = newServer(t, &ssh.ServerConfig{PublicKeyCallback: s.config.PublicKeyCallback}, keys["rsa"], keys["ecdsa"], keys["ed25519"])
	addr := fmt.Sprintf("[127.0.0.1]:%d", s.port)
	line := func(host string, k ssh.Signer) string { return knownhosts.Line([]string{host}, k.PublicKey()) }
	elsewhere := line("example.com", other)
	for _, c := range []struct {
		name, known string
		policy      HostKeys
		want        string // the end of the error, or none
	}{
		{"ed25519", line(addr, keys["ed25519"]), Strict, ""},
		{"ecdsa", line(addr, keys["ecdsa"]), Strict, ""},
		{"rsa", line(addr, keys["rsa"]), Strict, ""},
		{"two", line(addr, keys["rsa"]) + "\n" + line(addr, keys["ed25519"]), Strict, ""},
		{"hashed", line(knownhosts.HashHostname(addr), keys["ecdsa"]), Strict, ""},
		{"wildcard", line("[127.0.*]:*", keys["rsa"]), AcceptNew, ""},
		{"among lines that cannot be read", "garbage\n# comment\n\n" + addr + " ssh-new AAAA\n" + "|2|a|b " + elsewhere + "\n" + elsewhere + "\n" + line(addr, keys["rsa"]) + "\r\n@what x y z", Strict, ""},
		{"none, new ones accepted", elsewhere, AcceptNew, ""},
		{"none, nothing verified", elsewhere, Anything, ""},
		{"none", elsewhere, Strict, fmt.Sprintf("is not known (look at the key and trust it: ssh-keyscan -p %d 127.0.0.1 >> ~/.ssh/known_hosts)", s.port)},
		{"another", elsewhere + "\n\n" + line(addr, other), AcceptNew, fmt.Sprintf("known:3: it was set up anew, or is another machine (if it was set up anew: ssh-keygen -f %s -R '%s')", "FILE", addr)},
		{"another after garbage", "garbage\n" + line(addr, other), AcceptNew, fmt.Sprintf("known:2: it was set up anew, or is another machine (if it was set up anew: ssh-keygen -f %s -R '%s')", "FILE", addr)},
		{"revoked", "@revoked * " + strings.SplitN(line("x", keys["ed25519"]), " ", 2)[1] + "\n" + line(addr, keys["ed25519"]), AcceptNew, "knownhosts: key is revoked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "known")
			if err := os.WriteFile(file, []byte(c.known), 0o600); err != nil {
				t.Fatal(err)
			}
			before := s.connections()
			remote := &SSH{Keys: r.Keys, HostKeys: c.policy, KnownHosts: []string{filepath.Join(t.TempDir(), "missing"), file}}
			conn, err := remote.Connect(t.Context(), s.spec())
			if err == nil {
				_ = conn.Close()
			}
			want := strings.ReplaceAll(c.want, "FILE", file)
			if (err == nil) != (want == "") || !strings.HasSuffix(fmt.Sprint(err), want) && want != "" {
				t.Errorf("%v, want %s", err, want)
			}
			if failed := new(ConnectError); err != nil && (!errors.As(err, &failed) || failed.Stage != stageHostKey || s.connections() != before+1) {
				t.Errorf("%d connections, %v", s.connections()-before, err)
			}
		})
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "known_hosts*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A key of a kind that the host does not have any more is reported at once.
func TestSSHOtherKindOfKey(t *testing.T) {
	s, r := simple(t) // with an ed25519 key
	line := knownhosts.Line([]string{fmt.Sprintf("[127.0.0.1]:%d", s.port)}, hostKeys(t)["rsa"].PublicKey())
	if err := os.WriteFile(r.Learned, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := r.Connect(t.Context(), s.spec())
	if failed := new(ConnectError); !errors.As(err, &failed) || failed.Stage != stageHostKey || !strings.Contains(failed.Hint, "no key of a kind") || s.connections() != 1 {
		t.Error(err)
	}
}

// A key that was learned is the only one that is taken later, with a file for it or without.
func TestSSHLearn(t *testing.T) {
	s, r := simple(t)
	for _, file := range []string{filepath.Join(t.TempDir(), "new", "known"), ""} {
		remote := &SSH{Keys: r.Keys, KnownHosts: []string{}, Learned: file}
		for range 2 {
			connect(t, remote, s.spec())
		}
		if text, _ := os.ReadFile(file); file != "" && strings.Count(string(text), "\n") != 1 {
			t.Errorf("%q", text)
		}
		other, _ := newKey(t, t.TempDir(), "other")
		impostor := newServer(t, &ssh.ServerConfig{PublicKeyCallback: s.config.PublicKeyCallback}, other)
		// On the address of the other: the server that was there is gone.
		if err := remote.pretend(s.spec().addr(), impostor.spec().addr()); err != nil {
			t.Fatal(err)
		}
		if _, err := remote.Connect(t.Context(), impostor.spec()); !errors.As(err, new(*changedKey)) {
			t.Error(err)
		}
	}
}

// pretend makes what was learned of one address be of another.
func (s *SSH) pretend(from, to string) error {
	s.learned[to] = s.learned[from]
	if s.Learned == "" {
		return nil
	}
	text, err := os.ReadFile(s.Learned)
	if err != nil {
		return err
	}
	return os.WriteFile(s.Learned, []byte(strings.ReplaceAll(string(text), knownhosts.Normalize(from), knownhosts.Normalize(to))), 0o600)
}
