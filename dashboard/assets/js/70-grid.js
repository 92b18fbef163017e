/* Cells of the list of cases. */
(() => {
  "use strict";

  const grids = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const h = (...parts) => window.React.createElement(...parts);

  grids.CaseLink = ({ value }) => (value ? h("a", { href: `/cases/${value}`, className: "case-link" }, value) : null);

  /* The state's shape and word. */
  grids.CaseState = ({ value, data }) =>
    value ? h("span", { className: data.face }, h("span", { className: `icon ${data.face}`, "aria-hidden": "true" }), value) : null;
})();
