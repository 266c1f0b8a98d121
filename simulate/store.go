package simulate

// key is a list or a register and all its versions. A key is reachable from its slot in the
// pool and from the transactions under way that use it, so one that is retired
// is forgotten, with its versions, when the last of them is over.
type key struct {
	id       int64
	register bool
	versions []version // by time of commit
	issued   int       // values given out
	users    int       // mentions in transactions under way
	retired  bool
	owner    *txn // who is installing it, if commits are piecemeal
}

// version is what a commit left of a key: a list, or the one value of a register.
// Elements are never overwritten: a longer list may share them, a different one
// has a copy.
type version struct {
	commit  int64
	content []int64
}

// at returns the last version not newer than the given commit.
func (k *key) at(commit int64) version {
	for i := len(k.versions) - 1; i >= 0; i-- {
		if k.versions[i].commit <= commit {
			return k.versions[i]
		}
	}
	return version{content: empty}
}

// empty is what reading a key finds that has never been written. It is not nil,
// since nil stands for what is not known.
var empty = []int64{}

// newest is later than every commit.
const newest = int64(1<<63 - 1)
