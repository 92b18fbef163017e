/* Instructions (批示, 督办) that nobody has answered yet, the first due first; and the giving of one for an area. */
(() => {
  "use strict";

  const Y = window.yiwang;
  const h = Y.h;
  const DAY = 86_400_000;
  const SHANGHAI = 8 * 3_600_000;

  const make = () => h("li", {}, h("b", { class: "kind" }), h("span", { class: "what cut" }), h("span", { class: "left" }), h("span", { class: "sub cut" }));

  /* What it is about: a case, a topic, or the whole of an area. */
  function about([, , number, category, area]) {
    const where = Y.short(area.slice(0, 12));
    const text = category ? `${where} · ${Y.name("categories", category)}` : where;
    return number && Y.view.page === "leader" ? h("a", { href: `/cases/${number}` }, text) : text;
  }

  function update(line, row) {
    const [, kind, , , , text, by, , due] = row;
    Y.say(line.querySelector(".kind"), Y.name("instructions", kind));
    line.querySelector(".what").replaceChildren(about(row));
    Y.say(line.querySelector(".sub"), `${by}${Y.t("：")}${text}`);
    line.querySelector(".sub").title = text;
    const late = due < Y.now();
    line.className = late ? "breached" : "";
    line.querySelector(".left").dataset.due = due;
  }

  function draw({ rows }) {
    const list = document.getElementById("orders");
    if (!list) return;
    list.hidden = !rows.length;
    const shown = Y.view.page === "wall" ? rows.slice(0, 2) : rows;
    Y.keep(list, shown, (row) => row[0], make, update);
    const none = Y.view.page === "wall" ? Y.t("最近") : Y.t("没有未回复的批示");
    Y.say(document.getElementById("orders-count"), rows.length ? Y.t("批示 {n} 件未回复", { n: Y.count(rows.length) }) : none);
    const button = document.getElementById("instruct");
    if (button) button.hidden = !Y.view.supervises;
    Y.tick();
    if (Y.parts.events) Y.take("events", Y.parts.events); // there is less or more room for it
  }
  Y.on("orders", draw);

  const options = (names) => Object.entries(names).map(([value, text]) => ({ value, text, group: "" }));
  const tomorrow = () => new Date(Y.now() + DAY + SHANGHAI).toISOString().slice(0, 16);

  function give() {
    const { area, category } = Y.view;
    const groups = options(Y.words.groups).map((one) => ({ ...one, group: Y.t("大类") }));
    const fields = [
      { name: "kind", label: Y.t("类型"), kind: "either", required: true, value: "remark", options: options(Y.words.instructions) },
      { name: "category", label: Y.t("专题"), kind: "one", value: category || "", options: [...groups, ...options(Y.words.categories).map((one) => ({ ...one, group: Y.t("类别") }))] },
      { name: "text", label: Y.t("批示内容"), kind: "long", required: true },
      { name: "due", label: Y.t("办理期限"), kind: "time", required: true, value: tomorrow() },
    ];
    Y.form(Y.short(area), { title: Y.t("批示督办"), hint: Y.t("办理期限前由该区域负责人回复，回复前在大屏和值班台一直显示"), fields }, async (data) => {
      const answer = await Y.send("/console/instructions", { ...data, area });
      if (answer.ok) Y.toast(Y.t("已批示"));
      return answer;
    });
  }
  addEventListener("click", (event) => event.target.closest?.("#instruct") && give());
})();
