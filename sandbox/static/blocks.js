// Layout blocks of messages, Home and modals as DOM nodes.

import { fileUrl } from "./api.js";
import { chartNode } from "./charts.js";
import { h, icon, uid } from "./dom.js";
import { elementNode } from "./elements.js";
import { t } from "./i18n.js";
import { markdown } from "./markdown.js";
import { plain, safeUrl, textNode } from "./mrkdwn.js";
import { richText } from "./richtext.js";

/** The node of one block on `surface`; a type that is not known is named, not swallowed. */
export function blockNode(block, surface) {
  const content = BLOCKS[block.type]?.(block, surface) ?? h(
    "div",
    { class: "unsupported" },
    t("unsupported", { type: block.type }),
  );
  content.classList.add("block", `block-${block.type}`);
  return content;
}

/** Shows blocks in `host`, keeping what has not changed. */
export const renderBlocks = (host, blocks, surface) => surface.render(host, blocks, blockNode);

const element = (spot) => elementNode(spot) ?? h(
  "span",
  { class: "unsupported" },
  t("unsupported", { type: spot.element.type }),
);

const BLOCKS = {
  section(block, surface) {
    const id = uid("text");
    const words = h("div", { class: "section-text", id },
      block.text && textNode(block.text, surface.session),
      block.fields && h("div", { class: "fields" }, block.fields.map((field) => textNode(field, surface.session, { class: "field-text" }))));
    return h("div", {}, words, block.accessory && accessory(block, surface, id));
  },
  header: (block) => h("h3", {}, plain(block.text)),
  divider: () => h("div", {}, h("hr")),
  context: (block, surface) => h(
    "div",
    {},
    block.elements.map((part) => (part.type === "image" ? image(part) : textNode(part, surface.session))),
  ),
  actions: (block, surface) => h("div", {}, block.elements.map((part) => element({ element: part, block, surface }))),
  image: (block) => h("figure", {}, block.title && h("figcaption", {}, plain(block.title)), image(block)),
  rich_text: (block, surface) => h("div", { class: "rich" }, richText(block, surface.session)),
  markdown: (block) => h("div", { class: "rich" }, markdown(block.text)),
  input,
  table,
  data_visualization: chartNode,
  card,
  alert: (block, surface) => {
    const level = ["info", "warning", "error", "success"].includes(block.level) ? block.level : "default";
    const picture = { success: "check", warning: "warning", error: "warning" }[level] ?? "info";
    return h(
      "div",
      { class: `alert-${level}`, role: level === "error" || level === "warning" ? "alert" : "note" },
      icon(picture),
      textNode(block.text, surface.session),
    );
  },
  container: (block, surface) => h(
    "div",
    {},
    block.title && h("strong", {}, textNode(block.title, surface.session)),
    (block.blocks ?? block.elements ?? []).map((inner) => blockNode(inner, surface)),
  ),
  carousel: (block, surface) => h(
    "div",
    { tabindex: "0" },
    (block.cards ?? block.elements ?? []).map((inner) => blockNode(inner, surface)),
  ),
};

function accessory(block, surface, label) {
  if (block.accessory.type === "image") return h("div", { class: "accessory thumb" }, image(block.accessory));
  const named = !["button", "overflow"].includes(block.accessory.type);
  return h(
    "div",
    { class: "accessory" },
    element({ element: block.accessory, block, surface, label: named ? label : null }),
  );
}

function image({ image_url, slack_file, alt_text }) {
  const src = slack_file?.id ? fileUrl(slack_file.id) : image_url ?? slack_file?.url ?? "";
  return h("img", { src: safeUrl(src) ? src : null, alt: alt_text ?? "", loading: "lazy" });
}

const GROUPS = new Set(["radio_buttons", "checkboxes"]);

function input(block, surface) {
  const ids = { label: uid("label"), hint: uid("hint"), error: uid("error") };
  const spot = {
    element: block.element,
    block,
    surface,
    label: ids.label,
    describedBy: [block.hint && ids.hint, ids.error].filter(Boolean).join(" "),
  };
  const control = element(spot);
  const label = h(
    GROUPS.has(block.element.type) ? "div" : "label",
    { id: ids.label, class: "input-label" },
    plain(block.label),
    block.optional && h("span", { class: "optional" }, t("optional")),
  );
  const field = control.querySelector("input, textarea");
  if (field && label.tagName === "LABEL") {
    field.id ||= uid("field");
    label.htmlFor = field.id;
  }
  const error = h("div", { id: ids.error, class: "field-error", role: "alert" });
  const node = h(
    "div",
    { on: { edited: () => showError(node, "") } },
    label,
    control,
    error,
    block.hint && h("div", { id: ids.hint, class: "hint" }, plain(block.hint)),
  );
  return node;
}

/** Puts `text` under an input block, or takes the error away with "". Returns whether the block can show one. */
export function showError(node, text) {
  const place = node?.querySelector(":scope > .field-error");
  if (!place) return false;
  place.replaceChildren(...(text ? [icon("warning"), text] : []));
  node.classList.toggle("invalid", Boolean(text));
  for (const field of node.querySelectorAll("input, textarea, [role=radiogroup], [role=group]")) {
    if (text) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  return true;
}

function table(block, surface) {
  const settings = block.column_settings ?? [];
  const [head, ...body] = block.rows;
  const cell = (tag) => (content, i) => h(
    tag,
    {
      scope: tag === "th" ? "col" : null,
      class: [`align-${settings[i]?.align ?? "left"}`, settings[i]?.is_wrapped && "wrapped"],
    },
    cellContent(content, surface),
  );
  return h("div", {}, h("div", { class: "table-wrap", tabindex: "0", role: "group" },
    h("table", {}, h("thead", {}, h("tr", {}, head.map(cell("th")))), h("tbody", {}, body.map((row) => h("tr", {}, row.map(cell("td"))))))));
}

function cellContent(content, surface) {
  if (content?.type === "rich_text") return h("div", { class: "rich" }, richText(content, surface.session));
  return String(content?.text ?? content?.value ?? "");
}

function card(block, surface) {
  const words = (name) => block[name] && textNode(block[name], surface.session, { class: `card-${name}` });
  return h("div", {},
    block.hero_image && h("div", { class: "card-hero" }, image(block.hero_image)),
    (block.icon || block.title || block.subtitle) && h(
      "div",
      { class: "card-head" },
      block.icon && image(block.icon),
      h("div", {}, words("title"), words("subtitle")),
    ),
    words("body"),
    block.actions && h("div", { class: "card-actions" }, block.actions.map((part) => element({ element: part, block, surface }))));
}
