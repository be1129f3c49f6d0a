// Where a person writes: messages, and slash commands with completion.

import { call } from "./api.js";
import { h, icon, uid } from "./dom.js";
import { t } from "./i18n.js";
import { failed } from "./toast.js";

/** A composer for `session`; `drafts` (person → text) survives switching between people. */
export function composer(session, commands, drafts) {
  const { app, me } = session;
  const state = { shown: [], active: -1, waiting: 0 };
  const listId = uid("commands");
  const list = h("div", { id: listId, class: "commands", role: "listbox", "aria-label": t("commands"), hidden: true });
  const field = h(
    "textarea",
    {
      rows: 1,
      placeholder: t("composerPlaceholder", { app: app.name }),
      "aria-label": t("composerLabel", { app: app.name }),
      "data-testid": "composer",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": listId,
      value: drafts.get(me.id) ?? "",
    },
  );
  const button = h(
    "button",
    { type: "submit", class: "send", "aria-label": t("send"), "data-testid": "composer-send" },
    icon("send"),
  );
  const box = h(
    "form",
    { class: "composer", on: { submit } },
    list,
    h("div", { class: "composer-box" }, field, button),
  );

  function suggest() {
    const text = field.value;
    const word = text.split(/\s/, 1)[0];
    const typing = text.startsWith("/") && !text.includes("\n");
    const known = typing ? commands.filter(({ command }) => (text.includes(" ") ? command === word : command.startsWith(text))) : [];
    state.shown = known;
    state.active = known.length && !text.includes(" ") ? 0 : -1;
    list.hidden = !known.length || document.activeElement !== field;
    list.replaceChildren(...known.map(row));
    field.setAttribute("aria-expanded", String(!list.hidden));
    mark();
    button.disabled = !text.trim();
  }

  function row({ command, usage_hint, description }, i) {
    const on = { mousedown: (event) => event.preventDefault(), click: () => complete(i) };
    return h("div", {
      id: `${listId}-${i}`,
      role: "option",
      "aria-selected": "false",
      "data-testid": `command-${command.slice(1)}`,
      on,
    },
      h("span", { class: "command-line" }, h("strong", {}, command), usage_hint && h("span", { class: "hint" }, usage_hint)), description && h("span", { class: "muted" }, description));
  }

  function mark() {
    [...list.children].forEach((node, i) => {
      node.classList.toggle("active", i === state.active);
      node.setAttribute("aria-selected", String(i === state.active));
    });
    if (state.active < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", `${listId}-${state.active}`);
  }

  function complete(i) {
    const chosen = state.shown[i];
    field.focus();
    write(`${chosen.command} `);
  }

  const move = (step) => {
    state.active = (state.active + step + state.shown.length) % state.shown.length;
    mark();
  };

  function write(text) {
    field.value = text;
    drafts.set(me.id, text);
    suggest();
  }

  /** The field is free at once for the next message; what did not get through comes back into it. */
  async function submit(event) {
    event?.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    write("");
    wait(1);
    const command = text.startsWith("/");
    const answer = await call(command ? "/command" : "/dm/send", { as: me.id, text });
    wait(-1);
    if (answer.ok) return;
    failed(answer.error, command ? t("commandFailed", { command: text.split(/\s/, 1)[0] }) : "");
    if (!field.value) write(text);
  }

  function wait(change) {
    state.waiting += change;
    box.setAttribute("aria-busy", String(state.waiting > 0));
  }

  field.addEventListener("input", () => (drafts.set(me.id, field.value), suggest()));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const choosing = !list.hidden && state.active >= 0;
    const typed = choosing && state.shown[state.active].command === field.value;
    if (event.key === "Enter" && !event.shiftKey && (!choosing || typed)) submit(event);
    else if (choosing && (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey))) complete(state.active);
    else if (choosing && event.key === "ArrowDown") move(1);
    else if (choosing && event.key === "ArrowUp") move(-1);
    else if (!list.hidden && event.key === "Escape") list.hidden = true;
    else return;
    event.preventDefault();
  });
  field.addEventListener("focus", suggest);
  field.addEventListener("blur", () => (list.hidden = true));
  suggest();
  return box;
}
