// What somebody has chosen lately comes first where there is much to choose from. Remembered in the browser as ids alone,
// by person, municipality and register; the server says what they are called and whether they are within reach.
const LATELY = "orden-lately:", MOST_LATELY = 5;

class Lately {
  constructor(form, of) { this.key = `${LATELY}${form.dataset.draft?.split(":").slice(0, 2).join(":")}:${of}`; }

  get ids() { try { return JSON.parse(localStorage.getItem(this.key) ?? "[]"); } catch { return []; } }

  note(id) {
    const ids = [String(id), ...this.ids.filter((one) => one !== String(id))].slice(0, MOST_LATELY);
    try { localStorage.setItem(this.key, JSON.stringify(ids)); } catch { /* no room: nothing comes first */ }
  }
}

for (const form of document.querySelectorAll("form[action$='/sign-out/']")) {
  form.addEventListener("submit", () => Object.keys(localStorage).filter((key) => key.startsWith(LATELY)).forEach((key) => localStorage.removeItem(key)));
}
