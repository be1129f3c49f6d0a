// The page: who the visitor is, which tab is open, and what the live stream says.

import { call, listen } from "./api.js";
import { appAvatar, avatar } from "./avatar.js";
import { Clock } from "./clock.js";
import { composer } from "./composer.js";
import { h, icon } from "./dom.js";
import { Home } from "./home.js";
import { errorText, speakTo, t } from "./i18n.js";
import { Conversation } from "./messages.js";
import { Modals } from "./modal.js";
import { People } from "./people.js";
import { themeButton } from "./themebutton.js";
import { toast } from "./toast.js";

const TABS = ["home", "messages"];
const RETRY_MS = 1500;

const root = document.querySelector("#root");
const clock = new Clock();
const drafts = new Map();
let workspace;
let here; // the acting person's session, parts and tab

async function boot() {
  workspace = await call("/workspace");
  if (!workspace.ok) return void waitForServer();
  clock.set(workspace.now);
  enter(wanted());
  addEventListener("hashchange", () => follow(wanted()));
  addEventListener("visibilitychange", () => here.conversation.read());
  addEventListener("keydown", onShortcut);
  listen(onEvent, onConnection);
}

function waitForServer() {
  speakTo({ locale: navigator.language });
  root.replaceChildren(h("p", { class: "boot", role: "status" }, errorText("offline")));
  setTimeout(boot, RETRY_MS);
}

/** Person and tab from the address, for instance #as=U123&tab=messages. */
function wanted() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const people = workspace.users.filter((user) => !user.deleted);
  const as = people.some(({ id }) => id === hash.get("as")) ? hash.get("as") : here?.session.me.id ?? people[0]?.id;
  return { as, tab: TABS.includes(hash.get("tab")) ? hash.get("tab") : here?.tab ?? "home" };
}

function follow({ as, tab }) {
  if (as !== here.session.me.id) enter({ as, tab });
  else if (tab !== here.tab) openTab(tab);
}

const remember = () => history.replaceState(
  null,
  "",
  `#${new URLSearchParams({ as: here.session.me.id, tab: here.tab })}`,
);

function makeSession(as) {
  const { app, users } = workspace;
  const byId = new Map(users.map((user) => [user.id, user]));
  byId.set(app.bot_user_id, { id: app.bot_user_id, real_name: app.name });
  const active = users.filter((user) => !user.deleted);
  return { app, users: active, me: byId.get(as), user: (id) => byId.get(id), now: () => clock.now() };
}

/** Becomes another person: language, people, conversation, Home and open modals are theirs. */
function enter({ as, tab }) {
  const old = here;
  old?.modals.leave();
  const session = makeSession(as);
  if (!session.me) return void root.replaceChildren(h("p", { class: "boot" }, t("noPerson")));
  speakTo(session.me);
  const people = new People(session.users, (id) => enter({ as: id, tab: here.tab }), old?.people.search.value);
  here = {
    session,
    people,
    conversation: new Conversation(session, (n) => setUnread(as, n)),
    home: new Home(session),
    modals: new Modals(session),
    tab: null,
  };
  draw(old);
  openTab(tab);
  catchUp();
}

function draw(old) {
  const hadFocus = old?.people.node.contains(document.activeElement);
  const scroll = old?.people.list.scrollTop ?? 0;
  here.people.paint(here.session.me.id);
  root.replaceChildren(h("a", { class: "skip", href: "#main", on: { click: skip } }, t("skip")), sidebar(), main());
  here.people.list.scrollTop = scroll;
  const entry = here.people.list.querySelector("[aria-current]");
  if (!old) entry?.scrollIntoView({ block: "nearest" });
  if (hadFocus) entry?.focus({ preventScroll: true });
  showTitle();
}

function skip(event) {
  event.preventDefault();
  document.querySelector(`#panel-${here.tab} > *`).focus();
}

function sidebar() {
  const done = h(
    "button",
    {
      type: "button",
      class: "icon-button drawer-close",
      "aria-label": t("closePeople"),
      on: { click: () => drawer(false) },
    },
    icon("close"),
  );
  return h(
    "aside",
    { class: "sidebar", "aria-label": t("people") },
    h("div", { class: "workspace" }, h("h1", {}, workspace.team.name), themeButton(), done),
    here.people.node,
    workspace.has_clock && clock.node(),
  );
}

function drawer(open) {
  document.body.classList.toggle("drawer-open", open);
  if (open) here.people.search.focus();
  else document.querySelector(".drawer-open-button")?.focus();
}

