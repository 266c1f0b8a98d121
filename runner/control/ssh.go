package control

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// HostKeys says what is done about the key of a host.
type HostKeys string

const (
	// AcceptNew trusts a host that is not known, and notes its key; a key that changed is an error.
	AcceptNew HostKeys = "accept-new"
	Strict    HostKeys = "yes" // a host that is not known is an error, too
	Anything  HostKeys = "no"  // no key is verified
)

// SSH is a remote that logs in by SSH. The zero value logs in as root, by the agent or the keys
// in ~/.ssh, and trusts hosts that it does not know.
type SSH struct {
	Keys     []string // files of private keys, instead of those in ~/.ssh
	NoAgent  bool     // no agent is asked
	Password string   // tried last; empty for none
	HostKeys HostKeys // AcceptNew if empty
	// KnownHosts are files of known hosts, instead of those in ~/.ssh and /etc/ssh. The keys of
	// hosts that were not known go to the file Learned, or are forgotten if that is empty.
	KnownHosts []string
	Learned    string
	Timeout    time.Duration // of one attempt to connect; 10 s if 0
	Patience   time.Duration // of all attempts; 60 s if 0
	Alive      time.Duration // how often a connection is asked for a sign of life, which ends after three without; 10 s if 0
	Sessions   int           // commands that a connection runs at a time; 6 if 0, of 10 that OpenSSH allows

	mu      sync.Mutex        // of Learned and learned
	learned map[string]string // the keys of hosts that no file knew
}

// The pauses between attempts to connect.
const (
	firstPause = 250 * time.Millisecond
	mostPause  = 5 * time.Second
)

// Connect logs in to a node. It tries again for a while if the node cannot be reached, but not if
// the node refuses the login or has another key than before.
func (s *SSH) Connect(ctx context.Context, spec Spec) (Conn, error) {
	if spec.User == "" {
		spec.User = "root"
	}
	client, err := s.patient(ctx, spec)
	if err != nil {
		return nil, err
	}
	return newSSHConn(s, spec, client), nil
}

func (s *SSH) sessions() int {
	if s.Sessions > 0 {
		return s.Sessions
	}
	return 6
}

// patient connects, again and again if need be.
func (s *SSH) patient(ctx context.Context, spec Spec) (*ssh.Client, error) {
	until := time.Now().Add(positive(s.Patience, time.Minute))
	for pause := firstPause; ; pause = min(2*pause, mostPause) {
		client, err := s.dial(ctx, spec)
		if err == nil {
			return client, nil
		}
		wait := pause/2 + rand.N(pause/2)
		if ctx.Err() != nil || !mayHelp(err) || time.Now().Add(wait).After(until) {
			return nil, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, err
		}
	}
}

func positive(d, other time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return other
}

// mayHelp reports whether it makes sense to connect again.
func mayHelp(err error) bool {
	e := new(ConnectError)
	return errors.As(err, &e) && e.Stage != stageAuth && e.Stage != stageHostKey
}

// The stages of a connection, as errors name them.
const (
	stageDial      = "connecting"
	stageHandshake = "the handshake"
	stageHostKey   = "verifying its host key"
	stageAuth      = "logging in"
)

// dial connects once.
func (s *SSH) dial(ctx context.Context, spec Spec) (*ssh.Client, error) {
	addr := spec.addr()
	fail := func(stage string, err error) (*ssh.Client, error) {
		return nil, &ConnectError{Node: spec.Node, Stage: stage, Err: err, Hint: hint(stage, err, spec)}
	}
	hosts, err := s.hosts(addr)
	if err != nil {
		return fail(stageHostKey, err)
	}
	ring, err := s.keys(ctx)
	if err != nil {
		return fail(stageAuth, err)
	}
	defer ring.close()
	ctx, cancel := context.WithTimeout(ctx, positive(s.Timeout, 10*time.Second))
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return fail(stageDial, err)
	}
	// The library's own timeout ends with the dialing; a host that says nothing would hang the run.
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	cc, channels, requests, err := ssh.NewClientConn(conn, addr, &ssh.ClientConfig{
		User: spec.User, Auth: ring.methods(s.Password), HostKeyCallback: hosts.verify, HostKeyAlgorithms: hosts.algorithms(),
	})
	if late := !stop(); late || err != nil {
		_ = conn.Close()
		switch {
		case late:
			return fail(stageHandshake, context.Cause(ctx))
		case hosts.refused != nil:
			return fail(stageHostKey, hosts.refused)
		case noCommonKey(err):
			return fail(stageHostKey, fmt.Errorf("%w; known are %s", err, hosts))
		case isAuth(err):
			return fail(stageAuth, fmt.Errorf("%w; offered %s", err, ring))
		}
		return fail(stageHandshake, err)
	}
	return ssh.NewClient(cc, channels, requests), nil
}

func (s Spec) addr() string {
	port := s.Port
	if port == 0 {
		port = 22
	}
	return net.JoinHostPort(s.Host, strconv.Itoa(port))
}
