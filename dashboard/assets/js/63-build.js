/* Trees that are too large for Dash, which carries each of its elements through every change: built here at once. */
(() => {
  "use strict";

  const { live } = window.dash_clientside;
  const NAMES = { className: "class", tabIndex: "tabindex" };
  const OURS = new Set(["children", "style", "refresh", "key"]);
  const FOCUSED = "a, [tabindex]";

  /* The element that a component of Dash stands for, with all that is in it. */
  function made(node) {
    if (node === null || typeof node !== "object") return node === null ? "" : String(node);
    const { type, props } = node;
    const element = document.createElement(type === "Link" ? "a" : type.toLowerCase());
    for (const [name, value] of Object.entries(props)) {
      if (!OURS.has(name) && value !== null && value !== "") element.setAttribute(NAMES[name] || name, value);
    }
    Object.assign(element.style, props.style);
    element.append(...[props.children ?? []].flat().map(made));
    return element;
  }

  /* Put a tree into its place; what had the focus has it again, and what was scrolled stays where it was. */
  function put(place, tree) {
    const focused = [...place.querySelectorAll(FOCUSED)].indexOf(document.activeElement);
    const before = place.querySelector(".sideways");
    const [top, left] = [before?.scrollTop ?? 0, before?.scrollLeft ?? 0];
    place.replaceChildren(...tree.map(made));
    place.querySelector(".sideways")?.scrollTo({ top, left, behavior: "instant" });
    if (focused >= 0) place.querySelectorAll(FOCUSED)[focused]?.focus({ preventScroll: true });
  }

  live.build = (tree) => {
    const place = document.getElementById("measures-body");
    if (tree && place) put(place, tree);
    return window.dash_clientside.no_update;
  };

  addEventListener("click", (event) => {
    const link = event.target.closest?.("#measures-body a[href^='/measures?']");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    window.dash_clientside.set_props("measures-where", { search: new URL(link.href).search });
  });
})();
