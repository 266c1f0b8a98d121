// What plots count of the operations in view. Each is kept until something else is looked at, and what a frame
// costs is bounded: ends are sorted once, and quantiles of a long span come from windows that were counted before.

import { OK, OPEN, LINES } from "./data.js";
import { view } from "./view.js";
import { LEFT, ticks } from "./canvas.js";

// range is the operations that begin in a span, at most: from and to in their order.
export function range(d, t0, t1) {
  if (!d.sorted) return [0, d.ops.n];
  const first = (t) => {
    let lo = 0, hi = d.ops.n;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if (d.ops.start[mid] < t) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  };
  return [first(t0), first(t1)];
}

// windows cuts what is in view into about so many windows of a round width, fewer if there are few operations:
// where the first begins, how wide they are, how many.
export function windows(d, most) {
  const [from, to] = range(d, view.t0, view.t1), n = Math.max(8, Math.min(most, (to - from) / 12));
  const [, width] = ticks(view.t0, view.t1, n), start = Math.floor(view.t0 / width) * width;
  return [start, width, Math.ceil((view.t1 - start) / width)];
}

// counted keeps what was counted for a plot until something else is looked at: that of a million
// operations takes some milliseconds, and moving the pointer changes nothing of it.
const kept = new Map();
export function counted(name, d, s, count) {
  const key = [view.t0, view.t1, s.right, d.version].join();
  const old = kept.get(name);
  if (old?.key === key) return old.found;
  const found = count();
  kept.set(name, { key, found });
  return found;
}


