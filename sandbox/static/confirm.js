// Slack's confirmation dialog.

import { h, uid } from "./dom.js";
import { t } from "./i18n.js";
import { plain, textNode } from "./mrkdwn.js";
import { keepToasts } from "./toast.js";
import { trapTab } from "./trap.js";

/** Shows a confirm object on top of everything; resolves to whether the person agreed. */
export function ask(confirm, ctx) {
  const before = document.activeElement;
  return new Promise((resolve) => {
    const titleId = uid("confirm");
    const textId = uid("confirm");
    const dialog = h(
      "dialog",
      {
        class: "confirm",
        role: "alertdialog",
        "aria-labelledby": titleId,
        "aria-describedby": textId,
        "data-testid": "confirm",
        on: { keydown },
      },
    );
    const end = (answer) => {
      keepToasts(dialog);
      dialog.close();
      dialog.remove();
      before?.focus?.({ preventScroll: true });
      resolve(answer);
    };
    function keydown(event) {
      event.stopPropagation();
      trapTab(event, dialog);
      if (event.key !== "Escape") return;
      event.preventDefault();
      end(false);
    }
    const deny = h(
      "button",
      { type: "button", class: "button", "data-testid": "confirm-deny", on: { click: () => end(false) } },
      plain(confirm.deny) || t("cancel"),
    );
    const style = confirm.style === "danger" ? "danger" : "primary";
    const agree = h(
      "button",
      {
        type: "button",
        class: ["button", style, "solid"],
        "data-testid": "confirm-ok",
        on: { click: () => end(true) },
      },
      plain(confirm.confirm) || t("submit"),
    );
    dialog.append(
      h("h2", { id: titleId }, plain(confirm.title) || t("confirmTitle")),
      textNode(confirm.text, ctx, { id: textId, class: "confirm-text" }),
      h("div", { class: "dialog-buttons" }, deny, agree),
    );
    document.body.append(dialog);
    dialog.showModal();
    agree.focus();
  });
}
