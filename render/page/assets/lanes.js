// Which row an operation is drawn in: that of its process, or with those of the processes that talk to the
// same node.

import { meta } from "./data.js";
import { view } from "./view.js";

// rows are the lanes in the order in which they are drawn: lane is its place, name what it is called, ops
// its operations by start, as places of them.
export function makeRows(d) {
  const { ops } = d, n = meta.lanes.length;
  if (!d.ofLane) {
    const size = new Uint32Array(n + 1);
    for (let o = 0; o < ops.n; o++) size[ops.lane[o] + 1]++;
    for (let i = 0; i < n; i++) size[i + 1] += size[i];
    d.laneFrom = size.slice();
    d.ofLane = new Uint32Array(ops.n);
    for (let o = 0; o < ops.n; o++) d.ofLane[size[ops.lane[o]]++] = o;
  }
  let rows = meta.lanes.map((name, lane) => ({ lane, name: name || "(none)", ops: d.ofLane.subarray(d.laneFrom[lane], d.laneFrom[lane + 1]) }));
  if (view.rows === "node" && meta.names?.length) {
    const nodes = meta.names;
    const of = (r) => (r.lane < meta.clients && /^\d+$/.test(r.name) ? Number(r.name) % nodes.length : nodes.length);
    rows.forEach((r) => (r.node = of(r)));
    rows.sort((a, b) => a.node - b.node || a.lane - b.lane);
    rows.forEach((r) => (r.label = (nodes[r.node] ? nodes[r.node] + " · " : "") + r.name));
  } else rows.forEach((r) => (r.label = r.name));
  if (view.lane >= 0) rows = rows.filter((r) => r.lane === view.lane);
  return rows.filter((r) => r.ops.length);
}
