/* Menus of the leader's page with dozens of links: made when they are opened, as Dash carries each of its own through
 * every click. */
(() => {
  "use strict";

  const Y = window.yiwang;
  const h = Y.h;
  const link = (text, change, isOn = false) =>
    h("a", { href: `/${window.dash_clientside.live.changed(change)}`, class: isOn ? "on" : "", "aria-current": isOn ? "true" : null }, text);

  /* The areas one level down, with their open cases. */
  const below = () =>
    (Y.view.below || []).map(([code, name, open]) => h("li", {}, link(name, { area: code, level: null }), h("small", {}, open ? Y.count(open) : "")));

  /* All categories under their groups, both of which can be chosen. */
  function categories() {
    const choice = (id, name) => link(name, { category: id }, id === (Y.view.category ?? null));
    const within = (group) => Object.entries(Y.words.categories).filter(([id]) => id.startsWith(`${group}/`));
    const groups = Object.entries(Y.words.groups);
    return [
      choice(null, Y.t("全部")),
      ...groups.flatMap(([id, name]) => [h("b", {}, choice(id, name)), ...within(id).map(([category, text]) => choice(category, text))]),
    ];
  }

  const ITEMS = { below, categories };
  const fill = (menu) => menu.lastElementChild.replaceChildren(...ITEMS[menu.dataset.menu]());
  addEventListener("toggle", ({ target }) => target.open && target.dataset.menu && fill(target), { capture: true });
  Y.menus = () => document.querySelectorAll("[data-menu][open]").forEach(fill); // the address has changed meanwhile
})();