// first is the place of the first number of a sorted list that is not below another.
function first(list, x, lo = 0) {
  let hi = list.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (list[mid] < x) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

// endsOf are the completions of what is shown, sorted: of each outcome, and of all; and the invocations.
function endsOf(d) {
  if (d.sortedEnds?.version === d.version) return d.sortedEnds;
  const { ops, shown } = d, sizes = [0, 0, 0, 0];
  for (let o = 0; o < ops.n; o++) if (shown[o]) sizes[ops.out[o]]++;
  const by = sizes.slice(0, OPEN).map((n) => new Float64Array(n)), n = [0, 0, 0];
  const starts = new Float64Array(sizes[0] + sizes[1] + sizes[2] + sizes[3]);
  let m = 0;
  for (let o = 0; o < ops.n; o++) {
    if (!shown[o]) continue;
    starts[m++] = ops.start[o];
    if (ops.out[o] !== OPEN) by[ops.out[o]][n[ops.out[o]]++] = ops.end[o];
  }
  if (!d.sorted) starts.sort();
  for (const list of by) list.sort();
  return (d.sortedEnds = { version: d.version, by, starts });
}

// ratesIn counts completions in windows, by outcome.
export function ratesIn(d, s) {
  const [t0, width, n] = windows(d, (s.right - LEFT) / 6);
  const counts = counted("rate", d, s, () =>
    endsOf(d).by.map((list) => {
      const out = new Uint32Array(n);
      for (let w = 0, at = first(list, t0); w < n; w++) {
        const next = first(list, t0 + (w + 1) * width, at);
        out[w] = next - at;
        at = next;
      }
      return out;
    }));
  return { t0, width, n, counts, per: d.byOrder ? 1 : 1000 / width };
}

// busyIn counts by pixel how many more operations ran at a time than in the one before.
export function busyIn(d, s) {
  return counted("busy", d, s, () => {
    const wide = Math.ceil(s.right - LEFT), diff = new Int32Array(wide + 1), { by, starts } = endsOf(d);
    for (let x = 0, before = 0; x < wide; x++) {
      const from = view.t0 + x / s.k, to = view.t0 + (x + 1) / s.k;
      let n = first(starts, to);
      for (const list of by) n -= first(list, from);
      diff[x] = n - before;
      before = n;
    }
    return diff;
  });
}

const BINS = 512, QUANTILES = [0.5, 0.95, 0.99, 1];

// histograms counts latencies of what was ok in windows: by bins of their logarithms.
function histograms(d, from, to, t0, width, n) {
  const hist = new Uint32Array(n * BINS), total = new Uint32Array(n), top = new Float64Array(n).fill(-Infinity);
  const { start, out } = d.ops, { log, shown, logLo } = d, per = 1 / width, k = BINS / (d.logHi - d.logLo || 1);
  for (let o = from; o < to; o++) {
    const l = log[o];
    if (!shown[o] || out[o] !== OK || l !== l) continue;
    const w = Math.floor((start[o] - t0) * per);
    if (!(w >= 0 && w < n)) continue;
    hist[w * BINS + Math.min(((l - logLo) * k) | 0, BINS - 1)]++;
    total[w]++;
    if (l > top[w]) top[w] = l;
  }
  return { t0, width, n, hist, total, top };
}

const LONG = 60_000; // operations that take long to count
const FINEST = 8000; // windows that are counted before

// finer are the histograms of all of a long history in windows of a power of ten, of which any round width that is
// not below is made; null if there would be too many.
function finer(d, width) {
  const power = Math.floor(Math.log10(width) + 1e-9), span = view.full[1] - view.full[0];
  if (span / 10 ** power > FINEST) return null;
  if (d.finer?.version !== d.version) d.finer = { version: d.version };
  if (!d.finer[power]) {
    const w = 10 ** power, t0 = Math.floor(view.full[0] / w) * w;
    d.finer[power] = histograms(d, 0, d.ops.n, t0, w, Math.ceil((view.full[1] - t0) / w) + 1);
  }
  return d.finer[power];
}

// prepareCounts counts what would make the first frames slow.
export function prepareCounts(d) {
  if (d.ops.n < LONG) return;
  endsOf(d);
  const finest = Math.ceil(Math.log10((view.full[1] - view.full[0]) / FINEST) - 1e-9);
  for (const power of [finest, finest + 1]) finer(d, 10 ** power);
}

// quantilesIn are quantiles of the latency of what was ok, in windows: at(window, line) is the logarithm of one.
export function quantilesIn(d, s) {
  const [t0, width, n] = windows(d, (s.right - LEFT) / 8);
  const found = counted("quantiles", d, s, () => {
    const [from, to] = range(d, t0, t0 + n * width), f = to - from > LONG ? finer(d, width) : null;
    if (!f) return histograms(d, from, to, t0, width, n);
    const out = { hist: new Uint32Array(n * BINS), total: new Uint32Array(n), top: new Float64Array(n).fill(-Infinity) };
    const a = Math.max(0, Math.round((t0 - f.t0) / f.width)), b = Math.min(f.n, Math.round((t0 + n * width - f.t0) / f.width));
    for (let i = a; i < b; i++) {
      const w = Math.floor((f.t0 + (i + 0.5) * f.width - t0) / width);
      if (!f.total[i] || w < 0 || w >= n) continue;
      for (let x = i * BINS, y = w * BINS, end = x + BINS; x < end; x++, y++) out.hist[y] += f.hist[x];
      out.total[w] += f.total[i];
      if (f.top[i] > out.top[w]) out.top[w] = f.top[i];
    }
    return out;
  });
  const { hist, total, top } = found, k = BINS / (d.logHi - d.logLo || 1);
  const at = (w, line) => {
    const q = QUANTILES[line];
    if (q === 1) return top[w];
    let left = Math.min(total[w] - 1, Math.floor(total[w] * q));
    for (let b = 0; b < BINS; b++) if ((left -= hist[w * BINS + b]) < 0) return Math.min(d.logLo + (b + 0.5) / k, top[w]);
    return top[w];
  };
  return { t0, width, n, total, at };
}

// linesShown are the places of the quantiles that are shown.
export const linesShown = () => LINES.map((_, i) => i).filter((i) => !view.lines.size || view.lines.has(i));
