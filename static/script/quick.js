// A cell of a list changed where it stands. The table stays a table: what may be changed has a button of its own, one of
// which Tab comes to; arrows lead to the others. What is opened, checked and drawn again comes from the server.
class QuickEdit {
  constructor(region) {
    this.region = region;
    this.texts = region.dataset;
    this.table = region.querySelector("table");
    this.body = this.table.tBodies[0];
    this.columns = [...this.table.tHead.rows[0].cells].map((head) => [head.dataset.quick, head.title]);
    this.form = null;
    this.opening = false;
    this.typed = ""; // while a cell is opening
    this.status = Object.assign(document.createElement("p"), { className: "visually-hidden" });
    this.status.setAttribute("role", "status");
    region.after(this.status);
    for (const row of this.body.rows) this.dress(row);
    this.rove(this.buttons()[0]);
    this.body.addEventListener("click", ({ target }) => { const button = target.closest(".quick-open"); if (button) this.open(button.closest("td")); });
    this.body.addEventListener("dblclick", (event) => this.pressed(event));
    this.body.addEventListener("focusin", ({ target }) => { if (target.matches(".quick-open")) this.rove(target); });
    this.body.addEventListener("keydown", (event) => this.key(event));
    addEventListener("resize", () => this.place());
    addEventListener("beforeunload", (event) => { if (this.isChanged()) event.preventDefault(); });
  }

  // -- the buttons ----------------------------------------------------------------------------------------------------

  dress(row) {
    if (!("quick" in row.dataset)) return;
    const name = row.cells[0].querySelector("a").textContent;
    this.columns.forEach(([key, label], at) => {
      if (!key) return;
      const button = Object.assign(document.createElement("button"), { type: "button", className: "quick-open", tabIndex: -1 });
      button.setAttribute("aria-label", this.texts.open.replace("{field}", label).replace("{name}", name));
      row.cells[at].classList.add("quick-cell");
      row.cells[at].classList.toggle("quick-empty", !row.cells[at].textContent.trim());
      row.cells[at].append(button);
    });
  }

  buttons() { return [...this.body.querySelectorAll(".quick-open")].filter((one) => one.offsetParent); }

  rove(button) {
    if (!button) return;
    for (const one of this.body.querySelectorAll(".quick-open[tabindex='0']")) one.tabIndex = -1;
    button.tabIndex = 0;
  }

  pressed(event) {
    const cell = event.target.closest("td.quick-cell");
    if (!cell || event.target.closest("form, a, input")) return;
    getSelection().removeAllRanges();
    this.open(cell);
  }

  // -- keys -----------------------------------------------------------------------------------------------------------

  key(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (this.opening) this.wait(event);
    else if (target.closest(".quick")) this.keyInside(event);
    else if (key === "F2" && target.matches(".quick-open")) { event.preventDefault(); target.click(); }
    else if (target.matches(".quick-open, tbody th a")) this.move(event);
  }

  // What is pressed before the cell is open is written in it, and no key does anything else.
  wait(event) {
    event.preventDefault();
    event.stopPropagation();
    if (event.key.length === 1) this.typed += event.key;
  }

  keyInside(event) {
    if (event.defaultPrevented || event.target.closest("button, summary")) {
      if (event.key === "Escape" && !event.defaultPrevented) this.close();
      return;
    }
    if (event.key === "Escape") { event.preventDefault(); this.close(); }
    else if (event.key === "Enter") { event.preventDefault(); this.save(); }
    else if (event.key === "Tab" && !("conflict" in this.form.dataset)) { event.preventDefault(); this.goOn(event.shiftKey ? -1 : 1); }
  }

