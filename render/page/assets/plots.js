// Plots over time, drawn from the operations in view: faults, latencies, quantiles, rates, and how many
// operations ran at a time.

import { meta, OK, INFO, FAIL, OPEN, LINES } from "./data.js";
import { view } from "./view.js";
import { LEFT, colour, rgb, fit, scale, ticks, span, count, axisOfTime, cursor, time } from "./canvas.js";
import { range, counted, quantilesIn, ratesIn, busyIn, linesShown } from "./counts.js";

// Classes in the order in which they are drawn: rare ones over frequent ones.
const RANK = Uint8Array.of(1, 2, 3, 2);
const NAMES = ["ok", "info", "fail", "info"];

// shade draws when faults were active, lightly.
function shade(g, s, top, bottom) {
  g.globalAlpha = 0.13;
  for (const lane of nemeses())
    for (const [from, , , to] of spans(lane)) {
      g.fillStyle = lane.color;
      const a = Math.max(s.x(from), LEFT), b = Math.min(s.x(to < 0 ? Infinity : to), s.right);
      if (b > a) g.fillRect(a, top, b - a, bottom - top);
    }
  g.globalAlpha = 1;
}

let axisOf = (lane) => lane.intervals;
// spansBy tells how to place faults: by time, or by the order of events.
export function spansBy(f) {
  axisOf = f;
}
export const spans = (lane) => axisOf(lane);

// nemeses are the lanes of faults that are shown.
const nemeses = () => meta.strip.filter((_, i) => !view.strips.size || view.strips.has(i));

// drawStrip draws a row for each nemesis, and one for the cases that were found.
export function drawStrip(canvas, d) {
  const lanes = nemeses(), rows = lanes.length, high = rows > 40 ? 8 : rows > 12 ? 12 : 14;
  const bottom = rows * high + (meta.marks.length ? 16 : 0) + 2;
  const [g, wide] = fit(canvas, bottom + 20);
  const s = scale(wide);
  lanes.forEach((lane, i) => {
    const y = i * high;
    g.fillStyle = colour("cell");
    g.fillRect(LEFT, y, s.right - LEFT, high - 2);
    for (const [from, begun, ending, to] of spans(lane)) {
      const end = to < 0 ? d.hi : to, a = Math.max(s.x(from), LEFT), b = Math.min(s.x(end), s.right);
      if (b <= a) continue;
      g.fillStyle = lane.color;
      g.globalAlpha = 0.55;
      g.fillRect(a, y, b - a, high - 2);
      g.globalAlpha = 1;
      const c = Math.max(s.x(begun), LEFT), e = Math.min(s.x(to < 0 ? d.hi : ending), s.right);
      if (e > c) g.fillRect(c, y, e - c, high - 2);
      if (to < 0) {
        g.fillStyle = "#111";
        g.textAlign = "right";
        if (b - a > 80 && high > 10) g.fillText("never ended →", b - 4, y + high / 2 - 1);
      }
    }
    if (high > 10) label(g, lane.name, y + high / 2 - 1);
  });
  if (meta.marks.length) {
    const y = rows * high + 8;
    label(g, "faults found", y);
    g.fillStyle = colour("bad");
    let last = -9;
    for (const m of d.marks) {
      const x = s.x(m.at);
      if (x < LEFT - 4 || x > s.right + 4 || x - last < 2) continue;
      last = x;
      g.beginPath();
      g.moveTo(x - 5, y - 6);
      g.lineTo(x + 5, y - 6);
      g.lineTo(x, y + 5);
      g.fill();
    }
  }
  axisOfTime(g, s, 0, bottom, d.byOrder);
  cursor(g, s, 0, bottom);
  return d.marks.length < meta.cases ? `${count(d.marks.length)} of ${count(meta.cases)} cases marked` : "";
}

function label(g, text, y) {
  g.fillStyle = colour("muted");
  g.textAlign = "right";
  g.fillText(clip(g, text, LEFT - 10), LEFT - 8, y);
}

