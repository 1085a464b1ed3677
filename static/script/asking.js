// What a form asks the server while somebody writes: which fields apply, what lacks, what is wrong with the field that
// was left, one more row. Without it, «Oppdater skjemaet», «Legg til» and «Lagre» answer the same.
class Asking {
  constructor(form) {
    this.form = form;
    this.texts = form.dataset;
    this.turn = 0;
    this.heard = Date.now(); // when the server last answered
    this.refresh = form.querySelector("[data-refresh]");
    if (this.refresh) this.refresh.hidden = true;
    this.status = Object.assign(document.createElement("p"), { className: "visually-hidden" });
    this.status.setAttribute("role", "status");
    form.append(this.status);
    form.addEventListener("change", ({ target }) => this.changed(target));
    form.addEventListener("click", (event) => this.clicked(event));
    this.helpByKey();
  }

  // Help is a key away from the field, so that Tab goes from field to field.
  helpByKey() {
    for (const one of this.form.querySelectorAll(".hint > summary")) one.tabIndex = -1;
    this.form.querySelector(":scope > .help").append(` ${this.texts.helpKey}`);
    this.form.addEventListener("keydown", (event) => {
      const hints = event.key === "F1" ? [event.target.closest(".field"), event.target.closest(".rows")].map((one) => one?.querySelector(":scope > .hint")) : [];
      const hint = hints.find(Boolean);
      if (!hint) return;
      event.preventDefault();
      hint.open = !hint.open;
    });
  }

