// A draft that is not saved is not left by accident.
(() => {
  "use strict";
  const form = document.querySelector("[data-guard]");
  if (!form) return;
  let typed = false;
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", () => { typed = false; });
  addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
})();
