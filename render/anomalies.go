package render

import "github.com/seed-c33ae711/jcheck/elle"

// notes are what a person wants to know of an anomaly.
type notes struct {
	means  string // in plain words
	causes string // faults of databases and tests that typically show it
	next   string // what to look at
	flags  string // of jcheck elle, to see it in its example
}

const (
	lookAtSessions = "Compare the node that answered each op of the session. If the reads that miss something come from one node, or begin with a failover, the session was moved without its state."
	lookAtReplicas = "Compare the nodes that answered. If the reads that miss something all come from one replica, its lag is the cause. jcheck perf shows whether they begin with a fault."
)

var anomalyNotes = map[elle.Anomaly]notes{
	elle.G0: {
		"Two transactions wrote the same keys, and their writes were interleaved: on one key the first came last, on the other the second. No serial order leaves such a state. It is the worst of the cycles: even read-uncommitted forbids it.",
		"Writes that take no lock until commit; conflict resolution that compares timestamps per key instead of per transaction; replicas that apply concurrent transactions in different orders.",
		"Find the keys of the cycle and who leads them. If they are in different shards, look at how a commit across shards is ordered.",
		"--model read-uncommitted",
	},
	elle.G1a: {
		"A transaction failed, so it must have had no effect. Another one that committed read what it had written.",
		"A rollback that is incomplete; reads of dirty state; a server or a proxy that answers with an error after it has committed; a test that records a timeout as :fail instead of :info.",
		"Look at the :error of the failed write first. If it is a timeout or a lost connection, the outcome was unknown: record :info, and check again. jcheck lint names such ops. If the database said that it aborted, this is its bug.",
		"--model read-committed",
	},
	elle.G1b: {
		"A transaction wrote a key twice, and another one read the first of the two values. The first was never committed as the value of the key: it must not be visible.",
		"Reads of uncommitted state; a client that splits one transaction into several statements with autocommit on.",
		"See whether the reader began before the writer completed. If it did, the database shows state that is not committed. If it did not, half of the transaction was lost.",
		"--model read-committed",
	},
	elle.G1c: {
		"Each transaction depends on the other: it read what the other wrote, or overwrote it. In any serial order, one of them comes first, and cannot have seen the later one.",
		"Reads of uncommitted state; commits that become visible key by key rather than at once.",
		"Look at two transactions that ran at the same time and see each other. Their start and end times show how long the window was.",
		"--model read-committed",
	},
	elle.GSingle: {
		"A transaction saw some effects of another one and missed others. It read two keys from two different moments. In any serial order it comes after the writer, because it saw it, and before it, because it missed it.",
		"A snapshot that is not taken at once on all shards; reads that go to different replicas; statements that read at their own time instead of the transaction's (read-committed by default).",
		"Check which isolation level the client asked for: most databases do not default to one that forbids this. Then compare the nodes that answered the reads.",
		"--model serializable",
	},
	elle.GSingle + "-realtime": {
		"A transaction began after a write had been acknowledged, and still did not see it. It read an old snapshot. One that is serializable may do so; one that is strict serializable may not.",
		"Reads from a replica that lags; a leader that was deposed and does not know it; a lease that outlives its clock; a cache.",
		"Compare the nodes that answered. If the stale reads come from one of them, it lags or thinks that it leads. The time between the write's completion and the read says how stale it was.",
		"--model strict-serializable",
	},
	elle.GNonadjacent: {
		"Two readers disagree on the order of two independent writes: one saw the first and not the second, the other the second and not the first. There is no order of the writes that both can have seen. Parallel snapshot isolation allows it; snapshot isolation does not.",
		"Snapshots that are taken per site or per shard; replicas that apply independent commits in different orders.",
		"See where each reader ran. If both writers were local to their readers, the database may promise parallel snapshot isolation only.",
		"--model snapshot-isolation",
	},
	elle.G2: {
		"Each transaction read the state before the other's write. One at a time, the second would have seen the first. Snapshot isolation allows it, serializability does not.",
		"The database runs at snapshot isolation, under whatever name (Oracle's SERIALIZABLE, PostgreSQL's REPEATABLE READ); read locks that are released early; optimistic validation that checks writes alone.",
		"Check the isolation level first: at snapshot isolation this is allowed, and --model snapshot-isolation is the right question. Otherwise look for reads that no lock and no validation covers.",
		"--model serializable",
	},
	elle.GSinglePred: {
		"The same as G-single-item, but what the transaction missed was missing from the answer to a query: it saw one row of another transaction by key, and a query that must have matched another of its rows did not return it.",
		"Indexes that are updated after the rows; queries that read at another time than lookups by key.",
		"Look at the query's index. If it is maintained asynchronously, it lags behind the rows.",
		"--model serializable",
	},
	elle.GNonadjacentPred: {
		"The same as G-nonadjacent-item, with queries: two readers disagree on which of two writes came first, and at least one of them missed a row that its query must have matched.",
		"Indexes or snapshots that are kept per site or per shard.",
		"See where each reader ran, and which index answered.",
		"--model serializable",
	},
	elle.G2Pred: {
		"Each transaction inserted a row that the other's query must have matched, had it run later: phantoms. Locks on the rows that a query returned do not prevent it; there is no row to lock yet.",
		"Row locks without range or predicate locks; repeatable read as the standard defines it; snapshot isolation.",
		"Check the isolation level: repeatable-read allows this. If serializable was asked for, look at how the database locks or validates ranges.",
		"--model serializable",
	},
	elle.Internal: {
		"A transaction disagrees with itself: it read a key, or wrote it, and a later read of its own shows something else, though nothing in the transaction says so.",
		"Reads that do not see the transaction's own buffered writes; statements that each take a snapshot of their own; a client that retries part of a transaction.",
		"Look at the one op: its micro-ops are all it takes. If a retry is possible in the client, rule that out first.",
		"--model read-atomic",
	},
	elle.FutureRead: {
		"A transaction read an element that it appended only later.",
		"A client that retries a transaction whose first attempt had taken effect; a test that reuses values.",
		"Look for a retry: the first attempt committed, and the second one read its effect. Then the append happened twice, though the client reported it once.",
		"--model read-committed",
	},
	elle.DuplicateElements: {
		"A list holds an element twice, though one transaction appended it once.",
		"A retry that was not idempotent, in the client, the driver or the database; a log entry that was applied twice after a restart.",
		"Look at the transaction that appended the element. If it is :info, or took long, it was probably retried. jcheck lint shows whether the test itself appended the value twice.",
		"--model read-uncommitted",
	},
	elle.IncompatibleOrder: {
		"Two reads of one list disagree: neither is the beginning of the other. So there were two versions of its order, or elements were lost.",
		"A split brain: two leaders accepted appends; a failover that lost acknowledged writes; replicas that merge instead of agreeing.",
		"Find the first element in which the reads differ, and who appended it. Compare its time with the faults: a partition or a failover just before it is the usual cause.",
		"--model read-committed",
	},
	elle.DirtyUpdate: {
		"A transaction failed, and one that committed built on what it had written. Undoing the first would undo part of the second.",
		"Writes over uncommitted state; a rollback that comes too late; a test that records a timeout as :fail instead of :info.",
		"As for G1a: look at the :error of the failed transaction first.",
		"--model read-committed",
	},
	elle.LostUpdate: {
		"Several transactions read the same version of a key and then wrote the key. All but one of the updates rest on a state that was no longer there.",
		"Read-modify-write without a lock or a version check; snapshot isolation without first-committer-wins; last-write-wins after a partition.",
		"Check whether the workload's statements lock what they read (SELECT FOR UPDATE). Then see whether the writers spoke to different nodes.",
		"--model snapshot-isolation",
	},
	elle.CyclicVersions: {
		"The versions of a register come in a circle: what is known or assumed of their order contradicts itself. The line of the case says which assumption it was.",
		"An assumption that does not hold for the database, such as --linearizable-keys; reads that go back to an older version, from a replica that lags.",
		"Ask first whether the database promises what was assumed. If it does, this is a stale read: look at the reader that went back.",
		"--model serializable --linearizable-keys",
	},
	elle.GarbageRead: {
		"A read returned a value that no transaction of the history wrote, not even a failed or an indeterminate one.",
		"State that was there before the test; a client that decodes values wrongly; ops that are missing from the history; corruption.",
		"Look at the value. If an earlier run could have written it, clear the database before each test. If registers start with it, say so with --init.",
		"--model serializable",
	},
	elle.PredicateReadMiss: {
		"A query left out a row that must have matched: the row was there at every moment at which the query can have run.",
		"An index that lags behind its table or lost an entry; a scan that misses rows which move while it runs.",
		"Run the same query without the index, if the database lets you. Look for splits and moves of ranges at that time.",
		"--model serializable",
	},
	elle.OTV: {
		"Observed transaction vanishes: a transaction saw one effect of another, and a read that came later missed the rest. What it had begun to see was gone again.",
		"Commits that become visible key by key; reads of one transaction from different replicas.",
		lookAtReplicas,
		"--model monotonic-atomic-view",
	},
	elle.FracturedRead: {
		"A transaction saw part of another's writes and not the rest. Atomic visibility asks for all or nothing, in whatever order the keys were read.",
		"Commits that become visible key by key; a snapshot that is not taken at once on all shards.",
		"See in which order the reads and the writer's commit happened. Shards that hold the two keys apply the commit at different times.",
		"--model read-atomic",
	},
	elle.CausalCycle: {
		"Somebody saw an effect and not its cause: no single order of the transactions has every cause before its effects and explains what each of them read.",
		"Replication that applies writes of different origins without their dependencies; reads from several replicas.",
		lookAtReplicas,
		"--model causal-cerone",
	},
	elle.CausalityViolated: {
		"No order of the versions of a key, the same for all, keeps causes before effects.",
		"Conflict resolution that ignores causality, such as last-write-wins with clocks that differ.",
		"Compare the clocks of the nodes that wrote the key. " + lookAtReplicas,
		"--model causal-plus",
	},
	elle.WriteCORead: {
		"A read returned a version that another write had replaced before, and the reader depends on that write: it saw something that came after it.",
		"A session that moves to a replica which lags; caches that are not invalidated in causal order.",
		lookAtReplicas,
		"--model transactional-causal",
	},
	elle.CyclicHB: {
		"What one process did and saw cannot be put in an order that has every cause before its effects, not even an order of its own.",
		"A session that reads from several replicas; writes that are acknowledged before they are visible to their own client.",
		lookAtSessions,
		"--model causal",
	},
	elle.PRAMViolation: {
		"A process saw others' writes, or its own, in an order in which they were not made. PRAM only asks that the writes of each process are seen in its order.",
		"Replication over several connections that reorder; a session that reads from several replicas.",
		lookAtSessions,
		"--model PRAM",
	},
	elle.PRAMPlusViolated: {
		"As PRAM-violation, if all processes must also agree on the order of each key's versions.",
		"Replication that reorders; last-write-wins with clocks that differ.",
		lookAtSessions,
		"--model PRAM-plus",
	},
	elle.NMR: {
		"Non-monotonic reads: a process read a version, and later read an older one.",
		"A client that is moved to another replica between two reads; a load balancer without sticky sessions.",
		lookAtSessions,
		"--model monotonic-reads",
	},
	elle.NMW: {
		"Non-monotonic writes: one process wrote twice, and another saw the second write without the first.",
		"Writes that go to different leaders or shards and are replicated independently.",
		"See which nodes took the two writes, and which one answered the reader.",
		"--model monotonic-writes",
	},
	elle.MYR: {
		"Missing your writes: a process wrote, the write was acknowledged, and then the process did not see it.",
		"Writes go to the leader and reads to a replica; writes are acknowledged before they are visible; a write was lost in a failover.",
		lookAtSessions,
		"--model read-your-writes",
	},
	elle.MRWD: {
		"Missing read-write dependency: a process read a value and then wrote. Somebody saw its write, but not what it had read before: the answer without the question.",
		"Replication that does not carry dependencies between writes of different clients.",
		"See through which nodes the first write, the second write and the reader went.",
		"--model writes-follow-reads",
	},
}
