/* The areas below the shown one by answers given in time. Nobody is ranked by fewer than thirty. */
(() => {
  "use strict";

  const Y = window.yiwang;
  const h = Y.h;
  const FROM = 0.85; // where the scale of the dots begins

  function place(row) {
    const [, met, due] = row;
    return due >= Y.LEAST ? met / due : -1;
  }

  const cell = (className) => h("td", { class: className });

  function make() {
    const line = h("svg:svg", { class: "dot", viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" },
      h("svg:line", { x1: 0, x2: 100, y1: 6, y2: 6 }), h("svg:line", { class: "mid", x1: 66.7, x2: 66.7, y1: 1, y2: 11 }));
    return h("tr", {}, cell("r m rank"), h("td", { class: "name cut" }, h("a", {})), h("td", { class: "plot" }, line, h("i", { class: "at" })),
      cell("r v"), cell("r m n"), cell("r open"), cell("r late"));
  }

  function update(tr, { row, rank }) {
    const [code, met, due, open, late] = row;
    tr.dataset.area = code;
    Y.say(tr.querySelector(".rank"), rank === null ? "" : String(rank));
    const link = tr.querySelector("a");
    Y.say(link, Y.short(code));
    if (Y.view.page === "leader") link.setAttribute("href", `/?area=${code}`);
    const share = due ? met / due : null;
    const at = tr.querySelector(".at");
    at.hidden = due < Y.LEAST;
    if (share !== null) at.style.left = `${Math.max(0, Math.min(100, (100 * (share - FROM)) / (1 - FROM)))}%`;
    const { value } = Y.rate(met, due);
    Y.say(tr.querySelector(".v"), value);
    Y.say(tr.querySelector(".n"), Y.count(due));
    Y.say(tr.querySelector(".open"), open ? Y.count(open) : "–");
    sayLate(tr, late);
  }

  function sayLate(tr, late) {
    const cell = tr.querySelector(".late");
    Y.say(cell, late ? Y.count(late) : "–");
    cell.className = late ? "r late breached" : "r late m";
  }

  /* Equal rates share a rank. */
  function ranked(rows) {
    const ordered = [...rows].sort((a, b) => place(b) - place(a) || b[2] - a[2]);
    let rank = 0;
    return ordered.map((row, index) => {
      if (index === 0 || place(row) !== place(ordered[index - 1])) rank = index + 1;
      return { row, rank: row[2] >= Y.LEAST ? rank : null };
    });
  }

  function draw(ranking) {
    const body = document.querySelector("#ranking tbody");
    if (!body) return;
    Y.keep(body, ranked(ranking.rows), ({ row }) => row[0], make, update);
    Y.ready(body, !ranking.rows.length);
    const total = ranking.rows.reduce((sum, row) => row.map((value, index) => (index ? value + (sum[index] || 0) : "")), []);
    const all = document.querySelector("#ranking tfoot tr");
    if (!all || !total.length) return;
    const kpi = Y.parts.kpi;
    const [met, due] = kpi?.rates.feedback.slice(4) || [total[1], total[2]];
    Y.say(all.querySelector(".v"), Y.rate(met, due).value);
    Y.say(all.querySelector(".n"), Y.count(due));
    Y.say(all.querySelector(".open"), Y.count(kpi?.open[0] ?? total[3]));
    sayLate(all, kpi?.breached[0] ?? total[4]);
    fit(body);
  }

  /* A wall shows whole rows only. */
  function fit(body) {
    const frame = body.closest("#ranking");
    if (frame.dataset.scrolls) return;
    for (const row of body.children) row.hidden = false;
    const room = frame.clientHeight - body.closest("table").tHead.offsetHeight - (body.closest("table").tFoot?.offsetHeight || 0);
    let used = 0;
    for (const row of body.children) {
      used += row.offsetHeight;
      row.hidden = used > room + 1;
    }
  }

  Y.on("ranking", draw);
  Y.on("kpi", () => Y.parts.ranking && draw(Y.parts.ranking));
  addEventListener("resize", () => setTimeout(() => Y.parts.ranking && draw(Y.parts.ranking), 150));
})();
