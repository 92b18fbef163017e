/* Intake by the hour or by the day as bars, with the usual band behind them. Drawn in the tile's own pixels. */
(() => {
  "use strict";

  const Y = window.yiwang;
  const h = (name, attributes, ...children) => Y.h(`svg:${name}`, attributes, ...children);

  /* A round number of steps up to the highest value. */
  function scale(most) {
    const rough = Math.max(most, 4) / 3;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough && n >= 1);
    return { step, top: step * Math.ceil(Math.max(most, 4) / step) };
  }

  /* bars: [{value, label, href, title, partial}], band: [[low, middle, high]], now: where the line stands, in bars. */
  Y.chart = (element, { bars, slots, band, now, nowLabel, ticks }) => {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const { width, height } = element.getBoundingClientRect();
    if (width < 40 || height < 40) return;
    const left = 2.2 * rem, right = 0.4 * rem, top = 1.3 * rem, bottom = 1.5 * rem;
    const most = Math.max(...bars.map((bar) => bar.value), ...band.map((one) => one[2]), 0);
    const { step, top: ceiling } = scale(most);
    const x = (slot) => left + ((width - left - right) * slot) / slots;
    const y = (value) => height - bottom - ((height - top - bottom) * value) / ceiling;
    const parts = [];
    for (let value = 0; value <= ceiling; value += step) {
      parts.push(h("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), class: value ? "rule" : "axis" }));
      parts.push(h("text", { x: left - 0.5 * rem, y: y(value) + 0.3 * rem, "text-anchor": "end" }, Y.count(value)));
    }
    if (band.length) {
      const at = (slot) => x(slot + 0.5);
      const upper = band.map((one, slot) => `${at(slot)},${y(one[2])}`);
      const lower = band.map((one, slot) => `${at(slot)},${y(one[0])}`).reverse();
      parts.push(h("polygon", { points: [...upper, ...lower].join(" "), class: "band" }));
      parts.push(h("polyline", { points: band.map((one, slot) => `${at(slot)},${y(one[1])}`).join(" "), class: "usual" }));
    }
    const wide = Math.max(1, ((x(1) - x(0)) * 0.72));
    bars.forEach((bar, slot) => {
      const rect = h("rect", { x: x(slot + 0.5) - wide / 2, y: y(bar.value), width: wide, height: Math.max(0, y(0) - y(bar.value)), rx: 1, class: bar.partial ? "bar-now" : "bar-full" }, h("title", {}, bar.title || ""));
      parts.push(bar.href ? h("a", { href: bar.href, "aria-label": bar.title }, rect) : rect);
    });
    for (const [slot, label] of ticks) parts.push(h("text", { x: x(slot), y: height - 0.3 * rem, "text-anchor": "middle" }, label));
    if (now !== null) {
      parts.push(h("line", { x1: x(now), x2: x(now), y1: top - 0.2 * rem, y2: y(0), class: "now" }));
      const end = x(now) > width * 0.7;
      parts.push(h("text", { x: x(now) + (end ? -0.4 : 0.4) * rem, y: top - 0.3 * rem, class: "t", "text-anchor": end ? "end" : "start" }, nowLabel));
    }
    element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    element.replaceChildren(...parts);
  };

  const two = (number) => String(number).padStart(2, "0");

  function hourly(element, { start, counts, band }) {
    const hours = Y.offset === null ? 0 : (Y.now() - start) / 3_600_000;
    Y.chart(element, {
      bars: counts.map((value, hour) => ({ value, partial: hour === counts.length - 1, title: Y.t("{from} 时至 {to} 时 {n} 件", { from: hour, to: hour + 1, n: value }) })),
      slots: 24,
      band,
      now: Math.min(hours, 24),
      nowLabel: Y.offset === null ? "" : Y.t("现在 {at}", { at: Y.clock(Y.now()) }),
      ticks: [0, 6, 12, 18, 24].map((hour) => [hour, two(hour)]),
    });
    Y.ready(element, !counts.length && !band.length);
  }

  function daily(element, { days, band, hrefs }) {
    const step = Math.max(1, Math.round(days.length / 5));
    Y.chart(element, {
      bars: days.map(([day, value], index) => ({ value, href: hrefs?.[index], partial: index === days.length - 1, title: Y.t("{day} {n} 件", { day, n: value }) })),
      slots: days.length,
      band,
      now: null,
      nowLabel: "",
      ticks: days.map(([day], index) => [index + 0.5, index === days.length - 1 ? Y.t("今日") : day.slice(5)]).filter((_, index) => (days.length - 1 - index) % step === 0),
    });
    Y.ready(element, !days.length);
  }

  function draw() {
    const frame = document.getElementById("trend");
    if (!frame) return;
    let element = frame.firstChild;
    if (!element) frame.append((element = h("svg", { class: "plot", role: "img" })));
    element.setAttribute("aria-label", Y.tile("trend").querySelector("h2").textContent);
    if (Y.figures?.trend) daily(element, Y.figures.trend);
    else if (Y.parts.trend) hourly(element, Y.parts.trend);
  }
  Y.trend = draw;
  Y.on("trend", draw);
  addEventListener("resize", () => setTimeout(draw, 150));
  setInterval(draw, 60_000);
})();
