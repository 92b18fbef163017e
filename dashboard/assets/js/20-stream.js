/* One event stream per page. It is opened again for ever, with back-off; while it cannot be had, frames are asked for.
 *
 * The page says since when it is cut off only when neither works, and greys what it last knew.
 */
(() => {
  "use strict";

  const Y = window.yiwang;
  const PARTS = ["kpi", "queue", "points", "values", "events", "orders", "sources", "trend", "ranking"];
  const SILENCE = 40_000; // ms without a word before a stream counts as dead; heartbeats come every 15 s
  const LONGEST_WAIT = 30_000;
  const HIDDEN_FOR = 10_000; // a page nobody sees gives its connection back; browsers have six per host

  const live = (Y.live = {
    source: null,
    seen: {}, // the revision of each part
    key: "", // the view the revisions belong to
    state: "loading", // loading, live, polling, lost, signed_out, hidden
    heardAt: 0, // performance.now() of the last word
    lostAt: null, // server time when the last word came
    wait: 1000,
    retry: null,
    hide: null,
    drift: null, // Date minus performance.now(): it jumps when the machine slept
  });

  const setState = (state) => {
    if (state === "lost" && live.lostAt === null && Y.offset !== null) live.lostAt = live.heardAt + Y.offset;
    if (state === "live" || state === "polling") live.lostAt = null;
    live.state = state;
    document.documentElement.dataset.live = state;
    Y.status?.();
  };

  const query = () => {
    const { area, level, measure } = Y.view;
    const seen = Object.entries(live.seen).map(([part, revision]) => `${part}:${revision}`);
    return new URLSearchParams({ area, level, measure, seen: seen.join(",") });
  };

  /* Follow a view: parts of another area are forgotten, those of the same one stay. */
  live.follow = (parts = {}) => {
    const { area, level, measure } = Y.view;
    if (live.key.split("|")[0] !== area) live.seen = {};
    if (live.key !== `${area}|${level}|${measure}`) delete live.seen.values;
    live.key = `${area}|${level}|${measure}`;
    for (const [part, { id, data }] of Object.entries(parts)) {
      live.seen[part] = id;
      Y.take(part, data);
    }
    connect();
  };

  function connect() {
    clearTimeout(live.retry);
    live.source?.close();
    if (!Y.view || live.state === "hidden") return;
    if (isUnseen() && live.state === "loading") return rest(); // opened in the background
    live.heardAt = performance.now();
    const source = (live.source = new EventSource(`/live/stream?${query()}`));
    source.addEventListener("beat", (event) => heard(Number(event.data)));
    source.addEventListener("goodbye", () => failed());
    for (const part of PARTS)
      source.addEventListener(part, (event) => {
        live.heardAt = performance.now();
        live.seen[part] = event.lastEventId;
        Y.take(part, JSON.parse(event.data));
      });
    source.onerror = () => failed();
  }

  function heard(serverTime) {
    live.heardAt = performance.now();
    Y.offset = serverTime - live.heardAt;
    live.wait = 1000;
    setState("live");
  }

  /* The stream is gone: ask for a frame at once, which also tells why, and try the stream again later. */
  async function failed() {
    live.source?.close();
    live.source = null;
    clearTimeout(live.retry);
    if (live.state === "hidden") return;
    const wait = live.wait * (0.5 + Math.random());
    live.wait = Math.min(2 * live.wait, LONGEST_WAIT);
    live.retry = setTimeout(connect, wait);
    await ask();
  }

  async function ask() {
    try {
      const answer = await fetch(`/live/frame?${query()}`, { cache: "no-store" });
      if (answer.status === 401 || answer.status === 403) return setState("signed_out");
      if (!answer.ok) throw new Error(answer.status);
      const frame = await answer.json();
      live.heardAt = performance.now();
      Y.offset = frame.now - live.heardAt;
      for (const [part, { id, data }] of Object.entries(frame.parts)) {
        live.seen[part] = id;
        Y.take(part, data);
      }
      if (!live.source || live.source.readyState !== EventSource.OPEN) setState("polling");
    } catch {
      setState("lost");
    }
  }

  /* Once a second: is the stream still alive, did the machine sleep, is it time to ask for a frame? */
  live.watch = () => {
    const now = performance.now();
    const drift = Date.now() - now;
    const slept = live.drift !== null && Math.abs(drift - live.drift) > 5000;
    live.drift = drift;
    if (!Y.view || live.state === "hidden") return;
    if (slept || (live.source && now - live.heardAt > SILENCE)) return void failed();
    if (live.state === "polling" && now - live.heardAt > 5000) void ask();
  };

  const isUnseen = () => document.hidden && Y.view?.page !== "wall"; // a wall is always looked at

  function rest() {
    live.source?.close();
    live.source = null;
    clearTimeout(live.retry);
    setState("hidden");
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(live.hide);
    if (isUnseen()) live.hide = setTimeout(rest, HIDDEN_FOR);
    else if (live.state === "hidden") {
      live.state = "loading";
      connect();
    }
  });
  addEventListener("online", () => live.state === "lost" && connect());
  addEventListener("pageshow", (event) => event.persisted && Y.view && connect());

  // A person's idle time begins anew with what the person does, never with what the page does by itself.
  let pinged = 0;
  for (const kind of ["pointerdown", "keydown"])
    addEventListener(kind, () => {
      if (Y.view?.page === "wall" || performance.now() - pinged < 60_000) return;
      pinged = performance.now();
      const token = document.cookie.match(/(?:^|; )_csrf_token=([^;]*)/)?.[1] || "";
      void fetch("/session/active", { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => {});
    });
})();
