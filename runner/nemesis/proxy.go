package nemesis

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/seed-c33ae711/jcheck/runner"
)

// Proxies are a network of TCP proxies between nodes, for machines where nobody may set rules of
// a firewall: each node reaches each other one by an address of its own, given by Addr. They run
// in the test program, so nodes must be on the same machine. What is dropped is held back until
// the network heals, as TCP would send it again then.
type Proxies struct {
	mu      sync.Mutex
	grudge  Grudge
	changed chan struct{} // closed when grudge changes
	addrs   map[[2]string]string
	stop    context.CancelFunc
	done    sync.WaitGroup
	open    map[net.Conn]bool
	listen  []net.Listener
}

// NewProxies starts proxies between all pairs of nodes. to says where each node listens.
func NewProxies(nodes []string, to map[string]string) (*Proxies, error) {
	ctx, stop := context.WithCancel(context.Background())
	p := &Proxies{grudge: Grudge{}, changed: make(chan struct{}), addrs: map[[2]string]string{}, stop: stop, open: map[net.Conn]bool{}}
	for _, from := range nodes {
		for _, node := range nodes {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return nil, errors.Join(err, p.Close())
			}
			p.listen = append(p.listen, l)
			p.addrs[[2]string{from, node}] = l.Addr().String()
			p.done.Go(func() { p.accept(ctx, l, from, node, to[node]) })
		}
	}
	return p, nil
}

// Addr is the address at which a node reaches another.
func (p *Proxies) Addr(from, to string) string { return p.addrs[[2]string{from, to}] }

// accept serves connections from one node to another.
func (p *Proxies) accept(ctx context.Context, l net.Listener, from, to, addr string) {
	for {
		near, err := l.Accept()
		if err != nil {
			return
		}
		p.done.Go(func() { p.serve(ctx, near, from, to, addr) })
	}
}

func (p *Proxies) serve(ctx context.Context, near net.Conn, from, to, addr string) {
	if !p.track(near) {
		return
	}
	defer p.untrack(near)
	if !p.passable(ctx, from, to) {
		return
	}
	far, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", addr)
	if err != nil || !p.track(far) {
		return
	}
	defer p.untrack(far)
	var both sync.WaitGroup
	both.Go(func() { p.pump(ctx, far, near, from, to) })
	both.Go(func() { p.pump(ctx, near, far, to, from) })
	both.Wait()
}

// pump moves bytes in one direction, as long as they may pass.
func (p *Proxies) pump(ctx context.Context, dst, src net.Conn, from, to string) {
	defer dst.Close()
	buf := make([]byte, 16<<10)
	for {
		n, err := src.Read(buf)
		if n > 0 && p.passable(ctx, from, to) {
			if _, err := dst.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil || ctx.Err() != nil {
			return
		}
	}
}

// passable waits until nothing from one node to another is dropped. It is false at the end.
func (p *Proxies) passable(ctx context.Context, from, to string) bool {
	for {
		p.mu.Lock()
		dropped, changed := slices.Contains(p.grudge[to], from), p.changed
		p.mu.Unlock()
		if !dropped {
			return ctx.Err() == nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}

func (p *Proxies) track(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == nil {
		_ = c.Close()
		return false
	}
	p.open[c] = true
	return true
}

func (p *Proxies) untrack(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, c)
	_ = c.Close()
}

// Check finds nothing missing.
func (p *Proxies) Check(context.Context, *runner.Run) error { return nil }

// Drop lets nodes drop what others send.
func (p *Proxies) Drop(_ context.Context, _ *runner.Run, g Grudge) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	sum := Grudge{}
	for _, of := range []Grudge{p.grudge, g} {
		for node, dropped := range of {
			sum[node] = append(sum[node], dropped...)
		}
	}
	p.set(sum)
	return nil
}

// Heal lets everything pass.
func (p *Proxies) Heal(context.Context, *runner.Run) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.set(Grudge{})
	return nil
}

// set takes another grudge, and wakes who waits. The caller holds the lock.
func (p *Proxies) set(g Grudge) {
	p.grudge = g
	close(p.changed)
	p.changed = make(chan struct{})
}

// Close ends all proxies and their connections.
func (p *Proxies) Close() error {
	p.stop()
	var errs []error
	for _, l := range p.listen {
		errs = append(errs, l.Close())
	}
	p.mu.Lock()
	for c := range p.open {
		_ = c.Close()
	}
	p.open = nil
	p.mu.Unlock()
	p.done.Wait()
	return errors.Join(errs...)
}
