// The stack of modal views. One dialog shows the topmost; those beneath keep what was typed.

import { call } from "./api.js";
import { renderBlocks, showError } from "./blocks.js";
import { h, icon, uid } from "./dom.js";
import { t } from "./i18n.js";
import { plain } from "./mrkdwn.js";
import { Surface } from "./surface.js";
import { failed, keepToasts, toast } from "./toast.js";
import { FOCUSABLE, firstReachable, trapTab } from "./trap.js";

export class Modals {
  constructor(session) {
    this.session = session;
    this.stack = [];
    this.pages = new Map(); // view id → {surface, body}
    this.shows = 0;
    this.build();
  }

  build() {
    const titleId = uid("modal");
    this.title = h("h2", { id: titleId, "data-testid": "modal-title" });
    this.backButton = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": t("back"),
        "data-testid": "modal-back",
        on: { click: () => this.close() },
      },
      icon("back"),
    );
    const cross = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": t("close"),
        "data-testid": "modal-x",
        on: { click: () => this.close({ clear: true }) },
      },
      icon("close"),
    );
    this.host = h("div", { class: "modal-pages" });
    this.closeButton = h(
      "button",
      { type: "button", class: "button", "data-testid": "modal-close", on: { click: () => this.close() } },
    );
    this.submitButton = h("button", { type: "submit", class: "button primary solid", "data-testid": "modal-submit" });
    this.form = h(
      "form",
      { novalidate: true, on: { submit: (event) => this.onSubmit(event) } },
      h("header", { class: "modal-head" }, this.backButton, this.title, cross),
      this.host,
      h("footer", { class: "dialog-buttons" }, this.closeButton, this.submitButton),
    );
    this.dialog = h(
      "dialog",
      {
        class: "modal",
        "aria-labelledby": titleId,
        "data-testid": "modal",
        on: { keydown: (event) => this.onKey(event), cancel: (event) => event.preventDefault() },
      },
      this.form,
    );
    document.body.append(this.dialog);
  }

  get top() {
    return this.stack.at(-1);
  }

  /** Shows this stack of views, the visible one last; an empty one closes the dialog. */
  show(stack) {
    this.shows++;
    const before = this.top;
    this.stack = stack;
    const open = new Set(stack.map((view) => view.id));
    for (const [id, page] of this.pages) if (!open.has(id)) this.drop(id, page);
    if (!this.top) return this.hide();
    this.paint(before);
    return undefined;
  }

  drop(id, page) {
    page.body.remove();
    this.pages.delete(id);
  }

  hide() {
    if (!this.dialog.open) return;
    keepToasts(this.dialog);
    this.busy(false);
    this.dialog.close();
    this.origin?.find()?.focus({ preventScroll: true });
    this.origin = null;
  }

  paint(before) {
    const view = this.top;
    const covered = this.pages.get(before?.id);
    if (covered && before.id !== view.id) remember(covered);
    const page = this.page(view);
    for (const other of this.pages.values()) other.body.hidden = other !== page;
    this.title.textContent = plain(view.title);
    this.backButton.hidden = this.stack.length < 2;
    this.closeButton.textContent = plain(view.close) || t("cancel");
    this.submitButton.hidden = !view.submit;
    this.submitLabel = plain(view.submit);
    if (!this.isBusy) this.submitButton.textContent = this.submitLabel;
    this.dialog.dataset.depth = String(this.stack.length);
    this.dialog.dataset.viewId = view.id;
    renderBlocks(page.body, view.blocks, page.surface);
    if (!this.dialog.open) this.reveal();
    if (page.left) restore(page);
    else if (before?.id !== view.id || turned(before.blocks, view.blocks)) this.startOf(page, view);
    else if (!this.dialog.contains(document.activeElement)) this.startOf(page, view, { scroll: false });
  }

  page(view) {
    if (!this.pages.has(view.id)) {
      const surface = new Surface(this.session, { type: "view", view_id: view.id }, view.state?.values);
      const body = h("div", { class: "modal-body blocks" });
      this.host.append(body);
      this.pages.set(view.id, { surface, body });
    }
    return this.pages.get(view.id);
  }

  reveal() {
    this.origin = origin(document.activeElement);
    this.dialog.showModal();
  }

  startOf(page, view, { scroll = true } = {}) {
    if (scroll) page.body.scrollTop = 0;
    const wanted = view.blocks.flatMap((block) => [block.element, block.accessory, ...(block.type === "actions" ? block.elements : [])]).find((element) => element?.focus_on_load);
    const marked = wanted && page.body.querySelector(`[data-action-id="${CSS.escape(wanted.action_id ?? "")}"]`);
    const field = marked?.matches(FOCUSABLE) ? marked : firstReachable(marked ?? page.body);
    (field ?? (view.submit ? this.submitButton : this.closeButton)).focus({ preventScroll: !marked });
  }

  onKey(event) {
    event.stopPropagation();
    trapTab(event, this.dialog);
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.form.requestSubmit();
    }
  }

  async onSubmit(event) {
    event.preventDefault();
    const view = this.top;
    if (this.isBusy || !view?.submit) return;
    const { surface, body } = this.pages.get(view.id);
    for (const block of body.children) showError(block, "");
    for (const later of surface.waiting.values()) later.cancel();
    this.busy(true);
    const shows = this.shows;
    const answer = await call(
      "/view/submit",
      { as: this.session.me.id, view_id: view.id, state: surface.form.values() },
    );
    this.busy(false);
    if (this.gone) return;
    if (answer.errors && Object.keys(answer.errors).length) this.showErrors(body, answer.errors);
    else if (!answer.ok) failed(answer.error);
    // A `views` event that came meanwhile is at least as new as the answer.
    else if (shows === this.shows && answer.stack) this.show(answer.stack);
  }

  busy(on) {
    this.isBusy = on;
    this.submitButton.setAttribute("aria-busy", String(on));
    this.submitButton.setAttribute("aria-disabled", String(on));
    this.submitButton.textContent = on ? t("working") : this.submitLabel ?? "";
  }

  showErrors(body, errors) {
    const blocks = [...body.children];
    let first = null;
    for (const [id, text] of Object.entries(errors)) {
      const block = blocks.find((node) => node.dataset.blockId === id);
      if (!showError(block, text)) toast(text, "error");
      else if (!first || blocks.indexOf(block) < blocks.indexOf(first)) first = block;
    }
    first?.scrollIntoView({ block: "nearest" });
    if (first) firstReachable(first)?.focus({ preventScroll: true });
  }

  /** Closes the visible view, or with `clear` all of them, and says so to the app. */
  async close({ clear = false } = {}) {
    const view = this.top;
    if (!view) return;
    await this.pages.get(view.id).surface.flush();
    if (this.top !== view && this.top?.id !== view.id) return;
    this.show(clear || view.clear_on_close ? [] : this.stack.slice(0, -1));
    await call("/view/close", { as: this.session.me.id, view_id: view.id, clear });
  }

  /** Takes the dialog off the page; the views stay open on the server. */
  leave() {
    this.gone = true;
    this.hide();
    this.dialog.remove();
  }
}

