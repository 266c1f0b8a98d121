package elle

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/graph"
	"github.com/seed-c33ae711/jcheck/internal/huge"
)

// An edge is packed into 8 bytes: 30 bits of source, 30 of target, and which
// relation it is. A large history has millions.
type edge uint64

var packedRel = [1 << relBits]graph.Rel{graph.Via, graph.WW, graph.WR, graph.RW, graph.WWP, graph.WRP, graph.RWP,
	graph.ForcedWW, graph.ForcedRW, graph.Forced, graph.TimedWW, graph.TimedRW, graph.Timed,
	graph.Process, graph.Realtime,
}

const (
	packVia = iota
	packWW
	packWR
	packRW
	packWWP
	packWRP
	packRWP
	packForcedWW
	packForcedRW
	packForced
	packTimedWW
	packTimedRW
	packTimed
	packProcess
	packRealtime

	nodeBits = 30
	relBits  = 4
)

// maxNodes is how many nodes a packed edge can tell apart.
const maxNodes = 1<<nodeBits - 1

func packEdge(from, to int32, rel int) edge {
	return edge(from)<<(nodeBits+relBits) | edge(to)<<relBits | edge(rel)
}

func (e edge) from() int32    { return int32(e >> (nodeBits + relBits)) }
func (e edge) to() int32      { return int32(e >> relBits & maxNodes) }
func (e edge) rel() graph.Rel { return packedRel[e&(1<<relBits-1)] }

// arenaEdges is how many edges an edgeArena makes room for at a time, at most.
const arenaEdges = 1 << 19

// An edgeArena keeps the edges that a worker found, in a few large stretches of memory.
type edgeArena []edge

func (a *edgeArena) keep(edges []edge) []edge {
	if cap(*a)-len(*a) < len(edges) {
		*a = huge.Make[edge](max(len(edges), min(4*cap(*a), arenaEdges)))
	}
	from := len(*a)
	*a = append(*a, edges...)
	return slices.Clip((*a)[from:])
}
