// Comfort only: a box above a long list of ticks shows those that hold what is typed, and all that are ticked.
for (const list of document.querySelectorAll("[data-narrowed]")) {
  const box = document.createElement("div"), label = document.createElement("label"), input = document.createElement("input"), told = document.createElement("p");
  box.className = "find-box"; label.textContent = list.dataset.label; input.type = "search"; input.id = `narrow-${list.dataset.narrowed}`; label.htmlFor = input.id; told.setAttribute("role", "status");
  box.append(label, input, told);
  list.before(box);
  const options = [...list.querySelectorAll(".choices > *")].map((one) => [one, one.textContent.toLowerCase(), one.querySelector("input")]);
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let hits = 0;
    for (const [one, text, tick] of options) {
      const hit = words.every((word) => text.includes(word));
      hits += hit;
      one.hidden = !hit && !tick?.checked;
    }
    for (const group of list.querySelectorAll("fieldset")) group.hidden = !group.querySelector(".choices > :not([hidden])");
    told.textContent = words.length ? list.dataset.count.replace("%n", hits) : "";
  });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); }); // it finds, it does not send
}
