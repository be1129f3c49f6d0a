// The `rich_text` block: sections, lists, quotes and preformatted text made of styled elements.

import { h } from "./dom.js";
import { dateTemplate } from "./i18n.js";
import { emojiNode, link, mention } from "./mrkdwn.js";

/** Nodes of a rich_text block; neighbouring list elements of other indents nest as Slack shows them. */
export function richText(block, ctx) {
  return (block.elements ?? []).map((element) => PARTS[element.type]?.(element, ctx) ?? "");
}

const PARTS = {
  rich_text_section: (part, ctx) => h("div", { class: "run" }, leaves(part, ctx)),
  rich_text_quote: (part, ctx) => h("blockquote", {}, leaves(part, ctx)),
  rich_text_preformatted: (part, ctx) => h("pre", {}, leaves(part, ctx)),
  rich_text_list: (part, ctx) =>
    h(
      part.style === "ordered" ? "ol" : "ul",
      {
        class: `indent-${Math.min(part.indent ?? 0, 6)}`,
        start: part.style === "ordered" ? (part.offset ?? 0) + 1 : null,
      },
      (part.elements ?? []).map((item) => h("li", {}, leaves(item, ctx))),
    ),
};

const leaves = (part, ctx) => (part.elements ?? []).map((leaf) => styled(leaf.style, (LEAVES[leaf.type] ?? LEAVES.text)(leaf, ctx)));

const LEAVES = {
  text: (leaf) => leaf.text ?? "",
  link: (leaf) => link(leaf.url, [leaf.text || leaf.url]),
  emoji: (leaf) => emojiNode(leaf.name) ?? `:${leaf.name}:`,
  user: (leaf, ctx) => mention(leaf.user_id, ctx),
  usergroup: (leaf) => h("span", { class: "mention" }, `@${leaf.usergroup_id}`),
  channel: (leaf) => h("span", { class: "mention" }, `#${leaf.channel_id}`),
  broadcast: (leaf) => h("span", { class: "mention" }, `@${leaf.range}`),
  color: (leaf) => h("code", {}, leaf.value),
  date: (leaf, ctx) => h(
    "time",
    {},
    dateTemplate(leaf.format ?? leaf.fallback ?? "", new Date(leaf.timestamp * 1000), ctx.now()),
  ),
};

const STYLE = [["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"], ["code", "code"]];

const styled = (style, node) =>
  STYLE.filter(([name]) => style?.[name]).reduce((inner, [, tag]) => h(tag, {}, inner), node);
