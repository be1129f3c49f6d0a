// Interactive Block Kit elements. `spot` is `{element, block, surface, label, describedBy}`: where one stands.

import { avatar } from "./avatar.js";
import { debounce, h, icon, uid } from "./dom.js";
import { fileInput } from "./fileinput.js";
import { valueKey } from "./form.js";
import { t } from "./i18n.js";
import { plain, safeUrl, textNode } from "./mrkdwn.js";
import { overflow } from "./overflow.js";
import { among, picker } from "./picker.js";

const TYPING_MS = 400;
const DATE_MS = 700;
const MAX_TEXT = 3000;

/** The node of an element, or null for a type that is not known. It carries data-action-id. */
export function elementNode(spot) {
  const make = MAKERS[spot.element.type];
  if (!make) return null;
  const node = make(spot);
  node.dataset.actionId = spot.element.action_id ?? "";
  node.classList.add("element", `element-${spot.element.type}`);
  return node;
}

/** Keeps a new value, and tells the app where the block wants it. The confirm dialog, if denied, brings the old value back. */
async function apply(spot, value, node) {
  const { block, element, surface } = spot;
  const before = surface.form.get(block, element);
  surface.form.set(block, element, value);
  node.dispatchEvent(new CustomEvent("edited", { bubbles: true }));
  if (block.type === "input" && !block.dispatch_action) return;
  if (await surface.confirms(element)) {
    surface.act(block, element, { [valueKey(element)]: value });
    return;
  }
  surface.form.set(block, element, before);
  node.closest("[data-action-id]").replaceWith(elementNode(spot));
}

const current = ({ surface, block, element }) => surface.form.get(block, element);

const naming = ({ label, describedBy, block, element }) => ({
  "aria-labelledby": label,
  "aria-label": label ? null : plain(element.placeholder) || null,
  "aria-describedby": describedBy,
  "aria-required": block.type === "input" && !block.optional ? "true" : null,
});

// Buttons ---------------------------------------------------------------------------------------------

function button(spot) {
  const { element, block, surface } = spot;
  const node = h(
    "button",
    {
      type: "button",
      class: ["button", element.style && `${element.style} solid`],
      "aria-label": element.accessibility_label,
      on: { click: press },
    },
    plain(element.text),
  );
  async function press() {
    if (node.getAttribute("aria-busy") || !(await surface.confirms(element))) return;
    if (element.url && safeUrl(element.url)) window.open(element.url, "_blank", "noopener");
    node.setAttribute("aria-busy", "true");
    await surface.flush();
    await surface.act(block, element, { value: element.value });
    node.removeAttribute("aria-busy");
  }
  return node;
}

// Text ------------------------------------------------------------------------------------------------

function textInput(spot) {
  const { element, block, surface } = spot;
  const kind = { number_input: "text", email_text_input: "email", url_text_input: "url" }[element.type] ?? "text";
  const numeric = element.type === "number_input" && (element.is_decimal_allowed ? "decimal" : "numeric");
  const field = h(
    element.multiline ? "textarea" : "input",
    {
      class: "field",
      type: element.multiline ? null : kind,
      inputmode: numeric,
      rows: element.multiline ? 4 : null,
      placeholder: plain(element.placeholder),
      autocomplete: "off",
      value: current(spot) ?? "",
      ...naming(spot),
    },
  );
  const counter = h("span", { class: "counter", "aria-live": "polite" });
  const most = element.type === "plain_text_input" ? element.max_length ?? MAX_TEXT : Infinity;
  const triggers = block.dispatch_action ? element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"] : [];
  const send = () => surface.act(block, element, { value: surface.form.get(block, element) });
  const later = surface.later(block, element, send, TYPING_MS);

  field.addEventListener("input", () => {
    surface.form.set(block, element, field.value || null);
    field.dispatchEvent(new CustomEvent("edited", { bubbles: true }));
    count(field, counter, most);
    if (triggers.includes("on_character_entered")) later();
  });
  field.addEventListener("blur", () => later.flush());
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.ctrlKey || event.metaKey) return;
    if (!triggers.includes("on_enter_pressed")) return;
    event.preventDefault();
    event.stopPropagation();
    later.cancel();
    send();
  });
  count(field, counter, most);
  return h("div", { class: ["text-input", element.multiline && "multiline"] }, field, counter);
}

function count(field, counter, most) {
  const left = most - [...field.value].length;
  const near = left <= Math.min(200, Math.ceil(most * 0.2));
  counter.textContent = near ? String(left) : "";
  counter.title = near ? t("charsLeft", { n: left }) : "";
  counter.classList.toggle("over", left < 0);
}

