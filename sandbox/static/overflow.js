// The "⋯" menu of an overflow element.

import { h, icon, uid } from "./dom.js";
import { t } from "./i18n.js";
import { plain, safeUrl } from "./mrkdwn.js";

/** A button with a menu of the element's options; arrow keys move, Escape and a press elsewhere close. */
export function overflow({ element, block, surface }) {
  const menuId = uid("menu");
  const menu = h("div", { id: menuId, class: "menu", role: "menu", popover: "manual" });
  const toggle = h(
    "button",
    {
      type: "button",
      class: "button square",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-controls": menuId,
      "aria-label": t("moreActions"),
    },
    icon("more"),
  );
  const box = h("div", { class: "overflow" }, toggle, menu);
  menu.append(...element.options.map((option) =>
    h("button", { type: "button", role: "menuitem", tabindex: "-1", "data-value": option.value, on: { click: () => choose(option) } }, plain(option.text))));

  function open() {
    menu.showPopover();
    toggle.setAttribute("aria-expanded", "true");
    place();
    menu.firstElementChild?.focus();
    addEventListener("scroll", close, true);
    addEventListener("pointerdown", outside, true);
  }

  function close({ refocus = false } = {}) {
    if (menu.isConnected) menu.hidePopover();
    toggle.setAttribute("aria-expanded", "false");
    removeEventListener("scroll", close, true);
    removeEventListener("pointerdown", outside, true);
    if (refocus) toggle.focus();
  }

  const isOpen = () => toggle.getAttribute("aria-expanded") === "true";
  const outside = (event) => !box.contains(event.target) && close();

  function place() {
    const anchor = toggle.getBoundingClientRect();
    const below = anchor.bottom + 4 + menu.offsetHeight < innerHeight;
    menu.style.left = `${Math.max(8, Math.min(anchor.left, innerWidth - menu.offsetWidth - 8))}px`;
    menu.style.top = `${below ? anchor.bottom + 4 : anchor.top - menu.offsetHeight - 4}px`;
  }

  async function choose(option) {
    close({ refocus: true });
    if (!(await surface.confirms(element))) return;
    if (option.url && safeUrl(option.url)) window.open(option.url, "_blank", "noopener");
    surface.act(block, element, { selected_option: option });
  }

  toggle.addEventListener("click", () => (isOpen() ? close() : open()));
  box.addEventListener("keydown", (event) => {
    if (!isOpen()) return;
    const items = [...menu.children];
    const at = items.indexOf(document.activeElement);
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
    if (event.key === "Tab") close();
    else if (event.key === "Escape") close({ refocus: true });
    else if (event.key in moves) items.at(moves[event.key] % items.length).focus();
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  });
  return box;
}
