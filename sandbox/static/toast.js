// Short notices that nobody has to click away.

import { h, icon } from "./dom.js";
import { errorText, t } from "./i18n.js";

const SHOWN_MS = 7000;
const host = h("div", { class: "toasts", role: "status", "aria-live": "polite", "data-testid": "toasts" });

/** Shows `text` for a few seconds. `tone`: "error", "good" or "plain". Returns a function that takes it away. */
export function toast(text, tone = "plain") {
  // Everything outside an open dialog is inert, so the notice goes inside the topmost one.
  const dialogs = [...document.querySelectorAll("dialog[open]")];
  (dialogs.at(-1) ?? document.body).append(host);
  const close = () => node.remove();
  const dismiss = h(
    "button",
    { type: "button", class: "icon-button", "aria-label": t("dismiss"), on: { click: close } },
    icon("close"),
  );
  const node = h(
    "div",
    { class: ["toast", tone], "data-testid": "toast" },
    icon(tone === "good" ? "check" : tone === "error" ? "warning" : "info"),
    h("span", {}, text),
    dismiss,
  );
  for (const twin of [...host.children].filter((other) => other.textContent === node.textContent)) twin.remove();
  host.append(node);
  setTimeout(close, SHOWN_MS);
  return close;
}

/** Tells that something failed, with the reason in the person's language. */
export function failed(code, prefix = "") {
  toast([prefix, errorText(code)].filter(Boolean).join(t("gap")), "error");
}

/** Saves the notices from a dialog that is about to go. */
export function keepToasts(dialog) {
  if (dialog.contains(host)) document.body.append(host);
}
