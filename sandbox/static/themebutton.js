// Switching between light and dark; theme.js keeps the choice.

import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

/** A button that shows and names the colours it leads to. */
export function themeButton() {
  const toggle = () => {
    window.sandboxTheme.toggle();
    paint();
  };
  const button = h("button", { type: "button", class: "icon-button", "data-testid": "theme", on: { click: toggle } });
  const paint = () => {
    const dark = window.sandboxTheme.isDark();
    button.replaceChildren(icon(dark ? "sun" : "moon"));
    button.title = t(dark ? "themeLight" : "themeDark");
    button.setAttribute("aria-label", button.title);
  };
  paint();
  return button;
}
