package nemesis

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo answers what it is sent.
func echo(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = io.Copy(c, c)
			}()
		}
	}()
	return l.Addr().String()
}

// Nothing passes between nodes that are cut off, on old connections and on new ones, and all of
// it does once the network heals.
func TestProxies(t *testing.T) {
	p, err := NewProxies([]string{"n1", "n2", "n3"}, map[string]string{"n1": echo(t), "n2": echo(t), "n3": echo(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	dial := func(from, to string) net.Conn {
		c, err := net.Dial("tcp", p.Addr(from, to))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	answers := func(c net.Conn, send string) bool {
		_ = c.SetDeadline(time.Now().Add(100 * time.Millisecond))
		if send != "" {
			if _, err := io.WriteString(c, send); err != nil {
				t.Fatal(err)
			}
		}
		buf := make([]byte, 1)
		_, err := io.ReadFull(c, buf)
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal(err)
		}
		return err == nil
	}
	old := dial("n1", "n2")
	if !answers(old, "x") {
		t.Fatal("nothing passes a network that is whole")
	}
	if err := p.Drop(t.Context(), nil, Complete([]string{"n1"}, []string{"n2", "n3"})); err != nil {
		t.Fatal(err)
	}
	fresh := dial("n2", "n1")
	if answers(old, "y") || answers(fresh, "z") {
		t.Error("something passes a cut")
	}
	if !answers(dial("n2", "n3"), "x") {
		t.Error("nothing passes beside a cut")
	}
	if err := p.Heal(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for i := 0; !answers(old, "") || !answers(fresh, ""); i++ {
		if i == 20 {
			t.Fatal("what was held back did not come")
		}
	}
}
