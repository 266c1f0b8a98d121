package weak

// A want says which forced edges are of interest.
type want uint8

const (
	wantBack  want = iota // those that lead backward in the linear extension
	wantBlock             // those inside a block, in either direction
	wantAll               // all to other versions than the initial one, for Infer
)

// A scope restricts the search for forced edges. Few lead backward. Only where
// some do can there be a cycle at all, and only there are the others sought.
type scope struct {
	want want

	// wantBlock at levels with one order: the block of each transaction, or -1,
	// and the places of each block in the linear extension.
	blockOf []int32
	blocks  []block

	// wantBlock at levels with an order for each key: the same, of versions.
	slotBlock  []int32
	slotBlocks []block
	keys       []bool // those with a block
}

// A block is a stretch of places that no cycle leaves.
type block struct{ lo, hi int32 }

// wants reports whether the edge between writers is in the scope. It is not
// asked of edges within blocks of versions.
func (c *checker) wants(from, to int32) bool {
	switch c.scope.want {
	case wantBack:
		return to == Initial || c.at(from) > c.at(to)
	case wantBlock:
		if to == Initial {
			return false
		}
		b := c.scope.blockOf[to]
		return b >= 0 && b == c.scope.blockOf[from]
	}
	return to != Initial
}

// setBlocks makes c look inside blocks of places.
func (c *checker) setBlocks(blocks []block, blockAt []int32) {
	c.scope = scope{want: wantBlock, blockOf: blockAt, blocks: blocks}
	if c.order != nil && len(blocks) > 0 {
		c.scope.blockOf = make([]int32, c.n)
		for p, t := range c.order {
			c.scope.blockOf[t] = blockAt[p]
		}
	}
}

// findBlocks returns the blocks among n places, given the edges that lead
// backward, from place a to place b. A cycle has to come back, so each cut
// between two places that it crosses is crossed by an edge that leads backward.
func findBlocks(n int, edges func(yield func(a, b int32))) (blocks []block, blockAt []int32) {
	crossed := make([]int32, n) // differences of how many edges lead back across the cut behind a place
	any := false
	edges(func(a, b int32) {
		if a > b {
			crossed[b]++
			crossed[a]--
			any = true
		}
	})
	if !any {
		return nil, nil
	}
	blockAt = crossed // each number is read before it is replaced
	depth, lo := int32(0), int32(0)
	for p := range int32(n) {
		depth += crossed[p]
		blockAt[p] = int32(len(blocks))
		if depth > 0 {
			continue
		}
		if lo == p {
			blockAt[p] = -1
		} else {
			blocks = append(blocks, block{lo, p + 1})
		}
		lo = p + 1
	}
	return blocks, blockAt
}
