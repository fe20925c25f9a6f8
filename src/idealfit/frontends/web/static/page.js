// What a page can do beside its links and forms; without it everything is still there.
(() => {
  "use strict";
  const editable = (element) => element.matches("input, textarea, select, [contenteditable]");
  let began = "";

  const go = { a: "/accounts", p: "/profile", e: "/evidence", o: "/", t: "/thirty-seconds" };

  function step(by) {
    const rows = [...document.querySelectorAll("[data-rows] tbody th a")];
    if (!rows.length) return;
    const now = rows.indexOf(document.activeElement);
    rows[Math.min(rows.length - 1, Math.max(0, now < 0 ? 0 : now + by))].focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape") {
      document.querySelectorAll("details.drop[open]").forEach((one) => {
        one.open = false;
        one.querySelector("summary").focus();
      });
      return;
    }
    if (editable(event.target)) return;
    const room = began === "g" && document.querySelector(`nav a[href="${go[event.key]}"]`);
    began = event.key === "g" ? "g" : "";
    if (room) room.click();
    else if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "?") location.href = document.querySelector("[data-help]")?.href ?? "/help";
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) {
      await navigator.clipboard.writeText(button.dataset.copy);
      const words = button.querySelector(".hide") ?? button;
      const before = words.textContent;
      words.textContent = "Copied";
      button.classList.add("good");
      setTimeout(() => { words.textContent = before; button.classList.remove("good"); }, 1500);
    }
    document.querySelectorAll("details.drop[open]").forEach((one) => {
      if (!one.contains(event.target)) one.open = false;
    });
  });

  function ready(part) {
    part.querySelectorAll("[data-copy][hidden]").forEach((one) => { one.hidden = false; });
    part.querySelectorAll("[data-with-script][hidden]").forEach((one) => { one.hidden = false; });
    part.querySelectorAll("[data-without-script]").forEach((one) => { one.hidden = true; });
  }
  ready(document);
  document.addEventListener("htmx:after:swap", () => ready(document));
})();
