// Faces made of initials.

import { h, icon } from "./dom.js";

const COLOURS = ["#4a6fa5", "#2f7d6d", "#8a5a9e", "#b0603a", "#3f7f9f", "#9c4f6e", "#5f7a3a", "#7a5c42"];

/** A square with a person's initials; decorative, the name stands beside it. */
export function avatar(user, size = "") {
  const node = h("span", { class: ["avatar", size], "aria-hidden": "true" }, user?.avatar?.initials || initials(user));
  node.style.setProperty("--tint", user?.avatar?.color?.replace(/^#?/, "#") || colour(user?.id ?? ""));
  return node;
}

/** The app's own picture, a bolt unless it brings one. */
export function appAvatar(app, size = "") {
  const picture = app?.icon ? h("img", { src: app.icon, alt: "" }) : icon("bolt");
  return h("span", { class: ["avatar", "of-app", size], "aria-hidden": "true" }, picture);
}

function initials(user) {
  const words = (user?.real_name || user?.name || "?").trim().split(/\s+/);
  const cjk = /^\p{Script=Han}/u.test(words[0]);
  if (cjk) return [...words[0]].slice(-2).join("");
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...word][0] ?? "").join("").toUpperCase();
}

const colour = (id) => COLOURS[[...id].reduce((sum, char) => (sum * 31 + char.codePointAt(0)) >>> 0, 7) % COLOURS.length];
