// Findings, worst first. Sorting, filtering and opening a close-up need no server.
//
// Rows live as long as their finding: a verdict changes a word in its place, and nothing else moves. What was refuted
// folds into a line at the end when everything is checked, and not while a hand is on the list.

import { makeHeads } from "./curve_heads.js";
import { asObject, button, calm, element, followFlags, setText } from "./dom.js";
import { makeDetail, scrollerOf } from "./finding_detail.js";

const SORTS = {
  "worst first": (a, b) => a.rank - b.rank,
  "by place": (a, b) => a.frame - b.frame || a.rank - b.rank,
  "by potential": (a, b) => a.potential.localeCompare(b.potential) || a.rank - b.rank,
};
const CERTAINTY = {
  "any certainty": () => true,
  certified: (item) => item.state === "certified",
  undecided: (item) => item.state === "undecided",
  "not refined": (item) => item.state === "stored",
  candidates: (item) => item.state === "checking" || item.state === "candidate",
};
const STATE_MARKS = { certified: "✓", refuted: "✕", noise: "≈", undecided: "?" };
const FOLD = 240; // ms

function chooser(parent, label, onChange) {
  const select = element("select", "", parent);
  select.setAttribute("aria-label", label);
  select.onchange = onChange;
  return select;
}

function setOptions(select, options) {
  const kept = select.value;
  if ([...select.options].map((option) => option.text).join() === options.join()) return;
  select.replaceChildren(...options.map((text) => new Option(text)));
  if (options.includes(kept)) select.value = kept;
}

// The nodes in this order, moving none that stands right: a moved node loses the focus.
function arrange(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of Array.from(list.children)) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, k) => {
    if (list.children[k] !== node) list.insertBefore(node, list.children[k] ?? null);
  });
}

function makeRow(item, choose) {
  const line = element("li");
  line.dataset.key = item.key;
  const row = button("row", line);
  const mark = element("span", "mark", row);
  const potential = element("span", "potential", row);
  const swatch = element("span", "swatch", potential);
  const name = element("span", "", potential);
  const sentence = element("span", "sentence", row);
  const kind = element("span", "kind", sentence);
  const text = element("span", "", sentence);
  const state = element("span", "state", row);
  const place = element("span", "place", row);
  const size = element("span", "size", row);
  row.onclick = () => choose(line.dataset.key);
  let detail = null;

  return {
    line,
    button: row,
    item,
    update(next) {
      this.item = next;
      line.classList.toggle("gone", next.folded);
      mark.className = `mark ${next.folded ? "" : next.severity}`;
      setText(mark, next.folded ? "–" : next.mark);
      mark.title = next.folded ? "no finding" : next.severity;
      mark.setAttribute("aria-label", mark.title);
      swatch.className = `swatch ${next.dash}`;
      swatch.style.borderColor = next.colour;
      setText(name, next.potential);
      setText(kind, `${next.kind} `);
      setText(text, next.sentence);
      state.className = `state ${next.state}`;
      setText(state, STATE_MARKS[next.state] ? `${STATE_MARKS[next.state]} ${next.status}` : next.status);
      state.title = next.tip;
      setText(place, next.place);
      setText(size, next.folded ? "" : next.size);
    },
    open(curve) {
      line.classList.add("selected");
      row.setAttribute("aria-expanded", "true");
      detail ??= makeDetail(line);
      detail.show(this.item, curve);
    },
    close() {
      line.classList.remove("selected");
      row.setAttribute("aria-expanded", "false");
      detail?.dispose();
      detail?.more.remove();
      detail = null;
    },
    isOpen: () => detail !== null,
    detail: () => detail,
  };
}

