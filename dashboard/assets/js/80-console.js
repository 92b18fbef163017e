/* The operators' queue. Rows change in place and stay where they are: what is new waits behind a button, what has left the
 * view is greyed, until the operator sorts anew or is not looking at any row. */
(() => {
  "use strict";

  const Y = window.yiwang;
  const h = Y.h;
  const EVERY = 2000; // ms
  const FIELDS = ["id", "number", "version", "category", "severity", "place", "stage", "state", "clock", "start", "due", "paused", "area", "assignee",
    "lead", "leadState", "taskDue", "reports", "mass", "doubles", "instructions", "returned", "summary"];
  const BESIDE = ["tell", "visit"];
  const LATE = ["very_late", "breached"];
  let state = null; // of the page that is shown: rows by id, their order, what is chosen

  const page = () => document.getElementById("console");
  const element = (name) => document.getElementById(`console-${name}`);
  const handles = () => page()?.dataset.handles === "yes";
  const named = (row) => Object.fromEntries(FIELDS.map((name, at) => [name, row[at]]));

  // --- a row ---------------------------------------------------------------------------------------------------

  function make(row) {
    const pick = h("input", { type: "checkbox", tabindex: -1, "aria-label": row.number });
    pick.addEventListener("click", (event) => {
      event.stopPropagation();
      choose(row.id, pick.checked);
    });
    const element = h("li", { class: "row" },
      h("span", { class: "pick" }, handles() ? pick : null),
      h("span", { class: "time" }, h("span", { class: "mark" }), h("span", { class: "left" }), h("span", { class: "sub" }, h("span", { class: "clock-name" }), h("span", { class: "times" })), h("span", { class: "bar" }, h("span"))),
      h("a", { class: "what", href: `/cases/${row.number}`, tabindex: -1 }, h("span", { class: "title cut" }, h("b"), " ", h("span", { class: "place" })), h("span", { class: "sub cut" })),
      h("span", { class: "stage" }, h("span", { class: "cut" }), h("span", { class: "sub cut" })),
      h("span", { class: "task" }, h("span", { class: "cut" }), h("span", { class: "sub cut" })),
      h("span", { class: "tags" }),
    );
    element.addEventListener("click", () => focus(row.id, false));
    return element;
  }

  const tags = (row) => [
    row.severity !== "normal" && h("span", { class: `tag ${row.severity}` }, Y.name("severities", row.severity)),
    row.instructions > 0 && h("span", { class: "tag order" }, Y.t("督办")),
    row.doubles > 0 && h("span", { class: "tag" }, Y.t("疑似重复 {n}", { n: row.doubles })),
    row.reports > 1 && h("span", { class: "tag" }, Y.t("{n} 条诉求", { n: row.reports })),
    row.returned && h("span", { class: "tag" }, Y.t("退单")),
  ].filter(Boolean);

  function update(element, row) {
    const group = LATE.includes(row.state) ? "breached" : row.state;
    element.className = `row ${group}${row.gone ? " gone" : ""}${row.id === state.current ? " current" : ""}`;
    element.setAttribute("aria-current", row.id === state.current ? "true" : "false");
    const pick = element.querySelector(".pick input");
    if (pick) pick.checked = state.chosen.has(row.id);
    if (element.dataset.state !== row.state) {
      element.dataset.state = row.state;
      element.querySelector(".mark").replaceChildren(Y.icon(row.state));
    }
    const [what, why] = element.querySelectorAll(".what .title b, .what .sub");
    Y.say(what, Y.name("categories", row.category));
    Y.say(element.querySelector(".place"), row.place);
    Y.say(why, `${row.number} · ${row.summary}`);
    const [stage, level] = element.querySelectorAll(".stage > span");
    Y.say(stage, row.gone ? Y.t("已离开此视图") : Y.name("stages", row.stage) + (row.paused ? Y.t("，暂停中") : ""));
    Y.say(level, [Y.area(row.area), row.assignee].filter(Boolean).join(" · "));
    const [lead, task] = element.querySelectorAll(".task > span");
    Y.say(lead, row.lead ? Y.party(row.lead) : "—");
    const until = row.taskDue ? Y.t("{at} 前", { at: Y.clock(row.taskDue) }) : "";
    Y.say(task, row.lead ? [Y.name("task_states", row.leadState), until].filter(Boolean).join(" · ") : "");
    task.classList.toggle("breached", Boolean(row.taskDue && row.taskDue < Y.now()));
    const marks = JSON.stringify([row.severity, row.instructions, row.doubles, row.reports, row.returned]);
    if (element.dataset.marks !== marks) {
      element.dataset.marks = marks;
      element.querySelector(".tags").replaceChildren(...tags(row));
    }
    count(element, row);
  }

  function count(element, row) {
    const left = element.querySelector(".left");
    Y.say(element.querySelector(".clock-name"), row.clock ? Y.name("clocks", row.clock) : Y.name("faces", row.state));
    if (row.due && !row.gone) {
      left.dataset.due = row.due;
      element.dataset.start = row.start;
      return;
    }
    delete left.dataset.due;
    delete element.dataset.start;
    Y.say(left, "");
    Y.say(element.querySelector(".times"), "");
    element.querySelector(".bar span").style.width = "0";
  }

  // --- the list ------------------------------------------------------------------------------------------------

  const isIdle = () => !state.current && !state.chosen.size && !element("rows").matches(":hover") && element("rows").scrollTop === 0;

  function take(body) {
    const rows = body.rows.map(named);
    const fresh = new Map(rows.map((row) => [row.id, row]));
    state.newest = rows.map((row) => row.id);
    for (const id of state.order) if (!fresh.has(id)) state.rows.set(id, { ...state.rows.get(id), gone: true });
    for (const row of rows) state.rows.set(row.id, row);
    state.total = body.total;
    if (!state.order.length || isIdle()) sort();
    draw();
  }

  /* Show what is new and drop what has left, in the order of the clocks. */
  function sort() {
    state.order = state.newest;
    for (const id of [...state.chosen]) if (!state.order.includes(id)) state.chosen.delete(id);
    if (!state.order.includes(state.current)) state.current = null;
  }

  function draw() {
    const list = element("rows");
    const shown = state.order.map((id) => state.rows.get(id));
    Y.keep(list, shown, (row) => row.id, make, update);
    Y.ready(list, shown.length === 0);
    const waiting = state.newest.filter((id) => !state.order.includes(id));
    const pill = element("fresh");
    pill.hidden = waiting.length === 0;
    pill.classList.toggle("late", waiting.some((id) => LATE.includes(state.rows.get(id).state)));
    Y.say(pill, Y.t("{n} 件新到，按 . 显示", { n: waiting.length }));
    const cut = state.total > state.newest.length ? Y.t("共 {n} 件，显示最急 {k} 件", { n: Y.count(state.total), k: Y.count(state.newest.length) }) : Y.t("{n} 件", { n: Y.count(state.total) });
    Y.say(element("total"), cut);
    if (element("bulk")) element("bulk").hidden = state.chosen.size === 0;
    Y.say(element("chosen"), Y.t("已选 {n} 件", { n: state.chosen.size }));
    Y.tick();
  }

  function focus(id, scroll = true) {
    state.current = id;
    draw();
    if (scroll) element("rows").querySelector(".current")?.scrollIntoView({ block: "nearest" });
  }

  function choose(id, on) {
    on ? state.chosen.add(id) : state.chosen.delete(id);
    draw();
  }

  const step = (by) => {
    const at = state.order.indexOf(state.current);
    const next = state.order[Math.min(Math.max(at + by, 0), state.order.length - 1)];
    if (next !== undefined) focus(next);
  };

  // --- what is not an open case --------------------------------------------------------------------------------

  const chip = (text, kind = "") => h("span", { class: `tag ${kind}` }, text);
  const button = (text, run) => {
    const made = h("button", { class: "button" }, text);
    made.addEventListener("click", async () => {
      made.disabled = true;
      await run(made);
      made.disabled = false;
    });
    return made;
  };

  const reveal = (row) => Y.reveal(row.report, Y.t("告知办理结果"), () => element("rows").querySelector(`[data-key="${row.id}"] .contact`));

  const telling = (row) => h("li", { class: "row telling" },
    h("span", { class: "what" }, h("a", { class: "title", href: `/cases/${row.number}` }, h("b", {}, Y.name("categories", row.category)), ` ${row.place}`),
      h("span", { class: "sub" }, `${row.number} · ${Y.name("channels", row.channel)} · `, h("span", { class: "contact" }, row.contact || Y.t("没有留联系方式"))),
      h("span", { class: "answer" }, row.answer)),
    h("span", { class: "stage" }, chip(Y.name("delivery_states", row.state), row.state === "by_phone" ? "" : "breached"), h("span", { class: "sub" }, row.error || "")),
    h("span", { class: "buttons" },
      handles() && row.contact ? button(Y.t("查看号码"), () => reveal(row)) : null,
      handles() && row.state !== "by_phone" ? button(Y.t("重发"), () => finish(row, `/console/deliveries/${row.id}/again`, Y.t("已排队重发"))) : null,
      handles() ? button(Y.t("已告知"), () => finish(row, `/console/deliveries/${row.id}/told`, Y.t("已记录送达"))) : null));

  const visiting = (row) => h("li", { class: "row visiting" },
    h("span", { class: "what" }, h("a", { class: "title", href: `/cases/${row.number}` }, h("b", {}, Y.name("categories", row.category)), ` ${row.place}`),
      h("span", { class: "sub" }, [row.number, Y.t("{n} 条诉求", { n: row.reports }), Y.t("{at} 结案", { at: Y.moment(row.closed) })].join(" · ")), h("span", { class: "answer cut" }, row.summary)),
    h("span", { class: "buttons" }, handles() ? button(Y.t("回访"), () => Y.act(row.number, "visit", null, () => look())) : null));

  async function finish(row, path, text) {
    if (await Y.done(Y.send(path), text)) {
      element("rows").querySelector(`[data-key="${row.id}"]`)?.remove();
      void look();
    }
  }

  async function listBeside(view) {
    const { ok, body } = await Y.ask(`/console/beside/${view}`);
    if (!ok || state?.view !== view) return;
    Y.keep(element("rows"), body.rows, (row) => row.id, view === "tell" ? telling : visiting, () => {});
    Y.ready(element("rows"), body.rows.length === 0);
    Y.say(element("total"), Y.t("{n} 件", { n: Y.count(body.total) }));
  }

  // --- notices and instructions --------------------------------------------------------------------------------

  const notice = (one) => {
    const what = [one.clock && Y.name("clocks", one.clock), Y.name("notices", one.kind)].filter(Boolean).join(" ");
    const place = one.number ? h("a", { href: `/cases/${one.number}` }, [Y.name("categories", one.category), one.place].join(" ")) : null;
    const more = [one.party && Y.party(one.party), one.text].filter(Boolean).join(" · ");
    return h("li", { class: one.urgent ? "urgent" : "" },
      h("span", {}, one.urgent ? Y.icon("breached") : null, h("b", {}, what), " ", h("small", { "data-ago": one.at })), place, more ? h("span", { class: "sub" }, more) : null,
      handles() ? button(Y.t("知道了"), () => acknowledge([one.id])) : null);
  };

  const instruction = (one) => h("li", { "data-start": one.due - 86400000 },
    h("span", {}, h("b", {}, Y.name("instructions", one.kind)), " ", h("small", {}, one.by)),
    h("span", {}, one.text),
    h("span", { class: "sub" }, h("span", { class: "left", "data-due": one.due }), h("span", { class: "times" }), " ", one.number ? h("a", { href: `/cases/${one.number}` }, one.number) : Y.name("areas", one.area), h("span", { class: "bar", hidden: "" }, h("span"))),
    handles() && one.ours ? button(Y.t("回复"), () => replyTo(one)) : null);

  function replyTo(one) {
    const field = { name: "text", label: Y.t("办理情况"), kind: "long", required: true };
    Y.question(Y.t("回复批示"), field, async (text) => {
      const answer = await Y.send(`/console/instructions/${one.id}/answer`, { text });
      if (answer.ok) void look();
      return answer;
    });
  }

  async function acknowledge(ids) {
    if (await Y.done(Y.send("/console/notices", { ids }), Y.t("已确认 {n} 条", { n: ids.length }))) void look();
  }

  function drawSide(body) {
    state.notices = body.notices.map((one) => one.id);
    Y.keep(element("notices"), body.notices, (one) => one.id, notice, () => {});
    Y.ready(element("notices"), body.notices.length === 0);
    Y.keep(element("instructions"), body.instructions, (one) => one.id, instruction, () => {});
    Y.ready(element("instructions"), body.instructions.length === 0);
    element("know").hidden = !handles() || body.notices.length < 2;
    for (const [view, n] of Object.entries(body.counts)) countView(view, n);
    Y.tick();
  }

  const countView = (view, n) => Y.say(page().querySelector(`[data-view="${view}"] b`), Y.count(n));

  // --- looking -------------------------------------------------------------------------------------------------

  async function look() {
    if (!state || !page() || document.hidden) return;
    const mine = state;
    const isBeside = BESIDE.includes(state.view);
    const [queue, side] = await Promise.all([
      Y.ask(`/console/queue?view=${isBeside ? "all" : state.view}&seen=${state.serial}`),
      Y.ask("/console/side"),
    ]);
    if (state !== mine || !page()) return;
    document.documentElement.dataset.live = queue.ok ? "live" : "lost";
    if (!queue.ok) return Y.say(element("total"), Y.t("连接不上，正在重试；下面是之前的内容"));
    Y.offset = queue.body.now - performance.now();
    if (side.ok) drawSide(side.body);
    if (queue.body.serial !== state.serial) {
      state.serial = queue.body.serial;
      for (const [view, n] of Object.entries(queue.body.counts)) countView(view, n);
      if (!isBeside) take(queue.body);
    }
    if (isBeside) await listBeside(state.view);
  }

  function begin() {
    if (!page() || !Y.words.address) return;
    const view = new URLSearchParams(location.search).get("view") || "all";
    if (state?.view === view && state.page === page()) return;
    const { current, chosen } = state?.view === view ? state : { current: null, chosen: new Set() }; // kept when only the page was drawn anew
    state = { view, page: page(), rows: new Map(), order: [], newest: [], chosen, current, serial: null, total: 0, notices: [] };
    element("rows").replaceChildren();
    Y.tile(element("rows").id).dataset.tile = "loading";
    for (const link of page().querySelectorAll("[data-view]")) {
      const isOn = link.dataset.view === view;
      link.classList.toggle("on", isOn);
      isOn ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
      if (isOn) Y.say(element("title"), link.firstChild.textContent);
    }
    element("fresh").hidden = true;
    void look();
  }
  Y.console = { begin, look };

  (async function again() {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, EVERY));
      if (page()) {
        begin();
        await look();
      }
    }
  })();
  addEventListener("visibilitychange", () => look());

  // --- what the operator does ----------------------------------------------------------------------------------

  const show = (view) => {
    history.pushState({}, "", `/cases?view=${view}`);
    begin();
  };
  addEventListener("popstate", () => setTimeout(begin, 0));

  const turn = (by) => {
    const views = [...page().querySelectorAll("[data-view]")].map((link) => link.dataset.view);
    show(views[(views.indexOf(state.view) + by + views.length) % views.length]);
  };
  const current = () => state.rows.get(state.current);
  const act = (name) => current() && Y.act(current().number, name, null, () => { state.serial = null; void look(); });

  const KEYS = {
    j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
    Enter: () => current() && location.assign(`/cases/${current().number}`), o: () => KEYS.Enter(),
    x: () => current() && handles() && choose(state.current, !state.chosen.has(state.current)),
    "[": () => turn(-1), "]": () => turn(1),
    ".": () => { sort(); draw(); },
    "/": () => element("search").focus(),
    Escape: () => { state.chosen.clear(); state.current = null; draw(); },
  };

  addEventListener("keydown", (event) => {
    if (!page() || !state || Y.typing(event)) return;
    const run = KEYS[event.key] || (Y.KEYS[event.key] && !BESIDE.includes(state.view) && (() => act(Y.KEYS[event.key])));
    if (!run || (event.key === "Enter" && event.target.closest("a, button"))) return;
    event.preventDefault();
    run();
  });

  addEventListener("click", (event) => {
    const link = event.target.closest?.(".console [data-view]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    show(link.dataset.view);
  });
  addEventListener("click", (event) => {
    if (event.target.id === "console-fresh") KEYS["."]();
    if (event.target.id === "console-know") void acknowledge(state.notices);
    const bulk = event.target.closest?.("[data-bulk]")?.dataset.bulk;
    if (bulk) void atOnce(bulk);
  });
  addEventListener("keydown", (event) => {
    if (event.target.id === "console-search" && event.key === "Enter") location.assign(`/cases?q=${encodeURIComponent(event.target.value.trim())}`);
    if (event.target.id === "console-search" && event.key === "Escape") event.target.blur();
  });

  /* The same for all chosen cases; each is told how it went. */
  async function atOnce(name) {
    const chosen = [...state.chosen].map((id) => state.rows.get(id));
    const { body } = await Y.ask(`/console/cases/${chosen[0].number}`);
    const form = body.acts?.find((one) => one.act === name);
    if (!form) return Y.toast(body.message || Y.t("您不能做这一步"));
    Y.form(Y.t("已选 {n} 件", { n: chosen.length }), form, async (data) => {
      const answer = await Y.send("/console/bulk", { act: name, cases: chosen.map((row) => row.id), data });
      if (!answer.ok) return answer;
      const refused = answer.body.results.filter((one) => one.message);
      const told = new Map(chosen.map((row) => [row.id, row.number]));
      Y.toast(refused.length
        ? Y.t("{k} 件已完成，{n} 件没有：{why}", { k: chosen.length - refused.length, n: refused.length, why: refused.map((one) => `${told.get(one.case)} ${one.message}`).join(" ") })
        : Y.t("{n} 件已完成", { n: chosen.length }));
      state.chosen = new Set(refused.map((one) => one.case));
      state.serial = null;
      void look();
      return answer;
    });
  }
})();
