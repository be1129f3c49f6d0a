// The app's Home for the acting person.

import { call, query } from "./api.js";
import { appAvatar } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { Surface } from "./surface.js";
import { failed } from "./toast.js";

export class Home {
  constructor(session) {
    this.session = session;
    this.surface = null;
    this.body = h("div", { class: "home-body blocks", "data-testid": "home" });
    this.empty = h(
      "div",
      { class: "empty" },
      appAvatar(session.app, "large"),
      h("h2", {}, t("homeEmptyTitle")),
      h("p", {}, t("homeEmptyText")),
    );
    this.host = h("div", { class: "home-scroll", tabindex: "0" }, this.body, this.empty);
    this.empty.hidden = true;
  }

  /** Fetches the Home; `open` also tells the app that the person has opened it. */
  async load({ open = false } = {}) {
    const known = await this.fetch({});
    this.host.setAttribute("aria-busy", String(open && !known));
    if (open) await this.fetch({ open: 1 });
    this.host.removeAttribute("aria-busy");
    this.empty.hidden = Boolean(this.surface);
  }

  async fetch(extra) {
    const answer = await call(`/home?${query({ as: this.session.me.id, ...extra })}`);
    if (!answer.ok) failed(answer.error);
    else if (answer.view) this.show(answer.view);
    return Boolean(answer.view);
  }

  show(view) {
    this.surface ??= new Surface(this.session, { type: "home" }, view.state?.values);
    this.empty.hidden = true;
    renderBlocks(this.body, view.blocks, this.surface);
  }
}
