/* The cases to be looked at first: overdue ones grouped on top, then by time left. Rows change in place. */
(() => {
  "use strict";

  const Y = window.yiwang;
  const h = Y.h;
  const LATE = ["very_late", "breached"];
  const group = (state) => (LATE.includes(state) ? "breached" : state);

  function make([id, number]) {
    const place = h("span", { class: "place" });
    const row = h("li", { class: "item" },
      h("span", { class: "mark" }),
      h("a", { class: "what cut", href: `/cases/${number}` }, h("b"), " ", place),
      h("span", { class: "left" }),
      h("span", { class: "sub cut" }),
      h("span", { class: "why" }, h("span", { class: "stage" }), h("span", { class: "times" })),
      h("span", { class: "bar" }, h("span")),
    );
    row.dataset.case = id;
    return row;
  }

  function update(row, [, number, category, place, stage, state, clock, start, due, paused, reports]) {
    const shown = group(state);
    if (row.dataset.state !== state) {
      row.dataset.state = state;
      row.querySelector(".mark").replaceChildren(Y.icon(state));
    }
    row.className = `item ${shown}`;
    Y.say(row.querySelector(".what b"), Y.name("categories", category));
    Y.say(row.querySelector(".place"), place);
    const more = reports ? ` · ${Y.t("{n} 条诉求", { n: reports })}` : "";
    Y.say(row.querySelector(".sub"), number + more);
    const names = [Y.name("stages", stage), clock && Y.name("clocks", clock), paused && Y.t("暂停中")];
    Y.say(row.querySelector(".stage"), names.filter(Boolean).join(" · "));
    const left = row.querySelector(".left");
    if (due) {
      left.dataset.due = due;
      row.dataset.start = start;
    } else {
      delete left.dataset.due;
      delete row.dataset.start;
      Y.say(left, "");
      Y.say(row.querySelector(".times"), "");
      row.querySelector(".bar").classList.remove("over");
      row.querySelector(".bar").firstChild.style.width = "0";
    }
  }

  const isGroup = (item) => item.length === 3;
  const title = (state) => Y.name("faces", state);

  const makeAny = (item) => (isGroup(item) ? h("li", { class: "group" }, Y.icon(item[1]), h("b"), h("span", { class: "end" })) : make(item));

  function updateAny(element, item) {
    if (!isGroup(item)) return update(element, item);
    element.className = `group ${item[1]}`;
    Y.say(element.querySelector("b"), `${title(item[1])} ${Y.count(item[2].total)}`);
    element.dataset.total = item[2].total;
  }

  /* Only whole rows are shown: what does not fit is hidden, and each group says how many more there are. */
  function fit(list) {
    let head = null;
    let shown = 0;
    const finish = () => {
      if (!head) return;
      const rest = Number(head.dataset.total) - shown;
      Y.say(head.querySelector(".end"), rest > 0 ? Y.t("另有 {n} 件", { n: Y.count(rest) }) : "");
    };
    for (const element of list.children) element.hidden = false;
    const fitting = new Set([...list.children].filter((element) => Y.fits(list, element)));
    for (const element of list.children) {
      const fits = fitting.has(element);
      element.hidden = !fits;
      if (element.classList.contains("group")) {
        finish();
        head = element;
        shown = 0;
      } else if (fits) shown += 1;
    }
    finish();
  }

  /* On a wall late cases must not push everything else out: each group keeps room for some rows. */
  function spread(rows, kpi) {
    const groups = new Map();
    for (const row of rows) {
      const state = group(row[5]);
      if (!groups.has(state)) groups.set(state, []);
      groups.get(state).push(row);
    }
    const totals = kpi ? { ...kpi.faces, breached: kpi.faces.breached + kpi.faces.very_late } : {};
    const list = document.getElementById("queue");
    const room = list.dataset.scrolls ? Infinity : Math.max(8, Math.floor(list.clientHeight / rowHeight(list)) - groups.size);
    const first = groups.keys().next().value;
    return [...groups].flatMap(([state, found]) => {
      const most = groups.size > 1 && state === first ? Math.ceil(room / 2) : room;
      return [["group:" + state, state, { total: totals[state] ?? found.length }], ...found.slice(0, most)];
    });
  }

  const rowHeight = (list) => list.querySelector(".item:not([hidden])")?.offsetHeight || 3.4 * parseFloat(getComputedStyle(document.documentElement).fontSize);

  function draw() {
    const list = document.getElementById("queue");
    const queue = Y.shown("queue");
    if (!list || !queue) return;
    Y.keep(list, spread(queue.rows, Y.shown("kpi")), (item) => item[0], makeAny, updateAny);
    Y.ready(list, queue.total === 0);
    fit(list);
    Y.tick();
  }
  Y.on("queue", draw);
  Y.on("kpi", draw);
  addEventListener("resize", () => setTimeout(draw, 150));
})();
