// Keeping the keyboard inside an open dialog.

export const FOCUSABLE = "input:not([disabled], [tabindex='-1']), textarea:not([disabled]), button:not([disabled], [tabindex='-1']), a[href], [tabindex='0']";

const reachable = (host) => [...host.querySelectorAll(FOCUSABLE)].filter((node) => node.getClientRects().length > 0);

/** Lets Tab and Shift+Tab wrap around inside `dialog`. */
export function trapTab(event, dialog) {
  if (event.key !== "Tab") return;
  const nodes = reachable(dialog);
  const [from, to] = event.shiftKey ? [nodes[0], nodes.at(-1)] : [nodes.at(-1), nodes[0]];
  if (to && (document.activeElement === from || !dialog.contains(document.activeElement))) {
    event.preventDefault();
    to.focus();
  }
}

/** The first thing inside `host` that takes the focus. */
export const firstReachable = (host) => reachable(host)[0];
