// Small helpers that every component of the page uses.

const SVG = "http://www.w3.org/2000/svg";

export function element(tag, className, parent, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  parent?.append(node);
  return node;
}

export function button(className, parent, text) {
  const node = element("button", className, parent, text);
  node.type = "button"; // none of them sends a form
  return node;
}

export function shape(tag, attributes, parent, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  parent?.append(node);
  return node;
}

// Says it anew only where it changes: a screen reader reads what changes aloud.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Bokeh hands a Python dict over as a Map or as an object.
export const asObject = (value) => (value instanceof Map ? Object.fromEntries(value) : (value ?? {}));

export const trueMinus = (text) => text.replace("-", "−");

export const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

// The model's flags (`dark`, `dimmed`) as classes of the component's root, now and whenever they change.
export function followFlags(model, root, flags) {
  const draw = () => {
    for (const flag of flags) root.classList.toggle(flag, model[flag]);
  };
  model.on(flags, draw);
  draw();
}

const WHEEL_PAUSE = 250; // ms without wheel events that end one gesture
const WHEEL_UNITS = [1, 33, 400]; // px in an event's unit: pixel, line, page

// A page that is being scrolled does not stop where `target` comes under the pointer: a wheel gesture belongs to what
// it began on. `move` gets the pixels of those that began here, at most so many an event; what `isForeign` says of an
// event is left to the browser. Returns how to stop listening.
export function listenToWheel(target, most, move, isForeign = () => false) {
  const stop = new AbortController();
  let last = -Infinity;
  let ours = false;
  const notice = (event) => {
    if (event.timeStamp - last > WHEEL_PAUSE) ours = event.composedPath().includes(target);
    last = event.timeStamp;
  };
  const turn = (event) => {
    if (!ours || isForeign(event)) return;
    event.preventDefault();
    const pixels = event.deltaY * WHEEL_UNITS[event.deltaMode];
    move(Math.max(-most, Math.min(most, pixels)));
  };
  window.addEventListener("wheel", notice, { capture: true, passive: true, signal: stop.signal });
  target.addEventListener("wheel", turn, { passive: false, signal: stop.signal });
  return () => stop.abort();
}
