// How far long work is, as it goes; without a script the page loads itself again.
(() => {
  "use strict";
  const place = document.querySelector("[data-job]");
  if (!place) return;
  const part = (name) => place.querySelector(`[data-${name}]`);
  const [bar, what, left, said] = ["share", "what", "left", "said"].map(part);
  const title = document.title;
  const events = new EventSource(place.dataset.job);
  const waited = !what;
  events.addEventListener("progress", (event) => {
    const told = JSON.parse(event.data);
    if (waited && told.state === "running") return location.reload();
    bar.value = 100 * told.share;
    left.textContent = told.time;
    document.title = `${Math.round(bar.value)} % · ${title}`;
    if (!what) return;
    what.textContent = told.what;
    const step = told.what.split(":")[0]; // each step is said once, and not every row of it
    if (step !== said.textContent) said.textContent = step;
  });
  events.addEventListener("ended", () => {
    events.close();
    location.reload();
  });
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000); // signed out, say
    else left.textContent = "The server does not answer. The work goes on without it, and is followed here again when it is back.";
  });
})();