// clip cuts a text to a width.
export function clip(g, text, wide) {
  if (g.measureText(text).width <= wide) return text;
  let lo = 0, hi = text.length;
  while (lo < hi) {
    const mid = (lo + hi + 1) >> 1;
    if (g.measureText(text.slice(0, mid) + "…").width <= wide) lo = mid;
    else hi = mid - 1;
  }
  return lo ? text.slice(0, lo) + "…" : "";
}

const HIGH = 180;

// frame prepares a plot.
function frame(canvas, d, high = HIGH) {
  const [g, wide] = fit(canvas, high + 24);
  const s = scale(wide);
  shade(g, s, 0, high);
  axisOfTime(g, s, 0, high, d.byOrder);
  for (const m of d.marks.length > 200 ? [] : d.marks) {
    const x = s.x(m.at);
    if (x < LEFT || x > s.right) continue;
    g.strokeStyle = colour("bad");
    g.globalAlpha = 0.5;
    g.beginPath();
    g.moveTo(x, 0);
    g.lineTo(x, high);
    g.stroke();
    g.globalAlpha = 1;
  }
  return [g, s];
}

function yLabels(g, s, labels) {
  g.textAlign = "right";
  for (const [y, text] of labels) {
    g.strokeStyle = colour("faint");
    g.beginPath();
    g.moveTo(LEFT, Math.round(y) + 0.5);
    g.lineTo(s.right, Math.round(y) + 0.5);
    g.stroke();
    g.fillStyle = colour("muted");
    g.fillText(text, LEFT - 8, Math.min(Math.max(y, 6), HIGH - 6));
  }
}

// decades are labels of a log axis; y maps log10 of ms to pixels.
function decades(d, y) {
  const out = [];
  for (let e = Math.ceil(d.logLo); e <= d.logHi; e++) out.push([y(e), span(10 ** e)]);
  if (out.length < 2) out.push([y(d.logLo), span(10 ** d.logLo)], [y(d.logHi), span(10 ** d.logHi)]);
  return out;
}

const FEW = 4000; // operations that are drawn one by one

// latencyIn finds what is in view: single operations, or how many there are by pixel, and the rarest of each.
function latencyIn(d, s) {
  const [from, to] = range(d, view.t0, view.t1), { start, out } = d.ops, { log, shown } = d;
  let n = 0;
  for (let o = from; o < to; o++) n += shown[o];
  const wide = Math.ceil(s.right - LEFT), opens = [], single = [];
  for (let o = from; n <= FEW && o < to; o++) if (shown[o] && start[o] >= view.t0 && start[o] <= view.t1 && out[o] !== OPEN && log[o] === log[o]) single.push(o);
  for (const o of d.opens) if (shown[o] && start[o] >= view.t0 && start[o] <= view.t1) opens.push(o);
  if (n <= FEW) return { n, opens, cells: null, kinds: null, wide, single };
  const cells = new Uint32Array(wide * HIGH), kinds = new Uint8Array(wide * HIGH);
  countCells(d.ops, log, shown, from, to, view.t0, view.t1, s.k, latencyY(d, 0), (HIGH - TOP - 8) / (d.logHi - d.logLo), wide, cells, kinds);
  return { n, opens, cells, kinds, wide, single };
}

// countCells is a function of its own, and always of the same types, so that a browser compiles it once.
function countCells(ops, log, shown, from, to, t0, t1, k, bottom, ky, wide, cells, kinds) {
  const { start, out } = ops;
  for (let o = from; o < to; o++) {
    const t = start[o], l = log[o], kind = out[o];
    if (shown[o] === 0 || !(t >= t0) || !(t <= t1) || kind === OPEN || l !== l) continue;
    let x = ((t - t0) * k) | 0;
    if (x >= wide) x = wide - 1;
    const c = ((bottom - l * ky) | 0) * wide + x;
    cells[c]++;
    if (RANK[kind] > RANK[kinds[c]]) kinds[c] = kind;
  }
}

