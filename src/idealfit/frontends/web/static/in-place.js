// The list of accounts and what it leads to stay in their document: an act fetches the page of its own address, and
// only what differs is put in place. Without this the same links and forms load the same pages.
(() => {
  "use strict";
  const LIST = "/accounts";
  const main = () => document.querySelector("#main");
  const within = (path) => path === LIST || path.startsWith(`${LIST}/`);

  function leads(link) { // where a link leads, if that is shown in place
    if (!link || !main().contains(link) || link.target || link.hasAttribute("download") || link.origin !== location.origin) return null;
    return within(location.pathname) && within(link.pathname) && !link.hash ? link.pathname : null;
  }

  // Accounts that a person is about to open are asked for a moment before: a few, and none for long.
  const ahead = new Map();
  const FEW = 4, FRESH = 10000;
  let soon = 0;
  function fetchAhead(link) {
    if (!link.isConnected || ahead.has(link.href)) return;
    if (ahead.size >= FEW) ahead.delete(ahead.keys().next().value);
    ahead.set(link.href, fetch(link.href, { headers: { "HX-Request": "true" } }));
    ahead.get(link.href).catch(() => ahead.delete(link.href));
    setTimeout(() => ahead.delete(link.href), FRESH);
  }
  const consider = (wait) => (event) => {
    clearTimeout(soon);
    const link = event.target.closest?.("a[href]");
    if (leads(link)?.startsWith(`${LIST}/`)) soon = setTimeout(fetchAhead, wait, link);
  };
  document.addEventListener("pointerover", consider(80));
  document.addEventListener("focusin", consider(150));
  document.addEventListener("pointerdown", consider(0));

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const path = leads(link);
    if (!path || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const rows = path === LIST && document.querySelector("#shown");
    const more = rows ? {} : { target: "#main", select: "#main", selectOOB: "", swap: "outerHTML", push: "true" };
    htmx.ajax("GET", link.href, { source: link, paged: link.matches(".pager a"), ...more });
  });

  document.addEventListener("htmx:config:request", (event) => {
    const { request } = event.detail.ctx;
    const found = ahead.get(new URL(request.action, location.href).href);
    if (!found || request.method !== "GET") return;
    ahead.clear();
    event.detail.ctx.fetch = () => found;
  });

  // What cannot be put in place (a fault, a list that is being made, other looks, a server that has ended) is a page.
  const whole = (ctx) => within(location.pathname) && ctx?.request.method === "GET";
  const known = (sheet) => document.querySelector(`link[href="${CSS.escape(sheet)}"]`);
  const fits = (ctx) => (ctx.select !== "#shown" || ctx.text.includes('id="shown"'))
    && [...ctx.text.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].every(([, sheet]) => known(sheet));
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (!whole(ctx) || (ctx.response.status === 200 && fits(ctx))) return;
    event.preventDefault();
    location.assign(ctx.response.raw.url);
  });
  document.addEventListener("htmx:error", (event) => {
    if (whole(event.detail.ctx)) location.assign(event.detail.ctx.request.action);
  });

  // Where the focus was: by its id or address, of every view that somebody may come back to.
  const places = new Map();
  const view = () => location.pathname + location.search;
  const named = (one) => (one?.id ? `#${CSS.escape(one.id)}` : one?.matches?.("a[href]") ? `a[href="${CSS.escape(one.getAttribute("href"))}"]` : null);
  document.addEventListener("htmx:before:history:update", () => places.set(view(), named(document.activeElement)));
  const lost = () => !document.activeElement || document.activeElement === document.body;
  const focus = (one) => one?.focus({ preventScroll: true });

  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    fit();
    if (!whole(ctx)) return;
    if (ctx.request.headers["HX-History-Restore-Request"]) {
      const at = places.get(view());
      focus((at && main().querySelector(at)) || main());
    } else if (ctx.select === "#main") {
      scrollTo(0, 0);
      if (lost()) focus(main());
    } else if (ctx.paged) {
      const rows = document.querySelector("#shown [role=region]");
      focus(rows);
      rows?.scrollIntoView();
    } else if (lost()) focus(document.querySelector(".chips a") ?? document.querySelector("#q"));
  });

  // A table that is no wider than its place is not scrolled in it: its head then stays at the top of the window.
  function fit() {
    document.querySelectorAll("[data-fits]").forEach((one) => one.classList.toggle("fits", one.firstElementChild.offsetWidth <= one.clientWidth));
  }
  fit();
  addEventListener("resize", fit);
})();
