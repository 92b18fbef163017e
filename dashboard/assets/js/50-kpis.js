/* The strip of numbers, each with what it is compared with, and how many cases the map can show. */
(() => {
  "use strict";

  const Y = window.yiwang;
  const MINUS = "−";
  const signed = (number) => (number > 0 ? `+${Y.count(number)}` : number < 0 ? MINUS + Y.count(-number) : "0");

  /* ↑ 4, ↓ 3, 持平; in per cent where the base is large enough for that to say anything. */
  function change(now, before, asPercent) {
    if (before === null || before === undefined) return "";
    if (now === before) return Y.t("持平");
    const arrow = now > before ? "↑" : "↓";
    if (!asPercent || before < Y.LEAST) return `${arrow} ${Y.count(Math.abs(now - before))}`;
    return `${arrow} ${((100 * Math.abs(now - before)) / before).toFixed(1)}%`;
  }

  function write(name, { value, unit = "", before = "", change: moved = "" }) {
    const tile = document.querySelector(`[data-kpi="${name}"]`);
    if (!tile) return;
    const number = tile.querySelector(".v");
    if (number.textContent !== value) {
      number.textContent = value;
      number.classList.remove("fresh");
      void number.offsetWidth; // begin the fade anew
      number.classList.add("fresh");
    }
    tile.classList.toggle("zero", value === "0");
    Y.say(tile.querySelector(".unit"), unit);
    Y.say(tile.querySelector(".before"), before);
    Y.say(tile.querySelector(".change"), moved);
    Y.ready(tile);
  }

  const count = (name, [now, before], words, asPercent = false) =>
    write(name, {
      value: Y.count(now),
      unit: Y.t("件"),
      before: before === null ? "" : Y.t(words, { n: Y.count(before) }),
      change: change(now, before, asPercent),
    });

  /* A rate of today; with few clocks the last seven days stand beside it, else yesterday at this time. */
  function rate(name, [met, due, metBefore, dueBefore, metWeek, dueWeek]) {
    const shown = Y.rate(met, due);
    const few = due !== null && due < Y.LEAST;
    const beside = few ? Y.rate(metWeek, dueWeek) : Y.rate(metBefore, dueBefore);
    const words = few ? "近 7 天 {r}" : "昨日同期 {r}";
    const n = few ? dueWeek : due;
    write(name, {
      ...shown,
      before: n === null ? "" : Y.t(words, { r: beside.value + beside.unit }),
      change: n === null ? "" : `n = ${Y.count(n)}`,
    });
  }

  function year(month) {
    if (!month) return write("year", { value: "—" });
    const [now, before] = month;
    const value = before >= Y.LEAST ? signed(Math.round((1000 * (now - before)) / before) / 10) : "—";
    write("year", {
      value,
      unit: value === "—" ? "" : "%",
      before: Y.t("今年 {n}", { n: Y.count(now) }),
      change: Y.t("去年 {n}", { n: Y.count(before) }),
    });
  }

  /* 图上 243 + 只到本级 3 + 未定位 4 = 在办 250: nothing is lost between the map and the total. */
  function located(kpi) {
    const element = document.getElementById("map-count");
    if (!element) return;
    const total = kpi.open[0];
    const parts = [
      ["pointed", "图上 {n}", kpi.pointed],
      ["no_point", "无坐标 {n}", total - kpi.pointed - kpi.unlocated],
      ["unlocated", "未定位 {n}", kpi.unlocated],
      ["open", "在办 {n}", total],
      ["only_here", "只定位到本级 {n}", kpi.only_here],
      ["adjusted", "划分已调整 {n}", kpi.adjusted],
    ].filter(([name, , n]) => n || name === "pointed" || name === "open");
    const sign = { no_point: " + ", unlocated: " + ", open: " = ", only_here: Y.t("，其中"), adjusted: Y.t("，") };
    const make = ([name]) => Y.h("span", {}, sign[name] || "", Y.view.links?.[name] ? Y.h("a", { href: Y.view.links[name] }) : Y.h("span"));
    Y.keep(element, parts, ([name]) => `${name}${Y.view.links?.[name]}`, make, (span, [, words, n]) => Y.say(span.lastChild, Y.t(words, { n: Y.count(n) })));
  }

  function faces(kpi) {
    const late = kpi.faces.breached + kpi.faces.very_late;
    const counts = { ...kpi.faces, breached: late };
    for (const element of document.querySelectorAll("[data-face]")) {
      Y.say(element.querySelector("b"), Y.count(counts[element.dataset.face] ?? 0));
    }
    for (const element of document.querySelectorAll("[data-share]")) {
      element.style.flexGrow = counts[element.dataset.share] ?? 0;
    }
  }

  Y.kpis = (kpi) => {
    count("received", kpi.received, "昨日同期 {n}", true);
    count("open", kpi.open, "昨日此时 {n}");
    count("at_risk", kpi.at_risk, "昨日此时 {n}");
    count("breached", kpi.breached, "昨日此时 {n}");
    count("closed", kpi.closed, "昨日同期 {n}");
    for (const name of ["respond", "arrive", "feedback"]) rate(name, kpi.rates[name]);
    year(kpi.month);
    located(kpi);
    faces(kpi);
    const note = document.querySelector('[data-kpi="received"] .note');
    if (note) {
      note.hidden = !kpi.down;
      Y.say(note.lastChild, kpi.down ? Y.t("缺 {n} 路", { n: kpi.down }) : "");
    }
  };

  /* A period other than today replaces the numbers of a span; what is open is always now. */
  const strip = (kpi) => {
    Y.kpis(kpi);
    if (Y.figures && Y.figures.period !== "today") Y.period(Y.figures);
  };
  Y.on("kpi", strip);

  Y.period = ({ received, closed, rates, words }) => {
    const spans = { count: Y.t(words.before) };
    const span = (name, [now, before]) =>
      write(name, {
        value: Y.count(now),
        unit: Y.t("件"),
        before: before === null ? "" : `${spans.count} ${Y.count(before)}`,
        change: change(now, before, true),
      });
    span("received", received);
    span("closed", closed);
    for (const [name, [met, due, metBefore, dueBefore]] of Object.entries(rates)) {
      const beside = Y.rate(metBefore, dueBefore);
      write(name, { ...Y.rate(met, due), before: `${spans.count} ${beside.value}${beside.unit}`, change: `n = ${Y.count(due)}` });
    }
  };
})();
