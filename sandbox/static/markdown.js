// Standard Markdown, as far as Slack's `markdown` block shows it.

import { h } from "./dom.js";
import { emojiNode, link } from "./mrkdwn.js";

const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/;
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const SPAN = /`([^`\n]+)`|!?\[([^\]\n]*)\]\(([^()\s]+)\)|<(https?:\/\/[^>\s]+)>|(\*\*|__)(?=\S)(.+?)(?<=\S)\5|~~(?=\S)(.+?)(?<=\S)~~|(?<![\p{L}\p{N}*_])([*_])(?=\S)(.+?)(?<=\S)\8(?![\p{L}\p{N}*_])|:([a-z0-9_+-]+):|(https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)])|\\([\\`*_{}[\]()#+.!~|-])/gu;

/** Nodes of a Markdown text. */
export function markdown(text) {
  const nodes = [];
  const rows = String(text ?? "").split("\n");
  while (rows.length) {
    const reader = READERS.find(([starts]) => starts(rows))[1];
    nodes.push(reader(rows));
  }
  return nodes;
}

// Each reader takes the lines it understands off the front of `rows`.
const READERS = [
  [(rows) => !rows[0].trim(), (rows) => (rows.shift(), "")],
  [(rows) => /^\s*```/.test(rows[0]), fence],
  [(rows) => /^#{1,6}\s/.test(rows[0]), heading],
  [(rows) => RULE.test(rows[0]), (rows) => (rows.shift(), h("hr"))],
  [(rows) => /^\s*>/.test(rows[0]), quote],
  [(rows) => rows[0].includes("|") && TABLE_RULE.test(rows[1] ?? "") && rows[1].includes("-"), table],
  [(rows) => ITEM.test(rows[0]), list],
  [() => true, paragraph],
];

function fence(rows) {
  rows.shift();
  const body = takeWhile(rows, (row) => !/^\s*```/.test(row));
  rows.shift();
  return h("pre", {}, body.join("\n"));
}

function heading(rows) {
  const [, marks, title] = /^(#+)\s+(.*?)\s*#*$/.exec(rows.shift());
  return h(`h${Math.min(marks.length + 2, 6)}`, { class: `md-h${marks.length}` }, spans(title));
}

function quote(rows) {
  const body = takeWhile(rows, (row) => /^\s*>/.test(row)).map((row) => row.replace(/^\s*>\s?/, ""));
  return h("blockquote", {}, markdown(body.join("\n")));
}

function list(rows, indent = ITEM.exec(rows[0])[1].length) {
  const ordered = /\d/.test(ITEM.exec(rows[0])[2]);
  const node = h(ordered ? "ol" : "ul", ordered ? { start: parseInt(ITEM.exec(rows[0])[2], 10) } : {});
  while (rows.length && ITEM.test(rows[0])) {
    const [, space, , tick, content] = ITEM.exec(rows[0]);
    if (space.length < indent) break;
    if (space.length > indent + 1 && node.lastChild) {
      node.lastChild.append(list(rows, space.length));
      continue;
    }
    rows.shift();
    const box = tick && h("input", { type: "checkbox", disabled: true, checked: tick !== " " });
    node.append(h("li", { class: tick && "task" }, box, spans(content)));
  }
  return node;
}

function table(rows) {
  const cells = (row) => row.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim());
  const head = cells(rows.shift());
  const align = cells(rows.shift()).map((rule) => (/:$/.test(rule) ? (/^:/.test(rule) ? "center" : "right") : "left"));
  const body = takeWhile(rows, (row) => row.includes("|")).map(cells);
  const row = (tag) => (values) =>
    h("tr", {}, values.map((value, i) => h(tag, { class: `align-${align[i] ?? "left"}` }, spans(value))));
  return h("div", { class: "table-wrap" }, h("table", {}, h("thead", {}, row("th")(head)), h("tbody", {}, body.map(row("td")))));
}

function paragraph(rows) {
  const body = [rows.shift()];
  while (rows.length && READERS.slice(0, -1).every(([starts]) => !starts(rows))) body.push(rows.shift());
  return h("p", {}, spans(body.join("\n")));
}

function takeWhile(rows, test) {
  const taken = [];
  while (rows.length && test(rows[0])) taken.push(rows.shift());
  return taken;
}

function spans(text) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(SPAN)) {
    nodes.push(text.slice(last, match.index), span(match));
    last = match.index + match[0].length;
  }
  nodes.push(text.slice(last));
  return nodes;
}

function span([whole, code, label, href, auto, , strong, strike, , em, emoji, bare, escaped]) {
  if (code) return h("code", {}, code);
  if (href) return link(href, spans(label || href));
  if (auto || bare) return link(auto || bare, [auto || bare]);
  if (strong) return h("strong", {}, spans(strong));
  if (strike) return h("s", {}, spans(strike));
  if (em) return h("em", {}, spans(em));
  if (emoji) return emojiNode(emoji) ?? whole;
  return escaped ?? whole;
}
