/* Shared by all live pages: what is known, how to say it, how to write it into the page without disturbing it. */
(() => {
  "use strict";

  const Y = (window.yiwang = {
    view: null, // what the page shows, as the server says: area, level, measure, language …
    parts: {}, // the newest part of each kind: kpi, queue, points, values, events, orders, sources, trend, ranking
    words: {}, // the dictionary: texts, and names of areas, categories, channels, sources
    listeners: {},
    offset: null, // server time minus performance.now(), ms
  });

  /* Server time in epoch milliseconds; the viewer's own clock is never read. */
  Y.now = () => performance.now() + Y.offset;

  /* Call `listener(data, view)` whenever a part is new, and at once when there is one. */
  Y.on = (part, listener) => {
    (Y.listeners[part] ||= []).push(listener);
    if (Y.parts[part]) listener(Y.shown(part));
  };

  Y.take = (part, data) => {
    Y.parts[part] = data;
    for (const listener of Y.listeners[part] || []) listener(Y.shown(part));
  };

  /* What is to be shown of a part: while one category is looked at, the server's answer for it instead of the live one. */
  Y.shown = (part) => Y.figures?.parts?.[part] ?? Y.parts[part];

  /* Draw everything again, for a new language, area or theme. */
  Y.redraw = () => Object.entries(Y.parts).forEach(([part, data]) => Y.take(part, data));

  // --- words and numbers ---------------------------------------------------------------------------------------

  /* A text in the viewer's language, in the plural where `n` is not one; `context|` before it tells apart what English says differently. */
  const form = (text, n = 1) => (String(n) === "1" ? null : Y.words.texts?.[`${text}|n`]) ?? Y.words.texts?.[text];
  Y.t = (text, values = {}) =>
    (form(text, values.n) ?? text.replace(/^[a-z]+\|/, "")).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  Y.name = (kind, id) => Y.words[kind]?.[id] ?? id ?? "";
  Y.tag = () => (Y.view?.language === "en" ? "en" : "zh-CN");

  /* Formats are kept: to make one takes a hundred times as long as to use it. */
  const formats = new Map();
  const format = (Kind, options) => {
    const key = JSON.stringify([Y.tag(), options]);
    if (!formats.has(key)) formats.set(key, new Kind(Y.tag(), options));
    return formats.get(key);
  };
  Y.count = (number) => (number === null || number === undefined ? "—" : format(Intl.NumberFormat, {}).format(number));

  const zone = { timeZone: "Asia/Shanghai", hourCycle: "h23" };
  const inZone = (options) => (at) => format(Intl.DateTimeFormat, { ...zone, ...options }).format(at);
  Y.clock = inZone({ hour: "2-digit", minute: "2-digit" });
  Y.clockSeconds = inZone({ timeStyle: "medium" });
  Y.moment = inZone({ month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
  Y.date = inZone({ dateStyle: "long" });
  Y.weekday = inZone({ weekday: "long" });

  /* How long ago, in words: relative under an hour, the clock above. */
  Y.ago = (at) => {
    if (!at) return "—";
    const seconds = Math.max(0, Math.round((Y.now() - at) / 1000));
    if (seconds < 60) return Y.t("{n} 秒前", { n: seconds });
    if (seconds < 3600) return Y.t("{n} 分前", { n: Math.floor(seconds / 60) });
    return Y.clock(at);
  };

  /* A rate as per cent, or as its fraction when there are too few. */
  Y.LEAST = 30;
  Y.rate = (met, due) => {
    if (met === null || met === undefined) return { value: "—", unit: "" };
    if (!due) return { value: "—", unit: "" };
    if (due < Y.LEAST) return { value: `${met}/${due}`, unit: "" };
    return { value: ((100 * met) / due).toFixed(1), unit: "%" };
  };

  /* An area's name without what goes without saying: its kind, and the name of the community a grid lies in. */
  Y.short = (code) => {
    const bare = (name) => name.replace(/(街道|社区)$/, "");
    const name = bare(Y.name("areas", code));
    const parent = code.length === 15 ? bare(Y.name("areas", code.slice(0, 12))) : "";
    return parent && name.startsWith(parent) ? name.slice(parent.length) : name;
  };

  /* An area's name as operators call it: a grid with its community. */
  Y.area = (code) => (code.length === 15 ? `${Y.short(code.slice(0, 12))} ${Y.short(code)}` : Y.short(code));

  /* A party's name; one of many of a kind is called by its area. */
  Y.party = (id) => {
    const [kind, area] = id.split(":");
    const name = Y.name("parties", kind);
    if (!area) return name;
    return Y.tag() === "en" ? `${name} ${Y.short(area)}` : `${Y.short(area)}${name}`;
  };

  // --- writing into the page -----------------------------------------------------------------------------------

  Y.say = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };

  /* An element with attributes and children; "svg:path" makes SVG. */
  Y.h = (name, attributes = {}, ...children) => {
    const svg = name.startsWith("svg:");
    const element = svg
      ? document.createElementNS("http://www.w3.org/2000/svg", name.slice(4))
      : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(key, value);
    element.append(...children.filter((child) => child !== null));
    return element;
  };

  /* The shapes of states, for the marks on the map; beside text the style sheet draws the same ones. */
  const SHAPES = {
    on_track: "M8 2.6a5.4 5.4 0 1 0 0 10.8 5.4 5.4 0 0 0 0-10.8z",
    at_risk: "M8 .8 15.2 8 8 15.2.8 8z",
    breached: "M8 1.2 15.6 14.6H.4z",
    very_late: "M8 0 14 7.3H2zM8 7.7 15 16H1z",
    paused: "M3 2h3.6v12H3zM9.4 2H13v12H9.4z",
    checked: "M6.3 13.2 1.2 8.1l1.9-1.9 3.2 3.2 6.6-6.6 1.9 1.9z",
    stale:
      "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM8 3.4c1 0 2 .3 2.7.9L4.3 10.7A4.6 4.6 0 0 1 8 3.4zm0 9.2c-1 0-2-.3-2.7-.9l6.4-6.4A4.6 4.6 0 0 1 8 12.6z",
    unknown: "M2 6.9h12v2.2H2z",
  };
  Y.SHAPES = SHAPES;
  Y.icon = (state) => Y.h("span", { class: `icon ${state}`, "aria-hidden": "true" });

  /* Keep a list's elements by key: known ones are moved and updated in place, new ones made, others removed. */
  Y.keep = (parent, items, key, make, update) => {
    const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
    let before = null;
    for (const item of items) {
      const id = String(key(item));
      let element = known.get(id);
      if (!element) {
        element = make(item);
        element.dataset.key = id;
      }
      known.delete(id);
      update(element, item);
      const place = before ? before.nextSibling : parent.firstChild;
      if (place !== element) parent.insertBefore(element, place);
      before = element;
    }
    for (const element of known.values()) element.remove();
  };

  /* Only whole rows are shown where a list does not scroll: rows that do not fit are hidden. */
  Y.fits = (list, element) => {
    if (list.dataset.scrolls) return true;
    return element.getBoundingClientRect().bottom <= list.getBoundingClientRect().bottom + 1;
  };

  /* A tile's state: loading until its first part, then live, empty or stale. */
  Y.tile = (id) => document.getElementById(id)?.closest("[data-tile]");
  Y.ready = (element, isEmpty = false) => {
    const tile = element?.closest("[data-tile]");
    if (tile) tile.dataset.tile = isEmpty ? "empty" : "live";
  };
})();
