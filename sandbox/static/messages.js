// The conversation between the acting person and the app.

import { call, fileUrl, query } from "./api.js";
import { appAvatar, avatar } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { arrange, h, icon } from "./dom.js";
import { clockTime, dayKey, dayLabel, fullTime, size, t } from "./i18n.js";
import { mrkdwn } from "./mrkdwn.js";
import { Surface } from "./surface.js";
import { failed } from "./toast.js";

const TOGETHER_MS = 5 * 60e3;
const NEAR_END_PX = 140;

export class Conversation {
  /** `session` as for Surface; `onUnread(n)` when the number of unread messages is known. */
  constructor(session, onUnread) {
    this.session = session;
    this.onUnread = onUnread;
    this.messages = new Map();
    this.rows = new Map(); // ts → {node, surface, shown}
    this.marks = new Map(); // dividers by key, so that they keep their nodes
    this.dismissed = new Set(JSON.parse(sessionStorage.getItem(this.storeKey()) ?? "[]"));
    this.list = h("div", { class: "message-list", role: "log", "aria-label": t("messages"), "aria-live": "polite" });
    this.host = h("div", { class: "message-scroll", tabindex: "0" }, this.list);
    this.visible = false;
    this.seq = 0; // the number of the last live event about this person
  }

  storeKey() {
    return `sandbox-dismissed-${this.session.me.id}`;
  }

  async load() {
    const answer = await call(`/dm?${query({ as: this.session.me.id })}`);
    if (!answer.ok) return failed(answer.error);
    // Live events have overtaken the answer.
    if (answer.seq < this.seq) return this.load();
    this.messages = new Map(answer.messages.map((message) => [message.ts, message]));
    this.newFrom ??= answer.messages.find((message) => message.unread)?.ts;
    this.onUnread(answer.unread);
    const near = this.nearEnd();
    this.paint();
    if (this.visible && !this.loaded) this.reveal();
    else if (this.visible && near) this.toEnd();
    this.loaded = true;
    this.read();
    return undefined;
  }

  nearEnd() {
    return this.host.scrollHeight - this.host.scrollTop - this.host.clientHeight < NEAR_END_PX;
  }

  /** The tab is now seen or not; what is seen is read. The "New" line goes with leaving. */
  setVisible(visible) {
    if (this.visible && !visible) this.newFrom = undefined;
    this.visible = visible;
    if (!visible) return;
    this.paint();
    this.reveal();
  }

  reveal() {
    const line = this.list.querySelector(".new-line");
    if (line) this.host.scrollTop = line.offsetTop - this.host.clientHeight / 3;
    else this.toEnd();
    this.read();
  }

  read() {
    if (!this.visible || document.hidden) return;
    if ([...this.messages.values()].some((message) => message.unread)) call("/dm/read", { as: this.session.me.id });
    for (const message of this.messages.values()) message.unread = false;
    this.onUnread(0);
  }

  /** A live event about one message of this person. */
  apply(event) {
    const near = this.nearEnd();
    if (event.type === "message_deleted") this.messages.delete(event.ts);
    else this.messages.set(event.message.ts, event.message);
    const mine = event.type === "message" && event.message.user === this.session.me.id;
    if (mine) this.newFrom = undefined;
    const fresh = event.type === "message" && !mine;
    if (fresh && (!this.visible || document.hidden)) this.newFrom ??= event.message.ts;
    this.paint();
    if (near || mine) this.toEnd();
    if (fresh) this.read();
  }

  toEnd() {
    this.host.scrollTop = this.host.scrollHeight;
  }

  dismiss(ts) {
    this.dismissed.add(ts);
    sessionStorage.setItem(this.storeKey(), JSON.stringify([...this.dismissed]));
    this.paint();
  }

  paint() {
    const shown = [...this.messages.values()].filter(({ ts }) => !this.dismissed.has(ts)).sort((a, b) => order(a.ts, b.ts));
    const nodes = [this.mark("beginning", () => beginning(this.session.app))];
    let before = null;
    for (const message of shown) {
      const date = new Date(message.time);
      const newDay = !before || dayKey(date) !== dayKey(new Date(before.time));
      const label = newDay && dayLabel(date, this.session.now());
      if (newDay) nodes.push(this.mark(`day ${dayKey(date)} ${label}`, () => divider("day-line", label)));
      if (message.ts === this.newFrom) nodes.push(this.mark("new", () => divider("new-line", t("newLine"))));
      nodes.push(this.row(message, !newDay && message.ts !== this.newFrom && together(before, message)));
      before = message;
    }
    arrange(this.list, nodes);
  }

