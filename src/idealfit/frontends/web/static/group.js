// The values of a condition are those of the column that was chosen; without this they are once the form was sent.
document.addEventListener("change", (event) => {
  if (!event.target.matches(".condition [name=on]")) return;
  const [line, column] = [event.target.closest(".condition"), event.target.value];
  line.querySelector("[name=value]").setAttribute("list", `values-of-${column}`);
  const range = document.querySelector(`[data-range="${CSS.escape(column)}"]`);
  line.querySelector(".range").textContent = range ? range.content.textContent : "";
});
