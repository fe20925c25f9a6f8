// Dropping files on the page, with how much has gone and how fast; without a script the form sends them as it is.
(() => {
  "use strict";
  const form = document.querySelector("[data-drop]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const chosen = form.querySelector("[data-chosen]");
  const sending = form.querySelector("[data-sending]");
  const fault = form.querySelector("[data-fault]");
  const bar = sending.querySelector("progress");
  const rate = sending.querySelector("[data-rate]");
  let request = null;

  const told = () => {
    const names = [...input.files].map((one) => one.name);
    chosen.textContent = names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
  };
  // a refusal is a page; here its two sentences are told beside the button
  const said = (page) => [...new DOMParser().parseFromString(page, "text/html").querySelectorAll("main h1 ~ p:not(.quiet)")].map((one) => one.textContent.trim()).join(" ");
  const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);

  function send(files) {
    fault.hidden = true;
    const body = new FormData();
    for (const file of files) body.append("files", file, file.name);
    const began = performance.now();
    request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const seconds = (performance.now() - began) / 1000;
      const speed = event.loaded / Math.max(seconds, 0.001);
      bar.value = (100 * event.loaded) / event.total;
      rate.textContent = `${megabytes(event.loaded)} of ${megabytes(event.total)} MB, ${megabytes(speed)} MB a second, ` +
        `${Math.ceil((event.total - event.loaded) / speed)} seconds left`;
    });
    request.addEventListener("load", () => {
      if (request.status === 200) location.href = JSON.parse(request.responseText).address;
      else failed(said(request.responseText) || "The files were not taken. Try again, or import them on the command line.");
    });
    request.addEventListener("error", () => failed("The server did not answer. Is it still running?"));
    request.addEventListener("abort", () => { sending.hidden = true; });
    sending.hidden = false;
    request.send(body);
  }

  function failed(words) {
    sending.hidden = true;
    fault.textContent = words;
    fault.hidden = false;
  }

  // what lies in a dropped folder, at any depth: the browser hands a folder over by its name only, which cannot be sent
  const asked = (ask) => new Promise(ask);
  async function within(entry) {
    if (entry.isFile) return [await asked((done, fault) => entry.file(done, fault))];
    const reader = entry.createReader();
    const found = [];
    for (let some; (some = await asked((done, fault) => reader.readEntries(done, fault))).length; ) found.push(...some);
    return (await Promise.all(found.map(within))).flat();
  }

  input.addEventListener("change", told);
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    if (input.files.length) send(input.files);
  });
  form.querySelector("[data-cancel]").addEventListener("click", () => request?.abort());
  for (const kind of ["dragenter", "dragover"]) form.addEventListener(kind, (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  for (const kind of ["dragleave", "drop"]) form.addEventListener(kind, () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    const take = (files) => {
      input.files = files;
      told();
      if (files.length) send(files);
      else failed("The folder is empty.");
    };
    const entries = [...event.dataTransfer.items].map((one) => one.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.some((one) => one.isDirectory)) return take(event.dataTransfer.files);
    Promise.all(entries.map(within)).then((found) => {
      const held = new DataTransfer();
      for (const file of found.flat()) held.items.add(file);
      take(held.files);
    }).catch(() => failed("The folder could not be read. Choose its files, or hand over a zip of it."));
  });
})();
