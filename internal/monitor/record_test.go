package monitor

import "math/rand/v2"

// A scene is a real object and what is done with it, for histories too long for
// the judge.
type scene struct {
	name string

	// new returns what draws the ith op, and does it: do gets what it is to do, and
	// fills in what it returns. What is not possible becomes another op.
	new func(rng *rand.Rand, n int) (draw func(i int) Op, do func(op *Op))

	run func(ops []Op) Answer

	serial bool // the ops must come one after the other
}

// record returns a history of n ops, by so many processes at a time. Ops never
// return with the given probability; half of these have no effect.
func (s *scene) record(rng *rand.Rand, n, processes int, pending float64) []Op {
	const idle, called, done = 0, 1, 2
	draw, do := s.new(rng, n)
	if s.serial {
		processes, pending = 1, 0
	}
	ops := make([]Op, 0, n)
	state := make([]int, processes)
	current := make([]int, processes)
	lost := make([]bool, processes)
	busy := 0
	for at := int32(0); len(ops) < n || busy > 0; {
		p := rng.IntN(processes)
		switch op := current[p]; state[p] {
		case idle:
			if len(ops) == n {
				continue
			}
			current[p] = len(ops)
			ops = append(ops, draw(len(ops)))
			ops[current[p]].Inv, ops[current[p]].Ret = at, Never
			lost[p] = pending > 0 && rng.Float64() < pending
			at++
			busy++
			state[p] = called
		case called:
			if lost[p] && rng.IntN(2) == 0 {
				state[p] = idle
				busy--
				continue
			}
			do(&ops[op])
			state[p] = done
		case done:
			if !lost[p] {
				ops[op].Ret = at
				at++
			}
			state[p] = idle
			busy--
		}
	}
	return ops
}

// replay returns the first op of order that cannot be where it is, or none.
func (s *scene) replay(ops []Op, order []int32) int32 {
	_, do := s.new(rand.New(rand.NewPCG(0, 0)), len(ops))
	latest := int32(none)
	taken := make([]bool, len(ops))
	for _, i := range order {
		op := ops[i]
		do(&op)
		if ops[i].pending() {
			op.A, op.B = ops[i].A, ops[i].B
		}
		if op != ops[i] || op.Ret < latest || taken[i] {
			return i
		}
		taken[i] = true
		latest = max(latest, op.Inv)
	}
	for i := range ops {
		if !taken[i] && !ops[i].pending() {
			return int32(i)
		}
	}
	return none
}

func scenes() []scene {
	return []scene{
		{name: "register", run: func(ops []Op) Answer { return Register(ops, 0) }, new: registerScene},
		{name: "cas-register", run: func(ops []Op) Answer { return Register(ops, 0) }, new: casScene},
		{name: "queue", run: Queue, new: queueScene},
		{name: "stack", run: Stack, new: stackScene},
		{name: "bag", run: Bag, new: bagScene},
		{name: "mutex", run: Mutex, new: mutexScene},
		{name: "owner-mutex", run: OwnerMutex, serial: true, new: ownerMutexScene},
		setScene(20),
		{name: "members", run: Members, new: membersScene},
		{name: "counter", run: Counter, new: counterScene},
	}
}

func registerScene(rng *rand.Rand, n int) (draw func(int) Op, do func(*Op)) {
	value := int32(0)
	draw = func(i int) Op {
		return Op{F: Read + F(rng.IntN(2)), A: int32(i + 1)}
	}
	do = func(op *Op) {
		if op.F == Write {
			value = op.A
		}
		op.A = value
	}
	return draw, do
}

func casScene(rng *rand.Rand, n int) (draw func(int) Op, do func(*Op)) {
	value := int32(0)
	draw = func(i int) Op {
		switch rng.IntN(10) {
		case 0:
			return Op{F: Write, A: int32(i + 1)}
		case 1, 2, 3, 4:
			return Op{F: CAS, A: value, B: int32(i + 1)}
		}
		return Op{F: Read}
	}
	do = func(op *Op) {
		switch {
		case op.F == Write:
			value = op.A
		case op.F == Read:
			op.A = value
		case op.A == value:
			value = op.B
		default: // it fails; a Read says as much
			op.F, op.A, op.B = Read, value, 0
		}
	}
	return draw, do
}

