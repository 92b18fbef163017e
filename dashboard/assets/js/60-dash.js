/* Where Dash and the live page meet: Dash tells what is shown, the page tells Dash what was clicked. */
(() => {
  "use strict";

  const Y = window.yiwang;
  const sizeOf = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return { width: Math.round(width), height: Math.round(height) };
  };

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
          for (const tile of document.querySelectorAll("[data-tile]")) tile.dataset.tile = "loading";
        }
        if (view.live) Y.live.follow();
        Y.redraw();
        Y.map.paint();
        void Y.map.heat();
      })();
      return window.dash_clientside.no_update;
    },

    /* The numbers of a period other than today. */
    figures(figures) {
      Y.figures = figures || null;
      if (Y.parts.kpi) Y.take("kpi", Y.parts.kpi);
      Y.trend?.();
      return window.dash_clientside.no_update;
    },

    /* The map's size, which the server needs to choose the zoom; told again when it changes. */
    measure(_page) {
      const element = document.querySelector(".map-frame"); // the graph itself is put in later, and fills it
      if (!element) return window.dash_clientside.no_update;
      if (!element.dataset.watched) {
        element.dataset.watched = "yes";
        let timer = null;
        new ResizeObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(() => {
            const now = sizeOf(element);
            const then = live.size;
            if (then && (Math.abs(now.width - then.width) > 20 || Math.abs(now.height - then.height) > 20)) {
              live.size = now;
              window.dash_clientside.set_props("map-size", { data: now });
            }
          }, 300);
        }).observe(element);
      }
      // Measured when the page is laid out, two frames from now.
      return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done((live.size = sizeOf(element))))));
    },

    /* A new figure is in place: swap the newest values into it. */
    drawn(_figure) {
      setTimeout(() => Y.map.paint(), 0);
      setTimeout(() => { Y.map.paint(); void Y.map.heat(); }, 250);
      return window.dash_clientside.no_update;
    },

    /* A click on an area goes into it, one on a mark opens the case. The end of a drag is no click. */
    drill(click, search) {
      const { no_update } = window.dash_clientside;
      if (!click) return [no_update, no_update]; // our own reset
      if (Y.map.hand.travel >= 5) return [no_update, null];
      const point = click.points[0];
      if (point.location === undefined) {
        if (Y.view.page === "leader") location.assign(`/cases/by-id/${point.customdata}`);
        return [no_update, null];
      }
      const below = Math.min(Y.view.area.length + 3, 18);
      const code = String(point.location).slice(0, Math.max(below, point.location.length === 18 ? 18 : 0));
      const wanted = new URLSearchParams(search || "");
      wanted.set("area", code);
      wanted.delete("level");
      return [`?${wanted}`, null]; // the reset lets the same area be clicked again
    },
  };

  window.dash_clientside = Object.assign(window.dash_clientside || {}, { live });

  addEventListener("click", async (event) => {
    if (!event.target.closest?.("[data-sign-out]")) return;
    const token = document.cookie.match(/(?:^|; )_csrf_token=([^;]*)/)?.[1] || "";
    await fetch("/sign-out", { method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual" });
    location.assign("/sign-in");
  });

  // Links inside the live tiles of a page of people go through Dash's own address, without a new page.
  addEventListener("click", (event) => {
    const link = event.target.closest?.("#ranking a[href^='/?']");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const wanted = new URLSearchParams(location.search);
    wanted.set("area", new URL(link.href).searchParams.get("area"));
    wanted.delete("level");
    window.dash_clientside.set_props("url", { search: `?${wanted}` });
  });
})();
