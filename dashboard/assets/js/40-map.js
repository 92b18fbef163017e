/* The map: values and points of the newest frame are swapped into the figure in place; it is never drawn anew for them.
 *
 * Private names of plotly.js and maplibre are touched in `subplot`, `maplibre`, `hold`, `prepare` and `forgetErrorListeners` only.
 */
(() => {
  "use strict";

  const Y = window.yiwang;
  const STATES = ["very_late", "breached", "at_risk", "on_track", "paused", "checked"]; // as numbered in the frames
  const COLOURS = { very_late: "--breach", breached: "--breach", at_risk: "--risk", on_track: "--ok", paused: "--paused", checked: "--met" };
  const SIZES = [13, 15, 19]; // px by severity
  const QUIET = ["on_track", "checked"]; // step back while the heat is on
  const URGENT = ["very_late", "breached", "at_risk"]; // all that the small map shows
  const SCALE = 100_000;

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const graph = (id = "map") => document.querySelector(`#${id} .js-plotly-plot`);
  const subplot = (figure) => figure?._fullLayout?.map?._subplot;
  /* The maplibre map of a figure, once it can be drawn on. Until its load is over plotly still draws the first data over newer. */
  const maplibre = (figure) => {
    const found = subplot(figure)?.map;
    return found?._loaded && found.style?._loaded ? found : null;
  };
  const trace = (figure, role) => figure?.data?.findIndex((one) => one.meta?.role === role) ?? -1;

  const map = (Y.map = { busy: false, again: false, known: null, icons: new WeakMap(), moved: new WeakSet() });

  /* Each restyle leaves one-time error listeners on the map (plotly.js 4.1), and a wall runs for weeks. */
  function forgetErrorListeners(figure) {
    const listeners = maplibre(figure)?._oneTimeListeners;
    if (!listeners) return;
    for (const kind of ["", "style.", "source.", "tile.", "layer."]) delete listeners[`${kind}error`];
  }

  /* A new figure comes in pieces: the camera, each source, each tile. Without a graphics card a frame takes a tenth of a
   * second, whatever is in it, so the last picture stays until plotly has all of the new one. Meanwhile the map goes
   * through its frames without painting, each as soon as something has come. */
  const LONGEST_HOLD = 1500; // ms; a source that never comes must not leave an old picture for new
  function hold(figure) {
    const { map: found } = subplot(figure) || {};
    if (!found || Object.hasOwn(found.painter, "render")) return;
    let next = null;
    const goOn = () => (next ||= setTimeout(() => { next = null; found.redraw(); }, 0));
    const letGo = () => {
      if (!Object.hasOwn(found.painter, "render")) return;
      clearTimeout(next);
      found.off("data", goOn);
      delete found.painter.render;
      found.redraw();
    };
    found.painter.render = () => {};
    found.on("data", goOn);
    figure.once("plotly_react", letGo);
    setTimeout(letGo, LONGEST_HOLD);
  }

  // --- the viewer's hand: a restyle during a drag locks the camera, and the end of a drag arrives as a click -------

  const hand = (map.hand = { x: 0, y: 0, travel: 0, busyUntil: 0 });
  const onHand = (type, react) => addEventListener(type, react, { capture: true, passive: true });
  const letGo = () => (hand.busyUntil = performance.now() + 1000);
  const isOnMap = (event) => event.target.closest?.("#map");
  onHand("pointerdown", (event) => isOnMap(event) && Object.assign(hand, { x: event.x, y: event.y, travel: 0, busyUntil: Infinity }));
  onHand("pointermove", (event) => (hand.travel = Math.max(hand.travel, Math.hypot(event.x - hand.x, event.y - hand.y))));
  for (const type of ["pointerup", "pointercancel"]) onHand(type, letGo);
  onHand("wheel", (event) => isOnMap(event) && letGo());

  // --- marks ---------------------------------------------------------------------------------------------------

  const iconName = (state, severity) => `yw_${state}_${severity}`; // the underscore keeps plotly from asking a CDN for it

  function drawIcon(state, severity, ratio) {
    const size = SIZES[severity];
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.ceil((size + 4) * ratio);
    const pen = canvas.getContext("2d");
    pen.scale(((size + 4) * ratio) / 20, ((size + 4) * ratio) / 20);
    pen.translate(2, 2);
    const shape = new Path2D(Y.SHAPES[state]);
    pen.lineJoin = "round";
    pen.lineWidth = 2.6;
    pen.strokeStyle = token("--halo");
    pen.stroke(shape);
    pen.fillStyle = token(COLOURS[state]);
    pen.fill(shape);
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  }

  /* The marks' pictures, drawn again for another theme. */
  function prepare(figure) {
    const found = maplibre(figure);
    if (!found) return false;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const ratio = 2 * Math.max(1, devicePixelRatio);
    const key = `${Y.view?.theme}|${rem}|${ratio}`;
    if (map.icons.get(found) !== key || !found.hasImage(iconName("on_track", 0))) {
      for (const state of STATES)
        for (const severity of [0, 1, 2]) {
          const name = iconName(state, severity);
          if (found.hasImage(name)) found.removeImage(name);
          found.addImage(name, drawIcon(state, severity, ratio * rem), { pixelRatio: ratio });
        }
      map.icons.set(found, key);
    }
    found._fadeDuration = 0; // a mark is there or it is not; to fade it in costs ten frames
    if (!map.moved.has(found)) {
      map.moved.add(found);
      found.on("move", overlays);
      found.on("resize", overlays);
    }
    return true;
  }

  // --- painting ------------------------------------------------------------------------------------------------

  const classOf = (value, breaks) => (value === null ? -1 : breaks.filter((low) => value >= low).length);

  function valuesOf({ all, some }, length) {
    if (all) return all;
    const values = new Array(length).fill(0);
    for (let index = 0; index < some.length; index += 2) values[some[index]] = some[index + 1];
    return values;
  }

  /* Whether a figure is of the area that the page shows. */
  const isOfView = (figure) => figure?.layout?.meta?.area === Y.view?.area;

  /* What the areas' trace has to become, null when it is up to date. */
  function newValues(figure, index) {
    const part = Y.parts.values;
    const trace = figure.data[index];
    const shown = trace?.meta;
    if (!part || !shown || trace.painted === part) return null;
    if (shown.area !== part.area || shown.level !== part.level || shown.measure !== part.measure) return null;
    const values = valuesOf(part, trace.locations.length);
    const classes = values.map((value) => classOf(value, shown.breaks));
    const quiet = Y.view.heat ? classes.map((one) => Math.min(one, 0)) : classes;
    return { part, shown, classes, z: quiet, customdata: values.map((value) => (value === null ? "—" : value)) };
  }

  function points() {
    const part = Y.parts.points;
    const [west, south] = Y.view.corner;
    let id = 0;
    return part.id.map((step, index) => ({
      id: (id += step),
      lon: west + part.x[index] / SCALE,
      lat: south + part.y[index] / SCALE,
      state: STATES[part.s[index]],
      severity: Number(part.v[index]),
      category: Y.view.categories[part.c[index]],
    }));
  }

  const hover = (point) => `${Y.name("categories", point.category)} ${Y.name("faces", point.state)}`;

  /* The marks to be shown, the worst on top; null when they are up to date. */
  function newPoints(figure, index, id) {
    if (index < 0 || !Y.parts.points || figure.data[index].painted === Y.parts.points) return null;
    const wanted = Y.view.category;
    const is = (category) => !wanted || category === wanted || category.startsWith(`${wanted}/`);
    const isShown = (state) => (id === "map" ? !(Y.view.heat && QUIET.includes(state)) : URGENT.includes(state));
    const all = points().filter((point) => is(point.category) && isShown(point.state));
    return all.sort((a, b) => STATES.indexOf(b.state) - STATES.indexOf(a.state));
  }

  /* What has to be written into a figure, null when it is up to date: the new values, the marks, and the change of each trace. */
  function newsOf(figure, id) {
    const [areas, marks] = [trace(figure, "areas"), trace(figure, "points")];
    const [values, all] = [newValues(figure, areas), newPoints(figure, marks, id)];
    if (!values && !all) return null;
    if (values) figure.data[areas].painted = values.part;
    if (all) figure.data[marks].painted = Y.parts.points;
    const marked = all?.length ? all : [{ lat: null, lon: null, id: null }]; // never none: see layouts/figures/map.py
    const change = [
      values && { z: values.z, customdata: values.customdata },
      all && {
        customdata: marked.map((point) => point.id),
        lat: marked.map((point) => point.lat),
        lon: marked.map((point) => point.lon),
        "marker.symbol": marked.map((point) => iconName(point.state, point.severity)),
        text: marked.map(hover),
      },
    ];
    return { values, all, change, traces: [areas, marks] };
  }

  /* One restyle for both traces. Two at once would overtake each other inside plotly, and the older picture would win. */
  async function paint(figure, id) {
    const news = newsOf(figure, id);
    if (!news) return;
    const change = {};
    for (const [index, one] of news.change.entries()) for (const key in one) (change[key] ||= [undefined, undefined])[index] = one[key];
    await window.Plotly.restyle(figure, change, news.traces);
    forgetErrorListeners(figure);
    if (id === "map") tell(figure, news);
  }

  function tell(figure, { values, all }) {
    Y.ready(figure);
    if (values) legend(values.classes, values.shown);
    if (all) pulse(figure, all);
  }

  /* Write the newest into a figure before it is drawn in place of the last one. It waits a little for what it shows. */
  map.complete = async (figure) => {
    map.untold = null;
    const deadline = performance.now() + 1000;
    while (!maplibre(graph()) || !isOfView(figure) || !Y.parts.points) {
      if (!Y.view?.live || !subplot(graph())?.map || performance.now() > deadline) return; // it is painted later then
      await new Promise((done) => setTimeout(done, 10));
    }
    hold(graph());
    const news = prepare(graph()) && newsOf(figure, "map");
    if (!news) return;
    for (const [index, one] of news.change.entries())
      for (const key in one) {
        const [name, inner] = key.split(".");
        if (inner) figure.data[news.traces[index]][name][inner] = one[key];
        else figure.data[news.traces[index]][name] = one[key];
      }
    map.untold = news;
  };

  /* A figure has been put in place. */
  map.drawn = () => {
    if (map.untold) tell(graph(), map.untold);
    map.untold = null;
    void map.paint();
    void heat();
  };

  /* Safe to call at any time: acts only on what is not yet up to date, never under the viewer's hand, never twice. */
  map.paint = async () => {
    if (!Y.view || performance.now() < hand.busyUntil) return;
    if (map.busy) return void (map.again = true);
    map.busy = true;
    try {
      for (const id of ["map", "map-inset"]) {
        const figure = graph(id);
        if (!isOfView(figure)) continue; // its successor is on the way
        if (prepare(figure)) await paint(figure, id);
        else map.again = true; // the map is still being set up
      }
      overlays();
    } finally {
      map.busy = false;
    }
    if (map.again) {
      map.again = false;
      setTimeout(map.paint, 100);
    }
  };
  let soon = null; // parts that come together are painted together
  for (const part of ["values", "points"]) Y.on(part, () => (soon ||= setTimeout(() => { soon = null; void map.paint(); }, 0)));

  // --- what lies over the map: names, scale, legend, the pulse of new cases -------------------------------------------

  function overlays() {
    const found = maplibre(graph());
    if (!found || !Y.view?.labels) return;
    name(found, document.getElementById("map-labels"), Y.view.labels);
    scale(found);
    const window = found.getBounds();
    const beyond = Y.view.labels.filter((label) => !window.contains([label.x, label.y]));
    const small = maplibre(graph("map-inset"));
    if (small) name(small, document.getElementById("map-inset-labels"), beyond);
  }

  /* Names at their places; where two would overlap the first one stays. */
  function name(found, labels, wanted) {
    if (!labels) return;
    Y.keep(labels, wanted, (label) => `${label.t}${label.x}`, (label) => Y.h("span", { class: label.k }, label.t), (span, label) => Y.say(span, label.t));
    const taken = [];
    for (const [index, span] of [...labels.children].entries()) {
      const label = wanted[index];
      const { x, y } = found.project([label.x, label.y]);
      span.style.transform = `translate(-50%, -50%) translate(${x}px, ${y}px) rotate(${label.a || 0}deg)`;
      const wide = (span.offsetWidth || 40) / 2, high = (span.offsetHeight || 16) / 2;
      const turned = Math.abs(label.a || 0) > 45;
      const box = turned ? [x - high, y - wide, x + high, y + wide] : [x - wide, y - high, x + wide, y + high];
      const outside = box[2] < 0 || box[3] < 0 || box[0] > labels.offsetWidth || box[1] > labels.offsetHeight;
      const covered = taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
      span.style.visibility = outside || covered ? "hidden" : "visible";
      if (!outside && !covered) taken.push(box);
    }
  }

  function scale(found) {
    const element = document.getElementById("map-scale");
    if (!element) return;
    const metresPerPixel = (40_075_016.686 * Math.cos((found.getCenter().lat * Math.PI) / 180)) / (512 * 2 ** found.getZoom());
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const wished = metresPerPixel * 6 * rem;
    const power = 10 ** Math.floor(Math.log10(wished));
    const metres = [5, 2, 1].map((n) => n * power).find((n) => n <= wished) ?? power;
    element.style.width = `${metres / metresPerPixel}px`;
    Y.say(element, metres >= 1000 ? `${metres / 1000} km` : `${metres} m`);
  }

  /* Named classes with their bounds and how many areas are in each; areas that cannot be rated are a class of their own. */
  function legend(classes, { breaks, measure }) {
    const list = document.getElementById("map-legend");
    if (!list || Y.view.heat) return;
    const rated = classes.filter((one) => one >= 0).length;
    const title = list.parentElement.querySelector(".n");
    if (title) Y.say(title, Y.t("n = {n} 个，共 {all} 个", { n: Y.count(rated), all: Y.count(classes.length) }));
    const names = ["偏低", "较低", "中等", "较高", "偏高"];
    const range = (index) =>
      index === 0 ? (breaks[0] <= 1 ? "0" : `< ${breaks[0]}`)
        : index === 4 ? `≥ ${breaks[3]}`
          : breaks[index] - 1 === breaks[index - 1] ? `${breaks[index - 1]}` : `${breaks[index - 1]}–${breaks[index] - 1}`;
    const rows = [4, 3, 2, 1, 0].map((index) => ({ index, name: Y.t(names[index]), range: range(index) }));
    if (classes.includes(-1) || measure === "per10k") rows.push({ index: -1, name: Y.t("无住户"), range: Y.t("不计率") });
    Y.keep(list, rows, (row) => row.index,
      (row) => Y.h("li", {}, Y.h("i", { class: `swatch k${row.index + 1}` }), Y.h("span"), Y.h("span", { class: "r" }), Y.h("span", { class: "r m" })),
      (item, row) => {
        const [, name, bounds, n] = item.children;
        Y.say(name, row.name);
        Y.say(bounds, row.range);
        Y.say(n, Y.count(classes.filter((one) => one === row.index).length));
      });
  }

  /* A case that was not there before is ringed once. */
  function pulse(figure, all) {
    const ids = new Set(all.map((point) => point.id));
    const fresh = map.known && map.known.area === Y.view.area ? all.filter((point) => point.id > map.known.last) : [];
    map.known = { area: Y.view.area, last: Math.max(0, ...ids) };
    const found = maplibre(figure);
    for (const point of fresh.slice(0, 8)) {
      const { x, y } = found.project([point.lon, point.lat]);
      const ring = Y.h("span", { class: "ring", "aria-hidden": "true" });
      ring.style.transform = `translate(${x}px, ${y}px)`;
      figure.closest(".map-frame")?.append(ring);
      setTimeout(() => ring.remove(), 2600);
    }
  }

  // --- heat ----------------------------------------------------------------------------------------------------

  async function heat() {
    const figure = graph();
    const index = trace(figure, "heat");
    if (!Y.view?.heat || index < 0) return;
    try {
      const answer = await fetch(`/live/cells?area=${Y.view.area}&span=${Y.view.heat}`, { cache: "no-store" });
      if (!answer.ok) return;
      const { cells, classes, breaks, total, pointed } = await answer.json();
      while (map.busy) await new Promise((done) => setTimeout(done, 50));
      map.busy = true;
      await window.Plotly.restyle(figure, { locations: [cells], z: [classes] }, [index]);
      map.busy = false;
      forgetErrorListeners(figure);
      heatLegend(classes, breaks, total, pointed);
    } catch {
      map.busy = false; // asked again in a minute; the status line tells of lost connections
    }
  }
  map.heat = heat;
  setInterval(heat, 60_000);

  function heatLegend(classes, breaks, total, pointed) {
    const list = document.getElementById("map-legend");
    if (!list) return;
    Y.say(list.parentElement.querySelector(".n"), Y.t("{n} 件中 {k} 件有坐标", { n: Y.count(total), k: Y.count(pointed) }));
    const names = ["低", "中", "高", "很高"];
    const rows = [3, 2, 1, 0].map((index) => ({ index, name: Y.t(names[index]), range: index === 3 ? `≥ ${breaks[3]}` : `${breaks[index]}–${breaks[index + 1] - 1}` }));
    Y.keep(list, rows, (row) => `h${row.index}`,
      (row) => Y.h("li", {}, Y.h("i", { class: `swatch h${row.index + 1}` }), Y.h("span"), Y.h("span", { class: "r" }), Y.h("span", { class: "r m" })),
      (item, row) => {
        const [, name, bounds, n] = item.children;
        Y.say(name, row.name);
        Y.say(bounds, row.range);
        Y.say(n, Y.count(classes.filter((one) => one === row.index).length));
      });
  }
})();
