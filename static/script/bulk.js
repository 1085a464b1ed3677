// Ticked rows of a list: all of the page at once, a range with shift, and the bar that says what may be done with them.
class BulkBar {
  constructor(form) {
    this.form = form;
    this.boxes = [...document.querySelectorAll(`input[name=row][form="${form.id}"]`)];
    this.whole = form.elements.whole;
    this.told = form.querySelector(".bulk-told");
    this.told.setAttribute("role", "status");
    this.last = null;
    this.every = this.box(form.dataset.page, document.querySelector(".ticks thead th"));
    this.every.addEventListener("change", () => this.tickAll(this.every.checked));
    this.drop = Object.assign(document.createElement("button"), { type: "button", className: "drop", textContent: form.dataset.drop });
    this.drop.addEventListener("click", () => { if (this.whole) this.whole.checked = false; this.tickAll(false); this.boxes[0].focus(); });
    this.told.after(this.drop);
    for (const box of this.boxes) box.addEventListener("click", (event) => this.ticked(box, event.shiftKey));
    this.whole?.addEventListener("change", () => this.show());
    addEventListener("pageshow", () => this.show()); // Back brings the ticks back
    this.show();
  }

  box(label, place) {
    const box = Object.assign(document.createElement("input"), { type: "checkbox", className: "tick" });
    box.setAttribute("aria-label", label);
    box.title = label;
    place.append(box);
    return box;
  }

  tickAll(on) {
    for (const box of this.boxes) box.checked = on;
    this.show();
  }

  // Shift takes all between this row and the one before it along.
  ticked(box, ranges) {
    const from = this.boxes.indexOf(this.last), to = this.boxes.indexOf(box);
    if (ranges && from >= 0) for (const one of this.boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = box.checked;
    this.last = box;
    this.show();
  }

  show() {
    const number = this.boxes.filter((box) => box.checked).length;
    this.every.checked = number === this.boxes.length;
    this.every.indeterminate = number > 0 && number < this.boxes.length;
    this.form.hidden = !number && !this.whole?.checked;
    this.form.classList.add("floats");
    const two = this.form.querySelector(".two");
    if (two) two.hidden = number !== 2 || this.whole?.checked;
    this.told.textContent = this.whole?.checked ? this.whole.labels[0].textContent.trim() : this.form.dataset.ticked.replace("{n}", number);
  }
}
for (const form of document.querySelectorAll(".bulk-bar")) new BulkBar(form);

// While it is done, the page says so, and is not sent twice.
for (const form of document.querySelectorAll("form[data-working]")) {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name === "step" || event.submitter?.name === "switch_language") return;
    form.querySelector(".working").textContent = form.dataset.working;
    setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = true; });
  });
}
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-working] button")) button.disabled = false;
});
