/* One ticker turns everything that counts seconds: the wall's clock, countdowns, ages. It reads the server's time. */
(() => {
  "use strict";

  const Y = window.yiwang;
  const two = (number) => String(number).padStart(2, "0");
  const unit = (text) => `<i>${Y.t(text)}</i>`;

  /* `27:14` under an hour, `1时52分` above, after the deadline with 超期 before it. The texts are ours, not data. */
  Y.countdown = (milliseconds) => {
    const late = milliseconds < 0;
    const left = late ? Math.floor(-milliseconds / 1000) : Math.ceil(milliseconds / 1000);
    const [days, hours, minutes] = [Math.floor(left / 86400), Math.floor(left / 3600), Math.floor(left / 60) % 60];
    const time = days >= 2
      ? `<b>${days}</b>${unit("countdown|天")}<b>${hours % 24}</b>${unit("countdown|时")}`
      : hours
        ? `<b>${hours}</b>${unit("countdown|时")}<b>${two(minutes)}</b>${unit("countdown|分")}`
        : `<b>${two(minutes)}:${two(left % 60)}</b>`;
    return late ? unit("countdown|超期") + time : time;
  };

  /* Share of the target used: up to the deadline, and beyond it the share the target has of all the time taken. */
  function bar(element, start, due, now) {
    const used = (now - start) / (due - start);
    const late = used > 1;
    element.classList.toggle("over", late);
    element.firstChild.style.width = `${Math.min(100, Math.max(0, late ? 100 / used : 100 * used)).toFixed(1)}%`;
    return used;
  }

  function turn(element, now) {
    const due = Number(element.dataset.due);
    const text = Y.countdown(due - now);
    if (element.innerHTML !== text) element.innerHTML = text;
    const row = element.closest("[data-start]");
    if (!row) return;
    const used = bar(row.querySelector(".bar"), Number(row.dataset.start), due, now);
    Y.say(row.querySelector(".times"), used >= 1.5 ? `×${used.toFixed(1)}` : "");
  }

  Y.tick = () => {
    if (Y.offset === null) return;
    const now = Y.now();
    for (const element of document.querySelectorAll("[data-due]")) turn(element, now);
    for (const element of document.querySelectorAll("[data-ago]")) Y.say(element, Y.ago(Number(element.dataset.ago)));
    Y.say(document.getElementById("wall-clock"), Y.clockSeconds(now));
    const date = document.getElementById("wall-date");
    if (date) {
      Y.say(date.firstChild, Y.date(now));
      Y.say(date.lastChild, Y.weekday(now));
    }
    Y.status?.();
  };

  function everySecond() {
    Y.live.watch();
    Y.tick();
    Y.map?.paint();
    setTimeout(everySecond, 1000 - (Y.offset === null ? 0 : Y.now() % 1000) + 2);
  }
  everySecond();
})();
