// The page's own texts in both languages, and dates in the acting person's time zone.

const TEXTS = {
  en: {
    gap: " ",
    skip: "Skip to the conversation",
    actingAs: "Acting as",
    findPerson: "Find a person",
    people: "People",
    noPerson: "Nobody found",
    morePeople: "{n} more. Type a name to find them.",
    openPeople: "Switch person",
    closePeople: "Close the list of people",
    unreadCount: "{n} unread",
    home: "Home",
    messages: "Messages",
    app: "App",
    appTabs: "App",
    you: "you",
    homeEmptyTitle: "Nothing here yet",
    homeEmptyText: "The app has not published a Home tab for this person yet.",
    dmEmptyTitle: "This is the very beginning of your messages with {app}.",
    dmEmptyText: "Only the two of you are in this conversation. Type / to see what the app can do.",
    composerPlaceholder: "Message {app}, or type / for commands",
    composerLabel: "Message to {app}",
    send: "Send",
    commands: "Commands",
    newLine: "New",
    edited: "(edited)",
    onlyYou: "Only visible to you",
    dismiss: "Dismiss",
    today: "Today",
    yesterday: "Yesterday",
    tomorrow: "Tomorrow",
    deletedFile: "This file is gone",
    download: "Download {name}",
    close: "Close",
    cancel: "Cancel",
    back: "Back",
    submit: "Submit",
    working: "Working…",
    optional: " (optional)",
    choose: "Choose an option",
    chooseMany: "Choose options",
    clear: "Clear",
    remove: "Remove {name}",
    noOptions: "No matches",
    loading: "Loading…",
    typeMore: "Type at least {n} characters",
    moreActions: "More actions",
    charsLeft: "{n} characters left",
    upload: "Upload a file",
    uploadMany: "Upload files",
    dropHere: "or drop it here",
    uploading: "Uploading {name}…",
    showTable: "Show as table",
    showChart: "Show as chart",
    category: "Category",
    value: "Value",
    share: "Share",
    chartAlt: "{kind} chart: {title}. {data}",
    bar: "Bar",
    line: "Line",
    area: "Area",
    pie: "Pie",
    unsupported: "A “{type}” block cannot be shown here.",
    clock: "Sandbox time",
    advance: "Move the clock: {step}",
    "1h": "+1 hour",
    "1d": "+1 day",
    "3d": "+3 days",
    clockMoved: "It is now {now}.",
    themeLight: "Use light colours",
    themeDark: "Use dark colours",
    reconnecting: "Connection to the sandbox lost. Trying again…",
    reconnected: "Connected again.",
    confirmTitle: "Are you sure?",
    newMessage: "New message from {app}",
    commandFailed: "{command} did not work.",
    errors: {
      timeout: "The app did not answer within 3 seconds. What you did may still have reached it.",
      not_connected: "The app is not connected to the sandbox. Is it running?",
      element_not_found: "This control is out of date. The message or page has changed since.",
      view_not_found: "This dialog is no longer open.",
      unknown_command: "The app has no such command.",
      too_large: "The file is too large.",
      offline: "The sandbox does not answer. Is it still running?",
      other: "That did not work ({code}).",
    },
  },
  zh: {
    gap: "",
    skip: "跳到对话",
    actingAs: "当前身份",
    findPerson: "查找成员",
    people: "成员",
    noPerson: "没有找到",
    morePeople: "还有 {n} 人，输入姓名即可查找。",
    openPeople: "切换成员",
    closePeople: "关闭成员列表",
    unreadCount: "{n} 条未读",
    home: "主页",
    messages: "消息",
    app: "应用",
    appTabs: "应用",
    you: "你",
    homeEmptyTitle: "这里还没有内容",
    homeEmptyText: "应用还没有为这位成员发布主页。",
    dmEmptyTitle: "你与 {app} 的对话从这里开始。",
    dmEmptyText: "这里只有你们两个。输入 / 看看应用能做什么。",
    composerPlaceholder: "给 {app} 发消息，或输入 / 使用命令",
    composerLabel: "给 {app} 的消息",
    send: "发送",
    commands: "命令",
    newLine: "新消息",
    edited: "（已编辑）",
    onlyYou: "仅你可见",
    dismiss: "隐藏",
    today: "今天",
    yesterday: "昨天",
    tomorrow: "明天",
    deletedFile: "文件已不存在",
    download: "下载 {name}",
    close: "关闭",
    cancel: "取消",
    back: "返回",
    submit: "提交",
    working: "处理中…",
    optional: "（选填）",
    choose: "请选择",
    chooseMany: "请选择（可多选）",
    clear: "清除",
    remove: "移除 {name}",
    noOptions: "没有匹配项",
    loading: "正在加载…",
    typeMore: "请至少输入 {n} 个字符",
    moreActions: "更多操作",
    charsLeft: "还可输入 {n} 个字符",
    upload: "上传文件",
    uploadMany: "上传文件",
    dropHere: "或拖放到此处",
    uploading: "正在上传 {name}…",
    showTable: "以表格显示",
    showChart: "以图表显示",
    category: "类别",
    value: "数值",
    share: "占比",
    chartAlt: "{kind}：{title}。{data}",
    bar: "柱状图",
    line: "折线图",
    area: "面积图",
    pie: "饼图",
    unsupported: "此处无法显示“{type}”类型的内容。",
    clock: "沙盒时间",
    advance: "调整时间：{step}",
    "1h": "+1 小时",
    "1d": "+1 天",
    "3d": "+3 天",
    clockMoved: "现在是 {now}。",
    themeLight: "使用浅色外观",
    themeDark: "使用深色外观",
    reconnecting: "与沙盒的连接已断开，正在重试…",
    reconnected: "已重新连接。",
    confirmTitle: "确定吗？",
    newMessage: "{app} 发来新消息",
    commandFailed: "{command} 没有成功。",
    errors: {
      timeout: "应用没有在 3 秒内响应，但可能已经收到你的操作。",
      not_connected: "应用没有连接到沙盒，请确认应用正在运行。",
      element_not_found: "这个按钮或选项已失效，因为消息或页面已经更新。",
      view_not_found: "这个对话框已经关闭。",
      unknown_command: "应用没有这个命令。",
      too_large: "文件太大。",
      offline: "沙盒没有响应，请确认沙盒仍在运行。",
      other: "操作没有成功（{code}）。",
    },
  },
};

