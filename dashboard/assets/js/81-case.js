/* The page of one case: who else has it open, acts by button and key, photos; it is drawn anew when the case has changed. */
(() => {
  "use strict";

  const Y = window.yiwang;
  const h = Y.h;
  const EVERY = 5000; // ms
  let known = null; // the shown case: its number and the version its page was drawn from

  const page = () => document.getElementById("case-number");
  const number = () => page()?.dataset.number;

  /* Draw the page anew, all but the map. */
  function turn(version) {
    if (known) known.version = version ?? known.version;
    window.dash_clientside.set_props("case-turn", { data: { number: number(), version: Date.now() } });
  }

  async function look() {
    if (!number() || document.hidden) return;
    if (known?.number !== number()) known = { number: number(), version: Number(page().dataset.version) };
    const { ok, body } = await Y.send(`/console/cases/${number()}/here`);
    document.documentElement.dataset.live = ok ? "live" : "lost";
    if (!ok || known.number !== number()) return;
    Y.offset = body.now - performance.now();
    const others = document.getElementById("case-others");
    Y.say(others, body.others.length ? Y.t("{names} 也在看此案", { names: body.others.join(Y.t("，")) }) : "");
    if (body.version !== known.version) turn(body.version);
  }

  (async function again() {
    for (;;) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, page() ? EVERY : 500));
    }
  })();
  addEventListener("visibilitychange", () => look());
  addEventListener("yiwang:posted", () => number() && turn());
  addEventListener("pagehide", () => {
    if (number()) void Y.send(`/console/cases/${number()}/gone`);
  });

  const done = (body, name) => {
    if (name === "locate") location.reload(); // the map lies elsewhere now
    else turn(body.version);
  };
  const act = (name, task = null, known = {}) => Y.act(number(), name, task, (body) => done(body, name), known);

  async function link(element) {
    const body = await Y.done(Y.send(`/console/cases/${number()}/links`, { task: Number(element.dataset.link) }), Y.t("链接已生成，只显示这一次；以前的链接已失效"));
    if (!body) return;
    const code = h("div", { class: "code" });
    code.innerHTML = body.code; // our own drawing
    const copy = h("button", { class: "button", type: "button" }, Y.t("复制"));
    copy.addEventListener("click", async () => {
      await navigator.clipboard?.writeText(body.address);
      Y.toast(Y.t("已复制"));
    });
    const shown = h("dialog", { class: "act" }, h("h2", {}, Y.t("责任单位办理链接")), code, h("input", { readonly: "", value: body.address, "aria-label": Y.t("链接") }),
      h("p", { class: "m" }, Y.t("{at} 前有效；只能办理这一个任务，打开和操作都有记录。", { at: Y.moment(body.until) })),
      h("form", { method: "dialog", class: "buttons" }, copy, h("button", { class: "button" }, Y.t("关闭"))));
    document.body.append(shown);
    shown.addEventListener("close", () => shown.remove());
    shown.showModal();
  }

  async function upload(files, kind) {
    for (const file of files) {
      const form = new FormData();
      form.append("photo", file);
      form.append("kind", kind);
      await Y.done(Y.upload(`/console/cases/${number()}/photos`, form), Y.t("{name} 已上传", { name: file.name }));
    }
    turn();
  }

  function choose(kind) {
    const input = h("input", { type: "file", accept: "image/jpeg,image/png,image/webp", multiple: "" });
    input.addEventListener("change", () => upload([...input.files], kind));
    input.click();
  }

  addEventListener("click", (event) => {
    if (!number()) return;
    const found = event.target.closest?.("[data-act], [data-link], [data-photo], [data-contact]");
    if (!found) return;
    const { act: name, task, photo, contact, number: other } = found.dataset;
    if (name) void act(name, task ? Number(task) : null, other ? { number: other } : {});
    else if (found.dataset.link) void link(found);
    else if (photo) choose(photo);
    else if (contact) Y.reveal(contact, Y.t("联系诉求人"), () => document.querySelector(`[data-contact="${contact}"]`)?.parentElement.querySelector(".contact"));
  });
  addEventListener("dragover", (event) => event.target.closest?.("[data-drop]") && event.preventDefault());
  addEventListener("drop", (event) => {
    const place = event.target.closest?.("[data-drop]");
    if (!place) return;
    event.preventDefault();
    void upload([...event.dataTransfer.files], place.dataset.drop);
  });
  addEventListener("keydown", (event) => {
    if (!number() || Y.typing(event)) return;
    if (event.key === "Escape") return void history.back();
    const name = Y.KEYS[event.key];
    if (!name) return;
    event.preventDefault();
    void act(name);
  });
})();
