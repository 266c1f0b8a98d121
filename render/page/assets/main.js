// Joins it all: controls, keyboard, the URL, and what is drawn when.

import { meta, load, axis, values, OUTCOMES, OPEN } from "./data.js";
import { view, listen, changed, flush, show, zoom, pan, toggle, isWhole, clearFilters, readFragment, writeFragment } from "./view.js";
import { element, forgetColours, draggable, scale, time, count, clockOf } from "./canvas.js";
import { prepareCounts } from "./counts.js";
import { nearest, prepareLatency, spansBy } from "./plots.js";
import { makeCharts } from "./charts.js";
import { makeRows, threads } from "./lanes.js";
import { makeLinks } from "./links.js";
import { drawLanes, drawMap, mapDraggable, pick, rowAt, scrollTo } from "./timeline.js";
import { tell } from "./details.js";

const $ = (id) => document.getElementById(id);

themes();
toFault();
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((e) => (e.open = true)));
const d = await load().catch((e) => console.warn("no timeline: " + e.message));
if (d && d.ops.n) start();
document.documentElement.dataset.ready = "";

// toFault scrolls pictures that are wider than the page to the first op of the fault. What the picture says
// out of sight, and nothing else does, stands below, where it wraps.
function toFault() {
  for (const box of document.querySelectorAll(".drawing")) {
    const left = box.getBoundingClientRect().left, room = box.clientWidth;
    const of = (what) => [...box.querySelectorAll(what)].map((e) => e.getBoundingClientRect().left - left);
    const culprits = of(".op .culprit"), at = culprits.length ? culprits : of(".op .focus");
    if (at.length && box.scrollWidth > room && Math.max(...at) > room - 60) box.scrollLeft = Math.min(...at) - (culprits.length ? room / 2 : 120);
    const known = [...box.parentElement.querySelectorAll("p, li")].map((e) => e.textContent).join("\n");
    const hidden = sentences(box).filter((s) => s.text.length > 24 && (s.left < left || s.right > left + room) && !known.includes(s.text));
    if (hidden.length) box.after(element("ul", { class: "said" }, ...hidden.map((s) => element("li", {}, s.text))));
  }
}

// sentences returns what a picture says, with where: lines that go on are one. Of what is muted, only the lines that
// begin at its edge are sentences; others are legends.
function sentences(box) {
  const out = [];
  for (const e of box.querySelectorAll("text")) {
    if (e.closest(".op") || (e.getAttribute("x") >= 20 && e.matches(".muted"))) continue;
    const { left, right } = e.getBoundingClientRect(), text = e.textContent, last = out.at(-1);
    const of = e.getAttribute("x") + e.getAttribute("class");
    if (last?.of === of && /^\p{Ll}/u.test(text)) {
      last.text += " " + text;
      last.right = Math.max(last.right, right);
    } else out.push({ of, text, left, right });
  }
  return out;
}

// themes lets the reader choose light or dark.
function themes() {
  const button = $("theme"), root = document.documentElement;
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  const name = () => (button.textContent = dark() ? "Light" : "Dark");
  const redraw = () => {
    forgetColours();
    name();
    changed("view");
  };
  button.hidden = false;
  name();
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    redraw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}

