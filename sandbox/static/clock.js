// The sandbox's own time, and moving it forward.

import { call } from "./api.js";
import { h, icon } from "./dom.js";
import { fullTime, t } from "./i18n.js";
import { failed, toast } from "./toast.js";

const STEPS = ["1h", "1d", "3d"];

export class Clock {
  constructor() {
    this.offset = 0;
  }

  /** The time in the sandbox. */
  now() {
    return new Date(Date.now() + this.offset);
  }

  set(iso) {
    this.offset = new Date(iso) - Date.now();
    this.tick();
  }

  tick() {
    if (this.face) this.face.textContent = fullTime(this.now());
  }

  /** The controls, in the language of the moment. */
  node() {
    this.face = h("time", { "data-testid": "clock-now" });
    this.tick();
    clearInterval(this.timer);
    this.timer = setInterval(() => this.tick(), 5000);
    const buttons = STEPS.map((step) => h(
      "button",
      {
        type: "button",
        "data-testid": `clock-${step}`,
        title: t("advance", { step: t(step) }),
        on: { click: (event) => this.advance(step, event.currentTarget) },
      },
      t(step),
    ));
    return h(
      "section",
      { class: "clock", "aria-label": t("clock") },
      h("div", { class: "clock-face" }, icon("clock"), this.face),
      h("div", { class: "clock-buttons" }, buttons),
    );
  }

  async advance(step, button) {
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    const answer = await call("/clock", { advance: step });
    button.removeAttribute("aria-busy");
    if (!answer.ok) return void failed(answer.error);
    this.set(answer.now);
    toast(t("clockMoved", { now: fullTime(this.now()) }), "good");
  }
}
