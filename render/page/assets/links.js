// Links what is drawn in several places: an operation that the pointer or the focus is on, in a picture, a table
// or the timeline, lights up in all of them.

import { view, changed } from "./view.js";

// makeLinks watches everything that names an op by its index, and returns what lights up an operation.
export function makeLinks(d) {
  let byOp = null; // elements of each operation
  const known = () => {
    if (byOp) return;
    byOp = new Map();
    const all = new Map();
    for (const e of document.querySelectorAll("[data-op]")) {
      const index = Number(e.dataset.op);
      all.has(index) ? all.get(index).push(e) : all.set(index, [e]);
    }
    for (let i = 0; i < d.ev.n; i++) {
      const list = all.get(d.ev.index[i]), o = d.ev.op[i];
      if (list) byOp.set(o, (byOp.get(o) ?? []).concat(list));
    }
    for (const [o, list] of byOp) for (const e of list) e.operation = o;
  };
  const light = (o) => {
    if (o === view.lit) return;
    known();
    for (const e of byOp.get(view.lit) ?? []) e.classList.remove("lit");
    for (const e of byOp.get(o) ?? []) e.classList.add("lit");
    view.lit = o;
    changed("lit");
  };
  const at = (e) => {
    const on = e.target.closest?.("[data-op]");
    if (on) known();
    if (on || e.target.tagName !== "CANVAS") light(on?.operation ?? -1);
  };
  document.addEventListener("pointerover", at);
  document.addEventListener("focusin", at);
  return light;
}
