// What is said of each curve as a whole, above the findings: its verdict, what casts doubt on it, and further remarks.

import { element, setText } from "./dom.js";

function makeHead(parent) {
  const box = element("div", "curve", parent);
  const swatch = element("span", "swatch", box);
  const words = element("div", "verdict", box);
  const name = element("b", "", words);
  const line = element("span", "", words);
  const doubts = element("ul", "doubts", words);
  const more = element("details", "", words);
  const summary = element("summary", "", more);
  const remarks = element("ul", "", more);
  return (head) => {
    swatch.className = `swatch ${head.dash}`;
    swatch.style.borderColor = head.colour;
    setText(name, `${head.potential}: `);
    setText(line, head.line);
    fill(doubts, head.doubts);
    fill(remarks, head.remarks);
    setText(summary, head.remarks.length === 1 ? "1 remark" : `${head.remarks.length} remarks`);
    more.hidden = !head.remarks.length;
    doubts.hidden = !head.doubts.length;
  };
}

function fill(list, texts) {
  if ([...list.children].map((child) => child.textContent).join("\n") === texts.join("\n")) return;
  list.replaceChildren();
  for (const text of texts) element("li", "", list, text);
}

// Keeps one head a curve in `parent`, an opened list of remarks stays open while it is drawn anew.
export function makeHeads(parent) {
  let drawn = new Map();
  return (heads) => {
    const names = heads.map((head) => head.name);
    if (names.join() !== [...drawn.keys()].join()) {
      parent.replaceChildren();
      drawn = new Map(names.map((name) => [name, makeHead(parent)]));
    }
    for (const head of heads) drawn.get(head.name)(head);
    parent.hidden = !heads.length;
  };
}
