// One place where blocks stand (a message, a Home, a modal view): its form, its people, and how it tells the app.

import { call } from "./api.js";
import { ask } from "./confirm.js";
import { arrange, debounce, h } from "./dom.js";
import { Form, keyOf } from "./form.js";
import { failed } from "./toast.js";
import { FOCUSABLE } from "./trap.js";

export class Surface {
  /** `container` as in the action contract; `session` is `{me, user(id), users, now()}`. */
  constructor(session, container, saved) {
    this.session = session;
    this.container = container;
    this.form = new Form(saved);
    this.waiting = new Map();
    this.busy = 0;
  }

  /** Sends what the person did with an element to the app; true if the app took it. A failure is shown. */
  async act(block, element, payload) {
    const { id } = this.session.me;
    const state = this.form.values();
    this.busy++;
    const answer = await call(
      "/action",
      { as: id, container: this.container, block_id: block.block_id, action_id: element.action_id, ...payload, state },
    );
    this.busy--;
    if (!answer.ok) failed(answer.error);
    return answer.ok;
  }

  /** Whether the person confirms, if the element asks for it. */
  confirms(element) {
    return element.confirm ? ask(element.confirm, this.session) : true;
  }

  /** Choices of an external select for `text`. */
  async suggest(block, element, text) {
    const { id } = this.session.me;
    const where = this.container.type === "message" ? { ts: this.container.ts } : { view_id: this.container.view_id };
    const answer = await call(
      "/suggest",
      { as: id, ...where, block_id: block.block_id, action_id: element.action_id, query: text },
    );
    if (!answer.ok) failed(answer.error);
    return answer;
  }

  /** Sends typed text that still waits for a pause. Resolves when it has been taken. */
  flush() {
    return Promise.all([...this.waiting.values()].map((later) => later.flush()));
  }

  /** `send`, put off until the person pauses; forgotten when its element is gone from the blocks. */
  later(block, element, send, ms) {
    const later = debounce(send, ms);
    this.waiting.set(keyOf(block.block_id, element.action_id), later);
    return later;
  }

  /** Shows `blocks` in `host`. Unchanged blocks keep their nodes, so focus, caret and an open composition survive. */
  render(host, blocks, makeNode) {
    this.form.adopt(blocks);
    for (const [key, later] of this.waiting) if (!this.form.entries.has(key)) later.cancel();
    const focus = focusPlace(host);
    const old = new Map([...host.children].map((node) => [node.dataset.key, node]));
    const nodes = blocks.map((block, i) => this.reuse(old, block, i) ?? this.fresh(block, i, makeNode));
    arrange(host, nodes);
    if (focus && !host.contains(document.activeElement)) focus.restore();
  }

  reuse(old, block, i) {
    const key = blockKey(block, i);
    const node = old.get(key);
    if (node) old.delete(key);
    return node;
  }

  fresh(block, i, makeNode) {
    const node = makeNode(block, this) ?? h("div");
    node.dataset.key = blockKey(block, i);
    if (block.block_id) node.dataset.blockId = block.block_id;
    return node;
  }
}

const blockKey = (block, i) => `${block.block_id ?? i} ${JSON.stringify(block)}`;

function focusPlace(host) {
  const node = document.activeElement;
  if (!host.contains(node)) return null;
  const path = ["block-id", "action-id"].map((name) => [name, node.closest(`[data-${name}]`)?.getAttribute(`data-${name}`)]).filter(([, id]) => id);
  const selector = path.map(([name, id]) => `[data-${name}="${CSS.escape(id)}"]`).join(" ");
  const caret = "selectionStart" in node ? [node.selectionStart, node.selectionEnd] : null;
  const restore = () => {
    const found = selector && host.querySelector(selector);
    const target = found?.matches(FOCUSABLE) ? found : found?.querySelector(FOCUSABLE);
    (target ?? host.closest("[tabindex]"))?.focus({ preventScroll: true });
    if (caret?.[0] != null && target && "setSelectionRange" in target) trySelect(target, caret);
  };
  return { restore };
}

function trySelect(target, [start, end]) {
  try {
    target.setSelectionRange(start, end);
  } catch {
    // Date and number fields have no caret to restore.
  }
}
