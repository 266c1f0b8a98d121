// Package queue checks queues, as Jepsen's checkers queue and total-queue do.
//
// [Check] runs a model over the enqueues as they are invoked and the dequeues as
// they return. With a model that keeps no order it finds whatever came out before
// anybody had asked for it to go in, more often than that, or without. It cannot
// see what never comes out. With a FIFO model it only makes sense where nothing
// is enqueued concurrently; package linearizable judges that case. An enqueue
// counts even if it failed later, as in Jepsen.
//
// [CheckTotal] counts what went in and what came out over the whole history:
// acknowledged elements that never come out are lost. That is true only if the
// queue was drained at the end. What a dequeue took that did not complete is lost,
// too, with a warning. Elements that come out twice are told of but are no fault, all
// as in Jepsen.
//
// Both cost the size of the input.
package queue
