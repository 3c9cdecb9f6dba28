// The close-up of a finding: the curve around its place, from 1 Å (60°) down to a millionth of it.
//
// Everything happens in the browser: the points of all zoom levels are here, a window around the place says which of
// them are drawn. The plot is never lower than the jump that was looked for (`smallest`): with it a jump stays as tall
// as it is while one zooms in, and a smooth curve becomes a level line.

import { heightUnit, jumpAt, lengthText, mergePoints, niceTicks, prefixFor } from "./closeup_scale.js";
import { button, calm, element, listenToWheel, shape, trueMinus } from "./dom.js";

const PLOT = { height: 236, left: 62, right: 14, top: 12, bottom: 40 };
const WIDEST = { Å: 1, "°": 60 }; // more would show the wall, and nothing else
const GLIDE = 420; // ms from one window to the next, by button or key
const STEP = Math.sqrt(10); // by button or key

export function makeCloseUp(parent) {
  const root = element("div", "closeup", parent);
  const bar = element("div", "closeup-bar", root);
  const toggle = element("div", "toggle", bar);
  toggle.setAttribute("role", "group");
  toggle.setAttribute("aria-label", "Quantity");
  const buttons = Object.fromEntries(
    [
      ["energies", "Energy"],
      ["forces", "Force"],
    ].map(([key, label]) => {
      const chosen = button("", toggle, label);
      chosen.onclick = () => {
        quantity = key;
        draw();
      };
      return [key, chosen];
    }),
  );
  const width = element("span", "window", bar);
  const box = element("div", "plot", root);
  box.tabIndex = 0;
  box.setAttribute("role", "img");
  const svg = shape("svg", { height: PLOT.height }, box);
  const zoom = element("div", "zoom", root);
  const out = zoomButton("−", "Zoom out", () => glide(span * STEP));
  const slider = element("input", "", zoom);
  const into = zoomButton("+", "Zoom in", () => glide(span / STEP));
  slider.type = "range";
  slider.min = 0;
  slider.max = 1;
  slider.step = 0.002;
  slider.setAttribute("aria-label", "Width of the window, from 1 Å or 60° to the finest zoom level");

  let data = null;
  let curve = null;
  let colour = "currentColor";
  let points = [];
  let jump = -1;
  let quantity = "energies";
  let span = 1; // width of the window
  let widest = 1;
  let ends = [0, 1];
  let gliding = 0;
  let drawing = 0;
  let plotWidth = 0;

  function zoomButton(text, label, action) {
    const node = button("step", zoom, text);
    node.setAttribute("aria-label", label);
    node.onclick = action;
    return node;
  }

  const share = () => Math.log(widest / span) / Math.log(widest / data.narrowest);
  const spanAt = (value) => widest * (data.narrowest / widest) ** value;
  const clamp = (value) => Math.min(widest, Math.max(data.narrowest, value));

  function setSpan(value) {
    span = clamp(value);
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(draw);
  }

  function glide(target) {
    cancelAnimationFrame(gliding);
    const [from, to] = [Math.log(span), Math.log(clamp(target))];
    if (calm()) return setSpan(Math.exp(to));
    const start = performance.now();
    const tick = (now) => {
      const t = Math.min(1, (now - start) / GLIDE);
      span = clamp(Math.exp(from + (to - from) * t * (2 - t)));
      draw();
      if (t < 1 && root.isConnected) gliding = requestAnimationFrame(tick);
    };
    gliding = requestAnimationFrame(tick);
  }

  // What the window shows of a quantity, with the curve's values at the window's edges.
  function visible() {
    // Around the place, and inside of the scan as long as it can be.
    const low = Math.max(ends[0], Math.min(data.location - span / 2, ends[1] - span));
    const high = low + span;
    let first = points.findIndex((p) => p.x > low);
    if (first < 0) first = points.length;
    const last = points.findLastIndex((p) => p.x < high);
    const heights = [];
    const between = (k, x) => {
      const [a, b] = [points[k], points[k + 1]];
      if (!a || !b || a[quantity] === null || b[quantity] === null || k === jump) return;
      if (x >= a.x && x <= b.x) heights.push(a[quantity] + ((x - a.x) / (b.x - a.x)) * (b[quantity] - a[quantity]));
    };
    between(first - 1, low);
    between(last, high);
    for (let k = first; k <= last; k++) if (points[k][quantity] !== null) heights.push(points[k][quantity]);
    if (!heights.length)
      heights.push(
        ...points
          .slice(Math.max(0, first - 1), last + 2)
          .map((p) => p[quantity])
          .filter((y) => y !== null),
      );
    return { low, high, first: Math.max(0, first - 1), last: Math.min(points.length - 1, last + 1), heights };
  }

  function heightLimits(heights) {
    const [low, high] = [Math.min(...heights), Math.max(...heights)];
    const tall = Math.max((high - low) * 1.16, (data.smallest[quantity] ?? 0) * data.energyUnit.perEv);
    const middle = (low + high) / 2;
    return [middle - tall / 2, middle + tall / 2];
  }

  function draw() {
    if (!data || !points.length) return;
    plotWidth = Math.max(220, box.clientWidth || 420);
    svg.setAttribute("width", plotWidth);
    svg.replaceChildren();
    const seen = visible();
    if (!seen.heights.length) return;
    const [bottom, top] = heightLimits(seen.heights);
    const area = { x0: PLOT.left, x1: plotWidth - PLOT.right, y0: PLOT.height - PLOT.bottom, y1: PLOT.top };
    const toX = (x) => area.x0 + ((x - seen.low) / (seen.high - seen.low)) * (area.x1 - area.x0);
    const toY = (y) => area.y0 + ((y - bottom) / (top - bottom)) * (area.y1 - area.y0);
    const said = drawAxes(seen, bottom, top, area, toX, toY);
    drawCurve(seen, area, toX, toY);
    slider.value = share();
    slider.setAttribute("aria-valuetext", `${lengthText(span, data.unit)} wide`);
    width.textContent = `${lengthText(span, data.unit)} wide`;
    out.disabled = span >= widest * 0.999;
    into.disabled = span <= data.narrowest * 1.001;
    for (const [key, node] of Object.entries(buttons)) node.setAttribute("aria-pressed", String(key === quantity));
    box.setAttribute("aria-label", `${said}; ${lengthText(span, data.unit)} wide. ${data.lesson} Plus and minus zoom.`);
  }

  function drawAxes(seen, bottom, top, area, toX, toY) {
    const grid = shape("g", { class: "grid" }, svg);
    const text = shape("g", { class: "ticks" }, svg);
    // A narrow window is read as a distance from the place, a wide one as it is.
    const narrow = span < 0.05;
    const [factor, prefix] = narrow ? prefixFor(span) : [1, ""];
    const origin = narrow ? data.location : 0;
    const along = niceTicks(
      (seen.low - origin) / factor,
      (seen.high - origin) / factor,
      Math.max(3, (area.x1 - area.x0) / 90),
    );
    for (const tick of along.ticks) {
      const x = toX(origin + tick * factor);
      shape("line", { x1: x, x2: x, y1: area.y0, y2: area.y1 }, grid);
      shape("text", { x, y: area.y0 + 15, "text-anchor": "middle" }, text, trueMinus(tick.toFixed(along.decimals)));
    }
    const decimals = Math.max(3, Math.min(7, Math.ceil(-Math.log10(data.narrowest))));
    const place = trueMinus(data.location.toFixed(narrow ? Math.min(6, decimals) : 3));
    const xLabel = narrow
      ? `${data.symbol} − ${place} ${data.unit}, in ${prefix}${data.unit}`
      : `${data.symbol} / ${data.unit}`;
    shape(
      "text",
      { x: (area.x0 + area.x1) / 2, y: PLOT.height - 6, "text-anchor": "middle", class: "label" },
      svg,
      xLabel,
    );

    // Energies are read from the place, forces as they are until their digits run out.
    const tall = top - bottom;
    const energy = quantity === "energies";
    const per = energy ? "" : `/${data.unit}`;
    const middle = (top + bottom) / 2;
    const offset = energy ? heightAtPlace() : Math.abs(middle) > 12 * tall ? heightAtPlace() : 0;
    const height = offset !== 0 || energy ? tall : Math.max(tall, Math.abs(middle) / 5);
    const [scale, unit] = heightUnit(height, data.energyUnit, per);
    const up = niceTicks((bottom - offset) / scale, (top - offset) / scale, 5);
    for (const tick of up.ticks) {
      const y = toY(offset + tick * scale);
      shape("line", { x1: area.x0, x2: area.x1, y1: y, y2: y }, grid);
      shape("text", { x: area.x0 - 6, y: y + 4, "text-anchor": "end" }, text, trueMinus(tick.toFixed(up.decimals)));
    }
    const name = energy ? "Energy" : "Force";
    const from = energy
      ? " from the place"
      : offset === 0
        ? ""
        : ` − (${trueMinus(offset.toPrecision(5))} ${data.energyUnit.names[0]}${per})`;
    const yLabel = `${name}${from}${energy || offset === 0 ? " / " : ", in "}${unit}`;
    shape(
      "text",
      { transform: `translate(13 ${(area.y0 + area.y1) / 2}) rotate(-90)`, "text-anchor": "middle", class: "label" },
      svg,
      yLabel,
    );
    return `${name} against ${data.symbol}`;
  }

  // The quantity beside the place, before the jump: what offsets are counted from.
  function heightAtPlace() {
    let k = jump >= 0 ? jump : points.findLastIndex((p) => p.x <= data.location);
    if (k < 0) k = 0;
    while (k > 0 && points[k][quantity] === null) k--;
    return points[k][quantity] ?? 0;
  }

  function drawCurve(seen, area, toX, toY) {
    const id = `clip${Math.random().toString(36).slice(2)}`;
    const clip = shape("clipPath", { id }, shape("defs", {}, svg));
    shape("rect", { x: area.x0, y: area.y1, width: area.x1 - area.x0, height: area.y0 - area.y1 }, clip);
    const inside = shape("g", { "clip-path": `url(#${id})` }, svg);
    const [lo, hi] = data.interval.map((x) => Math.min(area.x1, Math.max(area.x0, toX(x))));
    if (hi - lo < area.x1 - area.x0 - 1) {
      shape(
        "rect",
        { x: lo, y: area.y1, width: Math.max(1.5, hi - lo), height: area.y0 - area.y1, fill: colour, class: "stretch" },
        inside,
      );
    }
    const here = toX(data.location);
    shape("line", { x1: here, x2: here, y1: area.y0, y2: area.y1, class: "here" }, inside);

    // Energies come with their slope, which is minus the force: the cubic through both, since chords would look like
    // kinks. Where the two disagree, at a jump between points, and for forces: a straight line.
    const bend = (p, q) => {
      const h = q.x - p.x;
      const slopes = quantity === "energies" && p.forces !== null && q.forces !== null;
      const missed = slopes ? Math.abs(q.energies - p.energies + (h * (p.forces + q.forces)) / 2) : Infinity;
      if (missed > 0.25 * h * (Math.abs(p.forces) + Math.abs(q.forces))) return "L";
      const at = (x, y) => `${toX(x).toFixed(2)} ${toY(y).toFixed(2)} `;
      return `C${at(p.x + h / 3, p.energies - (h / 3) * p.forces)}${at(q.x - h / 3, q.energies + (h / 3) * q.forces)}`;
    };
    let path = "";
    let pen = false;
    for (let k = seen.first; k <= seen.last; k++) {
      const y = points[k][quantity];
      if (y === null) {
        pen = false;
        continue;
      }
      const end = `${toX(points[k].x).toFixed(2)} ${toY(y).toFixed(2)}`;
      path += pen ? bend(points[k - 1], points[k]) + end : `M${end}`;
      pen = k !== jump;
    }
    shape("path", { d: path, stroke: colour, class: "curve" }, inside);
    const shown = points.slice(seen.first, seen.last + 1).filter((p) => p[quantity] !== null);
    for (const p of shown) {
      shape(
        "circle",
        { cx: toX(p.x), cy: toY(p[quantity]), r: p.fine ? 2.2 : 3, fill: colour, class: p.fine ? "fine" : "scan" },
        inside,
      );
    }
    if (jump >= 0) drawJump(inside, toX, toY, area);
  }

  function drawJump(inside, toX, toY, area) {
    const [a, b] = [points[jump], points[jump + 1]];
    if (a[quantity] === null || b[quantity] === null) return;
    const [y0, y1] = [toY(a[quantity]), toY(b[quantity])];
    const x = (toX(a.x) + toX(b.x)) / 2;
    shape("line", { x1: toX(a.x), y1: y0, x2: toX(b.x), y2: y1, stroke: colour, class: "leap" }, inside);
    if (quantity !== data.quantity || Math.abs(y1 - y0) < 26) return;
    const left = x > (area.x0 + area.x1) / 2 + 60;
    shape(
      "text",
      { x: x + (left ? -8 : 8), y: (y0 + y1) / 2 + 4, "text-anchor": left ? "end" : "start", class: "sized" },
      inside,
      data.sizeText,
    );
  }

  // The window in which the thing is best seen: a jump fills a third of the plot, anything else takes a third of its width.
  function bestSpan() {
    const [lo, hi] = data.interval;
    if (!data.jump) return clamp(Math.max(3 * (hi - lo), data.narrowest));
    const kept = span;
    let best = data.narrowest;
    for (let k = 0; k <= 40; k++) {
      span = spanAt(k / 40);
      const seen = visible();
      const [bottom, top] = heightLimits(seen.heights.length ? seen.heights : [0, 1]);
      if (Math.abs(data.size) * data.energyUnit.perEv >= 0.3 * (top - bottom)) {
        best = span;
        break;
      }
    }
    span = kept;
    return best;
  }

  function show(newData, newCurve, newColour) {
    const first = data === null;
    const decided = !first && (newData.jump !== data.jump || newData.levels.length !== data.levels.length);
    [data, curve, colour] = [newData, newCurve, newColour];
    points = mergePoints(curve, data.levels, data.energyUnit.perEv);
    jump = jumpAt(points, data);
    ends = points.length ? [points[0].x, points[points.length - 1].x] : [0, 1];
    widest = Math.max(Math.min(WIDEST[data.unit] ?? Infinity, ends[1] - ends[0]), 2 * data.narrowest);
    if (first) quantity = data.quantity;
    if (first || decided) span = bestSpan();
    slider.disabled = widest <= data.narrowest * 1.01;
    draw();
  }

  slider.oninput = () => {
    cancelAnimationFrame(gliding);
    setSpan(spanAt(Number(slider.value)));
  };
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions = {
      "+": () => glide(span / STEP),
      "=": () => glide(span / STEP),
      "-": () => glide(span * STEP),
      "−": () => glide(span * STEP),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });

  const zoomBy = (pixels) => {
    cancelAnimationFrame(gliding);
    setSpan(span * Math.exp(pixels / 260));
  };
  const stopWheel = listenToWheel(box, 240, zoomBy, (event) => event.ctrlKey);

  const watcher = new ResizeObserver(() => {
    if (box.clientWidth && box.clientWidth !== plotWidth) draw();
  });
  watcher.observe(box);

  return {
    root,
    show,
    span: () => span,
    dispose() {
      cancelAnimationFrame(gliding);
      cancelAnimationFrame(drawing);
      watcher.disconnect();
      stopWheel();
    },
  };
}