function main() {
  const { session, conversation, home } = here;
  const switcher = h(
    "button",
    {
      type: "button",
      class: "drawer-open-button",
      "aria-label": t("openPeople"),
      "data-testid": "open-people",
      on: { click: () => drawer(true) },
    },
    avatar(session.me),
    icon("menu"),
  );
  const tabs = TABS.map((tab) => h(
    "button",
    {
      type: "button",
      role: "tab",
      id: `tab-${tab}`,
      "aria-controls": `panel-${tab}`,
      "data-testid": `tab-${tab}`,
      on: { click: () => openTab(tab) },
    },
    t(tab),
    tab === "messages" && h("span", { class: "tab-badge", hidden: true }),
  ));
  const strip = h(
    "div",
    { class: "tabs", role: "tablist", "aria-label": t("appTabs"), on: { keydown: onTabKey } },
    tabs,
  );
  const panel = (tab, ...content) => h(
    "section",
    {
      id: `panel-${tab}`,
      class: `panel panel-${tab}`,
      role: "tabpanel",
      "aria-labelledby": `tab-${tab}`,
      hidden: true,
    },
    content,
  );
  return h("main", { id: "main" },
    h(
      "header",
      { class: "app-head" },
      switcher,
      appAvatar(session.app),
      h(
        "div",
        { class: "app-words" },
        h("h2", {}, session.app.name),
        h("span", { class: "acting" }, avatar(session.me, "tiny"), session.me.real_name || session.me.name),
      ),
    ),
    strip, panel("home", home.host), panel(
      "messages",
      conversation.host,
      session.app.messages_tab !== false && composer(session, workspace.commands, drafts),
    ),
    h("div", { class: "backdrop", on: { click: () => drawer(false) } }));
}

function onTabKey(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = TABS[(TABS.indexOf(here.tab) + step + TABS.length) % TABS.length];
  openTab(next);
  document.querySelector(`#tab-${next}`).focus();
}

function openTab(tab) {
  here.tab = tab;
  for (const name of TABS) {
    const button = document.querySelector(`#tab-${name}`);
    button.setAttribute("aria-selected", String(name === tab));
    button.tabIndex = name === tab ? 0 : -1;
    document.querySelector(`#panel-${name}`).hidden = name !== tab;
  }
  here.conversation.setVisible(tab === "messages");
  if (tab === "home") here.home.load({ open: true });
  document.body.classList.remove("drawer-open");
  remember();
}

function setUnread(id, unread) {
  here.people.setUnread(id, unread);
  if (id === here.session.me.id) showTitle();
}

function showTitle() {
  const { me, app } = here.session;
  const badge = document.querySelector(".tab-badge");
  badge.hidden = !me.unread;
  badge.textContent = me.unread ? String(me.unread) : "";
  badge.setAttribute("aria-label", t("unreadCount", { n: me.unread }));
  document.title = `${me.unread ? `(${me.unread}) ` : ""}${me.real_name || me.name} · ${app.name}`;
}

function onShortcut(event) {
  if (event.key === "Escape" && document.body.classList.contains("drawer-open")) drawer(false);
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  here.people.search.focus();
  here.people.search.select();
}

// Live ------------------------------------------------------------------------------------------------

const LIVE = {
  message: (event) => here.conversation.apply(event),
  message_changed: (event) => here.conversation.apply(event),
  message_deleted: (event) => here.conversation.apply(event),
  ephemeral: (event) => here.conversation.apply(event),
  home: (event) => (event.view ? here.home.show(event.view) : here.home.fetch({})),
  views: (event) => here.modals.show(event.stack),
};

function onEvent(event) {
  if (event.user === here.session.me.id) here.conversation.seq = event.seq;
  if (event.type === "clock") onClock(event);
  else if (event.type === "users") refreshPeople();
  else if (event.type === "unread") onUnread(event);
  else if (event.user === here.session.me.id) LIVE[event.type]?.(event);
}

function onClock({ now }) {
  clock.set(now);
  here.conversation.paint();
}

/** What the person is looking at counts as read at once, so a flash of the badge is left out. */
function onUnread({ user, unread }) {
  const looking = user === here.session.me.id && here.tab === "messages" && !document.hidden;
  if (!looking || unread === 0) setUnread(user, unread);
}

/** Somebody joined, left or changed: the session object stays, since every surface holds it. */
async function refreshPeople() {
  const answer = await call("/workspace");
  if (!answer.ok) return;
  Object.assign(workspace, answer);
  clock.set(answer.now);
  const fresh = makeSession(here.session.me.id);
  if (!fresh.me || fresh.me.deleted) return void enter(wanted());
  Object.assign(here.session, fresh);
  here.people.users = fresh.users;
  here.people.paint();
  showTitle();
}

function onConnection(connected, again) {
  if (!connected) return void toast(t("reconnecting"), "error");
  if (!again) return void here.conversation.load();
  toast(t("reconnected"), "good");
  refreshPeople();
  here.home.load();
  here.conversation.seq = 0;
  return void catchUp();
}

/** Fetches what may have been missed, without touching what is being typed. */
async function catchUp() {
  const { session, conversation, modals } = here;
  const shows = modals.shows;
  conversation.load();
  const answer = await call(`/views?${new URLSearchParams({ as: session.me.id })}`);
  // A live event that came meanwhile is at least as new.
  if (answer.ok && !modals.gone && modals.shows === shows) modals.show(answer.stack);
}

boot();
