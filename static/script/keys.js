// Single keys do what the links on the page do: never while somebody types, and not where they are turned off.
const stored = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
const store = (name, value) => { try { localStorage.setItem(name, value); } catch { /* a browser that keeps nothing */ } };
const OFF = "orden-keys-off";
const follow = (selector) => document.querySelector(selector)?.click();
const findBox = document.querySelector("#find");

function toFindBox() {
  findBox?.focus();
  findBox?.select();
}

// Rows of the list: the link that names each is what is moved to.
function step(by) {
  const links = [...document.querySelectorAll("main tbody th[scope=row] a, main .hits li a")];
  const here = links.indexOf(document.activeElement.closest("tr, li")?.querySelector("a"));
  links[Math.min(Math.max(here + by, 0), links.length - 1)]?.focus();
}

const inRow = (selector) => document.activeElement.closest("tr")?.querySelector(selector)?.click();

async function showKeys() {
  if (document.querySelector("dialog.keys-help")) return;
  const answer = await fetch("/help/keys/");
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const dialog = document.createElement("dialog");
  dialog.className = "keys-help";
  dialog.setAttribute("aria-labelledby", "keys-title");
  const told = page.querySelector("#keys");
  told.querySelector("h2").id = "keys-title";
  dialog.append(...told.childNodes);
  const close = document.createElement("form");
  close.method = "dialog";
  close.innerHTML = "<button class='button primary small'></button>";
  close.firstChild.textContent = told.dataset.close;
  dialog.append(close);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  offerSwitch(dialog);
  dialog.showModal();
}

function offerSwitch(place) {
  const button = place.querySelector("button[data-off]");
  if (!button) return;
  const told = () => { button.textContent = stored(OFF) ? button.dataset.on : button.dataset.off; };
  button.parentElement.hidden = false;
  button.addEventListener("click", () => { store(OFF, stored(OFF) ? "" : "1"); told(); });
  told();
}

const KEYS = {
  "/": toFindBox,
  "?": showKeys,
  n: () => follow("main a:is([href*='/new/'], [href^='/new-application/'])"),
  e: () => follow("main a[href*='/edit/']"),
  j: () => step(1),
  k: () => step(-1),
  x: () => inRow("input[type=checkbox]"),
  m: () => inRow("[form=more]"),
};

let going = 0; // when `g` was pressed: the next letter leads to a page of the menu
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "k") {
    event.preventDefault();
    toFindBox();
    return;
  }
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || stored(OFF)) return;
  const leads = Date.now() - going < 1500;
  going = event.key === "g" ? Date.now() : 0;
  const work = leads && /^\p{L}$/u.test(event.key) ? () => follow(`.menu a[data-key="${event.key}"]`) : KEYS[event.key];
  if (!work) return;
  event.preventDefault();
  work();
});
offerSwitch(document);

// The menu stays folded as it was left; the group one is in is always open.
const FOLDED = "orden-menu";
const folds = [...document.querySelectorAll(".menu-fold")];
const kept = JSON.parse(stored(FOLDED) || "{}");
for (const fold of folds) {
  const name = fold.dataset.group;
  if (name in kept && !fold.querySelector("[aria-current]")) fold.open = kept[name];
}
for (const fold of folds) {
  fold.querySelector("summary").addEventListener("click", () => {
    kept[fold.dataset.group] = !fold.open;
    store(FOLDED, JSON.stringify(kept));
  });
}
