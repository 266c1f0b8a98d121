// What the plots show, as files of comma-separated values: of what is in view and not filtered out.

import { meta, OUTCOMES, LINES, OK, INFO, FAIL } from "./data.js";
import { view } from "./view.js";
import { range, quantilesIn, ratesIn, busyIn, linesShown } from "./counts.js";
import { spans } from "./plots.js";

const seconds = (d) => (d.byOrder ? "event" : "s");
const place = (d, t) => (d.byOrder ? Math.round(t) : +(t / 1000).toPrecision(12));

// cell writes a value so that no program takes it for a formula.
function cell(x) {
  if (typeof x === "number") return Number.isFinite(x) ? String(x) : "";
  const s = /^[=+\-@\t\r]/.test(x) ? "'" + x : x;
  return /[",\n\r]/.test(s) ? '"' + s.replaceAll('"', '""') + '"' : s;
}

// download offers rows as a file.
export function download(name, rows) {
  const parts = [];
  for (const row of rows) parts.push(row.map(cell).join(",") + "\n");
  const a = document.createElement("a");
  a.href = URL.createObjectURL(new Blob(parts, { type: "text/csv" }));
  a.download = name + ".csv";
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 10_000);
}

export function* latencyRows(d) {
  const { ops, ev } = d;
  yield ["invoked_" + seconds(d), "latency_ms", "f", "process", "type", "op", "line"];
  const [from, to] = range(d, view.t0, view.t1);
  for (let o = from; o < to; o++) {
    if (!d.shown[o] || !(ops.start[o] >= view.t0 && ops.start[o] <= view.t1)) continue;
    const a = ops.inv[o], b = ops.com[o], e = b < 0 ? a : b;
    yield [place(d, ops.start[o]), a < 0 || b < 0 ? NaN : +(ev.time[b] - ev.time[a]).toPrecision(12), meta.fs[ops.f[o]], meta.lanes[ops.lane[o]], OUTCOMES[ops.out[o]], ev.index[e], ev.line[e]];
  }
}

export function* quantileRows(d, s) {
  const { t0, width, n, total, at } = quantilesIn(d, s), shown = linesShown();
  yield ["from_" + seconds(d), "ok", ...shown.map((i) => LINES[i] + "_ms")];
  for (let w = 0; w < n; w++) if (total[w]) yield [place(d, t0 + w * width), total[w], ...shown.map((i) => +(10 ** at(w, i)).toPrecision(6))];
}

export function* rateRows(d, s) {
  const { t0, width, n, counts, per } = ratesIn(d, s), unit = d.byOrder ? "" : "_per_s";
  yield ["from_" + seconds(d), "ok" + unit, "info" + unit, "fail" + unit];
  for (let w = 0; w < n; w++) yield [place(d, t0 + w * width), ...[OK, INFO, FAIL].map((out) => +(counts[out][w] * per).toPrecision(6))];
}

export function* busyRows(d, s) {
  yield ["from_" + seconds(d), "running"];
  let n = 0, last = -1;
  const diff = busyIn(d, s);
  for (let x = 0; x < diff.length - 1; x++) if ((n += diff[x]) !== last) yield [place(d, view.t0 + x / s.k), (last = n)];
}

export function* faultRows(d) {
  yield ["what", "from_" + seconds(d), "begun_" + seconds(d), "ending_" + seconds(d), "to_" + seconds(d)];
  for (const lane of meta.strip) for (const times of spans(lane)) yield [lane.name, ...times.map((t) => (t < 0 ? NaN : place(d, t)))];
  for (const m of d.marks) yield [m.id, place(d, m.at), NaN, NaN, NaN];
}