function start() {
  document.documentElement.classList.add("live");
  for (const id of ["controls", "plots", "lanes"]) $(id).hidden = false;
  prepare(!d.timed);
  makeRows(d);
  view.rows = threads(d) ? "thread" : "process";
  const charts = makeCharts(d), range = controls();
  const box = element("div", { class: "lanebox", tabindex: 0, role: "application", "aria-label": "Timeline: arrows move, plus and minus zoom, n goes to the next fault" });
  const canvas = element("canvas"), map = element("canvas", { "aria-hidden": "true" }), inner = element("div", { class: "inner" });
  const panel = element("div", { class: "panel", "aria-live": "polite" });
  inner.append(canvas);
  box.append(inner);
  $("lanes").append(map, box, panel);
  draggable(canvas, "pan", (x, y) => {
    if (x < 88) {
      const row = rowAt(y), all = view.lane >= 0 || view.key >= 0;
      view.lane = all ? -1 : (row?.lanes[0] ?? -1);
      view.key = all ? -1 : (row?.key ?? -1);
      return changed("filter");
    }
    select(pick(x, y, d, canvas.clientWidth), false);
  });
  mapDraggable(map);
  box.addEventListener("scroll", () => changed("scroll"));
  new ResizeObserver(() => changed("view")).observe($("lanes"));

  // select shows an operation, and goes to it if it is out of sight or that is asked for.
  function select(o, go) {
    view.op = o;
    tell(panel, d, o, select);
    if (o >= 0 && go) {
      const s = d.ops.start[o], e = d.ops.end[o], width = view.t1 - view.t0;
      if (s < view.t0 || s > view.t1) show(s - width / 2, s + width / 2);
      else if (e - s < width / 500) zoom(4, s);
      flush();
      scrollTo(o, d, box);
    }
    changed("op");
  }
  view.select = select;
  const light = makeLinks(d);
  canvas.addEventListener("pointermove", (e) => e.buttons || light(pick(e.offsetX, e.offsetY, d, canvas.clientWidth)));
  const latency = charts.find((c) => c.name === "latency")?.canvas;
  latency?.addEventListener("pointermove", (e) => e.buttons || light(nearest(d, scale(latency.clientWidth), e.offsetX, e.offsetY)));

  const seen = (e) => {
    const r = e.getBoundingClientRect();
    return r.bottom > -50 && r.top < innerHeight + 50;
  };
  listen((what) => {
    if (what.has("axis") || what.has("filter")) filter(d);
    // Places first, and text after: else the page would be laid out again for each.
    const inView = new Map([...charts.map((c) => c.canvas), box, map].map((e) => [e, seen(e)]));
    if (what.has("view") || what.has("filter") || what.has("axis")) {
      const from = meta.begun && !d.byOrder && !isWhole() ? `, from ${clockOf(meta.begun + view.t0)}` : "";
      range.textContent = isWhole() ? `all of ${count(d.clients)} operations` : `${time(view.t0, (view.t1 - view.t0) / 50, d.byOrder)} to ${time(view.t1, (view.t1 - view.t0) / 50, d.byOrder)}${from}`;
      writeFragment(d.byOrder);
    }
    const tells = [];
    for (const c of charts) {
      if (c.drawn && !inView.get(c.canvas)) {
        c.stale = true;
        continue;
      }
      const same = [...what].every((w) => w === "scroll" || (c.name !== "latency" && (w === "op" || w === "lit")));
      if (same && !c.stale) continue;
      c.stale = false;
      c.drawn = true;
      const says = c.draw(c.canvas, d);
      if (says !== undefined) tells.push([c.says, says]);
    }
    if (what.has("axis") || inView.get(box)) drawLanes(canvas, box, inner, d);
    if (what.has("axis") || inView.get(map)) drawMap(map, d);
    for (const [e, says] of tells) if (e.textContent !== says) e.textContent = says;
  });
  addEventListener("scroll", () => changed("scroll"), { passive: true });
  keys(box, select);
  const hash = () => {
    if (readFragment(d.byOrder)) return;
    const op = /^#op-(-?\d+)$/.exec(location.hash);
    if (op) goTo(+op[1], select);
  };
  addEventListener("hashchange", hash);
  tell(panel, d, -1, select);
  filter(d);
  if (d.ops.n > 50_000) prepareLatency(d);
  hash();
  changed("view");
  changed("axis");
  flush();
}

// goTo selects the operation of an op by its index.
function goTo(index, select) {
  for (let e = 0; e < d.ev.n; e++) {
    if (d.ev.index[e] !== index) continue;
    const o = d.ev.op[e], half = Math.max((view.full[1] - view.full[0]) / 200, (d.ops.end[o] - d.ops.start[o]) * 4 || 0);
    show(d.ops.start[o] - half, d.ops.start[o] + half);
    select(o, true);
    if (!$("op-" + index)) $("timeline").scrollIntoView();
    return;
  }
}

