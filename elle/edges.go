package elle

import (
	"github.com/seed-c33ae711/jcheck/internal/graph"
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
