// Package plot draws what package perf measured: latencies, quantiles, rates, clocks and piles of operations over
// time, as PNG and SVG, under the names that Jepsen gives such files.
//
// [Pictures] lists what there is to draw. Each picture has the faults of the nemeses in a strip above the data, a lane
// each, and lightly behind it. Its legend stands outside of the data. How many operations a history has does not matter
// to the size of a picture or to how long it takes, since perf has aggregated them.
//
// Names from a history may be anything. They are drawn as text, without control characters, and cut where they are long.
//
// The drawing is gonum.org/v1/plot/vg's. Its package plot is not used: that parses fonts whenever a program starts, and panics
// for logarithms of 0 and empty data.
package plot