// prepareLatency counts once what a frame of all operations counts, so that it is compiled before the first one.
export function prepareLatency(d) {
  const wide = 1000, cells = new Uint32Array(wide * HIGH), kinds = new Uint8Array(wide * HIGH), k = wide / (view.full[1] - view.full[0]);
  for (let i = 0; i < 3; i++) countCells(d.ops, d.log, d.shown, 0, Math.min(d.ops.n, 200_000), view.full[0], view.full[1], k, latencyY(d, 0), (HIGH - TOP - 8) / (d.logHi - d.logLo), wide, cells, kinds);
}

// drawLatency draws a point for each operation, or counts them by pixel where there are many.
export function drawLatency(canvas, d) {
  const [g, s] = frame(canvas, d);
  const { ops } = d, top = TOP, y = (log) => latencyY(d, log);
  yLabels(g, s, decades(d, y));
  const { n, opens, cells, kinds, wide, single } = counted("latency", d, s, () => latencyIn(d, s));
  if (cells) paint(g, cells, kinds, wide, counted("latency image", d, s, () => ({})));
  for (const o of single) sign(g, ops.out[o], s.x(ops.start[o]), y(d.log[o]));
  for (const o of opens.slice(0, 2000)) sign(g, OPEN, s.x(ops.start[o]), 6);
  for (const [o, wide] of [[view.op, 2], [view.lit, 1.5]]) ring(g, s, d, o, wide, d.log[o] === d.log[o] ? y(d.log[o]) : 6);
  cursor(g, s, 0, HIGH);
  return hovered(d, s, (t0, t1) => {
    const by = [0, 0, 0, 0];
    let longest = -1;
    const [a, b] = range(d, t0, t1);
    for (let o = a; o < b; o++) {
      if (!d.shown[o] || ops.start[o] < t0 || ops.start[o] >= t1) continue;
      by[ops.out[o]]++;
      if (ops.out[o] !== OPEN && (longest < 0 || d.log[o] > d.log[longest])) longest = o;
    }
    return `${count(by[OK])} ok, ${count(by[INFO])} info, ${count(by[FAIL])} fail, ${count(by[OPEN])} never completed` + (longest >= 0 ? `, at most ${span(ops.end[longest] - ops.start[longest])}` : "");
  }) || `${count(n)} operations${opens.length ? `; ▽ ${count(opens.length)} never completed` : ""}`;
}

// ring marks an operation that is selected, or lit.
function ring(g, s, d, o, wide, y) {
  const x = o < 0 ? NaN : s.x(d.ops.start[o]);
  if (!(x >= LEFT && x <= s.right) || !d.shown[o]) return;
  g.strokeStyle = colour("ink");
  g.lineWidth = wide;
  g.beginPath();
  g.arc(x, y, 7, 0, 7);
  g.stroke();
  g.lineWidth = 1;
}

// nearest is the operation whose point is at a place of the plot of latencies, -1 if there is none.
export function nearest(d, s, x, y) {
  const t = s.t(x), slack = 8 / s.k, [from, to] = range(d, t - slack, t + slack);
  let best = -1, near = 64;
  if (to - from > 20_000) return -1;
  for (let o = from; o < to; o++) {
    if (!d.shown[o]) continue;
    const high = d.log[o] === d.log[o] ? latencyY(d, d.log[o]) : 6, far = (s.x(d.ops.start[o]) - x) ** 2 + (high - y) ** 2;
    if (far <= near) {
      near = far;
      best = o;
    }
  }
  return best;
}

const TOP = 12; // room for what never completed
const latencyY = (d, log) => HIGH - 4 - ((log - d.logLo) / (d.logHi - d.logLo)) * (HIGH - TOP - 8);

// hovered tells of the pixels around the pointer.
function hovered(d, s, tell) {
  if (!(view.hover >= view.t0 && view.hover <= view.t1)) return "";
  const half = 3 / s.k;
  return time(view.hover, 1 / s.k, d.byOrder) + ": " + tell(view.hover - half, view.hover + half);
}

