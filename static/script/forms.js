// Comfort only: every action works without this file.
const saved = new WeakSet();

// Errors are read out first.
document.getElementById("errors")?.focus();

// Warn before a changed form is left.
for (const form of document.querySelectorAll("form[data-warn-unsaved]")) {
  let changed = "unsaved" in form.dataset;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => saved.add(form));
  window.addEventListener("beforeunload", (event) => {
    if (changed && !saved.has(form)) event.preventDefault();
  });
}

// Keep "Velg (3 valgt)" true while boxes are ticked.
function countTicks(list) {
  list.addEventListener("change", () => {
    const labels = [...list.querySelectorAll("input:checked")].map((box) => box.labels[0].textContent);
    list.querySelector("[data-count]").textContent = labels.length;
    list.querySelector("[data-chosen]").textContent = labels.join(" · ");
  });
}
document.querySelectorAll("details.many").forEach(countTicks);
