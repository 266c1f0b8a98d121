package runner

import "context"

// An OS prepares nodes for the database, on all nodes at a time.
type OS interface {
	Setup(ctx context.Context, r *Run, n *Node) error
	Teardown(ctx context.Context, r *Run, n *Node) error
}

// A DB sets up the database on a node, on all nodes at a time; Run.Sync waits for the others.
// Teardown comes before Setup, too, on a node where nothing may be there yet.
type DB interface {
	Setup(ctx context.Context, r *Run, n *Node) error
	Teardown(ctx context.Context, r *Run, n *Node) error
}

// A Killer is a DB whose processes the nemesis can kill and start again.
type Killer interface {
	Kill(ctx context.Context, r *Run, n *Node) error
	Start(ctx context.Context, r *Run, n *Node) error
}

// A Pauser is a DB whose processes the nemesis can stop and continue.
type Pauser interface {
	Pause(ctx context.Context, r *Run, n *Node) error
	Resume(ctx context.Context, r *Run, n *Node) error
}

// A Primary is a DB some of whose nodes are primaries.
type Primary interface {
	// Primaries are the nodes that think that they are primaries.
	Primaries(ctx context.Context, r *Run) ([]string, error)
	// SetupPrimary is called on the first node, after Setup on all.
	SetupPrimary(ctx context.Context, r *Run, n *Node) error
}

// LogFiles is a DB that says which files of a node go into the run: their names in the run by
// their paths on the node. Files that are not there are left out.
type LogFiles interface {
	LogFiles(ctx context.Context, r *Run, n *Node) (map[string]string, error)
}

// SetupFailed marks an error of DB.Setup after which setting up is tried again, three times in
// all.
func SetupFailed(err error) error { return setupFailed{err} }

type setupFailed struct{ error }

func (e setupFailed) Unwrap() error { return e.error }