  // Left and right lead along the row, from its name on; up and down stay in the column.
  move(event) {
    const cell = event.target.closest("td, th"), row = cell.parentElement;
    const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key], along = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const places = [row.querySelector("th a"), ...row.querySelectorAll(".quick-open")].filter((one) => one.offsetParent);
    let to = across && places[places.indexOf(event.target) + across];
    if (along && cell.matches("td")) {
      for (let other = row; other && !to;) {
        other = along < 0 ? other.previousElementSibling : other.nextElementSibling;
        to = other?.cells[cell.cellIndex].querySelector(".quick-open");
      }
    }
    if (!to) return;
    event.preventDefault();
    to.focus();
  }

  async goOn(by) {
    const all = this.buttons(), at = all.indexOf(this.cell.querySelector(".quick-open")) + by;
    const place = all[at] && [all[at].closest("tr"), all[at].closest("td").cellIndex];
    if (await this.save() && place) this.open(place[0].cells[place[1]]);
  }

  // -- opening, saving, leaving ---------------------------------------------------------------------------------------

  async open(cell) {
    const row = cell.parentElement, at = cell.cellIndex;
    if (this.opening || this.cell === cell || (this.form && !(await this.save()))) return;
    const url = new URL(this.texts.quick, location.href);
    url.search = new URLSearchParams({ id: row.id.slice(1), field: this.columns[at][0], back: location.pathname + location.search });
    row.cells[at].querySelector(".quick-open").focus();
    this.opening = true;
    const answer = await this.ask(url);
    this.opening = false;
    this.say("");
    if (answer.html) this.show(row.cells[at], answer.html);
    else this.say(answer.told, true);
    this.typed = "";
  }

  show(cell, html) {
    const drawn = document.createElement("template");
    drawn.innerHTML = html;
    this.cell = cell;
    this.form = drawn.content.firstElementChild;
    for (const one of this.form.querySelectorAll(".hint > summary")) one.tabIndex = -1;
    if (!("conflict" in this.form.dataset)) for (const one of this.form.querySelectorAll(".quick-foot button")) one.tabIndex = -1;
    cell.append(this.form);
    this.form.showPopover();
    for (const one of this.form.querySelectorAll("input[data-lookup]")) new Combobox(one);
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    this.form.querySelector("[data-leave]").addEventListener("click", () => this.close());
    this.begun = this.form.querySelector(".error, .quick-conflict") ? null : this.written();
    this.place();
    const box = this.form.querySelector("input:checked:not([type=hidden]), input:not([type=hidden]), select");
    box.focus();
    if (box.matches("[type=text], [type=email], [type=tel], [type=url]")) {
      if (this.typed) { box.value = this.typed; box.dispatchEvent(new Event("input", { bubbles: true })); }
      else box.select();
    }
  }

  // Over the cell, and within the window.
  place() {
    if (!this.form) return;
    this.cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    const box = this.cell.getBoundingClientRect(), margin = 8;
    const top = Math.min(box.top - 1, innerHeight - this.form.offsetHeight - margin);
    const left = Math.min(box.left - 1, document.documentElement.clientWidth - this.form.offsetWidth - margin);
    this.form.style.left = `${Math.max(margin, left) + scrollX}px`;
    this.form.style.top = `${Math.max(margin, top) + scrollY}px`;
  }

  written() { return new URLSearchParams(new FormData(this.form)).toString(); }

  isChanged() { return Boolean(this.form) && this.begun !== this.written(); }

  // Whether the cell is closed: what is wrong with it keeps it open.
  async save() {
    if (this.saving) return false;
    if (!this.isChanged()) { this.close(); return true; }
    this.saving = true;
    const row = this.cell.parentElement, at = this.cell.cellIndex;
    const answer = await this.ask(this.form.action, { method: "POST", body: new URLSearchParams(new FormData(this.form)) });
    this.saving = false;
    if (answer.row || answer.html) this.form.remove();
    if (answer.row) this.redraw(row, answer.row);
    if (answer.html) this.show(row.cells[at], answer.html);
    this.say(answer.told, !answer.row && !answer.html);
    if (!answer.row || answer.html) return false;
    this.leave(row.cells[at]);
    row.cells[at].classList.add("quick-saved");
    clearTimeout(this.late);
    this.late = setTimeout(() => this.recount(), 700);
    return true;
  }

  // The bar and the sums tell of all the rows: asked for anew once no more is saved for a while.
  async recount() {
    const told = [...document.querySelectorAll(".bar-filter, .list tfoot")];
    const answer = told.length ? await fetch(location.href).catch(() => null) : null;
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const one of told) {
      const fresh = page.querySelector(one.matches("nav") ? ".bar-filter" : ".list tfoot");
      if (fresh && !one.contains(document.activeElement)) one.replaceWith(fresh);
    }
  }

  close() {
    const { cell } = this;
    this.form.remove();
    this.leave(cell);
    this.say(this.texts.kept);
  }

  leave(cell) {
    this.form = this.cell = null;
    cell.querySelector(".quick-open")?.focus();
  }

  // The row as the list draws it now; the box to tick stays, for others know it.
  redraw(row, html) {
    const drawn = document.createElement("template");
    drawn.innerHTML = html;
    const fresh = drawn.content.querySelector("tr");
    row.cells[0].querySelector("a").replaceWith(fresh.cells[0].querySelector("a"));
    [...row.cells].slice(1).forEach((cell, at) => cell.replaceWith(fresh.cells[1]));
    this.dress(row);
  }

  // What the server says; where it is a page, that page's own words.
  async ask(url, options = {}) {
    try {
      const answer = await fetch(url, { ...options, headers: { Accept: "application/json" } });
      if (answer.headers.get("Content-Type")?.startsWith("application/json")) return await answer.json();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const words = [...page.querySelectorAll(".error-page > :is(h1, p:not(.eyebrow, .hint, .actions))")].map((one) => one.textContent.trim().replace(/[^.]$/, "$&."));
      return { told: words.join(" ") || this.texts.failed };
    } catch {
      return { told: this.texts.failed };
    }
  }

  // Said aloud; what went wrong is also seen, until something else is done.
  say(words, failed = false) {
    this.status.textContent = words;
    this.failed?.remove();
    this.failed = failed ? Object.assign(document.createElement("p"), { className: "quick-failed error", textContent: words }) : null;
    if (this.failed) this.form ? this.form.querySelector(".quick-foot").before(this.failed) : this.region.after(this.failed);
  }
}
for (const region of document.querySelectorAll(".list[data-quick]")) new QuickEdit(region);
