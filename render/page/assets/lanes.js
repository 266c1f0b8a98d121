// Which row an operation is drawn in: that of its process, of the thread that the process is of, of its process
// among those that talk to the same node, or those of the keys that it is about.

import { meta, OK, FAIL } from "./data.js";
import { view } from "./view.js";

// makeRows lists the rows in the order in which they are drawn: the lanes in it, its label, and its operations by
// start, as places of them.
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
  if (view.rows === "key") return byKey(d).filter((r) => view.key < 0 || r.key === view.key);
  const rows = (view.rows === "thread" && threads(d) ? byThread(d) : byProcess(d)).filter((r) => r.ops.length);
  return view.lane >= 0 ? rows.filter((r) => r.lanes.includes(view.lane)) : rows;
}

// rowsOf lists the places of the rows that an operation is in, among those from and to.
export function rowsOf(d, o, from = 0, to = d.rows.length) {
  if (view.rows !== "key") {
    const i = d.rowOf.get(d.ops.lane[o]);
    return i >= from && i < to ? [i] : [];
  }
  const found = [];
  for (let i = from; i < to && i < d.rows.length; i++) if (holds(d.rows[i].ops, o)) found.push(i);
  return found;
}

// holds reports whether a sorted list has a number.
function holds(list, x) {
  let lo = 0, hi = list.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (list[mid] < x) lo = mid + 1;
    else hi = mid;
  }
  return list[lo] === x;
}

const DEEP = 6; // rows of a key, for operations that overlap

function byKey(d) {
  return (d.keyRows ??= d.keys.flatMap((k, key) => {
    const ends = [], rows = [];
    for (const o of k.ops) {
      const a = d.ops.inv[o] < 0 ? d.ops.com[o] : d.ops.inv[o];
      let i = ends.findIndex((e) => e < a);
      if (i < 0) i = Math.min(ends.length, DEEP - 1);
      ends[i] = Math.max(ends[i] ?? 0, a, d.ops.com[o]);
      (rows[i] ??= []).push(o);
    }
    return rows.map((ops, i) => ({ lanes: [], key, label: i ? "" : k.name, ops: Uint32Array.from(ops) }));
  }));
}

const opsOf = (d, lane) => d.ofLane.subarray(d.laneFrom[lane], d.laneFrom[lane + 1]);

function byProcess(d) {
  const rows = [], nodes = (view.rows === "node" && meta.names) || [];
  for (let lane = 0; lane < meta.clients || (!meta.clients && lane < meta.lanes.length); lane++) {
    const name = meta.lanes[lane] || "(none)", node = /^\d+$/.test(name) ? Number(name) % nodes.length : nodes.length;
    rows.push({ lanes: [lane], key: -1, node, label: (nodes[node] ? nodes[node] + " · " : "") + name, ops: opsOf(d, lane) });
  }
  if (nodes.length) rows.sort((a, b) => a.node - b.node || a.lanes[0] - b.lanes[0]);
  return rows;
}

// threads is how many clients ran at a time if a client that crashed was followed by the process whose number is
// larger by that, as in tests of Jepsen; 0 if that is not so.
export function threads(d) {
  if (d.threads !== undefined) return d.threads;
  d.threads = 0;
  const { ops } = d, lanes = new Map(meta.lanes.slice(0, meta.clients).map((s, lane) => [/^\d+$/.test(s) ? Number(s) : NaN, lane]));
  const begins = (o) => (ops.inv[o] < 0 ? ops.com[o] : ops.inv[o]);
  const follows = (p, before) => {
    const lane = lanes.get(before), o = lane === undefined ? undefined : opsOf(d, lane).at(-1);
    return o !== undefined && ops.out[o] !== OK && ops.out[o] !== FAIL && begins(o) < begins(opsOf(d, lanes.get(p))[0]);
  };
  for (let n = 1; n < meta.clients && n <= 200 && lanes.has(n - 1); n++) {
    let fits = true;
    for (const p of lanes.keys()) if (p !== p || (p >= n && !follows(p, p - n))) { fits = false; break; }
    if (fits) return (d.threads = n);
  }
  return 0;
}

function byThread(d) {
  const rows = Array.from({ length: d.threads }, (_, i) => ({ lanes: [], label: String(i), ops: [] }));
  for (let lane = 0; lane < meta.clients; lane++) rows[Number(meta.lanes[lane]) % d.threads].lanes.push(lane);
  for (const r of rows) {
    r.label = meta.lanes[r.lanes[0]] + (r.lanes.length > 1 ? ` +${r.lanes.length - 1}` : "");
    r.ops = new Uint32Array(r.lanes.reduce((n, lane) => n + opsOf(d, lane).length, 0));
    let n = 0;
    for (const lane of r.lanes) {
      r.ops.set(opsOf(d, lane), n);
      n += opsOf(d, lane).length;
    }
  }
  return rows;
}