  // The answer to the form as it stands; null when there is none, and then the buttons for those without script come back.
  async ask(about) {
    const url = new URL(this.texts.ask, location.href);
    const unseen = [...this.form.querySelectorAll("[data-asked]")].filter((slot) => !slot.childElementCount);
    for (const [name, value] of Object.entries({ ...about, empty: unseen.map((slot) => slot.dataset.asked).join() })) url.searchParams.set(name, value);
    const turn = ++this.turn;
    try {
      const answer = await fetch(url, { method: "POST", body: new URLSearchParams(new FormData(this.form)), headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      this.heard = Date.now();
      const found = await answer.json();
      if (turn === this.turn) this.show(found);
      return found;
    } catch {
      if (this.refresh) this.refresh.hidden = false;
      return null;
    }
  }

  async changed(target) {
    if (!target.name || target.closest("[data-local]")) return;
    const found = await this.ask({ left: target.name });
    if (!found) return;
    this.complain(target, found.errors);
    this.warn(target, found.namesake);
  }

  show(found) {
    const come = [];
    for (const slot of this.form.querySelectorAll("[data-asked]")) {
      const key = slot.dataset.asked;
      if (found.html[key] && !slot.childElementCount) this.put(found.html[key], (drawn) => slot.append(drawn));
      const shown = found.shown.includes(key) || slot.contains(document.activeElement);
      if (shown && slot.hidden) come.push(slot.querySelector("label, .legend, h3")?.firstChild.textContent.trim());
      slot.hidden = !shown;
      slot.querySelector(":scope > .not-asked")?.remove();
      if (shown && !found.asked.includes(key)) slot.prepend(Object.assign(document.createElement("p"), { className: "not-asked", textContent: this.texts.notAsked }));
    }
    for (const [id, text] of Object.entries(found.follows)) this.infer(document.getElementById(`${id}-inferred`), text);
    for (const [anchor, lacks] of Object.entries(found.lacks)) this.tell(anchor, lacks);
    if (come.length) this.say(this.texts.come.replace("{names}", come.filter(Boolean).join(", ")));
  }

  // What an empty field says that follows from another.
  infer(place, text) {
    if (!place) return;
    place.hidden = !text;
    place.textContent = text;
  }

  // What lacks in a section, at its heading and in the index beside the form.
  tell(anchor, lacks) {
    const part = document.getElementById(anchor);
    const link = document.querySelector(`.section-index [data-section="${anchor}"]`);
    part.hidden = ![...part.querySelectorAll(".slot")].some((slot) => !slot.hidden);
    if (link) link.parentElement.hidden = part.hidden;
    for (const place of [part.querySelector("summary"), link]) {
      if (!place) continue;
      place.querySelector(".lacks")?.remove();
      if (lacks) place.append(Object.assign(document.createElement("span"), { className: "lacks", textContent: lacks }));
    }
  }

  complain(target, errors) {
    const field = target.closest(".field");
    if (!field) return;
    const id = `${field.id || target.id}-error`;
    const spoken = field.id ? field : target;
    const others = (spoken.getAttribute("aria-describedby") || "").split(" ").filter((one) => one && one !== id);
    document.getElementById(id)?.remove();
    field.classList.toggle("has-error", errors.length > 0);
    if (errors.length) {
      const told = Object.assign(document.createElement("div"), { className: "error", id });
      told.append(...errors.map((error) => Object.assign(document.createElement("p"), { textContent: error })));
      (field.querySelector(":scope > .hint") ?? field.firstElementChild).after(told);
      others.push(id);
      target.setAttribute("aria-invalid", "true");
      this.say(errors.join(" "));
    } else target.removeAttribute("aria-invalid");
    if (others.length) spoken.setAttribute("aria-describedby", others.join(" "));
    else spoken.removeAttribute("aria-describedby");
  }

  // The same name stands in another row: a word and a way to it, beside the field.
  warn(target, namesake) {
    const field = target.closest(".field");
    if (!namesake && target.name !== this.texts.title) return;
    field.querySelector(".namesake")?.remove();
    if (!namesake) return;
    const told = Object.assign(document.createElement("p"), { className: "namesake" });
    const way = Object.assign(document.createElement("a"), { href: namesake.url, target: "_blank", rel: "noopener", textContent: namesake.label });
    told.append(`${namesake.text} `, way);
    field.append(told);
    this.say(namesake.text);
  }

  clicked(event) {
    const add = event.target.closest("[data-add]");
    const drop = event.target.closest(".row-drop");
    if (add && !add.dataset.plain) { event.preventDefault(); this.addRow(add); }
    if (drop) { event.preventDefault(); this.dropRow(drop.closest(".row-line")); }
  }

  async addRow(button) {
    const found = await this.ask({ row: button.dataset.add });
    if (!found?.row) { button.dataset.plain = "1"; return button.click(); }
    this.put(found.row, (drawn) => button.before(drawn));
    button.previousElementSibling.querySelector("input:not([type=hidden]), select, textarea, summary")?.focus();
  }

  dropRow(row) {
    const gone = Object.assign(document.createElement("p"), { className: "row-gone", textContent: `${this.texts.removed} ` });
    const back = Object.assign(document.createElement("button"), { type: "button", className: "button quiet small", textContent: this.texts.undo });
    back.addEventListener("click", () => { gone.replaceWith(row); row.querySelector(".row-drop").focus(); this.wrote(); });
    gone.append(back);
    row.replaceWith(gone);
    back.focus();
    this.wrote();
  }

  wrote() {
    this.form.dispatchEvent(new Event("input"));
    this.ask({});
  }

  // HTML of our own, drawn by the same templates as the page; its fields get what the others have.
  put(html, place) {
    const drawn = document.createElement("template");
    drawn.innerHTML = html;
    const inputs = [...drawn.content.querySelectorAll("input[data-lookup]:not([readonly])")];
    const lists = [...drawn.content.querySelectorAll("details.many")];
    for (const one of drawn.content.querySelectorAll(".hint > summary")) one.tabIndex = -1;
    place(drawn.content);
    inputs.forEach((input) => new Combobox(input));
    lists.forEach(countTicks);
    lists.forEach(searchTicks);
  }

  say(words) { this.status.textContent = words; }
}

// Parts of the form stay folded as somebody left them, but for those with an error or something that lacks.
function remember(form) {
  const named = (one) => `orden-fold:${form.dataset.register}:${one.closest(".form-part").id}:${one.className}`;
  for (const one of form.querySelectorAll(".form-part, .more")) {
    const kept = localStorage.getItem(named(one));
    const needed = one.matches(".form-part") && (one.querySelector(":scope > summary .lacks") || one.querySelector(".has-error"));
    if (kept) one.open = kept === "open" || Boolean(needed);
    one.addEventListener("toggle", () => localStorage.setItem(named(one), one.open ? "open" : "shut"));
  }
}

// What an address or the index points at is unfolded first.
function unfold() {
  const meant = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let one = meant; one; one = one.parentElement) if (one.matches?.("details:not(.hint, .many)")) one.open = true;
  if (meant?.closest(".record-form")) meant.scrollIntoView();
}

for (const form of document.querySelectorAll("form[data-ask]")) {
  remember(form);
  unfold();
  addEventListener("hashchange", unfold);
  form.asking = new Asking(form);
}
