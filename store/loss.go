package store

import "fmt"

// A Loss is an unreadable part of a damaged file. Everything else was verified.
type Loss struct {
	Offset int64  // where in the file
	ID     uint32 // of the block, 0 if unknown
	Type   string // what it is: the type of a block, or bytes
	At     int    // the position, in the history as read, of the op after the lost ones
	Ops    int    // how many ops are lost; -1 if it is unknown how many, or whether any; 0 if none
	Reason string
}

// ops says how many are lost.
func (l Loss) ops() string {
	switch l.Ops {
	case 0:
		return ""
	case -1:
		return fmt.Sprintf("; an unknown number of ops may be missing before position %d", l.At)
	case 1:
		return fmt.Sprintf("; 1 op is missing before position %d", l.At)
	}
	return fmt.Sprintf("; %d ops are missing before position %d", l.Ops, l.At)
}

func (l Loss) String() string {
	block := l.Type
	if l.ID != 0 {
		block = fmt.Sprintf("%s %d", l.Type, l.ID)
	}
	return fmt.Sprintf("offset %d: %s: %s%s", l.Offset, block, l.Reason, l.ops())
}

// reason is what an error says without the place, which a loss says itself.
func reason(err error) string {
	if e, ok := err.(*BlockError); ok {
		return e.Msg
	}
	return err.Error()
}
