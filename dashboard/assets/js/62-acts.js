/* Acting on a case: a dialog made from the server's form for each act, and its answer. What somebody has typed is never
 * lost: when another was quicker, the dialog stays open and shows what they did. */
(() => {
  "use strict";

  const Y = window.yiwang;
  const h = Y.h;
  let shown = null; // the open dialog

  // --- talking to the server -----------------------------------------------------------------------------------

  const token = () => document.cookie.match(/(?:^|; )_csrf_token=([^;]*)/)?.[1] || "";

  /* Ask the server: `{ ok, status, body }`; without a connection the status is 0. */
  Y.ask = async (path, options = {}) => {
    try {
      const answer = await fetch(path, options);
      if (answer.status === 401) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
      const body = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      return { ok: answer.ok, status: answer.status, body };
    } catch {
      return { ok: false, status: 0, body: { message: Y.t("连接不上，什么也没有改动；请稍后再试") } };
    }
  };
  Y.send = (path, data = {}) =>
    Y.ask(path, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token() }, body: JSON.stringify(data) });
  Y.upload = (path, form) => Y.ask(path, { method: "POST", headers: { "X-CSRFToken": token() }, body: form });

  let fading = null;
  Y.toast = (text) => {
    const toast = document.getElementById("toast");
    if (!toast) return;
    clearTimeout(fading);
    Y.say(toast, text);
    fading = setTimeout(() => Y.say(toast, ""), 5000);
  };
  const whyNot = ({ status, body }) => body.message || Y.t("服务器没有完成这一步（{status}）", { status });

  /* Ask, and say why it failed where it did. Returns the body, or null. */
  Y.done = async (asked, text) => {
    const answer = await asked;
    Y.toast(answer.ok ? text : whyNot(answer));
    return answer.ok ? answer.body : null;
  };

  // --- fields --------------------------------------------------------------------------------------------------

  const option = ({ value, text }, chosen) => h("option", { value, selected: value === chosen ? "" : null }, text);
  const grouped = (options, make) => {
    const groups = new Map();
    for (const one of options) groups.set(one.group, [...(groups.get(one.group) || []), one]);
    return [...groups].map(([name, found]) => make(name, found));
  };
  const named = (name, attributes) => ({ name, ...attributes });

  const CONTROLS = {
    text: ({ name, value, required }) => h("input", named(name, { value, required: required ? "" : null, autocomplete: "off" })),
    number: ({ name, value }) => h("input", named(name, { value, inputmode: "decimal", autocomplete: "off" })),
    time: ({ name, value, required }) => h("input", named(name, { type: "datetime-local", value, required: required ? "" : null })),
    long: ({ name, value, required }) => h("textarea", named(name, { rows: 4, required: required ? "" : null }), value || ""),
    one: ({ name, value, required, options }) =>
      h("select", named(name, { required: required ? "" : null }),
        ...(required && value ? [] : [h("option", { value: "" }, "—")]),
        ...grouped(options, (group, found) => (group ? h("optgroup", { label: group }, ...found.map((one) => option(one, value))) : found.map((one) => option(one, value)))).flat()),
    either: ({ name, value, required, options }) =>
      h("span", { class: "either" }, ...options.map((one) =>
        h("label", {}, h("input", named(name, { type: "radio", value: one.value, required: required ? "" : null, checked: one.value === value ? "" : null })), one.text))),
    several: ({ name, options }) =>
      h("span", { class: "several" }, ...grouped(options, (group, found) =>
        h("span", {}, h("small", {}, group), ...found.map((one) => h("label", {}, h("input", named(name, { type: "checkbox", value: one.value })), one.text))))),
    place: ({ name, value }) => {
      const list = h("datalist", { id: "places-found" });
      const input = h("input", named(name, { value, list: "places-found", autocomplete: "off" }));
      input.addEventListener("input", async () => {
        const { ok, body } = await Y.ask(`/console/places?q=${encodeURIComponent(input.value)}`);
        if (ok) list.replaceChildren(...body.map((place) => h("option", { value: place.name }, Y.name("areas", place.area.slice(0, 12)))));
      });
      return h("span", {}, input, list);
    },
  };

  const label = (field) => {
    const isGroup = ["either", "several"].includes(field.kind);
    const control = CONTROLS[field.kind](field);
    const title = h("span", { class: "m" }, field.label, field.required ? "" : h("small", {}, Y.t("（可不填）")));
    return isGroup ? h("fieldset", {}, h("legend", {}, title), control) : h("label", { class: field.kind }, title, control);
  };

  /* Values of a form as the server wants them: a list where several may be chosen. */
  function valuesOf(form, fields) {
    const data = new FormData(form);
    return Object.fromEntries(fields.map(({ name, kind }) => [name, kind === "several" ? data.getAll(name) : data.get(name) ?? ""]));
  }

  // --- the dialog ----------------------------------------------------------------------------------------------

  function dialog(title, of, hint, fields, submit) {
    const refusal = h("div", { class: "refusal", role: "alert", hidden: "" });
    const go = h("button", { class: "button go", type: "submit" }, title);
    const stop = h("button", { class: "button", type: "button" }, Y.t("取消"));
    const form = h("form", { method: "dialog" }, h("h2", {}, title, of ? h("small", {}, ` ${of}`) : ""), hint ? h("p", { class: "m" }, hint) : null,
      ...fields.map(label), refusal, h("div", { class: "buttons" }, h("small", {}, Y.t("Ctrl+Enter 提交，Esc 取消")), stop, go));
    const made = h("dialog", { class: "act" }, form);
    document.body.append(made);
    stop.addEventListener("click", () => made.close());
    made.addEventListener("close", () => {
      made.remove();
      shown = null;
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      go.disabled = true;
      if (await submit(valuesOf(form, fields), refusal)) made.close();
      go.disabled = false;
    });
    shown = made;
    made.showModal();
    made.querySelector("textarea, input:not([type=radio]), select")?.focus();
    return made;
  }

  /* A template fills the answer; what somebody wrote themselves is not thrown away without asking. */
  function fillFrom(made) {
    const [template, answer] = [made.querySelector("[name=template]"), made.querySelector("[name=answer]")];
    let filled = "";
    template?.addEventListener("change", () => {
      if (answer.value && answer.value !== filled && !confirm(Y.t("换成模板会替换已写的内容，继续吗？"))) return;
      answer.value = filled = template.value;
      answer.focus();
    });
  }

  /* Whoever leads is not asked for support as well. */
  function leadAlone(made) {
    const lead = made.querySelector("[name=lead]");
    const part = () => {
      for (const one of made.querySelectorAll("[name=support]")) {
        one.disabled = one.value === lead.value;
        if (one.disabled) one.checked = false;
      }
    };
    lead?.addEventListener("change", part);
    if (lead) part();
  }

  /* Say in the dialog why nothing was done, and what somebody else did meanwhile. */
  function explain(refusal, answer) {
    const events = (answer.body.events || []).map(({ at, who, what, detail }) =>
      h("li", {}, h("time", {}, Y.clock(at)), ` ${who} ${what} `, h("small", {}, detail)));
    refusal.replaceChildren(h("p", {}, whyNot(answer)), ...(events.length ? [h("ul", {}, ...events), h("p", {}, Y.t("您填写的内容还在；看过后可再次提交。"))] : []));
    refusal.hidden = false;
  }

  const formOf = async (number) => (await Y.ask(`/console/cases/${number}`)).body;
  const find = (acts, name, task) => acts?.find((one) => one.act === name && (one.task ?? null) === task);

  /* Open the dialog of an act of a case, with what is `given` filled in; `after` is called when it is done. */
  Y.act = async (number, name, task = null, after = null, given = {}) => {
    if (shown) return;
    let known = await formOf(number);
    const form = find(known.acts, name, task);
    if (!form) return Y.toast(known.message || Y.t("您不能做这一步"));
    if (form.blocked) return Y.toast(form.blocked);
    const submit = async (data, refusal) => {
      const told = { act: name, version: known.version, data: { ...data, ...(task ? { task } : {}) } };
      const answer = await Y.send(`/console/cases/${number}/acts`, told);
      if (!answer.ok) {
        explain(refusal, answer);
        if (answer.status === 409) known = { ...known, ...(await formOf(number)) };
        return false;
      }
      Y.toast(Y.t("{number} 已完成：{act}", { number, act: form.title }));
      after?.(answer.body);
      return true;
    };
    if (!form.fields.length && !form.hint) return void submit({}, h("p", {}));
    const fields = form.fields.map((field) => ({ ...field, value: given[field.name] ?? field.value }));
    const made = dialog(form.title, number, form.hint, fields, submit);
    fillFrom(made);
    leadAlone(made);
  };

  /* A form that is sent elsewhere: for several cases at once. */
  Y.form = (of, form, submit) => {
    if (shown) return;
    dialog(form.title, of, form.hint, form.fields, async (data, refusal) => {
      const answer = await submit(data);
      if (!answer.ok) explain(refusal, answer);
      return answer.ok;
    });
  };

  /* A question of one field that is not an act of a case. */
  Y.question = (title, field, submit) => {
    if (shown) return;
    dialog(title, null, null, [field], async (data, refusal) => {
      const answer = await submit(data[field.name]);
      if (!answer.ok) explain(refusal, answer);
      return answer.ok;
    });
  };

  /* How to reach a reporter, and the words that may hold it: asked for with a purpose, shown in their place for a
     minute. */
  Y.reveal = (report, purpose, place) => {
    const field = { name: "purpose", label: Y.t("用途"), kind: "text", required: true, value: purpose };
    Y.question(Y.t("查看联系方式"), field, async (stated) => {
      const answer = await Y.send(`/console/reports/${report}/contact`, { purpose: stated });
      if (answer.ok) {
        show(place(), answer.body.contact || Y.t("没有留联系方式"));
        show(document.querySelector(`[data-told="${report}"]`), answer.body.text);
      }
      return answer;
    });
  };

  function show(place, text) {
    if (!place || !text) return;
    const before = place.textContent;
    Y.say(place, text);
    setTimeout(() => Y.say(place, before), 60_000);
  }

  /* A button that posts to its address, after a question where it has one; then the page is told. */
  async function post(element) {
    const { post: path, ask, said, reload } = element.dataset;
    const run = async (text) => {
      const answer = await Y.send(path, text === undefined ? {} : { text, note: text });
      if (!answer.ok) return answer;
      Y.toast(said);
      reload ? location.reload() : dispatchEvent(new Event("yiwang:posted"));
      return answer;
    };
    if (ask) return Y.question(element.textContent, { name: "text", label: ask, kind: "long", required: !reload }, run);
    const answer = await run();
    if (!answer.ok) Y.toast(whyNot(answer));
  }
  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-post]");
    if (button) void post(button);
  });

  /* Acts that have a key: which one a key stands for. */
  Y.KEYS = { r: "respond", d: "dispatch", a: "arrive", f: "feed_back", c: "close", v: "visit", n: "note", m: "merge", g: "assign", u: "pass_up", l: "locate", i: "instruct" };
  Y.typing = (event) =>
    Boolean(document.querySelector("dialog[open]")) || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select, [contenteditable]");

  const sheet = () => document.getElementById("console-keys");
  addEventListener("click", (event) => event.target.closest?.("[data-keys]") && sheet()?.showModal());
  addEventListener("keydown", (event) => {
    if (event.key === "?" && !Y.typing(event) && sheet()) sheet().showModal();
  });
})();
