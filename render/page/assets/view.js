// What is being looked at: a span of the axis, filters, an operation. The URL's fragment says it,
// so that it can be sent: #t=30-45&f=read&type=fail&op=12.

import { meta, OUTCOMES, LINES } from "./data.js";

export const view = {
  t0: 0, t1: 1, // in the unit of the axis: ms, or events
  full: [0, 1],
  fs: new Set(), // places of fs that are shown; empty for all
  outs: new Set(), // outcomes that are shown; empty for all
  lane: -1, // the only lane that is shown; -1 for all
  key: -1, // the only key whose operations are shown; -1 for all
  lines: new Set(), // quantiles that are shown; empty for all
  strips: new Set(), // nemeses that are shown; empty for all
  text: "", // of values
  op: -1, // selected
  lit: -1, // the pointer is on it, here or in a picture
  mark: -1, // the fault that was gone to last
  hover: NaN, // place of the pointer on the axis
  rows: "process",
};

const listeners = [];
export function listen(f) {
  listeners.push(f);
}

let pending = 0;
const changes = new Set();
// changed redraws before the next frame. What says what changed: view, filter, op, hover, axis.
export function changed(what) {
  changes.add(what);
  if (!pending) pending = requestAnimationFrame(flush);
}

// flush redraws now.
export function flush() {
  cancelAnimationFrame(pending);
  pending = 0;
  const what = new Set(changes);
  changes.clear();
  const start = performance.now();
  for (const f of listeners) f(what);
  performance.measure("draw", { start }); // for the tests, and for whoever looks why it is slow
}

// show moves to a span of the axis, within what there is.
export function show(t0, t1) {
  const [lo, hi] = view.full;
  const least = (hi - lo) / 1e7 || 1e-6;
  let width = Math.min(Math.max(t1 - t0, least), hi - lo);
  t0 = Math.min(Math.max(t0, lo), hi - width);
  view.t0 = t0;
  view.t1 = t0 + width;
  changed("view");
}

export function zoom(by, around = (view.t0 + view.t1) / 2) {
  show(around - (around - view.t0) / by, around + (view.t1 - around) / by);
}

export function pan(share) {
  const d = share * (view.t1 - view.t0);
  show(view.t0 + d, view.t1 + d);
}

export const isWhole = () => view.t0 <= view.full[0] && view.t1 >= view.full[1];

// toggle turns one of many on or off. An empty set stands for all of them.
export function toggle(set, x, all) {
  if (set.size === 0) for (let i = 0; i < all; i++) set.add(i);
  if (set.has(x)) set.delete(x);
  else set.add(x);
  if (set.size === all) set.clear();
  if (set.size === 0 && all === 1) set.clear();
  changed("filter");
}

// fragment writes the view.
function fragment(byOrder) {
  const parts = [];
  const num = (x) => String(+(byOrder ? x : x / 1000).toPrecision(9));
  if (!isWhole()) parts.push(`${byOrder ? "e" : "t"}=${num(view.t0)}-${num(view.t1)}`);
  if (view.fs.size) parts.push("f=" + [...view.fs].map((i) => encodeURIComponent(meta.fs[i])).join(","));
  if (view.outs.size) parts.push("type=" + [...view.outs].map((i) => encodeURIComponent(OUTCOMES[i])).join(","));
  if (view.lane >= 0) parts.push("process=" + encodeURIComponent(meta.lanes[view.lane]));
  if (view.key >= 0) parts.push("key=" + encodeURIComponent(meta.keys.names[view.key]));
  if (view.lines.size) parts.push("lines=" + [...view.lines].map((i) => LINES[i]).join(","));
  if (view.strips.size) parts.push("nemesis=" + [...view.strips].map((i) => encodeURIComponent(meta.strip[i].name)).join(","));
  if (view.text) parts.push("text=" + encodeURIComponent(view.text));
  return parts.join("&");
}

let written = "", waiting = 0;
// writeFragment writes the view to the URL once it rests: a browser takes long for that, and allows only so many.
export function writeFragment(byOrder) {
  clearTimeout(waiting);
  waiting = setTimeout(() => writeNow(byOrder), 200);
}

function writeNow(byOrder) {
  const now = fragment(byOrder);
  if (now === written) return;
  written = now;
  try {
    history.replaceState(null, "", now ? "#" + now : location.pathname + location.search);
  } catch {
    // Chromium allows only so many in a while
  }
}

// clearFilters shows everything.
export function clearFilters() {
  for (const set of [view.fs, view.outs, view.lines, view.strips]) set.clear();
  view.lane = view.key = -1;
  view.text = "";
}

// readFragment takes a view from the fragment, and reports whether it has one.
export function readFragment(byOrder) {
  const text = location.hash.slice(1);
  if (!/^[a-z]+=/.test(text)) return false;
  const list = (s, names) => new Set(s.split(",").map((x) => names.indexOf(decodeURIComponent(x))).filter((i) => i >= 0));
  clearFilters();
  for (const part of text.split("&")) {
    const [name, value = ""] = [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)];
    const span = /^(-?[\d.e+]+)-(-?[\d.e+]+)$/.exec(value);
    try {
      if (name === "t" && span && !byOrder) show(1000 * span[1], 1000 * span[2]);
      else if (name === "e" && span && byOrder) show(+span[1], +span[2]);
      else if (name === "f") view.fs = list(value, meta.fs);
      else if (name === "type") view.outs = list(value, OUTCOMES);
      else if (name === "process") view.lane = meta.lanes.indexOf(decodeURIComponent(value));
      else if (name === "key") view.key = (meta.keys?.names ?? []).indexOf(decodeURIComponent(value));
      else if (name === "lines") view.lines = list(value, LINES);
      else if (name === "nemesis") view.strips = list(value, meta.strip.map((l) => l.name));
      else if (name === "text") view.text = decodeURIComponent(value);
    } catch {
      // no URL of ours
    }
  }
  changed("filter");
  return true;
}
