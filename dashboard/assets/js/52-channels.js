/* Channels with today's cases beside yesterday's, and how fresh the source behind each is. */
(() => {
  "use strict";

  const Y = window.yiwang;
  const h = Y.h;
  const RANK = { failing: 3, stale: 3, stopped: 2, unknown: 1, fresh: 0 };
  const LIGHT = { fresh: "on_track", stale: "stale", failing: "stale", stopped: "at_risk", unknown: "unknown" };
  const isDown = (condition) => RANK[condition] >= 2;

  const make = () =>
    h("li", {}, h("span", { class: "mark" }), h("span", { class: "name cut" }), h("span", { class: "v" }),
      h("span", { class: "p" }), h("span", { class: "age" }), h("span", { class: "mix" }, h("b")));

  /* The worst source of each channel speaks for it. */
  function worst(sources) {
    const found = {};
    for (const [id, channel, condition, at, warning] of sources) {
      const known = found[channel];
      if (!known || RANK[condition] > RANK[known.condition]) found[channel] = { id, condition, at, warning };
    }
    return found;
  }

  function update(row, { channel, today, before, most, source }) {
    const condition = source?.condition;
    if (row.dataset.condition !== String(condition)) {
      row.dataset.condition = condition;
      row.querySelector(".mark").replaceChildren(condition ? Y.icon(LIGHT[condition]) : "");
    }
    row.className = isDown(condition) ? "stale" : "";
    Y.say(row.querySelector(".name"), Y.name("channels", channel));
    Y.say(row.querySelector(".v"), Y.count(today));
    Y.say(row.querySelector(".p"), Y.count(before ?? 0));
    const age = row.querySelector(".age");
    if (source?.at) age.dataset.ago = source.at;
    else {
      delete age.dataset.ago;
      Y.say(age, source ? Y.t("无数据") : "—");
    }
    row.querySelector(".mix b").style.width = `${most ? (100 * today) / most : 0}%`;
  }

  function draw(sources) {
    const list = document.getElementById("channels");
    if (!list) return lights(sources);
    const behind = worst(sources.sources);
    const rows = Object.keys(Y.words.channels || {}).map((channel) => {
      const [today, , before] = sources.channels[channel] || [0, 0, 0];
      return { channel, today, before, source: behind[channel] };
    });
    rows.sort((a, b) => b.today - a.today || b.before - a.before);
    const most = Math.max(1, ...rows.map((row) => row.today));
    Y.keep(list, rows.map((row) => ({ ...row, most })), (row) => row.channel, make, update);
    Y.ready(list);
    lights(sources);
    Y.tick();
  }

  /* The header repeats only what is wrong. */
  function lights(sources) {
    const element = document.getElementById("wall-lights");
    if (!element) return;
    const down = sources.sources.filter(([, , condition]) => isDown(condition));
    const said = [];
    if (!sources.polling) said.push(h("span", { class: "breached" }, Y.icon("breached"), Y.t("采集已停止")));
    const well = sources.sources.length - down.length;
    if (well && sources.polling) said.push(h("span", { class: "m" }, Y.icon("on_track"), Y.t("{n} 路渠道正常", { n: well })));
    for (const [id, , condition, at] of down.slice(0, 3)) {
      if (condition === "stopped") {
        said.push(h("span", { class: "risk" }, Y.icon("at_risk"), Y.t("{name} 待确认", { name: Y.name("sources", id) })));
        continue;
      }
      const minutes = at ? Math.floor((Y.now() - at) / 60_000) : null;
      const words = minutes === null ? Y.t("{name} 无数据", { name: Y.name("sources", id) }) : Y.t("{name} {n} 分未更新", { name: Y.name("sources", id), n: minutes });
      said.push(h("span", { class: "risk" }, Y.icon("stale"), words));
    }
    const uncounted = Y.parts.kpi?.uncounted;
    if (uncounted) said.push(h("span", { class: "risk" }, Y.icon("stale"), Y.t("导入未完成，{n} 行尚未计入", { n: Y.count(uncounted) })));
    element.replaceChildren(...said);
  }

  Y.on("sources", draw);
  Y.on("kpi", (kpi) => {
    const element = document.getElementById("quarantine");
    if (!element) return;
    const [count, oldest] = kpi.quarantined;
    Y.say(element, Y.t("隔离 {n}", { n: Y.count(count) }) + (oldest ? ` · ${Y.t("最早 {at}", { at: Y.date(oldest) === Y.date(Y.now()) ? Y.clock(oldest) : Y.date(oldest) })}` : ""));
    element.classList.toggle("risk", count > 0);
  });
  setInterval(() => Y.parts.sources && Y.offset !== null && lights(Y.parts.sources), 30_000);
})();
