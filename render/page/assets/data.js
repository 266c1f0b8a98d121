// What the page embeds: events in columns, which become operations in typed arrays.

export const OK = 0, INFO = 1, FAIL = 2, OPEN = 3;
export const OUTCOMES = ["ok", "info", "fail", "never completed"];
export const LINES = ["p50", "p95", "p99", "max"]; // quantiles
const KINDS = ["invoke", "ok", "fail", "info"];

// meta is the JSON of the page: see type data in view.go.
export const meta = JSON.parse(document.getElementById("data").textContent);

// inflate decodes base64 and deflate.
async function inflate(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// A Reader reads numbers of one column.
class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }
  uvarint() {
    let x = 0, scale = 1;
    for (;;) {
      const b = this.bytes[this.at++];
      if (b < 128) return x + b * scale;
      x += (b - 128) * scale;
      scale *= 128;
    }
  }
  varint() {
    const u = this.uvarint();
    return u % 2 ? -(u + 1) / 2 : u / 2;
  }
  place(n) {
    return n <= 256 ? this.bytes[this.at++] : this.uvarint();
  }
}

// load decodes the columns. Of events it keeps kind, lane, f, time (ms, NaN if there is none), line,
// index and op, the place of the operation that it belongs to; of operations inv and com (events, -1 if
// there is none), start and end (ms), lane, f and out. Operations are sorted by the event that begins them.
export async function load() {
  const n = meta.events;
  if (!n || typeof DecompressionStream === "undefined") return null;
  const bytes = await inflate(meta.packed);
  let from = 0;
  const columns = meta.sizes.map((size) => new Reader(bytes.subarray(from, (from += size))));
  const [kinds, lanes, fs, times, lines, indices] = columns;
  const ev = {
    n, kind: kinds.bytes, lane: new Uint32Array(n), f: new Uint16Array(n), time: new Float64Array(n),
    line: new Int32Array(n), index: new Float64Array(n), op: new Int32Array(n),
  };
  const ops = { n: 0, inv: new Int32Array(n), com: new Int32Array(n), start: new Float64Array(n), end: new Float64Array(n), lane: new Uint32Array(n), f: new Uint16Array(n), out: new Uint8Array(n) };
  const open = new Int32Array(meta.lanes.length).fill(-1);
  const outOf = [OPEN, OK, FAIL, INFO];
  const ms = meta.unit / 1e6;
  let tick = 0, line = -1, index = -1, timed = false, last = 0;
  for (let i = 0; i < n; i++) {
    const kind = ev.kind[i], lane = lanes.place(meta.lanes.length);
    ev.lane[i] = lane;
    const u = times.uvarint();
    if (u === 0) {
      ev.time[i] = NaN;
    } else {
      tick += u % 2 ? (u - 1) / 2 : -u / 2;
      ev.time[i] = tick * ms;
      timed = true;
      last = Math.max(last, ev.time[i]);
    }
    ev.line[i] = line += lines.varint() + 1;
    ev.index[i] = index += indices.varint() + 1;
    if (kind === 0 || kind >= 4) {
      const o = ops.n++;
      ev.f[i] = fs.place(meta.fs.length);
      ops.f[o] = ev.f[i];
      ops.lane[o] = lane;
      ops.inv[o] = kind === 0 ? i : -1;
      ops.com[o] = kind === 0 ? -1 : i;
      ops.out[o] = outOf[kind & 3];
      open[lane] = o;
      ev.op[i] = o;
    } else {
      const o = open[lane];
      ev.f[i] = ops.f[o];
      ops.com[o] = i;
      ops.out[o] = outOf[kind];
      ev.op[i] = o;
    }
  }
  for (const key of ["inv", "com", "start", "end", "lane", "f", "out"]) ops[key] = ops[key].slice(0, ops.n);
  return { ev, ops, timed, last, keys: await loadKeys() };
}

// loadKeys decodes the operations of each key that has rows, as places.
async function loadKeys() {
  const names = meta.keys?.names ?? [];
  if (!names.length) return [];
  const column = new Reader(await inflate(meta.keys.packed));
  return names.map((name) => {
    const list = new Uint32Array(column.uvarint());
    for (let i = 0, o = 0; i < list.length; i++) list[i] = o += column.uvarint();
    return { name, ops: list };
  });
}

// axis gives operations their places on the axis: times, or the order of events. An operation of which one time is
// missing, or which ended before it began, is where the time is that it has; one without times is nowhere (NaN).
export function axis(d, byOrder) {
  const { ev, ops } = d;
  const at = byOrder ? (e) => e : (e) => ev.time[e];
  let lo = Infinity, hi = -Infinity, sorted = true, before = -Infinity;
  d.longest = 0;
  d.opens = [];
  for (let o = 0; o < ops.n; o++) {
    const a = ops.inv[o], b = ops.com[o];
    let s = at(a < 0 ? b : a), e = b < 0 ? NaN : at(b);
    if (s !== s) s = e;
    if (b >= 0 && !(e >= s)) e = s;
    ops.start[o] = s;
    ops.end[o] = e;
    if (s < lo) lo = s;
    if (s > hi) hi = s;
    if (e > hi) hi = e;
    if (e - s > d.longest) d.longest = e - s;
    if (ops.out[o] === OPEN) d.opens.push(o);
    if (!(s >= before)) sorted = false;
    before = s;
  }
  d.sorted = sorted;
  d.lo = lo === Infinity ? 0 : lo;
  d.hi = hi > d.lo ? hi : d.lo + 1;
  d.byOrder = byOrder;
}

export function kindName(kind) {
  return KINDS[kind & 3];
}

// texts are the values and errors that the page has, by event.
export const values = new Map(meta.texts || []);
export const errors = new Map(meta.errors || []);
