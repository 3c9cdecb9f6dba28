// Mouse, pen, touch and wheel on the canvas.
//
// NGL listens on `document` and compares event.target with its canvas, which inside Bokeh's shadow DOM is never true;
// it also takes every touch, so that a phone cannot scroll past it. So NGL's observers are switched off, and these few
// pointer events drive its camera.

import { listenToWheel } from "../components/dom.js";

const CLICK_DISTANCE = 4; // px that the pointer may stray in a click

export function ignoreNglEvents(stage) {
  stage.mouseObserver.dispose();
  stage.mouseBehavior.dispose();
  stage.pickingBehavior.dispose();
  stage.keyBehavior.dispose();
  const canvas = stage.viewer.renderer.domElement;
  canvas.removeAttribute("tabindex");
  // Upright swipes scroll the page; sideways ones and two fingers are ours.
  canvas.style.touchAction = "pan-y";
  return canvas;
}

// actions: {rotate(dx, dy), pan(dx, dy), zoom(factor), hover(x | null, y | null), click(x, y, coarse), focus()}.
// Returns how to detach.
export function listenToPointers(canvas, actions) {
  const stop = new AbortController();
  const on = (target, type, handler, options = {}) =>
    target.addEventListener(type, handler, { signal: stop.signal, ...options });
  const pressed = new Map(); // pointerId → its last place
  let strayed = 0; // px moved since the first pointer went down
  let button = 0;
  let hoverRequest = 0;

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const middle = (points) => ({
    x: points.reduce((sum, p) => sum + p.x, 0) / points.length,
    y: points.reduce((sum, p) => sum + p.y, 0) / points.length,
  });
  const apart = ([a, b]) => Math.hypot(a.x - b.x, a.y - b.y);

  const hover = (point) => {
    cancelAnimationFrame(hoverRequest);
    hoverRequest = requestAnimationFrame(() => actions.hover(point?.x ?? null, point?.y ?? null));
  };

  on(canvas, "pointerdown", (event) => {
    if (pressed.size === 0) {
      strayed = 0;
      button = event.button;
    }
    pressed.set(event.pointerId, place(event));
    canvas.setPointerCapture(event.pointerId);
    if (event.pointerType === "mouse") event.preventDefault(); // no text selection while dragging
    actions.focus();
  });

  on(canvas, "pointermove", (event) => {
    const point = place(event);
    const last = pressed.get(event.pointerId);
    if (!last) {
      if (event.pointerType !== "touch") hover(point);
      return;
    }
    const before = [...pressed.values()];
    pressed.set(event.pointerId, point);
    const after = [...pressed.values()];
    const from = middle(before);
    const to = middle(after);
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    strayed += Math.hypot(point.x - last.x, point.y - last.y);
    if (strayed <= CLICK_DISTANCE) return;
    actions.hover(null, null);
    if (after.length === 2) {
      actions.zoom(apart(after) / Math.max(apart(before), 1));
      actions.pan(dx, dy);
    } else if (button === 2 || button === 1 || event.ctrlKey || event.metaKey) {
      actions.pan(dx, dy);
    } else {
      actions.rotate(dx, dy);
    }
  });

  on(canvas, "pointerup", (event) => {
    const point = place(event);
    if (pressed.size === 1 && strayed <= CLICK_DISTANCE && button === 0) {
      actions.click(point.x, point.y, event.pointerType === "touch");
    }
    pressed.delete(event.pointerId);
  });
  on(canvas, "pointercancel", (event) => pressed.delete(event.pointerId));
  on(canvas, "pointerleave", () => hover(null));
  on(canvas, "contextmenu", (event) => event.preventDefault());

  const stopWheel = listenToWheel(canvas, 200, (pixels) => actions.zoom(Math.exp(-pixels / 600)));

  return () => {
    cancelAnimationFrame(hoverRequest);
    stop.abort();
    stopWheel();
  };
}

// What is under (x, y), in CSS px of the canvas: {atoms: [i]} or {atoms: [i, j]}, or null. Done by projecting the atoms
// instead of by NGL's picking pass: a bond is a few px wide, and here it can be caught beside it too (`slop`).
export function pick(x, y, slop, atoms, bonds, bondRadius) {
  const hits = [];
  atoms.forEach((atom, i) => {
    const miss = Math.hypot(x - atom.x, y - atom.y) - atom.radius;
    // The sphere's own depth at this point, so that it competes fairly with a bond that ends in it.
    if (miss <= slop)
      hits.push({ atoms: [i], miss: Math.max(0, miss), depth: atom.depth - (miss <= 0 ? atom.bulge : 0) });
  });
  for (const [i, j] of bonds) {
    const [a, b] = [atoms[i], atoms[j]];
    const [ux, uy] = [b.x - a.x, b.y - a.y];
    const length = ux * ux + uy * uy;
    if (length < 1) continue;
    const t = ((x - a.x) * ux + (y - a.y) * uy) / length;
    if (t < 0 || t > 1) continue;
    const thickness = bondRadius * (a.scale + (b.scale - a.scale) * t);
    const miss = Math.hypot(x - a.x - t * ux, y - a.y - t * uy) - thickness;
    if (miss <= slop) hits.push({ atoms: [i, j], miss: Math.max(0, miss), depth: a.depth + (b.depth - a.depth) * t });
  }
  // What is really under the pointer comes first, the nearest to the eye of it; then what is closest beside it.
  hits.sort((p, q) => (p.miss > 0) - (q.miss > 0) || (p.miss > 0 ? p.miss - q.miss : p.depth - q.depth));
  return hits[0] ?? null;
}
