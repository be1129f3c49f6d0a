// What a person has typed and chosen on one surface, in the shape of Slack's `view.state.values`.

// Element type → the key of its value in state and payload, and the key of its initial value.
const KEYS = {
  plain_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  checkboxes: ["selected_options", "initial_options"],
  users_select: ["selected_user", "initial_user"],
  multi_users_select: ["selected_users", "initial_users"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  file_input: ["files", null],
};
const LISTS = new Set(["selected_options", "selected_users", "files"]);

/** The key under which an element's value stands, or undefined for a button and the like. */
export const valueKey = (element) => KEYS[element.type]?.[0];

/** All elements of a block that carry state. */
export const statefulElements = (block) => elementsOf(block).filter((element) => element && valueKey(element));

function elementsOf(block) {
  if (block.type === "input") return [block.element];
  if (block.type === "section") return [block.accessory];
  return block.type === "actions" ? block.elements ?? [] : [];
}

export class Form {
  /** `saved`: state values the server still has for this view, from before the page was loaded. */
  constructor(saved = {}) {
    this.saved = saved;
    this.entries = new Map();
  }

  /** Makes the form that of `blocks`: same block_id and action_id keep their value, others start from their initial one. */
  adopt(blocks) {
    const next = new Map();
    for (const block of blocks) {
      for (const element of statefulElements(block)) {
        const key = keyOf(block.block_id, element.action_id);
        next.set(key, { block: block.block_id, action: element.action_id, ...this.start(key, block, element) });
      }
    }
    this.entries = next;
    this.saved = {};
  }

  start(key, block, element) {
    const [name, initial] = KEYS[element.type];
    const before = this.entries.get(key) ?? { value: this.saved[block.block_id]?.[element.action_id] };
    if (before.value?.type === element.type && stillOffered(before.value, element)) return { value: before.value };
    const empty = LISTS.has(name) ? [] : null;
    return { value: { type: element.type, [name]: (initial && element[initial]) ?? empty } };
  }

  /** The current value of an element: text, option, list … */
  get(block, element) {
    return this.entries.get(keyOf(block.block_id, element.action_id))?.value[valueKey(element)] ?? null;
  }

  set(block, element, value) {
    const entry = { type: element.type, [valueKey(element)]: value };
    this.entries.set(
      keyOf(block.block_id, element.action_id),
      { block: block.block_id, action: element.action_id, value: entry },
    );
  }

  /** Everything as `{block_id: {action_id: {type, …}}}`. */
  values() {
    const state = {};
    for (const { block, action, value } of this.entries.values()) (state[block] ??= {})[action] = sent(value);
    return state;
  }
}

/** The key of an element within a form. */
export const keyOf = (block, action) => JSON.stringify([block, action]);

function sent(value) {
  return value.files ? { ...value, files: value.files.map(({ id }) => ({ id })) } : value;
}

/** A choice that the updated element no longer offers is not kept. */
function stillOffered(value, element) {
  const offered = element.options ?? element.option_groups?.flatMap(({ options }) => options);
  if (!offered) return true;
  const known = new Set(offered.map((option) => option.value));
  return [value.selected_option ?? [], value.selected_options ?? []].flat().every((option) => known.has(option.value));
}
