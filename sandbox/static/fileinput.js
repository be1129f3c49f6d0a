// The `file_input` element: files go to the sandbox at once, the form keeps their ids.

import { call, query } from "./api.js";
import { h, icon } from "./dom.js";
import { size, t } from "./i18n.js";
import { failed } from "./toast.js";

/** A button, a drop area and the list of what was uploaded. `onChange(files, node)` after each change. */
export function fileInput({ element, surface }, { files, naming, onChange }) {
  const state = { files: [...files] };
  const most = element.max_files ?? 10;
  const accept = (element.filetypes ?? []).map((type) => `.${type}`).join(",");
  const chooser = h(
    "input",
    {
      type: "file",
      class: "sr-only",
      tabindex: "-1",
      accept,
      multiple: most > 1,
      "aria-hidden": "true",
      on: { change: () => add(chooser.files) },
    },
  );
  const choose = h(
    "button",
    {
      ...naming,
      "aria-labelledby": null,
      "aria-label": null,
      type: "button",
      class: "button",
      on: { click: () => chooser.click() },
    },
    icon("upload"),
    t(most > 1 ? "uploadMany" : "upload"),
  );
  const list = h("ul", { class: "uploads" });
  const node = h(
    "div",
    { class: "file-input" },
    h("div", { class: "drop" }, chooser, choose, h("span", { class: "muted" }, t("dropHere"))),
    list,
  );

  function paint() {
    list.replaceChildren(...state.files.map(row));
    choose.disabled = state.files.length >= most;
  }

  function row(file) {
    const drop = () => set(state.files.filter((other) => other.id !== file.id));
    return h("li", { "data-file-id": file.id }, icon("file"), h("span", { class: "file-name" }, file.name ?? file.id), file.size != null && h("span", { class: "muted" }, size(file.size)),
      h("button", { type: "button", class: "icon-button", "aria-label": t("remove", { name: file.name ?? file.id }), on: { click: drop } }, icon("close")));
  }

  function set(next) {
    state.files = next;
    paint();
    onChange(next, node);
  }

  async function add(chosen) {
    for (const file of [...chosen].slice(0, most - state.files.length)) {
      const note = h("li", { class: "muted" }, h("span", { class: "spinner" }), t("uploading", { name: file.name }));
      list.append(note);
      const body = new FormData();
      body.append("file", file);
      const answer = await call(`/upload?${query({ as: surface.session.me.id })}`, body);
      note.remove();
      if (answer.ok) set([...state.files, answer.file]);
      else failed(answer.error);
    }
    chooser.value = "";
  }

  node.addEventListener("dragover", (event) => {
    event.preventDefault();
    node.classList.add("over");
  });
  node.addEventListener("dragleave", () => node.classList.remove("over"));
  node.addEventListener("drop", (event) => {
    event.preventDefault();
    node.classList.remove("over");
    add(event.dataTransfer.files);
  });
  paint();
  return node;
}
