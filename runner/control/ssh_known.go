package control

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// readKnownHosts reads files of known hosts, as far as they are there.
func readKnownHosts(files []string) (ssh.HostKeyCallback, error) {
	var there []string
	original := map[string]string{}
	for _, f := range files {
		copied, err := readableCopy(f)
		switch {
		case errors.Is(err, os.ErrNotExist):
			continue
		case err != nil:
			return nil, err
		case copied != "":
			defer os.Remove(copied)
			original[copied] = f
			f = copied
		}
		there = append(there, f)
	}
	known, err := knownhosts.New(there...)
	if err != nil {
		return nil, err
	}
	return func(addr string, remote net.Addr, key ssh.PublicKey) error {
		err := known(addr, remote, key)
		if e := new(knownhosts.KeyError); errors.As(err, &e) {
			for i, k := range e.Want {
				if f, ok := original[k.Filename]; ok {
					e.Want[i].Filename = f
				}
			}
		}
		return err
	}, nil
}

// readableCopy makes a copy of a file of known hosts without the lines that the library cannot
// read, such as keys of kinds that are too old or too new for it: it refuses the file, where
// OpenSSH passes over the line. The copy has the same line numbers. It returns no name if the
// file is readable as it is.
func readableCopy(file string) (copied string, err error) {
	_, err = knownhosts.New(file)
	if lineOf(err, file) == 0 {
		return "", err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	lines := bytes.Split(text, []byte("\n"))
	f, err := os.CreateTemp("", "known_hosts")
	if err != nil {
		return "", err
	}
	copied = f.Name()
	err = f.Close()
	for err == nil {
		if err = os.WriteFile(copied, bytes.Join(lines, []byte("\n")), 0o600); err != nil {
			break
		}
		_, bad := knownhosts.New(copied)
		n := lineOf(bad, copied)
		if n == 0 || n > len(lines) {
			if err = bad; err == nil {
				return copied, nil
			}
			break
		}
		lines[n-1] = nil
	}
	_ = os.Remove(copied)
	return "", fmt.Errorf("%s: %w", file, err)
}

// lineOf is the number of the line in a file that an error of the library is about, or 0.
func lineOf(err error, file string) (n int) {
	if err != nil {
		if _, after, ok := strings.Cut(err.Error(), file+":"); ok {
			_, _ = fmt.Sscanf(after, "%d:", &n)
		}
	}
	return n
}
