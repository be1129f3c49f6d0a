// A select with a search field: one or several choices from a list in a popup, after the ARIA combobox pattern.

import { debounce, h, icon, uid } from "./dom.js";
import { t } from "./i18n.js";

const MAX_SHOWN = 200;
const MIN_WIDTH = 260;

/**
 * `find(query)` gives choices `{value, text, description?, group?, mark?}` at once or as a promise; `mark` makes a node before the text.
 * `onChange(chosen)` gets the list of chosen choices. `many`: tokens with a limit of `most`. `clearable`: a single choice can be undone.
 */
export function picker({
  find,
  chosen,
  onChange,
  many = false,
  most = 100,
  clearable = false,
  placeholder,
  attrs = {},
}) {
  const state = { chosen: [...chosen], open: false, shown: [], active: -1, round: 0, typed: false };
  const listId = uid("list");
  const input = h(
    "input",
    {
      ...attrs,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-haspopup": "listbox",
      "aria-controls": listId,
    },
  );
  const list = h(
    "div",
    {
      id: listId,
      class: "picker-list",
      role: "listbox",
      popover: "manual",
      "aria-label": placeholder,
      "aria-multiselectable": many || null,
    },
  );
  const clearButton = h(
    "button",
    { type: "button", class: "icon-button picker-clear", "aria-label": t("clear"), on: { click: () => commit([]) } },
    icon("close"),
  );
  const box = h(
    "div",
    { class: ["picker", many && "many"] },
    input,
    clearable && !many && clearButton,
    h("span", { class: "picker-chevron" }, icon("chevron")),
    list,
  );

  function paint() {
    for (const token of box.querySelectorAll(".token")) token.remove();
    if (many) input.before(...state.chosen.map(token));
    else input.value = state.chosen[0]?.text ?? "";
    if (many) input.value = "";
    input.placeholder = many && state.chosen.length ? "" : placeholder;
    clearButton.hidden = !state.chosen.length;
    state.typed = false;
  }

  function token(choice) {
    const drop = () => {
      commit(state.chosen.filter((other) => other.value !== choice.value));
      input.focus();
    };
    return h("span", { class: "token", "data-value": choice.value }, choice.mark?.(), h("span", {}, choice.text),
      h("button", { type: "button", class: "icon-button", "aria-label": t("remove", { name: choice.text }), on: { click: drop } }, icon("close")));
  }

  function commit(next) {
    state.chosen = next;
    paint();
    onChange(next);
  }

  async function refresh() {
    const round = ++state.round;
    const answer = find(state.typed ? input.value.trim() : "");
    if (answer instanceof Promise) list.replaceChildren(note(t("loading")));
    const found = await answer;
    if (round !== state.round) return;
    state.shown = (found.choices ?? found).slice(0, MAX_SHOWN);
    list.replaceChildren(...rows(found.note));
    const current = state.shown.findIndex((choice) => isChosen(choice));
    activate(Math.max(state.typed || many ? 0 : current, state.shown.length ? 0 : -1), true);
    place();
  }

  const isChosen = (choice) => state.chosen.some((other) => other.value === choice.value);
  const note = (text) => h("div", { class: "picker-note", role: "presentation" }, text);

  function rows(hint) {
    if (!state.shown.length) return [note(hint ?? t("noOptions"))];
    let group;
    return state.shown.flatMap((choice, i) => {
      const head = choice.group !== group && choice.group && h(
        "div",
        { class: "picker-group", role: "presentation" },
        choice.group,
      );
      group = choice.group;
      return [head, row(choice, i)].filter(Boolean);
    });
  }

  function row(choice, i) {
    // The default of a press would take the focus from the field.
    const on = {
      mousedown: (event) => event.preventDefault(),
      click: () => choose(i),
      mousemove: () => state.active !== i && activate(i, false),
    };
    return h("div", {
      id: `${listId}-${i}`,
      role: "option",
      "data-value": choice.value,
      "aria-selected": String(isChosen(choice)),
      on,
    },
      choice.mark?.(), h("span", { class: "option-text" }, choice.text, choice.description && h("small", {}, choice.description)), isChosen(choice) && icon("check"));
  }

  function activate(i, scroll) {
    list.querySelector(".active")?.classList.remove("active");
    state.active = i;
    const node = i >= 0 && list.querySelector(`#${listId}-${i}`);
    if (!node) return input.removeAttribute("aria-activedescendant");
    node.classList.add("active");
    input.setAttribute("aria-activedescendant", node.id);
    return scroll && node.scrollIntoView({ block: "nearest" });
  }

  function choose(i) {
    const choice = state.shown[i];
    if (!choice) return;
    if (!many) {
      close();
      commit([choice]);
      input.select();
    } else if (isChosen(choice)) commit(state.chosen.filter((other) => other.value !== choice.value));
    else if (state.chosen.length < most) commit([...state.chosen, choice]);
    if (many) refresh();
  }

  function open() {
    if (state.open) return;
    state.open = true;
    list.showPopover();
    input.setAttribute("aria-expanded", "true");
    box.classList.add("open");
    addEventListener("scroll", onScroll, true);
    addEventListener("resize", place);
    refresh();
  }

  function close() {
    if (!state.open) return;
    state.open = false;
    state.round++;
    if (list.isConnected) list.hidePopover();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    box.classList.remove("open");
    removeEventListener("scroll", onScroll, true);
    removeEventListener("resize", place);
  }

  const onScroll = (event) => event.target !== list && place();

  function place() {
    const anchor = box.getBoundingClientRect();
    const frame = box.closest(".modal-body, .home-scroll, .message-scroll")?.getBoundingClientRect();
    if (!frame || anchor.bottom < frame.top || anchor.top > frame.bottom) return close();
    const width = Math.min(Math.max(anchor.width, MIN_WIDTH), innerWidth - 16);
    const below = innerHeight - anchor.bottom - 12;
    const height = Math.min(list.scrollHeight + 2, 300, Math.max(below, anchor.top - 12));
    list.style.width = `${width}px`;
    list.style.maxHeight = `${height}px`;
    list.style.left = `${Math.max(8, Math.min(anchor.left, innerWidth - width - 8))}px`;
    list.style.top = `${below >= height ? anchor.bottom + 4 : anchor.top - height - 4}px`;
    return undefined;
  }

  const KEYS = {
    ArrowDown: () => (state.open ? activate((state.active + 1) % state.shown.length, true) : open()),
    ArrowUp: () => (state.open ? activate((state.active - 1 + state.shown.length) % state.shown.length, true) : open()),
    Enter: () => (state.open ? choose(state.active) : open()),
    Escape: () => state.open && (close(), paint(), true),
    Tab: () => (close(), paint(), false),
    Backspace: () => many && !input.value && state.chosen.length > 0 && (commit(state.chosen.slice(0, -1)), state.open && refresh()),
  };

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || !(event.key in KEYS)) return;
    const done = KEYS[event.key]();
    const keeps = event.key === "Tab" || event.key === "Backspace" || (event.key === "Escape" && !done);
    if (!keeps) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
  const search = debounce(() => state.open && refresh(), 120);
  input.addEventListener("input", () => {
    state.typed = true;
    if (state.open) search();
    else open();
  });
  input.addEventListener("blur", () => (close(), paint()));
  box.addEventListener("mousedown", (event) => {
    if (event.target.closest("button, .picker-list")) return;
    if (event.target !== input) event.preventDefault();
    if (state.open && !state.typed) close();
    else {
      input.focus();
      if (!many) input.select();
      open();
    }
  });
  paint();
  return box;
}

/** A `find` over a fixed list: every word of the query must occur in text, description or `also`; ungrouped, those whose text has them come first. */
export function among(choices) {
  return (query) => {
    const words = query.toLowerCase().split(/\s+/);
    const has = (text) => words.every((word) => text.toLowerCase().includes(word));
    const found = choices.filter((choice) => has(`${choice.text} ${choice.description ?? ""} ${choice.also ?? ""}`));
    return found.sort((a, b) => (a.group ? 0 : has(b.text) - has(a.text)));
  };
}
