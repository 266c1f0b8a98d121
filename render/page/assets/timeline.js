// The timeline: a row for each process, drawn for what is in view. Where operations are narrower than a few
// pixels, each pixel shows the types in it: ok fills the row, info its upper part, fail its lower part.

import { meta, OK, INFO, FAIL, OPEN, values } from "./data.js";
import { view, changed, show } from "./view.js";
import { LEFT, colour, fit, scale, axisOfTime, cursor } from "./canvas.js";
import { clip } from "./plots.js";
import { rowsOf } from "./lanes.js";

const FILL = ["ok", "info", "fail", "info"];
const BIT = [1, 2, 4, 2]; // of an outcome, among those of a pixel
const rowHigh = (n) => (n <= 24 ? 22 : n <= 60 ? 14 : 9);
let geometry = { rows: [], high: 22, top: 0 };

// drawLanes draws the rows that are scrolled to.
export function drawLanes(canvas, box, inner, d) {
  const rows = d.rows, high = rowHigh(rows.length);
  const body = Math.min(rows.length * high, 490), axis = 22;
  const tall = rows.length * high + axis + "px";
  if (inner.style.height !== tall) inner.style.height = tall;
  const [g, wide] = fit(canvas, body + axis);
  const s = scale(wide), first = Math.floor(box.scrollTop / high);
  geometry = { rows, high, first, body };
  axisOfTime(g, s, 0, body, d.byOrder);
  for (let i = first; i < rows.length && (i - first) * high < body; i++) {
    const y = (i - first) * high;
    g.fillStyle = colour("muted");
    g.textAlign = "right";
    if (high >= 12 || i % 2 === 0) g.fillText(clip(g, rows[i].label, LEFT - 10), LEFT - 8, y + high / 2);
    drawRow(g, s, d, rows[i], y + 1, high - 2);
  }
  drawFound(g, s, d, first, high, body);
  cursor(g, s, 0, body);
}

// firstIn is the place in a row of the first operation that may reach into view: the one before the
// first that begins in it.
function firstIn(d, list) {
  let lo = 0, hi = list.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (d.ops.start[list[mid]] < view.t0) lo = mid + 1;
    else hi = mid;
  }
  return Math.max(lo - 1, 0);
}

function drawRow(g, s, d, row, y, high) {
  const { ops } = d, list = row.ops, wide = Math.ceil(s.right - LEFT);
  const px = new Uint8Array(wide);
  const from = d.sorted ? firstIn(d, list) : 0;
  for (let j = from; j < list.length; j++) {
    const o = list[j], start = ops.start[o];
    if (start > view.t1) {
      if (d.sorted) break;
      continue;
    }
    if (!d.shown[o]) continue;
    const out = ops.out[o];
    let a = (start - view.t0) * s.k, b = (ops.end[o] - view.t0) * s.k;
    const torn = out === OPEN || out === INFO;
    if (out === OPEN || b !== b) b = Infinity;
    if (torn) {
      const next = j + 1 < list.length ? (ops.start[list[j + 1]] - view.t0) * s.k : (d.hi - view.t0) * s.k;
      const until = Math.min(next, wide);
      b = Math.min(b, until);
      if (until - Math.max(a, 0) > 6) {
        tornBox(g, LEFT + Math.max(a, 0), LEFT + Math.max(Math.min(b, until), 0), LEFT + until, y, high);
        text(g, d, o, LEFT + Math.max(a, 0), until - Math.max(a, 0), y, high);
        continue;
      }
    }
    if (b < 0 || a >= wide) continue;
    if (b - a >= 4) {
      boxOf(g, out, LEFT + Math.max(a, 0), Math.min(b, wide) - Math.max(a, 0), y, high);
      text(g, d, o, LEFT + Math.max(a, 0), Math.min(b, wide) - Math.max(a, 0), y, high);
      continue;
    }
    a = a < 0 ? 0 : a | 0;
    b = b >= wide ? wide - 1 : b | 0;
    for (let x = a; x <= b; x++) px[x] |= BIT[out];
  }
  for (let x = 0; x < wide; ) {
    const k = px[x];
    let e = x + 1;
    while (e < wide && px[e] === k) e++;
    for (const out of [OK, INFO, FAIL]) {
      if (!(k & BIT[out])) continue;
      g.fillStyle = colour(FILL[out]);
      g.fillRect(LEFT + x, out === FAIL ? y + high * 0.55 : y, e - x, out === OK ? high : high * 0.45);
    }
    x = e;
  }
}

