package control

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

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

// hosts reads what is known of the keys of a host.
func (s *SSH) hosts(addr string) (*hostVerifier, error) {
	v := &hostVerifier{remote: s, addr: addr}
	if s.HostKeys == Anything {
		return v, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	files := s.KnownHosts
	if files == nil {
		if home, err := os.UserHomeDir(); err == nil {
			files = append(files, filepath.Join(home, ".ssh", "known_hosts"))
		}
		files = append(files, "/etc/ssh/ssh_known_hosts")
	}
	files = append(append([]string(nil), files...), s.Learned)
	there := files[:0]
	for _, f := range files {
		if _, err := os.Stat(f); f != "" && err == nil {
			there = append(there, f)
		}
	}
	known, err := knownhosts.New(there...)
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
		if t := k.Type(); t == ssh.KeyAlgoRSA {
			out = append(out, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256)
		} else {
			out = append(out, t)
		}
	}
	return out
}

// verify is the callback of the library.
func (v *hostVerifier) verify(addr string, remote net.Addr, key ssh.PublicKey) error {
	if v.known == nil {
		return nil
	}
	err := v.known(addr, remote, key)
	if e := new(knownhosts.KeyError); errors.As(err, &e) {
		switch {
		case len(e.Want) > 0:
			err = fmt.Errorf("its key %s is not the one in %s:%d: it was set up anew, or is another machine", ssh.FingerprintSHA256(key), e.Want[0].Filename, e.Want[0].Line)
		case v.remote.HostKeys == Strict:
			err = fmt.Errorf("its key %s is not known", ssh.FingerprintSHA256(key))
		default:
			err = v.remote.learn(addr, key)
		}
	}
	v.refused = err
	return err
}

// learn notes the key of a host.
func (s *SSH) learn(addr string, key ssh.PublicKey) error {
	if s.Learned == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := os.OpenFile(s.Learned, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, knownhosts.Line([]string{knownhosts.Normalize(addr)}, key))
	return errors.Join(err, f.Close())
}
