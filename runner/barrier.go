package runner

import (
	"context"
	"sync"
)

// A barrier lets goroutines go on as soon as so many have come to it, again and again.
type barrier struct {
	mu      sync.Mutex
	size    int
	waiting int
	open    chan struct{} // closed when all have come
}

func newBarrier(size int) *barrier { return &barrier{size: size, open: make(chan struct{})} }

// wait waits for the others, or for the end of the context.
func (b *barrier) wait(ctx context.Context) error {
	b.mu.Lock()
	open := b.open
	if b.waiting++; b.waiting >= b.size {
		b.waiting, b.open = 0, make(chan struct{})
		close(open)
	}
	b.mu.Unlock()
	select {
	case <-open:
		return nil
	case <-ctx.Done():
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if open == b.open { // who gives up has not come
		b.waiting--
		return context.Cause(ctx)
	}
	return nil
}
