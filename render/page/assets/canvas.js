// Canvases, colours, ticks and numbers.

import { view, zoom, show, changed } from "./view.js";

export const LEFT = 92, RIGHT = 12; // margins of everything that has the axis of time

let colours = {};
// colour is one of the page's, such as ok or muted.
export function colour(name) {
  return (colours[name] ??= getComputedStyle(document.documentElement).getPropertyValue("--jc-" + name).trim());
}
export function forgetColours() {
  colours = {};
}

// rgb is a colour as numbers.
export function rgb(name) {
  const c = colour(name);
  return [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16));
}

export function element(name, attrs = {}, ...children) {
  const e = document.createElement(name);
  for (const [k, v] of Object.entries(attrs)) {
    if (k === "on") for (const [event, f] of Object.entries(v)) e.addEventListener(event, f);
    else if (v !== false && v != null) e.setAttribute(k, v);
  }
  e.append(...children); // strings become text
  return e;
}

// fit sets the size of a canvas, and returns its context in CSS pixels.
export function fit(canvas, height) {
  const wide = canvas.clientWidth || 900, scale = window.devicePixelRatio || 1;
  const w = Math.round(wide * scale), h = Math.round(height * scale);
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.height = height + "px";
  }
  const g = canvas.getContext("2d");
  g.setTransform(scale, 0, 0, scale, 0, 0);
  g.clearRect(0, 0, wide, height);
  g.font = "12px Helvetica, Arial, sans-serif";
  g.textBaseline = "middle";
  g.lineWidth = 1;
  return [g, wide, scale];
}

// scale maps the axis to pixels and back.
export function scale(wide) {
  const k = (wide - LEFT - RIGHT) / (view.t1 - view.t0);
  return { k, x: (t) => LEFT + (t - view.t0) * k, t: (x) => view.t0 + (x - LEFT) / k, right: wide - RIGHT };
}

// ticks are round numbers between two.
export function ticks(lo, hi, most) {
  const raw = (hi - lo) / most, ten = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((m) => m * ten >= raw) * ten;
  const out = [];
  for (let x = Math.ceil(lo / step) * step; x <= hi + step * 1e-9; x += step) out.push(Math.abs(x) < step / 1e6 ? 0 : x);
  return [out, step];
}

// time writes a place on the axis, with as many digits as a step calls for.
export function time(ms, step, byOrder) {
  if (byOrder) return Math.round(ms).toLocaleString("en");
  if (ms === 0) return "0";
  const [unit, name] = step >= 100 || Math.abs(ms) >= 1e4 ? [1000, "s"] : step >= 0.1 || Math.abs(ms) >= 10 ? [1, "ms"] : [0.001, "µs"];
  const digits = Math.max(0, Math.min(9, Math.ceil(-Math.log10(step / unit) - 1e-9)));
  return (ms / unit).toFixed(digits) + " " + name;
}

// clockOf writes a time since 1970, in ms, as the time of a day.
export function clockOf(ms) {
  return Math.abs(ms) < 8e15 ? new Date(ms).toISOString().slice(11, 23) + " UTC" : "";
}

// span writes a duration.
export function span(ms) {
  const x = Math.abs(ms), sign = ms < 0 ? "−" : "";
  for (const [unit, name] of [[1000, "s"], [1, "ms"], [0.001, "µs"]]) if (x >= unit) return sign + +(x / unit).toPrecision(4) + " " + name;
  return sign + +(x * 1e6).toPrecision(4) + " ns";
}

export const count = (n) => n.toLocaleString("en");

// axisOfTime draws the lower edge with its ticks.
export function axisOfTime(g, s, top, bottom, byOrder) {
  const [at, step] = ticks(view.t0, view.t1, (s.right - LEFT) / 110);
  g.fillStyle = colour("muted");
  g.strokeStyle = colour("faint");
  g.textAlign = "center";
  g.beginPath();
  for (const t of at) {
    const x = Math.round(s.x(t)) + 0.5;
    g.moveTo(x, top);
    g.lineTo(x, bottom);
    g.fillText(time(t, step, byOrder), Math.min(Math.max(x, LEFT + 8), s.right - 18), bottom + 10);
  }
  g.stroke();
}

// draggable makes a canvas zoom or pan: how is select (a span to zoom to) or pan.
export function draggable(canvas, how, click) {
  let from = null;
  const place = (e) => {
    const box = canvas.getBoundingClientRect();
    return [e.clientX - box.left, e.clientY - box.top, scale(box.width)];
  };
  canvas.addEventListener("pointerdown", (e) => {
    if (e.button !== 0) return;
    const [x, y, s] = place(e);
    if (x < LEFT - 4) return click?.(x, y);
    from = { x, y, t: s.t(x), t0: view.t0, t1: view.t1, k: s.k, moved: false, how: how === "pan" || e.shiftKey ? "pan" : "select" };
    canvas.setPointerCapture(e.pointerId);
  });
  canvas.addEventListener("pointermove", (e) => {
    const [x, , s] = place(e);
    view.hover = x >= LEFT && x <= s.right ? s.t(x) : NaN;
    if (from && (from.moved || Math.abs(x - from.x) > 4)) {
      from.moved = true;
      if (from.how === "pan") show(from.t0 - (x - from.x) / from.k, from.t1 - (x - from.x) / from.k);
      else view.drag = [from.t, Math.min(Math.max(s.t(x), view.t0), view.t1)];
    }
    changed("hover");
  });
  const end = (e) => {
    if (!from) return;
    const [x, y] = place(e), drag = view.drag;
    view.drag = null;
    if (!from.moved) click?.(x, y);
    else if (from.how === "select" && drag) show(Math.min(...drag), Math.max(...drag));
    from = null;
    changed("hover");
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", () => ((from = null), (view.drag = null)));
  canvas.addEventListener("pointerleave", () => {
    view.hover = NaN;
    changed("hover");
  });
  canvas.addEventListener("wheel", (e) => {
    if (!e.ctrlKey && !e.altKey && Math.abs(e.deltaX) <= Math.abs(e.deltaY)) return; // the page scrolls
    e.preventDefault();
    const [x, , s] = place(e);
    if (e.ctrlKey || e.altKey) zoom(Math.exp(-e.deltaY / 300), s.t(x));
    else show(view.t0 + e.deltaX / s.k, view.t1 + e.deltaX / s.k);
  }, { passive: false });
  canvas.addEventListener("dblclick", () => show(...view.full));
}

// cursor draws the pointer's place and the span that is being selected.
export function cursor(g, s, top, bottom) {
  if (view.drag) {
    g.fillStyle = colour("ok");
    g.globalAlpha = 0.2;
    g.fillRect(s.x(Math.min(...view.drag)), top, Math.abs(view.drag[1] - view.drag[0]) * s.k, bottom - top);
    g.globalAlpha = 1;
  }
  if (view.hover >= view.t0 && view.hover <= view.t1) {
    g.strokeStyle = colour("muted");
    g.beginPath();
    g.moveTo(s.x(view.hover), top);
    g.lineTo(s.x(view.hover), bottom);
    g.stroke();
  }
}