/** Where the focus came from. Its block may be painted anew meanwhile: then the same button, or the composer. */
function origin(opener) {
  const host = opener?.closest(".blocks");
  const id = opener?.closest("[data-action-id]")?.dataset.actionId;
  const alike = () => [...(host?.querySelectorAll(`[data-action-id="${CSS.escape(id ?? "")}"]`) ?? [])];
  const place = id ? alike().findIndex((node) => node.contains(opener)) : -1;
  const find = () => {
    if (opener !== document.body && opener?.isConnected) return opener;
    const again = place < 0 ? undefined : alike()[place] ?? alike().at(-1);
    const places = [again, host, document.querySelector("[data-testid=composer]"), document.querySelector("main")];
    return places.map(firstIn).find(Boolean);
  };
  return { find };
}

const seen = (node) => node?.isConnected && node.getClientRects().length > 0;
const firstIn = (node) => (seen(node) && node.matches(FOCUSABLE) ? node : seen(node) ? firstReachable(node) : undefined);

/** A hidden element forgets its scroll position and cannot keep the focus. */
function remember(page) {
  page.left = { focus: document.activeElement, scroll: page.body.scrollTop };
}

function restore(page) {
  page.body.scrollTop = page.left.scroll;
  const target = page.body.contains(page.left.focus) ? page.left.focus : firstReachable(page.body);
  target?.focus({ preventScroll: true });
  page.left = null;
}

const inputIds = (blocks) => new Set(blocks.filter((block) => block.type === "input").map((block) => block.block_id));

/** Whether an update is a new page and not a change of the same one: no input of the old one is left. */
function turned(before, after) {
  const [old, now] = [inputIds(before), inputIds(after)];
  if (!old.size || !now.size) return old.size !== now.size;
  return [...now].every((id) => !old.has(id));
}
