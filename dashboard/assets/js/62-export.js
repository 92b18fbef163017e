/* The export menu closes when its work is asked for, or when something else is clicked; Escape closes it too. */
(() => {
  "use strict";

  const close = () => document.querySelectorAll('[data-close="outside"][open]').forEach((menu) => (menu.open = false));
  addEventListener("click", ({ target }) => {
    const inside = target.closest?.('[data-close="outside"]');
    if (!inside || target.closest("button")) close();
  });
  addEventListener("keydown", ({ key }) => key === "Escape" && close());

  /* The line that tells what became of an export is put away by hand. */
  const { live } = window.dash_clientside;
  live.putAway = (clicks) => (clicks ? [] : window.dash_clientside.no_update); // drawing a button is no click
})();
