// The sidebar's list of everybody whom the visitor can be.

import { avatar } from "./avatar.js";
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { among } from "./picker.js";

const MAX_SHOWN = 200;

export class People {
  /** `onChoose(id)` when another person is picked. `search` starts with the text the visitor had typed. */
  constructor(users, onChoose, search = "") {
    this.users = users;
    this.onChoose = onChoose;
    this.search = h(
      "input",
      {
        type: "search",
        placeholder: t("findPerson"),
        "aria-label": t("findPerson"),
        value: search,
        "data-testid": "person-search",
        on: { input: () => this.paint() },
      },
    );
    this.list = h("div", { class: "people-list", role: "group", "aria-label": t("people") });
    this.node = h(
      "div",
      { class: "people", on: { keydown: (event) => this.onKey(event) } },
      h("h2", {}, t("actingAs")),
      h("div", { class: "search-box" }, icon("search"), this.search),
      this.list,
    );
  }

  /** Marks who is acted as, with everybody's unread counts. */
  paint(me = this.me) {
    this.me = me;
    const find = among(this.users.map((user) => ({ user, text: user.real_name || user.name, description: user.title, also: user.name })));
    const found = find(this.search.value.trim()).map(({ user }) => user);
    const rest = found.length - MAX_SHOWN;
    this.list.replaceChildren(...found.slice(0, MAX_SHOWN).map((user) => this.entry(user)),
      ...(rest > 0 ? [h("p", { class: "people-note" }, t("morePeople", { n: rest }))] : []),
      ...(found.length ? [] : [h("p", { class: "people-note" }, t("noPerson"))]));
  }

  entry(user) {
    const acting = user.id === this.me;
    const badge = user.unread > 0 && h(
      "span",
      { class: "unread-badge", "aria-label": t("unreadCount", { n: user.unread }), "data-testid": `unread-${user.id}` },
      user.unread > 99 ? "99+" : String(user.unread),
    );
    return h("button", {
      type: "button",
      class: ["person", user.unread > 0 && "has-unread"],
      "aria-current": acting ? "true" : null,
      "data-testid": `person-${user.id}`,
      on: { click: () => this.onChoose(user.id) },
    },
      avatar(user), h("span", { class: "person-words" }, h("span", { class: "person-name" }, user.real_name || user.name), user.title && h("span", { class: "person-title" }, user.title)), badge);
  }

  /** A changed unread count, without disturbing focus or scroll. */
  setUnread(id, unread) {
    const user = this.users.find((each) => each.id === id);
    if (!user || user.unread === unread) return;
    user.unread = unread;
    const old = this.list.querySelector(`[data-testid="person-${CSS.escape(id)}"]`);
    if (!old) return;
    const focused = old === document.activeElement;
    const node = this.entry(user);
    old.replaceWith(node);
    if (focused) node.focus();
  }

  onKey(event) {
    const entries = [this.search, ...this.list.querySelectorAll("button")];
    const at = entries.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (event.key === "Enter" && at === 0) entries[1]?.click();
    else if (to !== undefined) entries[Math.max(0, Math.min(to, entries.length - 1))].focus();
    else return;
    event.preventDefault();
  }
}