function boxOf(g, out, x, w, y, high) {
  g.fillStyle = colour(FILL[out] + "cell");
  g.strokeStyle = colour(FILL[out]);
  g.fillRect(x, y, w, high);
  g.strokeRect(x + 0.5, y + 0.5, Math.max(w - 1, 1), high - 1);
  if (out === FAIL) {
    g.beginPath();
    g.moveTo(x, y + high);
    g.lineTo(x + Math.min(w, high), y);
    g.stroke();
  }
}

// tornBox draws an operation of which nobody knows when it took effect: from its invocation, with its completion if
// there is one, to a torn edge.
function tornBox(g, x, end, until, y, high) {
  g.fillStyle = colour("infocell");
  g.strokeStyle = colour("info");
  g.fillRect(x, y, until - x, high);
  g.setLineDash([4, 3]);
  g.strokeRect(x + 0.5, y + 0.5, until - x, high - 1);
  g.setLineDash([]);
  g.beginPath();
  for (let i = 0; i <= 4; i++) g.lineTo(until - (i % 2 ? 0 : 4), y + (i * high) / 4);
  if (end > x && end < until - 4) {
    g.moveTo(end, y);
    g.lineTo(end, y + high);
  }
  g.stroke();
}

// text writes what an operation did, if there is room.
function text(g, d, o, x, w, y, high) {
  if (w < 24 || high < 12) return;
  const { ops } = d, event = ops.com[o] >= 0 ? ops.com[o] : ops.inv[o];
  const value = values.get(event) ?? values.get(ops.inv[o]) ?? "";
  g.fillStyle = colour("ink");
  g.textAlign = "left";
  g.fillText(clip(g, meta.fs[ops.f[o]] + (value ? " " + value : ""), w - 6), x + 3, y + high / 2);
}

// drawFound outlines the operations of faults, and the one that is selected.
function drawFound(g, s, d, first, high, body) {
  const { ops } = d;
  const last = first + Math.ceil(body / high), most = view.rows === "key" ? 500 : 3000;
  const outline = (o, name, thick) => {
    const a = Math.max(s.x(ops.start[o]), LEFT), e = ops.out[o] === OPEN ? d.hi : ops.end[o], b = Math.min(s.x(e), s.right);
    if (b < LEFT || a > s.right) return;
    g.strokeStyle = colour(name);
    g.lineWidth = thick;
    for (const i of rowsOf(d, o, first, last)) g.strokeRect(a - 1, (i - first) * high + 0.5, Math.max(b - a, 3) + 2, high - 1);
    g.lineWidth = 1;
  };
  let n = 0;
  for (const o of d.found) {
    if (ops.start[o] > view.t1 || ops.end[o] < view.t0 || ++n > most) continue;
    outline(o, "bad", 2);
  }
  if (view.op >= 0) outline(view.op, "ink", 3);
  if (view.lit >= 0 && view.lit !== view.op) outline(view.lit, "ink", 1.5);
}