// sign draws an operation: a disc for ok, a ring for info, a cross for fail, a triangle if it never completed.
function sign(g, out, x, y) {
  g.beginPath();
  g.strokeStyle = g.fillStyle = colour(NAMES[out]);
  g.lineWidth = 1.5;
  if (out === OK) {
    g.arc(x, y, 2, 0, 7);
    g.fill();
  } else if (out === INFO) {
    g.arc(x, y, 3, 0, 7);
    g.stroke();
  } else if (out === FAIL) {
    g.moveTo(x - 3, y - 3);
    g.lineTo(x + 3, y + 3);
    g.moveTo(x + 3, y - 3);
    g.lineTo(x - 3, y + 3);
    g.stroke();
  } else {
    g.moveTo(x - 4, y - 4);
    g.lineTo(x + 4, y - 4);
    g.lineTo(x, y + 4);
    g.closePath();
    g.stroke();
  }
  g.lineWidth = 1;
}

// paint shows counts by pixel: the more, the stronger; the rarest class gives the colour.
function paint(g, cells, kinds, wide, image) {
  const look = colour("ok") + colour("info");
  if (image.look !== look) {
    image.look = look;
    image.canvas = picture(cells, kinds, wide);
  }
  g.imageSmoothingEnabled = false;
  g.drawImage(image.canvas, LEFT, 0);
}

function picture(cells, kinds, wide) {
  const offscreen = document.createElement("canvas");
  offscreen.width = wide;
  offscreen.height = HIGH;
  const h = offscreen.getContext("2d"), image = h.createImageData(wide, HIGH), px = image.data;
  const cols = NAMES.map(rgb);
  let most = 1;
  for (let i = 0; i < cells.length; i++) if (cells[i] > most) most = cells[i];
  const strength = new Uint8Array(Math.min(most, 4096) + 1), norm = 155 / Math.log(strength.length);
  for (let n = 1; n < strength.length; n++) strength[n] = 100 + Math.log(n + 1) * norm;
  const set = (i, c, alpha) => {
    const j = 4 * i;
    px[j] = c[0];
    px[j + 1] = c[1];
    px[j + 2] = c[2];
    px[j + 3] = alpha;
  };
  for (let i = 0; i < cells.length; i++) {
    const n = cells[i], kind = kinds[i];
    if (n === 0) continue;
    if (kind === OK) {
      set(i, cols[OK], strength[n < strength.length ? n : strength.length - 1]);
      continue;
    }
    set(i, cols[kind], 255);
    for (let k = i + 1; k <= i + wide; k += wide - 1) // rare ones are two pixels wide and high
      if (k < cells.length && cells[k] === 0) set(k, cols[kind], 255);
  }
  h.putImageData(image, 0, 0);
  return offscreen;
}

const DASHES = [[], [6, 3], [2, 3], [1, 4]];

// drawQuantiles draws quantiles of operations that were ok, in windows.
export function drawQuantiles(canvas, d) {
  const [g, s] = frame(canvas, d);
  const y = (log) => HIGH - 4 - ((log - d.logLo) / (d.logHi - d.logLo)) * (HIGH - 12);
  yLabels(g, s, decades(d, y));
  const { t0, width, n, total, at } = quantilesIn(d, s), lines = linesShown();
  g.strokeStyle = g.fillStyle = colour("ok");
  const ends = [];
  for (const line of lines) {
    g.setLineDash(DASHES[line]);
    g.lineWidth = line === 0 ? 2 : 1.3;
    g.beginPath();
    let drawing = false, last = null;
    for (let w = 0; w < n; w++) {
      if (!total[w]) {
        drawing = false;
        continue;
      }
      const px = Math.min(Math.max(s.x(t0 + (w + 0.5) * width), LEFT), s.right), py = y(at(w, line));
      if (drawing) g.lineTo(px, py);
      else g.moveTo(px - 1, py), g.lineTo(px + 1, py);
      drawing = true;
      last = [px, py];
    }
    g.stroke();
    if (last) ends.push([LINES[line], last[1]]);
  }
  let above = HIGH; // names stand over each other, the lowest line's first
  g.textAlign = "right";
  g.fillStyle = colour("ink");
  for (const [name, y] of ends) g.fillText(name, s.right - 2, (above = Math.min(above - 12, y - 7)));
  g.setLineDash([]);
  g.lineWidth = 1;
  cursor(g, s, 0, HIGH);
  const w = Math.floor((view.hover - t0) / width);
  if (!(w >= 0 && w < n)) return `${n} windows of ${d.byOrder ? count(Math.round(width)) + " events" : span(width)}`;
  if (!total[w]) return "no operation was ok";
  return `${time(t0 + w * width, width, d.byOrder)}: ${count(total[w])} ok, ` + lines.map((i) => `${LINES[i]} ${span(10 ** at(w, i))}`).join(", ");
}