const current = { language: "en", locale: "en-US", tz: undefined };

/** Sets language, formats and time zone for everything that follows, from a Slack user. */
export function speakTo(user) {
  current.language = (user?.locale || "").toLowerCase().startsWith("zh") ? "zh" : "en";
  current.locale = current.language === "zh" ? "zh-CN" : user?.locale || "en-US";
  current.tz = validZone(user?.tz);
  document.documentElement.lang = current.locale;
}

function validZone(tz) {
  try {
    new Intl.DateTimeFormat("en", { timeZone: tz });
    return tz || undefined;
  } catch {
    return undefined;
  }
}

/** One text in the current language; `{name}` parts come from `vars`. */
export function t(key, vars = {}) {
  return expand(TEXTS[current.language][key] ?? key, vars);
}

function expand(text, vars) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in vars ? String(vars[name]) : whole));
}

const ALIASES = [
  [/timeout|no_ack|did_not_respond/, "timeout"],
  [/not_connected|no_connection|app_offline|unreachable|dispatch_failed|no_app/, "not_connected"],
  [/unknown_command|invalid_command|command_not_found|no_such_command/, "unknown_command"],
  [/element_not_found|message_not_found|block_not_found|stale/, "element_not_found"],
  [/view_not_found|not_found_view|no_view/, "view_not_found"],
  [/too_large|entity/, "too_large"],
  [/^offline$/, "offline"],
];

/** What to tell a person about an error code of the server. */
export function errorText(code) {
  const texts = TEXTS[current.language].errors;
  const hit = ALIASES.find(([pattern]) => pattern.test(String(code)));
  return hit ? texts[hit[1]] : expand(texts.other, { code });
}

function format(date, options) {
  return new Intl.DateTimeFormat(current.locale, { timeZone: current.tz, ...options }).format(date);
}

/** 9:41 AM, or 09:41 in Chinese. */
export const clockTime = (date, withSeconds = false) =>
  format(date, {
    hour: "numeric",
    minute: "2-digit",
    second: withSeconds ? "2-digit" : undefined,
    hourCycle: current.language === "zh" ? "h23" : undefined,
  });

/** The day in the person's zone as a sortable key, for instance 2026-04-01. */
export const dayKey = (date) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: current.tz, year: "numeric", month: "2-digit", day: "2-digit" }).format(date);

/** Full date and time, for tooltips and the clock. */
export const fullTime = (date) =>
  `${format(date, { weekday: "short", year: "numeric", month: "short", day: "numeric" })} ${clockTime(date)}`;

/** "Today", "Yesterday" or the date, seen from `now`. */
export function dayLabel(date, now) {
  return relativeDay(date, now) ?? format(date, { weekday: "long", month: "long", day: "numeric", ...otherYear(date, now) });
}

const otherYear = (date, now) => (dayKey(date).slice(0, 4) === dayKey(now).slice(0, 4) ? {} : { year: "numeric" });

function relativeDay(date, now) {
  const days = { yesterday: -1, today: 0, tomorrow: 1 };
  const name = Object.keys(days).find((key) => dayKey(date) === dayKey(new Date(now.getTime() + days[key] * 86400e3)));
  return name ? t(name) : null;
}

const TOKENS = {
  date_num: (d) => dayKey(d),
  date_slash: (d) => dayKey(d).replaceAll("-", "/"),
  date: (d) => format(d, { year: "numeric", month: "long", day: "numeric" }),
  date_long: (d) => format(d, { weekday: "long", year: "numeric", month: "long", day: "numeric" }),
  date_short: (d) => format(d, { year: "numeric", month: "short", day: "numeric" }),
  time: (d) => clockTime(d),
  time_secs: (d) => clockTime(d, true),
  ago: (d, now) => ago((d - now) / 1000),
};

function ago(seconds) {
  const steps = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(current.locale, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

/** Slack's `<!date^…>` template, for instance "{date_short_pretty} at {time}". */
export function dateTemplate(template, date, now) {
  return template.replace(/\{(\w+)\}/g, (whole, token) => {
    const plain = TOKENS[token.replace(/_pretty$/, "")];
    if (!plain) return whole;
    return (token.endsWith("_pretty") && relativeDay(date, now)?.toLowerCase()) || plain(date, now);
  });
}

/** A number with the separators of the person's locale and at most `digits` decimals. */
export const number = (value, digits = 2) =>
  new Intl.NumberFormat(current.locale, { maximumFractionDigits: digits }).format(value);

/** Bytes for people: 12 kB. */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${number(bytes / 1000, 0)} kB` : `${number(bytes / 1e6, 1)} MB`;
}

export const language = () => current.language;