// prepare places everything on an axis.
function prepare(byOrder) {
  axis(d, byOrder);
  const { ops, ev } = d;
  d.log ??= new Float64Array(ops.n);
  d.clients ??= ops.lane.reduce((n, lane) => n + (lane < meta.clients), 0);
  let lo = Infinity, hi = -Infinity;
  for (let o = 0; o < ops.n; o++) {
    const a = ops.inv[o], b = ops.com[o];
    let ms = a < 0 || b < 0 || ops.lane[o] >= meta.clients ? NaN : ev.time[b] - ev.time[a];
    if (ms < 0) ms = NaN; // what ended before it began has no latency
    if (ms === 0) ms = 1e-6; // a logarithm has no zero: it is drawn at the bottom
    d.log[o] = Math.log10(ms);
    if (d.log[o] < lo) lo = d.log[o];
    if (d.log[o] > hi) hi = d.log[o];
  }
  d.logged = lo <= hi;
  [d.logLo, d.logHi] = lo <= hi ? [lo - 0.05 * (hi - lo) - 0.02, hi + 0.05 * (hi - lo) + 0.02] : [0, 1];
  view.full = [d.lo, d.hi];
  show(d.lo, d.hi);
  d.marks = [];
  d.foundIn ??= meta.marks.map((m) => m.ops.map((e) => ev.op[e]));
  meta.marks.forEach((m, i) => {
    const last = d.foundIn[i].reduce((x, o) => (ops.start[o] > ops.start[x] ? o : x), d.foundIn[i][0]);
    const at = Number.isNaN(ops.end[last]) ? ops.start[last] : ops.end[last];
    if (last !== undefined && !Number.isNaN(at)) d.marks.push({ ...m, ops: d.foundIn[i], at, op: last });
  });
  d.marks.sort((a, b) => a.at - b.at);
  d.found = new Set(d.marks.flatMap((m) => m.ops));
  d.density = null;
  if (byOrder && d.timed) {
    const place = (t) => {
      let e = 0;
      while (e < ev.n && ev.time[e] < t) e++;
      return e;
    };
    const cache = new Map(meta.strip.map((l) => [l, l.intervals.map((x) => x.map((t) => (t < 0 ? t : place(t))))]));
    spansBy((lane) => cache.get(lane));
  } else spansBy((lane) => (byOrder ? [] : lane.intervals));
}

// filter says which operations are shown.
function filter(d) {
  const { ops } = d, text = view.text.toLowerCase();
  d.shown ??= new Uint8Array(ops.n);
  d.rows = makeRows(d);
  d.rowOf = new Map(d.rows.flatMap((r, i) => r.lanes.map((lane) => [lane, i])));
  const only = view.lane >= 0 ? (d.rows[0]?.lanes ?? []) : null, of = view.key >= 0 && d.keys[view.key] ? new Uint8Array(ops.n) : null;
  if (of) for (const o of d.keys[view.key].ops) of[o] = 1;
  for (let o = 0; o < ops.n; o++) {
    let yes = ops.start[o] === ops.start[o] && (ops.lane[o] < meta.clients || meta.clients === 0);
    if (yes && view.fs.size) yes = view.fs.has(ops.f[o]);
    if (yes && view.outs.size) yes = view.outs.has(ops.out[o]);
    if (yes && of) yes = of[o] === 1;
    if (yes && only) yes = only.includes(ops.lane[o]);
    if (yes && text) yes = (values.get(ops.com[o]) ?? "").toLowerCase().includes(text) || (values.get(ops.inv[o]) ?? "").toLowerCase().includes(text);
    d.shown[o] = yes ? 1 : 0;
  }
  d.density = null;
  d.version = (d.version ?? 0) + 1;
  prepareCounts(d);
  view.refresh?.();
}