func queueScene(rng *rand.Rand, n int) (draw func(int) Op, do func(*Op)) {
	var values []int32
	draw = func(i int) Op {
		return Op{F: Enqueue + F(rng.IntN(2)), A: int32(i)}
	}
	do = func(op *Op) {
		switch {
		case op.F == Enqueue:
			values = append(values, op.A)
		case len(values) == 0:
			op.A = None
		default:
			op.A, values = values[0], values[1:]
		}
	}
	return draw, do
}

func stackScene(rng *rand.Rand, n int) (draw func(int) Op, do func(*Op)) {
	var values []int32
	draw = func(i int) Op {
		return Op{F: Push + F(rng.IntN(2)), A: int32(i)}
	}
	do = func(op *Op) {
		switch top := len(values) - 1; {
		case op.F == Push:
			values = append(values, op.A)
		case top < 0:
			op.A = None
		default:
			op.A, values = values[top], values[:top]
		}
	}
	return draw, do
}

func bagScene(rng *rand.Rand, n int) (draw func(int) Op, do func(*Op)) {
	inside := make([]int, n)
	var values []int32 // that may be inside
	draw = func(i int) Op {
		return Op{F: Enqueue + F(i%2), A: int32(i / 3)}
	}
	do = func(op *Op) {
		for op.F == Dequeue && inside[op.A] == 0 && len(values) > 0 {
			op.A, values = values[0], values[1:]
		}
		if op.F == Dequeue && inside[op.A] > 0 {
			inside[op.A]--
			return
		}
		op.F = Enqueue
		inside[op.A]++
		values = append(values, op.A)
	}
	return draw, do
}

func mutexScene(rng *rand.Rand, n int) (draw func(int) Op, do func(*Op)) {
	next := Acquire
	draw = func(i int) Op { return Op{F: Acquire + F(rng.IntN(2))} }
	do = func(op *Op) {
		op.F, next = next, Acquire+Release-next
	}
	return draw, do
}

func ownerMutexScene(rng *rand.Rand, n int) (draw func(int) Op, do func(*Op)) {
	holder := int32(none)
	draw = func(i int) Op { return Op{F: Acquire, A: rng.Int32N(100)} }
	do = func(op *Op) {
		if holder == none {
			op.F, holder = Acquire, op.A
		} else {
			op.F, op.A, holder = Release, holder, none
		}
	}
	return draw, do
}

func membersScene(rng *rand.Rand, n int) (draw func(int) Op, do func(*Op)) {
	state := make([]uint8, n)   // 0 before it is added, 1, 2 when it was removed
	tried := make([][2]bool, n) // whether it was to be added, and removed
	draw = func(i int) Op {
		op := Op{F: Add + F(rng.IntN(3)), A: int32(max(0, i/3-rng.IntN(10)))}
		if op.F != Contains {
			once := &tried[op.A][op.F-Add]
			if *once {
				op.F = Contains
			}
			*once = true
		}
		return op
	}
	do = func(op *Op) {
		s := &state[op.A]
		if op.F == Add && *s == 0 || op.F == Remove && *s == 1 {
			*s++
			return
		}
		op.F, op.B = Contains, int32(*s&1)
	}
	return draw, do
}

func counterScene(rng *rand.Rand, n int) (draw func(int) Op, do func(*Op)) {
	count := int32(0)
	draw = func(i int) Op {
		return Op{F: Inc + F(rng.IntN(2)), A: 1}
	}
	do = func(op *Op) {
		if op.F == Inc {
			count++
		} else {
			op.A = count
		}
	}
	return draw, do
}

// setScene is a set that is read so many times, about.
func setScene(reads int) scene {
	sets := Sets{Off: []int{0}}
	numbers := map[uint64]int32{} // of sets, by a hash of what is in them
	return scene{name: "set", run: func(ops []Op) Answer { return Set(ops, sets) }, new: func(rng *rand.Rand, n int) (func(int) Op, func(*Op)) {
		var elements []int32
		var hash uint64
		return func(i int) Op {
				if rng.IntN(n) < reads {
					return Op{F: ReadSet}
				}
				return Op{F: Add, A: int32(i)}
			}, func(op *Op) {
				if op.F == Add {
					elements = append(elements, op.A)
					hash += rand.NewPCG(uint64(op.A), 1).Uint64()
					return
				}
				number, known := numbers[hash]
				if !known {
					number = int32(len(sets.Off) - 1)
					numbers[hash] = number
					sets.Elements = append(sets.Elements, elements...)
					sets.Off = append(sets.Off, len(sets.Elements))
				}
				op.A = number
			}
	}}
}
