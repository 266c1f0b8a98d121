// Package kafka checks logs like Kafka's: partitions to which producers append
// messages and from which consumers poll them, after Jepsen's kafka workload.
//
// A key stands for a partition. Its log holds messages at integer offsets. No
// message is sent to a key twice, so a message shows who sent it. An op is a
// list of micro-ops: [:send k v], which an acknowledgement completes to
// [:send k [offset v]], and [:poll], which completes to
// [:poll {k [[offset v] ...]}]. Ops are :send, :poll and :txn, which mixes both;
// :assign and :subscribe say which keys a consumer wants.
//
// # What is inferred
//
// The offsets that polls and acknowledgements show give each log an order. Offsets
// may have gaps, because Kafka spends some on transaction markers, so messages
// are compared by the ranks of their offsets among those that hold a message. A
// message must be in the log if an ok op sent it, or if an indeterminate op sent it
// and any message of that op was polled, because a transaction is atomic. From this
// follow:
//
//   - lost-write: a message must be in the log, later ones were polled, it never was;
//   - unseen: a message was acknowledged and never polled at all;
//   - duplicate, inconsistent-offsets: a message at two offsets, two at one;
//   - G1a: a message of an aborted op was polled;
//   - poll-skip, nonmonotonic-poll: a consumer jumped over messages or went back
//     between two ops, and int-poll-skip, int-nonmonotonic-poll within one; likewise
//     for sends;
//   - precommitted-read: a transaction polled what it sent itself;
//   - cycles of dependencies: wr, from the sender of a message to its consumer; with
//     WWDeps also ww, from its sender to that of the next message; and realtime order.
//
// The types have Jepsen's names. Sources: Jepsen's kafka workload and the analyses
// it was made for (Bufstream 0.1.0, 2024; Redpanda 21.10.1, 2022); Adya (1999) for
// G0, G1a, G1c; Kingsbury & Alvaro, Elle (VLDB 2020) for cycles.
//
// # What it cannot see
//
// A message that is sent twice shows less: it gives no edges. Nothing is known of
// messages that were never polled and whose offsets were never acknowledged. Polls that
// move backward after a rebalance are legitimate, so with subscriptions, jumps between
// ops do not count. There are no anti-dependencies: that a poll returned nothing
// does not prove that there was nothing. Two producers may interleave, so gaps
// between sends of different ops do not count.
//
// # Cost
//
// Linear in the size of the input, except for sorting each log by offset and looking
// up lags. Messages are dense ids, and everything known about them is in columns.
// Cycles are searched only where a dependency leads backward in time.
package kafka
