// Building DOM nodes without markup strings: data only ever becomes text nodes and attribute values.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. `props`: attributes; `on: {event: listener}`; `class` may hold falsy parts in an array. */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** The same for an SVG element. */
export function s(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props)) setProp(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false && child !== ""));
  return node;
}

function setProp(node, name, value) {
  if (value == null || value === false) return;
  if (name === "on") {
    for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  } else if (name === "class") {
    node.setAttribute("class", [value].flat().filter(Boolean).join(" "));
  } else if (name === "value") {
    node.value = value;
  } else {
    node.setAttribute(name, value === true ? "" : value);
  }
}

/** Makes `nodes` the children of `host` in this order, without moving those that stay: a moved node loses the focus. */
export function arrange(host, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...host.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, i) => host.childNodes[i] !== node && host.insertBefore(node, host.childNodes[i] ?? null));
}

let serial = 0;
/** An id that is unique on the page, for aria references. */
export const uid = (prefix) => `${prefix}-${++serial}`;

/** Runs `fn` after `ms` without another call. `flush` runs a waiting call at once, `cancel` forgets it. */
export function debounce(fn, ms) {
  let timer = null;
  const run = () => {
    timer = null;
    return fn();
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(run, ms);
  };
  const cancel = () => {
    clearTimeout(timer);
    timer = null;
  };
  const flush = () => {
    if (timer === null) return undefined;
    clearTimeout(timer);
    return run();
  };
  return Object.assign(later, { flush, cancel });
}

const ICONS = {
  close: ["M5 5l10 10M15 5L5 15"],
  back: ["M12 4l-6 6 6 6"],
  chevron: ["M5 8l5 5 5-5"],
  check: ["M4 10.5l4 4 8-9"],
  send: ["M3 3.5l14 6.5-14 6.5 2.5-6.5z", "M5.5 10H11"],
  search: ["M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12z", "M13.5 13.5L17 17"],
  menu: ["M3 5.5h14M3 10h14M3 14.5h14"],
  eye: ["M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z", "M10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z"],
  file: ["M5 2.5h6.5L15.5 6.5v11H5z", "M11 2.5V7h4.5"],
  upload: ["M10 13V4M6.5 7L10 3.5 13.5 7", "M3.5 13v3.5h13V13"],
  more: ["M4.5 10h.01M10 10h.01M15.5 10h.01"],
  moon: ["M16 11.8A6.8 6.8 0 0 1 8.2 4a6.6 6.6 0 1 0 7.8 7.8z"],
  sun: ["M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z", "M10 1.8v1.7M10 16.5v1.7M1.8 10h1.7M16.5 10h1.7M4.2 4.2l1.2 1.2M14.6 14.6l1.2 1.2M4.2 15.8l1.2-1.2M14.6 5.4l1.2-1.2"],
  clock: ["M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z", "M10 5.8V10l2.8 2"],
  info: ["M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z", "M10 9v5M10 6.2v.01"],
  warning: ["M10 3l7.5 13.5h-15z", "M10 8v4M10 14.2v.01"],
  bolt: ["M11 2.5L4.5 11.5H9.5L9 17.5 15.5 8.5H10.5z"],
};

/** A decorative line icon. */
export function icon(name) {
  return s(
    "svg",
    { viewBox: "0 0 20 20", class: `icon icon-${name}`, "aria-hidden": "true", focusable: "false" },
    ICONS[name].map((d) => s("path", { d })),
  );
}
