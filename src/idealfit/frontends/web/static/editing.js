// A draft that is not saved is not left by accident.
(() => {
  "use strict";
  const form = document.querySelector("[data-guard]");
  if (!form) return;
  let typed = false;
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", () => { typed = false; });
  document.addEventListener("htmx:error", () => {
    const waits = document.querySelector("#tried .waiting");
    if (!waits) return;
    waits.classList.remove("waiting");
    waits.textContent = "No answer came. Nothing that you typed is lost: press 'Look at the effect'.";
  });
  addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
})();
