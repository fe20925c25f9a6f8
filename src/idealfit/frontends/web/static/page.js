// What a page can do beside its links and forms; without it everything is still there.
(() => {
  "use strict";
  const editable = (element) => element.matches("input, textarea, select, [contenteditable]");
  let began = "";

  const go = { a: "/accounts", p: "/profile", e: "/evidence", o: "/overview", d: "/data", c: "/charts", t: "/thirty-seconds" };

  function step(by) {
    const rows = [...document.querySelectorAll("[data-rows] tbody th a")];
    if (!rows.length) return;
    const now = rows.indexOf(document.activeElement);
    rows[Math.min(rows.length - 1, Math.max(0, now < 0 ? 0 : now + by))].focus();
  }

  // What is typed while the next question is on its way goes into its box.
  let typed = null;
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".question, .box")) return;
    typed = "";
    setTimeout(() => { typed = null; }, 5000);
  });
  addEventListener("pagehide", () => {
    if (typed) sessionStorage.setItem("typed", typed);
    typed = null;
  });
  const kept = sessionStorage.getItem("typed");
  sessionStorage.removeItem("typed");
  const asked = kept && document.querySelector(".question input[autofocus]");
  if (asked) asked.value += kept;

  document.addEventListener("keydown", (event) => {
    if (typed !== null && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (event.key.length === 1) typed += event.key;
      else if (event.key === "Backspace") typed = typed.slice(0, -1);
      else if (event.key !== "Enter") return;
      event.preventDefault();
      return;
    }
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("[data-sends]")) {
      event.preventDefault();
      event.target.form.requestSubmit();
      return;
    }
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
      event.preventDefault();
      if (!search) location.href = "/accounts#search"; // companies are what is searched for, wherever one is
      else {
        search.focus();
        search.select();
      }
    } else if (event.key === "?") location.href = document.querySelector("[data-help]")?.href ?? "/help";
    else if (document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)) {
      event.preventDefault();
      document.querySelector(`[data-key="${CSS.escape(event.key)}"]`).click();
    } else if (event.key === "j") step(1);
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

  // Drag over the plane: the region becomes the ranges of fit and timing, which a form sends like any other.
  let brush = null;
  const place = (plane, event) => {
    const box = plane.querySelector(".field").getBoundingClientRect();
    const side = Number(plane.dataset.side);
    const within = (part) => Math.min(side, Math.max(0, part * side));
    return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
  };
  document.addEventListener("pointerdown", (event) => {
    const plane = event.target.closest?.("[data-plane]");
    if (!plane || event.button !== 0) return;
    brush = { plane, from: place(plane, event) };
    plane.setPointerCapture(event.pointerId);
  });
  document.addEventListener("pointermove", (event) => {
    if (!brush) return;
    const [x, y] = place(brush.plane, event);
    const shape = brush.plane.querySelector(".brush");
    shape.removeAttribute("hidden");
    shape.setAttribute("x", Math.min(x, brush.from[0]));
    shape.setAttribute("y", Math.min(y, brush.from[1]));
    shape.setAttribute("width", Math.abs(x - brush.from[0]));
    shape.setAttribute("height", Math.abs(y - brush.from[1]));
  });
  document.addEventListener("pointerup", (event) => {
    if (!brush) return;
    const { plane, from } = brush;
    const to = place(plane, event);
    brush = null;
    if (Math.abs(to[0] - from[0]) < 4 || Math.abs(to[1] - from[1]) < 4) return;
    const side = Number(plane.dataset.side);
    const share = (part) => Math.round((part / side) * 100);
    const form = document.querySelector("#filters");
    const put = (name, value) => { form.elements[name].value = value; };
    put("min.fit", share(Math.min(to[0], from[0])));
    put("max.fit", share(Math.max(to[0], from[0])));
    put("min.timing", share(side - Math.max(to[1], from[1])));
    put("max.timing", share(side - Math.min(to[1], from[1])));
    form.requestSubmit();
  });

  function ready(part) {
    part.querySelectorAll("[data-copy][hidden]").forEach((one) => { one.hidden = false; });
    part.querySelectorAll("[data-with-script][hidden]").forEach((one) => { one.hidden = false; });
    part.querySelectorAll("[data-without-script]").forEach((one) => { one.hidden = true; });
  }
  ready(document);
  if (location.hash === "#search") document.querySelector("[data-search]")?.focus();
  const [menu, here] = [document.querySelector(".menu"), document.querySelector(".menu [aria-current]")];
  if (here) menu.scrollLeft = here.offsetLeft - menu.offsetLeft - (menu.clientWidth - here.offsetWidth) / 2; // on a phone
  document.addEventListener("htmx:after:swap", () => ready(document));
})();