export function render({ model, el }) {
  const root = element("div", "root");
  const head = element("div", "head", root);
  element("h2", "", head, "Findings");
  const count = element("span", "count", head);
  count.setAttribute("aria-live", "polite");
  const filterPotential = chooser(head, "Show findings of", draw);
  const filterKind = chooser(head, "Show findings of kind", draw);
  const filterSeverity = chooser(head, "Show findings of severity", draw);
  const filterCertainty = chooser(head, "Show findings by certainty", draw);
  const sort = chooser(head, "Sort findings", draw);
  setOptions(filterCertainty, Object.keys(CERTAINTY));
  setOptions(sort, Object.keys(SORTS));
  const drawHeads = makeHeads(element("div", "curves", root));
  const list = element("ul", "", root);
  const empty = element("div", "empty", root);
  const tail = button("tail", root);
  const attic = element("ul", "attic", root);
  let rows = new Map();
  let unfolded = false;
  let folded = false; // whether refuted rows stand behind the line at the end
  let hands = false;
  let waiting = 0;

  const settled = () => !model.items.some((item) => item.state === "checking");

  function choose(key) {
    const row = rows.get(key);
    const before = row.button.getBoundingClientRect().top;
    const opens = key !== model.selected;
    model.selected = opens ? key : "";
    model.clicks = model.clicks + 1;
    draw();
    // What was clicked stays under the pointer, even where an opened row above it closes …
    scrollerOf(root).scrollTop += row.button.getBoundingClientRect().top - before;
    if (opens) openingOf(row).then(() => row.isOpen() && reveal(row));
  }

  // A busy browser takes longer for the unfolding than its style says: its end is waited for, not its time.
  function openingOf(row) {
    const running = row.detail().more.getAnimations();
    return Promise.allSettled(running.map((animation) => animation.finished));
  }

  // … and then the page glides up as far as the close-up needs it.
  function reveal(row) {
    const scroller = scrollerOf(root);
    const bottom = Math.min(window.innerHeight, scroller.getBoundingClientRect().bottom || window.innerHeight);
    const top = Math.max(0, scroller === document.scrollingElement ? 0 : scroller.getBoundingClientRect().top);
    const box = row.line.getBoundingClientRect();
    const wanted = Math.min(box.bottom - bottom + 10, box.top - top - 8);
    if (wanted > 0) scroller.scrollBy({ top: wanted, behavior: calm() ? "auto" : "smooth" });
  }

  function draw() {
    const items = model.items;
    const shown = (item) => !item.folded || item.key === model.selected;
    const real = items.filter((item) => !item.folded);
    setOptions(filterPotential, ["all potentials", ...new Set(items.map((item) => item.potential))]);
    setOptions(filterKind, ["all kinds", ...new Set(items.map((item) => item.kind))]);
    setOptions(filterSeverity, ["any severity", ...new Set(items.map((item) => item.severity))]);
    for (const select of head.querySelectorAll("select")) select.hidden = items.length < 2;

    const old = rows;
    rows = new Map(items.map((item) => [item.key, old.get(item.key) ?? makeRow(item, choose)]));
    for (const [key, row] of old) if (rows.get(key) !== row) row.close();
    for (const item of items) rows.get(item.key).update(item);
    const passes = (item) =>
      (filterPotential.selectedIndex <= 0 || item.potential === filterPotential.value) &&
      (filterKind.selectedIndex <= 0 || item.kind === filterKind.value) &&
      (filterSeverity.selectedIndex <= 0 || item.severity === filterSeverity.value) &&
      CERTAINTY[filterCertainty.value || "any certainty"](item);
    const order = SORTS[sort.value] ?? SORTS["worst first"];
    const wanted = items.filter(
      (item) => passes(item) || (item.folded && filterCertainty.selectedIndex <= 0 && passesBut(item)),
    );
    wanted.sort(order);
    const above = wanted.filter((item) => !folded || shown(item));
    const below = folded ? wanted.filter((item) => !shown(item)) : [];
    arrange(
      list,
      above.map((item) => rows.get(item.key).line),
    );
    arrange(
      attic,
      below.map((item) => rows.get(item.key).line),
    );
    list.hidden = !above.length;
    const passing = wanted.filter((item) => !item.folded).length;
    setText(count, !real.length ? "" : passing === real.length ? `${real.length}` : `${passing} of ${real.length}`);
    drawEmpty(above, real.length);
    drawTail(items, below);
    for (const [key, row] of rows) {
      if (key === model.selected) row.open(asObject(model.curves)[row.item.name]);
      else if (row.isOpen()) row.close();
      else row.button.setAttribute("aria-expanded", "false");
    }

    function passesBut(item) {
      return (
        (filterPotential.selectedIndex <= 0 || item.potential === filterPotential.value) &&
        (filterKind.selectedIndex <= 0 || item.kind === filterKind.value)
      );
    }
  }

  function drawEmpty(above, real) {
    empty.hidden = above.length > 0;
    setText(empty, real ? "No finding passes the filters." : model.message);
  }

  // One line at the end, there from the first candidate on: first how far the checking is, then what came to nothing.
  function drawTail(items, below) {
    const left = items.filter((item) => item.state === "checking").length;
    const gone = items.filter((item) => item.folded);
    tail.hidden = !left && !(folded && gone.length) && !gone.length;
    tail.disabled = !folded || !below.length;
    const checked = items.length - left;
    const text = left ? `checking… ${checked} of ${items.length}` : model.tally;
    setText(tail, folded && below.length ? `${unfolded ? "▾" : "▸"} ${text}` : text);
    tail.setAttribute("aria-expanded", String(unfolded));
    attic.hidden = !folded || !unfolded || !below.length;
  }

  tail.onclick = () => {
    unfolded = !unfolded;
    draw();
  };

  // Fold what was refuted, gently, once all is decided and no hand is on the list.
  function foldWhenQuiet() {
    clearTimeout(waiting);
    if (!settled()) {
      folded = false;
      unfolded = false;
      return;
    }
    if (folded || hands) return;
    waiting = setTimeout(fold, 700);
  }

  async function fold() {
    if (!settled() || folded || hands) return;
    const going = model.items
      .filter((item) => item.folded && item.key !== model.selected)
      .map((item) => rows.get(item.key)?.line);
    const seen = going.filter((line) => line?.isConnected && line.offsetHeight);
    if (!calm()) {
      await Promise.all(
        seen.map((line) => {
          line.style.overflow = "hidden";
          return line.animate(
            [
              { height: `${line.offsetHeight}px`, opacity: 1 },
              { height: "0px", opacity: 0 },
            ],
            { duration: FOLD, easing: "ease-in-out", fill: "forwards" },
          ).finished;
        }),
      ).catch(() => {});
      for (const line of seen) {
        line.getAnimations().forEach((animation) => animation.cancel());
        line.style.overflow = "";
      }
    }
    folded = settled();
    draw();
  }

  const setHands = (on) => {
    hands = on;
    if (!on) foldWhenQuiet();
  };
  root.addEventListener("pointerenter", () => setHands(true));
  root.addEventListener("pointerleave", () => setHands(false));
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !model.selected) return;
    event.stopPropagation();
    const row = rows.get(model.selected);
    choose(model.selected);
    row?.button.focus({ preventScroll: true });
  });

  let known = "";
  model.on(["items", "message", "tally", "curves"], () => {
    // Results of another scan start folded: nothing was seen yet that could move.
    const now = model.items.map((item) => item.key).join();
    if (now !== known) folded = settled();
    known = now;
    draw();
    foldWhenQuiet();
  });
  model.on("selected", draw);
  model.on("heads", () => drawHeads(model.heads));
  followFlags(model, root, ["dark", "dimmed"]);
  model.on("remove", () => {
    clearTimeout(waiting);
    for (const row of rows.values()) row.close();
  });
  known = model.items.map((item) => item.key).join();
  folded = settled();
  drawHeads(model.heads);
  draw();
  el.append(root);
}