  mark(key, make) {
    if (!this.marks.has(key)) this.marks.set(key, make());
    return this.marks.get(key);
  }

  row(message, compact) {
    const row = this.rows.get(message.ts) ?? this.newRow(message);
    row.node.classList.toggle("compact", compact);
    const shown = JSON.stringify({ ...message, unread: false });
    if (row.shown !== shown) this.fill(row, message);
    row.shown = shown;
    return row.node;
  }

  newRow(message) {
    const { app, user } = this.session;
    const mine = message.user === this.session.me.id;
    const date = new Date(message.time);
    const author = mine ? this.session.me : user(message.user);
    const name = mine ? author.real_name || author.name : app.name;
    const when = () => h("time", { datetime: message.time, title: fullTime(date) }, clockTime(date));
    const row = {
      surface: new Surface(this.session, { type: "message", ts: message.ts }),
      body: h("div", { class: "message-body blocks" }),
      more: h("div", { class: "message-more" }),
    };
    const only = message.ephemeral && h("div", { class: "only-you" }, icon("eye"), t("onlyYou"));
    const head = h(
      "div",
      { class: "message-head" },
      h("strong", {}, name),
      !mine && h("span", { class: "app-badge" }, t("app")),
      when(),
    );
    row.node = h("article", {
      class: ["message", message.ephemeral && "ephemeral", mine && "mine"],
      "data-ts": message.ts,
      "data-testid": "message",
      "aria-label": `${name}, ${clockTime(date)}`,
    },
      h("div", { class: "gutter" }, mine ? avatar(author) : appAvatar(app), h("span", { class: "compact-time", "aria-hidden": "true" }, clockTime(date).replace(/\s?[AP]M/, ""))),
      h("div", { class: "message-main" }, only, head, row.body, row.more));
    this.rows.set(message.ts, row);
    return row;
  }

  fill(row, message) {
    const blocks = message.blocks?.length ? message.blocks : [{
      type: "section",
      text: { type: "mrkdwn", text: message.text ?? "" },
    }];
    const own = message.user === this.session.me.id && !message.blocks?.length;
    if (own) row.body.replaceChildren(h("div", { class: "block mrkdwn" }, mrkdwn(message.text, this.session)));
    else if (message.blocks?.length || message.text) renderBlocks(row.body, blocks, row.surface);
    row.more.replaceChildren(...[
      ...(message.files ?? []).map(fileCard),
      message.edited && h("span", { class: "edited" }, t("edited")),
      message.ephemeral && h(
        "button",
        {
          type: "button",
          class: "link-button",
          "data-testid": "dismiss",
          on: { click: () => this.dismiss(message.ts) },
        },
        t("dismiss"),
      ),
    ].filter(Boolean));
  }
}

const order = (a, b) => Number(a) - Number(b) || (a < b ? -1 : 1);
const together = (a, b) => a.user === b.user && !a.ephemeral && !b.ephemeral && new Date(b.time) - new Date(a.time) < TOGETHER_MS;
const divider = (kind, label) => h(
  "div",
  { class: `divider-line ${kind}`, role: "separator", "aria-label": label },
  h("span", {}, label),
);

function beginning(app) {
  return h(
    "div",
    { class: "beginning" },
    appAvatar(app, "large"),
    h("h2", {}, app.name),
    h("p", {}, `${t("dmEmptyTitle", { app: app.name })}${t("gap")}${t("dmEmptyText")}`),
  );
}

function fileCard(file) {
  const name = file.title || file.name;
  const picture = file.mimetype?.startsWith("image/") && h(
    "img",
    { src: fileUrl(file.id), alt: name, loading: "lazy" },
  );
  return h("a", {
    class: ["file-card", picture && "picture"],
    href: fileUrl(file.id),
    download: file.name,
    "aria-label": t("download", { name }),
  }, picture || h("span", { class: "file-icon" }, icon("file")),
    h("span", { class: "file-words" }, h("strong", {}, name), h("span", { class: "muted" }, [file.pretty_type || file.filetype?.toUpperCase(), file.size != null && size(file.size)].filter(Boolean).join(" · "))));
}
