// A text field that suggests records: the combobox pattern of ARIA 1.2.
class Combobox {
  constructor(input) {
    this.input = input;
    this.hidden = input.parentElement.querySelector("input[name$=-id]"); // absent where several may be chosen
    this.texts = input.form.dataset;
    this.lately = new Lately(input.form, input.dataset.of);
    this.picked = input.value.trim();
    this.options = [];
    this.active = -1;
    this.list = this.make("ul", { role: "listbox", id: `${input.id}-list`, class: "suggestions", hidden: "", "aria-label": input.labels[0].textContent.trim() });
    this.status = this.make("div", { role: "status", class: "visually-hidden" });
    for (const [name, value] of Object.entries({ role: "combobox", autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id })) input.setAttribute(name, value);
    input.addEventListener("input", () => this.typed());
    input.addEventListener("click", () => { if (this.list.hidden) this.search(); });
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", (event) => { if (event.relatedTarget !== this.offer) this.leave(); });
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps focus in the field
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(this.options[[...this.list.children].indexOf(option)]);
    });
  }

  make(tag, attributes) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    this.input.parentElement.append(element);
    return element;
  }

  typed() {
    if (this.hidden) this.hidden.value = "";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), 150);
  }

  async search() {
    const typed = this.input.value.trim();
    const query = typed === this.picked ? "" : typed; // what is chosen is no search: the others are shown beside it
    try {
      const options = await this.ask(query);
      if (!options) return this.close("");
      if (typed === this.input.value.trim() && document.activeElement === this.input) this.show(options);
    } catch { this.close(""); } // no network: the typed name is read by the server
  }

  async ask(query) {
    const url = new URL(this.input.dataset.lookup, location.href);
    url.searchParams.set("query", query);
    if (!query) url.searchParams.set("lately", this.lately.ids.join());
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    return answer.ok ? answer.json() : null;
  }

  show(options) {
    this.options = options;
    this.offer = offerMaking(this.input, options.length ? "" : this.input.value.trim(), this.offer);
    if (!options.length) return this.close(this.offer ? this.texts.missing.replace("{name}", this.input.value.trim()) : this.texts.none, true);
    this.list.replaceChildren(...options.map(([, label], index) => {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.textContent = label;
      return option;
    }));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.move(-1);
    this.say(this.texts.found.replace("{n}", options.length));
  }

  move(index) {
    this.active = index;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = this.list.children[index];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const open = !this.list.hidden;
    const count = this.options.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) this.search();
      else if (event.key === "ArrowDown") this.move((this.active + 1) % count);
      else this.move(this.active <= 0 ? count - 1 : this.active - 1);
    } else if (event.key === "Enter" && open && this.active >= 0) {
      event.preventDefault();
      this.choose(this.options[this.active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      this.close("");
    }
  }

  choose([id, label]) {
    this.lately.note(id);
    this.offer = offerMaking(this.input, "", this.offer);
    if (this.hidden) {
      this.input.value = this.picked = label;
      this.hidden.value = id;
    } else {
      this.add(id, label);
      this.input.value = "";
    }
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.input.form?.dispatchEvent(new Event("input"));
    this.close(this.texts.picked.replace("{name}", label));
  }

  // Where several may be chosen, a choice becomes a ticked box above the field.
  add(id, label) {
    const field = this.input.closest(".field");
    const chosen = field.querySelector("[data-chosen-list]");
    const same = [...chosen.querySelectorAll("input")].find((box) => box.value === String(id));
    if (same) { same.checked = true; return; }
    const row = Object.assign(document.createElement("div"), { className: "choice" });
    const box = Object.assign(document.createElement("input"), { type: "checkbox", name: this.input.name.replace(/-new$/, ""), value: id, checked: true, id: `${field.id}-picked-${id}` });
    const text = Object.assign(document.createElement("label"), { htmlFor: box.id, textContent: label });
    row.append(box, text);
    chosen.append(row);
  }

  leave() {
    const typed = this.input.value.trim().toLocaleLowerCase();
    const match = this.options.find(([, label]) => label.toLocaleLowerCase() === typed);
    if (match && this.hidden && !this.hidden.value) this.hidden.value = match[0];
    this.close("");
  }

  close(message, visible = false) {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.move(-1);
    this.say(message, visible);
  }

  say(message, visible = false) {
    this.status.textContent = message;
    this.status.className = visible ? "help" : "visually-hidden";
  }
}

// One empty field is enough when each choice moves up among the boxes.
for (const group of document.querySelectorAll(".field-PickersField")) {
  [...group.querySelectorAll(".picker-new")].slice(1).forEach((line) => { line.hidden = !line.querySelector("input").value; });
}
for (const input of document.querySelectorAll("input[data-lookup]:not([readonly])")) new Combobox(input);
