// The panel that tells of one operation.

import { meta, OUTCOMES, OPEN, INFO, values, errors, kindName } from "./data.js";
import { element, span, time, count, clockOf } from "./canvas.js";

const MOST = 24; // concurrent operations that are listed

// tell fills the panel.
export function tell(panel, d, o, select) {
  if (o < 0) {
    panel.replaceChildren(element("p", { class: "muted" }, "Click an operation, or press n for the next fault. Drag to move, or in the plots to zoom; ctrl and the wheel zoom, too. Keys: arrows, + and −, 0 for all, n and N for faults, / to search, Esc."));
    return;
  }
  const { ops, ev } = d, list = element("dl");
  const add = (name, ...what) => what.some((x) => x !== "") && list.append(element("dt", {}, name), element("dd", {}, ...what));
  const event = (e) => {
    const clock = meta.begun ? " (" + clockOf(meta.begun + ev.time[e]) + ")" : "";
    const t = Number.isNaN(ev.time[e]) ? "" : ` at ${time(ev.time[e], 0.001, false)}${clock}`;
    return `${kindName(ev.kind[e])}, op ${ev.index[e]}, line ${ev.line[e]}${t}`;
  };
  const value = (e) => (values.has(e) ? element("code", {}, values.get(e)) : "");
  add("process", meta.lanes[ops.lane[o]] || "(none)");
  add("began", ops.inv[o] >= 0 ? event(ops.inv[o]) : "its invocation was not recorded", " ", ops.inv[o] >= 0 ? value(ops.inv[o]) : "");
  add("ended", ops.com[o] >= 0 ? event(ops.com[o]) : "never", " ", ops.com[o] >= 0 ? value(ops.com[o]) : "");
  if (ops.com[o] >= 0 && errors.has(ops.com[o])) add("error", element("code", {}, errors.get(ops.com[o])));
  const took = ops.com[o] >= 0 && ops.inv[o] >= 0 ? ev.time[ops.com[o]] - ev.time[ops.inv[o]] : NaN;
  if (!Number.isNaN(took)) add("took", span(took));
  if (!values.has(ops.com[o]) && !values.has(ops.inv[o])) add("value", `not in this page: see line ${ev.line[Math.max(ops.com[o], ops.inv[o])]} of ${meta.file}`);
  const part = d.marks.filter((m) => m.ops.includes(o)), seen = new Set(), links = [];
  for (const m of part) {
    if (seen.has(m.id)) continue;
    seen.add(m.id);
    if (links.length) links.push(", ");
    links.push(element("a", { href: "#" + m.id }, m.id));
    if (seen.size === 12) break;
  }
  if (links.length) add("shows", ...links);
  const others = concurrent(d, o), buttons = [];
  for (const x of others.list) buttons.push(element("button", { type: "button", on: { click: () => select(x, true) } }, `${meta.lanes[ops.lane[x]]} ${meta.fs[ops.f[x]]} ${values.get(ops.com[x]) ?? values.get(ops.inv[x]) ?? ""}`.slice(0, 60)));
  if (others.n > others.list.length) buttons.push(` and ${count(others.n - others.list.length)} more`);
  if (buttons.length) add("beside it", ...buttons);
  panel.replaceChildren(element("strong", {}, `${meta.fs[ops.f[o]] || "(no f)"}: ${OUTCOMES[ops.out[o]]}`), list);
}

// concurrent lists the operations that ran while another did.
function concurrent(d, o) {
  const { ops } = d, list = [];
  const unending = (x) => ops.out[x] === OPEN || ops.out[x] === INFO;
  const from = ops.inv[o] < 0 ? ops.com[o] : ops.inv[o], to = unending(o) ? Infinity : ops.com[o];
  let n = 0;
  for (let x = 0; x < ops.n; x++) {
    if (x === o || ops.lane[x] >= meta.clients) continue;
    const a = ops.inv[x] < 0 ? ops.com[x] : ops.inv[x], b = unending(x) ? Infinity : ops.com[x];
    if (a > to) break;
    if (b < from) continue;
    if (++n <= MOST) list.push(x);
  }
  return { list, n };
}
