// Package queue checks queues, as Jepsen's checkers queue and total-queue do.
//
// [Check] runs a model over the enqueues as they are invoked and the dequeues as
// they return. With an unordered model, it finds elements that came out before
// anyone tried to put them in, more often than that, or without an enqueue. It cannot
// see elements that never come out. A FIFO model only makes sense if no
// enqueues are concurrent; package linearizable judges that case. An enqueue
// counts even if it later failed, as in Jepsen.
//
// [CheckTotal] counts the elements that went in and came out over the whole history:
// acknowledged elements that never come out are lost. That is true only if the
// queue was drained at the end. An element that an uncompleted dequeue took also counts
// as lost, with a warning. Elements that come out twice are reported but are not a fault.
// All of this is as in Jepsen.
//
// Both cost the size of the input.
package queue
