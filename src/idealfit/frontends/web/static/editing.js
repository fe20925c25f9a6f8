// A draft that is not saved is not left by accident.
(() => {
  "use strict";
  const form = document.querySelector("[data-guard]");
  if (!form) return;
  let typed = form.hasAttribute("data-unsaved");  // an act has drawn the page anew, and nothing is saved yet
  form.addEventListener("input", (event) => {
    typed = true;
    const field = event.target;  // what was wrong with it was said of what stood there before
    if (field.getAttribute("aria-invalid") !== "true") return;
    document.getElementById(field.getAttribute("aria-describedby"))?.remove();
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  });
  form.addEventListener("submit", () => { typed = false; });
  document.addEventListener("htmx:error", () => {
    const waits = document.querySelector("#tried .waiting");
    if (!waits) return;
    waits.classList.remove("waiting");
    waits.textContent = "No answer came. Nothing that you typed is lost: press 'Look at the effect'.";
  });
  addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
})();
