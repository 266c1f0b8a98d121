// The plots with their names, legends and files.

import { meta, OUTCOMES, LINES } from "./data.js";
import { view, toggle } from "./view.js";
import { element, draggable, scale } from "./canvas.js";
import { drawStrip, drawLatency, drawQuantiles, drawRate, drawBusy } from "./plots.js";
import { download, latencyRows, quantileRows, rateRows, busyRows, faultRows } from "./csv.js";

export const SIGNS = [["●", "sw-ok"], ["○", "sw-info"], ["✕", "sw-fail"], ["▽", "sw-info"]];
const RATES = [["■", "sw-ok"], ["■", "sw-info"], ["▤", "sw-fail"]];
const STROKES = [["━", "sw-ok"], ["╍", "sw-ok"], ["┅", "sw-ok"], ["┈", "sw-ok"]];

// legend makes an entry for each series, which hides it or shows it again.
function legend(names, signs, set) {
  const buttons = names.map((name, i) =>
    element("button", { type: "button", class: "entry", title: "hide or show " + name, on: { click: () => toggle(set(), i, names.length) } }, element("span", { class: "swatch " + signs[i][1], "aria-hidden": "true" }, signs[i][0]), name));
  const refresh = view.refresh;
  view.refresh = () => {
    refresh?.();
    buttons.forEach((b, i) => b.setAttribute("aria-pressed", set().size === 0 || set().has(i)));
  };
  return element("span", { class: "legend", role: "group", "aria-label": "Series" }, ...buttons);
}

// outcomes is the legend of the first of them; all share what is hidden.
function outcomes(signs) {
  const group = legend(OUTCOMES, [...signs, ...SIGNS.slice(signs.length)], () => view.outs);
  [...group.children].slice(signs.length).forEach((b) => b.remove());
  return group;
}

// makeCharts adds the plots to the page.
export function makeCharts(d) {
  const make = (name, title, what, draw, rows, entries) => {
    const canvas = element("canvas", { role: "img", "aria-label": what + ". The tables below have the numbers." }), says = element("span", { class: "says" });
    const file = element("button", { type: "button", class: "file", "aria-label": "Download what the plot shows as CSV: " + what, title: "Download what is in view as CSV", on: { click: () => download(name, rows(d, scale(canvas.clientWidth))) } }, "CSV");
    const head = element("div", { class: "name" }, element("span", {}, title), ...(entries ? [entries] : []), says, file);
    document.getElementById("plots").append(element("div", { class: "chart" }, head, canvas));
    draggable(canvas, "select");
    return { name, canvas, says, draw, stale: true };
  };
  const lanes = meta.strip.length;
  const nemeses = lanes > 1 && lanes <= 12 ? legend(meta.strip.map((l) => l.name), meta.strip.map(() => ["▬", "sw-nemesis"]), () => view.strips) : null;
  [...(nemeses?.children ?? [])].forEach((b, i) => (b.firstChild.style.color = meta.strip[i].color));
  const charts = [make("faults", "Faults injected, and faults found", "When nemeses were active, and when faults showed", drawStrip, faultRows, nemeses)];
  if (d.timed && d.logged) {
    charts.push(make("latency", "Latency of each operation, by when it was invoked", "Latency of each operation over time", drawLatency, latencyRows, outcomes(SIGNS)));
    if (d.ops.n >= 20) charts.push(make("quantiles", "Quantiles of the latency of what was ok", "Quantiles of latency over time", drawQuantiles, quantileRows, legend(LINES, STROKES, () => view.lines)));
  }
  if (d.clients) {
    if (d.timed && d.ops.n >= 20) charts.push(make("rate", "Completions a second", "Completions a second over time", drawRate, rateRows, outcomes(RATES)));
    charts.push(make("running", "Operations at a time", "How many operations ran at a time", drawBusy, busyRows));
  }
  return charts;
}
