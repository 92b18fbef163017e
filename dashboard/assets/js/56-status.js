/* Whether what is shown is of now. When it is not: since when, how old the numbers are, and what is being done. */
(() => {
  "use strict";

  const Y = window.yiwang;

  Y.status = () => {
    const element = document.getElementById("status");
    if (!element) return;
    const { state, lostAt } = Y.live;
    const age = Y.offset === null ? "" : Math.max(0, Math.round((performance.now() - Y.live.heardAt) / 1000));
    const words = {
      loading: Y.t("正在连接"),
      live: Y.offset === null ? "" : Y.t("截至 {at}", { at: Y.clockSeconds(Y.now()) }),
      polling: Y.t("截至 {at}", { at: Y.offset === null ? "—" : Y.clockSeconds(Y.live.heardAt + Y.offset) }),
      hidden: Y.t("已暂停"),
      lost: lostAt === null ? Y.t("连接不上，正在重试") : Y.t("{at} 起断开，数据为 {n} 秒前，正在重连", { at: Y.clockSeconds(lostAt), n: age }),
      signed_out: Y.t("登录已失效，请重新登录"),
    };
    Y.say(element, words[state]);
    element.dataset.state = state;
    element.title = state === "polling" ? Y.t("实时通道已满，改为每 5 秒查询一次") : "";
  };
})();