// pick is the operation at a place on the canvas, -1 if there is none. The narrow ones have some room.
export function pick(x, y, d, wide) {
  const row = geometry.rows[geometry.first + Math.floor(y / geometry.high)];
  if (!row || y > geometry.body) return -1;
  const s = scale(wide), t = s.t(x), slack = 3 / s.k, { ops } = d;
  let best = -1, near = Infinity;
  for (let j = d.sorted ? firstIn(d, row.ops) : 0; j < row.ops.length; j++) {
    const o = row.ops[j];
    if (ops.start[o] > t + slack && d.sorted) break;
    if (!d.shown[o]) continue;
    const torn = ops.out[o] === OPEN || ops.out[o] === INFO, next = row.ops[j + 1];
    const end = torn ? (next === undefined ? d.hi : ops.start[next]) : ops.end[o];
    const far = t < ops.start[o] ? ops.start[o] - t : t > end ? t - end : 0;
    if (far <= slack && far <= near) {
      near = far;
      best = o;
    }
  }
  return best;
}

export const rowAt = (y) => geometry.rows[geometry.first + Math.floor(y / geometry.high)];

// scrollTo brings the row of an operation into view.
export function scrollTo(o, d, box) {
  const [i] = rowsOf(d, o);
  if (i === undefined) return;
  const { high, body } = geometry, y = i * high;
  if (y < box.scrollTop || y + high > box.scrollTop + body) box.scrollTop = y - body / 2;
}

// drawMap draws all of the history: how many operations there were, what was found, and where the view is.
export function drawMap(canvas, d) {
  const high = 36, [g, wide] = fit(canvas, high + 2), inside = wide - LEFT - 12;
  const k = inside / (view.full[1] - view.full[0]), n = Math.ceil(inside);
  if (!d.density || d.density.n !== n) {
    const all = new Uint32Array(n + 1), odd = new Uint32Array(n + 1);
    for (let o = 0; o < d.ops.n; o++) {
      if (!d.shown[o]) continue;
      const x = ((d.ops.start[o] - view.full[0]) * k) | 0;
      all[x]++;
      if (d.ops.out[o] !== OK) odd[x]++;
    }
    d.density = { n, all, odd, most: Math.max(1, ...all) };
  }
  const { all, odd, most } = d.density;
  for (let x = 0; x < n; x++) {
    const h = (all[x] / most) * (high - 10);
    if (!h) continue;
    g.fillStyle = colour("line");
    g.fillRect(LEFT + x, high - h, 1, h);
    if (odd[x]) {
      const bad = Math.max((odd[x] / most) * (high - 10), 1);
      g.fillStyle = colour("fail");
      g.fillRect(LEFT + x, high - bad, 1, bad);
    }
  }
  g.fillStyle = colour("bad");
  for (const m of d.marks) g.fillRect(LEFT + (m.at - view.full[0]) * k - 1, 0, 2, 8);
  const a = LEFT + (view.t0 - view.full[0]) * k, b = LEFT + (view.t1 - view.full[0]) * k;
  g.strokeStyle = colour("ink");
  g.lineWidth = 1.5;
  g.strokeRect(a, 0.75, Math.max(b - a, 3), high - 0.5);
  g.fillStyle = colour("ok");
  g.globalAlpha = 0.12;
  g.fillRect(a, 0, Math.max(b - a, 3), high);
  g.globalAlpha = 1;
  g.fillStyle = colour("muted");
  g.textAlign = "right";
  g.fillText("all", LEFT - 8, high / 2);
}

// mapDraggable moves the view to where the map is pressed.
export function mapDraggable(canvas) {
  let down = false;
  const move = (e) => {
    const box = canvas.getBoundingClientRect();
    const t = view.full[0] + ((e.clientX - box.left - LEFT) / (box.width - LEFT - 12)) * (view.full[1] - view.full[0]);
    const half = (view.t1 - view.t0) / 2;
    show(t - half, t + half);
    changed("view");
  };
  canvas.addEventListener("pointerdown", (e) => {
    down = true;
    canvas.setPointerCapture(e.pointerId);
    move(e);
  });
  canvas.addEventListener("pointermove", (e) => down && move(e));
  canvas.addEventListener("pointerup", () => (down = false));
}
