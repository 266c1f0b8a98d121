package elle

import (
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/result"
)

// Says describes a case that is not a cycle, in sentences. For G1a and G1b, they call
// Case.Op R and Case.Writer W; for a dirty update, Case.Ops are A and C; for a lost
// update, T1 and so on; and all others call the op T.
func (t *Teller) Says(c *Case) []string {
	key := result.Text(c.Key)
	switch c.Type {
	case IncompatibleOrder:
		differ := fmt.Sprintf("Two reads of key %s differ from the first element on.", key)
		if n := CommonPrefix(c); n > 0 {
			differ = fmt.Sprintf("Two reads of key %s agree on the first %s, and then differ.", key, numberOf(n, "element"))
		}
		return []string{
			differ,
			"Whatever the order of the appends, one of them saw a list that never existed, or was aborted.",
		}
	case DirtyUpdate:
		return []string{fmt.Sprintf("The versions of key %s continue from A's append, which failed, to C's, which committed: %s", key, result.Joined(c.Values))}
	case CyclicVersions:
		return []string{
			fmt.Sprintf("The values %s of key %s must each be older than the next.", result.Joined(c.Values), key),
			fmt.Sprintf("So an assumption about the order of versions (%s) does not hold for this key, and the last one was not used for it.", strings.Join(c.Sources, ", ")),
		}
	case PredicateReadMiss, Internal:
		if said := t.saysItem(c, key); said != nil {
			return said
		}
	}
	if t.Result.Workload == ListAppend {
		return t.saysList(c, key)
	}
	return t.saysRegister(c, key)
}

// CommonPrefix returns on how many elements two contradictory lists agree.
func CommonPrefix(c *Case) (at int) {
	a, errA := c.Values[0].Items(nil)
	b, errB := c.Values[1].Items(nil)
	for errA == nil && errB == nil && at < len(a) && at < len(b) && edn.Equal(a[at], b[at]) {
		at++
	}
	return at
}

func (t *Teller) saysList(c *Case, key string) []string {
	switch element := result.Text(c.Element); c.Type {
	case G1a:
		return []string{fmt.Sprintf("R committed, and saw element %s of key %s, which W appended; but W failed, so it must not be visible.", element, key)}
	case G1b:
		return []string{fmt.Sprintf("R saw key %s end with %s, which W appended before it appended to the key again: a state that was never committed.", key, element)}
	case Internal:
		return t.saysInternal(c, key, result.ListText(c.Expected, -1))
	case FutureRead:
		return []string{fmt.Sprintf("Micro-op %d of T read element %s of key %s, which T itself appended only later.", c.Mop+1, element, key)}
	case GarbageRead:
		return []string{fmt.Sprintf("T read element %s of key %s, which no transaction of this history appended (%s in all saw it).", element, key, numberOf(c.Count, "read"))}
	case DuplicateElements:
		var parts []string
		for _, d := range c.Duplicates {
			parts = append(parts, fmt.Sprintf("%d times %s", d.Times, result.Text(d.Element)))
		}
		return []string{fmt.Sprintf("Micro-op %d of T read a list of key %s that holds %s, though each was appended once.", c.Mop+1, key, strings.Join(parts, ", "))}
	case LostUpdate:
		return []string{fmt.Sprintf("All of them read key %s as %s and then appended to it: at most one built on that version.", key, result.ListText(c.Value, -1))}
	}
	return nil
}

func (t *Teller) saysRegister(c *Case, key string) []string {
	switch value := result.Text(c.Element); c.Type {
	case G1a:
		return []string{fmt.Sprintf("R committed, and read key %s as %s, which W wrote; but W failed, so it must not be visible.", key, value)}
	case G1b:
		return []string{fmt.Sprintf("R read key %s as %s, which W wrote before it wrote the key again: a state that was never committed.", key, value)}
	case Internal:
		return t.saysInternal(c, key, result.Text(c.Expected))
	case FutureRead:
		return []string{fmt.Sprintf("Micro-op %d of T read key %s as %s, which T itself wrote only later.", c.Mop+1, key, value)}
	case GarbageRead:
		return []string{fmt.Sprintf("T read key %s as %s, which no transaction of this history wrote (%s in all saw it).", key, value, numberOf(c.Count, "read"))}
	case LostUpdate:
		return []string{fmt.Sprintf("All of them read key %s as %s and then wrote it: at most one built on that version.", key, result.Text(c.Value))}
	}
	return nil
}

func (t *Teller) saysInternal(c *Case, key, expected string) []string {
	return []string{
		fmt.Sprintf("Micro-op %d of T read key %s; by what T did before, it should have read %s.", c.Mop+1, key, expected),
		fmt.Sprintf("It read %s.", t.readText(c)),
	}
}

// readText is the value that the case's micro-op read.
func (t *Teller) readText(c *Case) string {
	mops, err := t.Result.Txn(c.Op).Items(nil)
	if err == nil && c.Mop < len(mops) {
		if parts, err := mops[c.Mop].Items(nil); err == nil && len(parts) == 3 {
			return result.ListText(parts[2], -1)
		}
	}
	return "nil"
}

// saysItem describes what only reads of items show, and returns nil for anything else.
func (t *Teller) saysItem(c *Case, key string) []string {
	switch {
	case c.Type == PredicateReadMiss && c.PredicateRead.IsZero():
		return []string{fmt.Sprintf("Micro-op %d of T did not find key %s. But the key was created before everything else and never deleted: it was %s.", c.Mop+1, key, result.Joined(c.Values))}
	case c.Type == PredicateReadMiss:
		return []string{fmt.Sprintf("Micro-op %d of T, %s, did not return key %s. But the key was created before everything else, and every version that it may have had matches: %s.",
			c.Mop+1, result.PredicateText(c.PredicateRead), key, result.Joined(c.Values))}
	case c.PredicateRead.IsZero():
	case c.Element.IsZero():
		return []string{fmt.Sprintf("Micro-op %d of T, %s, did not return key %s, which T had read as %s.", c.Mop+1, result.PredicateText(c.PredicateRead), key, result.Text(c.Expected))}
	case !c.Expected.IsZero():
		return []string{fmt.Sprintf("Micro-op %d of T, %s, returned key %s as %s; by what T did before, that was %s.", c.Mop+1, result.PredicateText(c.PredicateRead), key, result.Text(c.Element), result.Text(c.Expected))}
	default:
		return []string{fmt.Sprintf("Micro-op %d of T, %s, returned key %s as %s, which its predicate does not match.", c.Mop+1, result.PredicateText(c.PredicateRead), key, result.Text(c.Element))}
	}
	return nil
}