// drawRate stacks completions a second by type.
export function drawRate(canvas, d) {
  const high = 130;
  const [g, s] = frame(canvas, d, high);
  const { t0, width, n, counts, per } = ratesIn(d, s);
  let most = 0;
  for (let w = 0; w < n; w++) most = Math.max(most, (counts[0][w] + counts[1][w] + counts[2][w]) * per);
  const [at] = ticks(0, most || 1, 4), y = (v) => high - (v / (most || 1)) * (high - 8);
  yLabels(g, s, at.map((v) => [y(v), count(+v.toPrecision(6))]));
  const base = new Float64Array(n);
  for (const out of [OK, FAIL, INFO]) {
    g.fillStyle = colour(NAMES[out]);
    for (let w = 0; w < n; w++) {
      const v = counts[out][w] * per;
      if (!v) continue;
      const a = y(base[w] + v), b = y(base[w]), x = Math.max(s.x(t0 + w * width), LEFT), wide = Math.min(s.x(t0 + (w + 1) * width), s.right) - x;
      if (out === FAIL) for (let yy = Math.floor(a); yy < b; yy += 3) g.fillRect(x, yy, wide, Math.min(2, b - yy)); // hatched
      else if (out === INFO) g.fillRect(x, a, Math.max(wide - 2, 1), Math.max(b - a, 1));
      else g.fillRect(x, a, wide, b - a);
      base[w] += v;
    }
  }
  cursor(g, s, 0, high);
  const w = Math.floor((view.hover - t0) / width);
  if (!(w >= 0 && w < n)) return `windows of ${d.byOrder ? count(Math.round(width)) + " events" : span(width)}`;
  const hz = (c) => count(+(c[w] * per).toPrecision(4));
  return `${time(t0 + w * width, width, d.byOrder)}: ok ${hz(counts[OK])}, info ${hz(counts[INFO])}, fail ${hz(counts[FAIL])}` + (d.byOrder ? "" : " a second");
}

// drawBusy draws how many operations ran at a time.
export function drawBusy(canvas, d) {
  const high = 90;
  const [g, s] = frame(canvas, d, high);
  const wide = Math.ceil(s.right - LEFT), diff = busyIn(d, s);
  let most = 1;
  for (let x = 0, n = 0; x < wide; x++) most = Math.max(most, (n += diff[x]));
  const [at] = ticks(0, most, 3), y = (v) => high - (v / most) * (high - 8);
  yLabels(g, s, at.filter(Number.isInteger).map((v) => [y(v), count(v)]));
  g.fillStyle = colour("muted");
  g.globalAlpha = 0.6;
  const levels = new Int32Array(wide);
  for (let x = 0, n = 0; x < wide; x++) {
    levels[x] = n += diff[x];
    if (n) g.fillRect(LEFT + x, y(n), 1, high - y(n));
  }
  g.globalAlpha = 1;
  cursor(g, s, 0, high);
  const x = ((view.hover - view.t0) * s.k) | 0;
  return Number.isFinite(view.hover) && x >= 0 && x < wide ? `${time(view.hover, 1 / s.k, d.byOrder)}: ${count(levels[x])} ran` : "";
}
