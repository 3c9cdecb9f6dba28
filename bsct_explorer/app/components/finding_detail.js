// What stands under an opened finding: its close-up on one side, verdict, cause and numbers on the other.

import { makeCloseUp } from "./closeup.js";
import { button, calm, element } from "./dom.js";

export function scrollerOf(node) {
  for (let at = node; at; at = at.parentNode ?? at.host) {
    if (
      at instanceof Element &&
      at.scrollHeight > at.clientHeight + 1 &&
      /auto|scroll/.test(getComputedStyle(at).overflowY)
    )
      return at;
  }
  return document.scrollingElement;
}

function definitions(parent, rows) {
  const list = element("dl", "", parent);
  for (const [label, text] of rows) {
    element("dt", "", list, label);
    element("dd", "", list, text);
  }
}

function unfolding(parent, title, fill) {
  const details = element("details", "", parent);
  element("summary", "", details, title);
  fill(element("div", "", details));
  return details;
}

function drawCause(parent, cause) {
  const block = element("section", "cause", parent);
  const head = element("h3", "", block, cause.title);
  if (cause.confidence !== "none") {
    const word = element("span", `confidence ${cause.confidence}`, head, cause.confidence);
    word.title = cause.confidenceWords;
  }
  element("p", "", block, cause.statement);
  if (cause.lit) {
    const lit = button("lit", block, `Lit in the structure: ${cause.lit}`);
    lit.title = "Scroll up to the structure";
    lit.onclick = () => scrollerOf(parent).scrollTo({ top: 0, behavior: calm() ? "auto" : "smooth" });
  }
  if (cause.evidence.length || cause.source) {
    unfolding(block, "Evidence and source", (inner) => {
      if (cause.confidenceWords) element("p", "muted", inner, cause.confidenceWords);
      definitions(inner, cause.evidence);
      if (cause.source) element("p", "muted", inner, cause.source);
    });
  }
}

function drawPeers(parent, peers) {
  const blind = peers.filter((peer) => !peer.seen).length;
  unfolding(
    parent,
    blind
      ? `Other metrics: ${blind} of ${peers.length} see nothing on this curve`
      : "Other metrics: all say that something is off",
    (inner) => {
      const table = element("table", "peers", inner);
      for (const peer of peers) {
        const line = element("tr", "", table);
        element("td", "", line, peer.label);
        element("td", "number", line, peer.text);
        element("td", "muted", line, `clean ${peer.clean}`);
        element("td", peer.seen ? "" : "muted", line, peer.says);
      }
    },
  );
}

export function makeDetail(parent) {
  const more = element("div", "more", parent);
  const inside = element("div", "inside", more);
  const closeup = makeCloseUp(inside);
  const words = element("div", "words", inside);
  let drawn = "";

  return {
    more,
    closeup,
    show(item, curve) {
      const data = item.closeup;
      closeup.show(data, curve, item.colour);
      // The words are made anew only when they change: what a person unfolded stays unfolded.
      const said = JSON.stringify([
        item.tip,
        item.why,
        data.title,
        data.lesson,
        data.facts,
        data.table,
        data.cause,
        data.peers,
      ]);
      if (said === drawn) return;
      drawn = said;
      const open = new Set(
        Array.from(words.querySelectorAll("details[open] > summary"), (summary) => summary.textContent),
      );
      words.replaceChildren();
      const verdict = element("section", "verdict", words);
      const head = element("h3", item.state, verdict, data.title || item.status);
      head.title = item.tip;
      element("p", "lesson", verdict, data.title ? data.lesson : `${item.tip}`);
      if (item.why) element("p", "muted", verdict, item.why);
      if (data.cause) drawCause(words, data.cause);
      if (data.table.length) {
        unfolding(words, `Evidence: ${data.table.length} zoom levels`, (inner) => {
          const table = element("table", "levels", inner);
          const top = element("tr", "", table);
          element("th", "", top, "spacing");
          element("th", "", top, "size seen");
          for (const [spacing, size] of data.table) {
            const line = element("tr", "", table);
            element("td", "number", line, spacing);
            element("td", "number", line, size);
          }
        });
      }
      unfolding(words, "Numbers", (inner) => definitions(inner, data.facts));
      if (data.peers.length) drawPeers(words, data.peers);
      for (const summary of words.querySelectorAll("details > summary")) {
        if (open.has(summary.textContent)) summary.parentElement.open = true;
      }
    },
    dispose: () => closeup.dispose(),
  };
}
