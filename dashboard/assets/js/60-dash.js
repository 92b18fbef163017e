/* Where Dash and the live page meet: Dash tells what is shown, the page tells Dash what was clicked. */
(() => {
  "use strict";

  const Y = window.yiwang;
  const boxOf = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return { width: Math.round(width), height: Math.round(height) };
  };
  const sizeOf = (frame) => {
    const inset = document.getElementById("map-inset");
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    return { ...boxOf(frame), rem, inset: inset && boxOf(inset) };
  };

  /* Another area is shown: none of its numbers and rows is news, so nothing fades or slides in. */
  let turned = null;
  function turn() {
    clearTimeout(turned);
    document.documentElement.dataset.turning = "yes";
    turned = setTimeout(() => delete document.documentElement.dataset.turning, 1000);
  }

  async function learn(address) {
    if (Y.words.address === address) return;
    const answer = await fetch(address);
    if (answer.ok) Y.words = { ...(await answer.json()), address };
  }

  const live = {
    /* The page's view changed: learn its words, then follow it. Called by Dash whenever the view is set. */
    follow(view) {
      if (!view) return window.dash_clientside.no_update;
      void (async () => {
        const before = Y.view;
        Y.view = view;
        document.documentElement.dataset.theme = view.theme;
        try {
          await learn(view.dictionary);
        } catch { /* without words the codes are shown; the next view tries again */ }
        if (before?.area !== view.area) {
          Y.parts = {};
          turn();
          for (const tile of document.querySelectorAll('[data-tile]:not([data-tile="server"])')) tile.dataset.tile = "loading";
        }
        if (view.now) Y.offset = view.now - performance.now();
        if (view.live) Y.live.follow(view.parts);
        for (const [name, href] of Object.entries(view.links || {})) {
          const link = document.querySelector(`[data-kpi="${name}"] a.value`);
          if (link) link.href = href;
        }
        Y.redraw();
        Y.menus();
        Y.map.paint();
        void Y.map.heat();
      })();
      return window.dash_clientside.no_update;
    },

    /* The numbers of a period other than today. */
    figures(figures) {
      Y.figures = figures || null;
      for (const part of ["kpi", "queue", "points"]) if (Y.parts[part]) Y.take(part, Y.parts[part]);
      Y.trend?.();
      return window.dash_clientside.no_update;
    },

    /* The map's size, which the server needs to choose the zoom; told again when it changes. */
    measure(_page) {
      const frame = document.querySelector(".map-frame"); // the graph itself is put in later, and fills it
      if (!frame) return window.dash_clientside.no_update;
      const { id } = window.dash_clientside.callback_context.outputs_list;
      let known = null;
      let timer = null;
      const tell = () => {
        const now = sizeOf(frame);
        if (!frame.isConnected || now.width < 50 || now.height < 50) return;
        if (known && Math.abs(now.width - known.width) < 20 && Math.abs(now.height - known.height) < 20) return;
        known = now;
        window.dash_clientside.set_props(id, { data: now });
      };
      new ResizeObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(tell, known ? 300 : 0);
      }).observe(frame);
      return window.dash_clientside.no_update;
    },

    /* A new figure is there: it waits for the newest values, so that it is drawn once and not twice. */
    async draw(figure) {
      const mine = (live.asked = figure);
      await Y.map.complete(figure);
      return mine === live.asked ? figure : window.dash_clientside.no_update;
    },

    /* A new figure is in place: swap the newest values into it. */
    drawn(_figure) {
      setTimeout(Y.map.drawn, 0);
      return window.dash_clientside.no_update;
    },

    /* Other filters: the list asks anew. */
    relist(_search) {
      try {
        window.dash_ag_grid?.getApi("cases-grid").purgeInfiniteCache();
      } catch { /* the grid is not there yet; it asks when it is */ }
      return window.dash_clientside.no_update;
    },

    /* A click on an area goes into it, one on a mark opens the case. The end of a drag is no click. */
    drill(click) {
      const { no_update } = window.dash_clientside;
      if (!click) return no_update; // our own reset
      const point = click.points[0];
      if (Y.map.hand.travel < 5 && Y.view.page === "leader") {
        if (point.location === undefined) location.assign(`/cases/by-id/${point.customdata}`);
        else live.go(String(point.location));
      }
      return null; // the reset lets the same area be clicked again
    },

    /* Show another area; a click goes one level down, on a building all the way. */
    go(code) {
      const below = code.length === 18 ? 18 : Math.min(Y.view.area.length + 3, code.length);
      live.change({ area: code.slice(0, below), level: null });
    },

    /* The page's address with some of it changed. */
    changed(change) {
      const wanted = new URLSearchParams(location.search);
      for (const [name, value] of Object.entries(change)) value === null ? wanted.delete(name) : wanted.set(name, value);
      return `?${wanted}`;
    },

    change(change) {
      window.dash_clientside.set_props("leader-where", { search: live.changed(change) });
    },
  };

  window.dash_clientside = Object.assign(window.dash_clientside || {}, { live });

  addEventListener("click", async (event) => {
    if (!event.target.closest?.("[data-sign-out]")) return;
    const token = document.cookie.match(/(?:^|; )_csrf_token=([^;]*)/)?.[1] || "";
    await fetch("/sign-out", { method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual" });
    location.assign("/sign-in");
  });

  // Links that the browser made on a page of people go through Dash's own address, without a new page.
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='/?']:is(#ranking a, [data-menu] a)");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    window.dash_clientside.set_props("leader-where", { search: new URL(link.href).search });
  });
})();
