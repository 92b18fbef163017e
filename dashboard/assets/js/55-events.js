/* What happened last, one line each; a new line slides in once. */
(() => {
  "use strict";

  const Y = window.yiwang;
  const h = Y.h;
  const LATE = /^breach_/;

  const make = () => h("li", {}, h("time"), h("span", { class: "kind" }), h("span", { class: "what cut" }));

  function where(code) {
    const name = Y.name("areas", code.slice(0, Y.view.area.length < 9 ? 9 : 12));
    return name === code ? Y.name("areas", code.slice(0, 6)) : name.replace(/(街道|社区)$/, "");
  }

  function update(line, [, at, kind, area, category, , detail]) {
    const late = LATE.test(kind);
    Y.say(line.querySelector("time"), Y.clock(at));
    Y.say(line.querySelector(".kind"), late ? Y.name("faces", "breached") : Y.name("events", kind));
    line.querySelector(".kind").className = `kind ${late ? "breached" : "m"}`;
    const more = late
      ? Y.t("，{clock}超时", { clock: Y.name("clocks", kind.replace(LATE, "")) })
      : detail !== null ? Y.t("，用时 {n} 分", { n: Math.round(detail / 60) }) : "";
    Y.say(line.querySelector(".what"), `${where(area)} · ${Y.name("categories", category)}${more}`);
  }

  function draw({ rows }) {
    const list = document.getElementById("events");
    if (!list) return;
    Y.keep(list, rows, (row) => row[0], make, update);
    Y.ready(list, !rows.length);
    for (const line of list.children) line.hidden = false;
    const cut = [...list.children].filter((line) => !Y.fits(list, line));
    for (const line of cut) line.hidden = true;
  }
  Y.on("events", draw);
  addEventListener("resize", () => setTimeout(() => Y.parts.events && draw(Y.parts.events), 150));
})();