// controls makes the buttons, and returns where the span is told.
function controls() {
  const range = element("span", { class: "range", "aria-live": "polite" });
  const button = (text, label, f) => element("button", { type: "button", "aria-label": label, title: label, on: { click: f } }, text);
  const zooms = element("div", {}, button("−", "Zoom out", () => zoom(0.5)), button("+", "Zoom in", () => zoom(2)), button("←", "Earlier", () => pan(-0.5)), button("→", "Later", () => pan(0.5)), button("all", "Show all", () => show(...view.full)), range);
  const toggles = (names, set, signs, label) => {
    const buttons = names.map((name, i) => element("button", { type: "button", on: { click: () => toggle(set(), i, names.length) } }, ...(signs ? [element("span", { class: "swatch " + signs[i][1], "aria-hidden": "true" }, signs[i][0]), name] : [name || "(no f)"])));
    const refresh = view.refresh;
    view.refresh = () => {
      refresh?.();
      buttons.forEach((b, i) => b.setAttribute("aria-pressed", set().size === 0 || set().has(i)));
    };
    return element("div", { role: "group", "aria-label": label }, ...buttons);
  };
  const outs = toggles(OUTCOMES, () => view.outs, [["●", "sw-ok"], ["○", "sw-info"], ["✕", "sw-fail"], ["▽", "sw-info"]], "Types");
  const used = new Set();
  for (let o = 0; o < d.ops.n; o++) if (d.ops.lane[o] < meta.clients) used.add(d.ops.f[o]);
  let fs;
  if (meta.fs.length <= 12) {
    fs = toggles(meta.fs, () => view.fs, null, "Operations");
    [...fs.children].forEach((b, i) => (b.hidden = !used.has(i) && used.size > 0));
  } else {
    const choice = element("select", { "aria-label": "Operations", on: { change: (e) => ((view.fs = new Set(e.target.value === "" ? [] : [+e.target.value])), changed("filter")) } }, element("option", { value: "" }, `all ${meta.fs.length} operations`), ...meta.fs.map((f, i) => element("option", { value: i }, f)));
    fs = element("div", {}, choice);
  }
  const search = element("input", { id: "search", type: "search", placeholder: meta.whole ? "text of a value  /" : "text near faults  /", "aria-label": "Text of a value", on: { input: (e) => ((view.text = e.target.value), changed("filter")) } });
  const nextTo = element("div", {}, button("N ◂", "Previous fault", () => step(-1)), button("n ▸ fault", "Next fault", () => step(1)));
  nextTo.hidden = !meta.marks.length;
  const rows = element("div");
  if (d.timed) rows.append(element("select", { "aria-label": "Axis", on: { change: (e) => (prepare(e.target.value === "order"), filter(d), changed("axis"), changed("view")) } }, element("option", { value: "time" }, "by time"), element("option", { value: "order" }, "by order of events")));
  const ways = [["process", "rows by process"]];
  if (threads(d)) ways.unshift(["thread", "rows by thread"]);
  if (meta.names?.length) ways.push(["node", "rows by node"]);
  if (d.keys.length) ways.push(["key", d.keys.length < meta.keys.total ? `rows by key: ${d.keys.length} of ${count(meta.keys.total)}` : "rows by key"]);
  if (ways.length > 1) rows.append(element("select", { "aria-label": "Rows", on: { change: (e) => ((view.rows = e.target.value), (view.lane = view.key = -1), changed("filter")) } }, ...ways.map(([value, name]) => element("option", { value }, name))));
  const refresh = view.refresh;
  view.refresh = () => {
    refresh?.();
    if (search.value !== view.text) search.value = view.text;
  };
  $("controls").append(zooms, nextTo, outs, fs, search, rows);
  return range;
}

// step goes to the next or the previous fault.
function step(by) {
  if (!d.marks.length) return;
  view.mark = view.mark < 0 ? (by > 0 ? 0 : d.marks.length - 1) : (view.mark + by + d.marks.length) % d.marks.length;
  const m = d.marks[view.mark], starts = m.ops.map((o) => d.ops.start[o]), lo = Math.min(...starts), room = Math.max((m.at - lo) * 0.6, (view.full[1] - view.full[0]) / 2000);
  show(lo - room, m.at + room);
  view.select(m.op, false);
  flush();
  scrollTo(m.op, d, document.querySelector(".lanebox"));
  changed("view");
}

function keys(box, select) {
  addEventListener("keydown", (e) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName);
    if (e.key === "Escape") {
      if (typing) e.target.blur();
      clearFilters();
      select(-1, false);
      return changed("filter");
    }
    if (typing || e.ctrlKey || e.metaKey || e.altKey) return;
    const does = {
      ArrowLeft: () => pan(-0.2), ArrowRight: () => pan(0.2), "+": () => zoom(2), "=": () => zoom(2), "-": () => zoom(0.5), 0: () => show(...view.full),
      n: () => step(1), N: () => step(-1), "/": () => $("search").focus(),
    }[e.key];
    if (!does) return;
    e.preventDefault();
    does();
  });
}
