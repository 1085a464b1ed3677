// What somebody writes is kept in the browser until it is saved, and offered again after a closed tab or an ended session.
// A draft is one person's, in one municipality, of one row in one version; signing out takes all of them away.
const DRAFT = "orden-draft:", SENT = "orden-sent", MINUTE = 60_000, KEPT = 7 * 24 * 60 * MINUTE;
const OWN = new Set(["csrf_token", "opened_in", "version", "made_by", "back", "then", "refresh"]);

class Draft {
  constructor(form) {
    this.form = form;
    this.texts = form.dataset;
    this.key = DRAFT + form.dataset.draft;
    this.opened = JSON.stringify(this.written());
    form.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.keep(), 400); });
    form.addEventListener("submit", () => { this.keep(); sessionStorage.setItem(SENT, this.key); });
    addEventListener("pagehide", () => this.keep());
    this.offer();
  }

  // What may be kept: never a password, nor what is marked as secret.
  written() {
    const secret = [...this.form.querySelectorAll("input[type=password], input[type=file]")].map((one) => one.name);
    const closed = (name) => OWN.has(name) || secret.includes(name) || this.texts.secret.split(",").includes(name.replace(/^.*-\d+-/, ""));
    return [...new FormData(this.form)].filter(([name]) => !closed(name));
  }

  keep() {
    const written = this.written();
    if (Draft.forgotten || JSON.stringify(written) === this.opened) return;
    try { localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), written })); } catch { /* no room: the form itself still holds it */ }
  }

  offer() {
    for (const key of Object.keys(localStorage)) if (key.startsWith(DRAFT) && Date.now() - JSON.parse(localStorage[key]).at > KEPT) localStorage.removeItem(key);
    const draft = JSON.parse(localStorage.getItem(this.key) ?? "null");
    if (!draft) return;
    if ("unsaved" in this.texts || JSON.stringify(draft.written) === this.opened) return; // the page itself holds it
    const when = new Date(draft.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    const bar = notice(this.texts.kept.replace("{when}", when), "status");
    bar.append(pressed(this.texts.take, "primary", () => this.take(draft.written)), pressed(this.texts.discard, "quiet", () => { this.drop(); bar.remove(); }));
    this.form.before(bar);
  }

  // The server draws the form with it, rows and depending fields and all, as it does for «Oppdater skjemaet».
  take(written) {
    const mine = [...new FormData(this.form)].filter(([name]) => OWN.has(name));
    const sent = Object.assign(document.createElement("form"), { method: "post", action: this.form.action, hidden: true });
    for (const [name, value] of [...mine, ...written, ["refresh", "1"]]) sent.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    document.body.append(sent);
    saved.add(this.form);
    sent.submit();
  }

  drop() { localStorage.removeItem(this.key); }
}

function notice(words, role) {
  const bar = Object.assign(document.createElement("div"), { className: "message tone-info form-notice" });
  bar.setAttribute("role", role);
  bar.append(Object.assign(document.createElement("p"), { textContent: words }));
  return bar;
}

function pressed(words, look, does) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: `button small ${look}`, textContent: words });
  button.addEventListener("click", does);
  return button;
}

// While somebody types the session lives; two minutes before it ends there is a word of warning.
class Session {
  constructor(form) {
    this.form = form;
    this.texts = form.dataset;
    this.asking = form.asking;
    this.ends = Date.now() + 1000 * Number(this.texts.ends); // however much is written
    form.addEventListener("input", () => { if (Date.now() - this.asking.heard > 3 * MINUTE) this.stay(); });
    setInterval(() => this.look(), 1000);
  }

  get left() { return Math.min(this.asking.heard + 1000 * Number(this.texts.idle), this.ends) - Date.now(); }

  async stay() {
    if (!this.staying) this.staying = this.asking.ask({}).finally(() => { this.staying = null; });
    await this.staying;
  }

  look() {
    const state = this.left > 2 * MINUTE ? "" : this.left > 0 ? "ends" : "ended";
    if (state === this.state) return;
    this.state = state;
    this.bar?.remove();
    if (!state) return;
    const writing = document.activeElement;
    this.bar = notice(this.texts[state === "ends" ? "soon" : "over"], "alert");
    this.bar.classList.add("floating");
    if (state === "ends" && this.ends - Date.now() > 2 * MINUTE) this.bar.append(pressed(this.texts.stay, "primary", async () => { await this.stay(); this.look(); writing.focus(); }));
    document.body.append(this.bar);
  }
}

// A form that was sent is saved when the page that follows says so.
const sentDraft = sessionStorage.getItem(SENT);
sessionStorage.removeItem(SENT);
if (sentDraft && document.querySelector(".message.tone-success")) localStorage.removeItem(sentDraft);
for (const form of document.querySelectorAll("form[data-draft]")) { new Draft(form); new Session(form); }
for (const form of document.querySelectorAll("form[action$='/sign-out/']")) {
  form.addEventListener("submit", () => {
    Draft.forgotten = true; // whatever the form left open would keep
    Object.keys(localStorage).filter((key) => key.startsWith(DRAFT)).forEach((key) => localStorage.removeItem(key));
  });
}
