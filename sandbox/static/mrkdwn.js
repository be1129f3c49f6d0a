// Slack's mrkdwn as DOM nodes. `ctx` is `{user(id), me, now()}`: who people are, the person who looks, and the time.

import { h } from "./dom.js";
import { emojiFor, withEmoji } from "./emoji.js";
import { dateTemplate, fullTime } from "./i18n.js";

const WORD = "[\\p{L}\\p{N}]";
// Code, <special>, :emoji:, *bold* _italic_ ~strike~ between word boundaries, bare address.
const SPAN = new RegExp(
  "`([^`\\n]+)`|<([^<>\\n]+)>|:([a-z0-9_+-]+):(?::skin-tone-\\d:)?" +
    `|(?<!${WORD})([*_~])(?=\\S)(.+?)(?<=\\S)\\4(?!${WORD})` +
    "|(https?:\\/\\/[^\\s<>|]+[^\\s<>|.,;:!?)\\]」。，；：！？）])",
  "gu",
);
const STYLE = { "*": "strong", _: "em", "~": "s" };
const LIST_LINE = /^(\s*)([•◦▪‣·–-]|\d{1,3}[.)])\s+(.*)$/;

/** A composition text object (`plain_text` or `mrkdwn`) as one node. */
export function textNode(object, ctx, props = {}) {
  if (!object) return h("span", props);
  if (typeof object === "string") return h("span", props, withEmoji(object));
  if (object.type === "mrkdwn") return h("div", { ...props, class: ["mrkdwn", props.class] }, mrkdwn(object.text, ctx));
  return h("span", { ...props, class: ["plain", props.class] }, plain(object));
}

/** The characters of a `plain_text` object. */
export function plain(object) {
  if (!object) return "";
  return object.emoji === false ? object.text : withEmoji(object.text ?? "");
}

/** Nodes of a whole mrkdwn text: code fences, quotes, list lines and running lines. */
export function mrkdwn(text, ctx) {
  return String(text ?? "")
    .split(/```([\s\S]*?)```\n?/)
    .flatMap((part, i) => (i % 2 ? h("pre", {}, decode(part.replace(/^\n/, ""))) : lines(part, ctx)));
}

function lines(text, ctx) {
  if (!text) return [];
  const runs = [];
  let rest = false;
  for (const line of text.replace(/\n$/, "").split("\n")) {
    if (/^(>>>|&gt;&gt;&gt;)/.test(line)) rest = true;
    const kind = rest || /^(>|&gt;)/.test(line) ? "quote" : LIST_LINE.test(line) ? "item" : "run";
    if (runs.at(-1)?.kind === kind && kind !== "item") runs.at(-1).lines.push(line);
    else runs.push({ kind, lines: [line] });
  }
  return runs.map((run) => RUNS[run.kind](run.lines, ctx));
}

const RUNS = {
  run: (rows, ctx) => h("div", { class: "run" }, inline(rows.join("\n"), ctx)),
  quote: (rows, ctx) =>
    h("blockquote", {}, inline(rows.map((row) => row.replace(/^(>>>|&gt;&gt;&gt;|>|&gt;)\s?/, "")).join("\n"), ctx)),
  item([row], ctx) {
    const [, indent, marker, content] = LIST_LINE.exec(row);
    const depth = Math.min(Math.floor(indent.length / 2), 4);
    return h(
      "div",
      { class: ["item", depth && `depth-${depth}`] },
      h("span", { class: "marker" }, marker),
      h("div", {}, inline(content, ctx)),
    );
  },
};

/** Nodes of one or more lines without block structure. */
export function inline(text, ctx) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(SPAN)) {
    nodes.push(decode(text.slice(last, match.index)), span(match, ctx));
    last = match.index + match[0].length;
  }
  nodes.push(decode(text.slice(last)));
  return nodes;
}

function span([whole, code, special, emoji, style, inner, address], ctx) {
  if (code) return h("code", {}, decode(code));
  if (special) return specialNode(special, ctx) ?? decode(whole);
  if (emoji) return emojiNode(emoji) ?? whole;
  if (style) return h(STYLE[style], {}, inline(inner, ctx));
  return link(decode(address), [decode(address)]);
}

export function emojiNode(name) {
  const glyph = emojiFor(name);
  return glyph && h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " ") }, glyph);
}

function specialNode(special, ctx) {
  const [target, label] = splitOnce(special, "|");
  if (target.startsWith("@")) return mention(target.slice(1), ctx, label);
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${label || target.slice(1)}`);
  if (target.startsWith("!date^")) return dateNode(special, ctx);
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, decode(label || "@group"));
  if (target.startsWith("!")) return h("span", { class: "mention" }, decode(label || `@${target.slice(1)}`));
  if (safeUrl(decode(target))) return link(decode(target), label ? inline(label, ctx) : [decode(target).replace(/^mailto:/, "")]);
  return null;
}

function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** A person's name as Slack shows a mention; one's own is marked. */
export function mention(id, ctx, label = "") {
  const user = ctx.user(id);
  const name = user?.real_name || user?.name || label || id;
  return h("span", { class: ["mention", id === ctx.me?.id && "me"], "data-user": id }, `@${name}`);
}

function dateNode(special, ctx) {
  const [spec, fallback] = splitOnce(special, "|");
  const [, seconds, template, href] = spec.split("^");
  const date = new Date(Number(seconds) * 1000);
  if (!Number.isFinite(date.getTime()) || !template) return h("span", {}, decode(fallback));
  const node = h(
    "time",
    { datetime: date.toISOString(), title: fullTime(date) },
    dateTemplate(decode(template), date, ctx.now()),
  );
  return href && safeUrl(href) ? link(href, [node]) : node;
}

/** Whether an address may become a link: nothing that runs as script. */
export function safeUrl(url) {
  return /^(https?:\/\/|mailto:|tel:|slack:|\/_sandbox\/)/i.test(url);
}

/** A link that opens in a new tab, or only its content where the address is not safe. */
export function link(href, content) {
  if (!safeUrl(href)) return h("span", {}, content);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, content);
}

/** Undoes Slack's three escapes. */
export const decode = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
