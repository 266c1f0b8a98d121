package control

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// A hostVerifier verifies the key of one host.
type hostVerifier struct {
	remote  *SSH
	addr    string
	known   ssh.HostKeyCallback // nil if nothing is verified
	wanted  []ssh.PublicKey     // the keys that are known for the host
	refused error
}

// A changedKey is a host with another key than before, an unknownKey one of which none is known.
type (
	changedKey struct {
		key, file string
		line      int
	}
	unknownKey string
)

func (e *changedKey) Error() string {
	where := "the one it had before"
	if e.file != "" {
		where = fmt.Sprintf("the one in %s:%d", e.file, e.line)
	}
	return fmt.Sprintf("its key %s is not %s: it was set up anew, or is another machine", e.key, where)
}

func (e unknownKey) Error() string { return fmt.Sprintf("its key %s is not known", string(e)) }

// hosts reads what is known of the keys of a host.
func (s *SSH) hosts(addr string) (*hostVerifier, error) {
	v := &hostVerifier{remote: s, addr: addr}
	if s.HostKeys == Anything {
		return v, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	files := slices.Clone(s.KnownHosts)
	if files == nil {
		if home, err := os.UserHomeDir(); err == nil {
			files = append(files, filepath.Join(home, ".ssh", "known_hosts"))
		}
		files = append(files, "/etc/ssh/ssh_known_hosts")
	}
	if s.Learned != "" {
		files = append(files, s.Learned)
	}
	known, err := readKnownHosts(files)
	if err != nil {
		return nil, err
	}
	v.known = known
	// The library does not say which keys it knows of a host, but complains of any other with a
	// list of them.
	if e := new(knownhosts.KeyError); errors.As(known(addr, &net.TCPAddr{}, noKey{}), &e) {
		for _, k := range e.Want {
			v.wanted = append(v.wanted, k.Key)
		}
	}
	return v, nil
}

// noKey is a key that no host has.
type noKey struct{}

func (noKey) Type() string                        { return "none" }
func (noKey) Marshal() []byte                     { return []byte("none") }
func (noKey) Verify([]byte, *ssh.Signature) error { return errors.New("no key") }

// algorithms are those of the keys that are known: a host that has several is asked for one of
// these. Nil, for any, if none is known.
func (v *hostVerifier) algorithms() (out []string) {
	for _, k := range v.wanted {
		algorithms := []string{k.Type()}
		if k.Type() == ssh.KeyAlgoRSA {
			algorithms = []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
		}
		for _, a := range algorithms {
			if !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}

// String lists the kinds of the keys that are known.
func (v *hostVerifier) String() string { return strings.Join(v.algorithms(), ", ") }

// noCommonKey reports whether a host has no key of a kind that it was asked for.
func noCommonKey(err error) bool {
	e := new(ssh.AlgorithmNegotiationError)
	return errors.As(err, &e) && strings.Contains(err.Error(), "host key")
}

// verify is the callback of the library.
func (v *hostVerifier) verify(addr string, remote net.Addr, key ssh.PublicKey) error {
	if v.known == nil {
		return nil
	}
	err := v.known(addr, remote, key)
	if e := new(knownhosts.KeyError); errors.As(err, &e) {
		print := ssh.FingerprintSHA256(key)
		switch {
		case len(e.Want) > 0:
			err = &changedKey{key: print, file: e.Want[0].Filename, line: e.Want[0].Line}
		case v.remote.HostKeys == Strict:
			err = unknownKey(print)
		default:
			err = v.remote.learn(addr, key)
		}
	}
	v.refused = err
	return err
}

// learn notes the key of a host.
func (s *SSH) learn(addr string, key ssh.PublicKey) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch before, ok := s.learned[addr]; {
	case ok && before != string(key.Marshal()):
		return &changedKey{key: ssh.FingerprintSHA256(key)}
	case ok:
		return nil
	case s.learned == nil:
		s.learned = map[string]string{}
	}
	if s.Learned != "" {
		if err := note(s.Learned, addr, key); err != nil {
			return err
		}
	}
	s.learned[addr] = string(key.Marshal())
	return nil
}

// note adds a line to a file of known hosts.
func note(file, addr string, key ssh.PublicKey) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, knownhosts.Line([]string{knownhosts.Normalize(addr)}, key))
	return errors.Join(err, f.Close())
}