// Choices ---------------------------------------------------------------------------------------------

const optionChoice = (option, group) => ({ value: option.value, text: plain(option.text), description: plain(option.description), group, option });

const optionChoices = (element) => [
  ...(element.options ?? []).map((option) => optionChoice(option)),
  ...(element.option_groups ?? []).flatMap((group) => group.options.map((option) => optionChoice(option, plain(group.label)))),
];

const userChoice = (user) => ({ value: user.id, text: user.real_name || user.name, description: user.title, also: user.name, mark: () => avatar(user, "small") });

/** A picker over `find`, whose choices become values by `out`; `many` keeps a list. */
function select(spot, { find, chosen, out, many }) {
  const { element, block } = spot;
  const node = picker({
    find,
    chosen,
    many,
    most: element.max_selected_items,
    clearable: block.type === "input" && block.optional,
    placeholder: plain(element.placeholder) || t(many ? "chooseMany" : "choose"),
    attrs: naming(spot),
    onChange: (choices) => apply(spot, many ? choices.map(out) : choices.length ? out(choices[0]) : null, node),
  });
  return node;
}

const optionOut = (choice) => choice.option;
const listOf = (value) => (value == null ? [] : [value].flat());
const optionSelect = (many) => (spot) =>
  select(
    spot,
    {
      find: among(optionChoices(spot.element)),
      chosen: listOf(current(spot)).map((option) => optionChoice(option)),
      out: optionOut,
      many,
    },
  );

const userSelect = (many) => (spot) => {
  const { users, user } = spot.surface.session;
  const known = (id) => userChoice(user(id) ?? { id, real_name: id });
  return select(
    spot,
    {
      find: among(users.map(userChoice)),
      chosen: listOf(current(spot)).map(known),
      out: (choice) => choice.value,
      many,
    },
  );
};

const externalSelect = (many) => (spot) => {
  const { element, block, surface } = spot;
  const least = element.min_query_length ?? 3;
  const find = async (text) => {
    if ([...text].length < least) return { choices: [], note: t("typeMore", { n: least }) };
    return optionChoices(await surface.suggest(block, element, text));
  };
  return select(
    spot,
    { find, chosen: listOf(current(spot)).map((option) => optionChoice(option)), out: optionOut, many },
  );
};

function choiceGroup(kind) {
  return (spot) => {
    const { element, surface } = spot;
    const name = uid(kind);
    const chosen = new Set(listOf(current(spot)).map((option) => option.value));
    const value = () => {
      const picked = element.options.filter((_, i) => inputs[i].checked);
      return kind === "radio" ? picked[0] ?? null : picked;
    };
    const on = { change: () => apply(spot, value(), node) };
    const inputs = element.options.map((option) => h(
      "input",
      { type: kind, name, value: option.value, checked: chosen.has(option.value), on },
    ));
    const rows = element.options.map((option, i) =>
      h("label", { class: "choice", "data-value": option.value }, inputs[i],
        h("span", { class: "choice-text" }, textNode(option.text, surface.session), option.description && textNode(option.description, surface.session, { class: "choice-description" }))));
    const node = h("div", { ...naming(spot), class: "choices", role: kind === "radio" ? "radiogroup" : "group" }, rows);
    return node;
  };
}

// Date and time ---------------------------------------------------------------------------------------

const timeField = (type) => (spot) => {
  const field = h("input", { class: "field", type, value: current(spot) ?? "", ...naming(spot) });
  // Typing a year by keyboard passes through 0002, 0020, 0202.
  const whole = () => type === "time" || !field.value || field.value >= "1900";
  const tell = () => whole() && (field.value || null) !== current(spot) && apply(spot, field.value || null, field);
  const later = debounce(tell, DATE_MS);
  const quiet = () => spot.block.type === "input" && !spot.block.dispatch_action;
  field.addEventListener("change", () => (quiet() ? tell() : later()));
  field.addEventListener("blur", () => later.flush());
  return h("div", { class: "time-field" }, field);
};

const MAKERS = {
  button,
  overflow,
  plain_text_input: textInput,
  number_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  static_select: optionSelect(false),
  multi_static_select: optionSelect(true),
  users_select: userSelect(false),
  multi_users_select: userSelect(true),
  external_select: externalSelect(false),
  multi_external_select: externalSelect(true),
  radio_buttons: choiceGroup("radio"),
  checkboxes: choiceGroup("checkbox"),
  datepicker: timeField("date"),
  timepicker: timeField("time"),
  file_input: (spot) => fileInput(
    spot,
    { files: current(spot) ?? [], naming: naming(spot), onChange: (files, node) => apply(spot, files, node) },
  ),
};
