// A long list of ticks as a search box with what is chosen beside it: a combobox over a listbox where several may be
// chosen, group by group. The ticks stay in the form, out of sight, and are what is sent.
class Ticks {
  constructor(list) {
    this.list = list;
    this.field = list.closest(".field");
    this.texts = list.closest("form").dataset;
    this.lately = new Lately(list.closest("form"), list.dataset.of);
    this.boxes = [...list.querySelectorAll("input[type=checkbox]")];
    this.active = -1;
    this.build();
    this.input.addEventListener("input", () => this.open());
    this.input.addEventListener("click", () => (this.popup.hidden ? this.open() : this.close()));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", (event) => { if (event.relatedTarget !== this.offer) this.close(); });
    this.popup.addEventListener("mousedown", (event) => event.preventDefault()); // keeps focus in the field
    this.popup.addEventListener("click", ({ target }) => { const option = target.closest("[role=option]"); if (option) this.choose(option); });
    this.chips.addEventListener("click", ({ target }) => { const chip = target.closest("button"); if (chip) this.drop(Number(chip.value)); });
    list.addEventListener("change", () => this.tell());
    list.hidden = true;
    this.tell();
  }

  build() {
    const id = `${this.field.id}-ticks`;
    const make = (tag, known) => { const one = document.createElement(tag); for (const [name, value] of Object.entries(known)) one.setAttribute(name, value); return one; };
    this.chips = make("div", { class: "chosen", "data-local": "" });
    this.input = make("input", { type: "text", id, role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: this.texts.choose, "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-labelledby": `${this.field.id}-label`, "data-local": "" });
    this.popup = make("div", { role: "listbox", id: `${id}-list`, class: "suggestions ticks-list", "aria-multiselectable": "true", "aria-labelledby": `${this.field.id}-label`, hidden: "" });
    this.status = make("div", { role: "status", class: "visually-hidden" });
    const about = this.field.getAttribute("aria-describedby");
    if (about) this.input.setAttribute("aria-describedby", about);
    const picker = make("div", { class: "picker" });
    picker.append(this.input, this.popup, this.status);
    this.list.before(this.chips, picker);
  }

  label(box) { return box.parentElement.textContent.trim(); }

  // What is chosen, as buttons that take it away. By keyboard the list and Backspace do, and Tab passes them by.
  tell() {
    this.chips.replaceChildren(...this.boxes.map((box, at) => [box, at]).filter(([box]) => box.checked).map(([box, at]) => {
      const chip = Object.assign(document.createElement("button"), { type: "button", tabIndex: -1, className: "pick", value: at, textContent: this.label(box) });
      chip.setAttribute("aria-label", this.texts.drop.replace("{name}", this.label(box)));
      return chip;
    }));
    this.chips.hidden = !this.chips.childElementCount;
  }

  open() {
    const typed = this.input.value.trim().toLocaleLowerCase();
    if (this.popup.hidden) this.before = this.lately.ids; // the list stands still while it is open
    const parts = [];
    let group = null, number = 0;
    const option = (text, value, chosen) => {
      const one = Object.assign(document.createElement("div"), { id: `${this.popup.id}-${number++}`, textContent: text });
      one.setAttribute("role", "option");
      one.setAttribute("aria-selected", String(chosen));
      one.dataset.boxes = value;
      return one;
    };
    for (const [heading, boxes] of [...this.used(typed), ...this.groups()]) {
      const fitting = boxes.filter((at) => !typed || `${this.label(this.boxes[at])} ${heading}`.toLocaleLowerCase().includes(typed));
      if (!fitting.length) continue;
      group = document.createElement("div");
      if (heading) {
        group.setAttribute("role", "group");
        group.setAttribute("aria-label", heading);
        if (heading === this.texts.lately) group.append(Object.assign(document.createElement("div"), { className: "choice-group", ariaHidden: "true", textContent: heading }));
        const all = fitting.every((at) => this.boxes[at].checked);
        const every = option(this.texts.all.replace("{name}", heading), fitting.join(), all);
        every.className = "every";
        if (heading !== this.texts.lately) group.append(every);
      }
      group.append(...fitting.map((at) => option(this.label(this.boxes[at]), String(at), this.boxes[at].checked)));
      parts.push(...(heading ? [group] : group.children));
    }
    this.popup.replaceChildren(...parts);
    this.options = [...this.popup.querySelectorAll("[role=option]")];
    this.popup.hidden = !this.options.length;
    this.input.setAttribute("aria-expanded", String(!this.popup.hidden));
    this.offer = offerMaking(this.input, this.options.length ? "" : this.input.value.trim(), this.offer);
    this.status.textContent = this.options.length ? "" : this.offer ? this.texts.missing.replace("{name}", this.input.value.trim()) : this.texts.none;
    this.status.className = this.offer ? "help" : "visually-hidden";
    this.move(Math.min(this.active, this.options.length - 1));
  }

  // What was chosen lately comes first, where nothing is looked for.
  used(typed) {
    const found = this.before.map((id) => this.boxes.findIndex((box) => box.value === id)).filter((at) => at >= 0);
    return typed || !found.length || this.boxes.length <= MOST_LATELY * 2 ? [] : [[this.texts.lately, found]];
  }

  // The places of the ticks, under the heading they stand below.
  groups() {
    const found = new Map([["", []]]);
    let heading = "";
    for (const one of this.list.querySelectorAll(".choice-group, label")) {
      if (one.matches("label")) found.get(heading).push(this.boxes.indexOf(one.querySelector("input")));
      else found.set(heading = one.textContent.trim(), []);
    }
    return found;
  }

  move(at) {
    this.active = at;
    this.options.forEach((one, number) => one.classList.toggle("active", number === at));
    const option = this.options[at];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const open = !this.popup.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) this.open();
      const count = this.options.length;
      this.move(event.key === "ArrowDown" ? (this.active + 1) % count : (this.active <= 0 ? count : this.active) - 1);
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      if (this.options[this.active]) this.choose(this.options[this.active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Backspace" && !this.input.value) {
      const last = [...this.chips.children].at(-1);
      if (last) this.drop(Number(last.value), false);
    }
  }

  // One that is chosen is taken away again; «alle» chooses those that are not chosen yet, or takes all away.
  choose(option) {
    const some = option.dataset.boxes.split(",").map((at) => this.boxes[at]);
    const want = option.getAttribute("aria-selected") !== "true";
    some.forEach((box) => { box.checked = want; });
    if (want && some.length === 1) this.lately.note(some[0].value);
    this.changed(some[0]);
    this.open();
    this.status.textContent = (want ? this.texts.picked : this.texts.dropped).replace("{name}", option.textContent);
  }

  drop(at, focus = true) {
    this.boxes[at].checked = false;
    this.changed(this.boxes[at]);
    this.status.textContent = this.texts.dropped.replace("{name}", this.label(this.boxes[at]));
    if (focus) this.input.focus();
    this.close();
  }

  changed(box) {
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  close() {
    this.popup.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    if (document.activeElement !== this.input) this.input.value = "";
  }
}

function searchTicks(list) { if (list.closest("form").dataset.choose && !list.querySelector(":disabled")) new Ticks(list); }
document.querySelectorAll("details.many").forEach(searchTicks);
