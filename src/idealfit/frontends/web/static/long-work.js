// How far long work is, as it goes; without a script the page loads itself again.
(() => {
  "use strict";
  const place = document.querySelector("[data-job]");
  if (!place) return;
  const bar = place.querySelector("[data-share]");
  const what = place.querySelector("[data-what]");
  const left = place.querySelector("[data-left]");
  const events = new EventSource(place.dataset.job);
  let waited = !what;
  events.addEventListener("progress", (event) => {
    const told = JSON.parse(event.data);
    if (waited && told.state === "running") return location.reload();
    bar.value = 100 * told.share;
    if (what && told.what) what.textContent = told.what;
    left.textContent = told.time;
  });
  events.addEventListener("ended", () => {
    events.close();
    location.reload();
  });
})();
